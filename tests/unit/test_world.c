/* The boxes: where they spawn, how fast they are, which ids they get, and what is news about them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/stage.h"

enum { RATE = 30 };

static map *arena_of(const char *text) {
  char error[MAP_ERROR_BYTES] = "";
  map *arena = text ? map_parse(text, strlen(text), "a test", error) : map_load("assets/maps/plaza.json", error);
  assert_string_equal(error, "");
  return arena;
}

static void open_world(world *world, const char *text, uint32_t boxes_max) {
  assert_true(world_init(world, arena_of(text), RATE, boxes_max, 1000, 3));
}

static void close_world(world *world) {
  map_free((map *)world->arena);
  world_free(world);
}

static bool overlap(const sim_body *one, const sim_body *two) {
  return abs(one->x - two->x) < WORLD_BOX * WIRE_SUBUNITS && abs(one->y - two->y) < WORLD_BOX * WIRE_SUBUNITS;
}

static void boxes_spawn_free_and_apart_even_beyond_the_spawn_points(void **state) {
  (void)state;
  world world;
  open_world(&world, NULL, 200);
  for (uint32_t id = 1; id <= 200; id++)
    assert_int_equal(stage_spawn(&world), id);
  for (uint32_t i = 1; i <= 200; i++) {
    const sim_body *body = &world.boxes[i].body;
    assert_true(sim_is_free(body->x, body->y, &world.params, world.ground));
    for (uint32_t k = 1; k < i; k++)
      assert_false(overlap(body, &world.boxes[k].body));
  }
  close_world(&world);
}

static void a_box_walks_300_units_a_second_and_diagonals_are_no_faster(void **state) {
  (void)state;
  for (uint32_t rate = WIRE_TICK_RATE_MIN; rate <= WIRE_TICK_RATE_MAX; rate++) {
    world world;
    assert_true(world_init(&world, arena_of(stage_field), rate, 1, 1, 3));
    double walk = world.params.walk * (double)rate / WIRE_SUBUNITS;
    double diagonal = world.params.walk_diagonal * (double)rate / WIRE_SUBUNITS * 1.41421356;
    assert_true(walk > 295 && walk < 305);
    assert_true(diagonal > 290 && diagonal < 310);
    close_world(&world);
  }
}

static void holding_right_moves_right_until_the_wall(void **state) {
  (void)state;
  world world;
  open_world(&world, stage_field, 1);
  uint32_t id = stage_spawn(&world);
  int32_t x = world.boxes[id].body.x, y = world.boxes[id].body.y;
  world_hold(&world, id, BUTTON_RIGHT);
  for (uint32_t tick = 1; tick <= RATE; tick++)
    world_step(&world, tick);
  assert_int_equal(world.boxes[id].body.x, x + 300 * WIRE_SUBUNITS);
  assert_int_equal(world.boxes[id].body.y, y);
  for (uint32_t tick = RATE; tick <= 60 * RATE; tick++)
    world_step(&world, tick);
  assert_int_equal(world.boxes[id].body.x, (20000 - WORLD_BOX) * WIRE_SUBUNITS);
  close_world(&world);
}

static void news_is_what_the_step_could_not_know(void **state) {
  (void)state;
  world world;
  open_world(&world, stage_field, 2);
  uint32_t id = stage_spawn(&world);
  const world_box *box = &world.boxes[id];
  assert_true(box->stated && box->jumped && !box->turned);
  world_forget_news(&world);
  world_hold(&world, id, BUTTON_UP);
  assert_true(box->turned && !box->stated);
  world_forget_news(&world);
  world_hold(&world, id, BUTTON_UP);
  world_step(&world, 1);
  assert_false(box->turned || box->stated || box->jumped);
  world_push(&world, id, 500, 0);
  assert_true(box->stated && !box->jumped && !box->turned);
  world_forget_news(&world);
  world_teleport(&world, id, 16000, 16000);
  assert_true(box->stated && box->jumped);
  close_world(&world);
}

static void pushes_stay_within_what_the_wire_carries(void **state) {
  (void)state;
  world world;
  open_world(&world, stage_field, 1);
  uint32_t id = stage_spawn(&world);
  for (int i = 0; i < 5; i++)
    world_push(&world, id, INT32_MAX, INT32_MIN);
  assert_int_equal(world.boxes[id].body.vx, WIRE_SPEED_MAX);
  assert_int_equal(world.boxes[id].body.vy, -WIRE_SPEED_MAX);
  close_world(&world);
}

static void the_trace_is_a_line_a_box_in_id_order(void **state) {
  (void)state;
  world world;
  char *text = NULL;
  size_t size = 0;
  open_world(&world, stage_field, 2);
  stage_spawn(&world);
  stage_spawn(&world);
  world_hold(&world, 2, BUTTON_LEFT);
  world_step(&world, 9);
  FILE *out = open_memstream(&text, &size);
  world_trace(&world, out);
  fclose(out);
  char expected[200];
  const sim_body *one = &world.boxes[1].body, *two = &world.boxes[2].body;
  snprintf(expected, sizeof expected, "9 1 %d %d 0 0 0\n9 2 %d %d 0 0 4\n", one->x, one->y, two->x, two->y);
  assert_string_equal(text, expected);
  free(text);
  close_world(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(boxes_spawn_free_and_apart_even_beyond_the_spawn_points),
      cmocka_unit_test(a_box_walks_300_units_a_second_and_diagonals_are_no_faster),
      cmocka_unit_test(holding_right_moves_right_until_the_wall),
      cmocka_unit_test(news_is_what_the_step_could_not_know),
      cmocka_unit_test(pushes_stay_within_what_the_wire_carries),
      cmocka_unit_test(the_trace_is_a_line_a_box_in_id_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
