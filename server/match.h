/* The match of a room: its phases from waiting to results and back, the clock of each, who plays, and the game's
   rules. What the rules do (server/referee.c) and what the host of the room wants changes the data here; it is told
   in the tick. Nothing here reads a clock or is random but by its seed: the same inputs give the same match. */
#ifndef TICKBOX_MATCH_H
#define TICKBOX_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/games/game.h"
#include "server/roster.h"
#include "server/world.h"

enum {
  MATCH_COUNTDOWN_MS = 3000,
  MATCH_RESULTS_MS = 10000,
  MATCH_SHARED_CHOICES = 2, /* options that every game has */
  MATCH_PRACTICE_MAX = 16,  /* practice bots that a host may ask for */
};

typedef struct match {
  game_match doors; /* first: what the rules are handed */
  const game_rules *rules;
  roster *roster;
  world *world;
  uint32_t tick, tick_rate;
  uint32_t random;

  /* life */
  uint32_t phase, number;
  uint32_t deal_at; /* countdown: the tick at which everybody gets a place, and stands still; then 0 */
  uint32_t until;   /* the tick at which the phase ends by itself; 0: it does not */
  bool paused;
  bool called_off; /* it stops as soon as no change of the step is due */
  uint32_t paused_at;
  uint32_t played; /* ticks of the match so far, pauses left out */
  bool finished;   /* the rules said so */
  uint32_t limit;  /* countdown: how many ticks the match may last; 0: any */
  char result[WIRE_WORDS_BYTES_MAX + 1];

  /* the step that is due next, told WIRE_STEP_AHEAD_MS before */
  const char *step, *next_step;
  uint32_t next_step_at; /* 0: none is due */

  /* options */
  int32_t values[WIRE_CHOICES_MAX]; /* of the rules' options, then `ready_to_start` and `bots` */

  /* written by the rules */
  int32_t team_scores[WIRE_TEAMS_MAX + 1]; /* from 1 */
  wire_mark marks[WIRE_MARKS_MAX];
  _Alignas(8) uint8_t state[GAME_STATE_BYTES_MAX];

  /* who plays and is not out, by id, and the same from left to right */
  uint16_t *players, *by_x;
  uint32_t player_count;
  bool players_stale, by_x_stale;
  game_box *boxes; /* for minds, made when needed in a tick */
  uint32_t boxes_tick, box_count;

  /* news, told at the tick's end */
  bool changed, marks_changed, choices_changed;
} match;

/* False if memory is short. */
bool match_init(match *match, const game_rules *rules, roster *roster, world *world, uint32_t tick_rate, uint32_t seed);
void match_free(match *match);

/* Another game, while waiting. */
void match_choose(match *match, const game_rules *rules);

/* A seat came, or comes back to a match; or is about to be given up. By index. */
void match_seated(match *match, uint32_t index);
void match_unseated(match *match, uint32_t index);

/* True if nothing runs, so that game and options may change. */
bool match_is_waiting(const match *match);

/* True for a moment after each change of the step is told: the next change must wait. */
bool match_is_changing(const match *match);

/* What is in the way of starting, in words; NULL: nothing. */
const char *match_obstacle(const match *match);
void match_start(match *match);          /* PRE: nothing is in the way */
void match_stop(match *match);           /* PRE: it is not waiting. At once, or as soon as no change is due */
void match_pause(match *match, bool on); /* PRE: not changing. Only a match that is played can be paused */

/* Becomes a spectator, or wants to play. */
void match_watch(match *match, uint32_t index, bool on);

/* Sets an option; false if there is none of that name. The value is brought into its range. */
bool match_set_option(match *match, const char *name, int32_t value);
uint32_t match_choices(const match *match, wire_choice choices[WIRE_CHOICES_MAX]);
uint32_t match_practice_wanted(const match *match);

/* The buttons that the seat's player holds now, before the step: those newly pressed may be actions. */
void match_press(match *match, uint32_t index, uint32_t buttons);

/* The buttons that a practice bot wants to hold. */
uint32_t match_think(match *match, uint32_t index);

/* Everything of this tick before the step: phases, boxes, rules. */
void match_run(match *match, uint32_t tick);

/* As told: how it stands, its marks. */
wire_match match_told(const match *match, wire_team teams[WIRE_TEAMS_MAX]);
uint32_t match_told_marks(const match *match, wire_mark marks[WIRE_MARKS_MAX]);

/* True if the seat has a box in the phase that is. */
bool match_has_box(const match *match, uint32_t index);

/* --- between match.c (phases), match_play.c (who plays), match_told.c (options, what is told) and referee.c ---- */

extern const game_doors referee_doors; /* referee.c */

bool match_is_running(const match *match); /* roles are dealt and nobody has won yet */
bool match_in_play(const match *match, uint32_t index);
void match_list_players(match *match);
void match_take_box(match *match, uint32_t index);
void match_settle_boxes(match *match);
void match_enter_play(match *match, uint32_t index);
void match_find_contacts(match *match);

void match_take_defaults(match *match);
uint32_t match_ready_to_start(const match *match);

#endif
