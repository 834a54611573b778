/* What the rules of a game can ask and do: the other side of common/games/game.h. Rules are ours to trust, but wrong
   ids are ignored, as a player may have gone in the same tick. */
#include <stdio.h>
#include <string.h>

#include "common/pre.h"
#include "server/match.h"

static match *of(game_match *doors) {
  return (match *)doors;
}

static const match *seen(const game_match *doors) {
  return (const match *)doors;
}

/* The player's standing; NULL if it does not play. */
static wire_standing *standing_of(const match *match, uint32_t player) {
  int32_t index = roster_find(match->roster, player);
  return index >= 0 && match->roster->standings[index].flags & SEAT_PLAYS ? &match->roster->standings[index] : NULL;
}

static void change(match *match, uint32_t player) {
  roster_changed(match->roster, (uint32_t)roster_find(match->roster, player));
}

static bool has_box(const match *match, uint32_t player) {
  return standing_of(match, player) && world_has(match->world, player);
}

static uint32_t referee_tick(const game_match *doors) {
  return seen(doors)->played;
}

static uint32_t referee_tick_rate(const game_match *doors) {
  return seen(doors)->tick_rate;
}

static const sim_params *referee_params(const game_match *doors) {
  return &seen(doors)->world->params;
}

static const sim_map *referee_ground(const game_match *doors) {
  return seen(doors)->world->ground;
}

static void *referee_state(game_match *doors) {
  return of(doors)->state;
}

static uint32_t referee_random(game_match *doors, uint32_t below) {
  return below ? wander_random(&of(doors)->random) % below : 0;
}

static int32_t referee_option_value(const game_match *doors, const char *name) {
  const match *match = seen(doors);
  for (uint32_t i = 0; i < match->rules->option_count; i++)
    if (strcmp(match->rules->options[i].name, name) == 0)
      return match->values[i];
  return 0;
}

static uint32_t referee_players(const game_match *doors) {
  match_list_players((match *)(uintptr_t)seen(doors));
  return seen(doors)->player_count;
}

static uint32_t referee_player(const game_match *doors, uint32_t index) {
  uint32_t count = referee_players(doors);
  return index < count ? seen(doors)->players[index] : 0;
}

static const sim_body *referee_body(const game_match *doors, uint32_t player) {
  static const sim_body nowhere;
  return has_box(seen(doors), player) ? &seen(doors)->world->boxes[player].body : &nowhere;
}

static uint32_t referee_role_of(const game_match *doors, uint32_t player) {
  const wire_standing *standing = standing_of(seen(doors), player);
  return standing ? standing->role : 0;
}

static uint32_t referee_team_of(const game_match *doors, uint32_t player) {
  const wire_standing *standing = standing_of(seen(doors), player);
  return standing ? standing->team : 0;
}

static int32_t referee_score_of(const game_match *doors, uint32_t player) {
  const wire_standing *standing = standing_of(seen(doors), player);
  return standing ? standing->score : 0;
}

static int32_t referee_team_score(const game_match *doors, uint32_t team) {
  return team <= seen(doors)->rules->team_count ? seen(doors)->team_scores[team] : 0;
}

static int32_t *referee_kept(game_match *doors, uint32_t player) {
  static int32_t nobody[GAME_KEPT];
  int32_t index = roster_find(of(doors)->roster, player);
  return index >= 0 ? of(doors)->roster->seats[index].kept : nobody;
}

static void referee_set_role(game_match *doors, uint32_t player, uint32_t role) {
  wire_standing *standing = standing_of(of(doors), player);
  if (!standing || role >= of(doors)->rules->role_count)
    return;
  standing->role = role;
  change(of(doors), player);
}

static void referee_set_team(game_match *doors, uint32_t player, uint32_t team) {
  wire_standing *standing = standing_of(of(doors), player);
  if (!standing || team > of(doors)->rules->team_count)
    return;
  standing->team = team;
  change(of(doors), player);
}

static int32_t add(int32_t sum, int32_t points) {
  int64_t more = (int64_t)sum + points;
  return more > INT32_MAX ? INT32_MAX : more < INT32_MIN ? INT32_MIN : (int32_t)more;
}

static void referee_add_score(game_match *doors, uint32_t player, int32_t points) {
  wire_standing *standing = standing_of(of(doors), player);
  if (!standing || points == 0)
    return;
  standing->score = add(standing->score, points);
  change(of(doors), player);
}

static void referee_add_team_score(game_match *doors, uint32_t team, int32_t points) {
  match *match = of(doors);
  if (team == 0 || team > match->rules->team_count || points == 0)
    return;
  match->team_scores[team] = add(match->team_scores[team], points);
  match->changed = true;
}

static void referee_put_out(game_match *doors, uint32_t player) {
  int32_t index = roster_find(of(doors)->roster, player);
  if (index < 0 || !match_in_play(of(doors), (uint32_t)index))
    return;
  roster_flag(of(doors)->roster, (uint32_t)index, SEAT_OUT, true);
  match_take_box(of(doors), (uint32_t)index);
}

static void referee_push(game_match *doors, uint32_t player, int32_t vx, int32_t vy) {
  if (has_box(of(doors), player))
    world_push(of(doors)->world, player, vx, vy);
}

static void referee_teleport(game_match *doors, uint32_t player, int32_t x, int32_t y) {
  world *world = of(doors)->world;
  if (has_box(of(doors), player) && sim_is_free(x, y, &world->params, world->ground))
    world_teleport(world, player, x, y);
}

static void referee_set_body(game_match *doors, uint32_t player, int32_t flags, int32_t timer, int32_t a, int32_t b) {
  if (has_box(of(doors), player))
    world_set_body(of(doors)->world, player, flags & UINT16_MAX, timer & UINT16_MAX, a, b);
}

static bool same_mark(const wire_mark *one, const wire_mark *other) {
  return one->x == other->x && one->y == other->y && one->w == other->w && one->h == other->h &&
         one->color == other->color && strcmp(one->words, other->words) == 0;
}

static void referee_set_mark(game_match *doors, uint32_t index, const wire_mark *mark) {
  if (mark->w) {
    PRE_RANGE(mark->x, 0, WIRE_COORDINATE_MAX);
    PRE_RANGE(mark->y, 0, WIRE_COORDINATE_MAX);
    PRE_RANGE(mark->w, 1, WIRE_COORDINATE_MAX);
    PRE_RANGE(mark->h, 1, WIRE_COORDINATE_MAX);
    PRE_RANGE(mark->color, 0, GAME_COLOR_OWN);
  }
  if (index >= WIRE_MARKS_MAX || same_mark(&of(doors)->marks[index], mark))
    return;
  of(doors)->marks[index] = *mark;
  of(doors)->marks_changed = true;
}

static const char *name_of(const match *match, uint32_t player) {
  int32_t index = roster_find(match->roster, player);
  return index >= 0 ? match->roster->entries[index].name : "somebody";
}

/* Fills {0} and {1}; cut at a whole character where it does not fit. */
static void fill(const match *match, const char *words, const uint32_t players[2], char out[WIRE_WORDS_BYTES_MAX + 1]) {
  size_t size = 0;
  for (; *words && size < WIRE_WORDS_BYTES_MAX; words++) {
    if (words[0] == '{' && (words[1] == '0' || words[1] == '1') && words[2] == '}') {
      int wrote = snprintf(out + size, WIRE_WORDS_BYTES_MAX + 1 - size, "%s", name_of(match, players[words[1] - '0']));
      size = size + (size_t)wrote < WIRE_WORDS_BYTES_MAX ? size + (size_t)wrote : WIRE_WORDS_BYTES_MAX;
      words += 2;
    } else {
      out[size++] = *words;
    }
  }
  out[size] = 0;
  while (size > 0 && !wire_is_utf8(out, size))
    out[--size] = 0;
}

static void referee_tell(game_match *doors, const char *words, uint32_t one, uint32_t other) {
  wire_event event;
  fill(of(doors), words, (const uint32_t[]){one, other}, event.text);
  roster_send(of(doors)->roster, &wire_event_type, &event);
}

static void referee_limit(game_match *doors, uint32_t ticks) {
  match *match = of(doors);
  if (match->phase != PHASE_PLAYING) {
    match->limit = ticks;
    return;
  }
  match->until = ticks ? match->tick + ticks : 0;
  match->changed = true;
}

static uint32_t referee_ticks_left(const game_match *doors) {
  const match *match = seen(doors);
  if (match->phase != PHASE_PLAYING)
    return match->limit;
  return match->until > match->tick ? match->until - match->tick : 0;
}

static void referee_win(game_match *doors, uint32_t player) {
  int32_t index = roster_find(of(doors)->roster, player);
  if (index >= 0 && of(doors)->roster->standings[index].flags & SEAT_PLAYS)
    roster_flag(of(doors)->roster, (uint32_t)index, SEAT_WON, true);
}

static void referee_win_team(game_match *doors, uint32_t team) {
  const roster *roster = of(doors)->roster;
  for (uint32_t i = 0; i < roster->count; i++)
    if (roster->standings[i].team == team)
      referee_win(doors, roster->entries[i].id);
}

static void referee_finish(game_match *doors, const char *words, uint32_t one) {
  match *match = of(doors);
  if (!match_is_running(match) || match->finished)
    return;
  fill(match, words, (const uint32_t[]){one, 0}, match->result);
  match->finished = true;
}

const game_doors referee_doors = {
    .tick = referee_tick,
    .tick_rate = referee_tick_rate,
    .params = referee_params,
    .ground = referee_ground,
    .state = referee_state,
    .random = referee_random,
    .option_value = referee_option_value,
    .players = referee_players,
    .player = referee_player,
    .body = referee_body,
    .role_of = referee_role_of,
    .team_of = referee_team_of,
    .score_of = referee_score_of,
    .team_score = referee_team_score,
    .kept = referee_kept,
    .set_role = referee_set_role,
    .set_team = referee_set_team,
    .add_score = referee_add_score,
    .add_team_score = referee_add_team_score,
    .put_out = referee_put_out,
    .push = referee_push,
    .teleport = referee_teleport,
    .set_body = referee_set_body,
    .set_mark = referee_set_mark,
    .tell = referee_tell,
    .limit = referee_limit,
    .ticks_left = referee_ticks_left,
    .win = referee_win,
    .win_team = referee_win_team,
    .finish = referee_finish,
};
