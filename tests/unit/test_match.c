/* The life of a match, as its players are told it: phases and their ticks, steps, roles, results, victories, pauses.
   Own clock and wire. */
#include "tests/unit/yard.h"

/* --- the phases ------------------------------------------------------------------------------------------------------
 */

static void a_match_goes_through_its_phases_at_the_ticks_that_are_told(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_option(&yard.stage, &yard.ada, "seconds", 20);
  party_skip(&yard.bob);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  uint32_t begun = stage_tick(&yard.stage), moves = begun + PARTY_AHEAD, plays = moves + PARTY_COUNTDOWN;
  wire_step step = yard_next_step(&yard.bob);
  assert_string_equal(step.step, "still");
  assert_int_equal(step.tick, moves);
  wire_match match = yard_next_match(&yard.bob);
  assert_int_equal(match.phase, PHASE_COUNTDOWN);
  assert_int_equal(match.until, plays);
  assert_int_equal(match.number, 1);
  yard_run(&yard, PARTY_AHEAD - 1);
  assert_int_equal(yard_flags(&yard, &yard.bob) & SEAT_PLAYS, 0); /* roles are dealt when nobody moves */
  yard_run(&yard, 1);
  assert_true(yard_flags(&yard, &yard.bob) & SEAT_PLAYS);
  step = yard_next_step(&yard.bob);
  assert_string_equal(step.step, "tag");
  assert_int_equal(step.tick, plays);
  yard_run(&yard, PARTY_COUNTDOWN - 1);
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  yard_run(&yard, 1);
  match = yard_next_match(&yard.bob);
  assert_int_equal(match.phase, PHASE_PLAYING);
  assert_int_equal(match.until, plays + 20 * PARTY_RATE);
  yard_run(&yard, 20 * PARTY_RATE - 1);
  assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
  yard_run(&yard, 1);
  match = yard_next_match(&yard.bob);
  assert_int_equal(match.phase, PHASE_RESULTS);
  assert_int_equal(match.until, plays + 20 * PARTY_RATE + PARTY_RESULTS);
  assert_memory_equal(match.result, "The runners win: ", 17);
  yard_run(&yard, PARTY_RESULTS - 1);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  yard_run(&yard, 1);
  match = yard_next_match(&yard.bob);
  assert_int_equal(match.phase, PHASE_WAITING);
  assert_int_equal(match.until, 0);
  yard_close(&yard);
}

static void nobody_moves_in_the_countdown_and_everybody_before_and_after(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  const world *world = &yard.yard->world;
  peer_input(&yard.stage, &yard.ada, 0, BUTTON_RIGHT);
  yard_run(&yard, 2);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  int32_t x = world->boxes[yard.ada.id].body.x;
  for (int i = 0; i < PARTY_AHEAD - 1; i++) {
    peer_input(&yard.stage, &yard.ada, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
    assert_true(world->boxes[yard.ada.id].body.x > x);
    x = world->boxes[yard.ada.id].body.x;
  }
  stage_run(&yard.stage, 1);
  x = world->boxes[yard.ada.id].body.x;
  for (int i = 0; i < PARTY_COUNTDOWN - 1; i++) {
    peer_input(&yard.stage, &yard.ada, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
    assert_int_equal(world->boxes[yard.ada.id].body.x, x);
  }
  for (int i = 0; i < 3 * PARTY_RATE; i++) { /* if it chases it stands for a while */
    peer_input(&yard.stage, &yard.ada, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
  }
  assert_true(world->boxes[yard.ada.id].body.x > x);
  yard_close(&yard);
}

static void victories_are_counted_over_rematches_and_roles_take_turns(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  uint32_t chased_before = 0;
  for (uint32_t number = 1; number <= 4; number++) {
    yard_play(&yard);
    uint32_t chaser = party_standing(yard.yard, yard.ada.id)->role ? yard.ada.id : yard.bob.id;
    assert_int_not_equal(chaser, chased_before);
    chased_before = chaser;
    assert_int_equal(yard.yard->match.number, number);
    yard_run(&yard, 20 * PARTY_RATE);
    assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
    assert_int_equal(!!(yard_flags(&yard, &yard.ada) & SEAT_WON), chaser != yard.ada.id);
    assert_int_equal(!!(yard_flags(&yard, &yard.bob) & SEAT_WON), chaser != yard.bob.id);
    yard_run(&yard, PARTY_RESULTS);
    uint32_t ada = party_standing(yard.yard, yard.ada.id)->victories;
    uint32_t bob = party_standing(yard.yard, yard.bob.id)->victories;
    assert_int_equal(ada + bob, number);
    assert_in_range(ada, number / 2, (number + 1) / 2);
  }
  yard_close(&yard);
}

static void the_count_of_matches_stays_within_its_field(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard.yard->match.number = UINT16_MAX;
  yard_play(&yard);
  assert_int_equal(yard.yard->match.number, UINT16_MAX);
  yard_close(&yard);
}

static void a_host_may_play_again_while_the_results_are_shown(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  yard_run(&yard, 20 * PARTY_RATE);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  party_play(&yard.stage, &yard.ada, yard.yard);
  assert_int_equal(yard.yard->match.number, 2);
  assert_int_equal((yard_flags(&yard, &yard.ada) | yard_flags(&yard, &yard.bob)) & SEAT_WON, 0);
  assert_string_equal(yard.yard->match.result, "");
  yard_close(&yard);
}

/* --- ready -----------------------------------------------------------------------------------------------------------
 */

static void a_match_starts_by_itself_when_all_are_ready_who_could_play(void **state) {
  (void)state;
  yard yard;
  peer eve, away;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_true(party_come(&yard.stage, &away, "yard", "Away", "test"));
  party_on(&yard.stage, &eve, &wire_watch_type, 1);
  party_lose(&yard.stage, &away);
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 1);
  assert_true(yard_flags(&yard, &yard.ada) & SEAT_READY);
  yard_run(&yard, 30);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 0);
  party_on(&yard.stage, &yard.bob, &wire_ready_type, 1);
  yard_run(&yard, 30);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  stage_run(&yard.stage, PARTY_AHEAD);
  assert_int_equal((yard_flags(&yard, &yard.ada) | yard_flags(&yard, &yard.bob)) & SEAT_READY, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void one_who_is_ready_alone_starts_nothing(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  peer_leave(&yard.stage, &yard.bob);
  stage_run(&yard.stage, 60 * PARTY_RATE / 10); /* away still: not asked */
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 1);
  yard_run(&yard, 60);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  yard_close(&yard);
}

static void enough_who_are_ready_start_if_the_host_says_how_many(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  party_option(&yard.stage, &yard.ada, "ready_to_start", 2);
  party_on(&yard.stage, &yard.bob, &wire_ready_type, 1);
  yard_run(&yard, 30);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  party_on(&yard.stage, &eve, &wire_ready_type, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void spectators_and_those_in_a_sandbox_are_not_ready(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &eve, "", "Eve", "test"));
  party_on(&yard.stage, &eve, &wire_ready_type, 1);
  party_assert_noticed(&eve, CODE_NOT_NOW, "there is no match to be ready for");
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 1);
  party_on(&yard.stage, &yard.bob, &wire_ready_type, 1);
  party_assert_noticed(&yard.bob, CODE_NOT_NOW, "there is no match to be ready for");
  assert_int_equal(yard_flags(&yard, &yard.bob) & SEAT_READY, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void too_few_players_start_nothing_and_the_host_is_told(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 1);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "too few players");
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 0);
  party_lose(&yard.stage, &yard.bob);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "too few players");
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_true(party_back(&yard.stage, &yard.bob));
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "a match is running");
  yard_close(&yard);
}

static void a_match_that_lost_its_players_before_roles_are_dealt_is_called_off(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 1);
  yard_run(&yard, PARTY_AHEAD);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  yard_run(&yard, PARTY_AHEAD);
  assert_string_equal(yard.yard->match.step, "tag"); /* and not still */
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 0);
  party_play(&yard.stage, &yard.ada, yard.yard);
  yard_close(&yard);
}

/* --- ends ------------------------------------------------------------------------------------------------------------
 */

static void a_match_that_everybody_left_ends(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play_made(&yard);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  peer_send(&yard.stage, &yard.ada, &wire_watch_type, &(wire_watch){1});
  stage_run(&yard.stage, 2);
  assert_int_equal(yard_called.leaves, 2);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  yard_close(&yard);
}

static void a_match_that_everybody_left_ends_though_it_is_paused(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  yard_play(&yard);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  peer_send(&yard.stage, &yard.ada, &wire_leave_type, NULL);
  stage_run(&yard.stage, 2);
  assert_int_equal(room_members(yard.yard), 0);
  stage_run(&yard.stage, PARTY_AHEAD + 2);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  assert_false(yard.yard->match.paused);
  stage_run(&yard.stage, PARTY_RESULTS);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_string_equal(yard.yard->match.step, "tag");
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void the_last_chaser_who_leaves_loses_and_one_who_is_gone_for_too_long_has_left(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  peer *chaser = party_standing(yard.yard, yard.ada.id)->role ? &yard.ada : &yard.bob;
  peer *runner = chaser == &yard.ada ? &yard.bob : &yard.ada;
  party_lose(&yard.stage, chaser);
  yard.yard->match.until = 0; /* no end by time */
  yard_run(&yard, 60 * PARTY_RATE - 1);
  assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
  yard_run(&yard, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  assert_true(yard_flags(&yard, runner) & SEAT_WON);
  assert_int_equal(party_standing(yard.yard, runner->id)->victories, 1);
  yard_close(&yard);
}

/* --- pause -----------------------------------------------------------------------------------------------------------
 */

static void a_pause_stops_world_and_clock_and_keeps_the_buttons(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  peer *runner = party_standing(yard.yard, yard.ada.id)->role ? &yard.bob : &yard.ada;
  const world_box *box = &yard.yard->world.boxes[runner->id];
  uint32_t until = yard.yard->match.until;
  peer_input(&yard.stage, runner, 0, BUTTON_RIGHT);
  yard_run(&yard, 5);
  party_skip(&yard.bob);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  uint32_t paused_at = stage_tick(&yard.stage), played = yard.yard->match.played;
  wire_match match = yard_next_match(&yard.bob);
  assert_int_equal(match.paused, 1);
  assert_int_equal(match.until, 0);
  for (int i = 0; i < PARTY_AHEAD; i++) {
    peer_input(&yard.stage, runner, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
  }
  int32_t x = box->body.x;
  for (int i = 0; i < 300; i++) {
    peer_input(&yard.stage, runner, 0, BUTTON_RIGHT);
    peer_send(&yard.stage, &yard.ada, &wire_ping_type, &(wire_ping){1});
    stage_run(&yard.stage, 1);
  }
  assert_int_equal(box->body.x, x);
  assert_int_equal(box->buttons, BUTTON_RIGHT);
  assert_int_equal(yard.yard->match.played, played);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 0);
  match = yard_next_match(&yard.bob);
  assert_int_equal(match.paused, 0);
  assert_int_equal(match.until, until + stage_tick(&yard.stage) - paused_at);
  for (int i = 0; i < PARTY_AHEAD + 1; i++) {
    peer_input(&yard.stage, runner, 0, BUTTON_RIGHT);
    stage_run(&yard.stage, 1);
  }
  assert_true(box->body.x > x);
  yard_close(&yard);
}

static void only_a_match_that_is_played_can_be_paused(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "no match is played");
  party_wish(&yard.stage, &yard.ada, &wire_start_type);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "no match is played");
  yard_run(&yard, PARTY_AHEAD + PARTY_COUNTDOWN);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 0);
  party_assert_noticed(&yard.ada, CODE_NOT_NOW, "in a moment");
  yard_run(&yard, PARTY_AHEAD);
  party_wish(&yard.stage, &yard.ada, &wire_stop_type); /* out of a pause */
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  assert_false(yard.yard->match.paused);
  yard_run(&yard, PARTY_AHEAD);
  assert_string_equal(yard.yard->match.step, "tag");
  yard_close(&yard);
}

static void actions_are_presses_in_a_match_that_is_played(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  match_choose(&yard.yard->match, &yard_made);
  yard_run(&yard, PARTY_AHEAD);
  peer_input(&yard.stage, &yard.bob, 0, BUTTON_ACTION);
  party_play(&yard.stage, &yard.ada, yard.yard);
  assert_int_equal(yard_called.actions, 0);
  for (int i = 0; i < 4; i++) {
    peer_input(&yard.stage, &yard.bob, 0, BUTTON_ACTION | BUTTON_LEFT);
    yard_run(&yard, 3);
    assert_int_equal(yard_called.actions, i + 1);
    peer_input(&yard.stage, &yard.bob, 0, BUTTON_LEFT);
    yard_run(&yard, 3);
  }
  party_on(&yard.stage, &yard.ada, &wire_pause_type, 1);
  peer_input(&yard.stage, &yard.bob, 0, BUTTON_ACTION);
  yard_run(&yard, 3);
  assert_int_equal(yard_called.actions, 4);
  assert_int_equal(party_standing(yard.yard, yard.bob.id)->score, 4);
  yard_close(&yard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_match_goes_through_its_phases_at_the_ticks_that_are_told),
      cmocka_unit_test(nobody_moves_in_the_countdown_and_everybody_before_and_after),
      cmocka_unit_test(victories_are_counted_over_rematches_and_roles_take_turns),
      cmocka_unit_test(the_count_of_matches_stays_within_its_field),
      cmocka_unit_test(a_host_may_play_again_while_the_results_are_shown),
      cmocka_unit_test(a_match_starts_by_itself_when_all_are_ready_who_could_play),
      cmocka_unit_test(one_who_is_ready_alone_starts_nothing),
      cmocka_unit_test(enough_who_are_ready_start_if_the_host_says_how_many),
      cmocka_unit_test(spectators_and_those_in_a_sandbox_are_not_ready),
      cmocka_unit_test(too_few_players_start_nothing_and_the_host_is_told),
      cmocka_unit_test(a_match_that_lost_its_players_before_roles_are_dealt_is_called_off),
      cmocka_unit_test(a_match_that_everybody_left_ends),
      cmocka_unit_test(a_match_that_everybody_left_ends_though_it_is_paused),
      cmocka_unit_test(the_last_chaser_who_leaves_loses_and_one_who_is_gone_for_too_long_has_left),
      cmocka_unit_test(a_pause_stops_world_and_clock_and_keeps_the_buttons),
      cmocka_unit_test(only_a_match_that_is_played_can_be_paused),
      cmocka_unit_test(actions_are_presses_in_a_match_that_is_played),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
