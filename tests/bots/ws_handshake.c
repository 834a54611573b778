#include "tests/bots/ws_handshake.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/pre.h"

enum { SHA1_BYTES = 20, SHA1_BLOCK = 64, GUID_BYTES = 36 };

static uint32_t rotate(uint32_t word, int bits) {
  return word << bits | word >> (32 - bits);
}

/* One round's mixing function and constant, by FIPS 180-4. */
static uint32_t sha1_mix(int round, const uint32_t *s) {
  if (round < 20)
    return ((s[1] & s[2]) | (~s[1] & s[3])) + 0x5a827999;
  if (round < 40)
    return (s[1] ^ s[2] ^ s[3]) + 0x6ed9eba1;
  if (round < 60)
    return ((s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3])) + 0x8f1bbcdc;
  return (s[1] ^ s[2] ^ s[3]) + 0xca62c1d6;
}

static void sha1_block(uint32_t state[5], const uint8_t *block) {
  uint32_t words[80], s[5];
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 16; i++, block += 4)
    words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
  for (int i = 16; i < 80; i++)
    words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  for (int round = 0; round < 80; round++) {
    uint32_t next = rotate(s[0], 5) + sha1_mix(round, s) + s[4] + words[round];
    memmove(s + 1, s, 4 * sizeof *s);
    s[2] = rotate(s[2], 30);
    s[0] = next;
  }
  for (int i = 0; i < 5; i++)
    state[i] += s[i];
}

/* Of a short text: the only one that a handshake hashes has 60 bytes, so two blocks always do. */
static void sha1(uint8_t digest[SHA1_BYTES], const char *text, size_t size) {
  uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  uint8_t blocks[2 * SHA1_BLOCK] = {0};
  PRE_RANGE(size, SHA1_BLOCK - 8, 2 * SHA1_BLOCK - 9);
  memcpy(blocks, text, size);
  blocks[size] = 0x80;
  blocks[sizeof blocks - 2] = (uint8_t)(size * 8 >> 8);
  blocks[sizeof blocks - 1] = (uint8_t)(size * 8);
  sha1_block(state, blocks);
  sha1_block(state, blocks + SHA1_BLOCK);
  for (int i = 0; i < SHA1_BYTES; i++)
    digest[i] = (uint8_t)(state[i / 4] >> (24 - i % 4 * 8));
}

static void base64(char *out, const uint8_t *bytes, size_t size) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t at = 0; at < size; at += 3, out += 4) {
    uint32_t left = (uint32_t)(size - at);
    uint32_t word =
        (uint32_t)bytes[at] << 16 | (left > 1 ? (uint32_t)bytes[at + 1] << 8 : 0) | (left > 2 ? bytes[at + 2] : 0);
    out[0] = digits[word >> 18];
    out[1] = digits[word >> 12 & 63];
    out[2] = left > 1 ? digits[word >> 6 & 63] : '=';
    out[3] = left > 2 ? digits[word & 63] : '=';
  }
  *out = 0;
}

void ws_handshake_key(char key[WS_KEY_BYTES + 1], const uint8_t nonce[WS_NONCE_BYTES]) {
  base64(key, nonce, WS_NONCE_BYTES);
}

void ws_handshake_accept(char accept[WS_ACCEPT_BYTES + 1], const char *key) {
  char text[WS_KEY_BYTES + GUID_BYTES + 1];
  uint8_t digest[SHA1_BYTES];
  PRE(strlen(key) == WS_KEY_BYTES);
  snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  sha1(digest, text, sizeof text - 1);
  base64(accept, digest, sizeof digest);
}

/* Copies the value of a header, without the blanks around it. False if it is missing or too long. */
static bool header_value(const char *head, const char *name, char *value, size_t size) {
  size_t length = strlen(name);
  for (const char *line = strstr(head, "\r\n"); line; line = strstr(line, "\r\n")) {
    line += 2;
    if (strncasecmp(line, name, length) || line[length] != ':')
      continue;
    line += length + 1 + strspn(line + length + 1, " \t");
    size_t used = strcspn(line, "\r\n");
    while (used > 0 && strchr(" \t", line[used - 1]))
      used--;
    if (used >= size)
      return false;
    memcpy(value, line, used);
    value[used] = 0;
    return true;
  }
  return false;
}

bool ws_handshake_agrees(const char *head, const char *accept, const char *subprotocol) {
  char value[128];
  return !strncmp(head, "HTTP/1.1 101", 12) && header_value(head, "Upgrade", value, sizeof value) &&
         !strcasecmp(value, "websocket") && header_value(head, "Connection", value, sizeof value) &&
         strcasestr(value, "upgrade") && header_value(head, "Sec-WebSocket-Accept", value, sizeof value) &&
         !strcmp(value, accept) && header_value(head, "Sec-WebSocket-Protocol", value, sizeof value) &&
         !strcmp(value, subprotocol);
}
