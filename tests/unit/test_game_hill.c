/* The rules of hill, on a stage: teams, the zone, points, pushes, and who wins. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/game_stage.h"

enum { NOBODY = GAME_COLOR_OWN };

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

static stage_player *of(uint32_t id) {
  return game_stage_player(stage, id);
}

static uint32_t member(uint32_t team, uint32_t number) {
  for (uint32_t i = 0; i < stage->player_count; i++)
    if (stage->players[i].here && stage->players[i].team == team && number-- == 0)
      return stage->players[i].id;
  fail_msg("team %u has too few members", team);
  return 0;
}

static uint32_t members(uint32_t team) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < stage->player_count; i++)
    count += stage->players[i].here && stage->players[i].team == team;
  return count;
}

/* Everybody stands still, outside the hill, which stays where it is for as long as the rules let it. */
static void start_still(uint32_t players, int32_t teams) {
  game_stage_open(stage, "hill", NULL, players, 7);
  game_stage_set(stage, "teams", teams);
  game_stage_set(stage, "move", 0);
  game_stage_freeze(stage);
  game_stage_start(stage);
  const wire_mark *hill = &stage->marks[0];
  const int32_t edge = stage->params.box, far = stage->params.width - 2 * edge;
  for (uint32_t i = 0; i < players; i++)
    game_stage_put(stage, stage->players[i].id, hill->x > (uint32_t)stage->params.width / 2 ? edge : far,
                   (int32_t)(2 * i + 1) * edge);
}

/* Into the hill's middle, moved sideways by so much. */
static void enter(uint32_t id, int32_t aside) {
  const wire_mark *hill = &stage->marks[0];
  game_stage_put(stage, id, (int32_t)(hill->x + hill->w / 2) - stage->params.box / 2 + aside,
                 (int32_t)(hill->y + hill->h / 2) - stage->params.box / 2);
}

static void away(uint32_t id) {
  const int32_t edge = stage->params.box;
  game_stage_put(stage, id,
                 stage->marks[0].x > (uint32_t)stage->params.width / 2 ? edge : stage->params.width - 2 * edge,
                 (int32_t)(2 * id + 1) * edge);
}

static void run_seconds(uint32_t seconds) {
  game_stage_run(stage, seconds * STAGE_TICK_RATE);
}

/* --- teams -------------------------------------------------------------------------------------------------- */

static void teams_are_dealt_evenly(void **state) {
  (void)state;
  for (uint32_t players = 2; players <= 13; players++)
    for (int32_t teams = 2; teams <= 4; teams++) {
      if (players > 2 || teams > 2)
        game_stage_close(stage);
      game_stage_open(stage, "hill", NULL, players, players);
      game_stage_set(stage, "teams", teams);
      game_stage_start(stage);
      const uint32_t made = (uint32_t)teams < players ? (uint32_t)teams : players;
      uint32_t dealt = 0;
      for (uint32_t team = 1; team <= 4; team++) {
        assert_in_range(members(team), team <= made ? players / made : 0,
                        team <= made ? (players + made - 1) / made : 0);
        dealt += members(team);
      }
      assert_int_equal(dealt, players);
    }
}

static void over_rematches_everybody_plays_with_everybody(void **state) {
  (void)state;
  uint32_t together[7] = {0};
  game_stage_open(stage, "hill", NULL, 6, 1);
  for (int match = 0; match < 100; match++) {
    game_stage_start(stage);
    for (uint32_t id = 2; id <= 6; id++)
      together[id] += of(id)->team == of(1)->team;
  }
  for (uint32_t id = 2; id <= 6; id++)
    assert_in_range(together[id], 25, 55); /* two of five */
}

static void who_drops_in_joins_the_smaller_team_or_the_losing_one(void **state) {
  (void)state;
  start_still(3, 2);
  uint32_t smaller = members(1) < members(2) ? 1 : 2;
  assert_int_equal(of(game_stage_join(stage))->team, smaller);
  stage->team_scores[0] = 3;
  uint32_t losing = game_stage_join(stage);
  assert_int_equal(of(losing)->team, 2);
  assert_int_equal(of(game_stage_join(stage))->team, 1);
}

/* --- the hill ----------------------------------------------------------------------------------------------- */

static void a_team_alone_on_the_hill_gets_a_point_a_second(void **state) {
  (void)state;
  start_still(4, 2);
  assert_int_equal(stage->marks[0].color, NOBODY);
  assert_string_equal(stage->marks[0].words, "nobody's hill");
  uint32_t holder = member(2, 0);
  enter(holder, 0);
  game_stage_tick(stage);
  assert_int_equal(stage->marks[0].color, 1);
  assert_string_equal(stage->marks[0].words, "Red's hill");
  run_seconds(10);
  assert_int_equal(stage->team_scores[1], 10);
  assert_int_equal(stage->team_scores[0], 0);
  assert_int_equal(of(holder)->score, 10);
  assert_int_equal(of(member(2, 1))->score, 0);
}

static void two_of_a_team_on_the_hill_get_it_no_more_points(void **state) {
  (void)state;
  start_still(4, 2);
  enter(member(1, 0), 0);
  enter(member(1, 1), 0);
  run_seconds(5);
  assert_int_equal(stage->team_scores[0], 5);
  assert_int_equal(of(member(1, 0))->score, 5);
  assert_int_equal(of(member(1, 1))->score, 5);
}

static void nobody_scores_while_the_hill_is_contested(void **state) {
  (void)state;
  start_still(4, 2);
  enter(member(1, 0), -1200);
  enter(member(2, 0), 1200);
  run_seconds(5);
  assert_int_equal(stage->team_scores[0] + stage->team_scores[1], 0);
  assert_int_equal(stage->marks[0].color, NOBODY);
  assert_string_equal(stage->marks[0].words, "contested");
  away(member(2, 0));
  run_seconds(5);
  assert_in_range(stage->team_scores[0], 4, 5);
}

/* Else two who take turns would get points for nothing held. */
static void a_second_begun_by_another_team_does_not_count(void **state) {
  (void)state;
  start_still(2, 2);
  for (int turn = 0; turn < 10; turn++) {
    uint32_t in = turn % 2 ? member(1, 0) : member(2, 0), out = turn % 2 ? member(2, 0) : member(1, 0);
    away(out);
    enter(in, 0);
    game_stage_run(stage, STAGE_TICK_RATE - 1);
  }
  assert_int_equal(stage->team_scores[0] + stage->team_scores[1], 0);
}

static void a_box_is_on_the_hill_if_its_middle_is(void **state) {
  (void)state;
  start_still(2, 2);
  const int32_t reach = (int32_t)stage->marks[0].w / 2;
  enter(member(1, 0), reach);
  game_stage_tick(stage);
  assert_int_equal(stage->marks[0].color, 0);
  enter(member(1, 0), reach + 1);
  game_stage_tick(stage);
  assert_int_equal(stage->marks[0].color, NOBODY);
}

static bool a_box_fits_in_its_middle(const wire_mark *hill) {
  return sim_is_free((int32_t)(hill->x + hill->w / 2) - stage->params.box / 2,
                     (int32_t)(hill->y + hill->h / 2) - stage->params.box / 2, &stage->params, stage->ground);
}

static void the_hill_moves_to_another_place_where_boxes_fit(void **state) {
  (void)state;
  game_stage_open(stage, "hill", NULL, 2, 3);
  game_stage_set(stage, "move", 10);
  game_stage_set(stage, "points", 1000);
  game_stage_set(stage, "seconds", 1800);
  game_stage_freeze(stage);
  game_stage_start(stage);
  for (int move = 0; move < 100; move++) {
    const wire_mark before = stage->marks[0];
    game_stage_run(stage, 10 * STAGE_TICK_RATE - 1);
    assert_memory_equal(&before, &stage->marks[0], offsetof(wire_mark, color));
    game_stage_tick(stage);
    const wire_mark *after = &stage->marks[0];
    assert_true(abs((int)after->x - (int)before.x) > 4000 || abs((int)after->y - (int)before.y) > 4000);
    assert_true(a_box_fits_in_its_middle(after));
  }
  assert_true(game_stage_was_told(stage, "The hill moves!"));
}

static void on_an_arena_full_of_blocks_the_hill_still_finds_a_place(void **state) {
  (void)state;
  static const char text[] =
      "{\"name\": \"Grate\", \"width\": 600, \"height\": 600, \"blocks\": ["
      "[60,0,20,600],[140,0,20,600],[220,0,20,600],[300,0,20,600],[380,0,20,600],[460,0,20,600]],"
      "\"spawns\": [[5, 5], [5, 100], [85, 5], [85, 100]]}";
  game_stage_open(stage, "hill", text, 2, 3);
  game_stage_set(stage, "move", 1);
  game_stage_freeze(stage);
  game_stage_start(stage);
  for (int move = 0; move < 50; move++) {
    run_seconds(1);
    assert_true(stage->marks[0].w > 0);
  }
}

/* --- pushes ------------------------------------------------------------------------------------------------- */

static void opponents_who_touch_are_pushed_apart(void **state) {
  (void)state;
  start_still(2, 2);
  enter(1, -300);
  enter(2, 300);
  const int32_t left = of(1)->body.x, right = of(2)->body.x;
  run_seconds(2);
  assert_true(of(1)->body.x < left - stage->params.box);
  assert_true(of(2)->body.x > right + stage->params.box);
  assert_int_equal(of(1)->body.y, of(2)->body.y);
}

static void opponents_on_one_spot_part_as_well(void **state) {
  (void)state;
  start_still(2, 2);
  enter(1, 0);
  enter(2, 0);
  run_seconds(2);
  assert_true(abs(of(1)->body.x - of(2)->body.x) > stage->params.box);
}

static void friends_do_not_push_each_other(void **state) {
  (void)state;
  start_still(4, 2);
  enter(member(1, 0), -300);
  enter(member(1, 1), 300);
  const int32_t left = of(member(1, 0))->body.x;
  run_seconds(1);
  assert_int_equal(of(member(1, 0))->body.x, left);
}

/* A push in every tick of a contact would add up. */
static void a_push_does_not_add_up_while_they_touch(void **state) {
  (void)state;
  start_still(2, 2);
  int32_t fastest = 0;
  enter(1, -20);
  enter(2, 20);
  for (int tick = 0; tick < 60; tick++) {
    const sim_body one = of(1)->body, other = of(2)->body;
    game_stage_tick(stage);
    fastest = abs(of(1)->body.vx) > fastest ? abs(of(1)->body.vx) : fastest;
    of(1)->body.x = one.x; /* held where they are */
    of(2)->body.x = other.x;
  }
  assert_in_range(fastest, stage->params.box, 2 * stage->params.box);
}

/* --- winning ------------------------------------------------------------------------------------------------ */

static void the_first_team_with_enough_points_wins(void **state) {
  (void)state;
  game_stage_open(stage, "hill", NULL, 4, 7);
  game_stage_set(stage, "points", 5);
  game_stage_set(stage, "move", 0);
  game_stage_freeze(stage);
  game_stage_start(stage);
  enter(member(2, 0), 0);
  run_seconds(6);
  assert_true(stage->finished);
  assert_string_equal(stage->result, "Red wins: it held the hill.");
  assert_int_equal(stage->won_team, 2);
  for (uint32_t id = 1; id <= 4; id++)
    assert_int_equal(of(id)->victories, of(id)->team == 2);
}

static void when_time_is_up_the_best_team_wins(void **state) {
  (void)state;
  start_still(4, 4);
  enter(member(3, 0), 0);
  run_seconds(3);
  away(member(3, 0));
  run_seconds(240);
  assert_true(stage->finished);
  assert_int_equal(stage->tick, 240 * STAGE_TICK_RATE);
  assert_string_equal(stage->result, "Time is up: Green has most points.");
  assert_int_equal(of(member(3, 0))->victories, 1);
}

static void when_the_best_are_equal_nobody_wins(void **state) {
  (void)state;
  start_still(4, 4);
  stage->team_scores[1] = stage->team_scores[3] = 7;
  stage->team_scores[0] = 6;
  run_seconds(240);
  assert_true(stage->finished);
  assert_string_equal(stage->result, "Time is up: a draw. Nobody wins.");
  assert_int_equal(stage->won_team, 0);
  for (uint32_t id = 1; id <= 4; id++)
    assert_int_equal(of(id)->victories, 0);
}

/* --- leaving ------------------------------------------------------------------------------------------------ */

static void a_team_without_opponents_has_won(void **state) {
  (void)state;
  start_still(4, 2);
  game_stage_leave(stage, member(1, 0));
  assert_false(stage->finished);
  game_stage_leave(stage, member(1, 0));
  assert_true(stage->finished);
  assert_string_equal(stage->result, "Red wins: nobody else is left.");
  assert_int_equal(of(member(2, 0))->victories, 1);
}

static void who_leaves_the_hill_by_leaving_the_room_holds_it_no_longer(void **state) {
  (void)state;
  start_still(4, 2);
  enter(member(1, 0), 0);
  run_seconds(2);
  game_stage_leave(stage, member(1, 0));
  game_stage_tick(stage);
  assert_int_equal(stage->marks[0].color, NOBODY);
  assert_int_equal(stage->team_scores[0], 2);
}

static void players_dropping_out_one_by_one_always_end_the_match(void **state) {
  (void)state;
  for (uint32_t seed = 1; seed <= 40; seed++) {
    if (seed > 1)
      game_stage_close(stage);
    uint32_t random = seed;
    game_stage_open(stage, "hill", NULL, 6, seed);
    game_stage_set(stage, "teams", 2 + (int32_t)seed % 3);
    game_stage_start(stage);
    while (!stage->finished) {
      game_stage_run(stage, wander_random(&random) % (20 * STAGE_TICK_RATE));
      uint32_t id = 1 + wander_random(&random) % 6;
      while (!stage->players[id - 1].here)
        id = 1 + id % 6;
      if (!stage->finished)
        game_stage_leave(stage, id);
    }
  }
}

/* --- bots --------------------------------------------------------------------------------------------------- */

static void among_bots_every_team_wins_its_share_and_few_matches_are_draws(void **state) {
  (void)state;
  enum { SEEDS = 40 };
  for (int32_t teams = 2; teams <= 4; teams++) {
    uint32_t won[5] = {0}, points = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
      if (teams > 2 || seed > 1)
        game_stage_close(stage);
      game_stage_open(stage, "hill", NULL, 2 * (uint32_t)teams, seed);
      game_stage_set(stage, "teams", teams);
      game_stage_play(stage);
      won[stage->won_team]++;
      for (int32_t team = 0; team < teams; team++)
        points += (uint32_t)stage->team_scores[team];
    }
    print_message("%d teams: draws %u, won %u %u %u %u, %u points a match\n", teams, won[0], won[1], won[2], won[3],
                  won[4], points / SEEDS);
    assert_in_range(won[0], 0, SEEDS / 4);
    for (int32_t team = 1; team <= teams; team++)
      assert_in_range(won[team], SEEDS / 16, SEEDS * 4 / 5);
    assert_true(points / SEEDS > 10);
  }
}

static void the_same_seed_gives_the_same_match(void **state) {
  (void)state;
  uint64_t traces[3];
  static const uint32_t seeds[] = {5, 5, 6};
  for (int i = 0; i < 3; i++) {
    if (i)
      game_stage_close(stage);
    game_stage_open(stage, "hill", NULL, 6, seeds[i]);
    game_stage_play(stage);
    traces[i] = stage->trace;
  }
  assert_true(traces[0] == traces[1]);
  assert_true(traces[0] != traces[2]);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
  const struct CMUnitTest tests[] = {
      CASE(teams_are_dealt_evenly),
      CASE(over_rematches_everybody_plays_with_everybody),
      CASE(who_drops_in_joins_the_smaller_team_or_the_losing_one),
      CASE(a_team_alone_on_the_hill_gets_a_point_a_second),
      CASE(two_of_a_team_on_the_hill_get_it_no_more_points),
      CASE(nobody_scores_while_the_hill_is_contested),
      CASE(a_second_begun_by_another_team_does_not_count),
      CASE(a_box_is_on_the_hill_if_its_middle_is),
      CASE(the_hill_moves_to_another_place_where_boxes_fit),
      CASE(on_an_arena_full_of_blocks_the_hill_still_finds_a_place),
      CASE(opponents_who_touch_are_pushed_apart),
      CASE(opponents_on_one_spot_part_as_well),
      CASE(friends_do_not_push_each_other),
      CASE(a_push_does_not_add_up_while_they_touch),
      CASE(the_first_team_with_enough_points_wins),
      CASE(when_time_is_up_the_best_team_wins),
      CASE(when_the_best_are_equal_nobody_wins),
      CASE(a_team_without_opponents_has_won),
      CASE(who_leaves_the_hill_by_leaving_the_room_holds_it_no_longer),
      CASE(players_dropping_out_one_by_one_always_end_the_match),
      CASE(among_bots_every_team_wins_its_share_and_few_matches_are_draws),
      CASE(the_same_seed_gives_the_same_match),
  };
#undef CASE
  return cmocka_run_group_tests(tests, NULL, NULL);
}
