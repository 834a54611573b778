/* Talk between people on a whole server: one order for all, direct lines for two, history for newcomers, typing marks,
   presence, limits. Own clock and wire. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/party.h"

typedef struct {
  stage stage;
  peer ada, bob, eve; /* Eve in the yard, the others in general */
  peer *all[3];
} street;

static void street_open(street *street) {
  party_open(&street->stage, NULL, 0);
  assert_true(party_come(&street->stage, &street->ada, "", "Ada", "test"));
  assert_true(party_come(&street->stage, &street->bob, "", "Bob", "test"));
  assert_true(party_come(&street->stage, &street->eve, "yard", "Eve", "test"));
  street->all[0] = &street->ada;
  street->all[1] = &street->bob;
  street->all[2] = &street->eve;
  for (int i = 0; i < 3; i++)
    party_skip(street->all[i]);
}

static void street_close(street *street) {
  for (int i = 0; i < 3; i++)
    peer_leave(&street->stage, street->all[i]);
  stage_close(&street->stage);
}

/* The texts of all that was told, joined; their ids rise. */
static void hear(peer *peer, char *out, size_t size) {
  wire_message message;
  uint32_t last = 0;
  *out = 0;
  while (fake_link_find(&peer->wire, &wire_talk_type, &message))
    for (uint32_t i = 0; i < message.as.talk.lines.count; i++) {
      const wire_line *line = &message.as.talk.lines.items[i];
      assert_true(line->id > last);
      last = line->id;
      snprintf(out + strlen(out), size - strlen(out), "%s|", line->text);
    }
}

static void assert_heard(peer *peer, const char *texts) {
  char heard[4096];
  hear(peer, heard, sizeof heard);
  assert_string_equal(heard, texts);
}

static void each_hears_what_is_said_to_it_in_one_order(void **state) {
  (void)state;
  street street;
  street_open(&street);
  party_say(&street.stage, &street.ada, CHANNEL_ROOM, 0, "room");
  party_say(&street.stage, &street.eve, CHANNEL_LOBBY, 0, "lobby");
  party_say(&street.stage, &street.bob, CHANNEL_DIRECT, street.eve.welcome.person, "secret");
  party_say(&street.stage, &street.eve, CHANNEL_ROOM, 0, "yard");
  party_say(&street.stage, &street.bob, CHANNEL_ROOM, street.eve.welcome.person, "room again");
  assert_heard(&street.ada, "room|lobby|room again|");
  assert_heard(&street.bob, "room|lobby|secret|room again|");
  assert_heard(&street.eve, "lobby|secret|yard|");
  street_close(&street);
}

static void a_line_has_author_time_and_channel(void **state) {
  (void)state;
  street street;
  wire_message message;
  street_open(&street);
  stage_run(&street.stage, 3 * PARTY_SECOND);
  party_say(&street.stage, &street.bob, CHANNEL_DIRECT, street.ada.welcome.person, "  hi\n there ");
  assert_true(fake_link_find(&street.ada.wire, &wire_talk_type, &message));
  const wire_line *line = message.as.talk.lines.items;
  assert_int_equal(line->person, street.bob.welcome.person);
  assert_string_equal(line->name, "Bob");
  assert_int_equal(line->channel, CHANNEL_DIRECT);
  assert_int_equal(line->to, street.ada.welcome.person);
  assert_int_equal(line->time, 3);
  assert_string_equal(line->text, "hi there");
  street_close(&street);
}

static void nothing_is_not_said_and_nobody_is_not_spoken_to(void **state) {
  (void)state;
  street street;
  street_open(&street);
  static const char *const empty[] = {"", "   ", "\n\t", "\xe2\x80\x8b", "\xe2\x80\xae"};
  for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
    party_say(&street.stage, &street.ada, CHANNEL_ROOM, 0, empty[i]);
  assert_heard(&street.bob, "");
  const uint32_t nobodies[] = {0, 99999, UINT32_MAX};
  for (int i = 0; i < 3; i++) {
    party_say(&street.stage, &street.ada, CHANNEL_DIRECT, nobodies[i], "hello?");
    party_assert_noticed(&street.ada, CODE_NOBODY_THERE, "");
  }
  for (int i = 0; i < 50; i++) /* and that is no way to be answered without end */
    party_say(&street.stage, &street.ada, CHANNEL_DIRECT, 99999, "hello?");
  assert_in_range(party_count(&street.ada, &wire_notice_type), 1, 4);
  street_close(&street);
}

static void who_writes_too_fast_is_told_once_and_may_go_on_later(void **state) {
  (void)state;
  street street;
  street_open(&street);
  for (int i = 0; i < 40; i++)
    party_say(&street.stage, &street.ada, i % 2 ? CHANNEL_ROOM : CHANNEL_LOBBY, 0, "x");
  assert_heard(&street.bob, "x|x|x|x|x|x|x|x|x|x|");
  uint32_t at = street.ada.wire.read;
  party_assert_noticed(&street.ada, CODE_TALK_TOO_FAST, "60");
  street.ada.wire.read = at;
  assert_int_equal(party_count(&street.ada, &wire_notice_type), 1);
  assert_false(street.ada.wire.closed);
  stage_run(&street.stage, PARTY_SECOND + 1);
  party_say(&street.stage, &street.ada, CHANNEL_ROOM, 0, "later");
  assert_heard(&street.bob, "later|");
  party_say(&street.stage, &street.ada, CHANNEL_ROOM, 0, "too soon");
  party_assert_noticed(&street.ada, CODE_TALK_TOO_FAST, "60"); /* told anew */
  street_close(&street);
}

/* Says 130 lines, one a second. */
static void say_many(street *street) {
  char text[16];
  for (int i = 0; i < 130; i++) {
    snprintf(text, sizeof text, "line %d", i);
    party_say(&street->stage, &street->ada, i % 2 ? CHANNEL_ROOM : CHANNEL_LOBBY, 0, text);
    party_run(&street->stage, street->all, 3, PARTY_SECOND + 1);
  }
}

static void a_newcomer_hears_the_last_hundred_lines_in_pieces_as_it_reads(void **state) {
  (void)state;
  street street;
  peer late;
  wire_message message;
  uint32_t lines = 0, pieces = 0, next = 130 - 100;
  char text[16];
  street_open(&street);
  say_many(&street);
  peer_connect(&street.stage, &late);
  late.wire.choked = true;
  peer_hello(&street.stage, &late, "Late", "test");
  stage_run(&street.stage, 20);
  while (fake_link_find(&late.wire, &wire_talk_type, &message))
    pieces++;
  assert_int_equal(pieces, 1); /* no more until it has read that */
  late.wire.choked = false;
  party_say(&street.stage, &street.bob, CHANNEL_ROOM, 0, "meanwhile");
  stage_run(&street.stage, 10);
  for (late.wire.read = 0; fake_link_find(&late.wire, &wire_talk_type, &message); pieces++)
    for (uint32_t i = 0; i < message.as.talk.lines.count; i++) {
      const char *said = message.as.talk.lines.items[i].text;
      if (strncmp(said, "line", 4) != 0)
        continue;
      snprintf(text, sizeof text, "line %u", next++);
      assert_string_equal(said, text);
      lines++;
    }
  assert_int_equal(lines, 100);
  assert_true(pieces > 4);
  late.wire.read = 0;
  char heard[4096];
  hear(&late, heard, sizeof heard);
  assert_non_null(strstr(heard, "line 129|"));
  assert_non_null(strstr(heard, "meanwhile|"));
  peer_leave(&street.stage, &late);
  street_close(&street);
}

static void who_comes_back_and_forgot_what_it_heard_hears_the_last_hundred(void **state) {
  (void)state;
  street street;
  street_open(&street);
  say_many(&street);
  party_lose(&street.stage, &street.bob);
  assert_true(party_back(&street.stage, &street.bob));
  stage_run(&street.stage, 10);
  char heard[4096];
  hear(&street.bob, heard, sizeof heard);
  assert_null(strstr(heard, "line 27|"));
  assert_non_null(strstr(heard, "line 40|"));
  assert_non_null(strstr(heard, "line 129|"));
  street_close(&street);
}

static void a_direct_line_waits_for_one_who_is_away(void **state) {
  (void)state;
  street street;
  street_open(&street);
  uint32_t person = street.eve.welcome.person;
  party_lose(&street.stage, &street.eve);
  party_say(&street.stage, &street.ada, CHANNEL_DIRECT, person, "when you are back");
  assert_int_equal(party_count(&street.ada, &wire_notice_type), 0);
  assert_true(party_back(&street.stage, &street.eve));
  char heard[4096];
  hear(&street.eve, heard, sizeof heard);
  assert_non_null(strstr(heard, "when you are back|"));
  party_skip(&street.bob);
  street_close(&street);
}

static void typing_marks_reach_the_others_and_not_too_often(void **state) {
  (void)state;
  street street;
  wire_message message;
  const wire_typing room = {CHANNEL_ROOM, 0};
  street_open(&street);
  for (int tick = 0; tick < 90; tick++) {
    peer_send(&street.stage, &street.ada, &wire_typing_type, &room);
    stage_run(&street.stage, 1);
  }
  assert_int_equal(party_count(&street.ada, &wire_typist_type), 0);
  assert_int_equal(party_count(&street.eve, &wire_typist_type), 0);
  uint32_t at = street.bob.wire.read;
  assert_true(fake_link_find(&street.bob.wire, &wire_typist_type, &message));
  assert_int_equal(message.as.typist.person, street.ada.welcome.person);
  assert_string_equal(message.as.typist.name, "Ada");
  street.bob.wire.read = at;
  assert_in_range(party_count(&street.bob, &wire_typist_type), 3, 4);
  stage_run(&street.stage, 60);
  peer_send(&street.stage, &street.ada, &wire_typing_type, &(wire_typing){CHANNEL_DIRECT, street.eve.welcome.person});
  assert_int_equal(party_count(&street.eve, &wire_typist_type), 1);
  assert_int_equal(party_count(&street.bob, &wire_typist_type), 0);
  peer_send(&street.stage, &street.bob, &wire_typing_type, &(wire_typing){CHANNEL_DIRECT, 99999});
  peer_send(&street.stage, &street.bob, &wire_typing_type, &(wire_typing){CHANNEL_LOBBY, 0});
  assert_int_equal(party_count(&street.ada, &wire_typist_type), 0);
  street_close(&street);
}

enum { AWAY_TICKS = ROOM_AWAY_MS * PARTY_RATE / 1000 };

static void the_room_is_told_who_comes_goes_is_lost_and_back(void **state) {
  (void)state;
  street street;
  peer zoe;
  street_open(&street);
  assert_true(party_come(&street.stage, &zoe, "", "Zoe", "test"));
  party_lose(&street.stage, &zoe);
  stage_run(&street.stage, AWAY_TICKS + 1);
  assert_true(party_back(&street.stage, &zoe));
  peer_send(&street.stage, &zoe, &wire_leave_type, NULL);
  stage_run(&street.stage, 1);
  assert_heard(&street.ada, "Zoe joined.|Zoe lost the connection.|Zoe is back.|Zoe left.|");
  assert_heard(&street.eve, "");
  peer_leave(&street.stage, &zoe);
  assert_true(party_come(&street.stage, &zoe, "", "Zoe", "test"));
  party_lose(&street.stage, &zoe);
  party_run(&street.stage, street.all, 3, 60 * PARTY_SECOND + 2);
  assert_heard(&street.bob, "Zoe joined.|Zoe lost the connection.|Zoe is back.|Zoe left."
                            "|Zoe joined.|Zoe lost the connection.|Zoe left.|");
  street_close(&street);
}

static void nobody_is_told_of_who_is_back_at_once(void **state) {
  (void)state;
  street street;
  peer zoe;
  street_open(&street);
  assert_true(party_come(&street.stage, &zoe, "", "Zoe", "test"));
  party_lose(&street.stage, &zoe);
  stage_run(&street.stage, AWAY_TICKS - 2);
  assert_true(party_back(&street.stage, &zoe));
  stage_run(&street.stage, PARTY_SECOND);
  assert_heard(&street.ada, "Zoe joined.|");
  peer_leave(&street.stage, &zoe);
  street_close(&street);
}

static void in_a_crowd_nobody_is_told_of_each_who_comes_or_types(void **state) {
  (void)state;
  street street;
  peer crowd[40];
  street_open(&street);
  for (int i = 0; i < 40; i++)
    assert_true(party_come(&street.stage, &crowd[i], "", "Zoe", "test"));
  party_skip(&street.ada);
  for (int i = 0; i < 5; i++)
    peer_leave(&street.stage, &crowd[i]);
  stage_run(&street.stage, 2);
  uint32_t at = street.ada.wire.read;
  assert_heard(&street.ada, "");
  street.ada.wire.read = at;
  peer_send(&street.stage, &crowd[5], &wire_typing_type, &(wire_typing){CHANNEL_ROOM, 0});
  assert_int_equal(party_count(&street.ada, &wire_typist_type), 0);
  for (int i = 5; i < 40; i++)
    peer_leave(&street.stage, &crowd[i]);
  street_close(&street);
}

/* As much as a hundred may say at once, to all of them: a hundred thousand copies, if nobody bounded them. */
static void what_many_say_to_many_is_cut_by_name_and_goes_on_later(void **state) {
  (void)state;
  enum { CROWD = 100, COPIES = CLIENT_COPIES_AT_ONCE / (CROWD + 2) + 1 };
  for (uint32_t channel = CHANNEL_ROOM; channel <= CHANNEL_LOBBY; channel++) {
    street street;
    peer crowd[CROWD];
    street_open(&street);
    for (int i = 0; i < CROWD; i++)
      assert_true(party_come(&street.stage, &crowd[i], "", "Zoe", "test"));
    party_skip(&street.ada);
    party_skip(&crowd[CROWD - 1]);
    for (int i = 0; i < CROWD; i++)
      for (int line = 0; line < 10; line++)
        party_say(&street.stage, &crowd[i], channel, 0, "me");
    assert_in_range(party_count(&street.ada, &wire_talk_type), COPIES - 1, COPIES + 1);
    party_assert_noticed(&crowd[CROWD - 1], CODE_TALK_TOO_FAST, "60");
    assert_false(crowd[CROWD - 1].wire.closed);
    stage_run(&street.stage, PARTY_SECOND);
    party_skip(&street.ada);
    party_say(&street.stage, &crowd[0], channel, 0, "now?");
    assert_int_equal(party_count(&street.ada, &wire_talk_type), 1);
    for (int i = 0; i < CROWD; i++)
      peer_leave(&street.stage, &crowd[i]);
    street_close(&street);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_hears_what_is_said_to_it_in_one_order),
      cmocka_unit_test(a_line_has_author_time_and_channel),
      cmocka_unit_test(nothing_is_not_said_and_nobody_is_not_spoken_to),
      cmocka_unit_test(who_writes_too_fast_is_told_once_and_may_go_on_later),
      cmocka_unit_test(a_newcomer_hears_the_last_hundred_lines_in_pieces_as_it_reads),
      cmocka_unit_test(who_comes_back_and_forgot_what_it_heard_hears_the_last_hundred),
      cmocka_unit_test(a_direct_line_waits_for_one_who_is_away),
      cmocka_unit_test(typing_marks_reach_the_others_and_not_too_often),
      cmocka_unit_test(the_room_is_told_who_comes_goes_is_lost_and_back),
      cmocka_unit_test(nobody_is_told_of_who_is_back_at_once),
      cmocka_unit_test(in_a_crowd_nobody_is_told_of_each_who_comes_or_types),
      cmocka_unit_test(what_many_say_to_many_is_cut_by_name_and_goes_on_later),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
