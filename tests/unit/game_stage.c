#include "tests/unit/game_stage.h"

#include <stdlib.h>
#include <string.h>

#include "common/games/steps.h"
#include "server/games.h"
#include "server/world.h"

stage_player *game_stage_player(game_stage *stage, uint32_t id) {
  for (uint32_t i = 0; i < stage->player_count; i++)
    if (stage->players[i].id == id && stage->players[i].here)
      return &stage->players[i];
  fail_msg("there is no player %u", id);
  return NULL;
}

static bool is_in_play(const stage_player *player) {
  return player->here && player->plays && !player->out;
}

void game_stage_set(game_stage *stage, const char *option, int32_t value) {
  for (uint32_t i = 0; i < stage->rules->option_count; i++)
    if (strcmp(stage->rules->options[i].name, option) == 0) {
      assert_in_range(value - stage->rules->options[i].min, 0,
                      stage->rules->options[i].max - stage->rules->options[i].min);
      stage->options[i] = value;
      return;
    }
  fail_msg("%s has no option %s", stage->rules->name, option);
}

/* --- opening ------------------------------------------------------------------------------------------------ */

static void open_ground(game_stage *stage, const char *text) {
  char error[MAP_ERROR_BYTES];
  stage->arena = text ? map_parse(text, strlen(text), "arena", error) : map_load("assets/maps/plaza.json", error);
  assert_non_null(stage->arena);
  const map *arena = stage->arena;
  const uint32_t walk = WORLD_WALK * WIRE_SUBUNITS / STAGE_TICK_RATE;
  const wire_map source = {.width = arena->width,
                           .height = arena->height,
                           .cell = arena->cell,
                           .box = WORLD_BOX * WIRE_SUBUNITS,
                           .walk = walk,
                           .walk_diagonal = walk * 7071 / 10000,
                           .blocks = {arena->blocks, arena->block_count}};
  stage->params = sim_params_of(&source);
  stage->ground_memory = malloc(sim_map_bytes(&source));
  stage->ground = sim_map_init(stage->ground_memory, sim_map_bytes(&source), &source);
}

void game_stage_open(game_stage *stage, const char *game, const char *arena, uint32_t players, uint32_t seed) {
  *stage = (game_stage){.match = {&game_stage_doors}, .rules = game_find(game), .random = wander_init(seed).random};
  char error[GAMES_ERROR_BYTES];
  if (!stage->rules) {
    fail_msg("there is no game called '%s'", game);
    return;
  }
  if (!games_fit(game, stage->rules, error))
    fail_msg("%s", error);
  stage->step = step_find(stage->rules->step ? stage->rules->step : "roam");
  assert_non_null(stage->step);
  for (uint32_t i = 0; i < stage->rules->option_count; i++)
    stage->options[i] = stage->rules->options[i].value;
  open_ground(stage, arena);
  while (players-- > 0)
    game_stage_join(stage);
}

void game_stage_close(game_stage *stage) {
  free(stage->ground_memory);
  map_free(stage->arena);
}

/* A spawn point that nobody stands on. */
static void place(game_stage *stage, stage_player *player) {
  for (uint32_t tries = 0;; tries++) {
    assert_true(tries < 1000);
    map_spawn spawn = stage->arena->spawns[wander_random(&stage->random) % stage->arena->spawn_count];
    bool taken = false;
    for (uint32_t i = 0; i < stage->player_count; i++)
      taken = taken || (&stage->players[i] != player && is_in_play(&stage->players[i]) &&
                        stage->players[i].body.x == spawn.x && stage->players[i].body.y == spawn.y);
    player->body = (sim_body){.x = spawn.x, .y = spawn.y};
    if (!taken)
      return;
  }
}

static void begin(game_stage *stage, stage_player *player) {
  player->plays = true;
  player->out = player->won = false;
  player->buttons = player->before = player->role = player->team = 0;
  player->score = 0;
  place(stage, player);
}

void game_stage_start(game_stage *stage) {
  const uint32_t zeros_from = offsetof(game_stage, playing);
  memset((unsigned char *)stage + zeros_from, 0, sizeof *stage - zeros_from);
  stage->playing = true;
  for (uint32_t i = 0; i < stage->player_count; i++)
    stage->players[i].plays = false;
  for (uint32_t i = 0; i < stage->player_count; i++)
    if (stage->players[i].here)
      begin(stage, &stage->players[i]);
  if (stage->rules->start)
    stage->rules->start(&stage->match);
  for (uint32_t i = 0; i < stage->player_count; i++)
    if (is_in_play(&stage->players[i]))
      stage->players[i].dealt[stage->players[i].role]++;
}

/* --- a tick ------------------------------------------------------------------------------------------------- */

static uint32_t see(const game_stage *stage, game_box *boxes) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < stage->player_count; i++) {
    const stage_player *player = &stage->players[i];
    if (is_in_play(player))
      boxes[count++] = (game_box){player->id,   player->body.x, player->body.y,
                                  player->role, player->team,   (uint32_t)player->body.flags};
  }
  return count;
}

static uint32_t marks_seen(const game_stage *stage, wire_mark *marks) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < WIRE_MARKS_MAX; i++)
    if (stage->marks[i].w)
      marks[count++] = stage->marks[i];
  return count;
}

static void think(game_stage *stage) {
  game_box boxes[STAGE_PLAYERS_MAX];
  wire_mark marks[WIRE_MARKS_MAX];
  game_sight sight = {.tick = stage->tick,
                      .tick_rate = STAGE_TICK_RATE,
                      .boxes = boxes,
                      .box_count = see(stage, boxes),
                      .marks = marks,
                      .mark_count = marks_seen(stage, marks),
                      .params = stage->params,
                      .ground = stage->ground};
  for (uint32_t i = 0; i < stage->player_count; i++) {
    stage_player *player = &stage->players[i];
    sight.self = player->id;
    player->before = player->buttons;
    if (is_in_play(player) && player->thinks)
      player->buttons = stage->rules->think ? stage->rules->think(&sight, &player->mind)
                                            : wander_buttons(&player->mind, stage->tick, STAGE_TICK_RATE);
  }
}

static void step_all(game_stage *stage) {
  for (uint32_t i = 0; i < stage->player_count; i++)
    if (is_in_play(&stage->players[i]))
      stage->step(&stage->players[i].body, stage->players[i].buttons, &stage->params, stage->ground);
}

static void call_actions(game_stage *stage) {
  for (uint32_t i = 0; i < stage->player_count && stage->rules->action; i++) {
    const stage_player *player = &stage->players[i];
    uint32_t pressed = player->buttons & ~player->before & (BUTTON_ACTION | BUTTON_SECOND);
    if (pressed && is_in_play(player) && !stage->finished)
      stage->rules->action(&stage->match, player->id, pressed);
  }
}

static bool touch(const game_stage *stage, const stage_player *one, const stage_player *other) {
  return is_in_play(one) && is_in_play(other) && abs(one->body.x - other->body.x) < stage->params.box &&
         abs(one->body.y - other->body.y) < stage->params.box;
}

static void call_contacts(game_stage *stage) {
  for (uint32_t i = 0; i < stage->player_count && stage->rules->contact; i++)
    for (uint32_t j = i + 1; j < stage->player_count; j++)
      if (!stage->finished && touch(stage, &stage->players[i], &stage->players[j]))
        stage->rules->contact(&stage->match, stage->players[i].id, stage->players[j].id);
}

static void add_to_trace(game_stage *stage, const void *bytes, size_t size) {
  const unsigned char *byte = bytes;
  while (size-- > 0) /* NOLINTNEXTLINE(clang-analyzer-core.*): it loses sight of numbers looked at as bytes */
    stage->trace = (stage->trace ^ *byte++) * 0x100000001b3u;
}

static void look(game_stage *stage) {
  for (uint32_t i = 0; i < stage->player_count; i++) {
    const stage_player *player = &stage->players[i];
    if (!is_in_play(player))
      continue;
    if (!sim_is_free(player->body.x, player->body.y, &stage->params, stage->ground))
      fail_msg("player %u stands in a block at tick %u", player->id, stage->tick);
    const int32_t told[] = {(int32_t)player->id, (int32_t)player->role, (int32_t)player->team, player->score,
                            (int32_t)player->buttons};
    add_to_trace(stage, told, sizeof told);
    add_to_trace(stage, &player->body, sizeof player->body);
  }
  add_to_trace(stage, stage->marks, sizeof stage->marks);
}

static void count_victories(game_stage *stage) {
  for (uint32_t i = 0; i < stage->player_count; i++)
    stage->players[i].victories += stage->players[i].here && stage->players[i].won;
  stage->playing = false;
}

void game_stage_tick(game_stage *stage) {
  assert_true(stage->playing);
  think(stage);
  stage->tick++;
  step_all(stage);
  call_actions(stage);
  call_contacts(stage);
  if (!stage->finished && stage->rules->tick)
    stage->rules->tick(&stage->match);
  if (!stage->finished && stage->ends_at && stage->tick >= stage->ends_at) {
    stage->rules->end(&stage->match);
    assert_true(stage->finished);
  }
  look(stage);
  if (stage->finished)
    count_victories(stage);
}

void game_stage_run(game_stage *stage, uint32_t ticks) {
  while (ticks-- > 0 && stage->playing)
    game_stage_tick(stage);
}

void game_stage_play(game_stage *stage) {
  game_stage_start(stage);
  game_stage_run(stage, 3600 * STAGE_TICK_RATE);
  assert_true(stage->finished);
}

/* --- who is here -------------------------------------------------------------------------------------------- */

uint32_t game_stage_join(game_stage *stage) {
  assert_true(stage->player_count < STAGE_PLAYERS_MAX);
  stage_player *player = &stage->players[stage->player_count++];
  *player = (stage_player){.id = ++stage->next_id, .here = true, .thinks = true};
  player->mind = wander_init(wander_random(&stage->random));
  if (stage->playing && stage->rules->drop_in) {
    begin(stage, player);
    if (stage->rules->join)
      stage->rules->join(&stage->match, player->id);
  }
  return player->id;
}

void game_stage_leave(game_stage *stage, uint32_t id) {
  stage_player *player = game_stage_player(stage, id);
  if (stage->playing && player->plays && stage->rules->leave)
    stage->rules->leave(&stage->match, id);
  if (stage->finished && stage->playing)
    count_victories(stage);
  player->here = false;
}

uint32_t game_stage_first(game_stage *stage, uint32_t role) {
  for (uint32_t i = 0; i < stage->player_count; i++)
    if (is_in_play(&stage->players[i]) && stage->players[i].role == role)
      return stage->players[i].id;
  return 0;
}

uint32_t game_stage_count(game_stage *stage, uint32_t role) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < stage->player_count; i++)
    count += is_in_play(&stage->players[i]) && stage->players[i].role == role;
  return count;
}

void game_stage_put(game_stage *stage, uint32_t id, int32_t x, int32_t y) {
  stage_player *player = game_stage_player(stage, id);
  assert_true(sim_is_free(x, y, &stage->params, stage->ground));
  player->body.x = x;
  player->body.y = y;
  player->body.vx = player->body.vy = 0;
}

void game_stage_hold(game_stage *stage, uint32_t id, uint32_t buttons) {
  game_stage_player(stage, id)->thinks = false;
  game_stage_player(stage, id)->buttons = buttons;
}

void game_stage_freeze(game_stage *stage) {
  for (uint32_t i = 0; i < stage->player_count; i++)
    if (stage->players[i].here)
      game_stage_hold(stage, stage->players[i].id, 0);
}

bool game_stage_was_told(const game_stage *stage, const char *words) {
  for (uint32_t i = 0; i < stage->tell_count; i++)
    if (strcmp(stage->tells[i], words) == 0)
      return true;
  return false;
}
