/* Floods: what one peer pours in costs the others little, and ends it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/gen/tables.h"
#include "server/client.h"
#include "server/log.h"
#include "tests/unit/stage.h"

static void a_thousand_messages_a_second_are_too_fast(void **state) {
  (void)state;
  stage stage;
  peer fast;
  uint32_t sent = 0;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &fast, "Fast");
  while (!fast.wire.closed && sent < 1000) {
    stage.now += 1000;
    peer_input(&stage, &fast, stage_tick(&stage), sent++ % 2);
  }
  peer_assert_ended(&fast, &wire_goodbye_type, CODE_TOO_FAST, "300");
  assert_in_range(sent, 600, 900);
  peer_leave(&stage, &fast);
  stage_close(&stage);
}

static void three_hundred_messages_a_second_are_not(void **state) {
  (void)state;
  stage stage;
  peer busy;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &busy, "Busy");
  for (int i = 0; i < 3000; i++) {
    stage.now += 3334;
    peer_input(&stage, &busy, stage_tick(&stage), i % 2u);
  }
  assert_false(busy.wire.closed);
  peer_leave(&stage, &busy);
  stage_close(&stage);
}

/* Pings of WebSocket's own never reach the host as messages, nor do halves of messages. */
static void a_flood_of_what_is_no_message_is_too_fast(void **state) {
  (void)state;
  stage stage;
  peer bad, mute;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &bad, "Bad");
  peer_connect(&stage, &mute);
  for (int second = 0; second < 3; second++) {
    bad.wire.received += CLIENT_BYTES_PER_SECOND_MAX;
    stage_run(&stage, 30);
    assert_false(bad.wire.closed);
  }
  mute.wire.received += 10000000;
  for (int tick = 0; tick < 2 * 30; tick++) { /* a whole second's count, whenever it begins */
    bad.wire.received += CLIENT_BYTES_PER_SECOND_MAX / 30 + 1;
    stage_run(&stage, 1);
  }
  peer_assert_ended(&bad, &wire_goodbye_type, CODE_TOO_FAST, "300");
  peer_assert_ended(&mute, &wire_refused_type, CODE_TOO_FAST, "300");
  peer_leave(&stage, &bad);
  peer_leave(&stage, &mute);
  stage_close(&stage);
}

/* As many of the largest as a client may relay, in frames of WebSocket's, and its pings and inputs. */
static void what_a_client_may_relay_in_a_second_is_no_flood(void **state) {
  (void)state;
  enum { HEADER = 14 + 8, OTHERS = 40 * 64 };
  stage stage;
  peer display;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &display, "Display");
  for (int second = 0; second < 3; second++) {
    display.wire.received += WIRE_RELAYS_PER_SECOND_MAX * (WIRE_RELAY_BYTES_MAX + HEADER) + OTHERS;
    stage_run(&stage, 30);
    assert_false(display.wire.closed);
  }
  peer_leave(&stage, &display);
  stage_close(&stage);
}

static void a_flood_of_different_lines_is_cut_but_warnings_are_written(void **state) {
  (void)state;
  int screen = dup(STDERR_FILENO);
  FILE *log = tmpfile();
  dup2(fileno(log), STDERR_FILENO);
  log_set_level(LOG_INFO);
  for (int i = 0; i < 5 * LOG_LINES_MAX; i++)
    log_line(LOG_INFO, "10.0.0.1:%d disconnected", i);
  log_line(LOG_WARN, "something to know");
  log_flush();
  log_set_level(LOG_ERROR);
  dup2(screen, STDERR_FILENO);
  close(screen);
  rewind(log);
  char line[LOG_LINE_MAX];
  int lines = 0, known = 0;
  unsigned left_out = 0, some;
  for (; fgets(line, sizeof line, log); lines++) {
    known += strstr(line, "something to know") != NULL;
    if (strstr(line, "more lines were left out") && sscanf(line, "%*s %*s %u", &some) == 1)
      left_out += some;
  }
  assert_int_equal(known, 1);
  assert_in_range(lines, LOG_LINES_MAX, 2 * LOG_LINES_MAX + 3); /* the clock may have entered another window */
  assert_in_range(left_out, 3 * LOG_LINES_MAX, 4 * LOG_LINES_MAX);
  fclose(log);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_thousand_messages_a_second_are_too_fast),
      cmocka_unit_test(three_hundred_messages_a_second_are_not),
      cmocka_unit_test(a_flood_of_what_is_no_message_is_too_fast),
      cmocka_unit_test(what_a_client_may_relay_in_a_second_is_no_flood),
      cmocka_unit_test(a_flood_of_different_lines_is_cut_but_warnings_are_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
