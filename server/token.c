#include "server/token.h"

#include <sodium.h>
#include <string.h>

bool token_init(void) {
  return sodium_init() >= 0;
}

token token_make(void) {
  token token;
  randombytes_buf(token.bytes, sizeof token.bytes);
  return token;
}

uint32_t token_random(void) {
  return randombytes_random();
}

void token_to_hex(const token *token, char out[TOKEN_HEX_SIZE]) {
  sodium_bin2hex(out, TOKEN_HEX_SIZE, token->bytes, sizeof token->bytes);
}

bool token_from_hex(const char *hex, token *out) {
  size_t size;
  token_clear(out);
  if (strlen(hex) != WIRE_TOKEN_BYTES || strspn(hex, "0123456789abcdef") != WIRE_TOKEN_BYTES)
    return false;
  return sodium_hex2bin(out->bytes, sizeof out->bytes, hex, WIRE_TOKEN_BYTES, NULL, &size, NULL) == 0;
}

bool token_equal(const token *one, const token *other) {
  const bool none = sodium_is_zero(one->bytes, sizeof one->bytes);
  return sodium_memcmp(one->bytes, other->bytes, sizeof one->bytes) == 0 && !none;
}

void token_clear(token *token) {
  sodium_memzero(token->bytes, sizeof token->bytes);
}
