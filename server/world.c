#include "server/world.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"
#include "common/wander.h"

enum { SEARCH_TRIES = 256 };

/* 1/16 units a tick, rounded to the nearest; a diagonal is walk / sqrt 2. */
static uint32_t walk_of(uint32_t tick_rate) {
  return (WORLD_WALK * WIRE_SUBUNITS + tick_rate / 2) / tick_rate;
}

static uint32_t diagonal_of(uint32_t walk) {
  enum { SQRT_HALF = 46341 }; /* in 1/65536 */
  uint32_t diagonal = (walk * SQRT_HALF + 32768) / 65536;
  return diagonal > 0 ? diagonal : 1;
}

static wire_map rules_of(const map *arena, uint32_t tick_rate) {
  uint32_t walk = walk_of(tick_rate);
  wire_map rules = {.step = "roam",
                    .width = arena->width,
                    .height = arena->height,
                    .cell = arena->cell,
                    .box = WORLD_BOX * WIRE_SUBUNITS,
                    .walk = walk,
                    .walk_diagonal = diagonal_of(walk),
                    .blocks = {arena->blocks, arena->block_count}};
  return rules;
}

static const sim_map *make_ground(const wire_map *rules) {
  size_t bytes = sim_map_bytes(rules);
  void *memory = malloc(bytes);
  return memory ? sim_map_init(memory, bytes, rules) : NULL;
}

bool world_init(world *world, const map *arena, uint32_t tick_rate, uint32_t boxes_max, uint32_t id_max,
                uint32_t seed) {
  PRE_RANGE(id_max, 1, WIRE_BOX_ID_MAX);
  PRE_RANGE(boxes_max, 1, id_max);
  memset(world, 0, sizeof *world);
  world->arena = arena;
  world->rules = rules_of(arena, tick_rate);
  world->params = sim_params_of(&world->rules);
  world->boxes_max = boxes_max;
  world->id_max = id_max;
  world->step = sim_step;
  world->random = seed ? seed : 1;
  world->ground = make_ground(&world->rules);
  world->boxes = calloc(id_max + 1, sizeof *world->boxes);
  world->ids = calloc(boxes_max, sizeof *world->ids);
  world->gone = calloc(boxes_max, sizeof *world->gone);
  world->by_cell = calloc(boxes_max, sizeof *world->by_cell);
  world->first = calloc(world_cells(world) + 1, sizeof *world->first);
  return world->by_cell && world->first && world->ground && world->boxes && world->ids && world->gone;
}

void world_free(world *world) {
  free(world->first);
  free(world->by_cell);
  free(world->gone);
  free(world->ids);
  free(world->boxes);
  free((void *)world->ground);
}

bool world_has(const world *world, uint32_t id) {
  return id > 0 && id <= world->id_max && world->boxes[id].here;
}

static bool is_empty_of_boxes(const world *world, int32_t x, int32_t y) {
  int32_t edge = world->params.box;
  for (uint32_t i = 0; i < world->count; i++) {
    const sim_body *body = &world->boxes[world->ids[i]].body;
    if (abs(body->x - x) < edge && abs(body->y - y) < edge)
      return false;
  }
  return true;
}

/* Beginning at a random spawn point, the first that no box stands on. */
static bool find_spawn_point(world *world, sim_body *body) {
  uint32_t count = world->arena->spawn_count, start = wander_random(&world->random) % count;
  for (uint32_t i = 0; i < count; i++) {
    map_spawn spawn = world->arena->spawns[(start + i) % count];
    if (is_empty_of_boxes(world, spawn.x, spawn.y)) {
      body->x = spawn.x;
      body->y = spawn.y;
      return true;
    }
  }
  return false;
}

/* All spawn points are taken: some free place, empty of boxes if one is found. Boxes pass through each other,
   so that a crowded arena still takes everyone. */
static void search_place(world *world, sim_body *body) {
  const sim_params *params = &world->params;
  *body = (sim_body){.x = world->arena->spawns[0].x, .y = world->arena->spawns[0].y};
  for (int i = 0; i < SEARCH_TRIES; i++) {
    int32_t x = (int32_t)(wander_random(&world->random) % (uint32_t)(params->width - params->box + 1));
    int32_t y = (int32_t)(wander_random(&world->random) % (uint32_t)(params->height - params->box + 1));
    if (!sim_is_free(x, y, params, world->ground))
      continue;
    *body = (sim_body){.x = x, .y = y};
    if (is_empty_of_boxes(world, x, y))
      return;
  }
}

static uint32_t index_for(const world *world, uint32_t id) {
  uint32_t low = 0, high = world->count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (world->ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void insert_id(world *world, uint32_t id) {
  uint32_t at = index_for(world, id);
  memmove(world->ids + at + 1, world->ids + at, (world->count - at) * sizeof *world->ids);
  world->ids[at] = (uint16_t)id;
  world->count++;
}

static sim_body place(world *world) {
  sim_body body = {0};
  if (!find_spawn_point(world, &body))
    search_place(world, &body);
  return body;
}

bool world_may_spawn(const world *world, uint32_t id) {
  for (uint32_t i = 0; i < world->gone_count; i++)
    if (world->gone[i].id == id)
      return false;
  return true;
}

void world_spawn(world *world, uint32_t id) {
  PRE(world->count < world->boxes_max);
  PRE_RANGE(id, 1, world->id_max);
  PRE(!world_has(world, id) && world_may_spawn(world, id));
  world->boxes[id] =
      (world_box){.here = true, .body = place(world), .stated = true, .jumped = true, .cell_before = WORLD_NOWHERE};
  insert_id(world, id);
}

static uint32_t cell_of(const world *world, const sim_body *body) {
  return sim_cell_at(body->x, body->y, &world->params, (int32_t)world->rules.cell);
}

/* Not told to anybody yet. */
static bool is_new(const world_box *box) {
  return box->stated && box->cell_before == WORLD_NOWHERE;
}

void world_remove(world *world, uint32_t id) {
  PRE(world_has(world, id));
  world_box *box = &world->boxes[id];
  box->here = false;
  if (!is_new(box))
    world->gone[world->gone_count++] = (world_goner){id, cell_of(world, box->stated ? &box->untold : &box->body)};
  uint32_t at = index_for(world, id);
  world->count--;
  memmove(world->ids + at, world->ids + at + 1, (world->count - at) * sizeof *world->ids);
}

void world_hold(world *world, uint32_t id, uint32_t buttons) {
  world_box *box = &world->boxes[id];
  if (box->buttons == buttons)
    return;
  box->buttons = buttons;
  box->turned = true;
}

static int32_t within_speed(int32_t speed) {
  return speed > WIRE_SPEED_MAX ? WIRE_SPEED_MAX : speed < -WIRE_SPEED_MAX ? -WIRE_SPEED_MAX : speed;
}

/* Marks that the body is about to do what clients cannot foretell. */
static void state(world_box *box) {
  if (!box->stated)
    box->untold = box->body;
  box->stated = true;
}

void world_push(world *world, uint32_t id, int32_t vx, int32_t vy) {
  PRE(world_has(world, id));
  world_box *box = &world->boxes[id];
  state(box);
  box->body.vx = within_speed(box->body.vx + within_speed(vx));
  box->body.vy = within_speed(box->body.vy + within_speed(vy));
}

void world_teleport(world *world, uint32_t id, int32_t x, int32_t y) {
  PRE(world_has(world, id));
  PRE(sim_is_free(x, y, &world->params, world->ground));
  world_box *box = &world->boxes[id];
  state(box);
  box->body.x = x;
  box->body.y = y;
  box->jumped = true;
}

void world_set_body(world *world, uint32_t id, int32_t flags, int32_t timer, int32_t a, int32_t b) {
  PRE(world_has(world, id));
  world_box *box = &world->boxes[id];
  state(box);
  box->body.flags = flags;
  box->body.timer = timer;
  box->body.a = a;
  box->body.b = b;
}

void world_respawn(world *world, uint32_t id) {
  PRE(world_has(world, id));
  world_box *box = &world->boxes[id];
  state(box);
  box->body = place(world);
  box->jumped = true;
}

/* Clients step the body that they know. */
static void foretell(const world *world, world_box *box) {
  box->cell_before = cell_of(world, &box->untold);
  world->step(&box->untold, box->buttons, &world->params, world->ground);
  box->cell_foretold = cell_of(world, &box->untold);
}

static void step_box(const world *world, world_box *box) {
  if (!box->stated)
    box->cell_before = box->cell;
  else if (!is_new(box))
    foretell(world, box);
  world->step(&box->body, box->buttons, &world->params, world->ground);
  box->cell = cell_of(world, &box->body);
  if (!box->stated || is_new(box))
    box->cell_foretold = box->cell;
}

/* A counting sort; as `ids` ascend, those of a cell do. */
static void sort_by_cell(world *world) {
  uint32_t cells = world_cells(world);
  memset(world->first, 0, (cells + 1) * sizeof *world->first);
  for (uint32_t i = 0; i < world->count; i++)
    world->first[world->boxes[world->ids[i]].cell]++;
  for (uint32_t cell = 1; cell <= cells; cell++)
    world->first[cell] += world->first[cell - 1];
  for (uint32_t i = world->count; i-- > 0;)
    world->by_cell[--world->first[world->boxes[world->ids[i]].cell]] = world->ids[i];
}

void world_set_step(world *world, sim_step_fn step) {
  world->step = step;
}

void world_step(world *world, uint32_t tick) {
  world->tick = tick;
  for (uint32_t i = 0; i < world->count; i++)
    step_box(world, &world->boxes[world->ids[i]]);
  sort_by_cell(world);
}

uint32_t world_cells(const world *world) {
  return sim_cells(&world->params, (int32_t)world->rules.cell);
}

void world_forget_news(world *world) {
  for (uint32_t i = 0; i < world->count; i++) {
    world_box *box = &world->boxes[world->ids[i]];
    box->turned = box->stated = box->jumped = false;
    box->cell_before = box->cell;
  }
  world->gone_count = 0;
}

void world_trace(const world *world, FILE *out) {
  for (uint32_t i = 0; i < world->count; i++) {
    const world_box *box = &world->boxes[world->ids[i]];
    fprintf(out, "%u %u %d %d %d %d %u\n", world->tick, world->ids[i], box->body.x, box->body.y, box->body.vx,
            box->body.vy, box->buttons);
  }
}
