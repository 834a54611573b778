/* Frames: what happened in a tick, encoded once a cell and copied to all who see it. A frame's bytes are those
   of wire_encode for the same wire_frame. A client costs a header, some copies and a send. */
#ifndef TICKBOX_FRAMES_H
#define TICKBOX_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "server/interest.h"
#include "server/world.h"

/* Records of one kind, flat, as they stand inside an array. */
typedef struct {
  wire_buffer bytes;
  uint32_t elements; /* that the array's header must announce */
} frame_segment;

/* What one cell has to say of this tick. */
typedef struct {
  frame_segment turns, states, checks, gone;
  frame_segment keyframe;
  bool has_keyframe; /* encoded already this tick: made when the first client needs it */
} frame_chunk;

typedef struct {
  uint32_t check_ticks; /* a cell carries a checksum this often */
  uint32_t cells;
  frame_chunk *chunks; /* by cell */
  uint8_t *memory;     /* of the segments */
  wire_buffer out;     /* the frame being put together */
} frames;

/* What a frame says to one client alone: differences from the last frame written to it. */
typedef struct {
  uint32_t ticks, acks;
  int32_t slack; /* 0 if acks is 0 */
} frame_header;

/* False if memory is short. */
bool frames_init(frames *frames, const world *world, uint32_t check_ticks);
void frames_free(frames *frames);

/* Encodes this tick's news, cell by cell. */
void frames_encode(frames *frames, const world *world);

/* Puts one client's frame together. The bytes stay valid until the next call. */
const wire_buffer *frames_write(frames *frames, const world *world, const interest *interest,
                                const frame_header *header);

#endif
