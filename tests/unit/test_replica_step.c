/* The replica and steps that change: what is announced, when it holds, and what was predicted meanwhile. */
#include <stdlib.h>

#include "common/games/steps.h"
#include "tests/unit/lone.h"

/* A step that leaves its mark: it adds one to `a`. */
static void step_count_up(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map) {
  (void)buttons, (void)params, (void)map;
  body->a++;
}

/* And one that adds a thousand. */
static void step_leap(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map) {
  (void)buttons, (void)params, (void)map;
  body->a += 1000;
}

/* Box 1, the own one, and box 5 stand at `x` 100 after tick FIRST + 1. */
static lone lone_pair(void) {
  lone one = lone_start(50 * MS);
  const wire_body bodies[] = {{.id = 1, .x = 100}, {.id = 5, .x = 100, .buttons = BUTTON_RIGHT}};
  lone_show(&one, bodies, 2);
  return one;
}

static void assert_marks(const lone *one, int32_t mark) {
  assert_int_equal(lone_found(one, 1).a, mark);
  assert_int_equal(lone_found(one, 5).a, mark);
}

static void a_step_changes_at_its_tick_and_not_before(void **state) {
  (void)state;
  lone one = lone_pair();
  assert_true(replica_set_step(one.replica, FIRST + 5, step_count_up));
  lone_pass_until(&one, 4);
  assert_marks(&one, 0);
  assert_int_equal(lone_found(&one, 5).x, 100 + 3 * WALK);
  lone_pass_until(&one, 7);
  assert_marks(&one, 3);
  assert_int_equal(lone_found(&one, 5).x, 100 + 3 * WALK);
  lone_end(&one);
}

static void a_step_whose_tick_has_passed_holds_from_the_next_frame_on(void **state) {
  (void)state;
  lone one = lone_pair();
  lone_pass_until(&one, 7);
  assert_true(replica_set_step(one.replica, FIRST - 3, step_count_up));
  assert_marks(&one, 0);
  lone_pass_until(&one, 9);
  assert_marks(&one, 2);
  lone_end(&one);
}

static void two_announced_steps_hold_each_from_its_tick_on(void **state) {
  (void)state;
  lone one = lone_pair();
  replica_set_step(one.replica, FIRST + 4, step_count_up);
  replica_set_step(one.replica, FIRST + 6, step_leap);
  replica_set_step(one.replica, FIRST + 8, step_still);
  lone_pass_until(&one, 10);
  assert_marks(&one, 2002);
  lone_end(&one);
}

static void a_later_word_on_the_same_ticks_replaces_the_earlier(void **state) {
  (void)state;
  lone one = lone_pair();
  replica_set_step(one.replica, FIRST + 6, step_leap);
  replica_set_step(one.replica, FIRST + 7, step_leap);
  replica_set_step(one.replica, FIRST + 6, step_count_up);
  lone_pass_until(&one, 10);
  assert_marks(&one, 5);
  lone_end(&one);
}

static void of_too_many_announced_steps_the_last_is_replaced(void **state) {
  (void)state;
  lone one = lone_pair();
  for (uint32_t i = 0; i < REPLICA_CHANGES; i++)
    replica_set_step(one.replica, FIRST + 4 + i, i + 1 < REPLICA_CHANGES ? step_count_up : step_leap);
  replica_set_step(one.replica, FIRST + 4 + REPLICA_CHANGES, step_still);
  lone_pass_until(&one, 10);
  assert_marks(&one, REPLICA_CHANGES);
  lone_end(&one);
}

static void a_map_forgets_what_was_announced(void **state) {
  (void)state;
  lone one = lone_pair();
  const wire_map map = {.width = 20000, .height = 20000, .cell = 10000, .box = 100, .walk = WALK, .walk_diagonal = 7};
  replica_set_step(one.replica, FIRST + 4, step_leap);
  void *ground = malloc(sim_map_bytes(&map));
  assert_true(replica_set_map(one.replica, &map, sim_map_init(ground, sim_map_bytes(&map), &map), step_count_up));
  lone_pass_until(&one, 8);
  assert_marks(&one, 7);
  free(ground);
  lone_end(&one);
}

static void an_unknown_step_is_refused_and_changes_nothing(void **state) {
  (void)state;
  lone one = lone_pair();
  wire_map map = {.width = 20000, .height = 20000, .cell = 10000, .box = 100, .walk = WALK, .walk_diagonal = 7};
  assert_false(replica_set_step(one.replica, FIRST, step_find("no such step")));
  assert_false(replica_set_map(one.replica, &map, NULL, step_find("roa")));
  assert_ptr_equal(step_find("roam"), sim_step);
  assert_ptr_equal(step_find("still"), step_still);
  lone_pass_until(&one, 8);
  assert_int_equal(lone_found(&one, 5).x, 100 + 7 * WALK);
  lone_end(&one);
}

/* Ticks 2 to 4 are predicted by walking; then the step, which was to stand still from tick 3 on, is told. */
static void a_step_told_late_is_predicted_anew_and_the_error_bled_off(void **state) {
  (void)state;
  lone one = lone_pair();
  const wire_turn turn = {1, BUTTON_RIGHT};
  lone_apply(one.replica, (wire_frame){.turns = {&turn, 1}}, lone_due(2));
  lone_advance(&one, BUTTON_RIGHT, lone_due(2));
  lone_advance(&one, BUTTON_RIGHT, lone_due(3));
  const wire_replica_stats *stats = replica_stats(one.replica);
  assert_true(stats->predicted_tick >= FIRST + 4);
  int32_t before = lone_drawn(&one, 1).x, place = 100 + WALK;
  assert_true(before > place + WALK);
  replica_set_step(one.replica, FIRST + 3, step_still);
  lone_advance(&one, BUTTON_RIGHT, lone_due(3));
  assert_int_equal(lone_drawn(&one, 1).x, before);
  assert_int_equal(stats->error_x, before - place);
  lone_advance(&one, BUTTON_RIGHT, lone_due(3) + 100 * MS);
  assert_int_equal(lone_drawn(&one, 1).x, place);
  lone_pass_until(&one, 8);
  assert_int_equal(stats->corrections, 0);
  assert_int_equal(lone_found(&one, 1).x, place);
  lone_end(&one);
}

/* A box foretold beyond the newest frame walks by the step of each tick. */
static void others_are_foretold_by_the_step_that_will_be(void **state) {
  (void)state;
  lone one = lone_pair();
  replica_set_step(one.replica, FIRST + 4, step_still);
  lone_advance(&one, 0, lone_due(6));
  assert_true(lone_drawn(&one, 5).foretold);
  assert_int_equal(lone_drawn(&one, 5).x, 100 + 2 * WALK);
  lone_end(&one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_step_changes_at_its_tick_and_not_before),
      cmocka_unit_test(a_step_whose_tick_has_passed_holds_from_the_next_frame_on),
      cmocka_unit_test(two_announced_steps_hold_each_from_its_tick_on),
      cmocka_unit_test(a_later_word_on_the_same_ticks_replaces_the_earlier),
      cmocka_unit_test(of_too_many_announced_steps_the_last_is_replaced),
      cmocka_unit_test(a_map_forgets_what_was_announced),
      cmocka_unit_test(an_unknown_step_is_refused_and_changes_nothing),
      cmocka_unit_test(a_step_told_late_is_predicted_anew_and_the_error_bled_off),
      cmocka_unit_test(others_are_foretold_by_the_step_that_will_be),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
