/* What stands behind game_doors on the stage. Asserts whatever rules promise: only players who are here, roles and
   options that exist, bodies and marks in range. */
#include <string.h>

#include "common/pre.h"
#include "tests/unit/game_stage.h"

static game_stage *stage_of(const game_match *match) {
  return (game_stage *)(uintptr_t)match;
}

static stage_player *player_in(const game_match *match, uint32_t id) {
  stage_player *player = game_stage_player(stage_of(match), id);
  assert_true(player->plays);
  return player;
}

static bool is_in_play(const stage_player *player) {
  return player->here && player->plays && !player->out;
}

static uint32_t door_tick(const game_match *match) {
  return stage_of(match)->tick;
}

static uint32_t door_tick_rate(const game_match *match) {
  (void)match;
  return STAGE_TICK_RATE;
}

static const sim_params *door_params(const game_match *match) {
  return &stage_of(match)->params;
}

static const sim_map *door_ground(const game_match *match) {
  return stage_of(match)->ground;
}

static void *door_state(game_match *match) {
  return stage_of(match)->memory;
}

static uint32_t door_random(game_match *match, uint32_t below) {
  PRE(below > 0);
  return wander_random(&stage_of(match)->random) % below;
}

static int32_t door_option_value(const game_match *match, const char *name) {
  const game_stage *stage = stage_of(match);
  for (uint32_t i = 0; i < stage->rules->option_count; i++)
    if (strcmp(stage->rules->options[i].name, name) == 0)
      return stage->options[i];
  fail_msg("%s has no option %s", stage->rules->name, name);
  return 0;
}

static uint32_t door_players(const game_match *match) {
  const game_stage *stage = stage_of(match);
  uint32_t count = 0;
  for (uint32_t i = 0; i < stage->player_count; i++)
    count += is_in_play(&stage->players[i]);
  return count;
}

static uint32_t door_player(const game_match *match, uint32_t index) {
  const game_stage *stage = stage_of(match);
  for (uint32_t i = 0; i < stage->player_count; i++)
    if (is_in_play(&stage->players[i]) && index-- == 0)
      return stage->players[i].id;
  fail_msg("asked for a player beyond the last");
  return 0;
}

static const sim_body *door_body(const game_match *match, uint32_t id) {
  assert_false(player_in(match, id)->out);
  return &player_in(match, id)->body;
}

static uint32_t door_role_of(const game_match *match, uint32_t id) {
  return player_in(match, id)->role;
}

static uint32_t door_team_of(const game_match *match, uint32_t id) {
  return player_in(match, id)->team;
}

static int32_t door_score_of(const game_match *match, uint32_t id) {
  return player_in(match, id)->score;
}

static int32_t *team_score_at(const game_match *match, uint32_t team) {
  assert_in_range(team, 1, stage_of(match)->rules->team_count);
  return &stage_of(match)->team_scores[team - 1];
}

static int32_t door_team_score(const game_match *match, uint32_t team) {
  return *team_score_at(match, team);
}

static int32_t *door_kept(game_match *match, uint32_t id) {
  return player_in(match, id)->kept;
}

static void door_set_role(game_match *match, uint32_t id, uint32_t role) {
  assert_true(role < stage_of(match)->rules->role_count);
  player_in(match, id)->role = role;
}

static void door_set_team(game_match *match, uint32_t id, uint32_t team) {
  assert_in_range(team, 0, stage_of(match)->rules->team_count);
  player_in(match, id)->team = team;
}

static void door_add_score(game_match *match, uint32_t id, int32_t points) {
  player_in(match, id)->score += points;
}

static void door_add_team_score(game_match *match, uint32_t team, int32_t points) {
  *team_score_at(match, team) += points;
}

static void door_put_out(game_match *match, uint32_t id) {
  player_in(match, id)->out = true;
}

static void door_push(game_match *match, uint32_t id, int32_t vx, int32_t vy) {
  sim_body *body = &player_in(match, id)->body;
  body->vx += vx;
  body->vy += vy;
  assert_in_range(body->vx + WIRE_SPEED_MAX, 0, 2 * WIRE_SPEED_MAX);
  assert_in_range(body->vy + WIRE_SPEED_MAX, 0, 2 * WIRE_SPEED_MAX);
}

static void door_teleport(game_match *match, uint32_t id, int32_t x, int32_t y) {
  game_stage *stage = stage_of(match);
  sim_body *body = &player_in(match, id)->body;
  if (!sim_is_free(x, y, &stage->params, stage->ground)) {
    stage->teleports_refused++;
    return;
  }
  body->x = x;
  body->y = y;
}

static void door_set_body(game_match *match, uint32_t id, int32_t flags, int32_t timer, int32_t a, int32_t b) {
  sim_body *body = &player_in(match, id)->body;
  assert_in_range(flags, 0, UINT16_MAX);
  assert_in_range(timer, 0, UINT16_MAX);
  body->flags = flags;
  body->timer = timer;
  body->a = a;
  body->b = b;
}

static void door_set_mark(game_match *match, uint32_t index, const wire_mark *mark) {
  game_stage *stage = stage_of(match);
  assert_true(index < WIRE_MARKS_MAX);
  assert_in_range(mark->color, 0, GAME_COLOR_OWN);
  assert_true(mark->w == 0 || (mark->h > 0 && mark->x + mark->w <= (uint32_t)stage->params.width &&
                               mark->y + mark->h <= (uint32_t)stage->params.height));
  stage->marks[index] = *mark;
  stage->mark_changes++;
}

static void assert_words(const char *words) {
  assert_in_range(strlen(words), 1, WIRE_WORDS_BYTES_MAX);
}

/* {0} and {1} stand for players who are here. */
static void assert_names(const game_match *match, const char *words, uint32_t one, uint32_t other) {
  assert_words(words);
  assert_true(!strstr(words, "{0}") || player_in(match, one));
  assert_true(!strstr(words, "{1}") || player_in(match, other));
}

static void door_tell(game_match *match, const char *words, uint32_t one, uint32_t other) {
  game_stage *stage = stage_of(match);
  assert_names(match, words, one, other);
  if (stage->tell_count < STAGE_TELLS_MAX)
    strcpy(stage->tells[stage->tell_count++], words);
}

static void door_limit(game_match *match, uint32_t ticks) {
  stage_of(match)->ends_at = ticks ? stage_of(match)->tick + ticks : 0;
}

static uint32_t door_ticks_left(const game_match *match) {
  return stage_of(match)->ends_at ? stage_of(match)->ends_at - stage_of(match)->tick : 0;
}

static void door_win(game_match *match, uint32_t id) {
  player_in(match, id)->won = true;
}

static void door_win_team(game_match *match, uint32_t team) {
  game_stage *stage = stage_of(match);
  assert_in_range(team, 1, stage->rules->team_count);
  stage->won_team = team;
  for (uint32_t i = 0; i < stage->player_count; i++)
    if (stage->players[i].here && stage->players[i].plays && stage->players[i].team == team)
      stage->players[i].won = true;
}

static void door_finish(game_match *match, const char *words, uint32_t one) {
  game_stage *stage = stage_of(match);
  assert_false(stage->finished);
  assert_names(match, words, one, one);
  strcpy(stage->result, words);
  stage->result_one = one;
  stage->finished = true;
}

const game_doors game_stage_doors = {
    .tick = door_tick,
    .tick_rate = door_tick_rate,
    .params = door_params,
    .ground = door_ground,
    .state = door_state,
    .random = door_random,
    .option_value = door_option_value,
    .players = door_players,
    .player = door_player,
    .body = door_body,
    .role_of = door_role_of,
    .team_of = door_team_of,
    .score_of = door_score_of,
    .team_score = door_team_score,
    .kept = door_kept,
    .set_role = door_set_role,
    .set_team = door_set_team,
    .add_score = door_add_score,
    .add_team_score = door_add_team_score,
    .put_out = door_put_out,
    .push = door_push,
    .teleport = door_teleport,
    .set_body = door_set_body,
    .set_mark = door_set_mark,
    .tell = door_tell,
    .limit = door_limit,
    .ticks_left = door_ticks_left,
    .win = door_win,
    .win_team = door_win_team,
    .finish = door_finish,
};
