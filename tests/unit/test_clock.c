#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/clock.h"

enum { SECOND = 1000000, MS = 1000 };

static void the_worst_of_ten_seconds_is_forgotten_after_ten_seconds(void **state) {
  (void)state;
  clock_window window;
  clock_window_reset(&window, 7);
  assert_int_equal(clock_window_worst(&window), 7);
  clock_window_add(&window, 90, 100 * SECOND);
  for (int64_t second = 101; second < 110; second++) {
    clock_window_add(&window, 10 + second % 3, second * SECOND);
    assert_int_equal(clock_window_worst(&window), 90);
  }
  clock_window_add(&window, 10, 110 * SECOND);
  assert_int_equal(clock_window_worst(&window), 12);
}

static void the_last_known_worst_stays_while_nothing_comes(void **state) {
  (void)state;
  clock_window window;
  clock_window_reset(&window, 7);
  clock_window_add(&window, 90, SECOND);
  assert_int_equal(clock_window_worst(&window), 90);
  clock_window_add(&window, 5, 1000 * (int64_t)SECOND);
  assert_int_equal(clock_window_worst(&window), 5);
}

static void a_stall_and_its_burst_are_left_out_of_the_spread(void **state) {
  (void)state;
  clock_spread spread;
  clock_spread_reset(&spread, 20 * MS, SECOND);
  clock_spread_add(&spread, 50 * MS, SECOND + 1);
  for (int64_t late = 1000; late >= 60; late -= 33)
    clock_spread_add(&spread, late * MS, 2 * SECOND);
  assert_int_equal(clock_spread_worst(&spread), 50 * MS);
  clock_spread_add(&spread, 40 * MS, 2 * SECOND);
  clock_spread_add(&spread, 60 * MS, 2 * SECOND + 1); /* ordinary again, so this counts */
  assert_int_equal(clock_spread_worst(&spread), 60 * MS);
  assert_int_equal(clock_spread_best(&spread), 20 * MS);
}

static void a_stall_that_came_first_is_forgotten_at_the_first_ordinary_value(void **state) {
  (void)state;
  clock_spread spread;
  clock_spread_reset(&spread, 800 * MS, SECOND);
  assert_int_equal(clock_spread_worst(&spread), 800 * MS);
  clock_spread_add(&spread, 20 * MS, SECOND + 1);
  assert_int_equal(clock_spread_worst(&spread), 20 * MS);
  clock_spread_add(&spread, 30 * MS, SECOND + 2);
  assert_int_equal(clock_spread_best(&spread), 20 * MS);
}

static void a_guess_counts_for_ten_seconds(void **state) {
  (void)state;
  clock_spread spread;
  clock_spread_reset(&spread, 70 * MS, SECOND);
  for (int64_t second = 1; second <= 10; second++) {
    clock_spread_add(&spread, 20 * MS, second * SECOND);
    assert_int_equal(clock_spread_worst(&spread), 70 * MS);
  }
  clock_spread_add(&spread, 20 * MS, 11 * SECOND);
  assert_int_equal(clock_spread_worst(&spread), 20 * MS);
}

static void what_lasts_longer_than_a_burst_is_the_new_ordinary(void **state) {
  (void)state;
  clock_spread spread;
  clock_spread_reset(&spread, 0, SECOND);
  clock_spread_add(&spread, 20 * MS, SECOND);
  for (int64_t now = 2 * SECOND; now <= 2 * SECOND + CLOCK_BURST_US; now += 100 * MS)
    assert_false(clock_spread_add(&spread, 600 * MS, now));
  assert_int_equal(clock_spread_worst(&spread), 20 * MS);
  assert_true(clock_spread_add(&spread, 600 * MS, 2 * SECOND + CLOCK_BURST_US + 1));
  assert_int_equal(clock_spread_worst(&spread), 600 * MS);
  assert_int_equal(clock_spread_best(&spread), 600 * MS);
}

static void a_slewed_clock_meets_its_target_without_running_backwards(void **state) {
  (void)state;
  clock_slew slew = {0};
  assert_int_equal(clock_slew_to(&slew, 5 * SECOND, 0), 5 * SECOND); /* the first call jumps */
  int64_t last = slew.time, now = 0;
  for (int i = 0; i < 200; i++, last = slew.time) {
    now += 10 * MS;
    clock_slew_to(&slew, 5 * SECOND + now - 100 * MS, now);
    assert_in_range(slew.time - last, 9 * MS, 10 * MS);
  }
  assert_int_equal(slew.time, 5 * SECOND + now - 100 * MS);
}

static void a_slewed_clock_jumps_over_a_stall(void **state) {
  (void)state;
  clock_slew slew = {0};
  clock_slew_to(&slew, SECOND, 0);
  assert_int_equal(clock_slew_to(&slew, 3 * SECOND, 10 * MS), 3 * SECOND);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_worst_of_ten_seconds_is_forgotten_after_ten_seconds),
      cmocka_unit_test(the_last_known_worst_stays_while_nothing_comes),
      cmocka_unit_test(a_stall_and_its_burst_are_left_out_of_the_spread),
      cmocka_unit_test(a_stall_that_came_first_is_forgotten_at_the_first_ordinary_value),
      cmocka_unit_test(a_guess_counts_for_ten_seconds),
      cmocka_unit_test(what_lasts_longer_than_a_burst_is_the_new_ordinary),
      cmocka_unit_test(a_slewed_clock_meets_its_target_without_running_backwards),
      cmocka_unit_test(a_slewed_clock_jumps_over_a_stall),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
