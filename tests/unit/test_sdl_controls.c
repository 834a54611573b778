/* What keys and typed lines do: messages that reach the server, and what opens on the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client-sdl/controls.h"
#include "common/gen/tables.h"

enum { SECOND = 1000000, SENT_MAX = 16 };

static session playing;
static controls hands;
static struct {
  const wire_type *type;
  wire_any as;
} sent[SENT_MAX];
static unsigned sent_count;

static void take_sent(void *to, const uint8_t *bytes, size_t size) {
  (void)to;
  static uint8_t memory[WIRE_ARENA_BYTES(WIRE_CLIENT_BYTES_MAX)];
  static wire_message message;
  wire_arena arena = {.memory = memory, .capacity = sizeof(memory)};
  assert_int_equal(wire_decode(bytes, size, WIRE_FROM_CLIENT, &arena, &message), WIRE_OK);
  assert_true(sent_count < SENT_MAX);
  sent[sent_count].type = message.type;
  memcpy(&sent[sent_count++].as, &message.as, message.type->size);
}

static void tell(const wire_type *type, const void *message) {
  static uint8_t bytes[WIRE_SERVER_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof(bytes)};
  assert_true(wire_encode(&out, type, message));
  session_receive(&playing, out.bytes, out.size, SECOND);
}

/* A tag room with Ada (us, the host), Bob, Cid, and Dan who watches. */
static int begin(void **state) {
  (void)state;
  const wire_player players[] = {{.id = 1, .name = "Ada", .person = 11},
                                 {.id = 2, .name = "Bob", .person = 12},
                                 {.id = 5, .name = "Cid", .person = 15},
                                 {.id = 9, .name = "Dan", .person = 19}};
  const wire_standing standings[] = {{.id = 1, .flags = SEAT_HOST}, {.id = 9, .flags = SEAT_WATCHING}};
  hands = (controls){.online = true};
  assert_true(session_init(&playing, take_sent, NULL));
  session_hello(&playing, 0);
  tell(&wire_welcome_type, &(wire_welcome){.id = 1, .tick_rate = 30, .room = "K7QX", .person = 11});
  tell(&wire_room_type, &(wire_room){.code = "K7QX", .game = "tag", .members_max = 8});
  tell(&wire_match_type, &(wire_match){.phase = PHASE_WAITING});
  tell(&wire_roster_type, &(wire_roster){4, {players, 4}, {NULL, 0}, {standings, 2}});
  sent_count = 0;
  return 0;
}

static int end(void **state) {
  (void)state;
  session_free(&playing);
  return 0;
}

static void press(key key) {
  controls_press(&hands, &playing, &(key_stroke){.key = key, .down = true}, SECOND);
}

static void digit(unsigned digit, bool down) {
  controls_press(&hands, &playing, &(key_stroke){.key = KEY_DIGIT, .digit = digit, .down = down}, SECOND);
}

static void type_at(const char *text, int64_t now) {
  key_stroke stroke = {.key = KEY_TEXT, .down = true};
  strcpy(stroke.text, text);
  controls_press(&hands, &playing, &stroke, now);
}

static void assert_sent(const wire_type *type) {
  assert_int_equal(sent_count, 1);
  assert_ptr_equal(sent[0].type, type);
  sent_count = 0;
}

static const char *note(void) {
  return talk_back(&playing.talk, 0)->line.text;
}

static void a_typed_line_is_said_when_it_is_entered(void **state) {
  (void)state;
  press(KEY_ENTER);
  assert_true(hands.typing);
  hands.typing_at = INT64_MAX;
  type_at("Helo", SECOND);
  press(KEY_LEFT);
  type_at("l", SECOND);
  press(KEY_END);
  type_at(" Zo\xc3\xab", SECOND);
  press(KEY_BACKSPACE);
  assert_int_equal(sent_count, 0);
  press(KEY_ENTER);
  assert_string_equal(sent[0].as.say.text, "Hello Zo");
  assert_sent(&wire_say_type);
  assert_false(hands.typing);
  assert_string_equal(hands.editor.text, "");
}

static void keys_are_letters_while_a_line_is_open(void **state) {
  (void)state;
  press(KEY_ENTER);
  press(KEY_READY);
  press(KEY_START);
  press(KEY_HELP);
  digit(1, true);
  assert_int_equal(sent_count, 0);
  assert_int_equal(hands.panel, PANEL_NONE);
  type_at("nothing", SECOND);
  sent_count = 0;
  press(KEY_ESCAPE);
  assert_false(hands.typing);
  assert_int_equal(sent_count, 0);
  press(KEY_ENTER);
  assert_string_equal(hands.editor.text, "");
}

static void others_see_that_one_writes_but_not_with_every_letter(void **state) {
  (void)state;
  press(KEY_ENTER);
  type_at("a", SECOND);
  assert_sent(&wire_typing_type);
  type_at("b", SECOND + 1);
  assert_int_equal(sent_count, 0);
  type_at("c", SECOND + WIRE_TYPING_MS * 1000);
  assert_sent(&wire_typing_type);
}

static void a_command_being_typed_is_nobodys_business(void **state) {
  (void)state;
  press(KEY_ENTER);
  type_at("/kick", SECOND);
  assert_int_equal(sent_count, 0);
}

static void names_are_those_of_the_room_and_of_the_list_of_people(void **state) {
  (void)state;
  const wire_someone people[] = {{12, "Bob", "K7QX"}, {40, "Zelda", "general"}};
  controls_enter(&hands, &playing, "/kick bo", SECOND);
  assert_int_equal(sent[0].as.kick.id, 2);
  assert_sent(&wire_kick_type);
  controls_enter(&hands, &playing, "/msg zelda hello", SECOND);
  assert_string_equal(note(), "There is nobody called zelda here.");
  tell(&wire_people_type, &(wire_people){2, {people, 2}});
  controls_enter(&hands, &playing, "/msg zelda hello", SECOND);
  assert_int_equal(sent[0].as.say.to, 40);
  assert_sent(&wire_say_type);
  controls_enter(&hands, &playing, "/msg b hello", SECOND); /* in both lists, but one person */
  assert_int_equal(sent[0].as.say.to, 12);
  assert_sent(&wire_say_type);
}

static void without_a_connection_nothing_is_sent_but_one_can_go_elsewhere(void **state) {
  (void)state;
  hands.online = false;
  controls_enter(&hands, &playing, "hello", SECOND);
  assert_int_equal(sent_count, 0);
  assert_string_equal(note(), "There is no connection now.");
  controls_enter(&hands, &playing, "/join general", SECOND);
  assert_string_equal(hands.go_to, "general");
}

static void a_line_that_came_to_nothing_stays_to_be_mended(void **state) {
  (void)state;
  press(KEY_ENTER);
  type_at("/foo", SECOND);
  press(KEY_ENTER);
  assert_true(hands.typing);
  assert_string_equal(hands.editor.text, "/foo");
  press(KEY_ESCAPE);
  press(KEY_ENTER);
  hands.online = false;
  type_at("hello", SECOND);
  press(KEY_ENTER);
  assert_string_equal(hands.editor.text, "hello");
  hands.online = true;
  press(KEY_ENTER);
  assert_string_equal(sent[0].as.say.text, "hello");
  assert_sent(&wire_say_type);
  assert_false(hands.typing);
}

static void ready_is_toggled_while_waiting_only(void **state) {
  (void)state;
  const wire_standing ready = {.id = 1, .flags = SEAT_HOST | SEAT_READY};
  press(KEY_READY);
  assert_int_equal(sent[0].as.ready.on, 1);
  assert_sent(&wire_ready_type);
  tell(&wire_roster_type, &(wire_roster){4, {NULL, 0}, {NULL, 0}, {&ready, 1}});
  press(KEY_READY);
  assert_int_equal(sent[0].as.ready.on, 0);
  assert_sent(&wire_ready_type);
  tell(&wire_match_type, &(wire_match){.phase = PHASE_PLAYING});
  press(KEY_READY);
  assert_int_equal(sent_count, 0);
}

static void a_spectator_looks_at_those_who_have_a_box_in_turn(void **state) {
  (void)state;
  controls_advance(&hands, &playing);
  assert_int_equal(hands.follow, 2);
  press(KEY_RIGHT);
  assert_int_equal(hands.follow, 5);
  press(KEY_RIGHT); /* Dan watches himself, and oneself is no sight */
  assert_int_equal(hands.follow, 2);
  press(KEY_LEFT);
  assert_int_equal(hands.follow, 5);
  const wire_standing out = {.id = 5, .flags = SEAT_PLAYS | SEAT_OUT};
  tell(&wire_roster_type, &(wire_roster){4, {NULL, 0}, {NULL, 0}, {&out, 1}});
  controls_advance(&hands, &playing);
  assert_int_equal(hands.follow, 2);
}

static void digits_go_to_a_room_of_the_list(void **state) {
  (void)state;
  const wire_listed rooms[] = {{.code = "general", .members_max = 9}, {.code = "AB2C", .members_max = 9}};
  tell(&wire_rooms_type, &(wire_rooms){{rooms, 2}});
  digit(2, true);
  assert_string_equal(hands.go_to, "");
  controls_open(&hands, PANEL_ROOMS);
  digit(3, true);
  assert_string_equal(hands.go_to, "");
  digit(2, true);
  assert_string_equal(hands.go_to, "AB2C");
  assert_int_equal(hands.panel, PANEL_NONE);
}

static void a_displays_buttons_are_pressed_and_let_go(void **state) {
  (void)state;
  const wire_button buttons[] = {{"jump", "Jump"}, {"fire", "Fire!"}};
  tell(&wire_room_type, &(wire_room){.code = "K7QX", .relay = 1, .members_max = 8, .buttons = {buttons, 2}});
  digit(2, true);
  assert_string_equal(sent[0].as.relay.data, "+fire");
  assert_string_equal(sent[0].as.relay.kind, "display");
  assert_int_equal(sent[0].as.relay.to, 0);
  assert_sent(&wire_relay_type);
  digit(2, true); /* held already */
  digit(3, true); /* there is none */
  assert_int_equal(sent_count, 0);
  press(KEY_ENTER);
  digit(2, false); /* let go even while typing */
  assert_string_equal(sent[0].as.relay.data, "-fire");
  assert_sent(&wire_relay_type);
}

static void a_button_let_go_while_offline_is_not_held_afterwards(void **state) {
  (void)state;
  const wire_button buttons[] = {{"jump", "Jump"}};
  tell(&wire_room_type, &(wire_room){.code = "K7QX", .relay = 1, .members_max = 8, .buttons = {buttons, 1}});
  digit(1, true);
  hands.online = false;
  digit(1, false);
  hands.online = true;
  sent_count = 0;
  digit(1, true);
  assert_string_equal(sent[0].as.relay.data, "+jump");
  assert_sent(&wire_relay_type);
}

static void help_opens_and_closes(void **state) {
  (void)state;
  press(KEY_HELP);
  assert_int_equal(hands.panel, PANEL_HELP);
  press(KEY_HELP);
  assert_int_equal(hands.panel, PANEL_NONE);
  controls_enter(&hands, &playing, "/help", SECOND);
  assert_int_equal(hands.panel, PANEL_HELP);
  press(KEY_ESCAPE);
  assert_int_equal(hands.panel, PANEL_NONE);
}

/* --- the line being typed ------------------------------------------------------------------------------------ */

static void the_cursor_never_stands_inside_a_character(void **state) {
  (void)state;
  editor line = {0};
  editor_insert(&line, "a\xc3\xab\xf0\x9f\x98\x80z");
  editor_press(&line, EDIT_LEFT);
  editor_press(&line, EDIT_LEFT);
  assert_int_equal(line.cursor, 3);
  editor_press(&line, EDIT_BACKSPACE);
  assert_string_equal(line.text, "a\xf0\x9f\x98\x80z");
  editor_press(&line, EDIT_DELETE);
  assert_string_equal(line.text, "az");
  editor_press(&line, EDIT_HOME);
  editor_press(&line, EDIT_LEFT);
  editor_press(&line, EDIT_BACKSPACE);
  assert_string_equal(line.text, "az");
  editor_press(&line, EDIT_END);
  editor_press(&line, EDIT_RIGHT);
  editor_press(&line, EDIT_DELETE);
  assert_string_equal(line.text, "az");
  assert_int_equal(line.cursor, 2);
}

static void what_does_not_fit_or_is_no_text_is_left_out(void **state) {
  (void)state;
  editor line = {0};
  char many[COMMAND_LINE_MAX + 2];
  memset(many, 'x', sizeof(many));
  many[COMMAND_LINE_MAX + 1] = 0;
  editor_insert(&line, many);
  assert_string_equal(line.text, "");
  editor_insert(&line, "\xff");
  assert_string_equal(line.text, "");
  editor_insert(&line, many + 1);
  editor_insert(&line, "y");
  assert_int_equal(strlen(line.text), COMMAND_LINE_MAX);
  editor_clear(&line);
  editor_insert(&line, "a\nb");
  assert_string_equal(line.text, "a?b");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_typed_line_is_said_when_it_is_entered, begin, end),
      cmocka_unit_test_setup_teardown(keys_are_letters_while_a_line_is_open, begin, end),
      cmocka_unit_test_setup_teardown(others_see_that_one_writes_but_not_with_every_letter, begin, end),
      cmocka_unit_test_setup_teardown(a_command_being_typed_is_nobodys_business, begin, end),
      cmocka_unit_test_setup_teardown(names_are_those_of_the_room_and_of_the_list_of_people, begin, end),
      cmocka_unit_test_setup_teardown(without_a_connection_nothing_is_sent_but_one_can_go_elsewhere, begin, end),
      cmocka_unit_test_setup_teardown(a_line_that_came_to_nothing_stays_to_be_mended, begin, end),
      cmocka_unit_test_setup_teardown(ready_is_toggled_while_waiting_only, begin, end),
      cmocka_unit_test_setup_teardown(a_spectator_looks_at_those_who_have_a_box_in_turn, begin, end),
      cmocka_unit_test_setup_teardown(digits_go_to_a_room_of_the_list, begin, end),
      cmocka_unit_test_setup_teardown(a_displays_buttons_are_pressed_and_let_go, begin, end),
      cmocka_unit_test_setup_teardown(a_button_let_go_while_offline_is_not_held_afterwards, begin, end),
      cmocka_unit_test_setup_teardown(help_opens_and_closes, begin, end),
      cmocka_unit_test(the_cursor_never_stands_inside_a_character),
      cmocka_unit_test(what_does_not_fit_or_is_no_text_is_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
