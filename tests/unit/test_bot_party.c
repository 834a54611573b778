/* What the bots of one room heard together: a line that one of them missed, or heard twice, is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/bots/party.h"

static party room;

static void hear(party_ear *ear, const uint32_t *lines, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    party_hear(&room, ear, lines[i]);
}

#define HEAR(ear, ...) hear(ear, (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static int begin(void **state) {
  (void)state;
  room = (party){.number = 1};
  return 0;
}

static int finish(void **state) {
  (void)state;
  party_free(&room);
  return 0;
}

static void gaps_in_the_numbers_are_no_loss_if_nobody_heard_them(void **state) {
  (void)state;
  party_ear one = {0}, other = {0};
  HEAR(&one, 3, 7, 8, 20);
  HEAR(&other, 3, 7, 8, 20);
  assert_int_equal(party_missed(&room, &one) + party_missed(&room, &other), 0);
}

static void who_missed_a_line_that_another_heard_has_lost_it(void **state) {
  (void)state;
  party_ear one = {0}, other = {0};
  HEAR(&one, 3, 8, 20); /* before anybody has heard 7 */
  HEAR(&other, 3, 7, 8, 20);
  assert_int_equal(party_missed(&room, &one), 1);
  assert_int_equal(party_missed(&room, &other), 0);
}

static void what_was_said_before_one_came_and_after_it_went_is_no_loss(void **state) {
  (void)state;
  party_ear one = {0}, other = {0}, deaf = {0};
  HEAR(&one, 1, 2, 3, 4, 5, 6);
  HEAR(&other, 3, 4);
  assert_int_equal(party_missed(&room, &other), 0);
  assert_int_equal(party_missed(&room, &deaf), 0);
}

static void a_line_that_comes_again_is_doubled_and_not_heard_twice(void **state) {
  (void)state;
  party_ear one = {0}, other = {0};
  HEAR(&one, 1, 2, 3, 4);
  HEAR(&other, 1, 2, 2, 4, 3); /* 3 came, but after 4: out of order, so too late */
  assert_int_equal(other.doubled, 2);
  assert_int_equal(party_missed(&room, &other), 1);
  assert_int_equal(party_missed(&room, &one), 0);
}

static void many_lines_are_kept(void **state) {
  (void)state;
  party_ear one = {0}, other = {0};
  for (uint32_t line = 1; line <= 1000; line++) {
    party_hear(&room, &one, line);
    if (line % 10)
      party_hear(&room, &other, line);
  }
  assert_int_equal(party_missed(&room, &one), 0);
  assert_int_equal(party_missed(&room, &other), 99); /* not the last: nothing came after it */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(gaps_in_the_numbers_are_no_loss_if_nobody_heard_them, begin, finish),
      cmocka_unit_test_setup_teardown(who_missed_a_line_that_another_heard_has_lost_it, begin, finish),
      cmocka_unit_test_setup_teardown(what_was_said_before_one_came_and_after_it_went_is_no_loss, begin, finish),
      cmocka_unit_test_setup_teardown(a_line_that_comes_again_is_doubled_and_not_heard_twice, begin, finish),
      cmocka_unit_test_setup_teardown(many_lines_are_kept, begin, finish),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
