/* What games share: walking bots (common/games/steer.h), free places, and roam, which needs no rules at all. */
#include <stdlib.h>

#include "common/games/steer.h"
#include "tests/unit/game_stage.h"

static game_stage *stage;
static int32_t goal_x, goal_y;

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

static uint32_t walk_to_goal(const game_sight *sight, wander *mind) {
  return steer_to(sight, mind, goal_x, goal_y);
}

/* Roam, with a mind that walks to a goal. */
static game_rules walking(void) {
  game_rules rules = *game_find("roam");
  rules.think = walk_to_goal;
  return rules;
}

static uint32_t seconds_to_goal(uint32_t seconds_max) {
  const sim_body *body = &game_stage_player(stage, 1)->body;
  for (uint32_t tick = 0; tick < seconds_max * STAGE_TICK_RATE; tick++) {
    if (steer_distance(body->x, body->y, goal_x, goal_y) < stage->params.box)
      return tick / STAGE_TICK_RATE;
    game_stage_tick(stage);
  }
  return seconds_max;
}

static void a_bot_comes_to_any_place_of_the_plaza(void **state) {
  (void)state;
  enum { WALKS = 200, SECONDS = 60 };
  uint32_t late = 0, seconds = 0;
  game_stage_open(stage, "roam", NULL, 1, 11);
  const game_rules rules = walking();
  stage->rules = &rules;
  game_stage_start(stage);
  for (int walk = 0; walk < WALKS; walk++) {
    assert_true(game_free_place(&stage->match, &goal_x, &goal_y));
    uint32_t took = seconds_to_goal(SECONDS);
    late += took == SECONDS;
    seconds += took;
  }
  print_message("%u s a walk, %u of %u never came\n", seconds / WALKS, late, WALKS);
  assert_true(late <= WALKS / 50);
  assert_in_range(seconds / WALKS, 1, 12);
}

static void a_bot_comes_out_of_a_pocket(void **state) {
  (void)state;
  static const char pocket[] = "{\"name\": \"Pocket\", \"width\": 1000, \"height\": 600, \"blocks\": ["
                               "[300, 200, 300, 30], [300, 370, 300, 30], [570, 230, 30, 140]],"
                               "\"spawns\": [[500, 275]]}";
  game_stage_open(stage, "roam", pocket, 1, 11);
  const game_rules rules = walking();
  stage->rules = &rules;
  game_stage_start(stage);
  goal_x = 800 * WIRE_SUBUNITS;
  goal_y = 275 * WIRE_SUBUNITS;
  assert_in_range(seconds_to_goal(120), 2, 119);
}

static void a_decision_of_another_match_is_forgotten(void **state) {
  (void)state;
  game_stage_open(stage, "roam", NULL, 1, 11);
  const game_rules rules = walking();
  stage->rules = &rules;
  game_stage_start(stage);
  goal_x = goal_y = 75 * WIRE_SUBUNITS;
  game_stage_player(stage, 1)->mind.turn_at = 100000;
  const sim_body before = game_stage_player(stage, 1)->body;
  game_stage_run(stage, STAGE_TICK_RATE);
  const sim_body *after = &game_stage_player(stage, 1)->body;
  assert_true(steer_distance(after->x, after->y, before.x, before.y) > stage->params.box);
}

static void a_free_place_is_free_and_can_be_anywhere(void **state) {
  (void)state;
  uint32_t quarters = 0;
  game_stage_open(stage, "roam", NULL, 1, 11);
  game_stage_start(stage);
  for (int i = 0; i < 1000; i++) {
    int32_t x, y;
    assert_true(game_free_place(&stage->match, &x, &y));
    assert_true(sim_is_free(x, y, &stage->params, stage->ground));
    quarters |= 1u << ((x > stage->params.width / 2) + 2 * (y > stage->params.height / 2));
  }
  assert_int_equal(quarters, 15);
}

static void an_arena_without_a_free_place_is_said_to_have_none(void **state) {
  (void)state;
  static const char full[] = "{\"name\": \"Full\", \"width\": 1000, \"height\": 600, \"blocks\": ["
                             "[60, 0, 940, 600], [0, 60, 60, 540]], \"spawns\": [[0, 0]]}";
  int32_t x, y;
  game_stage_open(stage, "roam", full, 1, 11);
  game_stage_start(stage);
  bool found = game_free_place(&stage->match, &x, &y);
  assert_true(!found || (x <= 10 * WIRE_SUBUNITS && y <= 10 * WIRE_SUBUNITS));
}

static void in_roam_everybody_walks_and_comes_and_goes_and_nobody_wins(void **state) {
  (void)state;
  game_stage_open(stage, "roam", NULL, 3, 11);
  game_stage_start(stage);
  const sim_body before = game_stage_player(stage, 2)->body;
  game_stage_run(stage, 10 * STAGE_TICK_RATE);
  uint32_t late = game_stage_join(stage);
  game_stage_leave(stage, 1);
  game_stage_run(stage, 60 * STAGE_TICK_RATE);
  const sim_body *after = &game_stage_player(stage, 2)->body;
  assert_true(after->x != before.x || after->y != before.y);
  assert_true(game_stage_player(stage, late)->plays);
  assert_false(stage->finished);
}

static void every_game_says_what_it_is_and_fits_the_wire(void **state) {
  (void)state;
  enum { SHARED_CHOICES = 2 }; /* that rooms add to those of the game */
  game_stage_open(stage, "roam", NULL, 1, 11);
  assert_true(game_count >= 3);
  for (uint32_t i = 0; i < game_count; i++) {
    const game_rules *rules = games[i];
    assert_true(rules->name && rules->words && rules->players_min > 0);
    assert_true(rules->role_count <= WIRE_ROLES_MAX && rules->team_count <= WIRE_TEAMS_MAX);
    assert_true(rules->option_count + SHARED_CHOICES <= WIRE_CHOICES_MAX);
    assert_true(rules->state_bytes <= GAME_STATE_BYTES_MAX);
    assert_ptr_equal(game_find(rules->name), rules);
    for (uint32_t at = 0; at < rules->option_count; at++)
      assert_true(rules->options[at].min <= rules->options[at].value &&
                  rules->options[at].value <= rules->options[at].max);
  }
  assert_null(game_find("chess"));
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
  const struct CMUnitTest tests[] = {
      CASE(a_bot_comes_to_any_place_of_the_plaza),
      CASE(a_bot_comes_out_of_a_pocket),
      CASE(a_decision_of_another_match_is_forgotten),
      CASE(a_free_place_is_free_and_can_be_anywhere),
      CASE(an_arena_without_a_free_place_is_said_to_have_none),
      CASE(in_roam_everybody_walks_and_comes_and_goes_and_nobody_wins),
      CASE(every_game_says_what_it_is_and_fits_the_wire),
  };
#undef CASE
  return cmocka_run_group_tests(tests, NULL, NULL);
}
