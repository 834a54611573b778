/* server/json: what is JSON and what only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/json.h"

/* Parses from memory that ends where the text ends, so that a look beyond it is noticed under ASan. */
static json *parse(const char *text, size_t size, char *error) {
  char *exact = malloc(size ? size : 1);
  memcpy(exact, text, size);
  json *document = json_parse(exact, size, error);
  free(exact);
  return document;
}

static void refused_texts_are_refused_in_words(void **state) {
  (void)state;
  static const struct {
    const char *text, *words;
    size_t size; /* 0: to the zero */
  } rows[] = {
      {"", "a value is missing", 0},
      {"{\"a\":1} x", "line 1, column 9: something follows", 0},
      {"{\"a\":1}\0", "a zero byte", 8},
      {"01", "starts with 0", 0},
      {"-01", "starts with 0", 0},
      {"-", "a digit is missing", 0},
      {"1.", "a digit is missing", 0},
      {"1e+", "a digit is missing", 0},
      {".5", "not a value", 0},
      {"+1", "not a value", 0},
      {"NaN", "not a value", 0},
      {"nul", "not a value", 0},
      {"True", "not a value", 0},
      {"'a'", "not a value", 0},
      {"\"a\nb\"", "line 1, column 3: a control character", 0},
      {"\"a\0b\"", "a zero byte", 5},
      {"\"\\u0000\"", "\\u0000", 0},
      {"\"\\u00g0\"", "four hexadecimal", 0},
      {"\"\\u12", "four hexadecimal", 0},
      {"\"\\x\"", "unknown escape", 0},
      {"\"\\", "unknown escape", 0},
      {"\"\\ud800\"", "half a character", 0},
      {"\"abc", "does not end", 0},
      {"\"\xff\"", "not UTF-8", 0},
      {"\"\xed\xa0\x80\"", "not UTF-8", 0},
      {"[1,]", "not a value", 0},
      {"[1 2]", "',' or ']'", 0},
      {"[", "a value is missing", 0},
      {"{\"a\":1,}", "quotes is missing", 0},
      {"{\"a\" 1}", "':' is missing", 0},
      {"{a:1}", "quotes is missing", 0},
      {"{\"a\":1 \"b\":2}", "',' or '}'", 0},
      {"{\"a\":1,\"a\":2}", "line 1, column 8: a key stands twice", 0},
      {"{\"a\":1,\"A\":2}", "stands twice", 0},
      {"[{\"b\":{\"c\":1,\"c\":1}}]", "line 1, column 14: a key stands twice", 0},
      {"{\"a\":1,\"\\u0061\":2}", "stands twice", 0},
      {"\xef\xbb\xbf{}", "not a value", 0},
      {"/* */ 1", "not a value", 0},
      {"{\n  \"a\": 1,\n  \"b\": ?\n}", "line 3, column 8", 0},
      {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "too deep", 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char error[JSON_ERROR_BYTES];
    json *document = parse(rows[i].text, rows[i].size ? rows[i].size : strlen(rows[i].text), error);
    if (document || !strstr(error, rows[i].words))
      fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].text, error, rows[i].words);
  }
}

static void good_texts_are_taken_as_they_are(void **state) {
  (void)state;
  static const char text[] =
      " {\"n\": -12, \"big\": 4294967295, \"t\": \"a\\u00e4\\n\", \"l\": [1, 2.5, 1e2],\r\n\t\"b\": true, "
      "\"x\": null, \"o\": {\"n\": 0}} ";
  char error[JSON_ERROR_BYTES];
  json *document = parse(text, sizeof text - 1, error);
  int64_t number;
  bool truth;
  assert_non_null(document);
  assert_true(json_integer(json_get(document, "n"), -12, 0, &number) && number == -12);
  assert_false(json_integer(json_get(document, "n"), 0, 10, &number));
  assert_true(json_integer(json_get(document, "big"), 0, UINT32_MAX, &number) && number == UINT32_MAX);
  assert_string_equal(json_string(json_get(document, "t")), "a\xc3\xa4\n");
  assert_null(json_string(json_get(document, "n")));
  assert_null(json_get(document, "N"));
  const json *list = json_get(document, "l");
  assert_true(json_is_array(list) && json_count(list) == 3);
  assert_false(json_integer(json_at(list, 1), 0, 10, &number));
  assert_true(json_integer(json_at(list, 2), 0, 100, &number) && number == 100);
  assert_true(json_boolean(json_get(document, "b"), &truth) && truth);
  assert_false(json_boolean(json_get(document, "x"), &truth));
  assert_true(json_is_object(json_get(document, "o")));
  assert_string_equal(json_key(json_first(document)), "n");
  json_free(document);
}

static void every_prefix_of_a_good_text_is_refused_without_a_look_beyond(void **state) {
  (void)state;
  static const char text[] = "{\"a\":[1,-2.5e3,true,null,\"\\u00e4\\\\\"]}";
  char error[JSON_ERROR_BYTES];
  for (size_t size = 0; size < sizeof text - 1; size++)
    assert_null(parse(text, size, error));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refused_texts_are_refused_in_words),
      cmocka_unit_test(good_texts_are_taken_as_they_are),
      cmocka_unit_test(every_prefix_of_a_good_text_is_refused_without_a_look_beyond),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
