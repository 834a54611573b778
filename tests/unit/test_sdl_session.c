/* What the native client makes of a server's messages, honest or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client-sdl/session.h"
#include "common/gen/tables.h"

enum { WIDE = 1600 * WIRE_SUBUNITS, BOX = 50 * WIRE_SUBUNITS, SECOND = 1000000 };

/* The newest message that the session sent. */
static struct {
  const wire_type *type;
  wire_any as;
} sent;

static void keep_sent(void *to, const uint8_t *bytes, size_t size) {
  (void)to;
  static uint8_t memory[WIRE_ARENA_BYTES(WIRE_CLIENT_BYTES_MAX)];
  static wire_message message;
  wire_arena arena = {.memory = memory, .capacity = sizeof memory};
  assert_int_equal(wire_decode(bytes, size, WIRE_FROM_CLIENT, &arena, &message), WIRE_OK);
  sent.type = message.type;
  memcpy(&sent.as, &message.as, message.type->size);
}

static session_news receive(session *session, const wire_type *type, const void *message) {
  static uint8_t bytes[WIRE_SERVER_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  assert_true(wire_encode(&out, type, message));
  return session_receive(session, out.bytes, out.size, SECOND);
}

static wire_map arena(uint32_t box) {
  return (wire_map){
      .step = "roam", .width = WIDE, .height = WIDE, .cell = WIDE, .box = box, .walk = 1, .walk_diagonal = 1};
}

static void welcome(session *session) {
  const wire_welcome welcome = {.version = WIRE_VERSION, .id = 1, .tick_rate = 30, .person = 1};
  assert_true(session_init(session, keep_sent, NULL));
  session_hello(session, 0);
  assert_int_equal(receive(session, &wire_welcome_type, &welcome), SESSION_WELCOMED);
}

/* A frame that shows the own box, and the time to walk a little. */
static void play(session *session) {
  const wire_body body = {.id = 1, .x = BOX, .y = BOX};
  const wire_group cell = {.cell = 0, .bodies = {&body, 1}};
  const wire_frame frame = {.ticks = 1, .keyframes = {&cell, 1}};
  receive(session, &wire_frame_type, &frame);
  session_advance(session, BUTTON_RIGHT, 2 * SECOND);
}

static void a_map_with_boxes_larger_than_the_arena_is_no_servers(void **state) {
  (void)state;
  session session;
  wire_map map = arena(2 * WIDE);
  welcome(&session);
  assert_int_equal(receive(&session, &wire_map_type, &map), SESSION_BROKEN);
  assert_false(session.has_map);
  session_free(&session);
}

static void a_refused_map_leaves_the_ground_that_was_there(void **state) {
  (void)state;
  session session;
  wire_map good = arena(BOX), boxes = arena(2 * WIDE), cells = arena(BOX);
  cells.cell = 1;
  welcome(&session);
  assert_int_equal(receive(&session, &wire_map_type, &good), SESSION_NOTHING);
  assert_int_equal(receive(&session, &wire_map_type, &boxes), SESSION_BROKEN);
  assert_int_equal(receive(&session, &wire_map_type, &cells), SESSION_BROKEN);
  assert_int_equal(session.map.box, BOX);
  play(&session);
  assert_true(session_is_ready(&session));
  session_free(&session);
}

static void a_step_that_is_not_known_here_is_no_servers(void **state) {
  (void)state;
  session session;
  wire_map map = arena(BOX), swim = arena(BOX);
  const wire_step still = {0, "still"}, strange = {0, "swim"};
  strcpy(swim.step, "swim");
  welcome(&session);
  assert_int_equal(receive(&session, &wire_step_type, &still), SESSION_BROKEN); /* before a map */
  assert_int_equal(receive(&session, &wire_map_type, &swim), SESSION_BROKEN);
  assert_int_equal(receive(&session, &wire_map_type, &map), SESSION_NOTHING);
  assert_int_equal(receive(&session, &wire_step_type, &still), SESSION_NOTHING);
  play(&session);
  wire_draw_item item;
  assert_int_equal(replica_draw(session.replica, &item, 1), 1);
  assert_int_equal(item.x, BOX); /* it stands still while RIGHT is held */
  assert_int_equal(receive(&session, &wire_step_type, &strange), SESSION_BROKEN);
  session_free(&session);
}

static void a_second_map_replaces_the_first(void **state) {
  (void)state;
  session session;
  wire_map map = arena(BOX), larger = arena(2 * BOX);
  welcome(&session);
  assert_int_equal(receive(&session, &wire_map_type, &map), SESSION_NOTHING);
  play(&session);
  assert_int_equal(receive(&session, &wire_map_type, &larger), SESSION_NOTHING);
  play(&session);
  assert_int_equal(session.map.box, 2 * BOX);
  session_free(&session);
}

static void what_comes_out_of_order_is_refused(void **state) {
  (void)state;
  session session;
  const wire_welcome again = {.version = WIRE_VERSION, .id = 1, .tick_rate = 30, .person = 1};
  const wire_frame frame = {.ticks = 1};
  welcome(&session);
  assert_int_equal(receive(&session, &wire_frame_type, &frame), SESSION_BROKEN);
  assert_int_equal(receive(&session, &wire_welcome_type, &again), SESSION_BROKEN);
  session_free(&session);
}

static void say(session *session, uint32_t id) {
  const wire_line line = {.id = id, .person = 2, .name = "Bob", .text = "hello"};
  receive(session, &wire_talk_type, &(wire_talk){{&line, 1}});
}

/* Welcomes into K7QX with this token. */
static void welcome_with(session *session, const char *token, uint32_t resumed) {
  wire_welcome welcome = {.id = 3, .tick_rate = 30, .room = "K7QX", .resumed = resumed, .person = 9};
  strcpy(welcome.token, token);
  assert_int_equal(receive(session, &wire_welcome_type, &welcome), SESSION_WELCOMED);
}

static void coming_back_asks_for_the_same_seat_and_the_rest_of_the_talk(void **state) {
  (void)state;
  static session session;
  assert_true(session_init(&session, keep_sent, NULL));
  strcpy(session.hello.name, "Ada");
  session_hello(&session, 0);
  assert_string_equal(sent.as.hello.token, "");
  assert_int_equal(sent.as.hello.heard, 0);
  welcome_with(&session, "0123456789abcdef0123456789abcdef", 0);
  say(&session, 41);
  session_hello(&session, SECOND);
  assert_string_equal(sent.as.hello.kind, "sdl");
  assert_string_equal(sent.as.hello.name, "Ada");
  assert_string_equal(sent.as.hello.room, "K7QX");
  assert_string_equal(sent.as.hello.token, "0123456789abcdef0123456789abcdef");
  assert_int_equal(sent.as.hello.heard, 41);
  session_hello(&session, 2 * SECOND); /* the welcome was lost with the line: the old token is all there is */
  assert_string_equal(sent.as.hello.token, "0123456789abcdef0123456789abcdef");
  welcome_with(&session, "fedcba9876543210fedcba9876543210", 1);
  assert_true(session.resumed);
  session_hello(&session, 3 * SECOND);
  assert_string_equal(sent.as.hello.token, "fedcba9876543210fedcba9876543210");
  session_free(&session);
}

static void another_room_is_entered_as_a_newcomer(void **state) {
  (void)state;
  static session session;
  assert_true(session_init(&session, keep_sent, NULL));
  session_hello(&session, 0);
  welcome_with(&session, "0123456789abcdef0123456789abcdef", 0);
  say(&session, 41);
  assert_int_equal(receive(&session, &wire_created_type, &(wire_created){"AB2C"}), SESSION_CREATED);
  session_move(&session, session.created.code);
  session_hello(&session, SECOND);
  assert_string_equal(sent.as.hello.room, "AB2C");
  assert_string_equal(sent.as.hello.token, "");
  assert_int_equal(sent.as.hello.heard, 0);
  assert_null(talk_back(&session.talk, 0));
  session_free(&session);
}

static void what_a_wish_came_to_is_told(void **state) {
  (void)state;
  static session session;
  welcome(&session);
  assert_int_equal(receive(&session, &wire_notice_type, &(wire_notice){CODE_NOT_HOST, ""}), SESSION_NOTHING);
  assert_string_equal(talk_back(&session.talk, 0)->line.text, code_words[CODE_NOT_HOST].words);
  assert_int_equal(receive(&session, &wire_rooms_type, &(wire_rooms){{NULL, 0}}), SESSION_ROOMS);
  assert_int_equal(receive(&session, &wire_people_type, &(wire_people){1, {NULL, 0}}), SESSION_PEOPLE);
  assert_int_equal(receive(&session, &wire_goodbye_type, &(wire_goodbye){CODE_TAKEN_OVER, ""}), SESSION_ENDED);
  assert_int_equal(session.ended_by.code, CODE_TAKEN_OVER);
  session_free(&session);
}

static void whom_a_spectator_follows_is_told_when_it_changes(void **state) {
  (void)state;
  static session session;
  welcome(&session);
  session_show(&session, 1280, 720, 7);
  assert_ptr_equal(sent.type, &wire_view_type);
  assert_int_equal(sent.as.view.follow, 7);
  sent.type = NULL;
  session_show(&session, 1280, 720, 7);
  assert_null(sent.type);
  session_show(&session, 1280, 720, 8);
  assert_int_equal(sent.as.view.follow, 8);
  session_free(&session);
}

static void a_team_is_shown_if_anybody_is_in_it_or_it_has_points(void **state) {
  (void)state;
  session session;
  const wire_team teams[] = {
      {.name = "Blue"}, {.name = "Red", .color = 1}, {.name = "Green", .score = -2}, {.name = "Grey"}};
  const wire_player ada = {.id = 1, .name = "Ada", .person = 1};
  const wire_standing standing = {.id = 1, .team = 1};
  uint32_t team = 0;
  welcome(&session);
  assert_null(session_next_team(&session, &team));
  receive(&session, &wire_room_type, &(wire_room){.members_max = 8, .teams = {teams, 4}});
  receive(&session, &wire_match_type, &(wire_match){.phase = PHASE_PLAYING, .teams = {teams, 4}});
  receive(&session, &wire_roster_type, &(wire_roster){1, {&ada, 1}, {NULL, 0}, {&standing, 1}});
  team = 0;
  assert_string_equal(session_next_team(&session, &team)->name, "Blue");
  assert_string_equal(session_next_team(&session, &team)->name, "Green");
  assert_int_equal(team, 3);
  assert_null(session_next_team(&session, &team));
  session_free(&session);
}

static void the_events_name_messages_but_never_a_token(void **state) {
  (void)state;
  static session session;
  char text[2000] = "";
  assert_true(session_init(&session, keep_sent, NULL));
  session.events = tmpfile();
  session_hello(&session, 0);
  welcome_with(&session, "0123456789abcdef0123456789abcdef", 0);
  receive(&session, &wire_pong_type, &(wire_pong){5});
  say(&session, 41);
  rewind(session.events);
  assert_true(fread(text, 1, sizeof(text) - 1, session.events) > 0);
  assert_non_null(strstr(text, "{\"message\":\"welcome\""));
  assert_non_null(strstr(text, "\"text\":\"hello\""));
  assert_null(strstr(text, "0123456789abcdef"));
  assert_null(strstr(text, "pong"));
  assert_string_equal(session.hello.token, "0123456789abcdef0123456789abcdef");
  fclose(session.events);
  session_free(&session);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_map_with_boxes_larger_than_the_arena_is_no_servers),
      cmocka_unit_test(a_refused_map_leaves_the_ground_that_was_there),
      cmocka_unit_test(a_step_that_is_not_known_here_is_no_servers),
      cmocka_unit_test(a_second_map_replaces_the_first),
      cmocka_unit_test(what_comes_out_of_order_is_refused),
      cmocka_unit_test(coming_back_asks_for_the_same_seat_and_the_rest_of_the_talk),
      cmocka_unit_test(another_room_is_entered_as_a_newcomer),
      cmocka_unit_test(what_a_wish_came_to_is_told),
      cmocka_unit_test(whom_a_spectator_follows_is_told_when_it_changes),
      cmocka_unit_test(a_team_is_shown_if_anybody_is_in_it_or_it_has_points),
      cmocka_unit_test(the_events_name_messages_but_never_a_token),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
