/* server/json_wire: the messages as JSON, against the shared vectors of tests/golden/wire.txt and against what a
   client may get wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "server/json_wire.h"

enum { TEXT_MAX = 65536, ARENA_MESSAGE = 8192 };

static uint8_t arena_memory[WIRE_ARENA_BYTES(ARENA_MESSAGE)];
static wire_arena arena = {arena_memory, 0, sizeof arena_memory};
static char fault_words[JSON_WIRE_FAULT_BYTES];

/* Decodes from memory that ends where the text ends, so that a look beyond it is noticed under ASan. */
static wire_fault decode(const char *text, size_t size, wire_message *out) {
  char *exact = malloc(size ? size : 1);
  memcpy(exact, text, size);
  wire_fault fault = json_wire_decode(exact, size, &arena, out, fault_words);
  free(exact);
  return fault;
}

static void assert_encodes_to(const wire_message *message, const char *text, size_t size) {
  static uint8_t again[TEXT_MAX];
  wire_buffer out = {again, 0, sizeof again, false};
  assert_true(json_wire_encode(&out, message->type, &message->as));
  assert_int_equal(out.size, size);
  assert_memory_equal(again, text, size);
}

/* The JSON of one line of the vectors, or NULL if it is none of a client's. */
static char *json_of(char *line) {
  char *json = strchr(line, '{');
  if (!json || strncmp(line, "client ", 7) != 0)
    return NULL;
  json[strcspn(json, "\n")] = 0;
  return json;
}

static void every_message_of_a_client_in_the_shared_vectors_is_read_and_written_the_same(void **state) {
  (void)state;
  static char line[TEXT_MAX];
  bool seen[256] = {false};
  FILE *file = fopen("tests/golden/wire.txt", "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    const char *json = json_of(line);
    wire_message message;
    if (!json)
      continue;
    if (decode(json, strlen(json), &message) != WIRE_OK)
      fail_msg("%s: %s", json, fault_words);
    assert_encodes_to(&message, json, strlen(json));
    seen[message.type->id] = true;
  }
  fclose(file);
  for (uint32_t i = 0; i < WIRE_MESSAGES; i++)
    if (wire_messages[i]->from == WIRE_FROM_CLIENT && !seen[wire_messages[i]->id])
      fail_msg("no vector of %s", wire_messages[i]->name);
}

static void what_is_absent_is_empty_or_the_least(void **state) {
  (void)state;
  static const struct {
    const char *text, *whole;
  } rows[] = {
      {"{\"message\":\"hello\"}",
       "{\"message\":\"hello\",\"version\":0,\"kind\":\"\",\"room\":\"\",\"name\":\"\",\"token\":\"\",\"heard\":0,"
       "\"watch\":0}"},
      {"{\"message\":\"input\",\"buttons\":8}", "{\"message\":\"input\",\"seq\":1,\"tick\":0,\"buttons\":8}"},
      {"{\"buttons\":8,\"message\":\"input\"}", "{\"message\":\"input\",\"seq\":1,\"tick\":0,\"buttons\":8}"},
      {" {\"message\" : \"option\" , \"name\":\"\\u00e9\",\"value\":-1e2}\r\n",
       "{\"message\":\"option\",\"name\":\"\xc3\xa9\",\"value\":-100}"},
      {"{\"message\":\"say\",\"text\":\"\\ud83c\\udfae\\/\"}",
       "{\"message\":\"say\",\"channel\":0,\"to\":0,\"text\":\"\xf0\x9f\x8e\xae/\"}"},
      {"{\"message\":\"report\",\"standings\":[{},{\"id\":2.0}],\"roles\":[]}",
       "{\"message\":\"report\",\"phase\":0,\"result\":\"\",\"standings\":["
       "{\"id\":1,\"flags\":0,\"role\":0,\"team\":0,\"score\":0,\"victories\":0},"
       "{\"id\":2,\"flags\":0,\"role\":0,\"team\":0,\"score\":0,\"victories\":0}],\"roles\":[],\"teams\":[],"
       "\"buttons\":[]}"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    wire_message message;
    if (decode(rows[i].text, strlen(rows[i].text), &message) != WIRE_OK)
      fail_msg("%s: %s", rows[i].text, fault_words);
    assert_encodes_to(&message, rows[i].whole, strlen(rows[i].whole));
  }
}

typedef struct {
  const char *text;
  wire_fault fault;
  const char *words;
  size_t size; /* 0: to the zero */
} refusal;

static const refusal refusals[] = {
    {"", WIRE_BAD_JSON, "byte 0: a value is missing", 0},
    {"hello", WIRE_BAD_JSON, "byte 0: not a value", 0},
    {"\x95\x01\xa0", WIRE_BAD_JSON, "byte 0: not UTF-8, or a zero byte inside", 0},
    {"[1]", WIRE_BAD_JSON, "byte 0: a message is an object", 0},
    {"7", WIRE_BAD_JSON, "byte 0: a message is an object", 0},
    {"null", WIRE_BAD_JSON, "byte 0: a message is an object", 0},
    {"{\"message\":\"list\"} {}", WIRE_BAD_JSON, "byte 19: something follows the value", 0},
    {"{\"message\":\"list\"", WIRE_BAD_JSON, "byte 17: a ',' or '}' is missing", 0},
    {"{\"message\":\"list\",}", WIRE_BAD_JSON, "byte 18: a text in quotes is missing", 0},
    {"{\"message\":\"li\nst\"}", WIRE_BAD_JSON, "byte 14: a control character in a text", 0},
    {"{\"message\":\"list\"}\0", WIRE_BAD_JSON, "byte 18: not UTF-8, or a zero byte inside", 19},
    {"{\"message\":\"say\",\"text\":\"a\\u0000b\"}", WIRE_BAD_JSON, "byte 28: \\u0000 is not allowed", 0},
    {"{\"message\":\"say\",\"text\":\"\xc3\xa4\xff\"}", WIRE_BAD_JSON, "byte 27: not UTF-8, or a zero byte inside", 0},
    {"{\"message\":\"say\",\"text\":\"\xed\xa0\x80\"}", WIRE_BAD_JSON, "byte 25: not UTF-8, or a zero byte inside", 0},
    {"{\"message\":\"say\",\"text\":\"\\ud800x\"}", WIRE_BAD_JSON, "byte 31: half a character", 0},
    {"{\"message\":\"say\",\"text\":\"\\udfae\"}", WIRE_BAD_JSON, "byte 31: half a character", 0},
    {"{\"message\":\"say\",\"text\":\"\\udfae\\udfae\"}", WIRE_BAD_JSON, "byte 31: half a character", 0},
    {"{\"message\":\"say\",\"text\":\"\\ud83c\\u0041\"}", WIRE_BAD_JSON, "byte 37: half a character", 0},
    {"{\"message\":\"input\",\"seq\":01}", WIRE_BAD_JSON, "byte 26: a number starts with 0", 0},
    {"{\"message\":\"input\",\"seq\":NaN}", WIRE_BAD_JSON, "byte 25: not a value", 0},
    {"{\"message\":\"list\",\"message\":\"who\"}", WIRE_BAD_JSON, "byte 18: a key stands twice", 0},
    {"{\"message\":\"input\",\"seq\":1,\"Seq\":2}", WIRE_BAD_JSON, "byte 27: a key stands twice", 0},
    {"{\"message\":\"report\",\"standings\":[{\"id\":1},{\"id\":1,\"\\u0069d\":2}]}", WIRE_BAD_JSON,
     "byte 50: a key stands twice", 0},
    {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", WIRE_BAD_JSON, "byte 16: nested too deep", 0},
    {"{\"message\":\"input\",\"sqe\":1}", WIRE_BAD_JSON, "byte 19: input has no field sqe", 0},
    {"{\"message\":\"list\",\"<script>\":1}", WIRE_BAD_JSON, "byte 18: list has no field of that name", 0},
    {"{\"message\":\"report\",\"standings\":[{\"id\":1,\"message\":1}]}", WIRE_BAD_JSON,
     "byte 41: standing has no field message", 0},
    {"{}", WIRE_WRONG_COUNT, "wrong_count message", 0},
    {"{\"Message\":\"list\"}", WIRE_WRONG_COUNT, "wrong_count message", 0},
    {"{\"message\":65}", WIRE_WRONG_TYPE, "wrong_type message", 0},
    {"{\"message\":\"stepp\"}", WIRE_UNKNOWN, "unknown message", 0},
    {"{\"message\":\"\"}", WIRE_UNKNOWN, "unknown message", 0},
    {"{\"message\":\"List\"}", WIRE_UNKNOWN, "unknown message", 0},
    {"{\"message\":\"pong\",\"time\":1}", WIRE_UNKNOWN, "unknown message", 0},
    {"{\"message\":\"standing\"}", WIRE_UNKNOWN, "unknown message", 0},
    {"{\"message\":\"input\",\"seq\":0}", WIRE_OUT_OF_RANGE, "out_of_range seq", 0},
    {"{\"message\":\"input\",\"seq\":4294967296}", WIRE_OUT_OF_RANGE, "out_of_range seq", 0},
    {"{\"message\":\"input\",\"seq\":1e999}", WIRE_OUT_OF_RANGE, "out_of_range seq", 0},
    {"{\"message\":\"input\",\"tick\":-1}", WIRE_OUT_OF_RANGE, "out_of_range tick", 0},
    {"{\"message\":\"input\",\"buttons\":128}", WIRE_OUT_OF_RANGE, "out_of_range buttons", 0},
    {"{\"message\":\"option\",\"value\":-2147483649}", WIRE_OUT_OF_RANGE, "out_of_range value", 0},
    {"{\"message\":\"input\",\"seq\":1.5}", WIRE_WRONG_TYPE, "wrong_type seq", 0},
    {"{\"message\":\"input\",\"seq\":\"1\"}", WIRE_WRONG_TYPE, "wrong_type seq", 0},
    {"{\"message\":\"ready\",\"on\":true}", WIRE_WRONG_TYPE, "wrong_type on", 0},
    {"{\"message\":\"ready\",\"on\":null}", WIRE_WRONG_TYPE, "wrong_type on", 0},
    {"{\"message\":\"say\",\"text\":5}", WIRE_WRONG_TYPE, "wrong_type text", 0},
    {"{\"message\":\"say\",\"text\":[\"a\"]}", WIRE_WRONG_TYPE, "wrong_type text", 0},
    {"{\"message\":\"choose\",\"game\":\"ggggggggggggggggggggggggggggggggg\"}", WIRE_TOO_LONG, "too_long game", 0},
    {"{\"message\":\"report\",\"standings\":{}}", WIRE_WRONG_TYPE, "wrong_type standings", 0},
    {"{\"message\":\"report\",\"standings\":[1]}", WIRE_WRONG_TYPE, "wrong_type standings", 0},
    {"{\"message\":\"report\",\"standings\":[{},null]}", WIRE_WRONG_TYPE, "wrong_type standings", 0},
    {"{\"message\":\"report\",\"standings\":[{\"id\":0}]}", WIRE_OUT_OF_RANGE, "out_of_range id", 0},
    {"{\"message\":\"report\",\"teams\":[{},{},{},{},{}]}", WIRE_TOO_LONG, "too_long teams", 0},
};

static void every_bad_message_is_refused_by_name_and_place(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    const refusal *row = &refusals[i];
    wire_message message;
    wire_fault fault = decode(row->text, row->size ? row->size : strlen(row->text), &message);
    if (fault != row->fault || strcmp(fault_words, row->words) != 0)
      fail_msg("%s: %s, \"%s\"", row->text, wire_fault_name(fault), fault_words);
    assert_true(message.field != NULL);
  }
}

static void a_servers_message_keeps_its_id_in_the_refusal(void **state) {
  (void)state;
  static const char text[] = "{\"message\":\"frame\"}";
  wire_message message;
  assert_int_equal(decode(text, sizeof text - 1, &message), WIRE_UNKNOWN);
  assert_int_equal(message.id, WIRE_FRAME);
}

static void too_many_keys_are_refused_before_they_are_compared(void **state) {
  (void)state;
  char text[4096] = "{";
  size_t size = 1;
  for (int i = 0; i < 500; i++)
    size += (size_t)snprintf(text + size, sizeof text - size, "\"%x\":1,", i);
  wire_message message;
  assert_int_equal(decode(text, size, &message), WIRE_BAD_JSON);
  assert_non_null(strstr(fault_words, "too many keys"));
}

static void every_prefix_and_every_flipped_bit_is_refused_or_in_range(void **state) {
  (void)state;
  static char line[TEXT_MAX], damaged[TEXT_MAX];
  int tried = 0, accepted = 0;
  FILE *file = fopen("tests/golden/wire.txt", "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    const char *json = json_of(line);
    wire_message message;
    size_t size = json ? strlen(json) : 0;
    for (size_t cut = 0; cut < size; cut++, tried++)
      assert_int_not_equal(decode(json, cut, &message), WIRE_OK);
    for (size_t bit = 0; bit < size * 8; bit += 3, tried++) {
      static uint8_t again[TEXT_MAX];
      wire_buffer out = {again, 0, sizeof again, false};
      memcpy(damaged, json, size + 1);
      damaged[bit / 8] ^= (char)(1 << bit % 8);
      if (decode(damaged, size, &message) != WIRE_OK)
        continue;
      assert_true(json_wire_encode(&out, message.type, &message.as));
      accepted++;
    }
  }
  fclose(file);
  assert_true(tried > 10000 && accepted > 1000 && accepted < tried);
}

static void text_is_escaped_where_json_or_javascript_would_stumble(void **state) {
  (void)state;
  wire_event event = {"\"\\\b\n\x1f\x7f</script>\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x82\xac"};
  static const char want[] = "{\"message\":\"event\",\"text\":\"\\\"\\\\\\u0008\\u000a\\u001f\\u007f</script>"
                             "\xe2\x80\xa7\\u2028\\u2029\xe2\x82\xac\"}";
  wire_message message = {.type = &wire_event_type, .as.event = event};
  assert_encodes_to(&message, want, sizeof want - 1);
}

static void text_that_ends_in_half_a_character_is_not_read_beyond(void **state) {
  (void)state;
  wire_event event = {"\xe2"};
  wire_message message = {.type = &wire_event_type, .as.event = event};
  assert_encodes_to(&message, "{\"message\":\"event\",\"text\":\"\xe2\"}", 30);
}

static void numbers_are_written_to_their_ends(void **state) {
  (void)state;
  wire_option low = {.value = INT32_MIN};
  wire_message message = {.type = &wire_option_type, .as.option = low};
  assert_encodes_to(&message, "{\"message\":\"option\",\"name\":\"\",\"value\":-2147483648}", 50);
}

static void a_buffer_too_small_is_an_overflow_and_not_a_write(void **state) {
  (void)state;
  wire_pong pong = {.time = 70000};
  for (size_t capacity = 0; capacity < 31; capacity++) {
    uint8_t *exact = malloc(capacity + 1);
    wire_buffer out = {exact, 0, capacity, false};
    bool fits = json_wire_encode(&out, &wire_pong_type, &pong);
    assert_int_equal(fits, capacity >= 31);
    free(exact);
  }
}

static void a_list_that_the_arena_does_not_hold_is_refused(void **state) {
  (void)state;
  static const char text[] = "{\"message\":\"report\",\"standings\":[{},{}]}";
  uint8_t memory[16];
  wire_arena small = {memory, 0, sizeof memory};
  wire_message message;
  assert_int_equal(json_wire_decode(text, sizeof text - 1, &small, &message, fault_words), WIRE_NO_ROOM);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_message_of_a_client_in_the_shared_vectors_is_read_and_written_the_same),
      cmocka_unit_test(what_is_absent_is_empty_or_the_least),
      cmocka_unit_test(every_bad_message_is_refused_by_name_and_place),
      cmocka_unit_test(a_servers_message_keeps_its_id_in_the_refusal),
      cmocka_unit_test(too_many_keys_are_refused_before_they_are_compared),
      cmocka_unit_test(every_prefix_and_every_flipped_bit_is_refused_or_in_range),
      cmocka_unit_test(text_is_escaped_where_json_or_javascript_would_stumble),
      cmocka_unit_test(text_that_ends_in_half_a_character_is_not_read_beyond),
      cmocka_unit_test(numbers_are_written_to_their_ends),
      cmocka_unit_test(a_buffer_too_small_is_an_overflow_and_not_a_write),
      cmocka_unit_test(a_list_that_the_arena_does_not_hold_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
