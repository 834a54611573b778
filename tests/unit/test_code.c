/* server/code: codes that survive being called across a room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/code.h"

static void no_two_symbols_are_taken_for_one_another(void **state) {
  (void)state;
  static const char *const alike[] = {"0ODQ", "2Z", "5S", "8B3", "1IL", "6Gb", "CG", "9gq", "UV", "VY", "4A"};
  for (size_t group = 0; group < sizeof alike / sizeof *alike; group++) {
    int used = 0;
    for (const char *symbol = alike[group]; *symbol; symbol++)
      used += strchr(CODE_ALPHABET, *symbol) != NULL;
    assert_true(used <= 1);
  }
}

static void codes_are_read_back_and_all_come_up(void **state) {
  (void)state;
  const uint32_t symbols = (uint32_t)strlen(CODE_ALPHABET), all = symbols * symbols * symbols * symbols;
  uint8_t *seen = calloc(all, 1);
  assert_non_null(seen);
  for (uint32_t random = 0; random < all; random++) {
    char code[CODE_SIZE], read[CODE_SIZE];
    uint32_t index = 0;
    code_make(random, code);
    assert_true(code_read(code, read));
    assert_string_equal(code, read);
    for (int i = 0; i < WIRE_CODE_LETTERS; i++)
      index = index * symbols + (uint32_t)(strchr(CODE_ALPHABET, code[i]) - CODE_ALPHABET);
    assert_false(seen[index]++);
  }
  free(seen);
}

static void what_a_person_types_is_understood(void **state) {
  (void)state;
  static const char *const rows[][2] = {{"KRXF", "KRXF"},    {"krxf", "KRXF"},  {"kR7f", "KR7F"},   {" KR-XF ", "KRXF"},
                                        {"k r x f", "KRXF"}, {"KR-67", "KR67"}, {"--67-99", "6799"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char read[CODE_SIZE];
    assert_true(code_read(rows[i][0], read));
    assert_string_equal(read, rows[i][1]);
  }
}

static void what_is_no_code_is_said_to_be_none(void **state) {
  (void)state;
  static const char *const rows[] = {"",
                                     "KRX",
                                     "KRXFF",
                                     "general",
                                     "KRX0",
                                     "KRXO",
                                     "KRXI",
                                     "KRX1",
                                     "KRX2",
                                     "KRX5",
                                     "K_RX",
                                     "KRX\u00e9",
                                     "KRX\u212a" /* the sign that lower-cases to k */,
                                     "KRX\n",
                                     "KRX/",
                                     "    ",
                                     "KR.F",
                                     "KRX\x7f",
                                     "\uff2b\uff32\uff38\uff26"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char read[CODE_SIZE] = "????";
    assert_false(code_read(rows[i], read));
    assert_string_equal(read, "");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_two_symbols_are_taken_for_one_another),
      cmocka_unit_test(codes_are_read_back_and_all_come_up),
      cmocka_unit_test(what_a_person_types_is_understood),
      cmocka_unit_test(what_is_no_code_is_said_to_be_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
