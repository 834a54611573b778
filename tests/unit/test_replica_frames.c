/* The replica and frames by hand: what a server may send but the host, with its one cell, does not. */
#include <stdlib.h>

#include "common/games/steps.h"
#include "common/wander.h"
#include "tests/unit/lone.h"

static void positions_count_from_their_cells_corner(void **state) {
  (void)state;
  lone one = lone_start(0);
  const wire_body body = {.id = 5, .x = 30, .y = -40};
  const wire_group group = {3, {&body, 1}};
  const wire_group seen[] = {{1, {&body, 0}}, group};
  lone_apply(one.replica, (wire_frame){.keyframes = {seen, 2}}, lone_due(1));
  assert_int_equal(lone_found(&one, 5).x, 10030);
  assert_int_equal(lone_found(&one, 5).y, 9960);
  lone_end(&one);
}

static void a_keyframe_leaves_other_cells_alone(void **state) {
  (void)state;
  lone one = lone_start(0);
  const wire_body bodies[] = {{.id = 5, .x = 10}, {.id = 6, .x = 20}};
  const wire_group both[] = {{0, {bodies, 1}}, {1, {bodies + 1, 1}}}, empty = {0, {bodies, 0}};
  lone_apply(one.replica, (wire_frame){.keyframes = {both, 2}}, lone_due(1));
  assert_int_equal(replica_stats(one.replica)->boxes, 2);
  lone_apply(one.replica, (wire_frame){.keyframes = {&empty, 1}}, lone_due(2));
  assert_int_equal(replica_stats(one.replica)->boxes, 1);
  assert_int_equal(replica_id_at(one.replica, 0), 6);
  lone_end(&one);
}

static void a_dropped_cell_takes_its_boxes_along(void **state) {
  (void)state;
  lone one = lone_start(0);
  const wire_place cell = {0};
  lone_show(&one, &(wire_body){.id = 5, .x = 10}, 1);
  lone_apply(one.replica, (wire_frame){.dropped = {&cell, 1}}, lone_due(2));
  assert_int_equal(replica_stats(one.replica)->boxes, 0);
  lone_end(&one);
}

static void a_box_is_not_drawn_before_the_tick_it_was_first_seen_at(void **state) {
  (void)state;
  lone one = lone_start(0);
  lone_show(&one, &(wire_body){.id = 5, .x = 10}, 1);
  lone_pass_until(&one, 8);
  const wire_body late = {.id = 6, .x = 900};
  const wire_group group = {0, {&late, 1}};
  lone_apply(one.replica, (wire_frame){.states = {&group, 1}}, lone_due(9));
  lone_advance(&one, 0, lone_due(9));
  assert_int_equal(lone_drawn(&one, 5).id, 5);
  assert_int_equal(lone_drawn(&one, 6).id, 0);
  lone_pass_until(&one, 11);
  lone_advance(&one, 0, lone_due(11));
  assert_int_equal(lone_drawn(&one, 6).x, 900);
  lone_end(&one);
}

/* Tick 9 is told, then tick 12; what is shown in between lies behind a delay of a little more than a tick. */
static int32_t place_in_a_gap(bool jumped) {
  lone one = lone_start(0);
  lone_show(&one, &(wire_body){.id = 5, .x = 100}, 1);
  lone_pass_until(&one, 7);
  const wire_body earlier = {.id = 5, .x = 200}, later = {.id = 5, .x = 500, .jumped = jumped};
  const wire_group told = {0, {&earlier, 1}}, group = {0, {&later, 1}};
  lone_apply(one.replica, (wire_frame){.states = {&told, 1}}, lone_due(8));
  lone_pass_until(&one, 9);
  lone_apply(one.replica, (wire_frame){.ticks = 3, .keyframes = {&group, 1}}, lone_due(12));
  lone_advance(&one, 0, lone_due(12));
  int32_t x = lone_drawn(&one, 5).x;
  assert_int_equal(replica_stats(one.replica)->shown_tick, FIRST + 10);
  lone_end(&one);
  return x;
}

static void ticks_that_no_frame_told_are_drawn_as_an_even_walk(void **state) {
  (void)state;
  assert_in_range(place_in_a_gap(false), 380, 400);
}

static void before_a_jump_a_box_stays_where_it_was_told_last(void **state) {
  (void)state;
  assert_int_equal(place_in_a_gap(true), 200);
}

static void a_box_without_news_walks_on_for_a_quarter_second_and_waits(void **state) {
  (void)state;
  lone one = lone_start(0);
  lone_show(&one, &(wire_body){.id = 5, .x = 100, .buttons = BUTTON_RIGHT}, 1);
  lone_advance(&one, 0, lone_due(4));
  assert_in_range(lone_drawn(&one, 5).x, 110, 130);
  assert_true(lone_drawn(&one, 5).foretold);
  for (int64_t ms = 1000; ms < 1100; ms += 7) {
    lone_advance(&one, 0, ms * MS);
    assert_int_equal(lone_drawn(&one, 5).x, 100 + RATE * 250 / 1000 * WALK);
  }
  lone_end(&one);
}

static void nothing_older_than_what_is_remembered_is_shown(void **state) {
  (void)state;
  lone one = lone_start(0);
  lone_show(&one, &(wire_body){.id = 5, .x = 100}, 1);
  lone_advance(&one, 0, lone_due(1));
  lone_pass_until(&one, 40); /* nothing was drawn meanwhile */
  assert_int_equal(lone_drawn(&one, 5).x, 100);
  assert_int_equal(replica_stats(one.replica)->shown_tick, FIRST + 40 - (HISTORY - 1));
  for (int64_t ticks = 41; ticks < 50; ticks++) /* all later than the delay can be with so short a memory */
    lone_apply(one.replica, (wire_frame){0}, lone_due(ticks) + 240 * MS);
  lone_advance(&one, 0, lone_due(49) + 240 * MS);
  assert_int_equal(replica_stats(one.replica)->delay_us, (HISTORY - 2) * (1000000 / RATE));
  lone_end(&one);
}

static void the_first_lead_is_the_round_trip_of_hello_and_at_most_a_second(void **state) {
  (void)state;
  lone near = lone_start(80 * MS), far = lone_start(5000 * MS);
  lone_show(&near, &(wire_body){.id = 1}, 1);
  lone_show(&far, &(wire_body){.id = 1}, 1);
  lone_advance(&near, 0, lone_due(1));
  lone_advance(&far, 0, lone_due(1));
  assert_in_range(replica_stats(near.replica)->lead_us, 100 * MS, 110 * MS);
  assert_int_equal(replica_stats(far.replica)->lead_us, 1000 * MS);
  lone_end(&near);
  lone_end(&far);
}

static void without_frames_the_own_box_stops_after_a_second_but_speaks_on(void **state) {
  (void)state;
  lone one = lone_start(20 * MS);
  uint32_t said = 0;
  lone_show(&one, &(wire_body){.id = 1, .x = 100}, 1);
  for (int64_t ms = 34; ms < 3034; ms += 10)
    said += lone_advance(&one, BUTTON_RIGHT, ms * MS);
  const wire_replica_stats *stats = replica_stats(one.replica);
  assert_int_equal(stats->predicted_tick - stats->tick, RATE);
  assert_in_range(said, 5, 8); /* the press, and a repetition every INPUT_REPEAT_MS */
  lone_end(&one);
}

static void a_tap_is_not_lost_though_the_next_picture_comes_ticks_later(void **state) {
  (void)state;
  lone one = lone_start(20 * MS);
  wire_replica_input input;
  lone_show(&one, &(wire_body){.id = 1, .x = 100}, 1);
  lone_advance(&one, 0, lone_due(1));
  assert_int_equal(lone_advance(&one, BUTTON_RIGHT, lone_due(1) + MS), 0); /* no new tick: not sent yet */
  uint32_t before = replica_stats(one.replica)->predicted_tick;
  assert_int_equal(replica_advance(one.replica, 0, lone_due(4), &input, 1), 1);
  assert_true(replica_stats(one.replica)->predicted_tick - before > 1);
  assert_int_equal(input.buttons, BUTTON_RIGHT);
  assert_int_equal(input.tick, replica_stats(one.replica)->predicted_tick);
  lone_end(&one);
}

static void an_input_is_replayed_until_it_is_acknowledged_even_when_its_tick_has_passed(void **state) {
  (void)state;
  lone one = lone_start(20 * MS);
  lone_show(&one, &(wire_body){.id = 1, .x = 100}, 1);
  lone_advance(&one, 0, lone_due(1));
  for (int64_t ms = 50; ms < 500; ms += 10)
    lone_advance(&one, BUTTON_RIGHT, ms * MS);
  lone_pass_until(&one, 12);
  uint32_t before = replica_stats(one.replica)->replayed;
  lone_pass_until(&one, 13);
  assert_true(replica_stats(one.replica)->replayed > before);
  lone_apply(one.replica, (wire_frame){.acks = 2}, lone_due(14));
  before = replica_stats(one.replica)->replayed;
  lone_pass_until(&one, 15);
  assert_int_equal(replica_stats(one.replica)->replayed, before);
  lone_end(&one);
}

/* The error that is left to see when the own box was predicted at 100 and stands at `x`. */
static int32_t error_when_told(int32_t x, uint32_t jumped) {
  lone one = lone_start(50 * MS);
  lone_show(&one, &(wire_body){.id = 1, .x = 100}, 1);
  lone_advance(&one, 0, lone_due(1));
  const wire_body body = {.id = 1, .x = x, .jumped = jumped};
  const wire_group group = {0, {&body, 1}};
  lone_apply(one.replica, (wire_frame){.states = {&group, 1}}, lone_due(2));
  assert_int_equal(replica_stats(one.replica)->corrections, 1);
  lone_advance(&one, 0, lone_due(2));
  int32_t error = replica_stats(one.replica)->error_x;
  lone_end(&one);
  return error;
}

static void a_correction_is_bled_off_but_a_huge_one_is_a_jump(void **state) {
  (void)state;
  assert_int_equal(error_when_told(100 + 399 * WIRE_SUBUNITS, 0), -399 * WIRE_SUBUNITS);
  assert_int_equal(error_when_told(100 + 401 * WIRE_SUBUNITS, 0), 0);
  assert_int_equal(error_when_told(100 + 399 * WIRE_SUBUNITS, 1), 0); /* as the server says that it is one */
}

static void a_box_that_walks_out_of_the_seen_cells_is_dropped(void **state) {
  (void)state;
  lone one = lone_start(0);
  const wire_body body = {.id = 5, .x = 9995, .y = 10, .buttons = BUTTON_RIGHT};
  const wire_group keyframe = {0, {&body, 1}};
  lone_apply(one.replica, (wire_frame){.keyframes = {&keyframe, 1}}, 0);
  assert_int_equal(replica_stats(one.replica)->boxes, 1);
  lone_apply(one.replica, (wire_frame){0}, 33 * MS);
  assert_int_equal(replica_stats(one.replica)->boxes, 0);
  lone_end(&one);
}

static void a_keyframe_leaves_nothing_else_in_its_cell(void **state) {
  (void)state;
  lone one = lone_start(0);
  const wire_body bodies[] = {{.id = 5, .x = 10}, {.id = 6, .x = 20}};
  const wire_group both = {0, {bodies, 2}}, second = {0, {bodies + 1, 1}};
  lone_apply(one.replica, (wire_frame){.keyframes = {&both, 1}}, 0);
  assert_int_equal(replica_stats(one.replica)->boxes, 2);
  lone_apply(one.replica, (wire_frame){.keyframes = {&second, 1}}, 33 * MS);
  assert_int_equal(replica_stats(one.replica)->boxes, 1);
  assert_int_equal(replica_id_at(one.replica, 0), 6);
  lone_end(&one);
}

static void records_applied_twice_change_nothing(void **state) {
  (void)state;
  lone one = lone_start(0);
  const wire_body bodies[] = {{.id = 5, .x = 10}, {.id = 5, .x = 10}};
  const wire_turn turns[] = {{5, BUTTON_DOWN}, {5, BUTTON_DOWN}, {77, 1}};
  const wire_goner gone[] = {{9}, {9}};
  const wire_group group = {0, {bodies, 2}};
  lone_apply(one.replica, (wire_frame){.keyframes = {&group, 1}}, 0);
  lone_apply(one.replica, (wire_frame){.turns = {turns, 3}, .gone = {gone, 2}}, 33 * MS);
  sim_body body;
  uint32_t buttons;
  assert_true(replica_find(one.replica, 5, &body, &buttons));
  assert_int_equal(body.y, 10);
  assert_int_equal(replica_stats(one.replica)->boxes, 1);
  lone_end(&one);
}

static void a_wrong_checksum_is_counted_and_asks_for_the_cell(void **state) {
  (void)state;
  lone one = lone_start(0);
  const wire_body body = {.id = 5, .x = 10};
  const wire_group group = {0, {&body, 1}};
  sim_body is = {.x = 10};
  const wire_check right = {0, sim_checksum_fold(sim_checksum_add(SIM_CHECKSUM_START, 5, 0, &is))};
  const wire_check wrong = {0, right.sum ^ 1}, unseen = {1, 0};
  uint32_t cell = 9;
  lone_apply(one.replica, (wire_frame){.keyframes = {&group, 1}, .checks = {&right, 1}}, 0);
  assert_int_equal(replica_stats(one.replica)->checks, 1);
  assert_false(replica_wants_resync(one.replica, &cell));
  lone_apply(one.replica, (wire_frame){.checks = {&unseen, 1}}, 33 * MS);
  assert_int_equal(replica_stats(one.replica)->checks, 1);
  lone_apply(one.replica, (wire_frame){.checks = {&wrong, 1}}, 66 * MS);
  assert_int_equal(replica_stats(one.replica)->desyncs, 1);
  assert_true(replica_wants_resync(one.replica, &cell));
  assert_int_equal(cell, 0);
  assert_false(replica_wants_resync(one.replica, &cell));
  lone_end(&one);
}

static void more_boxes_than_there_is_room_for_are_not_kept(void **state) {
  (void)state;
  lone one = lone_start(0);
  const wire_body bodies[] = {{.id = 9}, {.id = 5}, {.id = 7}, {.id = 6}};
  const wire_group group = {0, {bodies, 4}}, nowhere = {60000, {bodies, 4}};
  lone_apply(one.replica, (wire_frame){.keyframes = {&group, 1}, .states = {&nowhere, 1}}, 0);
  assert_int_equal(replica_stats(one.replica)->boxes, 3);
  assert_int_equal(replica_id_at(one.replica, 0), 5);
  assert_int_equal(replica_id_at(one.replica, 2), 9);
  lone_end(&one);
}

/* Any number within the schema's range may come: nothing overflows (the sanitizers watch), nothing is lost track of. */
static void frames_of_nonsense_never_break_a_replica(void **state) {
  (void)state;
  enum { RECORDS = 6, FRAMES = 30000 };
  lone one = lone_start(0);
  uint32_t random = 11, most = 0;
  wire_draw_item items[4];
  wire_replica_input inputs[2];
  for (int i = 0; i < FRAMES; i++) {
    wire_body bodies[RECORDS];
    wire_turn turns[RECORDS];
    wire_check checks[RECORDS];
    wire_place dropped[1] = {{wander_random(&random) % 6}};
    wire_goner gone[1] = {{1 + wander_random(&random) % 9}};
    for (int j = 0; j < RECORDS; j++) {
      int32_t far = wander_random(&random) % 4 ? 20000 : WIRE_COORDINATE_MAX;
      bodies[j] = (wire_body){.id = 1 + wander_random(&random) % 9,
                              .x = (int32_t)(wander_random(&random) % (2u * (uint32_t)far)) - far,
                              .y = (int32_t)(wander_random(&random) % (2u * (uint32_t)far)) - far,
                              .buttons = wander_random(&random) % 128,
                              .vx = (int32_t)(wander_random(&random) % (2 * WIRE_SPEED_MAX)) - WIRE_SPEED_MAX,
                              .vy = (int32_t)(wander_random(&random) % (2 * WIRE_SPEED_MAX)) - WIRE_SPEED_MAX,
                              .flags = wander_random(&random) % 65536,
                              .timer = wander_random(&random) % 65536,
                              .a = (int32_t)wander_random(&random),
                              .b = (int32_t)wander_random(&random),
                              .jumped = wander_random(&random) % 2};
      turns[j] = (wire_turn){1 + wander_random(&random) % 9, wander_random(&random) % 128};
      checks[j] = (wire_check){wander_random(&random) % 6, wander_random(&random) % 65536};
    }
    const wire_group groups[2] = {{wander_random(&random) % 6, {bodies, 3}},
                                  {wander_random(&random) % 6, {bodies + 3, 3}}};
    if (i % 50 == 0)
      replica_set_step(one.replica, replica_stats(one.replica)->tick + wander_random(&random) % 40 - 10,
                       steps[wander_random(&random) % step_count].step);
    wire_frame frame = {.ticks = wander_random(&random) % 20 ? 1 : 1 + wander_random(&random) % 65535,
                        .acks = wander_random(&random) % 65536,
                        .slack = (int32_t)(wander_random(&random) % 19999) - 9999,
                        .turns = {turns, wander_random(&random) % RECORDS},
                        .states = {groups, wander_random(&random) % 2},
                        .checks = {checks, wander_random(&random) % RECORDS},
                        .keyframes = {groups + 1, wander_random(&random) % 2},
                        .dropped = {dropped, wander_random(&random) % 2},
                        .gone = {gone, wander_random(&random) % 2}};
    int64_t now = (int64_t)i * 20 * MS + wander_random(&random) % (400 * MS);
    lone_apply(one.replica, frame, now);
    replica_advance(one.replica, wander_random(&random) % 16, now, inputs, 2);
    uint32_t boxes = replica_stats(one.replica)->boxes;
    assert_true(boxes <= 3 && replica_draw(one.replica, items, 4) <= boxes);
    for (uint32_t j = 1; j < boxes; j++)
      assert_true(replica_id_at(one.replica, j - 1) < replica_id_at(one.replica, j));
    most = boxes > most ? boxes : most;
  }
  assert_int_equal(most, 3);
  lone_end(&one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(positions_count_from_their_cells_corner),
      cmocka_unit_test(a_keyframe_leaves_other_cells_alone),
      cmocka_unit_test(a_dropped_cell_takes_its_boxes_along),
      cmocka_unit_test(a_box_is_not_drawn_before_the_tick_it_was_first_seen_at),
      cmocka_unit_test(ticks_that_no_frame_told_are_drawn_as_an_even_walk),
      cmocka_unit_test(before_a_jump_a_box_stays_where_it_was_told_last),
      cmocka_unit_test(a_box_without_news_walks_on_for_a_quarter_second_and_waits),
      cmocka_unit_test(nothing_older_than_what_is_remembered_is_shown),
      cmocka_unit_test(the_first_lead_is_the_round_trip_of_hello_and_at_most_a_second),
      cmocka_unit_test(without_frames_the_own_box_stops_after_a_second_but_speaks_on),
      cmocka_unit_test(a_tap_is_not_lost_though_the_next_picture_comes_ticks_later),
      cmocka_unit_test(an_input_is_replayed_until_it_is_acknowledged_even_when_its_tick_has_passed),
      cmocka_unit_test(a_correction_is_bled_off_but_a_huge_one_is_a_jump),
      cmocka_unit_test(a_box_that_walks_out_of_the_seen_cells_is_dropped),
      cmocka_unit_test(a_keyframe_leaves_nothing_else_in_its_cell),
      cmocka_unit_test(records_applied_twice_change_nothing),
      cmocka_unit_test(a_wrong_checksum_is_counted_and_asks_for_the_cell),
      cmocka_unit_test(more_boxes_than_there_is_room_for_are_not_kept),
      cmocka_unit_test(frames_of_nonsense_never_break_a_replica),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
