#include "server/frames.h"

#include <stdlib.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"

/* A frame on the wire, and where its bytes come from (h: written for this client, c: copied from the chunks of
   the cells it sees, k: from the keyframes of its fresh cells, which then give no chunk but 'gone'):

     9x                          array of 1 + the fields up to the last that is not empty
     14                          id 20
     ticks acks slack            h
     9x turns                    h header, c records  id buttons  id buttons ...
     9x states                   h header, c groups   cell 9x(id x y has ...  id x y has ...) ...
     9x checks                   h header, c records  cell sum ...
     9x keyframes                h header, k groups   cell 9x(id x y has ...) ...
     9x dropped                  h                    cell cell ...
     9x gone                     h header, c records  id id ...

   9x stands for any array header; it counts values, not records. */
enum { HEADER_FIELDS = 3 };

frame_picks *frame_picks_create(void) {
  frame_picks *created = calloc(1, sizeof *created);
  if (!created)
    return NULL;
  created->out = (wire_buffer){.bytes = malloc(WIRE_SERVER_BYTES_MAX), .capacity = WIRE_SERVER_BYTES_MAX};
  if (created->out.bytes)
    return created;
  free(created);
  return NULL;
}

void frame_picks_destroy(frame_picks *picks) {
  free(picks->out.bytes);
  free(picks);
}

bool frames_init(frames *frames, frame_picks *picks, const world *world, uint32_t check_ticks) {
  memset(frames, 0, sizeof *frames);
  frames->picks = picks;
  frames->grid = interest_grid_of(&world->params, world->rules.cell);
  return chunks_init(&frames->chunks, world, check_ticks);
}

void frames_free(frames *frames) {
  chunks_free(&frames->chunks);
}

void frames_encode(frames *frames, const world *world) {
  chunks_encode(&frames->chunks, world);
}

static void pick(frames *frames, frame_list list, const chunk_run *run) {
  PRE(frames->picks->count[list] < FRAME_PICKS_MAX);
  frames->picks->runs[list][frames->picks->count[list]++] = run;
}

enum {
  ARRIVALS = (1u << CHUNK_GONE) - (1u << CHUNK_ARRIVAL), /* kinds, a bit each */
  NEWS = 1u << CHUNK_TURN | 1u << CHUNK_STATE | ARRIVALS | 1u << CHUNK_GONE | 1u << CHUNK_CHECK,
};

static frame_list list_of(uint32_t kind) {
  if (kind == CHUNK_TURN)
    return FRAME_TURNS;
  return kind < CHUNK_GONE ? FRAME_STATES : kind == CHUNK_GONE ? FRAME_GONE : FRAME_CHECKS;
}

/* True if the client held the boxes of the cell from which these arrived, and so foretells them. */
static bool is_foretold(const frames *frames, const interest *interest, const chunk_run *run) {
  uint32_t cell = run->key / CHUNK_KINDS, kind = run->key % CHUNK_KINDS;
  if (!(ARRIVALS >> kind & 1) || kind == CHUNK_ARRIVAL_FAR)
    return false;
  int32_t way = (int32_t)(kind - CHUNK_ARRIVAL);
  int32_t column = (int32_t)cell % frames->grid.across + way % 3 - 1;
  int32_t row = (int32_t)cell / frames->grid.across + way / 3 - 1;
  return interest_has(&interest->written, column, row) &&
         !(interest_has(&interest->seen, column, row) && interest_is_fresh(interest, &frames->grid, column, row));
}

/* Picks the runs of these kinds (a bit each) in neighbouring cells of a row, `last` included, but not what the client
   foretells. */
static void pick_runs(frames *frames, const interest *interest, uint32_t cell, uint32_t last, uint32_t kinds) {
  const chunk_run *end = &frames->chunks.runs[frames->chunks.first[last + 1]];
  for (const chunk_run *run = &frames->chunks.runs[frames->chunks.first[cell]]; run < end; run++)
    if (kinds >> run->key % CHUNK_KINDS & 1 && !is_foretold(frames, interest, run))
      pick(frames, list_of(run->key % CHUNK_KINDS), run);
}

static uint32_t cell_at(const frames *frames, int32_t column, int32_t row) {
  return (uint32_t)(row * frames->grid.across + column);
}

/* A fresh cell comes whole instead of its news. But boxes that the client knows to stand there may walk out of it,
   so that it must hear how they turned, and who is gone. */
static void pick_cell(frames *frames, const world *world, const interest *interest, int32_t column, int32_t row) {
  uint32_t cell = cell_at(frames, column, row), kinds = NEWS;
  if (interest_is_fresh(interest, &frames->grid, column, row)) {
    kinds = 1u << CHUNK_TURN | 1u << CHUNK_GONE;
    pick(frames, FRAME_KEYFRAMES, chunks_keyframe(&frames->chunks, world, cell));
  }
  if (interest->stale || !interest_has(&interest->written, column, row))
    kinds &= ~(1u << CHUNK_TURN);
  pick_runs(frames, interest, cell, cell, kinds);
}

/* Nearly always nearly all cells are kept; the news of a row of them stand together. */
static void pick_seen(frames *frames, const world *world, const interest *interest) {
  interest_rect kept = interest_kept(interest);
  for (int32_t row = interest->seen.top; row <= interest->seen.bottom; row++)
    for (int32_t column = interest->seen.left; column <= interest->seen.right; column++)
      if (interest_has(&kept, column, row)) {
        pick_runs(frames, interest, cell_at(frames, column, row), cell_at(frames, kept.right, row), NEWS);
        column = kept.right;
      } else
        pick_cell(frames, world, interest, column, row);
}

static void find_dropped(frames *frames, const interest *interest) {
  const interest_rect *left = &interest->written;
  frames->picks->dropped_count = 0;
  for (int32_t row = left->top; row <= left->bottom; row++)
    for (int32_t column = left->left; column <= left->right; column++)
      if (!interest_has(&interest->seen, column, row))
        frames->picks->dropped[frames->picks->dropped_count++] = cell_at(frames, column, row);
}

/* The boxes of cells that are left may walk into those still seen. */
static void pick_dropped(frames *frames, const interest *interest) {
  const uint32_t kinds = 1u << CHUNK_TURN | 1u << CHUNK_STATE | 1u << CHUNK_GONE;
  for (uint32_t i = 0; i < frames->picks->dropped_count; i++)
    pick_runs(frames, interest, frames->picks->dropped[i], frames->picks->dropped[i], kinds);
}

void frames_pick(frames *frames, const world *world, const interest *interest) {
  memset(frames->picks->count, 0, sizeof frames->picks->count);
  pick_seen(frames, world, interest);
  find_dropped(frames, interest);
  if (!interest->stale)
    pick_dropped(frames, interest);
}

void frames_show(const frames *frames, const world *world, void (*show)(void *context, uint32_t id), void *context) {
  for (uint32_t i = 0; i < frames->picks->count[FRAME_KEYFRAMES]; i++) {
    uint32_t cell = frames->picks->runs[FRAME_KEYFRAMES][i]->key / CHUNK_KINDS;
    for (uint32_t at = world->first[cell]; at < world->first[cell + 1]; at++)
      show(context, world->by_cell[at]);
  }
  for (uint32_t i = 0; i < frames->picks->count[FRAME_STATES]; i++) {
    const chunk_run *run = frames->picks->runs[FRAME_STATES][i];
    for (uint32_t at = run->item; at < run->item + run->item_count; at++)
      show(context, frames->chunks.items[at].id);
  }
}

static bool is_grouped(frame_list list) {
  return list == FRAME_STATES || list == FRAME_KEYFRAMES;
}

/* The elements of the runs from `first` on that are of the same cell, and how many runs those are. */
static uint32_t group_elements(const frames *frames, frame_list list, uint32_t first, uint32_t *runs) {
  uint32_t cell = frames->picks->runs[list][first]->key / CHUNK_KINDS, elements = 0;
  for (*runs = 0; first + *runs < frames->picks->count[list]; ++*runs) {
    const chunk_run *run = frames->picks->runs[list][first + *runs];
    if (run->key / CHUNK_KINDS != cell)
      break;
    elements += run->elements;
  }
  return elements;
}

/* How many values the list's array holds. */
static uint32_t list_elements(const frames *frames, frame_list list) {
  uint32_t elements = 0, runs = 1;
  if (list == FRAME_DROPPED)
    return frames->picks->dropped_count;
  for (uint32_t i = 0; i < frames->picks->count[list]; i += runs)
    if (is_grouped(list)) {
      group_elements(frames, list, i, &runs);
      elements += 2;
    } else
      elements += frames->picks->runs[list][i]->elements;
  return elements;
}

static void write_runs(frames *frames, frame_list list) {
  uint32_t group_end = 0, runs;
  for (uint32_t i = 0; i < frames->picks->count[list]; i++) {
    const chunk_run *run = frames->picks->runs[list][i];
    if (is_grouped(list) && i == group_end) {
      uint32_t elements = group_elements(frames, list, i, &runs);
      wire_append_int(&frames->picks->out, run->key / CHUNK_KINDS);
      wire_append_array(&frames->picks->out, elements);
      group_end = i + runs;
    }
    wire_append_bytes(&frames->picks->out, run->bytes, run->size);
  }
}

static void write_dropped(frames *frames) {
  for (uint32_t i = 0; i < frames->picks->dropped_count; i++)
    wire_append_int(&frames->picks->out, frames->picks->dropped[i]);
}

static void write_list(frames *frames, frame_list list, uint32_t elements) {
  wire_append_array(&frames->picks->out, elements);
  if (list == FRAME_DROPPED)
    write_dropped(frames);
  else
    write_runs(frames, list);
}

/* How many of the header's fields must be written if no list follows. */
static uint32_t header_fields(const frame_header *header) {
  return header->slack != 0 ? 3 : header->acks != 0 ? 2 : 1;
}

const wire_buffer *frames_write(frames *frames, const frame_header *header) {
  const int64_t head[HEADER_FIELDS] = {header->ticks, header->acks, header->slack};
  uint32_t elements[FRAME_LISTS], lists = 0;
  for (frame_list list = 0; list < FRAME_LISTS; list++) {
    elements[list] = list_elements(frames, list);
    if (elements[list] > 0)
      lists = list + 1;
  }
  uint32_t fields = lists > 0 ? HEADER_FIELDS : header_fields(header);
  frames->picks->out.size = 0;
  wire_append_array(&frames->picks->out, 1 + fields + lists);
  wire_append_int(&frames->picks->out, WIRE_FRAME);
  for (uint32_t i = 0; i < fields; i++)
    wire_append_int(&frames->picks->out, head[i]);
  for (frame_list list = 0; list < lists; list++)
    write_list(frames, list, elements[list]);
  PRE(!frames->picks->out.overflow);
  return &frames->picks->out;
}
