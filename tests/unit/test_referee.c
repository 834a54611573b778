/* What rules may do, as they do it: contacts, points, limits, winners and words. Own clock and wire. */
#include <string.h>

#include "tests/unit/yard.h"

static struct { uint32_t contacts, one, other; } seen;

static void on_contact(game_match *match, uint32_t one, uint32_t other) {
  seen.contacts++;
  seen.one = one;
  seen.other = other;
  game_finish(match, "{0} touched somebody.", one);
}

static const game_rules touching = {
    .name = "touching", .words = "The first touch ends it.", .players_min = 1, .contact = on_contact};

/* In play, by rules that only know contacts. */
static game_match *open_touching(yard *yard) {
  yard_open(yard);
  match_choose(&yard->yard->match, &touching);
  yard_run(yard, PARTY_AHEAD);
  party_play(&yard->stage, &yard->ada, yard->yard);
  memset(&seen, 0, sizeof seen);
  return &yard->yard->match.doors;
}

static void of_two_in_touch_the_lower_id_is_told_first_wherever_they_stand(void **state) {
  (void)state;
  for (int left = 0; left < 2; left++) {
    yard yard;
    open_touching(&yard);
    world_teleport(&yard.yard->world, yard.ada.id, left ? 16000 : 16020, 16000);
    world_teleport(&yard.yard->world, yard.bob.id, left ? 16020 : 16000, 16000);
    stage_run(&yard.stage, 1);
    assert_int_equal(seen.contacts, 1);
    assert_int_equal(seen.one, yard.ada.id);
    assert_int_equal(seen.other, yard.bob.id);
    assert_string_equal(yard.yard->match.result, "Ada touched somebody.");
    yard_close(&yard);
  }
}

static void no_contact_is_told_after_the_rules_ended_the_match(void **state) {
  (void)state;
  yard yard;
  peer others[2];
  yard_open(&yard);
  for (int i = 0; i < 2; i++)
    assert_true(party_come(&yard.stage, &others[i], "yard", "Eve", "test"));
  match_choose(&yard.yard->match, &touching);
  yard_run(&yard, PARTY_AHEAD);
  party_play(&yard.stage, &yard.ada, yard.yard);
  memset(&seen, 0, sizeof seen);
  world_teleport(&yard.yard->world, yard.ada.id, 16000, 16000);
  world_teleport(&yard.yard->world, yard.bob.id, 16020, 16000);
  world_teleport(&yard.yard->world, others[0].id, 80000, 16000);
  world_teleport(&yard.yard->world, others[1].id, 80020, 16000);
  stage_run(&yard.stage, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  assert_int_equal(seen.contacts, 1);
  for (int i = 0; i < 2; i++)
    peer_leave(&yard.stage, &others[i]);
  yard_close(&yard);
}

static void only_who_plays_wins_or_gets_points(void **state) {
  (void)state;
  yard yard;
  peer eve;
  game_match *match = open_touching(&yard);
  assert_true(party_come(&yard.stage, &eve, "yard", "Eve", "test"));
  const uint32_t who[] = {yard.bob.id, eve.id, WIRE_BOX_ID_MAX};
  for (int i = 0; i < 3; i++) {
    game_win(match, who[i]);
    game_add_score(match, who[i], 3);
  }
  assert_int_equal(yard_flags(&yard, &yard.bob) & SEAT_WON, SEAT_WON);
  assert_int_equal(yard_flags(&yard, &eve) & SEAT_WON, 0);
  assert_int_equal(game_score_of(match, yard.bob.id), 3);
  assert_int_equal(party_standing(yard.yard, eve.id)->score, 0);
  peer_leave(&yard.stage, &eve);
  yard_close(&yard);
}

static void points_stop_at_the_ends_of_their_range(void **state) {
  (void)state;
  yard yard;
  game_match *match = open_touching(&yard);
  for (int i = 0; i < 2; i++)
    game_add_score(match, yard.ada.id, INT32_MAX);
  assert_int_equal(game_score_of(match, yard.ada.id), INT32_MAX);
  for (int i = 0; i < 3; i++)
    game_add_score(match, yard.ada.id, INT32_MIN);
  assert_int_equal(game_score_of(match, yard.ada.id), INT32_MIN);
  yard_close(&yard);
}

static void a_limit_counts_from_the_tick_that_sets_it(void **state) {
  (void)state;
  yard yard;
  game_match *match = open_touching(&yard);
  yard_run(&yard, 50);
  game_limit(match, 20);
  assert_int_equal(game_ticks_left(match), 20);
  yard_run(&yard, 19);
  assert_int_equal(yard.yard->match.phase, PHASE_PLAYING);
  yard_run(&yard, 1);
  assert_int_equal(yard.yard->match.phase, PHASE_RESULTS);
  yard_close(&yard);
}

static void words_name_both_players_and_are_cut_at_a_whole_character(void **state) {
  (void)state;
  yard yard;
  wire_message message;
  char longest[2 * WIRE_WORDS_BYTES_MAX + 1] = "x";
  game_match *match = open_touching(&yard);
  game_tell(match, "{1} caught {0}, {2}", yard.ada.id, yard.bob.id);
  assert_true(fake_link_find(&yard.bob.wire, &wire_event_type, &message));
  assert_string_equal(message.as.event.text, "Bob caught Ada, {2}");
  while (strlen(longest) + 2 < sizeof longest)
    strcat(longest, "\xc3\xa9"); /* at odd places */
  game_tell(match, longest, 0, 0);
  assert_true(fake_link_find(&yard.bob.wire, &wire_event_type, &message));
  assert_int_equal(strlen(message.as.event.text), WIRE_WORDS_BYTES_MAX - 1);
  yard_close(&yard);
}

static void nobody_is_put_where_there_is_no_place(void **state) {
  (void)state;
  yard yard;
  game_match *match = open_touching(&yard);
  game_teleport(match, yard.bob.id, 32000, 48000);
  game_teleport(match, yard.bob.id, -1, 48000);
  assert_int_equal(game_body(match, yard.bob.id)->x, 32000);
  assert_int_equal(game_body(match, yard.bob.id)->y, 48000);
  yard_close(&yard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(of_two_in_touch_the_lower_id_is_told_first_wherever_they_stand),
      cmocka_unit_test(no_contact_is_told_after_the_rules_ended_the_match),
      cmocka_unit_test(only_who_plays_wins_or_gets_points),
      cmocka_unit_test(points_stop_at_the_ends_of_their_range),
      cmocka_unit_test(a_limit_counts_from_the_tick_that_sets_it),
      cmocka_unit_test(words_name_both_players_and_are_cut_at_a_whole_character),
      cmocka_unit_test(nobody_is_put_where_there_is_no_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
