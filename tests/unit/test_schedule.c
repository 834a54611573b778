/* The tick schedule on a fake clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "server/schedule.h"

enum { SECOND = 1000000 };

static void ticks_are_due_at_start_plus_n_over_rate_for_every_rate(void **state) {
  (void)state;
  for (uint32_t rate = 10; rate <= 128; rate++) {
    schedule schedule = schedule_start(77, rate);
    for (uint64_t tick = 1; tick < 3 * rate; tick++)
      assert_int_equal(schedule_due(&schedule, tick), 77 + (int64_t)((tick - 1) * SECOND / rate));
  }
}

static void nothing_adds_up_over_a_hundred_years(void **state) {
  (void)state;
  const uint64_t seconds = 100ull * 365 * 86400;
  schedule schedule = schedule_start(77, 127);
  assert_int_equal(schedule_due(&schedule, 1 + seconds * 127), 77 + (int64_t)(seconds * SECOND));
  assert_int_equal(schedule_due(&schedule, 2 + seconds * 127), 77 + (int64_t)(seconds * SECOND) + SECOND / 127);
}

static void a_tick_is_run_at_its_due_time_and_not_a_microsecond_earlier(void **state) {
  (void)state;
  for (uint32_t rate = 10; rate <= 128; rate++) {
    schedule schedule = schedule_start(1000, rate);
    for (uint64_t tick = 1; tick <= 2 * rate; tick++) {
      int64_t due = schedule_due(&schedule, tick);
      assert_int_equal(schedule_take(&schedule, due - 1), 0);
      assert_int_equal(schedule_take(&schedule, due), 1);
    }
    assert_int_equal(schedule.slipped, 0);
  }
}

static void a_late_wake_makes_up_what_was_missed(void **state) {
  (void)state;
  schedule schedule = schedule_start(0, 10);
  assert_int_equal(schedule_take(&schedule, 0), 1);
  assert_int_equal(schedule_take(&schedule, 250000), 2);
  assert_int_equal(schedule_take(&schedule, 300000), 1);
  assert_int_equal(schedule.slipped, 0);
}

static void after_a_stall_three_ticks_are_run_and_the_schedule_slips(void **state) {
  (void)state;
  schedule schedule = schedule_start(0, 10);
  assert_int_equal(schedule_take(&schedule, 0), 1);
  assert_int_equal(schedule_take(&schedule, 10 * SECOND), SCHEDULE_RUN_MAX);
  assert_int_equal(schedule.slipped, 100 - SCHEDULE_RUN_MAX);
  assert_int_equal(schedule_take(&schedule, 10 * SECOND), 0);
  assert_int_equal(schedule_due(&schedule, schedule.next), 10 * SECOND + SECOND / 10);
  assert_int_equal(schedule_take(&schedule, 10 * SECOND + SECOND / 10), 1);
}

static void lateness_is_the_start_behind_the_due_time(void **state) {
  (void)state;
  schedule schedule = schedule_start(0, 100);
  assert_int_equal(schedule_late_p99(&schedule, SCHEDULE_LATENESS), 0);
  for (int tick = 0; tick < 2000; tick++)
    schedule_take(&schedule, tick * 10000 + 40);
  assert_int_equal(schedule_late_p99(&schedule, SCHEDULE_LATENESS), 40);
  for (int tick = 2000; tick < 2020; tick++)
    schedule_take(&schedule, tick * 10000 + 900);
  assert_int_equal(schedule_late_p99(&schedule, SCHEDULE_LATENESS), 900);
}

static void lateness_is_told_of_no_more_ticks_than_asked(void **state) {
  (void)state;
  schedule schedule = schedule_start(0, 100);
  for (int tick = 0; tick < 2000; tick++)
    schedule_take(&schedule, tick * 10000 + (tick < 1990 ? 900 : 40));
  assert_int_equal(schedule_late_p99(&schedule, 10), 40);
  assert_int_equal(schedule_late_p99(&schedule, 11), 40);
  assert_int_equal(schedule_late_p99(&schedule, 12), 900);
  assert_int_equal(schedule_late_p99(&schedule, UINT32_MAX), 900);
  assert_int_equal(schedule_late_p99(&schedule, 0), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ticks_are_due_at_start_plus_n_over_rate_for_every_rate),
      cmocka_unit_test(nothing_adds_up_over_a_hundred_years),
      cmocka_unit_test(a_tick_is_run_at_its_due_time_and_not_a_microsecond_earlier),
      cmocka_unit_test(a_late_wake_makes_up_what_was_missed),
      cmocka_unit_test(after_a_stall_three_ticks_are_run_and_the_schedule_slips),
      cmocka_unit_test(lateness_is_the_start_behind_the_due_time),
      cmocka_unit_test(lateness_is_told_of_no_more_ticks_than_asked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
