/* The bots' own WebSocket: what a server sends, in any pieces; what a client sends; URLs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/bots/ws.h"
#include "tests/bots/ws_handshake.h"
#include "tests/bots/ws_parser.h"

enum { MESSAGE_MAX = 70000 };

/* What was heard, as text: "B3:abc " is a binary message of 3 bytes, "P", "O" and "C" ping, pong and close,
   "T" text, "!name" a fault. */
static char heard[256];

static void hear_event(const ws_parser *parser) {
  static const char letters[] = "?TB?????CPO?????";
  char bytes[16] = "";
  size_t size = parser->event.size;
  if (size > 0)
    memcpy(bytes, parser->event.bytes, size < 8 ? size : 8);
  size_t used = strlen(heard);
  snprintf(heard + used, sizeof heard - used, "%c%zu:%s ", letters[parser->event_opcode], size, bytes);
}

/* Reads one piece, held in memory of exactly its size so that a sanitizer sees a step too far. */
static bool hear_piece(ws_parser *parser, const uint8_t *bytes, size_t size) {
  uint8_t *piece = malloc(size + !size);
  memcpy(piece, bytes, size);
  ws_bytes chunk = {piece, size};
  ws_progress progress;
  while ((progress = ws_parser_next(parser, &chunk)) == WS_EVENT)
    hear_event(parser);
  free(piece);
  if (progress == WS_FAULT)
    snprintf(heard + strlen(heard), sizeof heard - strlen(heard), "!%s", parser->fault);
  else
    assert_int_equal(chunk.size, 0);
  return progress != WS_FAULT;
}

static const char *hear(const uint8_t *bytes, size_t size, size_t split) {
  ws_parser parser;
  ws_parser_init(&parser, MESSAGE_MAX);
  heard[0] = 0;
  if (hear_piece(&parser, bytes, split))
    hear_piece(&parser, bytes + split, size - split);
  ws_parser_free(&parser);
  return heard;
}

static const char *hear_byte_by_byte(const uint8_t *bytes, size_t size) {
  ws_parser parser;
  ws_parser_init(&parser, MESSAGE_MAX);
  heard[0] = 0;
  for (size_t i = 0; i < size && hear_piece(&parser, bytes + i, 1); i++)
    ;
  ws_parser_free(&parser);
  return heard;
}

typedef struct {
  const char *claim, *bytes;
  size_t size;
  const char *heard;
} row;

#define ROW(claim, bytes, heard)                                                                                       \
  { claim, bytes, sizeof(bytes) - 1, heard }

static const row rows[] = {
    ROW("one message",
        "\x82\x03"
        "abc",
        "B3:abc "),
    ROW("two messages and half a third",
        "\x82\x01"
        "a\x82\x02"
        "bc\x82\x05"
        "de",
        "B1:a B2:bc "),
    ROW("an empty message", "\x82\x00", "B0: "),
    ROW("text",
        "\x81\x02"
        "hi",
        "T2:hi "),
    ROW("three fragments",
        "\x02\x01"
        "a\x00\x02"
        "bc\x80\x01"
        "d",
        "B4:abcd "),
    ROW("empty fragments",
        "\x02\x00\x00\x00\x00\x01"
        "a\x00\x00\x80\x00\x82\x01"
        "b",
        "B1:a B1:b "),
    ROW("control frames inside fragments",
        "\x02\x02"
        "ab\x89\x02"
        "hi\x00\x01"
        "c\x8a\x00\x80\x01"
        "d",
        "P2:hi O0: B4:abcd "),
    ROW("close with a reason",
        "\x88\x06\x03\xf0"
        "gone",
        "C6:\x03\xf0gone "),
    ROW("close without a reason", "\x88\x00", "C0: "),
    ROW("close inside fragments",
        "\x02\x02"
        "ab\x88\x00",
        "C0: "),
    ROW("a masked frame",
        "\x82\x83"
        "mmmmabc",
        "!masked"),
    ROW("reserved bits",
        "\xc2\x03"
        "abc",
        "!reserved_bits"),
    ROW("an unknown data frame", "\x83\x00", "!unknown_opcode"),
    ROW("an unknown control frame", "\x8b\x00", "!unknown_opcode"),
    ROW("a fragment of nothing",
        "\x80\x01"
        "a",
        "!bad_fragment"),
    ROW("a message inside fragments",
        "\x02\x01"
        "a\x82\x01"
        "b",
        "!bad_fragment"),
    ROW("a fragmented ping",
        "\x09\x01"
        "a",
        "!bad_control_frame"),
    ROW("a long ping", "\x89\x7e\x00\x7e", "!bad_control_frame"),
    ROW("16 bits for a short length", "\x82\x7e\x00\x7d", "!long_length"),
    ROW("64 bits for a short length", "\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", "!long_length"),
    ROW("a message larger than the limit", "\x82\x7f\x00\x00\x00\x00\x00\x01\x11\x71", "!too_large"),
    ROW("a length of 2^63", "\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00", "!too_large"),
    ROW("fragments larger than the limit",
        "\x02\x01"
        "a\x80\x7f\x00\x00\x00\x00\x00\x01\x11\x70",
        "!too_large"),
    ROW("a good message before a fault",
        "\x82\x01"
        "a\x82\x80",
        "B1:a !masked"),
};

static void frames_are_read_however_they_are_split(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    print_message("%s\n", rows[i].claim);
    const uint8_t *bytes = (const uint8_t *)rows[i].bytes;
    for (size_t split = 0; split <= rows[i].size; split++)
      assert_string_equal(hear(bytes, rows[i].size, split), rows[i].heard);
    assert_string_equal(hear_byte_by_byte(bytes, rows[i].size), rows[i].heard);
  }
}

static void messages_of_every_length_form_come_whole(void **state) {
  (void)state;
  static const size_t sizes[] = {125, 126, 65535, 65536, MESSAGE_MAX};
  static uint8_t bytes[MESSAGE_MAX + 10];
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t size = sizes[i], header = size < 126 ? 2 : size < 65536 ? 4 : 10;
    char wanted[64];
    memset(bytes, 'x', sizeof bytes);
    bytes[0] = 0x82;
    bytes[1] = (uint8_t)(header == 2 ? size : header == 4 ? 126 : 127);
    for (size_t at = 2; at < header; at++)
      bytes[at] = (uint8_t)((uint64_t)size >> 8 * (header - 1 - at));
    snprintf(wanted, sizeof wanted, "B%zu:xxxxxxxx ", size);
    assert_string_equal(hear(bytes, header + size, 0), wanted);
    assert_string_equal(hear(bytes, header + size, header + size / 2), wanted);
  }
}

static void what_a_client_writes_is_masked_and_reads_back(void **state) {
  (void)state;
  static const size_t sizes[] = {0, 1, 5, 125, 126, WS_SEND_MAX};
  uint8_t payload[WS_SEND_MAX], frame[WS_SEND_MAX + WS_HEADER_MAX];
  for (size_t i = 0; i < sizeof payload; i++)
    payload[i] = (uint8_t)(i * 7);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t size = sizes[i], header = size < 126 ? 2 : 4;
    assert_int_equal(ws_write_frame(frame, WS_OPCODE_BINARY, payload, size, 0x12345678), header + 4 + size);
    assert_int_equal(frame[0], 0x82);
    assert_int_equal(frame[1], 0x80 | (size < 126 ? size : 126));
    if (header == 4)
      assert_int_equal(frame[2] << 8 | frame[3], size);
    for (size_t at = 0; at < size; at++)
      assert_int_equal(frame[header + 4 + at] ^ frame[header + at % 4], payload[at]);
    if (size > 4)
      assert_memory_not_equal(frame + header + 4, payload, size);
  }
}

static void the_handshake_answers_as_in_the_rfc(void **state) {
  (void)state;
  char key[WS_KEY_BYTES + 1], accept[WS_ACCEPT_BYTES + 1];
  ws_handshake_key(key, (const uint8_t *)"the sample nonce");
  assert_string_equal(key, "dGhlIHNhbXBsZSBub25jZQ==");
  ws_handshake_accept(accept, key);
  assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define HEAD(status, upgrade, connection, accept, protocol)                                                            \
  "HTTP/1.1 " status "\r\n" upgrade "\r\n" connection "\r\nSec-WebSocket-Accept: " accept "\r\n" protocol

static void only_a_true_answer_opens(void **state) {
  (void)state;
  static const struct {
    const char *head;
    bool agrees;
  } answers[] = {
      {HEAD("101 Switching Protocols", "Upgrade: WebSocket", "Connection: Upgrade", ACCEPT,
            "Sec-WebSocket-Protocol: p"),
       true},
      {HEAD("101 x", "upgrade:websocket ", "connection: keep-alive, Upgrade", ACCEPT, "sec-websocket-protocol:\tp"),
       true},
      {HEAD("200 OK", "Upgrade: websocket", "Connection: Upgrade", ACCEPT, "Sec-WebSocket-Protocol: p"), false},
      {HEAD("101 x", "Upgrade: h2c", "Connection: Upgrade", ACCEPT, "Sec-WebSocket-Protocol: p"), false},
      {HEAD("101 x", "Upgrade: websocket", "Connection: close", ACCEPT, "Sec-WebSocket-Protocol: p"), false},
      {HEAD("101 x", "Upgrade: websocket", "Connection: Upgrade",
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOO=", "Sec-WebSocket-Protocol: p"),
       false},
      {HEAD("101 x", "Upgrade: websocket", "Connection: Upgrade", ACCEPT, "Sec-WebSocket-Protocol: q"), false},
      {HEAD("101 x", "Upgrade: websocket", "Connection: Upgrade", ACCEPT, "X: y"), false},
      {"HTTP/1.1 101", false},
      {"", false},
  };
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
    assert_int_equal(ws_handshake_agrees(answers[i].head, ACCEPT, "p"), answers[i].agrees);
}

static void urls_name_host_port_and_path(void **state) {
  (void)state;
  static const struct {
    const char *text, *host, *port, *path; /* host NULL: refused */
  } urls[] = {
      {"ws://127.0.0.1:8765", "127.0.0.1", "8765", "/ws"},
      {"ws://localhost", "localhost", "8765", "/ws"},
      {"localhost:1", "localhost", "1", "/ws"},
      {"ws://[::1]:9000/", "::1", "9000", "/ws"},
      {"[fe80::1%eth0]", "fe80::1%eth0", "8765", "/ws"},
      {"ws://host:80/other/ws", "host", "80", "/other/ws"},
      {"", NULL, NULL, NULL},
      {"ws://", NULL, NULL, NULL},
      {"ws://:8765", NULL, NULL, NULL},
      {"ws://host:", NULL, NULL, NULL},
      {"ws://host:0", NULL, NULL, NULL},
      {"ws://host:65536", NULL, NULL, NULL},
      {"ws://host:123456", NULL, NULL, NULL},
      {"ws://host:8a", NULL, NULL, NULL},
      {"ws://[::1", NULL, NULL, NULL},
      {"ws://[::1]x", NULL, NULL, NULL},
      {"wss://host", NULL, NULL, NULL},
  };
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
    ws_url url;
    bool parsed = ws_url_parse(&url, urls[i].text);
    if (parsed != (urls[i].host != NULL))
      fail_msg("'%s' was %s", urls[i].text, parsed ? "taken" : "refused");
    if (!parsed)
      continue;
    assert_string_equal(url.host, urls[i].host);
    assert_string_equal(url.port, urls[i].port);
    assert_string_equal(url.path, urls[i].path);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(frames_are_read_however_they_are_split),
      cmocka_unit_test(messages_of_every_length_form_come_whole),
      cmocka_unit_test(what_a_client_writes_is_masked_and_reads_back),
      cmocka_unit_test(the_handshake_answers_as_in_the_rfc),
      cmocka_unit_test(only_a_true_answer_opens),
      cmocka_unit_test(urls_name_host_port_and_path),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
