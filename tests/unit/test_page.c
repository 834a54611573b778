/* server/page and server/handshake: answers without a socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/handshake.h"
#include "server/page.h"

static const unsigned char html[] = "<html>";
static const unsigned char small[] = "zz";
static const embedded_file files[] = {
    {"index.html", "0123456789abcdef0123456789abcdef0123", html, 6, small, 2},
    {"tiny.js", "fedc", (const unsigned char *)"1", 1, small, 2},
};
static const embedded_folder folder = {files, 2};
static const page embedded = {&folder, NULL};

static page_answer ask(const char *path, const char *encoding, const char *tags) {
  return page_respond(
      &embedded, &(page_request){.is_get = true, .path = path, .accept_encoding = encoding, .if_none_match = tags});
}

static void the_root_is_the_index(void **state) {
  (void)state;
  page_answer answer = ask("/", "", "");
  assert_int_equal(answer.status, 200);
  assert_ptr_equal(answer.body, html);
  assert_string_equal(answer.type, "text/html; charset=utf-8");
  assert_string_equal(answer.etag, "\"0123456789abcdef0123456789abcdef\"");
}

static void a_rooms_path_is_the_index(void **state) {
  (void)state;
  assert_ptr_equal(ask("/r/RK7T", "", "").body, html);
  assert_string_equal(ask("/r/RK7T", "", "").type, "text/html; charset=utf-8");
  assert_int_equal(ask("/r/", "", "").status, 404);
  assert_int_equal(ask("/r/RK7T/main.js", "", "").status, 404);
  assert_int_equal(ask("/r/.hidden", "", "").status, 404);
}

static void gzip_is_sent_where_it_is_taken_and_smaller(void **state) {
  (void)state;
  page_answer answer = ask("/", "gzip", "");
  assert_true(answer.gzip);
  assert_ptr_equal(answer.body, small);
  assert_int_equal(answer.size, 2);
  assert_string_not_equal(answer.etag, ask("/", "", "").etag);
  assert_false(ask("/tiny.js", "gzip", "").gzip);
}

static void what_encodings_are_taken(void **state) {
  (void)state;
  static const struct {
    const char *list;
    bool takes;
  } rows[] = {{"gzip", true},   {"br, gzip", true}, {"GZIP;q=1.0", true}, {"deflate,gzip;q=0.1", true},
              {"", false},      {"br", false},      {"gzip;q=0", false},  {"gzip; q=0.0", false},
              {"xgzip", false}, {"gzipx", false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (page_accepts_gzip(rows[i].list) != rows[i].takes)
      fail_msg("\"%s\"", rows[i].list);
}

static void what_tags_match(void **state) {
  (void)state;
  assert_true(page_has_tag("\"a\"", "\"a\""));
  assert_true(page_has_tag("\"x\", W/\"a\"", "\"a\""));
  assert_true(page_has_tag("*", "\"a\""));
  assert_false(page_has_tag("", "\"a\""));
  assert_false(page_has_tag("\"a-gz\"", "\"a\""));
  assert_false(page_has_tag("\"ab\"", "\"a\""));
}

static void a_matching_tag_gets_304_without_a_body(void **state) {
  (void)state;
  page_answer answer = ask("/", "", "\"0123456789abcdef0123456789abcdef\"");
  assert_int_equal(answer.status, 304);
  assert_null(answer.body);
}

static void head_has_the_size_and_no_body(void **state) {
  (void)state;
  page_answer answer = page_respond(
      &embedded, &(page_request){.is_head = true, .path = "/", .accept_encoding = "", .if_none_match = ""});
  assert_int_equal(answer.status, 200);
  assert_int_equal(answer.size, 6);
  assert_null(answer.body);
}

static void strange_paths_are_404(void **state) {
  (void)state;
  static const char *const paths[] = {"",
                                      "x",
                                      "/..",
                                      "/../index.html",
                                      "/./index.html",
                                      "/.index.html",
                                      "//index.html",
                                      "/index.html/",
                                      "/index",
                                      "/INDEX.HTML",
                                      "/a\\b.html",
                                      "/index.html.c"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    if (ask(paths[i], "", "").status != 404)
      fail_msg("%s", paths[i]);
}

static void an_origin_must_be_the_host(void **state) {
  (void)state;
  static const struct {
    const char *origin, *host;
    bool same;
  } rows[] = {
      {"", "a:1", true},
      {"http://a:1", "a:1", true},
      {"http://A:1", "a:1", true},
      {"http://a", "a:80", true},
      {"http://a:80", "a", true},
      {"https://a", "a:443", true},
      {"https://a", "a", true},
      {"http://[::1]:8765", "[::1]:8765", true},
      {"http://a:1", "a:2", false},
      {"http://a", "a:443", false},
      {"http://a", "b", false},
      {"http://a.b", "a", false},
      {"http://", "", false},
      {"null", "null", false},
      {"http://a:1http://a:1", "a:1", false},
      {"a:1", "a:1", false},
      {"file://", "", false},
      {" http://a:1", "a:1", false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (handshake_same_origin(rows[i].origin, rows[i].host) != rows[i].same)
      fail_msg("%s at %s", rows[i].origin, rows[i].host);
}

static void a_list_has_whole_words(void **state) {
  (void)state;
  assert_true(handshake_list_has("keep-alive, Upgrade", "upgrade", true));
  assert_true(handshake_list_has("a,b ,c", "b", false));
  assert_false(handshake_list_has("up", "upgrade", true));
  assert_false(handshake_list_has("upgrades", "upgrade", true));
  assert_false(handshake_list_has("Tickbox.msgpack", "tickbox.msgpack", false));
  assert_false(handshake_list_has("", "x", false));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_root_is_the_index),
      cmocka_unit_test(a_rooms_path_is_the_index),
      cmocka_unit_test(gzip_is_sent_where_it_is_taken_and_smaller),
      cmocka_unit_test(what_encodings_are_taken),
      cmocka_unit_test(what_tags_match),
      cmocka_unit_test(a_matching_tag_gets_304_without_a_body),
      cmocka_unit_test(head_has_the_size_and_no_body),
      cmocka_unit_test(strange_paths_are_404),
      cmocka_unit_test(an_origin_must_be_the_host),
      cmocka_unit_test(a_list_has_whole_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
