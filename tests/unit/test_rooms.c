/* Many rooms: how they are made, found, listed and ended, and what the limits are. Own clock and wire. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "server/code.h"
#include "tests/unit/party.h"

static void assert_code(const char *code) {
  assert_int_equal(strlen(code), WIRE_CODE_LETTERS);
  assert_int_equal(strspn(code, CODE_ALPHABET), WIRE_CODE_LETTERS);
}

static uint32_t ask_for_rooms(stage *stage, peer *peer, wire_message *message) {
  party_skip(peer);
  stage_run(stage, 15); /* answers have a rest */
  peer_send(stage, peer, &wire_list_type, NULL);
  stage_run(stage, 1);
  assert_true(fake_link_find(&peer->wire, &wire_rooms_type, message));
  return message->as.rooms.rooms.count;
}

static void without_a_choice_everybody_lands_in_general(void **state) {
  (void)state;
  stage stage;
  peer ada, bob;
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_come(&stage, &bob, "General", "Bob", "test"));
  assert_string_equal(ada.welcome.room, "general");
  assert_string_equal(bob.welcome.room, "general");
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  stage_close(&stage);
}

static void a_room_is_made_and_found_by_its_code_however_it_is_typed(void **state) {
  (void)state;
  stage stage;
  peer ada, guest;
  char code[WIRE_WORD_BYTES_MAX + 1], typed[32];
  wire_message message;
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_create(&stage, &ada, &(wire_create){.name = " The  cellar ", .game = "tag"}, code));
  assert_code(code);
  snprintf(typed, sizeof typed, " %c%c-%c %c", tolower(code[0]), code[1], tolower(code[2]), code[3]);
  const char *const ways[] = {code, typed};
  for (int i = 0; i < 2; i++) {
    assert_true(party_come(&stage, &guest, ways[i], "Guest", "test"));
    assert_string_equal(guest.welcome.room, code);
    assert_true(fake_link_find(&guest.wire, &wire_room_type, &message));
    assert_string_equal(message.as.room.name, "The cellar");
    assert_string_equal(message.as.room.game, "tag");
    assert_int_equal(message.as.room.public, 0);
    assert_int_equal(message.as.room.members_max, 8);
    assert_int_equal(message.as.room.players_min, 2);
    peer_leave(&stage, &guest);
  }
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_room_that_is_not_there_is_refused_by_name(void **state) {
  (void)state;
  static const char *const words[] = {"nowhere", "XXXX", "gener", "Yard2", "../yard", "\xf0\x9f\x98\x80"};
  stage stage;
  peer ada;
  party_open(&stage, NULL, 0);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    assert_false(party_come(&stage, &ada, words[i], "Ada", "test"));
    ada.wire.read = 0;
    peer_assert_ended(&ada, &wire_refused_type, CODE_UNKNOWN_ROOM, words[i]);
    peer_leave(&stage, &ada);
  }
  stage_close(&stage);
}

static void only_public_rooms_are_listed_with_the_fullest_first(void **state) {
  (void)state;
  stage stage;
  peer ada, bob, eve;
  char open[WIRE_WORD_BYTES_MAX + 1], hidden[WIRE_WORD_BYTES_MAX + 1];
  wire_message message;
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_create(&stage, &ada, &(wire_create){.name = "Open", .game = "tag", .public = 1}, open));
  assert_true(party_create(&stage, &ada, &(wire_create){.name = "Hidden", .game = "tag"}, hidden));
  assert_true(party_come(&stage, &bob, open, "Bob", "test"));
  assert_true(party_come(&stage, &eve, open, "Eve", "test"));
  peer_send(&stage, &bob, &wire_lock_type, &(wire_lock){1});
  assert_int_equal(ask_for_rooms(&stage, &ada, &message), 3);
  const wire_listed *listed = message.as.rooms.rooms.items;
  assert_string_equal(listed[0].code, open);
  assert_string_equal(listed[0].name, "Open");
  assert_string_equal(listed[0].game, "tag");
  assert_int_equal(listed[0].players, 2);
  assert_int_equal(listed[0].members_max, 8);
  assert_int_equal(listed[0].locked, 1);
  assert_int_equal(listed[0].phase, PHASE_WAITING);
  assert_string_equal(listed[1].code, "general");
  assert_string_equal(listed[2].code, "yard");
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  peer_leave(&stage, &eve);
  stage_close(&stage);
}

/* 300 rooms, of which the newest has the members. */
static void a_list_that_is_too_long_leaves_out_the_emptiest(void **state) {
  (void)state;
  stage stage;
  peer ada, bob;
  wire_message message;
  room *last = NULL;
  party_open(&stage, NULL, 0);
  for (int i = 0; i < 300; i++) {
    uint32_t code;
    char param[WIRE_WORD_BYTES_MAX + 1];
    last = rooms_create(host_rooms(stage.host), &(wire_create){.public = 1}, 0, &code, param);
    assert_non_null(last);
  }
  assert_true(party_come(&stage, &bob, last->code, "Bob", "test"));
  assert_true(party_come(&stage, &ada, last->code, "Ada", "test"));
  assert_int_equal(ask_for_rooms(&stage, &ada, &message), WIRE_ROOMS_LISTED_MAX);
  assert_string_equal(message.as.rooms.rooms.items[0].code, last->code);
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  stage_close(&stage);
}

static void questions_are_answered_twice_a_second_and_none_is_lost(void **state) {
  (void)state;
  stage stage;
  peer ada;
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  for (int tick = 0; tick < 60; tick++) {
    for (int i = 0; i < 4; i++) {
      peer_send(&stage, &ada, &wire_list_type, NULL);
      peer_send(&stage, &ada, &wire_who_type, NULL);
    }
    stage_run(&stage, 1);
  }
  uint32_t at = ada.wire.read;
  assert_in_range(party_count(&ada, &wire_rooms_type), 4, 5);
  ada.wire.read = at;
  assert_in_range(party_count(&ada, &wire_people_type), 4, 5);
  stage_run(&stage, 15);
  assert_int_equal(party_count(&ada, &wire_rooms_type), 1); /* the last ones waited */
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void who_is_here_is_told_but_not_in_which_hidden_room(void **state) {
  (void)state;
  stage stage;
  peer ada, bob, eve;
  char hidden[WIRE_WORD_BYTES_MAX + 1];
  wire_message message;
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_create(&stage, &ada, &(wire_create){.game = "tag"}, hidden));
  assert_true(party_come(&stage, &bob, hidden, "Bob", "test"));
  assert_true(party_come(&stage, &eve, hidden, "Eve", "test"));
  const struct {
    peer *asker;
    const char *bobs_room;
  } rows[] = {{&ada, ""}, {&eve, hidden}};
  for (int i = 0; i < 2; i++) {
    bool found = false;
    peer_send(&stage, rows[i].asker, &wire_who_type, NULL);
    stage_run(&stage, 1);
    assert_true(fake_link_find(&rows[i].asker->wire, &wire_people_type, &message));
    assert_int_equal(message.as.people.count, 3);
    for (uint32_t at = 0; at < message.as.people.people.count; at++) {
      const wire_someone *someone = &message.as.people.people.items[at];
      if (someone->person != bob.welcome.person)
        continue;
      found = true;
      assert_string_equal(someone->name, "Bob");
      assert_string_equal(someone->room, rows[i].bobs_room);
    }
    assert_true(found);
  }
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  peer_leave(&stage, &eve);
  stage_close(&stage);
}

/* --- limits ------------------------------------------------------------------------------------------------- */

static void no_more_rooms_are_made_than_the_server_may_have(void **state) {
  (void)state;
  stage stage;
  peer ada, bob;
  char code[WIRE_WORD_BYTES_MAX + 1];
  party_open(&stage, NULL, 4); /* general and the yard among them */
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_come(&stage, &bob, "", "Bob", "test"));
  assert_true(party_create(&stage, &ada, &(wire_create){.game = "tag"}, code));
  assert_true(party_create(&stage, &bob, &(wire_create){.game = "tag"}, code));
  assert_false(party_create(&stage, &bob, &(wire_create){.game = "tag"}, code));
  bob.wire.read = 0;
  party_assert_noticed(&bob, CODE_TOO_MANY_ROOMS, "4");
  assert_false(bob.wire.closed);
  assert_int_equal(host_count(stage.host).rooms, 4);
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  stage_close(&stage);
}

/* Rooms of nobody, and of one who broke off at once, are not worth a room that somebody wants; who played there was
   there for longer. */
static void rooms_that_were_hardly_used_make_way_when_there_are_no_more(void **state) {
  (void)state;
  enum { SPARE = ROOM_SPARE_MS * PARTY_RATE / 1000, SETTLED = ROOM_SETTLED_MS * PARTY_RATE / 1000 };
  stage stage;
  peer ada, bob, eve;
  char played[WIRE_WORD_BYTES_MAX + 1], entered[WIRE_WORD_BYTES_MAX + 1], empty[WIRE_WORD_BYTES_MAX + 1],
      code[WIRE_WORD_BYTES_MAX + 1];
  const wire_create create = {.game = "tag"};
  party_open(&stage, NULL, 5); /* general and the yard among them */
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_come(&stage, &bob, "", "Bob", "test"));
  peer *both[] = {&ada, &bob, &eve};
  assert_true(party_create(&stage, &ada, &create, played));
  assert_true(party_come(&stage, &eve, played, "Eve", "test"));
  party_run(&stage, both, 3, SETTLED);
  party_lose(&stage, &eve);
  assert_true(party_create(&stage, &ada, &create, entered));
  assert_true(party_come(&stage, &eve, entered, "Eve", "test"));
  party_lose(&stage, &eve);
  party_run(&stage, both, 2, PARTY_SECOND);
  assert_true(party_create(&stage, &ada, &create, empty));
  party_run(&stage, both, 2, SPARE - PARTY_SECOND - 2); /* and the tick of coming: not yet */
  assert_false(party_create(&stage, &bob, &create, code));
  party_run(&stage, both, 2, 2);
  assert_true(party_create(&stage, &bob, &create, code));
  assert_null(party_room(&stage, entered));
  assert_false(party_create(&stage, &bob, &create, code));
  party_run(&stage, both, 2, 2 * SPARE);
  assert_true(party_create(&stage, &bob, &create, code));
  assert_non_null(party_room(&stage, played));
  assert_int_equal(host_count(stage.host).rooms, 5);
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  stage_close(&stage);
}

static void a_client_makes_three_rooms_at_once_and_six_a_minute(void **state) {
  (void)state;
  stage stage;
  peer ada;
  char code[WIRE_WORD_BYTES_MAX + 1];
  const wire_create create = {.game = "tag"};
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  for (int i = 0; i < 3; i++)
    assert_true(party_create(&stage, &ada, &create, code));
  party_skip(&ada);
  for (int i = 0; i < 50; i++)
    peer_send(&stage, &ada, &wire_create_type, &create);
  uint32_t at = ada.wire.read;
  party_assert_noticed(&ada, CODE_TOO_MANY_ROOMS, "6");
  ada.wire.read = at;
  assert_int_equal(party_count(&ada, &wire_notice_type), 1); /* told once */
  peer *both[] = {&ada};
  party_run(&stage, both, 1, 10 * PARTY_SECOND + 1);
  assert_true(party_create(&stage, &ada, &create, code));
  assert_false(party_create(&stage, &ada, &create, code));
  assert_int_equal(host_count(stage.host).rooms, 2 + 4);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_game_that_is_not_there_makes_no_room(void **state) {
  (void)state;
  stage stage;
  peer ada;
  char code[WIRE_WORD_BYTES_MAX + 1];
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_false(party_create(&stage, &ada, &(wire_create){.game = "chess"}, code));
  ada.wire.read = 0;
  party_assert_noticed(&ada, CODE_UNKNOWN_GAME, "chess");
  assert_true(party_create(&stage, &ada, &(wire_create){.name = ""}, code)); /* no game: roam */
  assert_string_equal(party_room(&stage, code)->match.rules->name, "roam");
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_full_room_lets_nobody_in_and_a_place_that_is_free_again_does(void **state) {
  (void)state;
  stage stage;
  peer members[8], late;
  party_open(&stage, NULL, 0);
  for (int i = 0; i < 8; i++)
    assert_true(party_come(&stage, &members[i], "yard", "Member", "test"));
  assert_false(party_come(&stage, &late, "yard", "Late", "test"));
  late.wire.read = 0;
  peer_assert_ended(&late, &wire_refused_type, CODE_ROOM_FULL, "yard");
  peer_leave(&stage, &late);
  peer_send(&stage, &members[3], &wire_leave_type, NULL);
  assert_true(party_come(&stage, &late, "yard", "Late", "test"));
  peer_leave(&stage, &late);
  for (int i = 0; i < 8; i++)
    peer_leave(&stage, &members[i]);
  stage_close(&stage);
}

/* --- ends --------------------------------------------------------------------------------------------------- */

static void an_empty_room_ends_after_its_time_and_not_before(void **state) {
  (void)state;
  stage stage;
  peer ada, bob;
  peer *here[] = {&ada};
  char code[WIRE_WORD_BYTES_MAX + 1];
  const uint32_t empty = ROOM_EMPTY_MS / 1000 * PARTY_SECOND;
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_create(&stage, &ada, &(wire_create){.game = "tag"}, code));
  party_run(&stage, here, 1, empty - 1);
  assert_non_null(party_room(&stage, code));
  assert_true(party_come(&stage, &bob, code, "Bob", "test")); /* just in time */
  peer_send(&stage, &bob, &wire_leave_type, NULL);
  stage_run(&stage, 1);
  peer_leave(&stage, &bob);
  party_run(&stage, here, 1, empty - 2);
  assert_non_null(party_room(&stage, code));
  party_run(&stage, here, 1, PARTY_SECOND + 2); /* looked for once a second */
  assert_null(party_room(&stage, code));
  assert_non_null(party_room(&stage, "yard"));
  assert_non_null(party_room(&stage, "general"));
  assert_false(party_come(&stage, &bob, code, "Bob", "test"));
  assert_int_equal(bob.wire.code, CODE_UNKNOWN_ROOM);
  peer_leave(&stage, &bob);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_room_whose_seats_are_held_does_not_end(void **state) {
  (void)state;
  stage stage;
  peer ada, bob;
  peer *here[] = {&ada};
  char code[WIRE_WORD_BYTES_MAX + 1];
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_create(&stage, &ada, &(wire_create){.game = "tag"}, code));
  assert_true(party_come(&stage, &bob, code, "Bob", "test"));
  party_lose(&stage, &bob);
  party_run(&stage, here, 1, 59 * PARTY_SECOND);
  assert_true(party_back(&stage, &bob));
  party_lose(&stage, &bob);
  party_run(&stage, here, 1, (60 + 59) * PARTY_SECOND); /* held, then empty */
  assert_non_null(party_room(&stage, code));
  party_run(&stage, here, 1, 3 * PARTY_SECOND);
  assert_null(party_room(&stage, code));
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void who_comes_in_the_tick_in_which_the_room_ends_is_let_in_or_refused(void **state) {
  (void)state;
  uint32_t let_in = 0, refused = 0;
  for (uint32_t early = 0; early < 2 * PARTY_SECOND; early++) {
    stage stage;
    peer ada, bob;
    peer *here[] = {&ada};
    char code[WIRE_WORD_BYTES_MAX + 1];
    party_open(&stage, NULL, 0);
    assert_true(party_come(&stage, &ada, "", "Ada", "test"));
    assert_true(party_create(&stage, &ada, &(wire_create){.game = "tag"}, code));
    party_run(&stage, here, 1, 61 * PARTY_SECOND - early);
    if (party_come(&stage, &bob, code, "Bob", "test"))
      let_in++;
    else {
      assert_int_equal(bob.wire.code, CODE_UNKNOWN_ROOM);
      refused++;
    }
    stage_run(&stage, 2);
    assert_int_equal(host_count(stage.host).rooms, 2 + !bob.wire.closed);
    peer_leave(&stage, &bob);
    peer_leave(&stage, &ada);
    stage_close(&stage);
  }
  assert_true(let_in > 0 && refused > 0);
}

/* --- nothing shared ----------------------------------------------------------------------------------------- */

static void rooms_share_neither_boxes_nor_ids_nor_words(void **state) {
  (void)state;
  stage stage;
  peer ada, bob;
  wire_message message;
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "", "Ada", "test"));
  assert_true(party_come(&stage, &bob, "yard", "Bob", "test"));
  assert_int_equal(ada.id, bob.id); /* the first in each */
  assert_int_not_equal(ada.welcome.person, bob.welcome.person);
  party_skip(&bob);
  party_say(&stage, &ada, CHANNEL_ROOM, 0, "only here");
  party_at(&stage, &bob, &wire_kick_type, ada.id); /* of the same id, but in another room: that is Bob */
  assert_false(ada.wire.closed);
  while (fake_link_next(&bob.wire, &message))
    assert_ptr_not_equal(message.type, &wire_talk_type);
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  stage_close(&stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_a_choice_everybody_lands_in_general),
      cmocka_unit_test(a_room_is_made_and_found_by_its_code_however_it_is_typed),
      cmocka_unit_test(a_room_that_is_not_there_is_refused_by_name),
      cmocka_unit_test(only_public_rooms_are_listed_with_the_fullest_first),
      cmocka_unit_test(a_list_that_is_too_long_leaves_out_the_emptiest),
      cmocka_unit_test(questions_are_answered_twice_a_second_and_none_is_lost),
      cmocka_unit_test(who_is_here_is_told_but_not_in_which_hidden_room),
      cmocka_unit_test(no_more_rooms_are_made_than_the_server_may_have),
      cmocka_unit_test(rooms_that_were_hardly_used_make_way_when_there_are_no_more),
      cmocka_unit_test(a_client_makes_three_rooms_at_once_and_six_a_minute),
      cmocka_unit_test(a_game_that_is_not_there_makes_no_room),
      cmocka_unit_test(a_full_room_lets_nobody_in_and_a_place_that_is_free_again_does),
      cmocka_unit_test(an_empty_room_ends_after_its_time_and_not_before),
      cmocka_unit_test(a_room_whose_seats_are_held_does_not_end),
      cmocka_unit_test(who_comes_in_the_tick_in_which_the_room_ends_is_let_in_or_refused),
      cmocka_unit_test(rooms_share_neither_boxes_nor_ids_nor_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
