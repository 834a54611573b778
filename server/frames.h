/* Frames: what one client gets of a tick, put together from the chunks of the cells that it sees. A frame's bytes
   are those of wire_encode for the same wire_frame. A client costs a header, some copies and a send. */
#ifndef TICKBOX_FRAMES_H
#define TICKBOX_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "server/chunks.h"
#include "server/interest.h"

/* The lists of a frame, in the order of the wire. */
typedef enum {
  FRAME_TURNS,
  FRAME_STATES,
  FRAME_CHECKS,
  FRAME_KEYFRAMES,
  FRAME_DROPPED,
  FRAME_GONE,
  FRAME_LISTS
} frame_list;

/* Most runs in one list of a frame: a state and nine arrivals in every cell seen, and as many in those left. */
enum { FRAME_PICKS_MAX = 2 * 10 * INTEREST_CELLS_MAX };

/* What one client gets, picked and written before the next one's turn: one for all rooms, as it is large. */
typedef struct {
  const chunk_run *runs[FRAME_LISTS][FRAME_PICKS_MAX];
  uint32_t count[FRAME_LISTS];
  uint32_t dropped[INTEREST_CELLS_MAX]; /* the cells that it saw in its last frame, but does not now */
  uint32_t dropped_count;
  wire_buffer out;
} frame_picks;

/* Of one room. */
typedef struct {
  chunks chunks;
  interest_grid grid;
  frame_picks *picks;
} frames;

/* What a frame says to one client alone: differences from the last frame written to it. */
typedef struct {
  uint32_t ticks, acks;
  int32_t slack; /* 0 if acks is 0 */
} frame_header;

/* NULL if memory is short. */
frame_picks *frame_picks_create(void);
void frame_picks_destroy(frame_picks *picks);

/* False if memory is short. `picks` stays the caller's. */
bool frames_init(frames *frames, frame_picks *picks, const world *world, uint32_t check_ticks);
void frames_free(frames *frames);

/* Encodes this tick's news, for all. */
void frames_encode(frames *frames, const world *world);

/* Picks what a client with this interest is to get; the next two are about what was picked last. */
void frames_pick(frames *frames, const world *world, const interest *interest);

/* Calls `show` for every box whose body the frame will carry. */
void frames_show(const frames *frames, const world *world, void (*show)(void *context, uint32_t id), void *context);

/* Puts the frame together. The bytes stay valid until the next call. */
const wire_buffer *frames_write(frames *frames, const frame_header *header);

#endif
