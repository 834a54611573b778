/* The replica, the view and the steps for the browser: common/{sim,replica,view}.c and the step.c of games behind
   functions of plain numbers.
   Times come as milliseconds in a double, as JavaScript has no cheap 64-bit integers. One module instance
   holds one replica.

   Memory above the module's own: the replica and its lists, then the map with its ground, then the message
   that is being handed in, which is overwritten by the next one:

       | stack, data | replica | items, inputs | wire_map | sim_map | wire_frame ... |
                     ^ heap_start              ^ map_start          ^ free_start           */
#include <stddef.h>
#include <stdint.h>

#include "common/games/steps.h"
#include "common/pre.h"
#include "common/replica.h"
#include "common/view.h"

#define EXPORT(name) __attribute__((export_name(#name))) name

enum { PAGE_BYTES = 65536, INPUTS_MAX = 16 };

extern uint8_t __heap_base[];

static uint8_t *free_start, *map_start;
static replica *world;
static const wire_map *arena;
static const sim_map *ground;
static sim_params params;
static wire_draw_item *items;
static uint32_t items_max;
static wire_replica_input inputs[INPUTS_MAX];
static uint32_t resync_cell;
static wire_view_fit fit;

/* The compiler calls these two for large copies; there is no libc to bring them. */
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);

void *memcpy(void *to, const void *from, size_t size) {
  uint8_t *target = to;
  const uint8_t *source = from;
  while (size-- > 0)
    *target++ = *source++;
  return to;
}

void *memset(void *to, int value, size_t size) {
  uint8_t *target = to;
  while (size-- > 0)
    *target++ = (uint8_t)value;
  return to;
}

static int64_t microseconds(double milliseconds) {
  return (int64_t)(milliseconds * 1000);
}

/* Makes sure that `bytes` of memory are there from `free_start` on. */
static void reserve(size_t bytes) {
  size_t end = (size_t)free_start + bytes, have = __builtin_wasm_memory_size(0) * PAGE_BYTES;
  if (end > have)
    PRE(__builtin_wasm_memory_grow(0, (end - have + PAGE_BYTES - 1) / PAGE_BYTES) != (size_t)-1);
}

static void *take(size_t bytes) {
  reserve(bytes);
  void *taken = free_start;
  free_start += (bytes + 7) & ~(size_t)7;
  return taken;
}

/* Makes the replica. Called once, before all else. */
void EXPORT(create)(uint32_t boxes, uint32_t history) {
  const replica_limits limits = {boxes, history};
  size_t bytes = replica_bytes(&limits);
  free_start = (uint8_t *)(((size_t)__heap_base + 7) & ~(size_t)7);
  world = replica_init(take(bytes), bytes, &limits);
  items_max = boxes;
  items = take(boxes * sizeof *items);
  map_start = free_start;
}

/* Memory for a message that replaces the map, and its lists. */
void *EXPORT(map_memory)(uint32_t bytes) {
  free_start = map_start;
  return take(bytes);
}

/* Memory for any other message and its lists, until the next call of this or of map_memory. */
void *EXPORT(message_memory)(uint32_t bytes) {
  reserve(bytes);
  return free_start;
}

void EXPORT(welcome)(const wire_welcome *message, double round_trip, double now) {
  replica_welcome(world, message, microseconds(round_trip), microseconds(now));
}

/* Takes a map that lies in map_memory. 0 if no world can be made of it, or its step is not known here. */
uint32_t EXPORT(set_map)(const wire_map *message) {
  size_t bytes = sim_map_bytes(message);
  arena = message;
  ground = sim_map_init(take(bytes), bytes, message);
  params = sim_params_of(message);
  return replica_set_map(world, message, ground, step_find(message->step));
}

/* Boxes move by another step from a tick on. 0 if it is not known here. */
uint32_t EXPORT(set_step)(const wire_step *message) {
  return replica_set_step(world, message->tick, step_find(message->step));
}

void EXPORT(apply_frame)(const wire_frame *message, double now) {
  replica_apply_frame(world, message, microseconds(now));
}

/* Lets time pass; returns how many inputs to send lie at inputs_memory. */
uint32_t EXPORT(advance)(uint32_t buttons, double now) {
  return replica_advance(world, buttons, microseconds(now), inputs, INPUTS_MAX);
}

const wire_replica_input *EXPORT(inputs_memory)(void) {
  return inputs;
}

/* Fills the list at items_memory with the boxes to draw, and returns how many. */
uint32_t EXPORT(draw)(void) {
  return replica_draw(world, items, items_max);
}

const wire_draw_item *EXPORT(items_memory)(void) {
  return items;
}

/* The cell to ask for by resync, or -1. */
int32_t EXPORT(wanted_cell)(void) {
  return replica_wants_resync(world, &resync_cell) ? (int32_t)resync_cell : -1;
}

const wire_replica_stats *EXPORT(stats)(void) {
  return replica_stats(world);
}

uint32_t EXPORT(is_ready)(void) {
  return replica_is_ready(world);
}

/* Where the world lies in a window of this many pixels, around a point. */
const wire_view_fit *EXPORT(fit_view)(int32_t width, int32_t height, int32_t center_x, int32_t center_y) {
  PRE(arena);
  fit = view_fit(width, height, (int32_t)arena->width, (int32_t)arena->height, center_x, center_y);
  return &fit;
}

/* The bare step that the map names, and its checksum: the golden traces hold them to what C computes. */
void EXPORT(step_body)(sim_body *body, uint32_t buttons) {
  PRE(ground);
  step_find(arena->step)(body, buttons, &params, ground);
}

uint32_t EXPORT(checksum_start)(void) {
  return SIM_CHECKSUM_START;
}

uint32_t EXPORT(checksum_add)(uint32_t sum, uint32_t id, uint32_t buttons, const sim_body *body) {
  return sim_checksum_add(sum, id, buttons, body);
}
