/* server/bucket: how often is too often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/bucket.h"

enum { SECOND = 1000000 };
static const bucket_rule talks = {.rate = 60, .period_us = 60LL * SECOND, .capacity = 10};

static uint32_t taken_at(bucket *bucket, const bucket_rule *rule, int64_t now, uint32_t tries) {
  uint32_t taken = 0;
  for (uint32_t i = 0; i < tries; i++)
    taken += bucket_take(bucket, rule, now);
  return taken;
}

static void a_rested_one_gives_its_capacity_at_once_and_no_more(void **state) {
  (void)state;
  bucket bucket = bucket_full(&talks, 5);
  assert_int_equal(taken_at(&bucket, &talks, 5, 100), 10);
  assert_int_equal(taken_at(&bucket, &talks, 5 + 3600LL * SECOND, 100), 10);
}

static void an_empty_one_fills_at_its_rate_to_the_microsecond(void **state) {
  (void)state;
  bucket bucket = bucket_full(&talks, 0);
  taken_at(&bucket, &talks, 0, 10);
  assert_false(bucket_take(&bucket, &talks, SECOND - 1));
  assert_true(bucket_take(&bucket, &talks, SECOND));
  assert_false(bucket_take(&bucket, &talks, SECOND));
  assert_int_equal(taken_at(&bucket, &talks, 4 * SECOND, 100), 3);
}

static void however_often_it_is_asked_the_average_holds(void **state) {
  (void)state;
  const bucket_rule rule = {.rate = 300, .period_us = SECOND, .capacity = 600};
  for (int64_t pause = 7; pause < 100000; pause = pause * 3 + 1) {
    bucket bucket = bucket_full(&rule, 0);
    uint32_t taken = 0;
    int64_t now = 0;
    for (; now < 4 * SECOND; now += pause)
      taken += taken_at(&bucket, &rule, now, 40);
    int64_t most = 600 + 300 * (now - pause) / SECOND;
    assert_true(taken <= most);
    assert_true(taken >= most - 1);
  }
}

static void a_refused_one_costs_nothing(void **state) {
  (void)state;
  bucket bucket = bucket_full(&talks, 0);
  assert_int_equal(taken_at(&bucket, &talks, 0, 1000), 10);
  assert_int_equal(taken_at(&bucket, &talks, 2 * SECOND, 1000), 2);
}

static void time_that_ran_backwards_gives_nothing_twice(void **state) {
  (void)state;
  bucket bucket = bucket_full(&talks, 100 * SECOND);
  assert_int_equal(taken_at(&bucket, &talks, 10 * SECOND, 100), 10);
  assert_false(bucket_take(&bucket, &talks, 100 * SECOND));
  assert_true(bucket_take(&bucket, &talks, 101 * SECOND));
}

static void the_longest_rest_overflows_nothing(void **state) {
  (void)state;
  const bucket_rule fast = {.rate = UINT32_MAX, .period_us = SECOND, .capacity = 1000000};
  bucket bucket = bucket_full(&fast, 0);
  taken_at(&bucket, &fast, 0, 5);
  assert_true(bucket_take(&bucket, &fast, INT64_MAX));
  assert_int_equal(bucket.level, 999999LL * SECOND);
}

static void what_is_dear_needs_one_to_be_free_and_then_a_rest_for_all_of_it(void **state) {
  (void)state;
  bucket bucket = bucket_full(&talks, 0);
  assert_true(bucket_spend(&bucket, &talks, 25, 0));
  assert_false(bucket_spend(&bucket, &talks, 1, 0));
  assert_false(bucket_take(&bucket, &talks, 16 * SECOND - 1));
  assert_true(bucket_take(&bucket, &talks, 16 * SECOND));
  assert_true(bucket_spend(&bucket, &talks, 3, 3600LL * SECOND));
  assert_int_equal(taken_at(&bucket, &talks, 3600LL * SECOND, 100), 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_rested_one_gives_its_capacity_at_once_and_no_more),
      cmocka_unit_test(an_empty_one_fills_at_its_rate_to_the_microsecond),
      cmocka_unit_test(however_often_it_is_asked_the_average_holds),
      cmocka_unit_test(a_refused_one_costs_nothing),
      cmocka_unit_test(time_that_ran_backwards_gives_nothing_twice),
      cmocka_unit_test(what_is_dear_needs_one_to_be_free_and_then_a_rest_for_all_of_it),
      cmocka_unit_test(the_longest_rest_overflows_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
