#include "common/replica_parts.h"

sim_step_fn replica_step_of(const replica *one, uint32_t tick) {
  sim_step_fn step = one->step;
  for (uint32_t i = 0; i < one->change_count && (int32_t)(tick - one->changes[i].tick) >= 0; i++)
    step = one->changes[i].step;
  return step;
}

void replica_change_step(replica *one) {
  uint32_t made = 0;
  while (made < one->change_count && (int32_t)(one->stats.tick - one->changes[made].tick) >= 0)
    one->step = one->changes[made++].step;
  one->change_count -= made;
  for (uint32_t i = 0; i < one->change_count; i++)
    one->changes[i] = one->changes[i + made];
}

static void announce(replica *one, uint32_t tick, sim_step_fn step) {
  while (one->change_count > 0 && (int32_t)(one->changes[one->change_count - 1].tick - tick) >= 0)
    one->change_count--;
  if (one->change_count == REPLICA_CHANGES)
    one->change_count--;
  one->changes[one->change_count++] = (replica_change){tick, step};
  replica_change_step(one);
}

bool replica_set_step(replica *one, uint32_t tick, sim_step_fn step) {
  if (!step)
    return false;
  bool late = one->predicting && (int32_t)(one->stats.predicted_tick + 1 - tick) >= 0;
  replica_place before = late ? replica_own_place(one) : (replica_place){0, 0};
  announce(one, tick, step);
  if (late)
    replica_predict_anew(one, before);
  return true;
}
