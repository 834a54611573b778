/* Chunks: what each cell has to say of a tick, encoded once and shared by all who see the cell. News comes in runs
   of one kind: turns of the boxes that stood there before the step, states, checks, boxes that are gone, and
   arrivals, a run for each neighbouring cell that they came from. Who sees that neighbour foretells those arrivals,
   and need not get them. Everything is sized once; a tick allocates nothing. */
#ifndef TICKBOX_CHUNKS_H
#define TICKBOX_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "server/world.h"

/* An arrival's kind says where it came from: CHUNK_ARRIVAL + 3 * (rows + 1) + columns + 1, counted from the cell
   itself to the neighbour; the middle one is from farther away than a neighbour. */
enum {
  CHUNK_TURN,
  CHUNK_STATE,
  CHUNK_ARRIVAL,
  CHUNK_ARRIVAL_FAR = CHUNK_ARRIVAL + 4,
  CHUNK_GONE = CHUNK_ARRIVAL + 9,
  CHUNK_CHECK,
  CHUNK_KINDS = 16,
};

/* News of one box for one cell. */
typedef struct {
  uint32_t key; /* cell * CHUNK_KINDS + kind */
  uint32_t id;  /* 0 for a check */
} chunk_item;

/* Records of one kind for one cell, flat, as they stand inside an array. */
typedef struct {
  uint32_t key;
  const uint8_t *bytes;
  uint32_t size;
  uint32_t elements;         /* that the array's header must announce */
  uint32_t item, item_count; /* whose news: items[item] on */
} chunk_run;

/* A cell's keyframe, made when the first client of a tick needs it. */
typedef struct {
  bool is_made;
  chunk_run run;
} chunk_keyframe;

typedef struct {
  uint32_t check_ticks; /* a cell carries a checksum this often */
  uint32_t cells, across;
  chunk_item *items, *sorting;
  uint32_t item_count;
  chunk_run *runs; /* in order of their keys, so those of a cell, and of a row of cells, stand together */
  uint32_t run_count;
  uint32_t *first;             /* a cell's runs are runs[first[cell]] until before runs[first[cell + 1]] */
  chunk_keyframe *whole;       /* by cell */
  wire_buffer news, keyframes; /* the runs' bytes */
} chunks;

/* False if memory is short. */
bool chunks_init(chunks *chunks, const world *world, uint32_t check_ticks);
void chunks_free(chunks *chunks);

/* Encodes this tick's news, cell by cell. */
void chunks_encode(chunks *chunks, const world *world);

/* All that stands in a cell, encoded by the first call in a tick. */
const chunk_run *chunks_keyframe(chunks *chunks, const world *world, uint32_t cell);

#endif
