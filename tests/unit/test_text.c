/* server/text: what people say is shown as they said it, and nothing hides in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "common/wire.h"
#include "server/text.h"

typedef struct {
  const char *wish, *shown;
} row;

static void check_rows(const row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char out[TEXT_SIZE];
    text_clean(rows[i].wish, out);
    assert_string_equal(out, rows[i].shown);
  }
}

static size_t put(uint32_t point, char *out) {
  const size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = length - 1; i > 0; i--, point >>= 6)
    out[i] = (char)(0x80 | (point & 0x3f));
  out[0] = (char)(leads[length] | point);
  return length;
}

static uint32_t count_points(const char *text) {
  uint32_t count = 0;
  for (; *text; text++)
    count += (*text & 0xc0) != 0x80;
  return count;
}

static void what_people_write_stays_as_it_is(void **state) {
  (void)state;
  static const char *const lines[] = {
      "Is anybody there? I'm (nearly) ready: 3 < 4 & 5 > 2!",
      "Ça va très bien, où êtes-vous ?",
      "Zażółć gęślą jaźń",
      "Tôi đang ở góc trên bên phải, nhanh lên!",
      "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
      "Съешь же ещё этих мягких французских булок",
      "דג סקרן שט בים מאוכזב",
      "نص حكيم له سر قاطع",
      "ऋषियों को सताने वाले दुष्ट राक्षसों",
      "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า",
      "いろはにほへと ちりぬるを",
      "키스의 고유조건은 입술끼리 만나야 하고",
      "我能吞下玻璃而不傷身體。",
      "Բել դղյակի ձախ ժամն",
      "გთხოვთ ახლავე გაიაროთ რეგისტრაცია",
      "ሰማይ አይታረስ ንጉሥ አይከሰስ።",
      "আমি কাঁচ খেতে পারি",
      "நான் கண்ணாடி சாப்பிடுவேன்",
      "😀 🎉 👍🏽 🇫🇷 🐢",
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    const row row = {lines[i], lines[i]};
    check_rows(&row, 1);
  }
}

/* Showing it literally is the clients' part: nothing may be lost or escaped on the way to them. */
static void markup_and_code_pass_through_to_the_letter(void **state) {
  (void)state;
  static const char *const lines[] = {
      "<script>alert(1)</script>",
      "<ScRiPt src=//evil.example/x.js></sCrIpT>",
      "<img src=x onerror=alert(1)>",
      "\"><svg/onload=alert(1)>",
      "'-alert(1)-'",
      "javascript:alert(document.cookie)",
      "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
      "&lt;b&gt; &amp; &#60; &#x3c; &nbsp;",
      "<!--#exec cmd=\"id\"--> <![CDATA[x]]>",
      "<iframe srcdoc='<b>x</b>'></iframe>",
      "{{constructor.constructor('alert(1)')()}}",
      "${7*7} #{7*7} <%= 7*7 %> `id` $(id)",
      "'; DROP TABLE players; --",
      "\\u003cscript\\u003e \\x3cb\\x3e %3Cb%3E",
      "</textarea></title></style><b>",
      "data:text/html;base64,PHNjcmlwdD4=",
      "%s%n%x%d {0} {1}",
      "../../etc/passwd C:\\windows",
      "__proto__ constructor toString",
      "/kick Ada",
      "**bold** _x_ [a](http://example.com) # h",
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    const row row = {lines[i], lines[i]};
    check_rows(&row, 1);
  }
}

/* Code points that nobody sees, that order or that mean nothing: by Unicode's blocks and properties, not by the
   library that the code asks. */
static const struct {
  uint32_t first, last;
} unseen[] = {
    {0x0001, 0x0008},   {0x000e, 0x001f},   {0x007f, 0x0084},   {0x0086, 0x009f},   {0x00ad, 0x00ad},
    {0x034f, 0x034f},   {0x0378, 0x0379},   {0x0600, 0x0605},   {0x061c, 0x061c},   {0x06dd, 0x06dd},
    {0x070f, 0x070f},   {0x08e2, 0x08e2},   {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180e},
    {0x200b, 0x200f},   {0x202a, 0x202e},   {0x2060, 0x206f},   {0x2800, 0x2800},   {0x3164, 0x3164},
    {0xe000, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x13430, 0x13438}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0x1fffe, 0x1ffff}, {0xe0000, 0xe0fff}, {0xf0000, 0xf07ff}, {0x10f000, 0x10ffff},
};

static void nothing_unseen_hides_anywhere_in_a_line(void **state) {
  (void)state;
  uint32_t strings = 0;
  for (size_t range = 0; range < sizeof unseen / sizeof *unseen; range++)
    for (uint32_t point = unseen[range].first; point <= unseen[range].last; point++, strings += 3) {
      char wish[64], out[TEXT_SIZE];
      size_t size = put(point, wish);
      size += (size_t)sprintf(wish + size, "Ada");
      size += put(point, wish + size);
      size += (size_t)sprintf(wish + size, " Love");
      size += put(point, wish + size);
      wish[size] = 0;
      text_clean(wish, out);
      assert_string_equal(out, "Ada Love");
      assert_true(text_key(out) == text_key("ADA love"));
    }
  assert_in_range(strings, 10000, 100000);
}

static void a_line_is_one_line_with_single_spaces(void **state) {
  (void)state;
  static const row rows[] = {
      {"one\ntwo\r\nthree", "one two three"},
      {"  \t one \v\f two \xc2\x85 ", "one two"},
      {"one\u2028two\u2029three", "one two three"},
      {"one\u00a0\u3000\u2003two", "one two"},
      {" \n\t\u00a0", ""},
      {"", ""},
      {"\u200b\u202e\ufeff", ""},
      {"\x1b[2J\x1b[31mred", "[2J[31mred"},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void one_look_has_one_spelling_and_few_marks(void **state) {
  (void)state;
  static const row rows[] = {
      {"\uff28\uff45\uff4c\uff4c\uff4f", "Hello"},
      {"cafe\u0301", "caf\u00e9"},
      {"cafe\u200d\u0301", "caf\u00e9"},
      {"Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334algo", "Z\u0334\u0351algo"}, /* in canonical order */
      {"\u0301x", "x"},
      {"1\ufe0f\u20e3", "1\u20e3"},
      {"👨\u200d👩\u200d👧", "👨👩👧"},
      {"❤\ufe0f", "❤"},
      {"\u202eevil\u202c \u2066x\u2069", "evil x"},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void what_is_not_utf8_or_too_long_is_nothing(void **state) {
  (void)state;
  static const row rows[] = {
      {"\xff", ""}, {"a\xc3", ""}, {"\xc0\x80", ""}, {"\xed\xa0\x80", ""}, {"\xf4\x90\x80\x80", ""}};
  check_rows(rows, sizeof rows / sizeof *rows);
  char wish[TEXT_SIZE + 1], out[TEXT_SIZE];
  memset(wish, ' ', TEXT_SIZE);
  wish[0] = 'a';
  wish[TEXT_SIZE] = 0;
  text_clean(wish, out);
  assert_string_equal(out, "");
  wish[WIRE_TALK_BYTES_MAX] = 0;
  text_clean(wish, out);
  assert_string_equal(out, "a");
}

static void a_long_line_is_cut_at_a_whole_code_point(void **state) {
  (void)state;
  static const char *const letters[] = {"a", "\u00e9", "\u8a9e", "\U0001f600"};
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
    char wish[TEXT_SIZE] = "", out[TEXT_SIZE];
    const size_t length = strlen(letters[i]);
    for (size_t size = 0; size + length <= WIRE_TALK_BYTES_MAX; size += length)
      memcpy(wish + size, letters[i], length);
    text_clean(wish, out);
    assert_int_equal(strlen(out), WIRE_TALK_CHARACTERS_MAX * length);
    assert_memory_equal(out, wish, strlen(out));
  }
}

static void whoever_gives_less_room_gets_what_fits(void **state) {
  (void)state;
  static const struct {
    const char *wish;
    uint32_t characters;
    size_t size;
    const char *shown;
  } rows[] = {{"abc def", 5, 100, "abc d"}, {"abc def", 4, 100, "abc"}, {"abc def", 100, 5, "abc"},
              {"aéé", 10, 4, "aé"},         {"aéé", 10, 5, "aé"},       {"aéé", 10, 6, "aéé"},
              {"aéé", 0, 10, ""},           {"aéé", 10, 1, ""}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[100];
    memset(out, 'x', sizeof out);
    text_clean_to(rows[i].wish, rows[i].characters, out, rows[i].size);
    assert_string_equal(out, rows[i].shown);
    assert_true(out[rows[i].size == 100 ? 99 : rows[i].size] == 'x');
    text_cut(rows[i].wish, rows[i].characters, out, rows[i].size);
    assert_string_equal(out, rows[i].shown);
  }
}

static void text_is_cleaned_where_it_lies(void **state) {
  (void)state;
  char text[TEXT_SIZE] = " Cap\u200btain\n\u202eof the  ship";
  text_clean_to(text, 14, text, sizeof text);
  assert_string_equal(text, "Captain of the");
  text_clean_to(text, 100, text, 8);
  assert_string_equal(text, "Captain");
  strcpy(text, "\xff");
  text_clean_to(text, 100, text, sizeof text);
  assert_string_equal(text, "");
}

/* Whatever code points come together: UTF-8, within the limits, and cleaning it once more changes nothing. */
static void no_mixture_breaks_the_rules(void **state) {
  (void)state;
  uint32_t seed = 11, not_empty = 0;
  static const uint32_t tops[] = {0x80, 0x370, 0x1200, 0x3200, 0xac00, 0xd800, 0x1d200, 0x1fb00};
  for (int i = 0; i < 20000; i++) {
    char wish[TEXT_SIZE], out[TEXT_SIZE], again[TEXT_SIZE];
    size_t size = 0;
    const uint32_t top = tops[i % 8];
    for (int points = 0; points < 60; points++) {
      seed = seed * 1664525 + 1013904223;
      const uint32_t point = (seed >> 5) % 4 ? 1 + (seed >> 8) % (top - 1) : 0x300 + (seed >> 8) % 0x70;
      if (point < 0xd800 || point > 0xdfff)
        size += put(point, wish + size);
    }
    wish[size] = 0;
    text_clean(wish, out);
    assert_true(wire_is_utf8(out, strlen(out)));
    assert_in_range(count_points(out), 0, WIRE_TALK_CHARACTERS_MAX);
    text_clean(out, again);
    assert_string_equal(out, again);
    not_empty += *out != 0;
  }
  assert_in_range(not_empty, 19000, 20000);
}

/* As much as any 800 bytes can swell to is cut, not refused. */
static void the_worst_expansion_fits(void **state) {
  (void)state;
  char wish[TEXT_SIZE], out[TEXT_SIZE];
  size_t size = 0;
  while (size + 3 <= WIRE_TALK_BYTES_MAX)
    size += put(0xfdfa, wish + size);
  wish[size] = 0;
  text_clean(wish, out);
  assert_int_equal(count_points(out), WIRE_TALK_CHARACTERS_MAX);
}

/* The least of some tries, in ns. */
static int64_t time_of(const char *unit) {
  char wish[TEXT_SIZE] = "", out[TEXT_SIZE];
  int64_t least = INT64_MAX;
  while (strlen(wish) + strlen(unit) < TEXT_SIZE)
    strcat(wish, unit);
  for (int tries = 0; tries < 20; tries++) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    text_clean(wish, out);
    clock_gettime(CLOCK_MONOTONIC, &end);
    int64_t took = (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec;
    least = took < least ? took : least;
  }
  return least;
}

/* Ordered by their class they would take the square of their number: more than the one letter that becomes eighteen. */
static void marks_in_a_row_take_no_longer_than_what_grows_the_most(void **state) {
  (void)state;
  const int64_t grown = time_of("\xef\xb7\xba");
  assert_in_range(time_of("\xcd\x84\xcc\xa7"), 0, grown);
  assert_in_range(time_of("\xcc\x81\xcc\xa7\xcc\xb4"), 0, grown);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_people_write_stays_as_it_is),
      cmocka_unit_test(markup_and_code_pass_through_to_the_letter),
      cmocka_unit_test(nothing_unseen_hides_anywhere_in_a_line),
      cmocka_unit_test(a_line_is_one_line_with_single_spaces),
      cmocka_unit_test(one_look_has_one_spelling_and_few_marks),
      cmocka_unit_test(what_is_not_utf8_or_too_long_is_nothing),
      cmocka_unit_test(a_long_line_is_cut_at_a_whole_code_point),
      cmocka_unit_test(whoever_gives_less_room_gets_what_fits),
      cmocka_unit_test(text_is_cleaned_where_it_lies),
      cmocka_unit_test(no_mixture_breaks_the_rules),
      cmocka_unit_test(marks_in_a_row_take_no_longer_than_what_grows_the_most),
      cmocka_unit_test(the_worst_expansion_fits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
