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
     90 dropped                  always empty with one cell
     9x gone                     h header, c records  id id ...

   9x stands for any array header; it counts values, not records. */
enum {
  TURN_BYTES = 4,  /* id of 3, buttons of 1 */
  BODY_BYTES = 44, /* id 3, x y 5 each, has 2, buttons 1, vx vy 5 each, flags timer 3 each, a b 5 each, jumped 2 */
  CHECK_BYTES = 6,
  GONE_BYTES = 3,
  GROUP_BYTES = 8, /* cell and array header */
};

static frame_segment segment_in(uint8_t **memory, size_t capacity) {
  frame_segment segment = {.bytes = {.bytes = *memory, .capacity = capacity}};
  *memory += capacity;
  return segment;
}

static size_t chunk_bytes(size_t boxes) {
  return boxes * (TURN_BYTES + 2 * BODY_BYTES + GONE_BYTES) + CHECK_BYTES + 2 * GROUP_BYTES;
}

static void chunk_init(frame_chunk *chunk, uint8_t **memory, size_t boxes) {
  chunk->turns = segment_in(memory, boxes * TURN_BYTES);
  chunk->states = segment_in(memory, boxes * BODY_BYTES + GROUP_BYTES);
  chunk->checks = segment_in(memory, CHECK_BYTES);
  chunk->gone = segment_in(memory, boxes * GONE_BYTES);
  chunk->keyframe = segment_in(memory, boxes * BODY_BYTES + GROUP_BYTES);
}

bool frames_init(frames *frames, const world *world, uint32_t check_ticks) {
  PRE(check_ticks > 0);
  memset(frames, 0, sizeof *frames);
  frames->check_ticks = check_ticks;
  frames->cells = world_cells(world);
  frames->chunks = calloc(frames->cells, sizeof *frames->chunks);
  frames->memory = malloc(frames->cells * chunk_bytes(world->boxes_max));
  frames->out = (wire_buffer){.bytes = malloc(WIRE_SERVER_BYTES_MAX), .capacity = WIRE_SERVER_BYTES_MAX};
  if (!frames->chunks || !frames->memory || !frames->out.bytes)
    return false;
  uint8_t *memory = frames->memory;
  for (uint32_t cell = 0; cell < frames->cells; cell++)
    chunk_init(&frames->chunks[cell], &memory, world->boxes_max);
  return true;
}

void frames_free(frames *frames) {
  free(frames->out.bytes);
  free(frames->memory);
  free(frames->chunks);
}

static void segment_clear(frame_segment *segment) {
  segment->bytes.size = 0;
  segment->elements = 0;
}

static void chunk_clear(frame_chunk *chunk) {
  segment_clear(&chunk->turns);
  segment_clear(&chunk->states);
  segment_clear(&chunk->checks);
  segment_clear(&chunk->gone);
  segment_clear(&chunk->keyframe);
  chunk->has_keyframe = false;
}

static void add_record(frame_segment *segment, const wire_type *type, const void *record) {
  segment->elements += wire_append_record(&segment->bytes, type, record);
  PRE(!segment->bytes.overflow);
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

static void add_news(frames *frames, const world *world, uint32_t id) {
  const world_box *box = &world->boxes[id];
  if (box->turned) {
    wire_turn turn = {id, box->buttons};
    add_record(&frames->chunks[box->cell_before].turns, &wire_turn_type, &turn);
  }
  if (box->stated) {
    uint32_t cell = world_cell(world, id);
    wire_body body = body_record(world, id, cell);
    add_record(&frames->chunks[cell].states, &wire_body_type, &body);
  }
}

static void add_gone(frames *frames, const world_goner *gone) {
  wire_goner record = {gone->id};
  add_record(&frames->chunks[gone->cell].gone, &wire_goner_type, &record);
}

static void add_check(frame_chunk *chunk, const world *world, uint32_t cell) {
  uint32_t sum = SIM_CHECKSUM_START;
  for (uint32_t i = 0; i < world->count; i++) {
    const world_box *box = &world->boxes[world->ids[i]];
    if (world_cell(world, world->ids[i]) == cell)
      sum = sim_checksum_add(sum, world->ids[i], box->buttons, &box->body);
  }
  wire_check check = {cell, sim_checksum_fold(sum)};
  add_record(&chunk->checks, &wire_check_type, &check);
}

void frames_encode(frames *frames, const world *world) {
  for (uint32_t cell = 0; cell < frames->cells; cell++)
    chunk_clear(&frames->chunks[cell]);
  for (uint32_t i = 0; i < world->count; i++)
    add_news(frames, world, world->ids[i]);
  for (uint32_t i = 0; i < world->gone_count; i++)
    add_gone(frames, &world->gone[i]);
  for (uint32_t cell = 0; cell < frames->cells; cell++)
    if ((world->tick + cell) % frames->check_ticks == 0)
      add_check(&frames->chunks[cell], world, cell);
}

static const frame_segment *keyframe_of(frames *frames, const world *world, uint32_t cell) {
  frame_chunk *chunk = &frames->chunks[cell];
  if (chunk->has_keyframe)
    return &chunk->keyframe;
  for (uint32_t i = 0; i < world->count; i++) {
    if (world_cell(world, world->ids[i]) != cell)
      continue;
    wire_body body = body_record(world, world->ids[i], cell);
    add_record(&chunk->keyframe, &wire_body_type, &body);
  }
  chunk->has_keyframe = true;
  return &chunk->keyframe;
}

/* The lists of a frame, in the order of the wire. `dropped` stays empty with one cell. */
typedef enum { TURNS, STATES, CHECKS, KEYFRAMES, DROPPED, GONE, LISTS } list;
enum { HEADER_FIELDS = 3 };

/* What a cell adds to a list, or NULL. A fresh cell is sent whole instead of its news. */
static const frame_segment *part_of(frames *frames, const world *world, const interest_cell *seen, list list) {
  const frame_chunk *chunk = &frames->chunks[seen->cell];
  const frame_segment *part = NULL;
  if (list == KEYFRAMES)
    return seen->fresh ? keyframe_of(frames, world, seen->cell) : NULL;
  if (seen->fresh && list != GONE)
    return NULL;
  if (list == TURNS)
    part = &chunk->turns;
  else if (list == STATES)
    part = &chunk->states;
  else if (list == CHECKS)
    part = &chunk->checks;
  else if (list == GONE)
    part = &chunk->gone;
  return part && part->elements > 0 ? part : NULL;
}

static bool is_grouped(list list) {
  return list == STATES || list == KEYFRAMES;
}

/* How many values the list's array holds. */
static uint32_t list_elements(frames *frames, const world *world, const interest *interest, list list) {
  uint32_t elements = 0;
  for (uint32_t i = 0; i < interest->count; i++) {
    const frame_segment *part = part_of(frames, world, &interest->cells[i], list);
    if (part)
      elements += is_grouped(list) ? 2 : part->elements;
  }
  return elements;
}

static void write_list(frames *frames, const world *world, const interest *interest, list list, uint32_t elements) {
  wire_append_array(&frames->out, elements);
  for (uint32_t i = 0; elements > 0 && i < interest->count; i++) {
    const frame_segment *part = part_of(frames, world, &interest->cells[i], list);
    if (!part)
      continue;
    if (is_grouped(list)) {
      wire_append_int(&frames->out, interest->cells[i].cell);
      wire_append_array(&frames->out, part->elements);
    }
    wire_append_bytes(&frames->out, part->bytes.bytes, part->bytes.size);
  }
}

/* How many of the header's fields must be written if no list follows. */
static uint32_t header_fields(const frame_header *header) {
  return header->slack != 0 ? 3 : header->acks != 0 ? 2 : 1;
}

const wire_buffer *frames_write(frames *frames, const world *world, const interest *interest,
                                const frame_header *header) {
  const int64_t head[HEADER_FIELDS] = {header->ticks, header->acks, header->slack};
  uint32_t elements[LISTS], lists = 0;
  for (list list = 0; list < LISTS; list++) {
    elements[list] = list_elements(frames, world, interest, list);
    if (elements[list] > 0)
      lists = list + 1;
  }
  uint32_t fields = lists > 0 ? HEADER_FIELDS : header_fields(header);
  frames->out.size = 0;
  wire_append_array(&frames->out, 1 + fields + lists);
  wire_append_int(&frames->out, WIRE_FRAME);
  for (uint32_t i = 0; i < fields; i++)
    wire_append_int(&frames->out, head[i]);
  for (list list = 0; list < lists; list++)
    write_list(frames, world, interest, list, elements[list]);
  PRE(!frames->out.overflow);
  return &frames->out;
}
