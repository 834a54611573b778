/* How bots walk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/bots/behaviour.h"

enum { RATE = 20, TICKS = 200, FIRST = 1000 };

static uint32_t changes_of(behaviour behaviour) {
  wander mind = wander_init(3);
  uint32_t changes = 0, held = behaviour_buttons(behaviour, &mind, FIRST, RATE);
  for (uint32_t tick = FIRST + 1; tick <= FIRST + TICKS; tick++) {
    uint32_t buttons = behaviour_buttons(behaviour, &mind, tick, RATE);
    changes += buttons != held;
    held = buttons;
    assert_int_equal(behaviour_buttons(behaviour, &mind, tick, RATE), held); /* asked again for the same tick */
  }
  return changes;
}

static void who_turns_does_so_at_every_tick_and_who_wanders_twice_a_second(void **state) {
  (void)state;
  behaviour found;
  assert_true(behaviour_find("turn", &found));
  assert_int_equal(found, BEHAVIOUR_TURN);
  assert_false(behaviour_is_cheat(found));
  assert_int_equal(changes_of(BEHAVIOUR_TURN), TICKS);
  assert_in_range(changes_of(BEHAVIOUR_WANDER), 3 * TICKS / RATE / 2, 5 * TICKS / RATE / 2);
  assert_int_equal(changes_of(BEHAVIOUR_IDLE), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_turns_does_so_at_every_tick_and_who_wanders_twice_a_second),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
