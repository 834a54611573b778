/* Tag's step: dashing, cooling down, frozen, faster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/games/steps.h"
#include "common/games/tag/tag.h"
#include "common/wander.h"

enum { RATE = 30, WALK = 160, DIAGONAL = 113, BOX = 800, EDGE = 400000 };

typedef struct {
  sim_params params;
  const sim_map *map;
  void *memory;
  sim_step_fn step;
} field;

static field field_of(int32_t walk, const wire_block *blocks, uint32_t count) {
  wire_map map = {.width = EDGE, .height = EDGE, .cell = EDGE, .box = BOX, .blocks = {blocks, count}};
  map.walk = (uint32_t)walk;
  map.walk_diagonal = (uint32_t)(walk * DIAGONAL / WALK);
  field one = {.params = sim_params_of(&map), .memory = malloc(sim_map_bytes(&map)), .step = step_find("tag")};
  one.map = sim_map_init(one.memory, sim_map_bytes(&map), &map);
  assert_non_null(one.step);
  return one;
}

/* How far a tick leads to the right. */
static int32_t gone(const field *on, sim_body *body, uint32_t buttons) {
  int32_t x = body->x;
  on->step(body, buttons, &on->params, on->map);
  return body->x - x;
}

static void without_a_dash_one_walks_as_in_roam(void **state) {
  (void)state;
  const wire_block block = {3000, 3000, 2000, 2000};
  field on = field_of(WALK, &block, 1);
  sim_body one = {.x = 1000, .y = 1000}, other = one;
  wander mind = wander_init(3);
  uint32_t random = 5;
  for (uint32_t tick = 0; tick < 3000; tick++) {
    uint32_t buttons = wander_buttons(&mind, tick, RATE);
    if (wander_random(&random) % 100 == 0)
      one.vx = other.vx = (int32_t)(wander_random(&random) % 1000) - 500;
    on.step(&one, buttons, &on.params, on.map);
    sim_step(&other, buttons, &on.params, on.map);
    assert_memory_equal(&one, &other, sizeof one);
  }
  assert_true(one.x != 1000);
  free(on.memory);
}

static void a_dash_is_22_tenths_of_walking_for_a_quarter_second_and_again_after_two(void **state) {
  (void)state;
  static const int32_t rates[][2] = {{10, 480}, {20, 240}, {30, 160}, {60, 80}, {128, 38}};
  for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
    int32_t rate = rates[i][0], walk = rates[i][1], dashing = 0, cooling = 0;
    field on = field_of(walk, NULL, 0);
    sim_body body = {.x = 1000, .y = 1000};
    assert_int_equal(gone(&on, &body, BUTTON_RIGHT), walk);
    int32_t fast = gone(&on, &body, BUTTON_RIGHT | BUTTON_ACTION);
    assert_in_range(fast * 100 / walk, 218, 220);
    for (dashing = 1; gone(&on, &body, BUTTON_RIGHT | BUTTON_ACTION) == fast; dashing++)
      assert_true(dashing < rate);
    for (cooling = 1; gone(&on, &body, BUTTON_RIGHT | BUTTON_ACTION) == walk; cooling++)
      assert_true(cooling < 3 * rate);
    assert_in_range(dashing * 1000, rate * 250 - 500, rate * 250 + 500);
    assert_in_range(cooling * 1000, rate * 1960 - 1500, rate * 2040 + 1500); /* walk is a rounded number */
    assert_int_equal(gone(&on, &body, BUTTON_RIGHT), fast);                  /* that was the next dash */
    free(on.memory);
  }
}

static void who_stands_or_only_holds_the_button_keeps_the_dash_for_later(void **state) {
  (void)state;
  field on = field_of(WALK, NULL, 0);
  sim_body body = {.x = 5000, .y = 5000};
  for (int i = 0; i < 200; i++)
    assert_int_equal(gone(&on, &body, BUTTON_ACTION), 0);
  assert_int_equal(body.timer, 0);
  assert_int_equal(gone(&on, &body, BUTTON_ACTION | BUTTON_LEFT), -WALK * TAG_DASH / TAG_SPEED_ONE);
  free(on.memory);
}

static void a_dash_can_be_steered_and_is_no_faster_diagonally(void **state) {
  (void)state;
  field on = field_of(WALK, NULL, 0);
  sim_body body = {.x = 5000, .y = 5000};
  gone(&on, &body, BUTTON_RIGHT | BUTTON_ACTION);
  assert_int_equal(gone(&on, &body, BUTTON_LEFT), -WALK * TAG_DASH / TAG_SPEED_ONE);
  assert_int_equal(gone(&on, &body, BUTTON_LEFT | BUTTON_DOWN), -DIAGONAL * TAG_DASH / TAG_SPEED_ONE);
  assert_int_equal(body.y, 5000 + DIAGONAL * TAG_DASH / TAG_SPEED_ONE);
  free(on.memory);
}

static void a_wall_stops_a_dash(void **state) {
  (void)state;
  const wire_block thin = {6000, 0, 1, EDGE};
  field on = field_of(WALK, &thin, 1);
  sim_body body = {.x = 6000 - BOX - 100, .y = 5000, .a = TAG_SPEED_MAX};
  assert_int_equal(gone(&on, &body, BUTTON_RIGHT | BUTTON_ACTION), 100);
  assert_int_equal(gone(&on, &body, BUTTON_RIGHT | BUTTON_ACTION), 0);
  free(on.memory);
}

static void a_frozen_box_is_moved_by_nothing_but_cools_down(void **state) {
  (void)state;
  field on = field_of(WALK, NULL, 0);
  sim_body body = {.x = 5000, .y = 5000, .vx = 400, .vy = -400, .flags = TAG_FROZEN, .timer = 20};
  for (int i = 0; i < 20; i++)
    assert_int_equal(gone(&on, &body, BUTTON_RIGHT | BUTTON_ACTION), 0);
  gone(&on, &body, BUTTON_RIGHT | BUTTON_ACTION);
  assert_int_equal(body.timer, 0);
  assert_int_equal(body.y, 5000);
  body.flags = 0;
  assert_int_equal(gone(&on, &body, BUTTON_RIGHT), WALK); /* and no push is left */
  free(on.memory);
}

static void rules_make_a_box_faster_within_limits(void **state) {
  (void)state;
  const struct {
    int32_t a, speed;
  } rows[] = {{0, 160},  {256, 160},       {282, 176},      {128, 80},       {1, 0},
              {-1, 160}, {INT32_MIN, 160}, {1024, 4 * 160}, {1025, 4 * 160}, {INT32_MAX, 4 * 160}};
  field on = field_of(WALK, NULL, 0);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    sim_body body = {.x = 5000, .y = 5000, .a = rows[i].a};
    assert_int_equal(gone(&on, &body, BUTTON_RIGHT), rows[i].speed);
    assert_int_equal(body.a, rows[i].a);
  }
  free(on.memory);
}

/* What a body may hold that came over the wire: the sanitizers watch. */
static void no_body_overflows_at_this_speed(int32_t walk) {
  uint32_t random = 9, timers = 0;
  field on = field_of(walk, NULL, 0);
  for (uint32_t i = 0; i < 10000; i++) {
    sim_body body = {.x = (int32_t)(wander_random(&random) % EDGE),
                     .vx = (int32_t)(wander_random(&random) % (2 * WIRE_SPEED_MAX)) - WIRE_SPEED_MAX,
                     .flags = (int32_t)(wander_random(&random) % 65536),
                     .timer = wander_random(&random) % 2 ? (int32_t)(wander_random(&random) % 65536) : 0,
                     .a = (int32_t)wander_random(&random),
                     .b = (int32_t)wander_random(&random)};
    on.step(&body, wander_random(&random) % 128, &on.params, on.map);
    assert_in_range(body.timer, 0, 65535);
    assert_true((body.flags & TAG_FROZEN) || (body.x >= 0 && body.x <= EDGE - BOX));
    timers += body.timer > 0;
  }
  assert_in_range(timers, 1000, 9999);
  free(on.memory);
}

static void no_body_overflows_at_any_speed(void **state) {
  (void)state;
  static const int32_t walks[] = {1, 37, 160, 2401, 19201, WIRE_SPEED_MAX};
  for (size_t i = 0; i < sizeof walks / sizeof walks[0]; i++)
    no_body_overflows_at_this_speed(walks[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_a_dash_one_walks_as_in_roam),
      cmocka_unit_test(a_dash_is_22_tenths_of_walking_for_a_quarter_second_and_again_after_two),
      cmocka_unit_test(who_stands_or_only_holds_the_button_keeps_the_dash_for_later),
      cmocka_unit_test(a_dash_can_be_steered_and_is_no_faster_diagonally),
      cmocka_unit_test(a_wall_stops_a_dash),
      cmocka_unit_test(a_frozen_box_is_moved_by_nothing_but_cools_down),
      cmocka_unit_test(rules_make_a_box_faster_within_limits),
      cmocka_unit_test(no_body_overflows_at_any_speed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
