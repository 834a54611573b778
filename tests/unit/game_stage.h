/* A match without a server: bodies moved by the game's real step on a real arena, contacts, roles, teams, scores and a
   clock behind game_doors. It is stricter than a server: what rules may not do fails the test.

   A test sets up players, starts a match, and lets ticks pass; each player plays by the game's own `think`, or holds
   the buttons that the test says. Ids and kept numbers stay from match to match. */
#ifndef TICKBOX_GAME_STAGE_H
#define TICKBOX_GAME_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/games/game.h"
#include "server/map.h"

enum { STAGE_PLAYERS_MAX = 64, STAGE_TELLS_MAX = 64, STAGE_TICK_RATE = 30 };

typedef struct {
  uint32_t id;
  bool here, plays, out, won, thinks;
  uint32_t buttons, before; /* held in this tick, and in the one before */
  uint32_t role, team;
  int32_t score, kept[GAME_KEPT];
  uint32_t victories, dealt[WIRE_ROLES_MAX]; /* over all matches: wins, and how often start dealt each role */
  sim_body body;
  wander mind;
} stage_player;

typedef struct {
  game_match match; /* first: what rules see */
  const game_rules *rules;
  sim_step_fn step;
  map *arena;
  sim_params params;
  void *ground_memory;
  const sim_map *ground;

  stage_player players[STAGE_PLAYERS_MAX]; /* by id */
  uint32_t player_count, next_id;
  int32_t options[WIRE_CHOICES_MAX];
  uint32_t random;

  /* Of the match that runs, or ran last. */
  bool playing, finished;
  uint32_t tick, ends_at; /* 0: no limit */
  _Alignas(8) unsigned char memory[GAME_STATE_BYTES_MAX];
  wire_mark marks[WIRE_MARKS_MAX];
  int32_t team_scores[WIRE_TEAMS_MAX];
  uint32_t won_team; /* 0: none */
  char result[WIRE_WORDS_BYTES_MAX + 1];
  uint32_t result_one;
  char tells[STAGE_TELLS_MAX][WIRE_WORDS_BYTES_MAX + 1]; /* the first ones */
  uint32_t tell_count;
  uint32_t mark_changes, teleports_refused;
  uint64_t trace; /* hash over every body, role, team, score and mark after every tick */
} game_stage;

extern const game_doors game_stage_doors;

/* `arena`: a map's text; NULL: the plaza. */
void game_stage_open(game_stage *stage, const char *game, const char *arena, uint32_t players, uint32_t seed);
void game_stage_close(game_stage *stage);

/* An option of the game, until it is set again. */
void game_stage_set(game_stage *stage, const char *option, int32_t value);

/* Gives everybody a place of its own and calls `start`. */
void game_stage_start(game_stage *stage);

/* One tick: buttons, step, actions, contacts, tick, and end if time is up. PRE: a match is played */
void game_stage_tick(game_stage *stage);

/* So many ticks, or fewer if the match ends. */
void game_stage_run(game_stage *stage, uint32_t ticks);

/* start, and ticks until the match has ended by itself; fails after an hour of play. */
void game_stage_play(game_stage *stage);

/* One more player, who plays if a match runs and the game lets them drop in. Returns its id. */
uint32_t game_stage_join(game_stage *stage);
void game_stage_leave(game_stage *stage, uint32_t id);

/* By id; PRE: it is here. */
stage_player *game_stage_player(game_stage *stage, uint32_t id);

/* The first by id who plays in this role and is not out; 0: nobody. And how many there are. */
uint32_t game_stage_first(game_stage *stage, uint32_t role);
uint32_t game_stage_count(game_stage *stage, uint32_t role);

/* Puts a box where the test wants it, at rest. */
void game_stage_put(game_stage *stage, uint32_t id, int32_t x, int32_t y);

/* From now on the player holds these instead of thinking. */
void game_stage_hold(game_stage *stage, uint32_t id, uint32_t buttons);

/* Everybody stands still from now on. */
void game_stage_freeze(game_stage *stage);

bool game_stage_was_told(const game_stage *stage, const char *words);

#endif
