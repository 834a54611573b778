/* A client's copy of the world: frames in, predicted and interpolated boxes out. Prediction, reconciliation,
   interpolation and clock tracking exist here once; the native client and the bots link this file, the
   browser runs it as WebAssembly. Freestanding: it works in memory handed to it and is told the time.

   For the frame of tick T (a) T's turns set buttons, (b) every box is stepped once, (c) states, keyframes
   and gone records are written over the result. So a box costs bytes only when it does what nobody could
   foretell (after Quake 3's and Source's snapshots; reconciliation as in Bernier, "Latency Compensating
   Methods", 2001).

   The own box exists twice: confirmed, like any other, and predicted: the confirmed body of tick T with all
   inputs that the server has not applied yet replayed on top, up to a tick that lies `lead` in the future.
   Other boxes are drawn `delay` in the past, between two confirmed ticks.

   Times are in microseconds of any monotonic clock. */
#ifndef TICKBOX_REPLICA_H
#define TICKBOX_REPLICA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/gen/protocol.h"
#include "common/sim.h"

typedef struct replica replica;

typedef struct {
  uint32_t boxes;   /* most boxes seen at once; more than that are not shown, and count as desyncs */
  uint32_t history; /* confirmed ticks kept for drawing, at least 2; a client that draws wants 64 */
} replica_limits;

/* Memory for a replica, aligned to 8. */
size_t replica_bytes(const replica_limits *limits);
replica *replica_init(void *memory, size_t bytes, const replica_limits *limits);

/* Starts anew, as `welcome` says. `round_trip` (from hello to welcome) is the first guess of the lead. */
void replica_welcome(replica *replica, const wire_welcome *welcome, int64_t round_trip, int64_t now);

/* Sets the ground to move on. `map` (made by sim_map_init) stays the caller's and must outlive its use here;
   many replicas may share one. `step` is that which the map names: see common/games/steps.h. False, and nothing is
   changed, for a map that no server should send (more than WIRE_CELLS_MAX cells, or boxes larger than the arena),
   or without a step. */
bool replica_set_map(replica *replica, const wire_map *map, const sim_map *ground, sim_step_fn step);

/* From `tick` on boxes move by another step, in what frames confirm and in what is predicted; at once if that tick
   has passed. Told in time, as servers do, it corrects nothing. A map and a welcome forget it. What was announced
   for `tick` or later is replaced, and of more than REPLICA_CHANGES announced ones the last. False, and nothing is
   changed, without a step. */
enum { REPLICA_CHANGES = 4 };
bool replica_set_step(replica *replica, uint32_t tick, sim_step_fn step);

/* Takes a frame that arrived at `now`. Order: welcome, map, frames. */
void replica_apply_frame(replica *replica, const wire_frame *frame, int64_t now);

/* Lets time pass up to `now` with these buttons held, stepping the prediction. Writes the inputs to be sent
   at once, oldest first, and returns how many (0 or 1 almost always, never more than `max`). Call it once a
   drawn frame; a button pressed and released between two calls must be passed as held once. */
uint32_t replica_advance(replica *replica, uint32_t buttons, int64_t now, wire_replica_input *inputs, uint32_t max);

/* Writes the boxes to draw at the time of the last replica_advance, in id order, and returns how many. */
uint32_t replica_draw(replica *replica, wire_draw_item *items, uint32_t max);

/* True once after a checksum differed: ask the server for this cell by `resync`. */
bool replica_wants_resync(replica *replica, uint32_t *cell);

/* What it counts and measures, kept current. */
const wire_replica_stats *replica_stats(const replica *replica);

/* The confirmed body and buttons of an id after the newest frame, or false. */
bool replica_find(const replica *replica, uint32_t id, sim_body *body, uint32_t *buttons);

/* The confirmed boxes, in id order: the id of the box at `index` below stats->boxes. */
uint32_t replica_id_at(const replica *replica, uint32_t index);

/* True if welcome, map and a first frame have come, so that there is something to draw. */
bool replica_is_ready(const replica *replica);

#ifdef TICKBOX_FLIP_BIT
/* Flips one bit of a confirmed body, for the test that a desync is noticed. */
void replica_flip_bit(replica *replica, uint32_t id);
#endif

#endif
