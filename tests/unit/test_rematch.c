/* What a match leaves behind: nothing, to its results and to the next match, but victories. Own clock and wire. */
#include <string.h>

#include "tests/unit/yard.h"

static match *match_of(yard *yard) {
  return &yard->yard->match;
}

static sim_body *body_of(yard *yard, const peer *peer) {
  return &yard->yard->world.boxes[peer->id].body;
}

/* As rules do; they are heard in the next tick. */
static void finish(yard *yard) {
  game_finish(&match_of(yard)->doors, "Over.", 0);
  stage_run(&yard->stage, 1);
  assert_int_equal(match_of(yard)->phase, PHASE_RESULTS);
}

static void points_of_teams_and_the_rules_memory_begin_anew(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  for (int number = 0; number < 2; number++) {
    yard_play_made(&yard);
    assert_int_equal(match_of(&yard)->team_scores[1], 0);
    assert_int_equal(match_of(&yard)->state[0], 0);
    match_of(&yard)->team_scores[1] = 9;
    match_of(&yard)->state[0] = 9;
    finish(&yard);
    party_play(&yard.stage, &yard.ada, yard.yard);
    assert_int_equal(match_of(&yard)->team_scores[1], 0);
    assert_int_equal(match_of(&yard)->state[0], 0);
    finish(&yard);
  }
  yard_close(&yard);
}

static void a_game_without_a_limit_has_none_after_one_that_had(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  assert_int_not_equal(match_of(&yard)->until, 0);
  finish(&yard);
  yard_play_made(&yard);
  assert_int_equal(match_of(&yard)->until, 0);
  yard_close(&yard);
}

static void in_the_results_nobody_is_frozen_and_no_mark_is_left(void **state) {
  (void)state;
  yard yard;
  wire_message message;
  yard_open(&yard);
  yard_play_made(&yard);
  world_set_body(&yard.yard->world, yard.bob.id, 1, 20, 3, 4);
  game_set_mark(&match_of(&yard)->doors, 0, &(wire_mark){.w = 100, .h = 100});
  yard_run(&yard, 5);
  party_skip(&yard.ada);
  assert_int_equal(body_of(&yard, &yard.bob)->flags, 1);
  finish(&yard);
  const sim_body *body = body_of(&yard, &yard.bob);
  assert_int_equal(body->flags | body->timer | body->a | body->b, 0);
  assert_true(fake_link_find(&yard.ada.wire, &wire_marks_type, &message));
  assert_int_equal(message.as.marks.marks.count, 0);
  yard_close(&yard);
}

static void what_a_game_keeps_of_a_player_is_no_other_games(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  game_kept(&match_of(&yard)->doors, yard.bob.id)[1] = 7;
  finish(&yard);
  party_play(&yard.stage, &yard.ada, yard.yard);
  assert_in_range(game_kept(&match_of(&yard)->doors, yard.bob.id)[1], 7, 8); /* tag counts there */
  finish(&yard);
  party_choose(&yard.stage, &yard.ada, "hill");
  assert_int_equal(game_kept(&match_of(&yard)->doors, yard.bob.id)[1], 0);
  yard_close(&yard);
}

/* Eve won the first match, and then watches; Bob is away when the second one is dealt. */
static void who_watches_or_is_away_is_not_in_the_next_match(void **state) {
  (void)state;
  yard yard;
  peer eve, fay;
  yard_open(&yard);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_true(party_come(&yard.stage, &fay, "yard", "Fay", "test"));
  yard_play(&yard);
  game_win(&match_of(&yard)->doors, eve.id);
  game_win(&match_of(&yard)->doors, yard.bob.id);
  finish(&yard);
  assert_true(yard_flags(&yard, &eve) & SEAT_WON);
  party_on(&yard.stage, &eve, &wire_watch_type, 1);
  party_lose(&yard.stage, &yard.bob);
  party_play(&yard.stage, &yard.ada, yard.yard);
  assert_int_equal(yard_flags(&yard, &eve), SEAT_WATCHING);
  assert_int_equal(yard_flags(&yard, &yard.bob), SEAT_AWAY);
  assert_false(yard_has_box(&yard, &yard.bob));
  assert_int_equal(yard_flags(&yard, &fay) & (SEAT_PLAYS | SEAT_WON), SEAT_PLAYS);
  peer_leave(&yard.stage, &eve);
  peer_leave(&yard.stage, &fay);
  yard_close(&yard);
}

static void who_watches_is_not_ready_any_more(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_on(&yard.stage, &yard.bob, &wire_ready_type, 1);
  assert_true(yard_flags(&yard, &yard.bob) & SEAT_READY);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 1);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 0);
  assert_int_equal(yard_flags(&yard, &yard.bob) & SEAT_READY, 0);
  yard_close(&yard);
}

/* Clients repeat what they hold. */
static void a_button_held_acts_once_and_again_after_the_line_was_lost(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play_made(&yard);
  for (int repeats = 0; repeats < 4; repeats++) {
    peer_input(&yard.stage, &yard.bob, 0, BUTTON_ACTION);
    yard_run(&yard, 5);
    assert_int_equal(yard_called.actions, 1);
  }
  party_lose(&yard.stage, &yard.bob);
  yard_run(&yard, 5);
  assert_true(party_back(&yard.stage, &yard.bob));
  peer_input(&yard.stage, &yard.bob, 0, BUTTON_ACTION);
  yard_run(&yard, 2);
  assert_int_equal(yard_called.actions, 2);
  yard_close(&yard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(points_of_teams_and_the_rules_memory_begin_anew),
      cmocka_unit_test(a_game_without_a_limit_has_none_after_one_that_had),
      cmocka_unit_test(in_the_results_nobody_is_frozen_and_no_mark_is_left),
      cmocka_unit_test(what_a_game_keeps_of_a_player_is_no_other_games),
      cmocka_unit_test(who_watches_or_is_away_is_not_in_the_next_match),
      cmocka_unit_test(who_watches_is_not_ready_any_more),
      cmocka_unit_test(a_button_held_acts_once_and_again_after_the_line_was_lost),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
