#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/gen/protocol.h"
#include "server/interest.h"

enum { UNIT = WIRE_SUBUNITS, CELL = 256, SIDE = 10000, REST = 15 };

static interest_grid grid_of(void) {
  const sim_params params = {.width = SIDE * UNIT, .height = SIDE * UNIT, .box = 50 * UNIT};
  return interest_grid_of(&params, CELL * UNIT);
}

static int32_t cells_in(const interest_rect *rect) {
  return (rect->right - rect->left + 1) * (rect->bottom - rect->top + 1);
}

static bool sees_point(const interest *interest, int32_t x, int32_t y) {
  return interest_has(&interest->seen, x / CELL, y / CELL);
}

static void the_view_and_its_margin_are_seen_and_little_more(void **state) {
  (void)state;
  interest_grid grid = grid_of();
  interest one = interest_start();
  interest_look(&one, &grid, 5000 * UNIT, 5000 * UNIT, 1280, 720);
  for (int32_t side = -1; side <= 1; side += 2) {
    assert_true(sees_point(&one, 5000 + side * (640 + INTEREST_MARGIN - 1), 5000));
    assert_true(sees_point(&one, 5000, 5000 + side * (360 + INTEREST_MARGIN - 1)));
    assert_false(sees_point(&one, 5000 + side * (640 + INTEREST_MARGIN + CELL + 1), 5000));
    assert_false(sees_point(&one, 5000, 5000 + side * (360 + INTEREST_MARGIN + CELL + 1)));
  }
}

static void every_shape_sees_about_as_much_and_none_beyond_four_to_one(void **state) {
  (void)state;
  static const uint32_t shapes[][2] = {{16, 9}, {9, 16}, {1, 1}, {4, 1}, {65535, 1}, {1, 65535}};
  interest_grid grid = grid_of();
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    interest one = interest_start();
    interest_look(&one, &grid, 5000 * UNIT, 5000 * UNIT, shapes[i][0], shapes[i][1]);
    assert_in_range(cells_in(&one.seen), 24, 60);
  }
}

static void at_the_arenas_corner_the_view_stays_inside(void **state) {
  (void)state;
  interest_grid grid = grid_of();
  interest one = interest_start();
  interest_look(&one, &grid, 0, SIDE * UNIT, 1280, 720);
  assert_int_equal(one.seen.left, 0);
  assert_int_equal(one.seen.bottom, grid.down - 1);
  assert_true(sees_point(&one, 1280 + INTEREST_MARGIN - 1, SIDE - 720 - INTEREST_MARGIN + 1));
}

static void walking_to_and_fro_over_a_border_changes_nothing(void **state) {
  (void)state;
  interest_grid grid = grid_of();
  interest one = interest_start();
  interest_look(&one, &grid, 5000 * UNIT, 5000 * UNIT, 1280, 720);
  for (int32_t x = 5000; x <= 5000 + INTEREST_HYSTERESIS; x += 10)
    interest_look(&one, &grid, x * UNIT, 5000 * UNIT, 1280, 720);
  interest_rect settled = one.seen;
  for (int i = 0; i < 10; i++)
    for (int32_t x = 5000; x <= 5000 + INTEREST_HYSTERESIS; x += 10) {
      interest_look(&one, &grid, x * UNIT, 5000 * UNIT, 1280, 720);
      assert_memory_equal(&one.seen, &settled, sizeof settled);
    }
  interest_look(&one, &grid, 6000 * UNIT, 5000 * UNIT, 1280, 720);
  assert_true(one.seen.left > settled.left && one.seen.right > settled.right);
}

/* The cell whose right edge is at 4352 is left when the view's left edge, 640 units from the middle, is so far behind.
 */
static void a_cell_is_left_behind_the_margin_and_the_hysteresis_and_no_later(void **state) {
  (void)state;
  const int32_t edge = 17 * CELL, left_at = edge + 640 + INTEREST_MARGIN + INTEREST_HYSTERESIS;
  interest_grid grid = grid_of();
  interest one = interest_start();
  for (int32_t x = 5000; x < left_at; x++) {
    interest_look(&one, &grid, x * UNIT, 5000 * UNIT, 1280, 720);
    assert_true(sees_point(&one, edge - 1, 5000));
  }
  interest_look(&one, &grid, left_at * UNIT, 5000 * UNIT, 1280, 720);
  assert_false(sees_point(&one, edge - 1, 5000));
  assert_true(sees_point(&one, edge, 5000));
}

static void a_teleport_leaves_everything(void **state) {
  (void)state;
  interest_grid grid = grid_of();
  interest one = interest_start();
  interest_look(&one, &grid, 1000 * UNIT, 1000 * UNIT, 1280, 720);
  interest_look(&one, &grid, 9000 * UNIT, 9000 * UNIT, 1280, 720);
  assert_false(sees_point(&one, 1000, 1000));
  assert_true(sees_point(&one, 9000, 9000));
  assert_in_range(cells_in(&one.seen), 20, 60);
}

static void cells_are_fresh_until_written_and_after_a_miss(void **state) {
  (void)state;
  interest_grid grid = grid_of();
  interest one = interest_start();
  interest_look(&one, &grid, 5000 * UNIT, 5000 * UNIT, 1280, 720);
  int32_t column = 5000 / CELL, row = 5000 / CELL;
  assert_true(interest_is_fresh(&one, &grid, column, row));
  interest_written(&one);
  assert_false(interest_is_fresh(&one, &grid, column, row));
  interest_miss(&one);
  assert_true(interest_is_fresh(&one, &grid, column, row));
}

static void a_cell_may_be_asked_for_once_in_a_rest_and_some_in_all(void **state) {
  (void)state;
  interest_grid grid = grid_of();
  interest one = interest_start();
  uint32_t answered = 0;
  interest_look(&one, &grid, 200 * UNIT, 200 * UNIT, 1280, 720);
  interest_written(&one);
  for (uint32_t tick = 100; tick < 100 + 2 * REST; tick++) {
    interest_ask(&one, 0, tick, REST);
    answered += interest_is_fresh(&one, &grid, 0, 0);
    interest_written(&one);
  }
  assert_int_equal(answered, 2);
  answered = 0;
  for (uint32_t cell = 0; cell < 100; cell++)
    interest_ask(&one, cell, 1000, REST);
  for (int32_t column = 0; column < 20; column++)
    answered += interest_is_fresh(&one, &grid, column, 0) && interest_has(&one.written, column, 0);
  assert_in_range(answered, 1, INTEREST_ASKS_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_view_and_its_margin_are_seen_and_little_more),
      cmocka_unit_test(every_shape_sees_about_as_much_and_none_beyond_four_to_one),
      cmocka_unit_test(at_the_arenas_corner_the_view_stays_inside),
      cmocka_unit_test(walking_to_and_fro_over_a_border_changes_nothing),
      cmocka_unit_test(a_cell_is_left_behind_the_margin_and_the_hysteresis_and_no_later),
      cmocka_unit_test(a_teleport_leaves_everything),
      cmocka_unit_test(cells_are_fresh_until_written_and_after_a_miss),
      cmocka_unit_test(a_cell_may_be_asked_for_once_in_a_rest_and_some_in_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
