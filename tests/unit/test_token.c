/* server/token: what lets a player back to a seat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/token.h"

static int start(void **state) {
  (void)state;
  return token_init() ? 0 : -1;
}

static void every_token_is_another_and_uses_all_its_bits(void **state) {
  (void)state;
  enum { TOKENS = 1000 };
  static token tokens[TOKENS];
  uint8_t set[TOKEN_RAW_BYTES] = {0}, cleared[TOKEN_RAW_BYTES] = {0};
  for (int i = 0; i < TOKENS; i++) {
    tokens[i] = token_make();
    for (int j = 0; j < i; j++)
      assert_false(token_equal(&tokens[i], &tokens[j]));
    for (int byte = 0; byte < TOKEN_RAW_BYTES; byte++) {
      set[byte] |= tokens[i].bytes[byte];
      cleared[byte] |= (uint8_t)~tokens[i].bytes[byte];
    }
  }
  for (int byte = 0; byte < TOKEN_RAW_BYTES; byte++)
    assert_int_equal(set[byte] & cleared[byte], 0xff);
}

static void hex_and_back_is_the_same_token(void **state) {
  (void)state;
  for (int i = 0; i < 100; i++) {
    token made = token_make(), read;
    char hex[TOKEN_HEX_SIZE];
    token_to_hex(&made, hex);
    assert_int_equal(strlen(hex), WIRE_TOKEN_BYTES);
    assert_true(token_from_hex(hex, &read));
    assert_true(token_equal(&made, &read));
  }
  token token;
  assert_true(token_from_hex("00112233445566778899aabbccddeeff", &token));
  for (int i = 0; i < TOKEN_RAW_BYTES; i++)
    assert_int_equal(token.bytes[i], i * 0x11);
}

static void what_is_not_exactly_a_token_is_none(void **state) {
  (void)state;
  static const char *const rows[] = {
      "",
      "0",
      "00112233445566778899aabbccddeef",   /* one digit short */
      "00112233445566778899aabbccddeeff0", /* one too many */
      "00112233445566778899aabbccddeeff\n",
      "00112233445566778899aabbccddeeffg",
      "00112233445566778899AABBCCDDEEFF",
      "00112233445566778899aabbccddeefF",
      "00112233445566778899aabbccddeefg",
      "0x112233445566778899aabbccddeeff",
      " 0112233445566778899aabbccddeeff",
      "00:12233445566778899aabbccddeeff",
      "0011223344556677\n899aabbccddeeff",
      "٠٠112233445566778899aabbccddee", /* 32 bytes, Arabic digits among them */
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    token token = token_make();
    const uint8_t none[TOKEN_RAW_BYTES] = {0};
    assert_false(token_from_hex(rows[i], &token));
    assert_memory_equal(token.bytes, none, sizeof none);
  }
}

static void one_flipped_bit_is_another_token(void **state) {
  (void)state;
  const token made = token_make();
  for (int bit = 0; bit < TOKEN_RAW_BYTES * 8; bit++) {
    token other = made;
    other.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8); /* and the digest is still that of the other */
    assert_false(token_equal(&made, &other));
  }
  assert_true(token_equal(&made, &made));
}

/* Or everybody could work out tokens whose digests agree with a seat's, bit by bit. */
static void nobody_can_know_a_digest(void **state) {
  (void)state;
  token before, after;
  assert_true(token_from_hex("00112233445566778899aabbccddeeff", &before));
  assert_true(token_init());
  assert_true(token_from_hex("00112233445566778899aabbccddeeff", &after));
  assert_true(before.digest != after.digest);
}

/* Or a hello with 32 zeros would take the first seat that has no token. */
static void no_token_equals_nothing(void **state) {
  (void)state;
  token none = token_make(), zeros;
  token_clear(&none);
  assert_true(token_from_hex("00000000000000000000000000000000", &zeros));
  assert_false(token_equal(&none, &zeros));
  assert_false(token_equal(&none, &none));
}

static void random_bits_differ(void **state) {
  (void)state;
  uint32_t set = 0, cleared = 0;
  for (int i = 0; i < 1000; i++) {
    uint32_t bits = token_random();
    set |= bits;
    cleared |= ~bits;
  }
  assert_int_equal(set & cleared, UINT32_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_token_is_another_and_uses_all_its_bits),
      cmocka_unit_test(hex_and_back_is_the_same_token),
      cmocka_unit_test(what_is_not_exactly_a_token_is_none),
      cmocka_unit_test(one_flipped_bit_is_another_token),
      cmocka_unit_test(nobody_can_know_a_digest),
      cmocka_unit_test(no_token_equals_nothing),
      cmocka_unit_test(random_bits_differ),
  };
  return cmocka_run_group_tests(tests, start, NULL);
}
