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
  roster_free(&roster);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_second_ada_is_ada_2_and_no_name_gets_a_friendly_one),
      cmocka_unit_test(names_stay_unique_when_somebody_sits_on_the_numbers),
      cmocka_unit_test(colors_least_used_are_dealt_first),
      cmocka_unit_test(an_id_that_is_used_again_is_told_with_its_new_name),
      cmocka_unit_test(who_comes_and_goes_between_two_tellings_leaves_no_news),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
