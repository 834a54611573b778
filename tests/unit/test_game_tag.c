/* The rules of tag, on a stage: who chases, who catches whom, who wins, and what happens when somebody leaves. */
#include <stdlib.h>
#include <string.h>

#include "common/games/tag/tag.h"
#include "tests/unit/game_stage.h"

enum { RUNNER, CHASER, CAUGHT };
enum { CATCH_POINTS = 5, ESCAPE_POINTS = 5, LASTING_SECONDS = 5, HEAD_START = 2 * STAGE_TICK_RATE };

static game_stage *stage;

static int open_stage(void **state) {
  (void)state;
  stage = calloc(1, sizeof *stage);
  return stage ? 0 : -1;
}

static int close_stage(void **state) {
  (void)state;
  game_stage_close(stage);
  free(stage);
  return 0;
}

/* A match with everybody standing still, and its head start over. */
static void start_still(uint32_t players) {
  game_stage_open(stage, "tag", NULL, players, 7);
  game_stage_freeze(stage);
  game_stage_start(stage);
  game_stage_run(stage, HEAD_START);
}

static stage_player *of(uint32_t id) {
  return game_stage_player(stage, id);
}

/* Puts the two on one place and lets a tick pass. */
static void meet(uint32_t one, uint32_t other) {
  game_stage_put(stage, one, of(other)->body.x, of(other)->body.y);
  game_stage_tick(stage);
}

static void run_out_of_time(void) {
  game_stage_run(stage, 601 * STAGE_TICK_RATE);
  assert_true(stage->finished);
}

/* --- who chases --------------------------------------------------------------------------------------------- */

static void about_one_in_four_chases_at_least_one_never_all(void **state) {
  (void)state;
  static const struct {
    uint32_t players;
    int32_t percent;
    uint32_t chasers;
  } rows[] = {{2, 25, 1},  {3, 25, 1},   {4, 25, 1}, {5, 25, 1}, {6, 25, 2}, {8, 25, 2}, {9, 25, 2},
              {16, 25, 4}, {40, 25, 10}, {40, 5, 2}, {10, 5, 1}, {2, 75, 1}, {3, 75, 2}, {4, 75, 3}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    game_stage_open(stage, "tag", NULL, rows[i].players, (uint32_t)i);
    game_stage_set(stage, "chasers", rows[i].percent);
    game_stage_start(stage);
    assert_int_equal(game_stage_count(stage, CHASER), rows[i].chasers);
    assert_int_equal(game_stage_count(stage, RUNNER), rows[i].players - rows[i].chasers);
    if (i + 1 < sizeof rows / sizeof rows[0])
      game_stage_close(stage);
  }
}

static void over_twenty_rematches_everybody_chases_as_often(void **state) {
  (void)state;
  for (uint32_t players = 2; players <= 11; players++) {
    game_stage_open(stage, "tag", NULL, players, players);
    for (int match = 0; match < 20; match++)
      game_stage_start(stage);
    uint32_t least = UINT32_MAX, most = 0;
    for (uint32_t id = 1; id <= players; id++) {
      uint32_t chased = of(id)->dealt[CHASER];
      least = chased < least ? chased : least;
      most = chased > most ? chased : most;
    }
    assert_in_range(least, 1, 10);
    assert_in_range(most - least, 0, 1);
    if (players < 11)
      game_stage_close(stage);
  }
}

static void who_chases_first_is_left_to_chance(void **state) {
  (void)state;
  uint32_t first[5] = {0};
  for (uint32_t seed = 1; seed <= 200; seed++) {
    if (seed > 1)
      game_stage_close(stage);
    game_stage_open(stage, "tag", NULL, 4, seed);
    game_stage_start(stage);
    first[game_stage_first(stage, CHASER)]++;
  }
  for (uint32_t id = 1; id <= 4; id++)
    assert_in_range(first[id], 25, 80);
}

static void who_comes_later_chases_no_more_often_than_others(void **state) {
  (void)state;
  game_stage_open(stage, "tag", NULL, 4, 3);
  for (int match = 0; match < 20; match++)
    game_stage_start(stage);
  uint32_t late = game_stage_join(stage);
  for (int match = 0; match < 20; match++)
    game_stage_start(stage);
  assert_in_range(of(late)->dealt[CHASER], 3, 6);
}

/* --- catching ----------------------------------------------------------------------------------------------- */

static void chasers_stand_still_at_first_and_runners_do_not(void **state) {
  (void)state;
  game_stage_open(stage, "tag", NULL, 4, 1);
  game_stage_start(stage);
  uint32_t chaser = game_stage_first(stage, CHASER);
  const sim_body before = of(chaser)->body;
  uint32_t runner = game_stage_first(stage, RUNNER);
  const sim_body runners = of(runner)->body;
  for (uint32_t id = 1; id <= 4; id++)
    game_stage_hold(stage, id, before.x < stage->params.width / 2 ? BUTTON_RIGHT : BUTTON_LEFT);
  game_stage_run(stage, HEAD_START - 1);
  assert_int_equal(of(chaser)->body.x, before.x);
  assert_true(of(chaser)->body.flags & TAG_FROZEN);
  assert_int_not_equal(of(runner)->body.x, runners.x);
  game_stage_run(stage, 10);
  assert_int_not_equal(of(chaser)->body.x, before.x);
}

static void a_frozen_chaser_catches_nobody(void **state) {
  (void)state;
  game_stage_open(stage, "tag", NULL, 3, 7);
  game_stage_freeze(stage);
  game_stage_start(stage);
  uint32_t chaser = game_stage_first(stage, CHASER), runner = game_stage_first(stage, RUNNER);
  meet(chaser, runner);
  assert_int_equal(of(runner)->role, RUNNER);
  game_stage_run(stage, HEAD_START);
  assert_int_equal(of(runner)->role, CAUGHT);
}

static void who_is_caught_chases_after_a_moment(void **state) {
  (void)state;
  start_still(4);
  uint32_t chaser = game_stage_first(stage, CHASER), runner = game_stage_first(stage, RUNNER);
  meet(chaser, runner);
  assert_int_equal(of(runner)->role, CAUGHT);
  assert_int_equal(of(chaser)->score, CATCH_POINTS);
  assert_true(game_stage_was_told(stage, "{0} caught {1}."));
  uint32_t next = game_stage_first(stage, RUNNER);
  meet(runner, next);
  assert_int_equal(of(next)->role, RUNNER);
  game_stage_run(stage, 2 * STAGE_TICK_RATE);
  assert_int_equal(of(next)->role, CAUGHT);
  assert_int_equal(of(runner)->score, CATCH_POINTS);
}

static void without_infection_who_is_caught_is_out(void **state) {
  (void)state;
  game_stage_open(stage, "tag", NULL, 4, 7);
  game_stage_set(stage, "infection", 0);
  game_stage_freeze(stage);
  game_stage_start(stage);
  game_stage_run(stage, HEAD_START);
  uint32_t runner = game_stage_first(stage, RUNNER);
  meet(game_stage_first(stage, CHASER), runner);
  assert_true(of(runner)->out);
  assert_int_equal(game_stage_count(stage, RUNNER), 2);
  assert_int_equal(game_stage_count(stage, CAUGHT), 0);
  assert_false(stage->finished);
}

static void two_of_a_kind_may_meet(void **state) {
  (void)state;
  start_still(8);
  uint32_t chaser = game_stage_first(stage, CHASER), runner = game_stage_first(stage, RUNNER);
  for (uint32_t id = 1; id <= 8; id++)
    if (of(id)->role == RUNNER)
      game_stage_put(stage, id, of(runner)->body.x, of(runner)->body.y);
    else
      game_stage_put(stage, id, of(chaser)->body.x, of(chaser)->body.y);
  game_stage_run(stage, 30);
  assert_int_equal(game_stage_count(stage, RUNNER), 6);
  assert_int_equal(game_stage_count(stage, CHASER), 2);
}

static void the_last_runner_is_announced(void **state) {
  (void)state;
  start_still(3);
  assert_false(game_stage_was_told(stage, "{0} is the last runner!"));
  meet(game_stage_first(stage, CHASER), game_stage_first(stage, RUNNER));
  assert_true(game_stage_was_told(stage, "{0} is the last runner!"));
}

/* --- winning ------------------------------------------------------------------------------------------------ */

static void chasers_win_when_nobody_is_left_and_the_caught_do_not(void **state) {
  (void)state;
  start_still(3);
  uint32_t chaser = game_stage_first(stage, CHASER), caught = game_stage_first(stage, RUNNER);
  meet(chaser, caught);
  uint32_t last = game_stage_first(stage, RUNNER);
  meet(chaser, last);
  assert_true(stage->finished);
  assert_string_equal(stage->result, "The chasers win: {0} caught the last one.");
  assert_int_equal(stage->result_one, chaser);
  assert_int_equal(of(chaser)->victories, 1);
  assert_int_equal(of(caught)->victories + of(last)->victories, 0);
}

static void runners_who_last_win_and_score(void **state) {
  (void)state;
  start_still(4);
  uint32_t caught = game_stage_first(stage, RUNNER);
  meet(game_stage_first(stage, CHASER), caught);
  uint32_t chaser = game_stage_first(stage, CHASER), runner = game_stage_first(stage, RUNNER);
  run_out_of_time();
  assert_int_equal(stage->tick, 90 * STAGE_TICK_RATE);
  assert_string_equal(stage->result, "The runners win: {0} and others were never caught.");
  assert_int_equal(of(runner)->score, 90 / LASTING_SECONDS + ESCAPE_POINTS);
  assert_int_equal(of(runner)->victories, 1);
  assert_int_equal(of(caught)->victories + of(chaser)->victories, 0);
}

static void a_single_runner_who_lasts_is_named(void **state) {
  (void)state;
  game_stage_open(stage, "tag", NULL, 2, 7);
  game_stage_set(stage, "seconds", 20);
  game_stage_freeze(stage);
  game_stage_start(stage);
  uint32_t runner = game_stage_first(stage, RUNNER);
  run_out_of_time();
  assert_int_equal(stage->tick, 20 * STAGE_TICK_RATE);
  assert_string_equal(stage->result, "The runners win: {0} was never caught.");
  assert_int_equal(stage->result_one, runner);
}

/* --- leaving ------------------------------------------------------------------------------------------------ */

static void another_chases_when_the_last_chaser_leaves(void **state) {
  (void)state;
  start_still(4);
  uint32_t gone = game_stage_first(stage, CHASER);
  game_stage_leave(stage, gone);
  assert_false(stage->finished);
  uint32_t next = game_stage_first(stage, CHASER);
  assert_true(next && next != gone);
  assert_true(of(next)->body.flags & TAG_FROZEN);
  assert_int_equal(game_stage_count(stage, RUNNER), 2);
  meet(next, game_stage_first(stage, RUNNER));
  assert_int_equal(game_stage_count(stage, RUNNER), 2);
  game_stage_run(stage, HEAD_START);
  assert_int_equal(game_stage_count(stage, RUNNER), 1);
}

static void nobody_takes_over_while_somebody_still_chases(void **state) {
  (void)state;
  start_still(4);
  uint32_t chaser = game_stage_first(stage, CHASER), caught = game_stage_first(stage, RUNNER);
  meet(chaser, caught);
  game_stage_leave(stage, chaser);
  assert_int_equal(game_stage_count(stage, CHASER), 0);
  game_stage_run(stage, HEAD_START);
  while (!stage->finished)
    meet(caught, game_stage_first(stage, RUNNER));
  assert_int_equal(of(caught)->victories, 1);
}

static void the_only_runner_left_wins_when_the_last_chaser_leaves(void **state) {
  (void)state;
  start_still(2);
  uint32_t runner = game_stage_first(stage, RUNNER);
  game_stage_leave(stage, game_stage_first(stage, CHASER));
  assert_true(stage->finished);
  assert_string_equal(stage->result, "The runners win: nobody is left to chase them.");
  assert_int_equal(of(runner)->victories, 1);
}

static void the_chasers_win_when_the_last_runner_leaves(void **state) {
  (void)state;
  start_still(3);
  uint32_t chaser = game_stage_first(stage, CHASER);
  game_stage_leave(stage, game_stage_first(stage, RUNNER));
  assert_false(stage->finished);
  game_stage_leave(stage, game_stage_first(stage, RUNNER));
  assert_true(stage->finished);
  assert_string_equal(stage->result, "The chasers win: no runner is left.");
  assert_int_equal(of(chaser)->victories, 1);
}

static void leaving_in_the_countdown_leaves_a_match_that_can_be_played(void **state) {
  (void)state;
  game_stage_open(stage, "tag", NULL, 3, 7);
  game_stage_start(stage);
  game_stage_leave(stage, game_stage_first(stage, CHASER));
  assert_int_equal(game_stage_count(stage, CHASER), 1);
  game_stage_run(stage, 3600 * STAGE_TICK_RATE);
  assert_true(stage->finished);
}

static void who_is_out_may_leave(void **state) {
  (void)state;
  game_stage_open(stage, "tag", NULL, 4, 7);
  game_stage_set(stage, "infection", 0);
  game_stage_freeze(stage);
  game_stage_start(stage);
  game_stage_run(stage, HEAD_START);
  uint32_t runner = game_stage_first(stage, RUNNER);
  meet(game_stage_first(stage, CHASER), runner);
  game_stage_leave(stage, runner);
  game_stage_run(stage, STAGE_TICK_RATE);
  assert_false(stage->finished);
}

/* Whoever leaves at whatever moment, a match that had a start has an end, and somebody won it. */
static void players_dropping_out_one_by_one_always_end_in_a_victory(void **state) {
  (void)state;
  for (uint32_t seed = 1; seed <= 60; seed++) {
    if (seed > 1)
      game_stage_close(stage);
    uint32_t random = seed, won = 0;
    game_stage_open(stage, "tag", NULL, 6, seed);
    game_stage_set(stage, "infection", seed % 2);
    game_stage_start(stage);
    for (uint32_t here = 6; here > 0 && !stage->finished; here--) {
      game_stage_run(stage, wander_random(&random) % (15 * STAGE_TICK_RATE));
      uint32_t id = 1 + wander_random(&random) % 6;
      while (!stage->players[id - 1].here)
        id = 1 + id % 6;
      if (!stage->finished)
        game_stage_leave(stage, id);
    }
    assert_true(stage->finished);
    for (uint32_t id = 1; id <= 6; id++)
      won += stage->players[id - 1].victories;
    assert_in_range(won, 1, 5);
  }
}

/* --- bots --------------------------------------------------------------------------------------------------- */

static void among_bots_neither_side_wins_more_than_four_of_five(void **state) {
  (void)state;
  enum { SEEDS = 40 };
  static const uint32_t sizes[] = {2, 4, 6, 8, 10, 12};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    uint32_t runners = 0, ticks = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
      if (i || seed > 1)
        game_stage_close(stage);
      game_stage_open(stage, "tag", NULL, sizes[i], seed);
      game_stage_play(stage);
      runners += strstr(stage->result, "The runners win") != NULL;
      ticks += stage->tick;
    }
    print_message("%u players: runners won %u of %u, %u s a match\n", sizes[i], runners, SEEDS,
                  ticks / SEEDS / STAGE_TICK_RATE);
    assert_in_range(runners, SEEDS / 5, SEEDS * 4 / 5);
  }
}

static void the_same_seed_gives_the_same_match(void **state) {
  (void)state;
  uint64_t traces[3];
  static const uint32_t seeds[] = {5, 5, 6};
  for (int i = 0; i < 3; i++) {
    if (i)
      game_stage_close(stage);
    game_stage_open(stage, "tag", NULL, 8, seeds[i]);
    game_stage_play(stage);
    game_stage_play(stage);
    traces[i] = stage->trace;
  }
  assert_true(traces[0] == traces[1]);
  assert_true(traces[0] != traces[2]);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
  const struct CMUnitTest tests[] = {
      CASE(about_one_in_four_chases_at_least_one_never_all),
      CASE(over_twenty_rematches_everybody_chases_as_often),
      CASE(who_chases_first_is_left_to_chance),
      CASE(who_comes_later_chases_no_more_often_than_others),
      CASE(chasers_stand_still_at_first_and_runners_do_not),
      CASE(a_frozen_chaser_catches_nobody),
      CASE(who_is_caught_chases_after_a_moment),
      CASE(without_infection_who_is_caught_is_out),
      CASE(two_of_a_kind_may_meet),
      CASE(the_last_runner_is_announced),
      CASE(chasers_win_when_nobody_is_left_and_the_caught_do_not),
      CASE(runners_who_last_win_and_score),
      CASE(a_single_runner_who_lasts_is_named),
      CASE(another_chases_when_the_last_chaser_leaves),
      CASE(nobody_takes_over_while_somebody_still_chases),
      CASE(the_only_runner_left_wins_when_the_last_chaser_leaves),
      CASE(the_chasers_win_when_the_last_runner_leaves),
      CASE(leaving_in_the_countdown_leaves_a_match_that_can_be_played),
      CASE(who_is_out_may_leave),
      CASE(players_dropping_out_one_by_one_always_end_in_a_victory),
      CASE(among_bots_neither_side_wins_more_than_four_of_five),
      CASE(the_same_seed_gives_the_same_match),
  };
#undef CASE
  return cmocka_run_group_tests(tests, NULL, NULL);
}
