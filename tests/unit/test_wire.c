/* The codec against the shared vectors of tests/golden/wire.txt, against msgpack-c's own unpacker, and against
   damaged messages that end at a guarded page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <msgpack.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/gen/tables.h"
#include "common/wire.h"
#include "server/json_wire.h"

enum { LINE_MAX_BYTES = 65536, MESSAGE_MAX = 4096 };

/* One line of the vectors. */
typedef struct {
  wire_from from;
  uint8_t bytes[MESSAGE_MAX];
  size_t size;
  char expected[LINE_MAX_BYTES]; /* JSON, or "!fault field" */
} vector;

static uint8_t arena_memory[WIRE_ARENA_BYTES(MESSAGE_MAX)];
static wire_arena arena = {arena_memory, 0, sizeof arena_memory};

static size_t read_hex(const char *hex, uint8_t *out) {
  size_t size = 0;
  for (; hex[0] && hex[0] != '-'; hex += 2) {
    char digits[3] = {hex[0], hex[1], 0};
    out[size++] = (uint8_t)strtoul(digits, NULL, 16);
  }
  return size;
}

static bool next_vector(FILE *file, vector *out) {
  static char line[LINE_MAX_BYTES];
  while (fgets(line, sizeof line, file)) {
    if (line[0] == '#')
      continue;
    char *origin = strtok(line, " "), *hex = strtok(NULL, " "), *expected = strtok(NULL, "\n");
    out->from = strcmp(origin, "client") == 0 ? WIRE_FROM_CLIENT : WIRE_FROM_SERVER;
    out->size = read_hex(hex, out->bytes);
    strcpy(out->expected, expected);
    return true;
  }
  return false;
}

static void assert_printed(const wire_message *message, const char *expected) {
  static uint8_t text[LINE_MAX_BYTES];
  wire_buffer out = {text, 0, sizeof text, false};
  assert_true(json_wire_encode(&out, message->type, &message->as));
  assert_int_equal(out.size, strlen(expected));
  assert_memory_equal(text, expected, out.size);
}

static void assert_encodes_to(const wire_message *message, const vector *want) {
  uint8_t bytes[MESSAGE_MAX];
  wire_buffer out = {bytes, 0, sizeof bytes, false};
  assert_true(wire_encode(&out, message->type, &message->as));
  assert_int_equal(out.size, want->size);
  assert_memory_equal(out.bytes, want->bytes, want->size);
}

static void assert_refused(const vector *want, wire_fault fault, const wire_message *message) {
  char got[128];
  snprintf(got, sizeof got, "!%s %s", wire_fault_name(fault), message->field);
  assert_string_equal(got, want->expected);
}

static void every_shared_vector_decodes_and_encodes_as_it_says(void **state) {
  (void)state;
  static vector one;
  int accepted = 0, refused = 0;
  FILE *file = fopen("tests/golden/wire.txt", "r");
  assert_non_null(file);
  while (next_vector(file, &one)) {
    wire_message message;
    wire_fault fault = wire_decode(one.bytes, one.size, one.from, &arena, &message);
    if (one.expected[0] == '!') {
      assert_refused(&one, fault, &message);
      refused++;
      continue;
    }
    assert_int_equal(fault, WIRE_OK);
    assert_printed(&message, one.expected);
    assert_encodes_to(&message, &one);
    accepted++;
  }
  fclose(file);
  assert_true(accepted >= 85 && refused >= 170);
}

static void every_vector_is_plain_messagepack_to_msgpack_c(void **state) {
  (void)state;
  static vector one;
  FILE *file = fopen("tests/golden/wire.txt", "r");
  assert_non_null(file);
  while (next_vector(file, &one)) {
    if (one.expected[0] == '!')
      continue;
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    size_t offset = 0;
    assert_int_equal(msgpack_unpack_next(&unpacked, (const char *)one.bytes, one.size, &offset),
                     MSGPACK_UNPACK_SUCCESS);
    assert_int_equal(offset, one.size);
    assert_int_equal(unpacked.data.type, MSGPACK_OBJECT_ARRAY);
    msgpack_unpacked_destroy(&unpacked);
  }
  fclose(file);
}

/* The bytes, ending where the readable memory ends. */
static const uint8_t *at_guarded_page(const uint8_t *bytes, size_t size) {
  static uint8_t *page;
  size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
  if (!page) {
    page = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(mprotect(page + page_size, page_size, PROT_NONE), 0);
  }
  memcpy(page + page_size - size, bytes, size);
  return page + page_size - size;
}

static void decode_guarded(const uint8_t *bytes, size_t size, wire_from from, int *accepted) {
  wire_message message;
  wire_fault fault = wire_decode(at_guarded_page(bytes, size), size, from, &arena, &message);
  assert_true(fault < WIRE_FAULTS && fault != WIRE_NO_ROOM);
  if (fault != WIRE_OK)
    return;
  uint8_t again[MESSAGE_MAX * 2];
  wire_buffer out = {again, 0, sizeof again, false};
  assert_true(wire_encode(&out, message.type, &message.as));
  (*accepted)++;
}

static void damaged_messages_are_refused_or_still_in_range(void **state) {
  (void)state;
  static vector one;
  uint32_t random = 1;
  int accepted = 0, tried = 0;
  FILE *file = fopen("tests/golden/wire.txt", "r");
  assert_non_null(file);
  while (next_vector(file, &one)) {
    for (size_t size = 0; size < one.size; size++, tried++)
      decode_guarded(one.bytes, size, one.from, &accepted);
    for (int i = 0; i < 2000 && one.size > 0; i++, tried++) {
      static uint8_t bytes[MESSAGE_MAX];
      memcpy(bytes, one.bytes, one.size);
      for (int flips = 0; flips < 1 + i % 3; flips++) {
        random = random * 1664525u + 1013904223u;
        bytes[(random >> 8) % one.size] ^= (uint8_t)(1u << (random & 7));
      }
      decode_guarded(bytes, one.size, one.from, &accepted);
    }
  }
  fclose(file);
  assert_true(tried > 100000 && accepted > 1000 && accepted < tried);
}

static void a_buffer_too_small_is_an_overflow_and_not_a_write(void **state) {
  (void)state;
  wire_pong pong = {.time = 70000};
  uint8_t bytes[8] = {0};
  wire_buffer small = {bytes, 0, 3, false};
  assert_false(wire_encode(&small, &wire_pong_type, &pong));
  assert_true(small.overflow);
  assert_int_equal(bytes[3], 0);
}

static void a_message_that_lists_more_than_the_arena_holds_is_refused(void **state) {
  (void)state;
  const uint8_t bytes[] = {0x95, 20, 1, 0, 0, 0x92, 1, 2};
  uint8_t memory[8];
  wire_arena small = {memory, 0, 4};
  wire_message message;
  assert_int_equal(wire_decode(bytes, sizeof bytes, WIRE_FROM_SERVER, &small, &message), WIRE_NO_ROOM);
}

/* Too long for the vectors: the shortest list with a limit that its message can pass. */
static void a_list_is_refused_at_its_limit_not_behind_it(void **state) {
  (void)state;
  enum { MOST = WIRE_ROSTER_ENTRIES_MAX, FIELDS = 5 };
  static uint8_t bytes[FIELDS * (MOST + 1) + 16], memory[WIRE_ARENA_BYTES(sizeof bytes)];
  static const uint8_t player[FIELDS] = {1, 0, 0xa0, 0xa0, 1};
  wire_arena large = {memory, 0, sizeof memory};
  wire_message message;
  for (uint32_t players = MOST; players <= MOST + 1; players++) {
    wire_buffer out = {bytes, 0, sizeof bytes, false};
    wire_append_array(&out, 4);
    wire_append_int(&out, WIRE_ROSTER);
    wire_append_int(&out, players);
    wire_append_array(&out, players * FIELDS);
    for (uint32_t i = 0; i < players; i++)
      wire_append_bytes(&out, player, sizeof player);
    wire_append_array(&out, 0);
    wire_fault fault = wire_decode(bytes, out.size, WIRE_FROM_SERVER, &large, &message);
    assert_int_equal(fault, players > MOST ? WIRE_TOO_LONG : WIRE_OK);
  }
  assert_string_equal(message.field, "joined");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_shared_vector_decodes_and_encodes_as_it_says),
      cmocka_unit_test(every_vector_is_plain_messagepack_to_msgpack_c),
      cmocka_unit_test(damaged_messages_are_refused_or_still_in_range),
      cmocka_unit_test(a_buffer_too_small_is_an_overflow_and_not_a_write),
      cmocka_unit_test(a_message_that_lists_more_than_the_arena_holds_is_refused),
      cmocka_unit_test(a_list_is_refused_at_its_limit_not_behind_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
