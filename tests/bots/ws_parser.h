/* Frames of a WebSocket as bytes: reads what a server sends, in any pieces, and writes a client's frames.
   Pure: no socket, no clock. Inside the door of ws.h.

      byte 0        byte 1        then                 then            then
      FIN RSV OPCODE  MASK LENGTH   16 or 64 bit length  mask (client)   payload
      1   3   4 bits  1    7 bits   if LENGTH is 126, 127  4 bytes                    */
#ifndef TICKBOX_WS_PARSER_H
#define TICKBOX_WS_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  WS_CONTROL_MAX = 125, /* longest payload of a ping, pong or close */
  WS_HEADER_MAX = 14,
  WS_OPCODE_TEXT = 1,
  WS_OPCODE_BINARY = 2,
  WS_OPCODE_CLOSE = 8,
  WS_OPCODE_PING = 9,
  WS_OPCODE_PONG = 10,
};

/* Bytes not yet read. */
typedef struct {
  const uint8_t *bytes;
  size_t size;
} ws_bytes;

typedef enum {
  WS_MORE,  /* the chunk is used up */
  WS_EVENT, /* a whole message or control frame came */
  WS_FAULT, /* the peer broke the protocol: `fault` says how. Nothing more can be read. */
} ws_progress;

typedef struct {
  size_t message_max; /* larger messages are a fault */
  const char *fault;  /* after WS_FAULT, such as "masked" */

  /* the event, valid until the next call */
  uint8_t event_opcode; /* WS_OPCODE_* */
  ws_bytes event;

  /* the frame being read */
  uint8_t header[WS_HEADER_MAX];
  uint32_t header_size;
  bool in_payload;
  uint8_t opcode;
  bool last;     /* FIN: no fragment follows */
  uint64_t left; /* payload bytes still to come */
  uint8_t control[WS_CONTROL_MAX];
  uint32_t control_size;

  /* the message being put together, from fragments or from several chunks */
  uint8_t message_opcode; /* 0: none */
  uint8_t *message;       /* grows when needed, never shrinks */
  size_t message_size, message_capacity;
} ws_parser;

void ws_parser_init(ws_parser *parser, size_t message_max);
void ws_parser_free(ws_parser *parser);

/* Reads on, moving `chunk` past what was read. An event may point into the chunk's bytes. */
ws_progress ws_parser_next(ws_parser *parser, ws_bytes *chunk);

/* Writes one masked frame into `out` (size + WS_HEADER_MAX bytes) and returns its length. */
size_t ws_write_frame(uint8_t *out, uint8_t opcode, const uint8_t *payload, size_t size, uint32_t mask);

#endif
