/* The two captures of docs/websocket.md against the game's codec: they decode to the JSON on the page, and
   encode to the same bytes again. tests/repo/websocket_page_test.py checks the page's tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "common/wire.h"
#include "server/json_wire.h"

enum { PAGE_MAX = 65536, CAPTURE_MAX = 126, HEADER = 2, MASK = 4 };

static char page[PAGE_MAX];

static int read_page(void **state) {
  (void)state;
  FILE *file = fopen("docs/websocket.md", "r");
  assert_non_null(file);
  page[fread(page, 1, sizeof page - 1, file)] = 0;
  fclose(file);
  return 0;
}

/* The first line in the `number`th fenced block of this kind. */
static const char *block(const char *fence, int number) {
  const char *at = strstr(page, fence);
  while (at && number-- > 0)
    at = strstr(at + 1, fence);
  assert_non_null(at);
  return at + strlen(fence);
}

static size_t read_hex(const char *text, uint8_t *bytes) {
  size_t size = 0;
  for (char *end; size < CAPTURE_MAX; text = end) {
    unsigned long byte = strtoul(text, &end, 16);
    if (end == text || byte > 0xff)
      break;
    bytes[size++] = (uint8_t)byte;
    if (*end != ' ')
      break;
  }
  return size;
}

/* The payload of a short WebSocket frame. */
static size_t open_frame(const uint8_t *frame, size_t size, uint8_t *payload) {
  size_t masked = frame[1] >> 7, length = frame[1] & 0x7f, start = HEADER + (masked ? MASK : 0);
  assert_int_equal(size, start + length);
  for (size_t i = 0; i < length; i++)
    payload[i] = frame[start + i] ^ (masked ? frame[HEADER + i % MASK] : 0);
  return length;
}

static void assert_message(const uint8_t *payload, size_t size, wire_from from, const char *json) {
  static uint8_t memory[WIRE_ARENA_BYTES(CAPTURE_MAX)];
  wire_arena arena = {memory, 0, sizeof memory};
  wire_message message;
  assert_int_equal(wire_decode(payload, size, from, &arena, &message), WIRE_OK);
  uint8_t text[PAGE_MAX];
  wire_buffer printed = {text, 0, sizeof text, false};
  assert_true(json_wire_encode(&printed, message.type, &message.as));
  assert_int_equal(printed.size, strcspn(json, "\n"));
  assert_memory_equal(text, json, printed.size);
  uint8_t again[CAPTURE_MAX];
  wire_buffer encoded = {again, 0, sizeof again, false};
  assert_true(wire_encode(&encoded, message.type, &message.as));
  assert_int_equal(encoded.size, size);
  assert_memory_equal(again, payload, size);
}

static void assert_capture(int number, wire_from from) {
  uint8_t frame[CAPTURE_MAX] = {0}, payload[CAPTURE_MAX];
  size_t size = read_hex(block("```hex\n", number), frame);
  size = open_frame(frame, size, payload);
  assert_message(payload, size, from, block("```json\n", number));
}

static void the_servers_capture_is_the_codecs_own(void **state) {
  (void)state;
  assert_capture(0, WIRE_FROM_SERVER);
}

static void the_clients_capture_is_the_codecs_own(void **state) {
  (void)state;
  assert_capture(1, WIRE_FROM_CLIENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_servers_capture_is_the_codecs_own),
      cmocka_unit_test(the_clients_capture_is_the_codecs_own),
  };
  return cmocka_run_group_tests(tests, read_page, NULL);
}
