/* The replica in a match of the real host, over a slow line: the steps that a match brings, as it brings them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "server/map.h"
#include "server/rooms.h"
#include "tests/unit/lagged.h"

enum { MS = 1000, RATE = 30, DRAW_EVERY_MS = 16, WALK = 160 };

/* Two who never meet, as each walks to and fro at its end of the arena. */
static const char arena_text[] = "{\"name\":\"Test\",\"width\":2400,\"height\":1600,\"blocks\":[],"
                                 "\"spawns\":[[500,400],[1900,1200]]}";

typedef struct play {
  map *arena;
  host *host;
  const room *room;
  lagged *slow, *quick;
  int64_t now;            /* us */
  uint32_t stood, dashed; /* ms in which the slow one's box stood; ticks in which it went faster than walking */
} play;

static const sim_body *truth(const play *play) {
  return &play->room->world.boxes[play->slow->id].body;
}

static void pass(play *play, uint32_t buttons) {
  play->now += MS;
  lagged_deliver(play->slow, play->now);
  lagged_deliver(play->quick, play->now);
  if (play->now >= host_next_due(play->host))
    host_run(play->host, play->now);
  if (play->now / MS % DRAW_EVERY_MS == 0)
    lagged_draw(play->slow, buttons, play->now);
  if (play->now / MS % DRAW_EVERY_MS == 5)
    lagged_draw(play->quick, 0, play->now);
}

/* To and fro, and dashing whenever that is possible. */
static void dash_about(play *play, int64_t ms) {
  for (int64_t i = 0; i < ms; i++) {
    int32_t x = truth(play)->x;
    pass(play, BUTTON_ACTION | (play->now / (300 * MS) % 2 ? BUTTON_LEFT : BUTTON_RIGHT));
    int32_t by = abs(truth(play)->x - x);
    play->stood += by == 0;
    play->dashed += by > WALK * 3 / 2;
  }
}

/* The quick one comes first, so it is the host of the room. */
static void play_start(play *play, int64_t latency_ms, int64_t jitter_ms) {
  char error[MAP_ERROR_BYTES];
  *play = (struct play){.now = 1000 * MS, .arena = map_parse(arena_text, sizeof arena_text - 1, "test", error)};
  assert_non_null(play->arena);
  host_config config = {.tick_rate = RATE, .clients_max = 8, .seed = 1, .arena = play->arena, .rooms = "general:tag"};
  play->host = host_create(&config, play->now);
  assert_non_null(play->host);
  play->room = rooms_find(host_rooms(play->host), ROOMS_GENERAL);
  play->quick = lagged_connect(play->host, 1 * MS, 0, 8, play->now);
  play->slow = lagged_connect(play->host, latency_ms * MS, jitter_ms * MS, 7, play->now);
  while (!replica_is_ready(play->slow->replica))
    pass(play, 0);
}

static void play_end(play *play) {
  lagged_free(play->slow);
  lagged_free(play->quick);
  host_destroy(play->host);
  map_free(play->arena);
}

static const wire_replica_stats *stats_of(const lagged *player) {
  return replica_stats(player->replica);
}

static void assert_in_step(const play *play) {
  const lagged *both[] = {play->slow, play->quick};
  for (int i = 0; i < 2; i++) {
    sim_body body;
    uint32_t buttons;
    assert_true(replica_find(both[i]->replica, play->slow->id, &body, &buttons));
    assert_memory_equal(&body, truth(play), sizeof body);
    assert_int_equal(stats_of(both[i])->desyncs, 0);
    assert_true(stats_of(both[i])->checks > 20);
  }
}

static void pause_match(play *play, uint32_t on) {
  const wire_pause pause = {on};
  lagged_send(play->quick, &wire_pause_type, &pause, play->now);
}

/* Walking before the match, standing in the countdown, dashing in the match; then pauses, which are nothing but changes
   of the step. */
static void a_match_and_its_pauses_correct_nothing_but_what_rules_do(void **state) {
  (void)state;
  play play;
  play_start(&play, 100, 40);
  dash_about(&play, 8000); /* the lead settles */
  uint32_t before = stats_of(play.slow)->corrections;
  lagged_send(play.quick, &wire_start_type, NULL, play.now);
  dash_about(&play, 500);
  assert_int_equal(play.room->match.phase, PHASE_COUNTDOWN);
  assert_int_equal(stats_of(play.slow)->corrections, before);
  dash_about(&play, 8500);
  assert_int_equal(play.room->match.phase, PHASE_PLAYING);
  assert_true(stats_of(play.slow)->corrections > before); /* put on a place, and told a role's speed */
  uint32_t paused = 0;
  before = stats_of(play.slow)->corrections;
  play.stood = play.dashed = 0;
  for (uint32_t i = 0; i < 10; i++) {
    pause_match(&play, i % 2 == 0);
    dash_about(&play, 2300);
    paused += play.room->match.paused;
  }
  assert_int_equal(paused, 5);
  assert_true(play.stood > 5 * 1800);
  assert_in_range(play.dashed, 20, 60);
  assert_int_equal(stats_of(play.slow)->corrections, before);
  for (int i = 0; i < 3000; i++) /* cooled down, too */
    pass(&play, 0);
  assert_in_step(&play);
  play_end(&play);
}

/* Whoever comes while the step is about to change, or has changed, steps as the others do. */
static void a_newcomer_has_the_step_of_the_others(void **state) {
  (void)state;
  for (int64_t wait = 0; wait < 5000; wait += 250) {
    play play;
    play_start(&play, 20, 0);
    dash_about(&play, 1000);
    lagged_send(play.quick, &wire_start_type, NULL, play.now);
    dash_about(&play, wait);
    lagged *late = lagged_connect(play.host, 5 * MS, 0, 9, play.now);
    for (int i = 0; i < 3000; i++) {
      lagged_deliver(late, play.now);
      dash_about(&play, 1);
    }
    sim_body body;
    uint32_t buttons;
    assert_true(replica_find(late->replica, play.slow->id, &body, &buttons));
    assert_true(stats_of(late)->checks > 0);
    assert_int_equal(stats_of(late)->desyncs, 0);
    lagged_free(late);
    play_end(&play);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_match_and_its_pauses_correct_nothing_but_what_rules_do),
      cmocka_unit_test(a_newcomer_has_the_step_of_the_others),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
