/* What members and the host of a room want: who may, and what comes of it. Kicks, locks, choices, options, and who is
   host when the host is gone. */
#include <string.h>

#include "tests/unit/yard.h"

/* --- who is host -------------------------------------------------------------------------------------------- */

static void assert_host(yard *yard, const peer *peer) {
  assert_int_equal(yard->yard->host, peer->id);
  for (uint32_t i = 0; i < yard->yard->roster.count; i++) {
    bool host = yard->yard->roster.entries[i].id == peer->id;
    assert_int_equal(!!(yard->yard->roster.standings[i].flags & SEAT_HOST), host);
  }
}

static void the_first_who_comes_is_host_and_the_next_when_it_leaves(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_host(&yard, &yard.ada);
  peer_send(&yard.stage, &yard.ada, &wire_leave_type, NULL);
  stage_run(&yard.stage, 1);
  assert_host(&yard, &yard.bob);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void another_is_host_when_the_host_was_away_for_ten_seconds_and_not_before(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_lose(&yard.stage, &yard.ada);
  yard_run(&yard, 10 * PARTY_SECOND - 1);
  assert_host(&yard, &yard.ada);
  yard_run(&yard, 1);
  assert_host(&yard, &yard.bob);
  assert_true(party_back(&yard.stage, &yard.ada));
  yard_run(&yard, 2);
  assert_host(&yard, &yard.bob); /* it is not taken back */
  yard_close(&yard);
}

static void a_host_who_is_back_in_time_is_host_still(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_lose(&yard.stage, &yard.ada);
  yard_run(&yard, 9 * PARTY_SECOND);
  assert_true(party_back(&yard.stage, &yard.ada));
  yard_run(&yard, 5 * PARTY_SECOND);
  assert_host(&yard, &yard.ada);
  yard_close(&yard);
}

static void a_controller_is_host_only_if_there_is_nobody_else(void **state) {
  (void)state;
  yard yard;
  peer phone, eve;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &phone, "yard", "Phone", "controller"));
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  peer_send(&yard.stage, &yard.ada, &wire_leave_type, NULL);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  stage_run(&yard.stage, 1);
  assert_host(&yard, &eve);
  peer_send(&yard.stage, &eve, &wire_leave_type, NULL);
  stage_run(&yard.stage, 1);
  assert_host(&yard, &phone);
  peer_leave(&yard.stage, &phone);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void a_host_makes_another_the_host(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_at(&yard.stage, &yard.ada, &wire_promote_type, yard.bob.id);
  assert_host(&yard, &yard.bob);
  party_at(&yard.stage, &yard.ada, &wire_promote_type, yard.ada.id);
  party_assert_noticed(&yard.ada, CODE_NOT_HOST, "");
  party_lose(&yard.stage, &yard.ada);
  party_at(&yard.stage, &yard.bob, &wire_promote_type, yard.ada.id);
  party_assert_noticed(&yard.bob, CODE_NOBODY_THERE, "");
  assert_host(&yard, &yard.bob);
  yard_close(&yard);
}

static void general_has_no_host_and_a_lasting_room_has_one_whatever_it_plays(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &eve, "", "Eve", "test"));
  stage_run(&yard.stage, 3);
  assert_int_equal(party_room(&yard.stage, "")->host, 0);
  party_choose(&yard.stage, &yard.ada, "roam");
  assert_string_equal(yard.yard->match.rules->name, "roam");
  peer_send(&yard.stage, &yard.ada, &wire_leave_type, NULL);
  stage_run(&yard.stage, PARTY_AHEAD);
  assert_host(&yard, &yard.bob);
  party_choose(&yard.stage, &yard.bob, "tag");
  assert_string_equal(yard.yard->match.rules->name, "tag");
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void only_the_host_may_do_what_a_host_does(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  const wire_pause on = {1};
  const wire_kick kick = {yard.ada.id};
  const wire_choose choose = {"roam"};
  const wire_option option = {"bots", 3};
  const struct {
    const wire_type *type;
    const void *message;
  } rows[] = {{&wire_start_type, NULL},     {&wire_stop_type, NULL},     {&wire_pause_type, &on},
              {&wire_lock_type, &on},       {&wire_kick_type, &kick},    {&wire_promote_type, &kick},
              {&wire_choose_type, &choose}, {&wire_option_type, &option}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    party_skip(&yard.bob);
    peer_send(&yard.stage, &yard.bob, rows[i].type, rows[i].message);
    stage_run(&yard.stage, 1);
    party_assert_noticed(&yard.bob, CODE_NOT_HOST, "");
  }
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_false(yard.yard->locked);
  assert_false(yard.ada.wire.closed);
  assert_host(&yard, &yard.ada);
  assert_string_equal(yard.yard->match.rules->name, "tag");
  assert_int_equal(match_practice_wanted(&yard.yard->match), 0);
  yard_close(&yard);
}

/* --- kick and lock ------------------------------------------------------------------------------------------ */

static void whoever_is_kicked_is_told_and_has_lost_the_seat(void **state) {
  (void)state;
  yard yard;
  wire_message message;
  yard_open(&yard);
  uint32_t id = yard.bob.id;
  party_skip(&yard.ada);
  party_at(&yard.stage, &yard.ada, &wire_kick_type, id);
  peer_assert_ended(&yard.bob, &wire_goodbye_type, CODE_KICKED, "");
  stage_run(&yard.stage, 1);
  assert_null(party_standing(yard.yard, id));
  assert_false(world_has(&yard.yard->world, id));
  assert_true(fake_link_find(&yard.ada.wire, &wire_talk_type, &message));
  assert_string_equal(message.as.talk.lines.items[0].text, "Bob was sent away by the host.");
  party_lose(&yard.stage, &yard.bob);
  assert_false(party_back(&yard.stage, &yard.bob)); /* its token opens nothing */
  assert_int_not_equal(yard.bob.id, id);
  yard_close(&yard);
}

static void one_who_is_away_can_be_kicked_but_not_a_bot_nor_oneself(void **state) {
  (void)state;
  yard yard;
  wire_message message;
  yard_open(&yard);
  uint32_t id = yard.bob.id;
  party_at(&yard.stage, &yard.ada, &wire_kick_type, yard.ada.id);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "that is you");
  party_option(&yard.stage, &yard.ada, "bots", 1);
  stage_run(&yard.stage, 1);
  party_at(&yard.stage, &yard.ada, &wire_kick_type, yard.yard->roster.entries[yard.yard->roster.count - 1].id);
  party_assert_noticed(&yard.ada, CODE_NOBODY_THERE, "");
  party_at(&yard.stage, &yard.ada, &wire_kick_type, WIRE_BOX_ID_MAX);
  party_assert_noticed(&yard.ada, CODE_NOBODY_THERE, "");
  assert_int_equal(yard.yard->roster.practice, 1);
  party_lose(&yard.stage, &yard.bob);
  stage_run(&yard.stage, 2);
  party_skip(&yard.ada);
  party_at(&yard.stage, &yard.ada, &wire_kick_type, id);
  assert_null(party_standing(yard.yard, id));
  assert_true(fake_link_find(&yard.ada.wire, &wire_talk_type, &message));
  assert_string_equal(message.as.talk.lines.items[0].text, "Bob was sent away by the host.");
  yard_close(&yard);
}

static void kicking_the_seats_before_ones_own_misses_nobodys_wish(void **state) {
  (void)state;
  yard yard;
  peer others[4];
  yard_open(&yard);
  for (int i = 0; i < 4; i++)
    assert_true(party_come(&yard.stage, &others[i], "yard", "Eve", "test"));
  party_at(&yard.stage, &yard.ada, &wire_promote_type, others[2].id);
  for (int i = 0; i < 2; i++) { /* away, so that their seats go at once */
    const wire_kick kick = {i ? others[0].id : yard.bob.id};
    party_lose(&yard.stage, i ? &others[0] : &yard.bob);
    peer_send(&yard.stage, &others[2], &wire_kick_type, &kick);
  }
  peer_send(&yard.stage, &others[3], &wire_ready_type, &(wire_ready){1});
  peer_send(&yard.stage, &others[1], &wire_ready_type, &(wire_ready){1});
  stage_run(&yard.stage, 2);
  assert_int_equal(yard.yard->roster.count, 4);
  assert_true(party_flags(yard.yard, others[3].id) & SEAT_READY);
  assert_true(party_flags(yard.yard, others[1].id) & SEAT_READY);
  for (int i = 1; i < 4; i++)
    peer_leave(&yard.stage, &others[i]);
  yard_close(&yard);
}

static void a_locked_room_lets_nobody_new_in_but_those_who_come_back(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  party_on(&yard.stage, &yard.ada, &wire_lock_type, 1);
  assert_false(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_true(eve.wire.closed);
  assert_int_equal(eve.wire.code, CODE_ROOM_LOCKED);
  peer_leave(&yard.stage, &eve);
  party_lose(&yard.stage, &yard.bob);
  assert_true(party_back(&yard.stage, &yard.bob));
  party_on(&yard.stage, &yard.ada, &wire_lock_type, 0);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void a_lock_goes_with_the_last_member(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  party_on(&yard.stage, &yard.ada, &wire_lock_type, 1);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  stage_run(&yard.stage, 1);
  assert_true(yard.yard->locked);
  peer_send(&yard.stage, &yard.ada, &wire_leave_type, NULL);
  stage_run(&yard.stage, 1);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

/* --- games and options -------------------------------------------------------------------------------------- */

static void games_are_chosen_while_waiting_and_every_one_is_told(void **state) {
  (void)state;
  yard yard;
  wire_message message;
  yard_open(&yard);
  party_choose(&yard.stage, &yard.ada, "chess");
  party_assert_noticed(&yard.ada, CODE_UNKNOWN_GAME, "chess");
  party_standing(yard.yard, yard.bob.id)->victories = 3;
  party_skip(&yard.bob);
  party_choose(&yard.stage, &yard.ada, "hill");
  assert_true(fake_link_find(&yard.bob.wire, &wire_step_type, &message));
  assert_int_equal(message.as.step.tick, stage_tick(&yard.stage) + PARTY_AHEAD);
  assert_true(fake_link_find(&yard.bob.wire, &wire_room_type, &message));
  assert_string_equal(message.as.room.game, "hill");
  assert_true(message.as.room.offers.count >= 3);
  assert_int_equal(party_standing(yard.yard, yard.bob.id)->victories, 3); /* of the room, whatever is played */
  party_choose(&yard.stage, &yard.ada, "tag");
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "in a moment");
  stage_run(&yard.stage, PARTY_AHEAD);
  party_play(&yard.stage, &yard.ada, yard.yard);
  party_choose(&yard.stage, &yard.ada, "tag");
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "a match is running");
  party_option(&yard.stage, &yard.ada, "bots", 2);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "a match is running");
  yard_close(&yard);
}

static int32_t told_value(peer *peer, const char *name) {
  wire_message message;
  assert_true(fake_link_find(&peer->wire, &wire_room_type, &message));
  for (uint32_t i = 0; i < message.as.room.choices.count; i++)
    if (strcmp(message.as.room.choices.items[i].name, name) == 0)
      return message.as.room.choices.items[i].value;
  fail_msg("%s is not told", name);
  return 0;
}

static void options_stay_in_their_ranges(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  const struct { int32_t wished, got; } rows[] = {{100, 100}, {19, 20}, {601, 600}, {INT32_MIN, 20}, {INT32_MAX, 600}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    party_skip(&yard.bob);
    party_option(&yard.stage, &yard.ada, "seconds", rows[i].wished);
    assert_int_equal(told_value(&yard.bob, "seconds"), rows[i].got);
  }
  party_option(&yard.stage, &yard.ada, "bots", -1);
  assert_int_equal(match_practice_wanted(&yard.yard->match), 0);
  party_option(&yard.stage, &yard.ada, "speed", 1);
  party_assert_noticed(&yard.ada, CODE_UNKNOWN_OPTION, "speed");
  party_option(&yard.stage, &yard.ada, "", 1);
  party_assert_noticed(&yard.ada, CODE_UNKNOWN_OPTION, "");
  yard_close(&yard);
}

/* --- hostile ------------------------------------------------------------------------------------------------ */

static void more_wishes_in_a_tick_than_are_kept_end_the_client(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  for (uint32_t i = 0; i < CLIENT_WISHES_MAX; i++)
    peer_send(&yard.stage, &yard.bob, &wire_ready_type, &(wire_ready){i % 2});
  assert_false(yard.bob.wire.closed);
  stage_run(&yard.stage, 1);
  for (uint32_t i = 0; i < CLIENT_WISHES_MAX; i++)
    peer_send(&yard.stage, &yard.bob, &wire_ready_type, &(wire_ready){i % 2});
  assert_false(yard.bob.wire.closed);
  peer_send(&yard.stage, &yard.bob, &wire_start_type, NULL);
  peer_assert_ended(&yard.bob, &wire_goodbye_type, CODE_TOO_FAST, "300");
  yard_close(&yard);
}

static void wishes_before_the_welcome_and_after_the_end_do_nothing(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  peer_connect(&yard.stage, &eve);
  wire_hello hello = {.version = WIRE_VERSION, .room = "yard"};
  peer_send(&yard.stage, &eve, &wire_hello_type, &hello);
  peer_send(&yard.stage, &eve, &wire_watch_type, &(wire_watch){1});
  peer_send(&yard.stage, &eve, &wire_say_type, &(wire_say){.text = "early"});
  peer_send(&yard.stage, &eve, &wire_relay_type, &(wire_relay){.data = "early"});
  peer_send(&yard.stage, &eve, &wire_create_type, &(wire_create){.name = "early"});
  stage_run(&yard.stage, 2);
  assert_false(eve.wire.closed);
  assert_int_equal(host_count(yard.stage.host).rooms, 2);
  party_at(&yard.stage, &yard.ada, &wire_kick_type, yard.bob.id);
  peer_send(&yard.stage, &yard.bob, &wire_ready_type, &(wire_ready){1});
  peer_send(&yard.stage, &yard.bob, &wire_say_type, &(wire_say){.text = "late"});
  stage_run(&yard.stage, 2);
  wire_message message;
  while (fake_link_find(&yard.ada.wire, &wire_talk_type, &message))
    for (uint32_t i = 0; i < message.as.talk.lines.count; i++) {
      assert_string_not_equal(message.as.talk.lines.items[i].text, "early");
      assert_string_not_equal(message.as.talk.lines.items[i].text, "late");
    }
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void wishes_of_one_who_is_gone_in_the_same_tick_are_forgotten(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  peer_send(&yard.stage, &yard.ada, &wire_start_type, NULL);
  peer_disconnect(&yard.stage, &yard.ada);
  stage_run(&yard.stage, 2);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  peer_free(&yard.ada);
  yard_close(&yard);
}

static void two_with_one_token_in_one_tick_make_one_seat(void **state) {
  (void)state;
  stage stage;
  peer ada, copies[3];
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "yard", "Ada", "test"));
  wire_hello hello = {.version = WIRE_VERSION, .room = "yard"};
  strcpy(hello.token, ada.welcome.token);
  for (int i = 0; i < 3; i++) {
    peer_connect(&stage, &copies[i]);
    peer_send(&stage, &copies[i], &wire_hello_type, &hello);
  }
  stage_run(&stage, 3);
  uint32_t open = 0;
  for (int i = 0; i < 3; i++) {
    open += !copies[i].wire.closed;
    if (copies[i].wire.closed)
      peer_assert_ended(&copies[i], &wire_goodbye_type, CODE_TAKEN_OVER, "");
  }
  peer_assert_ended(&ada, &wire_goodbye_type, CODE_TAKEN_OVER, "");
  assert_int_equal(open, 1);
  assert_int_equal(room_members(party_room(&stage, "yard")), 1);
  for (int i = 0; i < 3; i++)
    peer_leave(&stage, &copies[i]);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void who_is_gone_between_hello_and_welcome_leaves_nothing(void **state) {
  (void)state;
  stage stage;
  peer ada;
  party_open(&stage, NULL, 0);
  peer_connect(&stage, &ada);
  peer_send(&stage, &ada, &wire_hello_type, &(wire_hello){.version = WIRE_VERSION, .room = "yard"});
  peer_disconnect(&stage, &ada);
  stage_run(&stage, 2);
  assert_int_equal(party_room(&stage, "yard")->roster.count, 0);
  peer_free(&ada);
  stage_close(&stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_who_comes_is_host_and_the_next_when_it_leaves),
      cmocka_unit_test(another_is_host_when_the_host_was_away_for_ten_seconds_and_not_before),
      cmocka_unit_test(a_host_who_is_back_in_time_is_host_still),
      cmocka_unit_test(a_controller_is_host_only_if_there_is_nobody_else),
      cmocka_unit_test(a_host_makes_another_the_host),
      cmocka_unit_test(general_has_no_host_and_a_lasting_room_has_one_whatever_it_plays),
      cmocka_unit_test(only_the_host_may_do_what_a_host_does),
      cmocka_unit_test(whoever_is_kicked_is_told_and_has_lost_the_seat),
      cmocka_unit_test(one_who_is_away_can_be_kicked_but_not_a_bot_nor_oneself),
      cmocka_unit_test(kicking_the_seats_before_ones_own_misses_nobodys_wish),
      cmocka_unit_test(a_locked_room_lets_nobody_new_in_but_those_who_come_back),
      cmocka_unit_test(a_lock_goes_with_the_last_member),
      cmocka_unit_test(games_are_chosen_while_waiting_and_every_one_is_told),
      cmocka_unit_test(options_stay_in_their_ranges),
      cmocka_unit_test(more_wishes_in_a_tick_than_are_kept_end_the_client),
      cmocka_unit_test(wishes_before_the_welcome_and_after_the_end_do_nothing),
      cmocka_unit_test(wishes_of_one_who_is_gone_in_the_same_tick_are_forgotten),
      cmocka_unit_test(two_with_one_token_in_one_tick_make_one_seat),
      cmocka_unit_test(who_is_gone_between_hello_and_welcome_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
