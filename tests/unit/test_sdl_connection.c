/* The native client's connection: what it says and does, told events by a test that owns the clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client-sdl/connection.h"
#include "common/gen/protocol.h"

enum { SECOND = 1000000 };

static char words[CONNECTION_WORDS_MAX];

static connection begin(int64_t now) {
  connection made;
  connection_init(&made, "box:8765", 7, now);
  assert_int_equal(connection_advance(&made, now), CONNECTION_CONNECT);
  return made;
}

static connection begin_playing(int64_t now) {
  connection made = begin(now);
  connection_opened(&made, now);
  connection_welcomed(&made, now);
  assert_int_equal(made.state, STATE_PLAYING);
  return made;
}

/* Lets time pass until the next attempt, and returns how long that took. */
static int64_t wait_for_attempt(connection *connection, int64_t now) {
  for (int64_t passed = 0; passed < 60 * SECOND; passed += SECOND / 100)
    if (connection_advance(connection, now + passed) == CONNECTION_CONNECT)
      return passed;
  return -1;
}

static void waits_grow_up_to_ten_seconds(void **state) {
  (void)state;
  static const int expected[] = {1, 2, 3, 5, 8, 10, 10, 10};
  int64_t now = 0;
  connection tried = begin(now);
  for (size_t at = 0; at < sizeof(expected) / sizeof(expected[0]); at++) {
    connection_failed(&tried, STATE_NOBODY, now);
    int64_t wait = wait_for_attempt(&tried, now);
    assert_in_range(wait, expected[at] * SECOND * 85 / 100, expected[at] * SECOND * 115 / 100);
    now += wait;
  }
}

static void two_clients_do_not_return_in_the_same_instant(void **state) {
  (void)state;
  connection one, two;
  connection_init(&one, "a", 1, 0);
  connection_init(&two, "a", 99, 0);
  connection_failed(&one, STATE_NOBODY, 0);
  connection_failed(&two, STATE_NOBODY, 0);
  assert_true(one.retry_at != two.retry_at);
}

static void having_played_for_a_while_forgives_failures(void **state) {
  (void)state;
  connection played = begin_playing(0);
  played.failures = 5;
  connection_heard(&played, 11 * SECOND);
  connection_closed(&played, 11 * SECOND);
  assert_int_equal(played.state, STATE_LOST);
  assert_true(played.retry_at > 11 * SECOND);
  assert_in_range(wait_for_attempt(&played, 11 * SECOND), 0, 3 * SECOND / 10 + SECOND / 100);
  connection_failed(&played, STATE_NOBODY, 12 * SECOND);
  assert_in_range(wait_for_attempt(&played, 12 * SECOND), SECOND * 85 / 100, SECOND * 115 / 100);
}

static void nobody_and_silence_and_strangers_get_different_words(void **state) {
  (void)state;
  char nobody[CONNECTION_WORDS_MAX], stranger[CONNECTION_WORDS_MAX];
  connection tried = begin(0);
  connection_failed(&tried, STATE_NOBODY, 0);
  connection_words(&tried, nobody, sizeof(nobody), 0);
  assert_non_null(strstr(nobody, "Nobody answers at box:8765"));
  assert_non_null(strstr(nobody, "script/server"));
  tried = begin(0);
  connection_failed(&tried, STATE_NOT_TICKBOX, 0);
  connection_words(&tried, stranger, sizeof(stranger), 0);
  assert_non_null(strstr(stranger, "not a Tickbox server"));
  tried = begin(0);
  assert_int_equal(connection_advance(&tried, 5 * SECOND - 1), CONNECTION_KEEP);
  assert_int_equal(connection_advance(&tried, 5 * SECOND), CONNECTION_ABANDON);
  connection_words(&tried, words, sizeof(words), 5 * SECOND);
  assert_non_null(strstr(words, "did not answer within 5 s"));
  assert_non_null(strstr(words, "firewall"));
}

static void the_countdown_counts_down_to_one(void **state) {
  (void)state;
  connection lost = begin_playing(0);
  lost.failures = 2;
  connection_closed(&lost, SECOND);
  lost.retry_at = 4 * SECOND;
  connection_words(&lost, words, sizeof(words), SECOND);
  assert_string_equal(words, "Connection lost. Trying again in 3 s.");
  connection_words(&lost, words, sizeof(words), 4 * SECOND - 1);
  assert_string_equal(words, "Connection lost. Trying again in 1 s.");
}

static void an_open_socket_without_a_welcome_times_out(void **state) {
  (void)state;
  connection joining = begin(0);
  connection_opened(&joining, SECOND);
  assert_int_equal(joining.state, STATE_JOINING);
  assert_int_equal(connection_advance(&joining, 6 * SECOND), CONNECTION_ABANDON);
  assert_int_equal(joining.state, STATE_TIMED_OUT);
}

static void a_silent_server_is_lost_after_ten_seconds_but_not_after_nine(void **state) {
  (void)state;
  connection playing = begin_playing(0);
  connection_heard(&playing, SECOND);
  assert_int_equal(connection_silence(&playing, 2 * SECOND - 1), 0);
  assert_int_equal(connection_silence(&playing, 2 * SECOND), 1);
  assert_int_equal(connection_advance(&playing, 10 * SECOND), CONNECTION_KEEP);
  assert_int_equal(connection_silence(&playing, 10 * SECOND), 9);
  assert_int_equal(connection_advance(&playing, 11 * SECOND), CONNECTION_ABANDON);
  assert_int_equal(playing.state, STATE_LOST);
}

static void a_full_server_is_tried_again(void **state) {
  (void)state;
  connection joining = begin(0);
  connection_opened(&joining, 0);
  connection_ended(&joining, CODE_FULL, "200", 0);
  assert_int_equal(joining.state, STATE_ENDED);
  connection_words(&joining, words, sizeof(words), 0);
  assert_non_null(strstr(words, "all 200 places are taken"));
  assert_non_null(strstr(words, "Trying again in "));
  assert_int_equal(connection_advance(&joining, 0), CONNECTION_ABANDON);
  assert_true(wait_for_attempt(&joining, 0) > 0);
}

static void another_version_is_not_tried_again_and_both_are_named(void **state) {
  (void)state;
  char own[16];
  connection joining = begin(0);
  connection_opened(&joining, 0);
  connection_ended(&joining, CODE_VERSION_DIFFERS, "0000abcd", 0);
  assert_int_equal(joining.state, STATE_REFUSED);
  connection_words(&joining, words, sizeof(words), 0);
  snprintf(own, sizeof(own), "%08x", WIRE_VERSION);
  assert_non_null(strstr(words, own));
  assert_non_null(strstr(words, "0000abcd"));
  assert_int_equal(connection_advance(&joining, 0), CONNECTION_ABANDON);
  assert_int_equal(wait_for_attempt(&joining, 0), -1);
}

static void the_reason_given_stays_when_the_socket_closes_after_it(void **state) {
  (void)state;
  connection playing = begin_playing(0);
  connection_ended(&playing, CODE_SHUTTING_DOWN, "", 0);
  connection_closed(&playing, 1);
  assert_int_equal(playing.state, STATE_ENDED);
  connection_words(&playing, words, sizeof(words), 1);
  assert_non_null(strstr(words, "stopped by its operator"));
}

static void a_seat_that_is_gone_is_not_tried_again_but_a_full_room_is(void **state) {
  (void)state;
  static const struct {
    uint32_t code;
    unsigned state;
  } rows[] = {{CODE_TAKEN_OVER, STATE_REFUSED}, {CODE_KICKED, STATE_REFUSED},      {CODE_UNKNOWN_ROOM, STATE_REFUSED},
              {CODE_ROOM_ENDED, STATE_REFUSED}, {CODE_LEFT, STATE_REFUSED},        {CODE_ROOM_FULL, STATE_ENDED},
              {CODE_ROOM_LOCKED, STATE_ENDED},  {CODE_SHUTTING_DOWN, STATE_ENDED}, {CODE_SILENT, STATE_ENDED}};
  for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
    connection playing = begin_playing(0);
    connection_ended(&playing, rows[row].code, "K7QX", 0);
    assert_int_equal(playing.state, rows[row].state);
    assert_int_equal(connection_is_final(&playing), rows[row].state == STATE_REFUSED);
    assert_int_equal(connection_advance(&playing, 0), CONNECTION_ABANDON);
    assert_int_equal(wait_for_attempt(&playing, 0) >= 0, rows[row].state == STATE_ENDED);
  }
}

static void going_to_another_room_waits_for_the_servers_farewell(void **state) {
  (void)state;
  connection playing = begin_playing(0);
  connection_move(&playing, SECOND);
  assert_int_equal(connection_advance(&playing, SECOND), CONNECTION_KEEP);
  connection_ended(&playing, CODE_LEFT, "", SECOND + 1000);
  assert_int_equal(playing.state, STATE_CONNECTING);
  assert_int_equal(connection_advance(&playing, SECOND + 1000), CONNECTION_CONNECT);
  connection_opened(&playing, SECOND + 2000);
  connection_welcomed(&playing, SECOND + 3000);
  connection_ended(&playing, CODE_LEFT, "", 2 * SECOND); /* this time for good */
  assert_int_equal(playing.state, STATE_REFUSED);
}

static void a_server_that_does_not_let_go_is_left_anyway(void **state) {
  (void)state;
  connection playing = begin_playing(0), closed = begin_playing(0);
  connection_move(&playing, SECOND);
  assert_int_equal(connection_advance(&playing, SECOND + CONNECTION_FAREWELL_US - 1), CONNECTION_KEEP);
  assert_int_equal(connection_advance(&playing, SECOND + CONNECTION_FAREWELL_US), CONNECTION_CONNECT);
  connection_move(&closed, SECOND);
  connection_closed(&closed, SECOND);
  assert_int_equal(connection_advance(&closed, SECOND), CONNECTION_CONNECT);
}

static void from_a_final_state_one_can_go_elsewhere_at_once(void **state) {
  (void)state;
  connection kicked = begin_playing(0);
  connection_ended(&kicked, CODE_KICKED, "", 0);
  assert_int_equal(connection_advance(&kicked, 0), CONNECTION_ABANDON);
  connection_move(&kicked, SECOND);
  assert_int_equal(kicked.state, STATE_CONNECTING);
  assert_int_equal(connection_advance(&kicked, SECOND), CONNECTION_CONNECT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(waits_grow_up_to_ten_seconds),
      cmocka_unit_test(two_clients_do_not_return_in_the_same_instant),
      cmocka_unit_test(having_played_for_a_while_forgives_failures),
      cmocka_unit_test(nobody_and_silence_and_strangers_get_different_words),
      cmocka_unit_test(the_countdown_counts_down_to_one),
      cmocka_unit_test(an_open_socket_without_a_welcome_times_out),
      cmocka_unit_test(a_silent_server_is_lost_after_ten_seconds_but_not_after_nine),
      cmocka_unit_test(a_full_server_is_tried_again),
      cmocka_unit_test(another_version_is_not_tried_again_and_both_are_named),
      cmocka_unit_test(the_reason_given_stays_when_the_socket_closes_after_it),
      cmocka_unit_test(a_seat_that_is_gone_is_not_tried_again_but_a_full_room_is),
      cmocka_unit_test(going_to_another_room_waits_for_the_servers_farewell),
      cmocka_unit_test(a_server_that_does_not_let_go_is_left_anyway),
      cmocka_unit_test(from_a_final_state_one_can_go_elsewhere_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
