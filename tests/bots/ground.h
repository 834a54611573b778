/* The maps that servers sent, each made once and shared by all replicas that stand on it. */
#ifndef TICKBOX_GROUND_H
#define TICKBOX_GROUND_H

#include "common/sim.h"

typedef struct ground ground;

/* The ground of this map, made if it is new; `list` keeps it until ground_free. */
const sim_map *ground_of(ground **list, const wire_map *map);

void ground_free(ground **list);

#endif
