/* Who plays under which name and color, and who is told so. */
#include <stdio.h>
#include <string.h>

#include "server/roster.h"
#include "tests/unit/party.h"

static void a_second_ada_is_ada_2_and_no_name_gets_a_friendly_one(void **state) {
  (void)state;
  static const char *const wishes[] = {
      "Ada", "ADA", "ada 2", "\u200bAda\u202e", "", "abcdefghijklmnopqrst", "Abcdefghijklmnopqrstuvw"};
  static const char *const names[] = {
      "Ada", "ADA 2", "ada 2 2", "Ada 3", NULL, "abcdefghijklmnopqrst", "Abcdefghijklmnopqr 2"};
  stage stage;
  peer peers[7], last;
  wire_message message;
  stage_open(&stage, NULL, 8, 0);
  for (int i = 0; i < 7; i++)
    peer_join(&stage, &peers[i], wishes[i]);
  peer_join(&stage, &last, "Last");
  assert_true(fake_link_find(&last.wire, &wire_roster_type, &message));
  const wire_roster *roster = &message.as.roster;
  assert_int_equal(roster->joined.count, 8);
  for (int i = 0; i < 7; i++) {
    if (names[i])
      assert_string_equal(roster->joined.items[i].name, names[i]);
    else
      assert_non_null(strchr(roster->joined.items[i].name, ' '));
    assert_int_equal(roster->joined.items[i].color, i);
    peer_leave(&stage, &peers[i]);
  }
  peer_leave(&stage, &last);
  stage_close(&stage);
}

static void names_stay_unique_when_somebody_sits_on_the_numbers(void **state) {
  (void)state;
  enum { SITTERS = 60, ADAS = 20 };
  static peer peers[SITTERS + ADAS + 1];
  stage stage;
  wire_message message;
  char name[16];
  stage_open(&stage, NULL, SITTERS + ADAS + 1, 0);
  for (int i = 0; i < SITTERS + ADAS; i++) {
    snprintf(name, sizeof name, i < SITTERS ? "Ada %d" : "Ada", i + 2);
    peer_join(&stage, &peers[i], name);
  }
  peer_join(&stage, &peers[SITTERS + ADAS], "Last");
  assert_true(fake_link_find(&peers[SITTERS + ADAS].wire, &wire_roster_type, &message));
  const wire_roster *roster = &message.as.roster;
  assert_int_equal(roster->joined.count, SITTERS + ADAS + 1);
  for (uint32_t i = 0; i < roster->joined.count; i++)
    for (uint32_t j = 0; j < i; j++)
      assert_string_not_equal(roster->joined.items[i].name, roster->joined.items[j].name);
  for (int i = 0; i <= SITTERS + ADAS; i++)
    peer_leave(&stage, &peers[i]);
  stage_close(&stage);
}

static void colors_least_used_are_dealt_first(void **state) {
  (void)state;
  stage stage;
  peer peers[COLORS + 1];
  wire_message message;
  stage_open(&stage, NULL, 20, 0);
  for (int i = 0; i < COLORS; i++)
    peer_join(&stage, &peers[i], "");
  peer_leave(&stage, &peers[4]);
  peer_join(&stage, &peers[COLORS], "New");
  assert_true(fake_link_find(&peers[0].wire, &wire_roster_type, &message));
  while (message.as.roster.joined.count == 0 || message.as.roster.joined.items[0].id != peers[COLORS].id)
    assert_true(fake_link_find(&peers[0].wire, &wire_roster_type, &message));
  assert_int_equal(message.as.roster.joined.items[0].color, 4);
  for (int i = 0; i <= COLORS; i++)
    if (i != 4)
      peer_leave(&stage, &peers[i]);
  stage_close(&stage);
}

static void an_id_that_is_used_again_is_told_with_its_new_name(void **state) {
  (void)state;
  stage stage;
  peer ada, bob, cid, *all[] = {&ada};
  wire_message message;
  stage_open(&stage, NULL, 8, 0);
  peer_join(&stage, &ada, "Ada");
  peer_join(&stage, &bob, "Bob");
  peer_leave(&stage, &bob);
  party_run(&stage, all, 1, (IDS_REST_SECONDS + 1) * stage.rate);
  party_skip(&ada);
  peer_join(&stage, &cid, "Cid");
  assert_int_equal(cid.id, bob.id);
  stage_run(&stage, 1);
  assert_true(fake_link_find(&ada.wire, &wire_roster_type, &message));
  assert_int_equal(message.as.roster.joined.count, 1);
  assert_string_equal(message.as.roster.joined.items[0].name, "Cid");
  peer_leave(&stage, &ada);
  peer_leave(&stage, &cid);
  stage_close(&stage);
}

static void who_comes_and_goes_between_two_tellings_leaves_no_news(void **state) {
  (void)state;
  roster roster;
  letter letter = {0};
  uint32_t person = 0;
  assert_true(roster_init(&roster, 2, 0, 1, &person, &letter));
  for (uint32_t tick = 1; tick < 20; tick++) {
    uint32_t index = roster_join(&roster, NULL, "", "practice", tick);
    roster_flag(&roster, index, SEAT_READY, true);
    assert_int_equal(roster.changed_count, 1);
    roster_leave(&roster, index, tick);
    assert_int_equal(roster.changed_count, 0);
  }
  roster_join(&roster, NULL, "", "practice", 20);
  assert_true(roster_has_news(&roster, false));
  roster_news_told(&roster, false);
  assert_false(roster_has_news(&roster, false));
  roster_free(&roster);
}

/* Of what the peer was told and has not read: how often this seat's standing was among it, and the last of them. */
static uint32_t count_standings(peer *peer, uint32_t id, wire_standing *last) {
  wire_message message;
  uint32_t count = 0;
  while (fake_link_find(&peer->wire, &wire_roster_type, &message))
    for (uint32_t i = 0; i < message.as.roster.standings.count; i++)
      if (message.as.roster.standings.items[i].id == id) {
        *last = message.as.roster.standings.items[i];
        count++;
      }
  return count;
}

enum { AWAY_TICKS = ROOM_AWAY_MS * PARTY_RATE / 1000, TELL_TICKS = ROOM_TELL_MS * PARTY_RATE / 1000 };

static void who_is_back_at_once_was_not_away_for_the_others_and_who_stays_away_is(void **state) {
  (void)state;
  stage stage;
  peer ada, bob, *both[] = {&ada, &bob};
  wire_standing told = {0};
  party_open(&stage, "", 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_come(&stage, &bob, "", "Bob", "test"));
  party_run(&stage, both, 2, PARTY_SECOND);
  while ((stage_tick(&stage) + AWAY_TICKS - 1) % TELL_TICKS) /* a tick too early it would be told at once */
    party_run(&stage, both, 2, 1);
  party_skip(&bob);
  party_lose(&stage, &ada);
  stage_run(&stage, AWAY_TICKS - 1);
  assert_true(party_back(&stage, &ada));
  party_run(&stage, both, 2, PARTY_SECOND);
  assert_int_equal(count_standings(&bob, ada.id, &told), 0);

  party_lose(&stage, &ada);
  party_run(&stage, both + 1, 1, AWAY_TICKS + TELL_TICKS + 1);
  assert_int_equal(count_standings(&bob, ada.id, &told), 1);
  assert_true(told.flags & SEAT_AWAY);
  assert_true(party_back(&stage, &ada));
  party_run(&stage, both, 2, TELL_TICKS + 1);
  assert_int_equal(count_standings(&bob, ada.id, &told), 1);
  assert_false(told.flags & SEAT_AWAY);
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  stage_close(&stage);
}

static void who_came_while_somebody_was_away_for_a_moment_hears_that_it_is_over(void **state) {
  (void)state;
  stage stage;
  peer ada, cid, *both[] = {&ada, &cid};
  wire_standing told = {0};
  party_open(&stage, "", 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  party_run(&stage, both, 1, PARTY_SECOND);
  party_lose(&stage, &ada);
  stage_run(&stage, 2);
  assert_true(party_come(&stage, &cid, "", "Cid", "test"));
  assert_true(count_standings(&cid, ada.id, &told) == 1 && told.flags & SEAT_AWAY);
  assert_true(party_back(&stage, &ada));
  party_run(&stage, both, 2, TELL_TICKS + 1);
  assert_true(count_standings(&cid, ada.id, &told) == 1 && !(told.flags & SEAT_AWAY));

  party_lose(&stage, &ada); /* both know the same of it now, so that another moment is no news again */
  stage_run(&stage, 2);
  assert_true(party_back(&stage, &ada));
  party_run(&stage, both, 2, TELL_TICKS + 1);
  assert_int_equal(count_standings(&cid, ada.id, &told), 0);
  peer_leave(&stage, &ada);
  peer_leave(&stage, &cid);
  stage_close(&stage);
}

static void a_change_outlives_who_leaves_before_it_is_told(void **state) {
  (void)state;
  stage stage;
  peer ada, bob, cid;
  wire_standing told = {0};
  party_open(&stage, "", 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_come(&stage, &bob, "", "Bob", "test"));
  assert_true(party_come(&stage, &cid, "", "Cid", "test"));
  stage_run(&stage, TELL_TICKS + (TELL_TICKS - stage_tick(&stage) % TELL_TICKS)); /* standings were told just now */
  party_skip(&ada);
  party_standing(party_room(&stage, ""), bob.id)->score = 7;
  roster_changed(&party_room(&stage, "")->roster, (uint32_t)roster_find(&party_room(&stage, "")->roster, bob.id));
  peer_send(&stage, &cid, &wire_leave_type, NULL); /* not held: gone, which is told in the next tick */
  stage_run(&stage, TELL_TICKS);
  assert_int_equal(count_standings(&ada, bob.id, &told), 1);
  assert_int_equal(told.score, 7);
  peer_leave(&stage, &cid);
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  stage_close(&stage);
}

static void the_one_away_the_longest_is_found_wherever_it_sits(void **state) {
  (void)state;
  roster roster;
  letter letter = {0};
  client clients[3] = {{0}};
  uint32_t person = 0;
  static const uint32_t lost_at[3] = {30, 10, 20};
  assert_true(roster_init(&roster, 3, 0, 1, &person, &letter));
  for (uint32_t i = 0; i < 3; i++)
    roster_join(&roster, &clients[i], "", "test", 1);
  assert_int_equal(roster_find_away(&roster, UINT32_MAX), -1);
  for (uint32_t i = 0; i < 3; i++)
    roster_lose(&roster, i, lost_at[i]);
  assert_int_equal(roster_find_away(&roster, UINT32_MAX), 1);
  assert_int_equal(roster_find_away(&roster, 9), -1); /* that one was here for nine ticks */
  roster_free(&roster);
}

static void news_of_players_take_no_send_of_their_own_in_a_tick_with_frames(void **state) {
  (void)state;
  enum { PEERS = 5 };
  stage stage;
  peer peers[PEERS];
  wire_standing told = {0};
  party_open(&stage, "", 0);
  for (int i = 0; i < PEERS; i++)
    assert_true(party_come(&stage, &peers[i], "", "", "test"));
  stage_run(&stage, PARTY_SECOND);       /* how many are here was told */
  party_lose(&stage, &peers[PEERS - 1]); /* not the host, whose end is news of the room */
  stage_run(&stage, 1);
  for (int i = 0; i < PEERS - 1; i++)
    party_skip(&peers[i]);
  uint32_t before = fake_link_turns(), ticks = AWAY_TICKS + TELL_TICKS;
  stage_run(&stage, ticks);
  assert_int_equal(fake_link_turns() - before,
                   (ticks + 1) * (PEERS - 1)); /* that one is gone is said in words as well */
  for (int i = 0; i < PEERS - 1; i++) {
    assert_int_equal(count_standings(&peers[i], peers[PEERS - 1].id, &told), 1);
    peer_leave(&stage, &peers[i]);
  }
  stage_close(&stage);
}

static uint32_t last_count(peer *peer) {
  wire_message message;
  uint32_t count = 0;
  while (fake_link_find(&peer->wire, &wire_roster_type, &message))
    count = message.as.roster.players;
  return count;
}

/* In a large room, to one who sees none of those who come and go. */
static void who_heard_a_count_between_two_tellings_hears_that_it_is_as_before(void **state) {
  (void)state;
  stage stage;
  peer ada, bob, cid, dan;
  party_open(&stage, "", 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_come(&stage, &bob, "", "Bob", "test"));
  stage_run(&stage, 2 * PARTY_SECOND - stage_tick(&stage));
  assert_true(party_come(&stage, &cid, "", "Cid", "test"));
  peer_connect(&stage, &dan);
  dan.wire.choked = true;
  peer_hello(&stage, &dan, "Dan", "test");
  stage_run(&stage, 1);
  assert_int_equal(last_count(&dan), 4);
  party_wish(&stage, &bob, &wire_leave_type);
  party_wish(&stage, &cid, &wire_leave_type);
  stage_run(&stage, PARTY_SECOND);
  assert_int_equal(last_count(&dan), 2);
  stage_run(&stage, PARTY_SECOND);
  assert_int_equal(last_count(&dan), 0); /* once */
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  peer_leave(&stage, &cid);
  peer_leave(&stage, &dan);
  stage_close(&stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_second_ada_is_ada_2_and_no_name_gets_a_friendly_one),
      cmocka_unit_test(names_stay_unique_when_somebody_sits_on_the_numbers),
      cmocka_unit_test(colors_least_used_are_dealt_first),
      cmocka_unit_test(an_id_that_is_used_again_is_told_with_its_new_name),
      cmocka_unit_test(who_comes_and_goes_between_two_tellings_leaves_no_news),
      cmocka_unit_test(who_heard_a_count_between_two_tellings_hears_that_it_is_as_before),
      cmocka_unit_test(who_is_back_at_once_was_not_away_for_the_others_and_who_stays_away_is),
      cmocka_unit_test(who_came_while_somebody_was_away_for_a_moment_hears_that_it_is_over),
      cmocka_unit_test(a_change_outlives_who_leaves_before_it_is_told),
      cmocka_unit_test(the_one_away_the_longest_is_found_wherever_it_sits),
      cmocka_unit_test(news_of_players_take_no_send_of_their_own_in_a_tick_with_frames),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
