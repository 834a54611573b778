/* Names: what is shown, and who may be called what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/wire.h"
#include "server/names.h"

typedef struct {
  const char *wish, *shown;
} row;

static void check_rows(const row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char out[NAME_SIZE];
    name_clean(rows[i].wish, out);
    assert_string_equal(out, rows[i].shown);
  }
}

static void ordinary_names_stay_as_they_are(void **state) {
  (void)state;
  static const char *const names[] = {"Ada",     "Zoë",   "Łukasz", "Ευγενία", "Дмитрий", "מרים",       "فاطمة",
                                      "प्रिया",   "ณัฐพล",  "桜",     "김민준",  "李小龍",  "Nguyễn Ánh", "José-María",
                                      "O'Brien", "x_X_x", "Ada 2",  "አበበ",     "Գայանե",  "თამარი",     "😀"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const row row = {names[i], names[i]};
    check_rows(&row, 1);
  }
}

static void what_is_not_seen_is_taken_out(void **state) {
  (void)state;
  static const row rows[] = {
      {"  Ada \t\n Love  lace ", "Ada Love lace"},
      {"A\x1b[31mda", "A[31mda"},
      {"A\u200bd\u200da", "Ada"},
      {"\u202e"
       "Ada\u202c",
       "Ada"},
      {"\u2066Ada\u2069", "Ada"},
      {"A\u00adda", "Ada"},
      {"Ada\ufeff", "Ada"},
      {"Ada\U000e0041\U000e007f", "Ada"},
      {"\ue000Ada", "Ada"},
      {"Ada\u0378", "Ada"},
      {"Ada\u115f\u3164\uffa0", "Ada"},
      {"A\u2800da", "Ada"},
      {"Ada\ufe0f", "Ada"},
      {"A\u034fda", "Ada"},
      {"\u00a0\u3000", ""},
      {"", ""},
      {"\u200b\u200d", ""},
      {"\x7f\xc2\x85", ""},
      {"\xff\xfe", ""},
      {"A\xc3", ""},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void names_are_nfkc_with_two_marks_a_base_at_most(void **state) {
  (void)state;
  static const row rows[] = {
      {"\uff21\uff44\uff41", "Ada"},
      {"Zoe\u0308", "Zo\u00eb"},
      {"Zoe\u200b\u0308", "Zo\u00eb"}, /* composes once what stood between is gone */
      {"x\u0321\u0322\u0327\u0328\u0316y", "x\u0321\u0322y"},
      {"\u0301Ada", "Ada"},
      {"Ada \u0301Love", "Ada Love"},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void long_names_are_cut_at_whole_code_points(void **state) {
  (void)state;
  static const row rows[] = {{"abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrst"},
                             {"abcdefghijklmnopqrs tuvwxyz", "abcdefghijklmnopqrs"},
                             {"\ufdfa\ufdfa\ufdfa", "صلى الله عليه وسلمصل"}};
  check_rows(rows, sizeof rows / sizeof *rows);
}

/* No name of 80 bytes, whatever it expands to, is too long or not UTF-8 after cleaning. */
static void every_code_point_gives_a_name_within_the_limits(void **state) {
  (void)state;
  for (uint32_t point = 1; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff)
      continue;
    char one[5] = "", wish[NAME_SIZE] = "", out[NAME_SIZE], again[NAME_SIZE];
    int length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (int i = length - 1; i >= 0; i--)
      one[i] =
          (char)(i > 0 ? 0x80 | (point >> 6 * (length - 1 - i) & 0x3f) : leads[length] | point >> 6 * (length - 1));
    for (int used = 0; used + length <= WIRE_NAME_BYTES_MAX; used += length)
      memcpy(wish + used, one, (size_t)length);
    name_clean(wish, out);
    assert_true(wire_is_utf8(out, strlen(out)));
    name_clean(out, again);
    assert_string_equal(out, again);
  }
}

static void numbers_fit_by_cutting_the_base(void **state) {
  (void)state;
  char out[NAME_SIZE];
  name_number("Ada", 2, out);
  assert_string_equal(out, "Ada 2");
  name_number("abcdefghijklmnopqrst", 12, out);
  assert_string_equal(out, "abcdefghijklmnopq 12");
  name_number("abcdefghijklmnop qrs", 12, out);
  assert_string_equal(out, "abcdefghijklmnop 12");
}

static void names_that_read_alike_have_one_key(void **state) {
  (void)state;
  assert_true(name_key("Ada") == name_key("aDA"));
  assert_true(name_key("STRASSE") == name_key("straße"));
  assert_true(name_key("ΣΊΣΥΦΟΣ") == name_key("σίσυφος"));
  assert_false(name_key("Ada") == name_key("Adb"));
}

static void invented_names_are_clean(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 1000; i++) {
    char name[NAME_SIZE], clean[NAME_SIZE];
    name_invent(i, name);
    name_clean(name, clean);
    assert_string_equal(name, clean);
    assert_non_null(strchr(name, ' '));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ordinary_names_stay_as_they_are),
      cmocka_unit_test(what_is_not_seen_is_taken_out),
      cmocka_unit_test(names_are_nfkc_with_two_marks_a_base_at_most),
      cmocka_unit_test(long_names_are_cut_at_whole_code_points),
      cmocka_unit_test(every_code_point_gives_a_name_within_the_limits),
      cmocka_unit_test(numbers_fit_by_cutting_the_base),
      cmocka_unit_test(names_that_read_alike_have_one_key),
      cmocka_unit_test(invented_names_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
