/* A seat outlives its connection: who comes back with the right token is the same player, and nobody else is. */
#include <string.h>

#include "server/room.h"
#include "server/rooms.h"
#include "tests/unit/party.h"

enum { HOLD_MS = 60000, RATE = 30 };

static void open_held_for(stage *stage, uint32_t clients) {
  stage_open_with(stage, stage_field, &(host_config){.clients_max = clients, .hold_ms = HOLD_MS, .rooms = "yard:tag"});
}

static void open_held(stage *stage) {
  open_held_for(stage, 16);
}

static wire_hello hello_of(const char *name, const char *token) {
  wire_hello hello = {.version = WIRE_VERSION, .kind = "test"};
  strcpy(hello.name, name);
  strcpy(hello.token, token);
  return hello;
}

static bool come(stage *stage, peer *peer, const char *name, const char *token) {
  wire_hello hello = hello_of(name, token);
  return peer_come(stage, peer, &hello);
}

static wire_standing *standing_of(stage *stage, uint32_t id) {
  roster *roster = &host_rooms(stage->host)->list[0]->roster;
  int32_t index = roster_find(roster, id);
  return index < 0 ? NULL : &roster->standings[index];
}

static void lose(stage *stage, peer *peer) {
  peer_disconnect(stage, peer);
  peer_free(peer);
}

/* Says something, so that its new token counts as received. */
static void confirm(stage *stage, peer *peer) {
  wire_ping ping = {1};
  peer_send(stage, peer, &wire_ping_type, &ping);
}

static void who_comes_back_has_seat_place_name_and_score_again(void **state) {
  (void)state;
  stage stage;
  peer ada;
  wire_message message;
  open_held(&stage);
  assert_true(come(&stage, &ada, "Ada", ""));
  assert_int_equal(ada.welcome.resumed, 0);
  uint32_t id = ada.id, person = ada.welcome.person;
  peer_input(&stage, &ada, 0, BUTTON_RIGHT);
  stage_run(&stage, 30);
  standing_of(&stage, id)->score = 7;
  standing_of(&stage, id)->victories = 2;
  wire_welcome before = ada.welcome;
  lose(&stage, &ada);
  stage_run(&stage, 20 * RATE);
  sim_body left = *stage_body(&stage, id);
  assert_true(standing_of(&stage, id)->flags & SEAT_AWAY);
  assert_int_equal(stage_buttons(&stage, id), 0);
  assert_true(come(&stage, &ada, "Somebody else", before.token));
  assert_int_equal(ada.id, id);
  assert_int_equal(ada.welcome.resumed, 1);
  assert_int_equal(ada.welcome.person, person);
  assert_string_not_equal(ada.welcome.token, before.token);
  assert_false(standing_of(&stage, id)->flags & SEAT_AWAY);
  assert_true(fake_link_find(&ada.wire, &wire_roster_type, &message));
  assert_string_equal(message.as.roster.joined.items[0].name, "Ada");
  assert_int_equal(message.as.roster.standings.items[0].score, 7);
  assert_int_equal(message.as.roster.standings.items[0].victories, 2);
  assert_int_equal(stage_body(&stage, id)->x, left.x);
  assert_true(left.x > 10000 * WIRE_SUBUNITS);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_seat_is_given_up_after_its_time(void **state) {
  (void)state;
  stage stage;
  peer ada;
  open_held(&stage);
  assert_true(come(&stage, &ada, "Ada", ""));
  wire_welcome before = ada.welcome;
  uint32_t id = ada.id;
  lose(&stage, &ada);
  stage_run(&stage, HOLD_MS / 1000 * RATE - 1);
  assert_non_null(standing_of(&stage, id));
  stage_run(&stage, 1);
  assert_null(standing_of(&stage, id));
  assert_true(come(&stage, &ada, "Ada", before.token));
  assert_int_equal(ada.welcome.resumed, 0);
  assert_int_not_equal(ada.id, id);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void where_no_seat_is_held_the_others_hear_who_left_and_who_left_hears_nothing(void **state) {
  (void)state;
  stage stage;
  peer ada, bob;
  wire_message message;
  stage_open_with(&stage, stage_field, &(host_config){.clients_max = 16});
  assert_true(come(&stage, &ada, "Ada", ""));
  assert_true(come(&stage, &bob, "Bob", ""));
  party_skip(&ada);
  uint32_t told = bob.wire.count;
  peer_disconnect(&stage, &bob);
  assert_int_equal(bob.wire.count, told);
  assert_null(standing_of(&stage, bob.id));
  assert_true(fake_link_find(&ada.wire, &wire_talk_type, &message));
  assert_string_equal(message.as.talk.lines.items[0].text, "Bob left.");
  peer_free(&bob);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void who_leaves_on_purpose_is_gone_at_once(void **state) {
  (void)state;
  stage stage;
  peer ada;
  open_held(&stage);
  assert_true(come(&stage, &ada, "Ada", ""));
  uint32_t id = ada.id;
  peer_send(&stage, &ada, &wire_leave_type, NULL);
  stage_run(&stage, 1);
  assert_null(standing_of(&stage, id));
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_second_connection_takes_over_and_the_first_is_told(void **state) {
  (void)state;
  stage stage;
  peer first, second;
  open_held(&stage);
  assert_true(come(&stage, &first, "Ada", ""));
  confirm(&stage, &first);
  assert_true(come(&stage, &second, "Ada", first.welcome.token));
  assert_int_equal(second.id, first.id);
  assert_int_equal(second.welcome.resumed, 1);
  peer_assert_ended(&first, &wire_goodbye_type, CODE_TAKEN_OVER, "");
  lose(&stage, &first); /* its end is not the seat's */
  stage_run(&stage, 5);
  assert_false(standing_of(&stage, second.id)->flags & SEAT_AWAY);
  assert_int_equal(host_count(stage.host).players, 1);
  peer_leave(&stage, &second);
  stage_close(&stage);
}

/* As when the network changed, and the server has not heard that the old connection is gone. */
static void at_a_full_server_too_a_seat_is_taken_over(void **state) {
  (void)state;
  stage stage;
  peer first, second, guest;
  open_held_for(&stage, 1);
  assert_true(come(&stage, &first, "Ada", ""));
  assert_false(come(&stage, &guest, "Guest", "0123456789abcdef0123456789abcdef"));
  assert_int_equal(guest.wire.code, CODE_FULL);
  lose(&stage, &guest);
  assert_true(come(&stage, &second, "Ada", first.welcome.token));
  assert_int_equal(second.welcome.resumed, 1);
  peer_assert_ended(&first, &wire_goodbye_type, CODE_TAKEN_OVER, "");
  lose(&stage, &first); /* its end leaves no place free */
  assert_false(come(&stage, &guest, "Guest", ""));
  assert_int_equal(guest.wire.code, CODE_FULL);
  lose(&stage, &guest);
  peer_leave(&stage, &second);
  assert_true(come(&stage, &guest, "Guest", ""));
  peer_leave(&stage, &guest);
  stage_close(&stage);
}

static void an_old_token_opens_nothing_once_its_successor_was_received(void **state) {
  (void)state;
  stage stage;
  peer ada, thief;
  open_held(&stage);
  assert_true(come(&stage, &ada, "Ada", ""));
  wire_welcome first = ada.welcome;
  lose(&stage, &ada);
  assert_true(come(&stage, &ada, "Ada", first.token));
  confirm(&stage, &ada);
  assert_true(come(&stage, &thief, "Thief", first.token));
  assert_int_equal(thief.welcome.resumed, 0);
  assert_int_not_equal(thief.id, ada.id);
  assert_false(ada.wire.closed);
  peer_leave(&stage, &thief);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

/* The line is lost before the welcome with the new token arrives: the client still has only the old one. */
static void a_token_whose_successor_never_arrived_still_opens(void **state) {
  (void)state;
  stage stage;
  peer ada;
  open_held(&stage);
  assert_true(come(&stage, &ada, "Ada", ""));
  confirm(&stage, &ada);
  wire_welcome first = ada.welcome;
  uint32_t id = ada.id;
  for (int tries = 0; tries < 3; tries++) {
    lose(&stage, &ada);
    assert_true(come(&stage, &ada, "Ada", first.token));
    assert_int_equal(ada.id, id);
    assert_int_equal(ada.welcome.resumed, 1);
    stage_run(&stage, 10);
  }
  wire_welcome last = ada.welcome;
  lose(&stage, &ada);
  assert_true(come(&stage, &ada, "Ada", last.token));
  assert_int_equal(ada.id, id);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_token_opens_no_seat_in_another_room(void **state) {
  (void)state;
  stage stage;
  peer ada, thief;
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &ada, "yard", "Ada", "test"));
  wire_hello hello = {.version = WIRE_VERSION, .room = "general"};
  strcpy(hello.token, ada.welcome.token);
  assert_true(peer_come(&stage, &thief, &hello));
  assert_int_equal(thief.welcome.resumed, 0);
  assert_false(ada.wire.closed);
  peer_leave(&stage, &thief);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void guesses_open_nothing(void **state) {
  (void)state;
  stage stage;
  peer ada, guesser;
  open_held(&stage);
  assert_true(come(&stage, &ada, "Ada", ""));
  char near[WIRE_TOKEN_BYTES + 1], none[WIRE_TOKEN_BYTES + 1];
  strcpy(near, ada.welcome.token);
  near[31] = near[31] == '0' ? '1' : '0';
  memset(none, '0', WIRE_TOKEN_BYTES);
  none[WIRE_TOKEN_BYTES] = 0;
  const char *const guesses[] = {near, none, "", "0", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"};
  for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
    assert_true(come(&stage, &guesser, "Eve", guesses[i]));
    assert_int_equal(guesser.welcome.resumed, 0);
    assert_int_not_equal(guesser.id, ada.id);
    peer_send(&stage, &guesser, &wire_leave_type, NULL);
    peer_leave(&stage, &guesser);
  }
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void nothing_said_is_missed_or_doubled_over_a_break(void **state) {
  (void)state;
  stage stage;
  peer ada, bob;
  wire_message message;
  uint32_t last = 0, lines = 0;
  open_held(&stage);
  assert_true(come(&stage, &ada, "Ada", ""));
  assert_true(come(&stage, &bob, "Bob", ""));
  wire_say say = {.channel = CHANNEL_ROOM};
  for (int i = 0; i < 40; i++) {
    if (i == 10 || i == 25) {
      while (fake_link_find(&ada.wire, &wire_talk_type, &message))
        for (uint32_t k = 0; k < message.as.talk.lines.count; k++) {
          assert_true(message.as.talk.lines.items[k].id > last);
          last = message.as.talk.lines.items[k].id;
          lines += message.as.talk.lines.items[k].person == bob.welcome.person;
        }
      lose(&stage, &ada);
    }
    say.channel = i % 3 == 0 ? CHANNEL_LOBBY : i % 3 == 1 ? CHANNEL_DIRECT : CHANNEL_ROOM;
    say.to = say.channel == CHANNEL_DIRECT ? ada.welcome.person : 0;
    strcpy(say.text, "line");
    say.text[4] = (char)('A' + i % 26);
    say.text[5] = 0;
    peer_send(&stage, &bob, &wire_say_type, &say);
    stage_run(&stage, RATE);
    if (i == 18 || i == 33) {
      wire_hello hello = hello_of("Ada", ada.welcome.token);
      hello.heard = last;
      assert_true(peer_come(&stage, &ada, &hello));
      assert_int_equal(ada.welcome.resumed, 1);
      confirm(&stage, &ada);
    }
    wire_ping ping = {1};
    peer_send(&stage, &bob, &wire_ping_type, &ping);
    if (ada.client)
      peer_send(&stage, &ada, &wire_ping_type, &ping);
  }
  stage_run(&stage, 2);
  while (fake_link_find(&ada.wire, &wire_talk_type, &message))
    for (uint32_t k = 0; k < message.as.talk.lines.count; k++) {
      assert_true(message.as.talk.lines.items[k].id > last);
      last = message.as.talk.lines.items[k].id;
      lines += message.as.talk.lines.items[k].person == bob.welcome.person;
    }
  assert_int_equal(lines, 40);
  peer_leave(&stage, &ada);
  peer_leave(&stage, &bob);
  stage_close(&stage);
}

static bool come_to_yard(stage *stage, peer *peer, const char *name) {
  wire_hello hello = hello_of(name, "");
  strcpy(hello.room, "yard");
  return peer_come(stage, peer, &hello);
}

static void the_longest_away_makes_way_in_a_full_sandbox(void **state) {
  (void)state;
  stage stage;
  peer peers[3];
  stage_open_with(&stage, stage_field, &(host_config){.clients_max = 2, .hold_ms = HOLD_MS});
  for (int i = 0; i < 2; i++)
    assert_true(come(&stage, &peers[i], "Ada", ""));
  uint32_t first = peers[0].id;
  for (int i = 0; i < 2; i++)
    lose(&stage, &peers[i]);
  assert_true(come(&stage, &peers[2], "Bob", ""));
  assert_null(standing_of(&stage, first));
  lose(&stage, &peers[2]);
  stage_close(&stage);
}

/* Whoever comes and breaks off, again and again, else holds all seats of a room for a minute. */
static void in_a_full_game_only_who_was_hardly_here_makes_way(void **state) {
  (void)state;
  enum { SETTLED = ROOM_SETTLED_MS * 30 / 1000 };
  const wire_ping ping = {1};
  stage stage;
  peer ada, bad, late, last;
  stage_open_with(&stage, stage_field,
                  &(host_config){.clients_max = 9, .room_members = 2, .hold_ms = HOLD_MS, .rooms = "yard:tag"});
  assert_true(come_to_yard(&stage, &ada, "Ada"));
  stage_run(&stage, SETTLED / 2);
  lose(&stage, &ada);
  stage_run(&stage, 30);
  wire_hello back = hello_of("Ada", ada.welcome.token);
  strcpy(back.room, "yard");
  assert_true(peer_come(&stage, &ada, &back));
  stage_run(&stage, SETTLED / 2);
  lose(&stage, &ada); /* both times together are long enough */
  assert_true(come_to_yard(&stage, &bad, "Bad"));
  lose(&stage, &bad);
  assert_true(come_to_yard(&stage, &late, "Late"));
  assert_false(come_to_yard(&stage, &last, "Last"));
  assert_int_equal(last.wire.code, CODE_ROOM_FULL);
  peer_leave(&stage, &last);
  peer_send(&stage, &late, &wire_ping_type, &ping);
  strcpy(back.token, ada.welcome.token);
  assert_true(peer_come(&stage, &ada, &back));
  assert_int_equal(ada.welcome.resumed, 1);
  peer_leave(&stage, &ada);
  peer_leave(&stage, &late);
  stage_close(&stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_comes_back_has_seat_place_name_and_score_again),
      cmocka_unit_test(a_seat_is_given_up_after_its_time),
      cmocka_unit_test(where_no_seat_is_held_the_others_hear_who_left_and_who_left_hears_nothing),
      cmocka_unit_test(who_leaves_on_purpose_is_gone_at_once),
      cmocka_unit_test(a_second_connection_takes_over_and_the_first_is_told),
      cmocka_unit_test(at_a_full_server_too_a_seat_is_taken_over),
      cmocka_unit_test(an_old_token_opens_nothing_once_its_successor_was_received),
      cmocka_unit_test(a_token_whose_successor_never_arrived_still_opens),
      cmocka_unit_test(a_token_opens_no_seat_in_another_room),
      cmocka_unit_test(guesses_open_nothing),
      cmocka_unit_test(nothing_said_is_missed_or_doubled_over_a_break),
      cmocka_unit_test(the_longest_away_makes_way_in_a_full_sandbox),
      cmocka_unit_test(in_a_full_game_only_who_was_hardly_here_makes_way),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
