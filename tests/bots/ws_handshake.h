/* The opening of a WebSocket (RFC 6455, section 4), as text in and text out. Inside the door of ws.h. */
#ifndef TICKBOX_WS_HANDSHAKE_H
#define TICKBOX_WS_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  WS_NONCE_BYTES = 16,
  WS_KEY_BYTES = 24,    /* base64 of the nonce, without its zero */
  WS_ACCEPT_BYTES = 28, /* base64 of a SHA-1, without its zero */
};

/* Sec-WebSocket-Key of a nonce. */
void ws_handshake_key(char key[WS_KEY_BYTES + 1], const uint8_t nonce[WS_NONCE_BYTES]);

/* The Sec-WebSocket-Accept that a true server answers to `key`. */
void ws_handshake_accept(char accept[WS_ACCEPT_BYTES + 1], const char *key);

/* True if the head of an answer (status line and headers, without the empty line, ended by a zero) opens a
   WebSocket for this accept and subprotocol. */
bool ws_handshake_agrees(const char *head, const char *accept, const char *subprotocol);

#endif
