/* A match that is stopped, or called off before it began. */
#include "tests/unit/yard.h"

static void a_host_stops_a_match_and_nobody_has_won(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_wish(&yard.stage, &yard.ada, &wire_stop_type);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "no match is running");
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  yard_run(&yard, PARTY_AHEAD + PARTY_COUNTDOWN);
  assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
  party_wish(&yard.stage, &yard.ada, &wire_stop_type);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_int_equal(party_standing(yard.yard, yard.ada.id)->victories, 0);
  assert_int_equal(party_standing(yard.yard, yard.bob.id)->victories, 0);
  for (int i = 0; i < 2; i++) {
    const sim_body *body = &yard.yard->world.boxes[yard.both[i]->id].body;
    assert_int_equal(body->flags | body->timer | body->a | body->b, 0);
  }
  yard_close(&yard);
}

/* Before places are dealt and after: it ends as soon as the step that is announced has come. */
static void a_host_calls_a_countdown_off(void **state) {
  (void)state;
  static const uint32_t moments[] = {1, PARTY_AHEAD - 1, PARTY_AHEAD + 2, PARTY_AHEAD + PARTY_COUNTDOWN - 2};
  for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
    yard yard;
    yard_open(&yard);
    party_wish(&yard.stage, &yard.ada, &wire_start_type);
    yard_run(&yard, moments[i]);
    assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
    party_wish(&yard.stage, &yard.ada, &wire_stop_type);
    yard_run(&yard, PARTY_AHEAD + PARTY_COUNTDOWN + 2);
    assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
    assert_string_equal(yard.yard->match.step, "tag");
    party_wish(&yard.stage, &yard.ada, &wire_start_type);
    yard_run(&yard, PARTY_AHEAD + PARTY_COUNTDOWN + 2);
    assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
    yard_close(&yard);
  }
}

/* The rules call it over when the other leaves, and the host stops it before that is shown. */
static void a_match_that_is_over_and_stopped_at_once_does_not_end_the_next(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  yard_play(&yard);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  party_wish(&yard.stage, &yard.ada, &wire_stop_type);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  party_play(&yard.stage, &yard.ada, yard.yard);
  assert_int_equal((yard_flags(&yard, &yard.ada) | yard_flags(&yard, &eve)) & SEAT_WON, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_host_stops_a_match_and_nobody_has_won),
      cmocka_unit_test(a_host_calls_a_countdown_off),
      cmocka_unit_test(a_match_that_is_over_and_stopped_at_once_does_not_end_the_next),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
