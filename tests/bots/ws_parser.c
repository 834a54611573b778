#include "tests/bots/ws_parser.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"

void ws_parser_init(ws_parser *parser, size_t message_max) {
  *parser = (ws_parser){.message_max = message_max};
}

void ws_parser_free(ws_parser *parser) {
  free(parser->message);
  parser->message = NULL;
}

static bool is_control(uint8_t opcode) {
  return opcode & 8;
}

static const char *start_fault(const ws_parser *parser, uint8_t first, uint8_t second) {
  uint8_t opcode = first & 15;
  bool known = opcode <= WS_OPCODE_BINARY || (opcode >= WS_OPCODE_CLOSE && opcode <= WS_OPCODE_PONG);
  if (first & 0x70)
    return "reserved_bits";
  if (!known)
    return "unknown_opcode";
  if (second & 0x80)
    return "masked";
  if (is_control(opcode))
    return !(first & 0x80) || second > WS_CONTROL_MAX ? "bad_control_frame" : NULL;
  if ((opcode == 0) != (parser->message_opcode != 0))
    return "bad_fragment";
  return NULL;
}

static uint32_t header_length(const ws_parser *parser) {
  if (parser->header_size < 2)
    return 2;
  uint8_t length = parser->header[1] & 127;
  return length == 127 ? 10 : length == 126 ? 4 : 2;
}

static const char *read_length(ws_parser *parser, uint32_t header) {
  uint64_t length = parser->header[1];
  if (header > 2) {
    length = 0;
    for (uint32_t at = 2; at < header; at++)
      length = length << 8 | parser->header[at];
    if (length < (header == 4 ? 126u : 65536u))
      return "long_length";
  }
  if (!is_control(parser->opcode) && length > parser->message_max - parser->message_size)
    return "too_large";
  parser->left = length;
  return NULL;
}

/* Gathers the header; true once the payload may be read. */
static bool read_header(ws_parser *parser, ws_bytes *chunk) {
  while (chunk->size > 0 && !parser->in_payload && !parser->fault) {
    parser->header[parser->header_size++] = *chunk->bytes++;
    chunk->size--;
    if (parser->header_size == 2)
      parser->fault = start_fault(parser, parser->header[0], parser->header[1]);
    uint32_t header = header_length(parser);
    if (parser->fault || parser->header_size < header)
      continue;
    parser->opcode = parser->header[0] & 15;
    parser->last = parser->header[0] & 0x80;
    parser->fault = read_length(parser, header);
    parser->in_payload = true;
    parser->header_size = 0;
    parser->control_size = 0;
    if (!is_control(parser->opcode) && parser->opcode != 0)
      parser->message_opcode = parser->opcode;
  }
  return parser->in_payload && !parser->fault;
}

static void grow_message(ws_parser *parser, size_t size) {
  if (size <= parser->message_capacity)
    return;
  size_t capacity = parser->message_capacity ? parser->message_capacity : 256;
  while (capacity < size)
    capacity *= 2;
  parser->message = realloc(parser->message, capacity);
  PRE(parser->message);
  parser->message_capacity = capacity;
}

static ws_progress deliver(ws_parser *parser, uint8_t opcode, const uint8_t *bytes, size_t size) {
  parser->event_opcode = opcode;
  parser->event = (ws_bytes){bytes, size};
  parser->in_payload = false;
  return WS_EVENT;
}

static ws_progress read_control(ws_parser *parser, ws_bytes *chunk) {
  size_t size = chunk->size < parser->left ? chunk->size : parser->left;
  memcpy(parser->control + parser->control_size, chunk->bytes, size);
  *chunk = (ws_bytes){chunk->bytes + size, chunk->size - size};
  parser->control_size += (uint32_t)size;
  parser->left -= size;
  return parser->left ? WS_MORE : deliver(parser, parser->opcode, parser->control, parser->control_size);
}

static ws_progress deliver_message(ws_parser *parser, const uint8_t *bytes, size_t size) {
  uint8_t opcode = parser->message_opcode;
  parser->message_opcode = 0;
  parser->message_size = 0;
  return deliver(parser, opcode, bytes, size);
}

static ws_progress read_data(ws_parser *parser, ws_bytes *chunk) {
  const uint8_t *bytes = chunk->bytes;
  size_t size = chunk->size < parser->left ? chunk->size : parser->left;
  *chunk = (ws_bytes){bytes + size, chunk->size - size};
  if (parser->last && size == parser->left && parser->message_size == 0)
    return deliver_message(parser, bytes, size);
  grow_message(parser, parser->message_size + size);
  if (size > 0)
    memcpy(parser->message + parser->message_size, bytes, size);
  parser->message_size += size;
  parser->left -= size;
  if (parser->left > 0)
    return WS_MORE;
  if (parser->last)
    return deliver_message(parser, parser->message, parser->message_size);
  parser->in_payload = false;
  return WS_MORE;
}

ws_progress ws_parser_next(ws_parser *parser, ws_bytes *chunk) {
  while (read_header(parser, chunk)) {
    ws_progress progress = is_control(parser->opcode) ? read_control(parser, chunk) : read_data(parser, chunk);
    if (progress != WS_MORE || chunk->size == 0)
      return progress;
  }
  return parser->fault ? WS_FAULT : WS_MORE;
}

static size_t write_header(uint8_t *out, uint8_t opcode, size_t size) {
  out[0] = 0x80 | opcode;
  if (size < 126) {
    out[1] = 0x80 | (uint8_t)size;
    return 2;
  }
  PRE_RANGE(size, 126, UINT16_MAX);
  out[1] = 0x80 | 126;
  out[2] = (uint8_t)(size >> 8);
  out[3] = (uint8_t)size;
  return 4;
}

size_t ws_write_frame(uint8_t *out, uint8_t opcode, const uint8_t *payload, size_t size, uint32_t mask) {
  uint8_t key[4];
  size_t header = write_header(out, opcode, size);
  memcpy(key, &mask, sizeof key);
  memcpy(out + header, key, sizeof key);
  for (size_t i = 0; i < size; i++)
    out[header + 4 + i] = payload[i] ^ key[i % 4];
  return header + 4 + size;
}
