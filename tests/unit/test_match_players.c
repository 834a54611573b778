/* Who plays a match: those who come late, watch, go away, are put out, and practice bots. Own clock and wire. */
#include <string.h>

#include "tests/unit/yard.h"

/* --- late, watching, away, out ---------------------------------------------------------------------------------------
 */

static void who_comes_late_watches_tag_and_plays_the_next(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  yard_play(&yard);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  yard_run(&yard, 5);
  assert_false(yard_has_box(&yard, &eve));
  assert_int_equal(yard_flags(&yard, &eve) & (SEAT_PLAYS | SEAT_WATCHING), 0);
  party_skip(&eve);
  stage_run(&yard.stage, 1);
  assert_int_equal(party_count(&eve, &wire_frame_type), 1); /* sees the others */
  peer *all[] = {&yard.ada, &yard.bob, &eve};
  party_run(&yard.stage, all, 3, 20 * PARTY_RATE);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  assert_true(yard_has_box(&yard, &eve));
  party_run(&yard.stage, all, 3, PARTY_RESULTS);
  party_play(&yard.stage, &yard.ada, yard.yard);
  assert_true(yard_flags(&yard, &eve) & SEAT_PLAYS);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void who_comes_late_drops_in_where_the_game_says_so(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  yard_play_made(&yard);
  assert_int_equal(yard_called.starts, 1);
  assert_int_equal(yard_called.joins, 0);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_int_equal(yard_called.joins, 1);
  assert_true(yard_has_box(&yard, &eve));
  assert_true(yard_flags(&yard, &eve) & SEAT_PLAYS);
  assert_int_equal(party_standing(yard.yard, eve.id)->role, 1);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void spectators_come_and_go_in_every_phase(void **state) {
  (void)state;
  static const uint32_t waits[] = {0, PARTY_AHEAD + 20, PARTY_AHEAD + PARTY_COUNTDOWN + 20,
                                   PARTY_AHEAD + PARTY_COUNTDOWN + 20 * PARTY_RATE + 20};
  for (uint32_t phase = 0; phase < 4; phase++) {
    yard yard;
    peer eve;
    peer *all[3] = {&yard.ada, &yard.bob, &eve};
    yard_open(&yard);
    assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
    party_option(&yard.stage, &yard.ada, "seconds", 20);
    party_option(&yard.stage, &yard.ada, "chasers", 5);
    if (phase > 0)
      party_wish(&yard.stage, &yard.ada, &wire_start_type);
    party_run(&yard.stage, all, 3, waits[phase]);
    assert_int_equal(yard.yard->match.phase, phase);
    party_on(&yard.stage, &eve, &wire_watch_type, 1);
    assert_false(yard_has_box(&yard, &eve));
    assert_int_equal(yard_flags(&yard, &eve) & (SEAT_WATCHING | SEAT_PLAYS), SEAT_WATCHING);
    party_run(&yard.stage, all, 3, 3);
    party_on(&yard.stage, &eve, &wire_watch_type, 0);
    party_run(&yard.stage, all, 3, 2);
    bool runs = yard.yard->match.phase == PHASE_COUNTDOWN || yard.yard->match.phase == PHASE_PLAYING;
    assert_int_equal(yard_has_box(&yard, &eve), !runs); /* from the next match on */
    assert_int_equal(yard_flags(&yard, &eve) & SEAT_WATCHING, 0);
    peer_leave(&yard.stage, &eve);
    yard_close(&yard);
  }
}

static void one_who_watches_from_the_start_has_no_box_but_a_seat(void **state) {
  (void)state;
  yard yard;
  peer eve;
  wire_hello hello = {.version = WIRE_VERSION, .room = "yard", .name = "Eve", .watch = 1};
  yard_open(&yard);
  assert_true(peer_come(&yard.stage, &eve, &hello));
  yard_run(&yard, 3);
  assert_false(yard_has_box(&yard, &eve));
  assert_true(yard_flags(&yard, &eve) & SEAT_WATCHING);
  yard_play(&yard);
  assert_int_equal(yard_flags(&yard, &eve) & SEAT_PLAYS, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void watching_and_playing_in_one_tick_drops_in_by_the_rules(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play_made(&yard);
  const wire_watch on = {1}, off = {0};
  peer_send(&yard.stage, &yard.bob, &wire_watch_type, &on);
  peer_send(&yard.stage, &yard.bob, &wire_watch_type, &off);
  yard_run(&yard, 3);
  assert_int_equal(yard_called.leaves, 1);
  assert_int_equal(yard_called.joins, 1);
  assert_true(yard_has_box(&yard, &yard.bob));
  assert_int_equal(party_standing(yard.yard, yard.bob.id)->role, 1);
  yard_close(&yard);
}

/* Moves Bob's box onto Ada's. */
static void touch(yard *yard) {
  const sim_body *ada = &yard->yard->world.boxes[yard->ada.id].body;
  world_teleport(&yard->yard->world, yard->bob.id, ada->x + 5, ada->y + 5);
  stage_run(&yard->stage, 1);
}

static void who_is_put_out_has_no_box_until_the_match_ends(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play_made(&yard);
  touch(&yard);
  assert_int_equal(yard_called.contacts, 1);
  assert_true(yard_flags(&yard, &yard.bob) & SEAT_OUT);
  assert_false(yard_has_box(&yard, &yard.bob));
  yard_run(&yard, 10);
  assert_false(yard_has_box(&yard, &yard.bob));
  party_wish(&yard.stage, &yard.ada, &wire_stop_type);
  stage_run(&yard.stage, 1);
  assert_true(yard_has_box(&yard, &yard.bob));
  yard_close(&yard);
}

static void every_pair_in_touch_is_told_once_a_tick_though_the_rules_put_some_out(void **state) {
  (void)state;
  yard yard;
  peer others[3];
  yard_open(&yard);
  for (int i = 0; i < 3; i++)
    assert_true(party_come(&yard.stage, &others[i], "yard", "Eve", "test"));
  yard_play_made(&yard);
  world *world = &yard.yard->world;
  /* From left to right: the first and the last by id, two with one between them, and that one. */
  world_teleport(world, yard.ada.id, 16000, 16000);
  world_teleport(world, others[2].id, 16010, 16000);
  world_teleport(world, yard.bob.id, 80000, 80000);
  world_teleport(world, others[1].id, 80010, 80000);
  world_teleport(world, others[0].id, 120000, 80000);
  stage_run(&yard.stage, 1);
  assert_int_equal(yard_called.contacts, 2);
  for (int i = 0; i < 3; i++)
    peer_leave(&yard.stage, &others[i]);
  yard_close(&yard);
}

static void who_is_out_does_not_come_back_by_watching_or_reconnecting(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play_made(&yard);
  touch(&yard);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 1);
  party_on(&yard.stage, &yard.bob, &wire_watch_type, 0);
  yard_run(&yard, 3);
  assert_false(yard_has_box(&yard, &yard.bob));
  party_lose(&yard.stage, &yard.bob);
  assert_true(party_back(&yard.stage, &yard.bob));
  yard_run(&yard, 3);
  assert_false(yard_has_box(&yard, &yard.bob));
  assert_true(yard_flags(&yard, &yard.bob) & SEAT_OUT);
  assert_int_equal(yard_called.joins, 0);
  yard_close(&yard);
}

static void who_is_away_keeps_box_role_and_score_in_the_match(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  yard_play(&yard);
  uint32_t role = party_standing(yard.yard, yard.bob.id)->role;
  party_standing(yard.yard, yard.bob.id)->score = 17;
  party_lose(&yard.stage, &yard.bob);
  yard_run(&yard, 100);
  assert_true(yard_has_box(&yard, &yard.bob));
  assert_int_equal(yard_flags(&yard, &yard.bob) & (SEAT_AWAY | SEAT_PLAYS), SEAT_AWAY | SEAT_PLAYS);
  assert_true(party_back(&yard.stage, &yard.bob));
  assert_int_equal(party_standing(yard.yard, yard.bob.id)->role, role);
  assert_in_range(party_standing(yard.yard, yard.bob.id)->score, 17, 19); /* a runner gets some for lasting */
  assert_int_equal(yard_flags(&yard, &yard.bob) & (SEAT_AWAY | SEAT_PLAYS), SEAT_PLAYS);
  assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
  yard_close(&yard);
}

/* --- practice --------------------------------------------------------------------------------------------------------
 */

static void practice_bots_fill_a_match_and_play_it_by_its_mind(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  stage_run(&yard.stage, 2);
  party_option(&yard.stage, &yard.ada, "bots", 3);
  stage_run(&yard.stage, 1);
  assert_int_equal(yard.yard->roster.practice, 3);
  match_choose(&yard.yard->match, &yard_made);
  assert_int_equal(match_practice_wanted(&yard.yard->match), 3); /* the room's options outlive a game */
  yard_run(&yard, PARTY_AHEAD);
  party_on(&yard.stage, &yard.ada, &wire_ready_type, 1); /* bots are always ready */
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  yard_run(&yard, PARTY_AHEAD + PARTY_COUNTDOWN);
  uint32_t thinks = yard_called.thinks;
  yard_run(&yard, 10);
  assert_true(yard_called.thinks >= thinks + 10);
  for (uint32_t i = 0; i < yard.yard->roster.count; i++)
    if (yard.yard->roster.seats[i].practice && world_has(&yard.yard->world, yard.yard->roster.entries[i].id))
      assert_int_equal(yard.yard->world.boxes[yard.yard->roster.entries[i].id].buttons, BUTTON_RIGHT);
  yard_close(&yard);
}

static void practice_bots_count_as_ready_but_start_nothing_alone(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_option(&yard.stage, &yard.ada, "ready_to_start", 3);
  party_option(&yard.stage, &yard.ada, "bots", 4);
  yard_run(&yard, 10);
  assert_int_equal(yard.yard->roster.practice, 4);
  assert_int_equal(yard.yard->match.phase, PHASE_WAITING);
  party_on(&yard.stage, &yard.bob, &wire_ready_type, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_COUNTDOWN);
  yard_close(&yard);
}

static void bots_play_tag_to_a_winner(void **state) {
  (void)state;
  yard yard;
  yard_open(&yard);
  party_option(&yard.stage, &yard.ada, "bots", 6);
  party_option(&yard.stage, &yard.ada, "seconds", 60);
  party_play(&yard.stage, &yard.ada, yard.yard);
  uint32_t ticks = 0;
  for (; yard.yard->match.phase == PHASE_PLAYING && ticks < 70 * PARTY_RATE; ticks++)
    yard_run(&yard, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  uint32_t winners = 0, scores = 0;
  for (uint32_t i = 0; i < yard.yard->roster.count; i++) {
    winners += (yard.yard->roster.standings[i].flags & SEAT_WON) != 0;
    scores += yard.yard->roster.standings[i].score > 0;
  }
  assert_true(winners > 0);
  assert_true(scores > 1);
  assert_true(party_count(&yard.bob, &wire_event_type) > 1); /* somebody was caught, in words */
  yard_close(&yard);
}

static void practice_bots_make_way_and_go_when_nobody_is_there(void **state) {
  (void)state;
  yard yard;
  peer eve;
  yard_open(&yard);
  party_option(&yard.stage, &yard.ada, "bots", 16);
  stage_run(&yard.stage, 2);
  assert_int_equal(yard.yard->roster.practice, 6); /* as many as there are places */
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  assert_int_equal(yard.yard->roster.practice, 5);
  peer_send(&yard.stage, &eve, &wire_leave_type, NULL);
  peer_send(&yard.stage, &yard.ada, &wire_leave_type, NULL);
  peer_send(&yard.stage, &yard.bob, &wire_leave_type, NULL);
  stage_run(&yard.stage, 3);
  assert_int_equal(yard.yard->roster.count, 0);
  assert_int_equal(yard.yard->world.count, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_comes_late_watches_tag_and_plays_the_next),
      cmocka_unit_test(who_comes_late_drops_in_where_the_game_says_so),
      cmocka_unit_test(spectators_come_and_go_in_every_phase),
      cmocka_unit_test(one_who_watches_from_the_start_has_no_box_but_a_seat),
      cmocka_unit_test(watching_and_playing_in_one_tick_drops_in_by_the_rules),
      cmocka_unit_test(who_is_put_out_has_no_box_until_the_match_ends),
      cmocka_unit_test(every_pair_in_touch_is_told_once_a_tick_though_the_rules_put_some_out),
      cmocka_unit_test(who_is_out_does_not_come_back_by_watching_or_reconnecting),
      cmocka_unit_test(who_is_away_keeps_box_role_and_score_in_the_match),
      cmocka_unit_test(practice_bots_fill_a_match_and_play_it_by_its_mind),
      cmocka_unit_test(practice_bots_count_as_ready_but_start_nothing_alone),
      cmocka_unit_test(bots_play_tag_to_a_winner),
      cmocka_unit_test(practice_bots_make_way_and_go_when_nobody_is_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
