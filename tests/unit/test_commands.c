/* What players type, and the messages that come of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/commands.h"

static const command_name members[] = {{9, "Bob Fox"}, {7, "Bob"}, {8, "Bonnie"}, {10, "Zo\xc3\xab"}, {11, "ada"}};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static bool next_member(void *of, uint32_t *cursor, command_name *out) {
  (void)of;
  if (*cursor >= MEMBERS)
    return false;
  *out = members[(*cursor)++];
  return true;
}

/* The same names, known on the server by other numbers. */
static bool next_person(void *of, uint32_t *cursor, command_name *out) {
  bool found = next_member(of, cursor, out);
  out->id += found ? 1000 : 0;
  return found;
}

static const command_names names = {NULL, next_member, next_person};
static command read;

static const wire_type *message_of(const char *line) {
  print_message("%s\n", line);
  assert_int_equal(command_parse(line, &names, &read), COMMAND_MESSAGE);
  return read.type;
}

static void every_command_of_the_table_gives_its_message(void **state) {
  (void)state;
  for (unsigned at = 0; at < COMMANDS; at++) {
    char line[100];
    int used = snprintf(line, sizeof(line), "%s", commands[at].words);
    for (unsigned argument = 0; argument < COMMAND_ARGUMENTS && commands[at].arguments[argument]; argument++) {
      const char *kind = strchr(commands[at].arguments[argument], ':');
      bool number = strcmp(kind, ":number") == 0 || strcmp(kind, ":delay") == 0, share = strcmp(kind, ":share") == 0;
      used += snprintf(line + used, sizeof(line) - (size_t)used, number ? " 3" : share ? " 3/9" : " ada");
    }
    assert_ptr_equal(message_of(line), commands[at].type);
  }
}

static void what_the_table_sets_is_set(void **state) {
  (void)state;
  message_of("/ready");
  assert_int_equal(read.as.ready.on, 1);
  message_of("/unready");
  assert_int_equal(read.as.ready.on, 0);
  message_of("/create tag Our room");
  assert_int_equal(read.as.create.public, 1);
  assert_string_equal(read.as.create.game, "tag");
  assert_string_equal(read.as.create.name, "Our room");
  message_of("/relay Big screen");
  assert_int_equal(read.as.create.relay, 1);
  assert_int_equal(read.as.create.public, 0);
  assert_string_equal(read.as.create.name, "Big screen");
  message_of("/set seconds -90");
  assert_string_equal(read.as.option.name, "seconds");
  assert_int_equal(read.as.option.value, -90);
}

static void a_room_may_be_made_without_game_or_name(void **state) {
  (void)state;
  message_of("/create");
  assert_string_equal(read.as.create.game, "");
  message_of("/private hill");
  assert_string_equal(read.as.create.game, "hill");
  assert_string_equal(read.as.create.name, "");
}

static void a_bad_network_is_asked_for_by_one_to_three_words(void **state) {
  (void)state;
  static const struct {
    const char *line;
    wire_lab lab;
  } rows[] = {{"/lab 150", {150, 0, 0, 0}},
              {"/LAB  150 40 ", {150, 40, 0, 0}},
              {"/lab 0 0 1000/10000", {0, 0, 1000, 10000}},
              {"/lab 2000 1000 8000/3600000", {2000, 1000, 8000, 3600000}},
              {"/lab 5 5 0/1", {5, 5, 0, 1}},
              {"/lab 0", {0, 0, 0, 0}},
              {"/lab OFF", {0, 0, 0, 0}}};
  for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
    assert_ptr_equal(message_of(rows[row].line), &wire_lab_type);
    assert_memory_equal(&read.as.lab, &rows[row].lab, sizeof(wire_lab));
  }
}

static void anything_else_is_said_to_the_room(void **state) {
  (void)state;
  assert_ptr_equal(message_of("  hello, you / there \n"), &wire_say_type);
  assert_int_equal(read.as.say.channel, CHANNEL_ROOM);
  assert_string_equal(read.as.say.text, "hello, you / there");
  message_of("<script>alert(1)</script>");
  assert_string_equal(read.as.say.text, "<script>alert(1)</script>");
  assert_int_equal(command_parse(" \t ", &names, &read), COMMAND_NOTHING);
  assert_int_equal(command_parse("", &names, &read), COMMAND_NOTHING);
}

static void names_are_found_whole_or_by_their_beginning(void **state) {
  (void)state;
  static const struct {
    const char *line;
    uint32_t id;
  } rows[] = {{"/kick Bob", 7}, {"/kick bOB", 7},     {"/kick Bob Fox", 9},     {"/kick bob f", 9}, {"/kick bon", 8},
              {"/KICK A", 11},  {"/host   ADA ", 11}, {"/host Zo\xc3\xab", 10}, {"/kick z", 10}};
  for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
    message_of(rows[row].line);
    assert_int_equal(read.as.kick.id, rows[row].id);
  }
}

static void a_private_message_goes_to_the_person_and_not_to_the_seat(void **state) {
  (void)state;
  message_of("/msg Bob Fox is quick");
  assert_int_equal(read.as.say.to, 1009);
  assert_string_equal(read.as.say.text, "is quick");
  message_of("/msg bon hello  you");
  assert_int_equal(read.as.say.channel, CHANNEL_DIRECT);
  assert_int_equal(read.as.say.to, 1008);
  assert_string_equal(read.as.say.text, "hello  you");
  message_of("/all hello");
  assert_int_equal(read.as.say.channel, CHANNEL_LOBBY);
}

static void what_is_wrong_is_said_in_words(void **state) {
  (void)state;
  static const struct {
    const char *line, *fault;
  } rows[] = {
      {"/foo", "There is no command /foo. /help lists them."},
      {"/", "There is no command /. /help lists them."},
      {"/readyy", "There is no command /readyy. /help lists them."},
      {"/ready now", "There is too much here: now"},
      {"/kick", "Write /kick NAME: host: send a member away."},
      {"/kick Carl", "There is nobody called Carl here."},
      {"/kick Bobby", "There is nobody called Bobby here."},
      {"/kick bo", "Several names begin with bo."},
      {"/msg Bob", "Write /msg NAME TEXT: to one person."},
      {"/set seconds", "Write /set OPTION NUMBER: host: set an option."},
      {"/set seconds many", "This is not a number: many"},
      {"/set seconds 9x", "This is not a number: 9x"},
      {"/set seconds -2147483649", "This number is out of range: -2147483649"},
      {"/set seconds 2147483648", "This number is out of range: 2147483648"},
      {"/set seconds 99999999999999999999999", "This number is out of range: 99999999999999999999999"},
      {"/set seconds 999999999999999999999999", "This is not a number: 999999999999999999999999"},
      {"/set seconds 5 6", "There is too much here: 6"},
      {"/game abcdefghijklmnopqrstuvwxyzabcdefg", "That is too long: abcdefghijklmnopqrstuvwxyzabcdefg"},
      {"/lab", "Write /lab MS [JITTER [STALL/EVERY]] or off: a bad network."},
      {"/lab fast", "This is not a number: fast"},
      {"/lab -1", "This number is out of range: -1"},
      {"/lab 2001", "This number is out of range: 2001"},
      {"/lab 5 1001", "This number is out of range: 1001"},
      {"/lab off 5", "There is too much here: 5"},
      {"/lab 5 off", "This is not a number: off"},
      {"/lab 5 5 5", "These are not two numbers such as 1000/10000: 5"},
      {"/lab 5 5 /5", "This is not a number: "},
      {"/lab 5 5 5/", "This is not a number: "},
      {"/lab 5 5 5/6/7", "This is not a number: 6/7"},
      {"/lab 5 5 8001/9000", "This number is out of range: 8001"},
      {"/lab 5 5 1/3600001", "This number is out of range: 3600001"},
      {"/lab 5 5 5/5", "The first number must be below the second: 5/5"},
      {"/lab 5 5 0/0", "The first number must be below the second: 0/0"},
      {"/lab 5 5 5/6 7", "There is too much here: 7"},
      {"/join", "Write /join and the code of a room."},
      {"/join abcdefghijklmnopqrstuvwxyzabcdefg", "Write /join and the code of a room."},
      {"\xff", "That is not text."},
  };
  for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
    print_message("%s\n", rows[row].line);
    assert_int_equal(command_parse(rows[row].line, &names, &read), COMMAND_FAULT);
    assert_string_equal(read.fault, rows[row].fault);
  }
}

static void help_and_join_stay_in_the_client(void **state) {
  (void)state;
  assert_int_equal(command_parse("/HELP", &names, &read), COMMAND_HELP);
  assert_int_equal(command_parse("/join  K7QX ", &names, &read), COMMAND_JOIN);
  assert_string_equal(read.room, "K7QX");
}

static void without_names_nobody_is_found(void **state) {
  (void)state;
  const command_names nobody = {0};
  assert_int_equal(command_parse("/kick Bob", &nobody, &read), COMMAND_FAULT);
}

/* Lines of every kind of byte: what is taken can be encoded, which stops the program if it is out of range. */
static void whatever_is_typed_the_message_lies_within_its_ranges(void **state) {
  (void)state;
  static const char *const pieces[] = {
      "/",   "kick", "msg", "set", "create",      "lab",      "off",  "0/1", " ",
      "  ",  "Bob",  "bo",  "-1",  "99999999999", "\xc3\xab", "\xff", "\n",  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "\x01"};
  static uint8_t bytes[WIRE_CLIENT_BYTES_MAX];
  unsigned taken = 0;
  srand(1);
  for (unsigned round = 0; round < 20000; round++) {
    char line[2048] = "";
    for (int count = rand() % 30; count >= 0; count--)
      strcat(line, pieces[(size_t)rand() % (sizeof(pieces) / sizeof(pieces[0]))]);
    if (command_parse(line, &names, &read) != COMMAND_MESSAGE)
      continue;
    wire_buffer out = {.bytes = bytes, .capacity = sizeof(bytes)};
    assert_true(wire_encode(&out, read.type, &read.as));
    taken++;
  }
  assert_true(taken > 1000);
}

static void a_text_of_the_full_length_is_taken_and_one_byte_more_is_not(void **state) {
  (void)state;
  char line[WIRE_TALK_BYTES_MAX + 2];
  memset(line, 'a', sizeof(line));
  line[WIRE_TALK_BYTES_MAX + 1] = 0;
  assert_int_equal(command_parse(line, &names, &read), COMMAND_FAULT);
  line[WIRE_TALK_BYTES_MAX] = 0;
  message_of(line);
  assert_int_equal(strlen(read.as.say.text), WIRE_TALK_BYTES_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_command_of_the_table_gives_its_message),
      cmocka_unit_test(what_the_table_sets_is_set),
      cmocka_unit_test(a_room_may_be_made_without_game_or_name),
      cmocka_unit_test(a_bad_network_is_asked_for_by_one_to_three_words),
      cmocka_unit_test(anything_else_is_said_to_the_room),
      cmocka_unit_test(names_are_found_whole_or_by_their_beginning),
      cmocka_unit_test(a_private_message_goes_to_the_person_and_not_to_the_seat),
      cmocka_unit_test(what_is_wrong_is_said_in_words),
      cmocka_unit_test(help_and_join_stay_in_the_client),
      cmocka_unit_test(without_names_nobody_is_found),
      cmocka_unit_test(whatever_is_typed_the_message_lies_within_its_ranges),
      cmocka_unit_test(a_text_of_the_full_length_is_taken_and_one_byte_more_is_not),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
