/* What people type as an address, and what no address is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client-sdl/address.h"

static const struct {
  const char *text, *host, *path, *words;
  uint16_t port;
  bool tls;
} good[] = {
    {"192.168.1.7", "192.168.1.7", "/ws", "192.168.1.7:8765", 8765, false},
    {"192.168.1.7:9000", "192.168.1.7", "/ws", "192.168.1.7:9000", 9000, false},
    {"localhost", "localhost", "/ws", "localhost:8765", 8765, false},
    {"box.local:1", "box.local", "/ws", "box.local:1", 1, false},
    {"my_box-2.example.org.:65535", "my_box-2.example.org.", "/ws", "my_box-2.example.org.:65535", 65535, false},
    {"::1", "::1", "/ws", "[::1]:8765", 8765, false},
    {"[::1]", "::1", "/ws", "[::1]:8765", 8765, false},
    {"[::1]:9000", "::1", "/ws", "[::1]:9000", 9000, false},
    {"2001:db8::5", "2001:db8::5", "/ws", "[2001:db8::5]:8765", 8765, false},
    {"::ffff:10.0.0.1", "::ffff:10.0.0.1", "/ws", "[::ffff:10.0.0.1]:8765", 8765, false},
    {"fe80::1%eth0", "fe80::1%eth0", "/ws", "[fe80::1%eth0]:8765", 8765, false},
    {"http://192.168.1.7:8765/", "192.168.1.7", "/ws", "192.168.1.7:8765", 8765, false},
    {"http://192.168.1.7", "192.168.1.7", "/ws", "192.168.1.7:8765", 8765, false},
    {"HTTP://box/", "box", "/ws", "box:8765", 8765, false},
    {"http://box?name=Ada", "box", "/ws", "box:8765", 8765, false},
    {"http://box/#top", "box", "/ws", "box:8765", 8765, false},
    {"http://box/index.html", "box", "/ws", "box:8765", 8765, false},
    {"http://[::1]:80/game/", "::1", "/game/ws", "[::1]:80", 80, false},
    {"box/game/index.html?a=/b/", "box", "/game/ws", "box:8765", 8765, false},
    {"https://play.example.org/", "play.example.org", "/ws", "play.example.org:443", 443, true},
    {"ws://box:8765/ws", "box", "/ws", "box:8765", 8765, false},
    {"ws://box", "box", "/ws", "box:8765", 8765, false},
    {"ws://box/play", "box", "/play", "box:8765", 8765, false},
    {"wss://box:8443/a/b", "box", "/a/b", "box:8443", 8443, true},
};

static const char *const bad[] = {
    "",
    " ",
    "a b",
    ":8765",
    "box:",
    "box:0",
    "box:65536",
    "box:12x",
    "box:-1",
    "box:123456",
    "1.2.3",
    "300.1.1.1",
    "1.2.3.4.5",
    "[::1",
    "[]",
    "[::1]x",
    "[::1]:",
    "[box]",
    "[1.2.3.4]",
    "1:2:3",
    "::g",
    "::1%",
    "fe80::1%e!",
    "http://",
    "http:///ws",
    "ws://:8765",
    "ftp://box",
    "user@box",
    "-box",
    ".box",
    "a..b",
    "box\n",
    "b\xc3\xb6x",
    "http://box/a b",
    "http://box/\x01/",
    "box:8765:8765",
    "http:/box",
    "ws:box",
};

static void every_usual_form_is_understood(void **state) {
  (void)state;
  for (size_t at = 0; at < sizeof(good) / sizeof(good[0]); at++) {
    address read;
    char words[ADDRESS_WORDS_MAX];
    print_message("%s\n", good[at].text);
    assert_true(address_parse(good[at].text, &read));
    assert_string_equal(read.host, good[at].host);
    assert_string_equal(read.path, good[at].path);
    assert_int_equal(read.port, good[at].port);
    assert_int_equal(read.tls, good[at].tls);
    address_words(&read, words);
    assert_string_equal(words, good[at].words);
  }
}

static void what_is_no_address_is_refused(void **state) {
  (void)state;
  for (size_t at = 0; at < sizeof(bad) / sizeof(bad[0]); at++) {
    address read;
    print_message("'%s'\n", bad[at]);
    assert_false(address_parse(bad[at], &read));
  }
}

static void a_host_or_path_that_is_too_long_is_refused(void **state) {
  (void)state;
  char text[1000];
  address read;
  memset(text, 'a', sizeof(text));
  text[ADDRESS_HOST_MAX] = 0;
  assert_true(address_parse(text, &read));
  text[ADDRESS_HOST_MAX] = 'a';
  text[ADDRESS_HOST_MAX + 1] = 0;
  assert_false(address_parse(text, &read));
  memcpy(text, "ws://b/", 7);
  text[ADDRESS_HOST_MAX + 1] = 'a';
  text[7 + ADDRESS_PATH_MAX] = 0;
  assert_false(address_parse(text, &read));
}

static void a_link_to_a_room_names_it(void **state) {
  (void)state;
  static const struct {
    const char *text, *path, *room;
  } rows[] = {
      {"http://box:8765/r/K7QX", "/ws", "K7QX"},
      {"box/r/K7QX", "/ws", "K7QX"},
      {"box:9000/r/K7QX/", "/ws", "K7QX"},
      {"https://box/game/r/K7QX?a=b", "/game/ws", "K7QX"},
      {"http://box/", "/ws", ""},
      {"box/r/", "/r/ws", ""},
      {"http://box/er/K7QX", "/er/ws", ""},
      {"ws://box/r/K7QX", "/r/K7QX", ""},
      {"box/r/abcdefghijklmnopqrstuvwxyzabcdefg", "/r/ws", ""},
  };
  for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
    address read;
    print_message("%s\n", rows[row].text);
    assert_true(address_parse(rows[row].text, &read));
    assert_string_equal(read.path, rows[row].path);
    assert_string_equal(read.room, rows[row].room);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_usual_form_is_understood),
      cmocka_unit_test(what_is_no_address_is_refused),
      cmocka_unit_test(a_host_or_path_that_is_too_long_is_refused),
      cmocka_unit_test(a_link_to_a_room_names_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
