/* Scripts of the native client: buttons by tick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client-sdl/script.h"
#include "common/gen/protocol.h"

static script parsed;
static char fault[SCRIPT_FAULT_MAX];

static uint32_t at(uint32_t tick) {
  bool quit = false;
  uint32_t buttons = script_buttons(&parsed, tick, &quit);
  assert_false(quit);
  return buttons;
}

static void buttons_hold_from_their_tick_to_the_next_line(void **state) {
  (void)state;
  bool quit = false;
  assert_true(script_parse(&parsed, "# a walk\n30 right+down\n\n  90\tnone # stop\r\n200 quit", fault));
  assert_int_equal(at(0), 0);
  assert_int_equal(at(29), 0);
  assert_int_equal(at(30), BUTTON_RIGHT | BUTTON_DOWN);
  assert_int_equal(at(89), BUTTON_RIGHT | BUTTON_DOWN);
  assert_int_equal(at(90), 0);
  assert_int_equal(at(199), 0);
  script_buttons(&parsed, 205, &quit);
  assert_true(quit);
  script_free(&parsed);
}

static void a_press_between_two_calls_is_not_lost(void **state) {
  (void)state;
  assert_true(script_parse(&parsed, "10 up\n11 none", fault));
  assert_int_equal(at(9), 0);
  assert_int_equal(at(12), BUTTON_UP);
  assert_int_equal(at(12), 0);
  script_free(&parsed);
}

static void typed_lines_come_at_their_tick_and_once(void **state) {
  (void)state;
  assert_true(
      script_parse(&parsed, "5 right\n10 ready # go\n10 type  Hello #all, you  \n20 type /watch\n30 up", fault));
  assert_int_equal(at(9), BUTTON_RIGHT);
  assert_null(script_typed(&parsed));
  assert_int_equal(at(12), BUTTON_RIGHT); /* typing does not stop the walk */
  assert_string_equal(script_typed(&parsed), "/ready");
  assert_string_equal(script_typed(&parsed), "Hello #all, you");
  assert_null(script_typed(&parsed));
  assert_int_equal(at(40), BUTTON_UP);
  assert_string_equal(script_typed(&parsed), "/watch");
  assert_null(script_typed(&parsed));
  script_free(&parsed);
}

static void without_a_script_nothing_is_held(void **state) {
  (void)state;
  parsed = (script){0};
  assert_int_equal(at(100), 0);
}

static void what_is_wrong_is_named_with_its_line(void **state) {
  (void)state;
  static const struct {
    const char *text, *fault;
  } bad[] = {
      {"right", "line 1: a line begins with a tick"},
      {"1 up\n\n-2 up", "line 3: a line begins with a tick"},
      {"1", "line 1: after the tick"},
      {"1up", "line 1: after the tick"},
      {"1 upp", "line 1: after the tick"},
      {"1 up+", "line 1: after the tick"},
      {"1 +up", "line 1: after the tick"},
      {"1 up++down", "line 1: after the tick"},
      {"1 up down", "line 1: something follows"},
      {"1 ready up", "line 1: something follows"},
      {"1 type  ", "line 1: after type comes"},
      {"1 typed", "line 1: after the tick"},
      {"9999999999 up", "line 1: that tick is too large"},
      {"5 up\n4 down", "line 2: ticks may not go back"},
  };
  for (size_t row = 0; row < sizeof(bad) / sizeof(bad[0]); row++) {
    print_message("%s\n", bad[row].text);
    assert_false(script_parse(&parsed, bad[row].text, fault));
    assert_ptr_equal(strstr(fault, bad[row].fault), fault);
    script_free(&parsed);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(buttons_hold_from_their_tick_to_the_next_line),
      cmocka_unit_test(a_press_between_two_calls_is_not_lost),
      cmocka_unit_test(typed_lines_come_at_their_tick_and_once),
      cmocka_unit_test(without_a_script_nothing_is_held),
      cmocka_unit_test(what_is_wrong_is_named_with_its_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
