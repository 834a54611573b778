#include "tests/unit/lone.h"

#include <stdlib.h>

lone lone_start(int64_t round_trip) {
  const replica_limits limits = {3, HISTORY};
  lone one = {.replica = replica_init(malloc(replica_bytes(&limits)), replica_bytes(&limits), &limits)};
  wire_welcome welcome = {.id = 1, .tick = FIRST, .tick_rate = RATE};
  wire_map map = {.width = 20000, .height = 20000, .cell = 10000, .box = 100, .walk = WALK, .walk_diagonal = 7};
  one.ground = malloc(sim_map_bytes(&map));
  replica_welcome(one.replica, &welcome, round_trip, 0);
  assert_true(replica_set_map(one.replica, &map, sim_map_init(one.ground, sim_map_bytes(&map), &map), sim_step));
  return one;
}

void lone_end(lone *one) {
  free(one->replica);
  free(one->ground);
}

int64_t lone_due(int64_t ticks) {
  return ticks * 1000000 / RATE;
}

void lone_apply(replica *replica, wire_frame frame, int64_t now) {
  frame.ticks = frame.ticks ? frame.ticks : 1;
  replica_apply_frame(replica, &frame, now);
}

void lone_show(lone *one, const wire_body *bodies, uint32_t count) {
  const wire_group group = {0, {bodies, count}};
  lone_apply(one->replica, (wire_frame){.keyframes = {&group, 1}}, lone_due(1));
}

void lone_pass_until(lone *one, int64_t ticks) {
  while (replica_stats(one->replica)->tick < FIRST + ticks)
    lone_apply(one->replica, (wire_frame){0}, lone_due(replica_stats(one->replica)->tick + 1 - FIRST));
}

uint32_t lone_advance(lone *one, uint32_t buttons, int64_t now) {
  wire_replica_input input;
  return replica_advance(one->replica, buttons, now, &input, 1);
}

wire_draw_item lone_drawn(lone *one, uint32_t id) {
  wire_draw_item items[4];
  uint32_t count = replica_draw(one->replica, items, 4);
  for (uint32_t i = 0; i < count; i++)
    if (items[i].id == id)
      return items[i];
  return (wire_draw_item){0};
}

sim_body lone_found(const lone *one, uint32_t id) {
  sim_body body = {0};
  uint32_t buttons;
  assert_true(replica_find(one->replica, id, &body, &buttons));
  return body;
}
