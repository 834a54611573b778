/* The boxes: bodies by id, stepped together, and marks for what is news about them. The step is the one that
   every client runs, so only what it could not know needs telling. */
#ifndef TICKBOX_WORLD_H
#define TICKBOX_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/gen/protocol.h"
#include "common/sim.h"
#include "server/map.h"

enum {
  WORLD_BOX = 50,   /* edge of a box, in units */
  WORLD_WALK = 300, /* units a second */
  WORLD_NOWHERE = UINT16_MAX + 1,
};

typedef struct {
  sim_body body;
  bool here;              /* there is such a box */
  uint32_t buttons;       /* held */
  uint32_t cell;          /* where the box stands after the last step */
  uint32_t cell_before;   /* before it: where its turn stands; WORLD_NOWHERE for a new box */
  uint32_t cell_foretold; /* after it, as clients foretell; differs only if stated */
  sim_body untold;        /* if stated: the body as clients know it, from before what they could not know */
  bool turned;            /* news: the buttons changed */
  bool stated;            /* news: the body did what the step could not know */
  bool jumped;            /* news: do not interpolate to here */
} world_box;

typedef struct {
  uint32_t id, cell; /* the cell it stood in, as clients know it */
} world_goner;

typedef struct world {
  wire_map rules;    /* what clients are told: arena, blocks and the step's parameters */
  sim_params params; /* of the step, from rules */
  sim_step_fn step;
  const sim_map *ground;
  const map *arena;   /* the caller's: spawn points */
  uint32_t boxes_max; /* most boxes at once */
  uint32_t tick;      /* last stepped */
  uint32_t random;    /* of spawn choice */
  uint32_t id_max;    /* the highest id of a box */
  world_box *boxes;   /* by id */
  uint16_t *ids;      /* of boxes here, ascending */
  uint32_t count;     /* how many */
  uint16_t *by_cell;  /* the same, by cell after the last step, then ascending */
  uint32_t *first;    /* by cell: where its boxes begin in by_cell; first[cells] is their end */
  world_goner *gone;  /* news: removed since the last tick's end */
  uint32_t gone_count;
} world;

/* False if memory is short. `arena` stays the caller's. Boxes have ids up to id_max. */
bool world_init(world *world, const map *arena, uint32_t tick_rate, uint32_t boxes_max, uint32_t id_max, uint32_t seed);
void world_free(world *world);

/* A new box of this id on a free spawn point. PRE: count < boxes_max, there is none of that id, and it may spawn */
void world_spawn(world *world, uint32_t id);

/* False if a box of this id is among the news as gone: then it can come back after this tick. */
bool world_may_spawn(const world *world, uint32_t id);
void world_remove(world *world, uint32_t id);
bool world_has(const world *world, uint32_t id);

/* Holds these buttons from the next step on. */
void world_hold(world *world, uint32_t id, uint32_t buttons);

/* For rules and tests: adds to a box's speed, in 1/16 unit a tick; puts it elsewhere. PRE: the box is here. */
void world_push(world *world, uint32_t id, int32_t vx, int32_t vy);
void world_teleport(world *world, uint32_t id, int32_t x, int32_t y);

/* For rules: what the step reads beside place and speed. */
void world_set_body(world *world, uint32_t id, int32_t flags, int32_t timer, int32_t a, int32_t b);

/* Stands still on a free spawn point, as if new. PRE: the box is here. */
void world_respawn(world *world, uint32_t id);

/* Boxes move by this step from the next one on. */
void world_set_step(world *world, sim_step_fn step);

/* One step of every box, as tick `tick`. */
void world_step(world *world, uint32_t tick);

uint32_t world_cells(const world *world);

/* Forgets what was news, once it is encoded. */
void world_forget_news(world *world);

/* One line a box: "tick id x y vx vy buttons". */
void world_trace(const world *world, FILE *out);

#endif
