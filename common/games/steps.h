/* The steps of this build, by the names that messages call them: roam (sim_step), still (nothing moves), and those
   that games bring, in a table generated from the folders. Freestanding: the browser has the same table. */
#ifndef TICKBOX_STEPS_H
#define TICKBOX_STEPS_H

#include "common/sim.h"

typedef struct {
  const char *name;
  sim_step_fn step;
} named_step;

extern const named_step steps[];
extern const uint32_t step_count;

sim_step_fn step_find(const char *name); /* NULL: there is none */

void step_still(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map);

#endif
