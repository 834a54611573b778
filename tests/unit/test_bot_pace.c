/* The clock of a bot without a replica, against a server whose frames and deadlines are written out here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/bots/pace.h"

enum { MS = 1000, TICK = 50 * MS, FIRST_TICK = 1000, ROUND_TRIP = 10 * MS };

static pace bot;
static int64_t now;

static void begin(void) {
  now = 77 * MS;
  pace_welcome(&bot, &(wire_welcome){.tick = FIRST_TICK, .tick_rate = 20}, ROUND_TRIP, now);
}

/* A tick passes, in steps of a millisecond; its frame comes at its end. Returns how many ticks were decided. */
static uint32_t pass_tick(uint32_t acks, int32_t slack) {
  uint32_t decided = 0;
  for (int i = 0; i < 50; i++, now += MS)
    decided += pace_advance(&bot, now);
  pace_frame(&bot, 1, acks, slack, now);
  return decided;
}

static void nothing_is_decided_before_the_first_frame(void **state) {
  (void)state;
  begin();
  for (int i = 0; i < 100; i++, now += MS)
    assert_false(pace_advance(&bot, now));
}

static void every_tick_is_decided_once_and_ahead_of_the_server(void **state) {
  (void)state;
  begin();
  pass_tick(0, 0);
  pass_tick(0, 0);
  for (int i = 0; i < 200; i++) {
    assert_int_equal(pass_tick(0, 0), 1);
    assert_in_range(bot.decided - bot.tick, 0, 1);
  }
  assert_int_equal(bot.tick, FIRST_TICK + 202);
}

/* The server says that an input came 30 ms late: the next ones go out that much earlier. */
static void a_late_input_makes_the_lead_longer(void **state) {
  (void)state;
  begin();
  for (int i = 0; i < 20; i++)
    pass_tick(0, 0);
  pace_sent(&bot, 1, now);
  int64_t sent_with = bot.leads[1];
  assert_in_range(sent_with, 1, TICK);
  pass_tick(1, -30);
  assert_true(pace_lead(&bot) >= sent_with + 30 * MS);
}

static void what_another_clock_sent_teaches_nothing(void **state) {
  (void)state;
  begin();
  for (int i = 0; i < 20; i++)
    pass_tick(0, 0);
  int64_t before = pace_lead(&bot);
  pace_sent(&bot, 1, now);
  pace_forget(&bot, 1);
  pass_tick(1, -200);
  assert_int_equal(pace_lead(&bot), before);
}

static void without_frames_it_walks_on_for_a_second_only(void **state) {
  (void)state;
  begin();
  for (int i = 0; i < 20; i++)
    pass_tick(0, 0);
  uint32_t decided = 0;
  for (int i = 0; i < 5000; i++, now += MS)
    decided += pace_advance(&bot, now);
  assert_in_range(decided, 15, 20);
  assert_int_equal(bot.decided, bot.tick + 20);
}

static void it_is_due_when_the_next_tick_begins(void **state) {
  (void)state;
  begin();
  for (int i = 0; i < 20; i++)
    pass_tick(0, 0);
  while (!pace_advance(&bot, now))
    now += MS;
  int64_t due = pace_due(&bot, now);
  assert_in_range(due - now, TICK * 8 / 10, TICK);
  assert_false(pace_advance(&bot, due - 6 * MS));
  assert_true(pace_advance(&bot, due + 6 * MS));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_decided_before_the_first_frame),
      cmocka_unit_test(every_tick_is_decided_once_and_ahead_of_the_server),
      cmocka_unit_test(a_late_input_makes_the_lead_longer),
      cmocka_unit_test(what_another_clock_sent_teaches_nothing),
      cmocka_unit_test(without_frames_it_walks_on_for_a_second_only),
      cmocka_unit_test(it_is_due_when_the_next_tick_begins),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
