/* Inputs: ahead, late, too far ahead, too many; what is applied when, and what is said of it. */
#include "tests/unit/stage.h"

static void an_input_is_applied_at_the_tick_it_names(void **state) {
  (void)state;
  stage stage;
  peer ada;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  uint32_t tick = stage_tick(&stage);
  peer_input(&stage, &ada, tick + 4, BUTTON_RIGHT);
  stage_run(&stage, 3);
  assert_int_equal(stage_buttons(&stage, ada.id), 0);
  stage_run(&stage, 1);
  assert_int_equal(stage_buttons(&stage, ada.id), BUTTON_RIGHT);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_late_input_is_applied_at_the_next_tick_and_older_late_ones_collapse(void **state) {
  (void)state;
  stage stage;
  peer ada;
  wire_message message;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  stage_run(&stage, 20);
  int32_t x = stage_body(&stage, ada.id)->x, y = stage_body(&stage, ada.id)->y;
  while (fake_link_next(&ada.wire, &message))
    continue;
  peer_input(&stage, &ada, 5, BUTTON_RIGHT);
  peer_input(&stage, &ada, 7, 0);
  peer_input(&stage, &ada, 9, BUTTON_RIGHT);
  stage_run(&stage, 1);
  assert_int_equal(stage_body(&stage, ada.id)->x, x + 160);
  assert_int_equal(stage_body(&stage, ada.id)->y, y);
  assert_true(fake_link_find(&ada.wire, &wire_frame_type, &message));
  assert_int_equal(message.as.frame.acks, 3);
  assert_int_equal(message.as.frame.turns.count, 1);
  /* Meant for tick 9, came right after tick 21 ran. */
  assert_in_range(-message.as.frame.slack, 400, 401);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

/* What the box holds in each of the next ticks, and how many inputs each of their frames acknowledges. */
static void expect_held(stage *stage, peer *peer, const uint32_t held[][2], size_t count) {
  wire_message message;
  for (size_t at = 0; at < count; at++) {
    while (fake_link_next(&peer->wire, &message))
      continue;
    stage_run(stage, 1);
    assert_int_equal(stage_buttons(stage, peer->id), held[at][0]);
    assert_true(fake_link_find(&peer->wire, &wire_frame_type, &message));
    assert_int_equal(message.as.frame.acks, held[at][1]);
  }
}

static void what_was_pressed_and_let_go_too_late_is_held_for_one_tick(void **state) {
  (void)state;
  enum { LATE = 1, HELD = BUTTON_RIGHT, TAP = BUTTON_ACTION, OTHER = BUTTON_UP };
  stage stage;
  peer ada;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  stage_run(&stage, 20);
  peer_input(&stage, &ada, LATE, TAP);
  peer_input(&stage, &ada, LATE, 0);
  expect_held(&stage, &ada, (const uint32_t[][2]){{TAP, 1}, {0, 1}, {0, 0}}, 3);
  /* Beside what is held before and after, and however often. */
  peer_input(&stage, &ada, LATE, HELD);
  expect_held(&stage, &ada, (const uint32_t[][2]){{HELD, 1}}, 1);
  peer_input(&stage, &ada, LATE, HELD | TAP);
  peer_input(&stage, &ada, LATE, HELD);
  peer_input(&stage, &ada, LATE, HELD | OTHER);
  peer_input(&stage, &ada, LATE, HELD);
  expect_held(&stage, &ada, (const uint32_t[][2]){{HELD | TAP | OTHER, 3}, {HELD, 1}, {HELD, 0}}, 3);
  /* What is held already, and then let go, is no tap. */
  peer_input(&stage, &ada, LATE, HELD);
  peer_input(&stage, &ada, LATE, 0);
  expect_held(&stage, &ada, (const uint32_t[][2]){{0, 2}, {0, 0}}, 2);
  /* A way back beats the way there. */
  peer_input(&stage, &ada, LATE, BUTTON_LEFT);
  peer_input(&stage, &ada, LATE, BUTTON_RIGHT);
  expect_held(&stage, &ada, (const uint32_t[][2]){{BUTTON_RIGHT, 2}, {BUTTON_RIGHT, 0}}, 2);
  peer_input(&stage, &ada, LATE, 0);
  expect_held(&stage, &ada, (const uint32_t[][2]){{0, 1}}, 1);
  /* What was let go in a silence is not pressed again by what the silence held back. */
  peer_input(&stage, &ada, LATE, TAP);
  stage_run(&stage, 40);
  assert_int_equal(stage_buttons(&stage, ada.id), 0);
  peer_input(&stage, &ada, LATE, TAP);
  peer_input(&stage, &ada, LATE, 0);
  expect_held(&stage, &ada, (const uint32_t[][2]){{0, 2}, {0, 0}}, 2);
  /* And those that are clamped to the end of the window meet there. */
  peer_input(&stage, &ada, stage_tick(&stage) + 1000, TAP);
  peer_input(&stage, &ada, stage_tick(&stage) + 2000, 0);
  stage_run(&stage, 7);
  expect_held(&stage, &ada, (const uint32_t[][2]){{TAP, 1}, {0, 1}}, 2);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void slack_says_how_early_an_input_came(void **state) {
  (void)state;
  stage stage;
  peer ada;
  wire_message message;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  stage.now = host_next_due(stage.host) - 12000;
  peer_input(&stage, &ada, stage_tick(&stage) + 1, BUTTON_RIGHT);
  while (fake_link_next(&ada.wire, &message))
    continue;
  stage_run(&stage, 1);
  assert_true(fake_link_find(&ada.wire, &wire_frame_type, &message));
  assert_int_equal(message.as.frame.acks, 1);
  assert_int_equal(message.as.frame.slack, 12);
  stage_run(&stage, 1);
  assert_true(fake_link_find(&ada.wire, &wire_frame_type, &message));
  assert_true(message.as.frame.acks == 0 && message.as.frame.slack == 0); /* and it is said once */
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_tick_too_far_ahead_is_clamped_to_the_windows_end(void **state) {
  (void)state;
  stage stage;
  peer ada;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  peer_input(&stage, &ada, UINT32_MAX, BUTTON_RIGHT);
  stage_run(&stage, 7); /* 250 ms are 7.5 ticks */
  assert_int_equal(stage_buttons(&stage, ada.id), 0);
  stage_run(&stage, 1);
  assert_int_equal(stage_buttons(&stage, ada.id), BUTTON_RIGHT);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_seq_that_does_not_rise_is_ignored_but_counts_as_life(void **state) {
  (void)state;
  stage stage;
  peer ada;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  ada.seq = 8;
  peer_input(&stage, &ada, 0, BUTTON_RIGHT);
  stage_run(&stage, 1);
  for (uint32_t seq = 0; seq < 6; seq++) {
    ada.seq = seq;
    peer_input(&stage, &ada, 0, BUTTON_LEFT);
    stage_run(&stage, 20);
    assert_int_equal(stage_buttons(&stage, ada.id), BUTTON_RIGHT);
  }
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void an_old_seq_does_not_push_a_newer_input_out_of_its_slot(void **state) {
  (void)state;
  stage stage;
  peer ada;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  ada.seq = 8;
  peer_input(&stage, &ada, 0, BUTTON_RIGHT);
  ada.seq = 3;
  peer_input(&stage, &ada, 0, BUTTON_LEFT);
  stage_run(&stage, 1);
  assert_int_equal(stage_buttons(&stage, ada.id), BUTTON_RIGHT);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void an_older_input_for_a_later_tick_does_not_undo_a_newer_one(void **state) {
  (void)state;
  stage stage;
  peer ada;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  peer_input(&stage, &ada, stage_tick(&stage) + 5, BUTTON_LEFT);
  peer_input(&stage, &ada, stage_tick(&stage) + 2, BUTTON_RIGHT);
  stage_run(&stage, 8);
  assert_int_equal(stage_buttons(&stage, ada.id), BUTTON_RIGHT);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_jump_of_seq_is_acknowledged_in_steps_that_the_wire_can_carry(void **state) {
  (void)state;
  stage stage;
  peer ada;
  wire_message message;
  uint32_t acks = 0;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  ada.seq = 199999;
  peer_input(&stage, &ada, 0, BUTTON_LEFT);
  stage_run(&stage, 5);
  while (fake_link_find(&ada.wire, &wire_frame_type, &message))
    acks += message.as.frame.acks;
  assert_int_equal(acks, 200000);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void buttons_are_released_after_a_second_without_input(void **state) {
  (void)state;
  stage stage;
  peer ada;
  wire_ping ping = {1};
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  peer_input(&stage, &ada, 0, BUTTON_RIGHT);
  for (int i = 0; i < 30; i++) {
    peer_send(&stage, &ada, &wire_ping_type, &ping);
    stage_run(&stage, 1);
    assert_int_equal(stage_buttons(&stage, ada.id), BUTTON_RIGHT);
  }
  stage_run(&stage, 1);
  assert_int_equal(stage_buttons(&stage, ada.id), 0);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void a_stopped_server_holds_the_buttons_through_its_own_silence(void **state) {
  (void)state;
  stage stage;
  peer ada;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  peer_input(&stage, &ada, 0, BUTTON_RIGHT);
  stage_run(&stage, 1);
  assert_int_equal(stage_stall(&stage, 10000000), 3);
  assert_int_equal(stage_buttons(&stage, ada.id), BUTTON_RIGHT);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

/* Who sends future ticks and tenfold inputs, each meant to move, against who sends one input. */
static void a_cheater_moves_no_farther_than_an_honest_player(void **state) {
  (void)state;
  stage stage;
  peer honest, cheater;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &honest, "Honest");
  peer_join(&stage, &cheater, "Cheater");
  int32_t from_honest = stage_body(&stage, honest.id)->x, from_cheater = stage_body(&stage, cheater.id)->x;
  for (uint32_t i = 0; i < 90; i++) {
    uint32_t tick = stage_tick(&stage) + 1;
    peer_input(&stage, &honest, tick, BUTTON_RIGHT);
    for (uint32_t k = 0; k < 9; k++)
      peer_input(&stage, &cheater, k % 3 == 0 ? tick : k % 3 == 1 ? tick + 3 * k : UINT32_MAX - k, BUTTON_RIGHT);
    stage_run(&stage, 1);
  }
  assert_int_equal(stage_body(&stage, honest.id)->x - from_honest, 90 * 160);
  int32_t moved = stage_body(&stage, cheater.id)->x - from_cheater;
  assert_in_range(moved, 80 * 160, 90 * 160);
  peer_leave(&stage, &honest);
  peer_leave(&stage, &cheater);
  stage_close(&stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_input_is_applied_at_the_tick_it_names),
      cmocka_unit_test(a_late_input_is_applied_at_the_next_tick_and_older_late_ones_collapse),
      cmocka_unit_test(what_was_pressed_and_let_go_too_late_is_held_for_one_tick),
      cmocka_unit_test(slack_says_how_early_an_input_came),
      cmocka_unit_test(a_tick_too_far_ahead_is_clamped_to_the_windows_end),
      cmocka_unit_test(a_seq_that_does_not_rise_is_ignored_but_counts_as_life),
      cmocka_unit_test(an_old_seq_does_not_push_a_newer_input_out_of_its_slot),
      cmocka_unit_test(an_older_input_for_a_later_tick_does_not_undo_a_newer_one),
      cmocka_unit_test(a_jump_of_seq_is_acknowledged_in_steps_that_the_wire_can_carry),
      cmocka_unit_test(buttons_are_released_after_a_second_without_input),
      cmocka_unit_test(a_stopped_server_holds_the_buttons_through_its_own_silence),
      cmocka_unit_test(a_cheater_moves_no_farther_than_an_honest_player),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
