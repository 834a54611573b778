#include "server/token.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static uint8_t digest_key[crypto_shorthash_KEYBYTES];

bool token_init(void) {
  if (sodium_init() < 0)
    return false;
  crypto_shorthash_keygen(digest_key);
  return true;
}

static void put_digest(token *token) {
  static_assert(sizeof token->digest == crypto_shorthash_BYTES, "a digest is what SipHash gives");
  crypto_shorthash((uint8_t *)&token->digest, token->bytes, sizeof token->bytes, digest_key);
}

token token_make(void) {
  token token;
  randombytes_buf(token.bytes, sizeof token.bytes);
  put_digest(&token);
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
  if (sodium_hex2bin(out->bytes, sizeof out->bytes, hex, WIRE_TOKEN_BYTES, NULL, &size, NULL) != 0)
    return false;
  put_digest(out);
  return true;
}

bool token_equal(const token *one, const token *other) {
  if (one->digest != other->digest)
    return false;
  const bool none = sodium_is_zero(one->bytes, sizeof one->bytes);
  return sodium_memcmp(one->bytes, other->bytes, sizeof one->bytes) == 0 && !none;
}

void token_clear(token *token) {
  sodium_memzero(token, sizeof *token);
}
