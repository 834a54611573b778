/* What the native client keeps of the talk: every line once, in order, and who is writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client-sdl/literal.h"
#include "client-sdl/talk.h"

enum { SECOND = 1000000 };

static talk heard;

static int begin(void **state) {
  (void)state;
  talk_clear(&heard);
  talk_welcome(&heard, false);
  return 0;
}

/* Tells of `count` lines with ids from `first` on. */
static void tell(uint32_t first, uint32_t count) {
  wire_line lines[WIRE_TALK_HISTORY];
  for (uint32_t at = 0; at < count; at++) {
    lines[at] = (wire_line){.id = first + at, .person = 7, .name = "Ada"};
    snprintf(lines[at].text, sizeof(lines[at].text), "line %u", (unsigned)(first + at));
  }
  const wire_talk news = {{lines, count}};
  talk_hear(&heard, &news, SECOND);
}

static uint32_t id_back(uint32_t back) {
  return talk_back(&heard, back)->line.id;
}

static void a_line_that_was_heard_is_not_shown_twice(void **state) {
  (void)state;
  tell(5, 3);
  talk_welcome(&heard, true);
  tell(6, 4); /* a server that repeats what was under way when the line broke */
  assert_int_equal(heard.count, 5);
  assert_int_equal(heard.heard, 9);
  for (uint32_t back = 0; back < 5; back++)
    assert_int_equal(id_back(back), 9 - back);
  tell(2, 1);
  assert_int_equal(heard.count, 5);
}

static void another_seat_goes_on_with_the_talk_if_its_ids_rise(void **state) {
  (void)state;
  tell(5, 3);
  talk_welcome(&heard, false);
  tell(8, 2);
  tell(6, 1); /* told twice, which says nothing of the talk */
  assert_int_equal(heard.count, 5);
  assert_int_equal(id_back(4), 5);
}

static void a_server_that_began_anew_has_a_talk_of_its_own(void **state) {
  (void)state;
  tell(50, 3);
  talk_welcome(&heard, false);
  tell(1, 2);
  assert_int_equal(heard.count, 2);
  assert_int_equal(heard.heard, 2);
  tell(1, 2); /* but only once: now they are repeats */
  assert_int_equal(heard.count, 2);
}

static void the_last_lines_are_kept(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 5; round++)
    tell(1 + round * WIRE_TALK_HISTORY, WIRE_TALK_HISTORY);
  assert_int_equal(id_back(0), 5 * WIRE_TALK_HISTORY);
  assert_int_equal(id_back(TALK_KEPT - 1), 5 * WIRE_TALK_HISTORY - TALK_KEPT + 1);
  assert_null(talk_back(&heard, TALK_KEPT));
}

static void a_note_stands_below_the_lines_and_is_no_line(void **state) {
  (void)state;
  tell(5, 1);
  talk_note(&heard, "There is no\ncommand", SECOND);
  assert_true(talk_back(&heard, 0)->note);
  assert_string_equal(talk_back(&heard, 0)->line.text, "There is no?command");
  assert_int_equal(heard.heard, 5);
}

static void write_mark(uint32_t person, const char *name, int64_t now) {
  wire_typist typist = {.person = person};
  strcpy(typist.name, name);
  talk_typing(&heard, &typist, now);
}

static const char *typists(int64_t now) {
  static char words[200];
  talk_typists(&heard, 1, now, words, sizeof(words));
  return words;
}

static void who_writes_is_named_until_the_mark_fades_or_the_line_comes(void **state) {
  (void)state;
  assert_string_equal(typists(0), "");
  write_mark(1, "Myself", 0);
  assert_string_equal(typists(0), "");
  write_mark(7, "Ada", 0);
  assert_string_equal(typists(0), "Ada is writing …");
  write_mark(8, "Bob", SECOND);
  assert_string_equal(typists(SECOND), "Ada and Bob are writing …");
  write_mark(9, "Cid", SECOND);
  assert_string_equal(typists(SECOND), "3 people are writing …");
  assert_string_equal(typists(WIRE_TYPING_MS * 1000), "Bob and Cid are writing …");
  assert_string_equal(typists(SECOND + WIRE_TYPING_MS * 1000), "");
  write_mark(7, "Ada", 9 * SECOND);
  tell(1, 1);
  assert_string_equal(typists(9 * SECOND), "");
}

static void many_who_write_take_the_oldest_places(void **state) {
  (void)state;
  for (uint32_t person = 10; person < 50; person++)
    write_mark(person, "X", person);
  write_mark(49, "X", 60);
  assert_string_equal(typists(61), "8 people are writing …");
}

static void nothing_of_others_steers_a_line_or_a_terminal(void **state) {
  (void)state;
  static const struct {
    const char *text, *shown;
  } rows[] = {
      {"<script>alert(1)</script>", "<script>alert(1)</script>"},
      {"a\tb\nc\x1b[31m\x7f", "a?b?c?[31m?"},
      {"\xc2\x9b"
       "31m",
       "?31m"},
      {"\xe2\x80\xaetxt.exe", "?txt.exe"},
      {"\xe2\x80\xa8\xe2\x81\xa6\xef\xbb\xbf\xd8\x9c", "????"},
      {"Zo\xc3\xab \xe2\x9c\x93 \xf0\x9f\x98\x80", "Zo\xc3\xab \xe2\x9c\x93 \xf0\x9f\x98\x80"},
      {"\xff\xc3", "??"},
  };
  for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
    char out[100];
    literal_copy(out, sizeof(out), rows[row].text);
    assert_string_equal(out, rows[row].shown);
  }
}

/* What would run or break out in a page is letters here: as many of them as the issue of such texts asks for. */
static void five_hundred_script_injections_are_shown_as_they_are(void **state) {
  (void)state;
  static const char *const opens[] = {"", "\">", "'>", "</title>", "</textarea>", "-->", "]]>", "<!--", "{{", "&lt;"};
  static const char *const tags[] = {
      "script", "img src=x",       "svg",         "iframe", "body", "a href=javascript:alert(1)", "math",
      "style",  "input autofocus", "details open"};
  static const char *const events[] = {"onerror=alert(1)", "onload=alert(1)", "onclick=\"alert`1`\"",
                                       "onfocus=eval(atob('YQ=='))", "style=x:expression(alert(1))"};
  unsigned shown = 0;
  for (size_t open = 0; open < 10; open++)
    for (size_t tag = 0; tag < 10; tag++)
      for (size_t event = 0; event < 5; event++) {
        wire_line line = {.id = ++shown, .person = 7, .name = "Ada"};
        char out[sizeof(line.text)];
        snprintf(line.text, sizeof(line.text), "%s<%s %s>alert(%u)</script>\\u003c &#60; %%3C", opens[open], tags[tag],
                 events[event], shown);
        talk_hear(&heard, &(wire_talk){{&line, 1}}, SECOND);
        literal_copy(out, sizeof(out), talk_back(&heard, 0)->line.text);
        assert_string_equal(out, line.text);
      }
  assert_int_equal(shown, 500);
  assert_int_equal(heard.count, 500);
}

static void a_text_is_cut_between_characters(void **state) {
  (void)state;
  char out[5];
  literal_copy(out, sizeof(out), "abc\xc3\xab");
  assert_string_equal(out, "abc");
  literal_copy(out, sizeof(out), "ab\xc3\xab!");
  assert_string_equal(out, "ab\xc3\xab");
  literal_copy(out, 1, "abc");
  assert_string_equal(out, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_line_that_was_heard_is_not_shown_twice, begin),
      cmocka_unit_test_setup(another_seat_goes_on_with_the_talk_if_its_ids_rise, begin),
      cmocka_unit_test_setup(a_server_that_began_anew_has_a_talk_of_its_own, begin),
      cmocka_unit_test_setup(the_last_lines_are_kept, begin),
      cmocka_unit_test_setup(a_note_stands_below_the_lines_and_is_no_line, begin),
      cmocka_unit_test_setup(who_writes_is_named_until_the_mark_fades_or_the_line_comes, begin),
      cmocka_unit_test_setup(many_who_write_take_the_oldest_places, begin),
      cmocka_unit_test_setup(nothing_of_others_steers_a_line_or_a_terminal, begin),
      cmocka_unit_test_setup(five_hundred_script_injections_are_shown_as_they_are, begin),
      cmocka_unit_test_setup(a_text_is_cut_between_characters, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
