#include "common/games/game.h"

uint32_t game_tick(const game_match *match) {
  return match->doors->tick(match);
}

uint32_t game_tick_rate(const game_match *match) {
  return match->doors->tick_rate(match);
}

const sim_params *game_params(const game_match *match) {
  return match->doors->params(match);
}

const sim_map *game_ground(const game_match *match) {
  return match->doors->ground(match);
}

enum { FREE_PLACE_TRIES = 200 };

bool game_free_place(game_match *match, int32_t *x, int32_t *y) {
  const sim_params *params = game_params(match);
  for (int tries = 0; tries < FREE_PLACE_TRIES; tries++) {
    *x = (int32_t)game_random(match, (uint32_t)(params->width - params->box + 1));
    *y = (int32_t)game_random(match, (uint32_t)(params->height - params->box + 1));
    if (sim_is_free(*x, *y, params, game_ground(match)))
      return true;
  }
  return false;
}

void *game_state(game_match *match) {
  return match->doors->state(match);
}

uint32_t game_random(game_match *match, uint32_t below) {
  return match->doors->random(match, below);
}

int32_t game_option_value(const game_match *match, const char *name) {
  return match->doors->option_value(match, name);
}

uint32_t game_players(const game_match *match) {
  return match->doors->players(match);
}

uint32_t game_player(const game_match *match, uint32_t index) {
  return match->doors->player(match, index);
}

const sim_body *game_body(const game_match *match, uint32_t player) {
  return match->doors->body(match, player);
}

uint32_t game_role_of(const game_match *match, uint32_t player) {
  return match->doors->role_of(match, player);
}

uint32_t game_team_of(const game_match *match, uint32_t player) {
  return match->doors->team_of(match, player);
}

int32_t game_score_of(const game_match *match, uint32_t player) {
  return match->doors->score_of(match, player);
}

int32_t game_team_score(const game_match *match, uint32_t team) {
  return match->doors->team_score(match, team);
}

int32_t *game_kept(game_match *match, uint32_t player) {
  return match->doors->kept(match, player);
}

void game_set_role(game_match *match, uint32_t player, uint32_t role) {
  match->doors->set_role(match, player, role);
}

void game_set_team(game_match *match, uint32_t player, uint32_t team) {
  match->doors->set_team(match, player, team);
}

void game_add_score(game_match *match, uint32_t player, int32_t points) {
  match->doors->add_score(match, player, points);
}

void game_add_team_score(game_match *match, uint32_t team, int32_t points) {
  match->doors->add_team_score(match, team, points);
}

void game_put_out(game_match *match, uint32_t player) {
  match->doors->put_out(match, player);
}

void game_push(game_match *match, uint32_t player, int32_t vx, int32_t vy) {
  match->doors->push(match, player, vx, vy);
}

void game_teleport(game_match *match, uint32_t player, int32_t x, int32_t y) {
  match->doors->teleport(match, player, x, y);
}

void game_set_body(game_match *match, uint32_t player, int32_t flags, int32_t timer, int32_t a, int32_t b) {
  match->doors->set_body(match, player, flags, timer, a, b);
}

void game_set_mark(game_match *match, uint32_t index, const wire_mark *mark) {
  match->doors->set_mark(match, index, mark);
}

void game_tell(game_match *match, const char *words, uint32_t one, uint32_t other) {
  match->doors->tell(match, words, one, other);
}

void game_limit(game_match *match, uint32_t ticks) {
  match->doors->limit(match, ticks);
}

uint32_t game_ticks_left(const game_match *match) {
  return match->doors->ticks_left(match);
}

void game_win(game_match *match, uint32_t player) {
  match->doors->win(match, player);
}

void game_win_team(game_match *match, uint32_t team) {
  match->doors->win_team(match, team);
}

void game_finish(game_match *match, const char *words, uint32_t one) {
  match->doors->finish(match, words, one);
}

static bool same(const char *one, const char *other) {
  while (*one && *one == *other)
    one++, other++;
  return *one == *other;
}

const game_rules *game_find(const char *name) {
  for (uint32_t i = 0; i < game_count; i++)
    if (same(games[i]->name, name))
      return games[i];
  return NULL;
}
