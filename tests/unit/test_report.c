/* In which order a display's report reaches the others. */
#include <string.h>

#include "tests/unit/party.h"

static void send_report(stage *stage, peer *display, uint32_t phase, const wire_standing *standing) {
  wire_report report = {.phase = phase, .standings = {standing, standing ? 1 : 0}};
  peer_send(stage, display, &wire_report_type, &report);
}

/* Whenever it comes: standings wait for nothing when the phase changes. */
static void who_won_is_told_before_the_results_are(void **state) {
  (void)state;
  stage stage;
  peer maker, display, red;
  wire_message message;
  char code[WIRE_WORD_BYTES_MAX + 1];
  party_open(&stage, NULL, 0);
  assert_true(party_come(&stage, &maker, "", "Maker", "web"));
  assert_true(party_create(&stage, &maker, &(wire_create){.relay = 1}, code));
  assert_true(party_come(&stage, &display, code, "Screen", "display"));
  assert_true(party_come(&stage, &red, code, "Red", "controller"));
  for (uint32_t moment = 0; moment < 3; moment++) {
    wire_standing won = {.id = red.id, .flags = SEAT_PLAYS | SEAT_WON, .score = (int32_t)moment + 1};
    int32_t told = 0;
    send_report(&stage, &display, PHASE_PLAYING, NULL);
    stage_run(&stage, 4);
    party_skip(&red);
    send_report(&stage, &display, PHASE_RESULTS, &won);
    stage_run(&stage, 1);
    while (fake_link_next(&red.wire, &message) && message.type != &wire_match_type)
      if (message.type == &wire_roster_type && message.as.roster.standings.count > 0)
        told = message.as.roster.standings.items[0].score;
    assert_int_equal(message.as.match.phase, PHASE_RESULTS);
    assert_int_equal(told, won.score);
  }
  peer_leave(&stage, &red);
  peer_leave(&stage, &display);
  peer_leave(&stage, &maker);
  stage_close(&stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_won_is_told_before_the_results_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
