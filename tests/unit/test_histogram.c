/* The bots' percentiles are at most 1% off. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/bots/histogram.h"

static histogram filled;

static int empty(void **state) {
  (void)state;
  memset(&filled, 0, sizeof filled);
  return 0;
}

static void assert_near(uint64_t value, double wanted) {
  if (fabs((double)value - wanted) > wanted / 100)
    fail_msg("%llu is more than 1%% from %.0f", (unsigned long long)value, wanted);
}

static void an_empty_one_says_0(void **state) {
  (void)state;
  assert_int_equal(histogram_percentile(&filled, 0.5), 0);
  assert_int_equal(histogram_percentile(&filled, 1), 0);
}

static void small_values_are_exact(void **state) {
  (void)state;
  for (uint64_t value = 1; value <= 100; value++)
    histogram_add(&filled, value);
  assert_int_equal(histogram_percentile(&filled, 0.5), 50);
  assert_int_equal(histogram_percentile(&filled, 0.99), 99);
  assert_int_equal(histogram_percentile(&filled, 1), 100);
  assert_int_equal(filled.max, 100);
}

static void one_value_of_any_size_comes_back_within_1_percent(void **state) {
  for (uint64_t value = 1; value < 1ull << HISTOGRAM_VALUE_BITS; value += value / 50 + 1) {
    empty(state);
    histogram_add(&filled, value);
    histogram_add(&filled, 4 * value); /* so that max does not hide the bucket */
    assert_near(histogram_percentile(&filled, 0.5), (double)value);
  }
}

static void percentiles_of_a_long_range_are_within_1_percent(void **state) {
  (void)state;
  for (uint64_t value = 1; value <= 1000000; value++)
    histogram_add(&filled, value);
  for (int percent = 1; percent <= 100; percent++)
    assert_near(histogram_percentile(&filled, percent / 100.0), percent * 10000.0);
}

static void few_large_values_do_not_move_the_median(void **state) {
  (void)state;
  for (int i = 0; i < 99; i++)
    histogram_add(&filled, 10);
  histogram_add(&filled, 5000000);
  assert_int_equal(histogram_percentile(&filled, 0.5), 10);
  assert_int_equal(histogram_percentile(&filled, 0.99), 10);
  assert_near(histogram_percentile(&filled, 1), 5000000);
}

static void what_is_too_large_counts_as_the_largest(void **state) {
  (void)state;
  histogram_add(&filled, UINT64_MAX);
  assert_near(histogram_percentile(&filled, 0.5), (double)((1ull << HISTOGRAM_VALUE_BITS) - 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(an_empty_one_says_0, empty),
      cmocka_unit_test_setup(small_values_are_exact, empty),
      cmocka_unit_test_setup(one_value_of_any_size_comes_back_within_1_percent, empty),
      cmocka_unit_test_setup(percentiles_of_a_long_range_are_within_1_percent, empty),
      cmocka_unit_test_setup(few_large_values_do_not_move_the_median, empty),
      cmocka_unit_test_setup(what_is_too_large_counts_as_the_largest, empty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
