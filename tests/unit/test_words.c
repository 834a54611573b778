#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "common/words.h"

static void places_are_filled_and_unknown_ones_stay(void **state) {
  (void)state;
  char out[100];
  const words_place places[] = {{"address", "10.0.0.1"}, {"seconds", "3"}};
  words_fill(out, sizeof out, "To {address}: {unknown} in {seconds} s {", places, 2);
  assert_string_equal(out, "To 10.0.0.1: {unknown} in 3 s {");
}

static void what_is_too_long_is_cut_and_ended(void **state) {
  (void)state;
  char out[8];
  const words_place places[] = {{"0", "abcdefghij"}};
  words_fill(out, sizeof out, "{0}{0}", places, 1);
  assert_string_equal(out, "abcdefg");
  words_fill(out, sizeof out, "1234567890", places, 1);
  assert_string_equal(out, "1234567");
}

static void every_code_has_words_with_no_place_left_open(void **state) {
  (void)state;
  char out[300];
  for (unsigned code = 0; code < CODE_COUNT; code++) {
    words_of_code(out, sizeof out, code, "42", "cafe");
    assert_true(strlen(out) > 10);
    assert_null(strchr(out, '{'));
  }
  words_of_code(out, sizeof out, 99, "x", "y");
  assert_string_equal(out, "code 99 (x)");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(places_are_filled_and_unknown_ones_stay),
      cmocka_unit_test(what_is_too_long_is_cut_and_ended),
      cmocka_unit_test(every_code_has_words_with_no_place_left_open),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
