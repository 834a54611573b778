#include "server/chunks.h"

#include <stdlib.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"

enum {
  TURN_BYTES = 4,  /* id of 3, buttons of 1 */
  BODY_BYTES = 44, /* id 3, x y 5 each, has 2, buttons 1, vx vy 5 each, flags timer 3 each, a b 5 each, jumped 2 */
  CHECK_BYTES = 6,
  GONE_BYTES = 3,
  ITEMS_A_BOX = 4, /* a turn; a state in two cells, or an arrival; gone */
  DIGIT_BITS = 10, /* of a key, sorted by in one pass */
  DIGITS = 1 << DIGIT_BITS,
};

bool chunks_init(chunks *chunks, const world *world, uint32_t check_ticks) {
  PRE(check_ticks > 0);
  memset(chunks, 0, sizeof *chunks);
  chunks->check_ticks = check_ticks;
  chunks->cells = world_cells(world);
  chunks->across = (world->rules.width + world->rules.cell - 1) / world->rules.cell;
  size_t boxes = world->boxes_max, items = boxes * ITEMS_A_BOX + chunks->cells;
  size_t news = boxes * (TURN_BYTES + 2 * BODY_BYTES + GONE_BYTES) + (size_t)chunks->cells * CHECK_BYTES;
  /* not zeroed, so that it costs no memory before there is so much news */
  chunks->items = malloc(items * sizeof *chunks->items);
  chunks->sorting = malloc(items * sizeof *chunks->sorting);
  chunks->runs = malloc(items * sizeof *chunks->runs);
  chunks->first = calloc(chunks->cells + 1, sizeof *chunks->first);
  chunks->whole = calloc(chunks->cells, sizeof *chunks->whole);
  chunks->news = (wire_buffer){.bytes = malloc(news), .capacity = news};
  chunks->keyframes = (wire_buffer){.bytes = malloc(boxes * BODY_BYTES), .capacity = boxes * BODY_BYTES};
  return chunks->items && chunks->sorting && chunks->runs && chunks->first && chunks->whole && chunks->news.bytes &&
         chunks->keyframes.bytes;
}

void chunks_free(chunks *chunks) {
  free(chunks->keyframes.bytes);
  free(chunks->news.bytes);
  free(chunks->whole);
  free(chunks->first);
  free(chunks->runs);
  free(chunks->sorting);
  free(chunks->items);
}

static void add(chunks *chunks, uint32_t cell, uint32_t kind, uint32_t id) {
  chunks->items[chunks->item_count++] = (chunk_item){cell * CHUNK_KINDS + kind, id};
}

static uint32_t arrival_kind(const chunks *chunks, uint32_t from, uint32_t to) {
  int32_t columns = (int32_t)(from % chunks->across) - (int32_t)(to % chunks->across);
  int32_t rows = (int32_t)(from / chunks->across) - (int32_t)(to / chunks->across);
  bool near = abs(columns) <= 1 && abs(rows) <= 1;
  return near ? (uint32_t)(CHUNK_ARRIVAL + 3 * (rows + 1) + columns + 1) : CHUNK_ARRIVAL_FAR;
}

/* A state stands where the box is and where it was foretold to be: who sees neither has lost it by foretelling. */
static void add_state(chunks *chunks, const world_box *box, uint32_t id) {
  add(chunks, box->cell, CHUNK_STATE, id);
  if (box->cell_foretold != box->cell)
    add(chunks, box->cell_foretold, CHUNK_STATE, id);
}

static void add_news(chunks *chunks, const world *world) {
  chunks->item_count = 0;
  for (uint32_t i = 0; i < world->count; i++) {
    uint32_t id = world->ids[i];
    const world_box *box = &world->boxes[id];
    if (box->turned && box->cell_before != WORLD_NOWHERE)
      add(chunks, box->cell_before, CHUNK_TURN, id);
    if (box->stated)
      add_state(chunks, box, id);
    else if (box->cell != box->cell_before)
      add(chunks, box->cell, arrival_kind(chunks, box->cell_before, box->cell), id);
  }
  for (uint32_t i = 0; i < world->gone_count; i++)
    add(chunks, world->gone[i].cell, CHUNK_GONE, world->gone[i].id);
  for (uint32_t cell = 0; cell < chunks->cells; cell++)
    if ((world->tick + cell) % chunks->check_ticks == 0)
      add(chunks, cell, CHUNK_CHECK, 0);
}

static void sort_by_digit(const chunk_item *from, chunk_item *to, uint32_t count, uint32_t shift) {
  uint32_t start[DIGITS + 1] = {0};
  for (uint32_t i = 0; i < count; i++)
    start[(from[i].key >> shift & (DIGITS - 1)) + 1]++;
  for (uint32_t digit = 1; digit < DIGITS; digit++)
    start[digit] += start[digit - 1];
  for (uint32_t i = 0; i < count; i++)
    to[start[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
}

static bool is_sorted(const chunk_item *items, uint32_t count) {
  for (uint32_t i = 1; i < count; i++)
    if (items[i].key < items[i - 1].key)
      return false;
  return true;
}

/* By key, and those of a key in the order they were added: a radix sort in two passes. In a small world there is mostly
   nothing to sort, and to clear and sum up the passes' counters would cost more than all else here. */
static void sort_news(chunks *chunks) {
  if (is_sorted(chunks->items, chunks->item_count))
    return;
  sort_by_digit(chunks->items, chunks->sorting, chunks->item_count, 0);
  sort_by_digit(chunks->sorting, chunks->items, chunks->item_count, DIGIT_BITS);
}

static wire_body body_record(const world *world, uint32_t id, uint32_t cell) {
  const world_box *box = &world->boxes[id];
  int32_t edge = (int32_t)world->rules.cell;
  return (wire_body){.id = id,
                     .x = box->body.x - sim_cell_left(cell, &world->params, edge),
                     .y = box->body.y - sim_cell_top(cell, &world->params, edge),
                     .buttons = box->buttons,
                     .vx = box->body.vx,
                     .vy = box->body.vy,
                     .flags = (uint32_t)box->body.flags,
                     .timer = (uint32_t)box->body.timer,
                     .a = box->body.a,
                     .b = box->body.b,
                     .jumped = box->jumped};
}

static wire_check check_of(const world *world, uint32_t cell) {
  uint32_t sum = SIM_CHECKSUM_START;
  for (uint32_t i = world->first[cell]; i < world->first[cell + 1]; i++) {
    const world_box *box = &world->boxes[world->by_cell[i]];
    sum = sim_checksum_add(sum, world->by_cell[i], box->buttons, &box->body);
  }
  return (wire_check){cell, sim_checksum_fold(sum)};
}

static uint32_t encode_item(wire_buffer *out, const world *world, const chunk_item *item) {
  uint32_t cell = item->key / CHUNK_KINDS, kind = item->key % CHUNK_KINDS;
  if (kind == CHUNK_TURN)
    return wire_append_record(out, &wire_turn_type, &(wire_turn){item->id, world->boxes[item->id].buttons});
  if (kind == CHUNK_GONE)
    return wire_append_record(out, &wire_goner_type, &(wire_goner){item->id});
  if (kind == CHUNK_CHECK) {
    wire_check check = check_of(world, cell);
    return wire_append_record(out, &wire_check_type, &check);
  }
  wire_body body = body_record(world, item->id, cell);
  return wire_append_record(out, &wire_body_type, &body);
}

/* All items of the same key from `first` on. */
static chunk_run encode_run(chunks *chunks, const world *world, uint32_t first) {
  wire_buffer *out = &chunks->news;
  chunk_run run = {.key = chunks->items[first].key, .bytes = out->bytes + out->size, .item = first};
  size_t start = out->size;
  for (uint32_t i = first; i < chunks->item_count && chunks->items[i].key == run.key; i++, run.item_count++)
    run.elements += encode_item(out, world, &chunks->items[i]);
  run.size = (uint32_t)(out->size - start);
  return run;
}

void chunks_encode(chunks *chunks, const world *world) {
  chunks->news.size = chunks->keyframes.size = 0;
  chunks->run_count = 0;
  add_news(chunks, world);
  sort_news(chunks);
  uint32_t item = 0;
  for (uint32_t cell = 0; cell < chunks->cells; cell++) {
    chunks->whole[cell].is_made = false;
    chunks->first[cell] = chunks->run_count;
    while (item < chunks->item_count && chunks->items[item].key / CHUNK_KINDS == cell) {
      chunk_run run = encode_run(chunks, world, item);
      item += run.item_count;
      chunks->runs[chunks->run_count++] = run;
    }
  }
  chunks->first[chunks->cells] = chunks->run_count;
  PRE(item == chunks->item_count);
  PRE(!chunks->news.overflow);
}

const chunk_run *chunks_keyframe(chunks *chunks, const world *world, uint32_t cell) {
  chunk_keyframe *keyframe = &chunks->whole[cell];
  if (keyframe->is_made)
    return &keyframe->run;
  wire_buffer *out = &chunks->keyframes;
  chunk_run run = {.key = cell * CHUNK_KINDS, .bytes = out->bytes + out->size};
  size_t start = out->size;
  for (uint32_t i = world->first[cell]; i < world->first[cell + 1]; i++) {
    wire_body body = body_record(world, world->by_cell[i], cell);
    run.elements += wire_append_record(out, &wire_body_type, &body);
  }
  PRE(!out->overflow);
  run.size = (uint32_t)(out->size - start);
  *keyframe = (chunk_keyframe){true, run};
  return &keyframe->run;
}
