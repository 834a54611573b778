#include "common/games/steps.h"

void step_still(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map) {
  (void)body, (void)buttons, (void)params, (void)map;
}

static bool same(const char *one, const char *other) {
  while (*one && *one == *other)
    one++, other++;
  return *one == *other;
}

sim_step_fn step_find(const char *name) {
  for (uint32_t i = 0; i < step_count; i++)
    if (same(steps[i].name, name))
      return steps[i].step;
  return NULL;
}
