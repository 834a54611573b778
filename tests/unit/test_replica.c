/* The replica against the real host, over a line with latency, jitter and stalls, by a clock of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/games/steps.h"
#include "common/gen/tables.h"
#include "common/wander.h"
#include "server/map.h"
#include "server/world.h"
#include "tests/unit/lagged.h"

enum { MS = 1000, RATE = 30, DRAW_EVERY_MS = 16 };

static const char arena_text[] = "{\"name\":\"Test\",\"width\":2400,\"height\":1600,"
                                 "\"blocks\":[[600,300,200,100]],"
                                 "\"spawns\":[[1000,800],[1200,800],[1400,800],[1000,1000]]}";

/* A host, a player behind a slow line and one on a quick one, and the time. */
typedef struct {
  map *arena;
  host *host;
  lagged *slow, *quick;
  int64_t now; /* us */

  sim_step_fn next_step; /* of the world, from next_step_tick on */
  uint32_t next_step_tick;
} play;

static void play_start(play *play, int64_t latency_ms, int64_t jitter_ms) {
  char error[MAP_ERROR_BYTES];
  play->now = 1000 * MS;
  play->next_step = NULL;
  play->arena = map_parse(arena_text, sizeof arena_text - 1, "test", error);
  assert_non_null(play->arena);
  host_config config = {.tick_rate = RATE, .clients_max = 8, .seed = 1, .arena = play->arena};
  play->host = host_create(&config, play->now);
  assert_non_null(play->host);
  play->slow = lagged_connect(play->host, latency_ms * MS, jitter_ms * MS, 7, play->now);
  play->quick = lagged_connect(play->host, 1 * MS, 0, 8, play->now);
}

static void play_end(play *play) {
  lagged_free(play->slow);
  lagged_free(play->quick);
  host_destroy(play->host);
  map_free(play->arena);
}

static void tell(lagged *player, const wire_type *type, const void *message) {
  uint8_t bytes[LAGGED_BYTES];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  assert_true(wire_encode(&out, type, message));
  assert_true(player->link.ops->send(&player->link, out.bytes, out.size));
}

/* Another step, so many ticks ahead, as a server tells and makes it. */
static void change_step(play *play, const char *name, uint32_t ahead) {
  wire_step step = {.tick = host_count(play->host).tick + ahead};
  strcpy(step.step, name);
  tell(play->slow, &wire_step_type, &step);
  tell(play->quick, &wire_step_type, &step);
  play->next_step = step_find(name);
  play->next_step_tick = step.tick;
}

static void run_host(play *play) {
  if (play->next_step && host_count(play->host).tick + 1 == play->next_step_tick) {
    world_set_step(host_world(play->host), play->next_step);
    play->next_step = NULL;
  }
  host_run(play->host, play->now);
}

/* One millisecond passes; each client draws every sixteenth. */
static void pass(play *play, uint32_t buttons) {
  play->now += MS;
  lagged_deliver(play->slow, play->now);
  lagged_deliver(play->quick, play->now);
  if (play->now >= host_next_due(play->host))
    run_host(play);
  if (play->now / MS % DRAW_EVERY_MS == 0)
    lagged_draw(play->slow, buttons, play->now);
  if (play->now / MS % DRAW_EVERY_MS == 5)
    lagged_draw(play->quick, play->quick->buttons, play->now);
}

static void pass_ms(play *play, int64_t ms, uint32_t buttons) {
  for (int64_t i = 0; i < ms; i++)
    pass(play, buttons);
}

/* Left and right in turn, so that the box stays about where it is: `turns` changes, one each 200-500 ms. */
static void walk_about(play *play, uint32_t turns) {
  static const uint32_t ways[] = {BUTTON_LEFT, BUTTON_UP, BUTTON_RIGHT, BUTTON_DOWN, 0};
  for (uint32_t i = 0; i < turns; i++)
    pass_ms(play, 200 + i * 37 % 300, ways[i % 5]);
}

static const wire_replica_stats *stats_of(const lagged *player) {
  return replica_stats(player->replica);
}

static sim_body confirmed(const lagged *observer, const lagged *whose) {
  sim_body body = {0};
  uint32_t buttons;
  assert_true(replica_find(observer->replica, whose->id, &body, &buttons));
  return body;
}

static sim_body truth(const play *play, const lagged *whose) {
  return host_world(play->host)->boxes[whose->id].body;
}

static void assert_same_place(sim_body one, sim_body other) {
  assert_int_equal(one.x, other.x);
  assert_int_equal(one.y, other.y);
}

static wire_draw_item drawn(lagged *observer, uint32_t id) {
  wire_draw_item items[16];
  uint32_t count = replica_draw(observer->replica, items, 16);
  for (uint32_t i = 0; i < count; i++)
    if (items[i].id == id)
      return items[i];
  fail_msg("box %u is not drawn", id);
  return items[0];
}

static void steady_play_needs_no_correction(int64_t latency_ms, int64_t jitter_ms) {
  play play;
  play_start(&play, latency_ms, jitter_ms);
  walk_about(&play, 20); /* five seconds and more to settle */
  wire_replica_stats before = *stats_of(play.slow);
  sim_body start = confirmed(play.slow, play.slow);
  int64_t walked = 0;
  for (uint32_t i = 0; i < 20; i++) {
    walk_about(&play, 5);
    walked += labs(confirmed(play.slow, play.slow).x - start.x) + labs(confirmed(play.slow, play.slow).y - start.y);
  }
  const wire_replica_stats *after = stats_of(play.slow);
  assert_int_equal(after->corrections - before.corrections, 0);
  assert_true(latency_ms == 0 || after->replayed > before.replayed + 50);
  assert_true(walked > 1000 * WIRE_SUBUNITS);
  assert_true(after->checks > 10);
  assert_int_equal(after->desyncs, 0);
  play_end(&play);
}

static void a_hundred_turns_at_200_ms_and_40_ms_jitter_need_no_correction(void **state) {
  (void)state;
  steady_play_needs_no_correction(100, 40);
}

static void nor_do_they_at_200_ms_each_way(void **state) {
  (void)state;
  steady_play_needs_no_correction(200, 40);
}

static void nor_do_they_on_a_quick_line(void **state) {
  (void)state;
  steady_play_needs_no_correction(0, 0);
}

/* From step to step and back while walking and, where the step has it, dashing. Returns how many corrections that
   took; `ahead` ticks are the changes told before. */
static uint32_t corrections_of_changes(int64_t latency_ms, int64_t jitter_ms, uint32_t ahead) {
  static const char *const names[] = {"still", "tag", "still", "roam", "tag", "roam"};
  play play;
  play_start(&play, latency_ms, jitter_ms);
  walk_about(&play, 30);
  uint32_t before = stats_of(play.slow)->corrections, stood = 0, dashed = 0;
  for (uint32_t i = 0; i < 24; i++) {
    change_step(&play, names[i % 6], ahead);
    for (uint32_t ms = 0; ms < 1700; ms++) {
      sim_body last = truth(&play, play.slow);
      pass(&play, (ms / 300 % 2 ? BUTTON_LEFT : BUTTON_RIGHT) | (ms / 600 % 2 ? BUTTON_ACTION : 0));
      int32_t by = abs(truth(&play, play.slow).x - last.x);
      stood += by == 0 && play.next_step == NULL && i % 2 == 0 && i % 6 < 4;
      dashed += by > 2 * 300 * WIRE_SUBUNITS / RATE;
    }
    assert_int_equal(stats_of(play.slow)->error_x, 0);
  }
  pass_ms(&play, 3000, 0);
  assert_true(stood > 5 * 1000);
  assert_in_range(dashed, 30, 80); /* ticks, about eight a dash */
  assert_same_place(confirmed(play.slow, play.slow), truth(&play, play.slow));
  assert_same_place(confirmed(play.quick, play.slow), truth(&play, play.slow));
  assert_true(stats_of(play.slow)->checks > 30);
  assert_int_equal(stats_of(play.slow)->desyncs + stats_of(play.quick)->desyncs, 0);
  uint32_t corrections = stats_of(play.slow)->corrections - before;
  play_end(&play);
  return corrections;
}

static void a_step_that_changes_in_time_needs_no_correction_while_walking_and_dashing(void **state) {
  (void)state;
  assert_int_equal(corrections_of_changes(100, 40, WIRE_STEP_AHEAD_MS * RATE / 1000), 0);
  assert_int_equal(corrections_of_changes(5, 0, WIRE_STEP_AHEAD_MS * RATE / 1000), 0);
}

/* What was predicted by the old step is predicted anew before the server can contradict. */
static void nor_does_one_that_is_told_too_late_for_the_prediction(void **state) {
  (void)state;
  assert_int_equal(corrections_of_changes(250, 40, WIRE_STEP_AHEAD_MS * RATE / 1000), 0);
  assert_int_equal(corrections_of_changes(100, 40, 1), 0);
}

static void a_push_is_one_correction_and_gone_in_100_ms(void **state) {
  (void)state;
  play play;
  play_start(&play, 100, 40);
  walk_about(&play, 30);
  pass_ms(&play, 1000, 0);
  uint32_t before = stats_of(play.slow)->corrections;
  sim_body stood = confirmed(play.slow, play.slow);
  world_push(host_world(play.host), play.slow->id, 800, 0);
  while (stats_of(play.slow)->corrections == before)
    pass(&play, 0);
  pass_ms(&play, DRAW_EVERY_MS, 0);
  assert_true(abs(stats_of(play.slow)->error_x) > 10 * WIRE_SUBUNITS); /* it is drawn where it was, at first */
  pass_ms(&play, 100, 0);
  assert_int_equal(stats_of(play.slow)->error_x, 0);
  pass_ms(&play, 2000, 0);
  assert_int_equal(stats_of(play.slow)->corrections, before + 1);
  assert_true(confirmed(play.slow, play.slow).x - stood.x > 100 * WIRE_SUBUNITS);
  assert_same_place(confirmed(play.slow, play.slow), truth(&play, play.slow));
  play_end(&play);
}

static void a_teleport_is_shown_at_once_and_not_slid_to(void **state) {
  (void)state;
  play play;
  play_start(&play, 50, 10);
  walk_about(&play, 20);
  pass_ms(&play, 1000, 0);
  world_teleport(host_world(play.host), play.slow->id, 100 * WIRE_SUBUNITS, 100 * WIRE_SUBUNITS);
  int32_t before = drawn(play.quick, play.slow->id).x, seen_before = 0, seen_between = 0;
  for (int i = 0; i < 500; i++) {
    pass(&play, 0);
    int32_t x = drawn(play.quick, play.slow->id).x, own = drawn(play.slow, play.slow->id).x;
    seen_before += x == before;
    seen_between += (x != before && x != 100 * WIRE_SUBUNITS) || (own != before && own != 100 * WIRE_SUBUNITS);
  }
  assert_true(seen_before > 0);
  assert_int_equal(seen_between, 0);
  assert_int_equal(drawn(play.slow, play.slow->id).x, 100 * WIRE_SUBUNITS);
  assert_int_equal(drawn(play.quick, play.slow->id).x, 100 * WIRE_SUBUNITS);
  play_end(&play);
}

static void a_stalled_second_is_right_again_within_300_ms(void **state) {
  (void)state;
  play play;
  play_start(&play, 100, 40);
  play.quick->buttons = BUTTON_DOWN;
  walk_about(&play, 30);
  int64_t end = play.now + 1000 * MS;
  lagged_stall(play.slow, end);
  uint32_t frames = stats_of(play.slow)->frames;
  pass_ms(&play, 500, BUTTON_LEFT);
  assert_int_equal(stats_of(play.slow)->frames, frames);
  play.quick->buttons = BUTTON_UP;
  pass_ms(&play, 800, BUTTON_LEFT);
  assert_true(play.now == end + 300 * MS);
  uint32_t corrections = stats_of(play.slow)->corrections;
  uint32_t behind = host_count(play.host).tick - stats_of(play.slow)->tick;
  assert_true(behind <= (100 + 40) * RATE / 1000 + 1);
  play.quick->buttons = 0;
  pass_ms(&play, 2000, 0);
  assert_int_equal(stats_of(play.slow)->corrections, corrections); /* nothing was wrong after those 300 ms */
  assert_int_equal(stats_of(play.slow)->desyncs, 0);
  assert_same_place(confirmed(play.slow, play.quick), truth(&play, play.quick));
  assert_same_place(confirmed(play.slow, play.slow), truth(&play, play.slow));
  assert_true(stats_of(play.slow)->delay_us < 150 * MS); /* a stall is not covered by drawing everything late */
  play_end(&play);
}

/* What was pressed meanwhile comes late by anything from nothing to the whole stall: none of it may count as jitter. */
static void a_stall_leaves_the_lead_as_it_was(void **state) {
  (void)state;
  play play;
  play_start(&play, 75, 20);
  walk_about(&play, 30);
  int32_t lead = stats_of(play.slow)->lead_us;
  for (int64_t pressed = 0; pressed < 1000; pressed += 70) {
    uint32_t corrections = stats_of(play.slow)->corrections;
    lagged_stall(play.slow, play.now + 1000 * MS);
    pass_ms(&play, pressed, BUTTON_LEFT);
    pass_ms(&play, 1300 - pressed, BUTTON_RIGHT);
    assert_true(stats_of(play.slow)->corrections > corrections);
    assert_in_range(stats_of(play.slow)->lead_us, lead - 20 * MS, lead + 20 * MS);
    walk_about(&play, 8);
    assert_in_range(stats_of(play.slow)->lead_us, lead - 20 * MS, lead + 20 * MS);
  }
  play_end(&play);
}

static void a_slow_start_does_not_leave_a_long_lead(void **state) {
  (void)state;
  play play;
  play_start(&play, 5, 0);
  lagged_stall(play.slow, play.now + 60 * MS);
  while (!replica_is_ready(play.slow->replica))
    pass(&play, 0);
  lagged_stall(play.slow, play.now + 900 * MS); /* the first inputs come late, as when a browser starts */
  pass_ms(&play, 900, BUTTON_LEFT);
  walk_about(&play, 8);
  assert_true(stats_of(play.slow)->lead_us < 150 * MS); /* the guess is the slow hello's round trip */
  uint32_t corrections = stats_of(play.slow)->corrections;
  walk_about(&play, 40);
  assert_true(stats_of(play.slow)->lead_us < 50 * MS);
  assert_int_equal(stats_of(play.slow)->corrections, corrections);
  play_end(&play);
}

static void the_own_box_answers_a_key_in_the_frame_that_sees_it(void **state) {
  (void)state;
  play play;
  play_start(&play, 100, 40);
  walk_about(&play, 20);
  pass_ms(&play, 1000, 0);
  for (int i = 0; i < 20; i++) {
    pass_ms(&play, 100 + i * 7, 0);
    lagged_draw(play.slow, 0, play.now);
    int32_t before = drawn(play.slow, play.slow->id).x;
    play.now += DRAW_EVERY_MS * MS;
    lagged_draw(play.slow, BUTTON_RIGHT, play.now);
    assert_true(drawn(play.slow, play.slow->id).x > before);
    pass_ms(&play, 50, BUTTON_LEFT);
  }
  play_end(&play);
}

/* Draws every 5 ms, at every phase of a tick. */
static void the_own_box_never_twitches_when_keys_change(void **state) {
  (void)state;
  static const uint32_t ways[] = {BUTTON_RIGHT, 0, BUTTON_LEFT, BUTTON_RIGHT, BUTTON_LEFT, 0};
  play play;
  play_start(&play, 20, 0);
  pass_ms(&play, 3000, 0);
  int32_t last = drawn(play.slow, play.slow->id).x, most = 0, back = 0;
  for (int i = 0; i < 1200; i++) {
    uint32_t way = ways[i / 31 % 6];
    pass_ms(&play, 5, way);
    lagged_draw(play.slow, way, play.now);
    int32_t x = drawn(play.slow, play.slow->id).x, by = x - last;
    most = abs(by) > most ? abs(by) : most;
    back += (way == BUTTON_RIGHT && by < 0) || (way == BUTTON_LEFT && by > 0);
    last = x;
  }
  assert_int_equal(stats_of(play.slow)->corrections, 0);
  assert_int_equal(back, 0);
  assert_in_range(most, 300 * WIRE_SUBUNITS * 5 / 1000, 300 * WIRE_SUBUNITS * 5 / 1000 * 25 / 10);
  play_end(&play);
}

static void after_the_server_was_stopped_nobody_is_shown_ahead_of_it(void **state) {
  (void)state;
  play play;
  play_start(&play, 20, 5);
  play.quick->buttons = BUTTON_DOWN;
  walk_about(&play, 20);
  play.now += 3000 * MS; /* SIGSTOP and SIGCONT: the schedule slips */
  pass_ms(&play, 1800, 0);
  assert_true(host_count(play.host).ticks_slipped > 50);
  assert_in_range(stats_of(play.slow)->lead_us, 20 * MS, 150 * MS);
  assert_true(stats_of(play.slow)->delay_us < 150 * MS);
  uint32_t corrections = stats_of(play.slow)->corrections;
  walk_about(&play, 30);
  wire_replica_stats stats = *stats_of(play.slow);
  drawn(play.slow, play.quick->id);
  assert_true((int32_t)(stats.tick - stats_of(play.slow)->shown_tick) >= 0);
  assert_true(stats.lead_us < 150 * MS);
  assert_int_equal(stats.corrections, corrections);
  assert_int_equal(stats.desyncs, 0);
  play_end(&play);
}

static void a_tap_between_two_ticks_is_not_lost(void **state) {
  (void)state;
  play play;
  play_start(&play, 20, 0);
  pass_ms(&play, 3000, 0);
  sim_body before = truth(&play, play.slow);
  lagged_draw(play.slow, BUTTON_RIGHT, play.now);
  lagged_draw(play.slow, 0, play.now);
  pass_ms(&play, 500, 0);
  assert_true(truth(&play, play.slow).x > before.x);
  assert_true(truth(&play, play.slow).x <= before.x + 2 * 300 * WIRE_SUBUNITS / RATE);
  play_end(&play);
}

static void others_are_drawn_smoothly_between_confirmed_ticks(void **state) {
  (void)state;
  play play;
  play_start(&play, 100, 40);
  walk_about(&play, 30);
  play.quick->buttons = BUTTON_UP;
  pass_ms(&play, 1500, 0);
  play.quick->buttons = BUTTON_DOWN;
  pass_ms(&play, 700, 0);
  int32_t last = drawn(play.slow, play.quick->id).y, still = 0, most = 0, foretold = 0;
  for (int i = 0; i < 60; i++) {
    pass_ms(&play, DRAW_EVERY_MS, 0);
    wire_draw_item item = drawn(play.slow, play.quick->id);
    still += item.y == last;
    foretold += (int32_t)item.foretold;
    most = item.y - last > most ? item.y - last : most;
    last = item.y;
  }
  assert_int_equal(still, 0);
  assert_true(foretold < 6);
  assert_true(most <= 300 * WIRE_SUBUNITS * DRAW_EVERY_MS / 1000 * 12 / 10); /* speed, and a tenth for slewing */
  play_end(&play);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_hundred_turns_at_200_ms_and_40_ms_jitter_need_no_correction),
      cmocka_unit_test(nor_do_they_at_200_ms_each_way),
      cmocka_unit_test(nor_do_they_on_a_quick_line),
      cmocka_unit_test(a_step_that_changes_in_time_needs_no_correction_while_walking_and_dashing),
      cmocka_unit_test(nor_does_one_that_is_told_too_late_for_the_prediction),
      cmocka_unit_test(a_push_is_one_correction_and_gone_in_100_ms),
      cmocka_unit_test(a_teleport_is_shown_at_once_and_not_slid_to),
      cmocka_unit_test(a_stalled_second_is_right_again_within_300_ms),
      cmocka_unit_test(a_stall_leaves_the_lead_as_it_was),
      cmocka_unit_test(a_slow_start_does_not_leave_a_long_lead),
      cmocka_unit_test(the_own_box_answers_a_key_in_the_frame_that_sees_it),
      cmocka_unit_test(the_own_box_never_twitches_when_keys_change),
      cmocka_unit_test(after_the_server_was_stopped_nobody_is_shown_ahead_of_it),
      cmocka_unit_test(a_tap_between_two_ticks_is_not_lost),
      cmocka_unit_test(others_are_drawn_smoothly_between_confirmed_ticks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
