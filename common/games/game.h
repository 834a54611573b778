/* A game: one folder here, found by the build; nothing else needs an edit. game.c defines its rules as

     const game_rules game_NAME = {.name = "NAME", ...};

   and may be all there is. Every hook is optional. A folder with a step.c brings its own step,

     void step_NAME(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map);

   which the server, the native client, the bots and (as WebAssembly, made by script/wasm) the browser then run.

   Rules are freestanding C: no libc, no clock, no randomness but game_random, no state but game_state. So the same
   inputs give the same match, and a match can be replayed. What they do they do through the functions below, which
   only call the server's through game_doors; roles, teams, scores, marks, timer and winner are data, so that every
   client shows any game without knowing it.

   A player is named by the id of its seat, which is its box's id too. Lengths are in 1/16 unit, times in ticks.
   After Quake 3's game module, which likewise reaches its server only through the functions handed to it. */
#ifndef TICKBOX_GAME_H
#define TICKBOX_GAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/gen/protocol.h"
#include "common/sim.h"
#include "common/wander.h"

enum {
  GAME_STATE_BYTES_MAX = 4096, /* of a match's own memory */
  GAME_KEPT = 2,               /* numbers that a game keeps of a player from match to match */
  GAME_COLOR_OWN = 12,         /* a role's color: the player's own; a mark's: nobody's */
};

/* One match in one room, as its rules see it. */
typedef struct game_match game_match;

typedef struct {
  const char *name;
  uint32_t color; /* index into the colors, or GAME_COLOR_OWN */
} game_role;

typedef struct {
  const char *name;
  uint32_t color;
} game_team;

typedef struct {
  const char *name, *words;
  int32_t min, max, value; /* value: what it is until the host sets it */
} game_option;

/* A box in play, as anybody sees it. */
typedef struct {
  uint32_t id;
  int32_t x, y; /* its corner */
  uint32_t role, team, flags;
} game_box;

/* What a player sees, and all that a bot's mind may know. */
typedef struct {
  uint32_t tick, tick_rate;
  uint32_t self;         /* the player's id */
  const game_box *boxes; /* in play, self among them, by id */
  uint32_t box_count;
  const wire_mark *marks;
  uint32_t mark_count;
  sim_params params;
  const sim_map *ground;
} game_sight;

typedef struct {
  const char *name;     /* as its folder */
  const char *words;    /* what it is about, in a sentence */
  bool sandbox;         /* no matches: everybody plays from joining on, and nobody wins */
  bool drop_in;         /* who comes late plays at once; else they watch until the next match */
  uint32_t players_min; /* to start a match */
  const game_role *roles;
  uint32_t role_count;
  const game_team *teams;
  uint32_t team_count;
  const game_option *options;
  uint32_t option_count;
  size_t state_bytes; /* of game_state, at most GAME_STATE_BYTES_MAX; zero when a match begins */
  const char *step;   /* its own step's name, which is the folder's; NULL: walking */

  /* Hooks, all called in a tick: `start` when the countdown begins, `leave` and `join` from then on, the others while
     the match is played; none after game_finish. In a sandbox they are called always. */
  void (*start)(game_match *match);                  /* everybody has a box on a place of its own, at rest; all else
                                                        is 0: deal roles and teams */
  void (*join)(game_match *match, uint32_t player);  /* dropped in, with a box likewise */
  void (*leave)(game_match *match, uint32_t player); /* is about to go for good, but still among the players */
  void (*tick)(game_match *match);                   /* after the step and its contacts */
  void (*contact)(game_match *match, uint32_t one,
                  uint32_t other); /* in every tick that two boxes in play overlap; one < other */
  void (*action)(game_match *match, uint32_t player,
                 uint32_t buttons); /* these were pressed: BUTTON_ACTION, BUTTON_SECOND */
  void (*end)(game_match *match);   /* time is up: say who won */

  /* How a bot plays it: the buttons to hold now. NULL: it wanders. */
  uint32_t (*think)(const game_sight *sight, wander *mind);
} game_rules;

/* --- what rules may ask and do ---------------------------------------------------------------------------- */

/* How many ticks the match has been played: 0 in the countdown, and it stands still in a pause. So do the ticks of
   game_limit. In a sandbox it counts from the first. */
uint32_t game_tick(const game_match *match);
uint32_t game_tick_rate(const game_match *match);

const sim_params *game_params(const game_match *match);
const sim_map *game_ground(const game_match *match);

/* A place where a box touches no block, by game_random; false if the arena seems to have none. */
bool game_free_place(game_match *match, int32_t *x, int32_t *y);

/* The rules' own memory. */
void *game_state(game_match *match);

/* A number below `below`. */
uint32_t game_random(game_match *match, uint32_t below);

/* The value of an option of the rules. */
int32_t game_option_value(const game_match *match, const char *name);

/* Those who play and are not out, by id: their number, and each. Changes when one joins, leaves or is put out. */
uint32_t game_players(const game_match *match);
uint32_t game_player(const game_match *match, uint32_t index);

const sim_body *game_body(const game_match *match, uint32_t player);
uint32_t game_role_of(const game_match *match, uint32_t player);
uint32_t game_team_of(const game_match *match, uint32_t player);
int32_t game_score_of(const game_match *match, uint32_t player);
int32_t game_team_score(const game_match *match, uint32_t team); /* team: from 1 */

/* GAME_KEPT numbers of this player's, kept from match to match while it is in the room and the game is the same. */
int32_t *game_kept(game_match *match, uint32_t player);

void game_set_role(game_match *match, uint32_t player, uint32_t role);
void game_set_team(game_match *match, uint32_t player, uint32_t team); /* 0: none, else from 1 */
void game_add_score(game_match *match, uint32_t player, int32_t points);
void game_add_team_score(game_match *match, uint32_t team, int32_t points);

/* The player is out: its box is taken away until the match ends. */
void game_put_out(game_match *match, uint32_t player);

/* What rules do to a body is news from the server. `set_body` writes what the step reads beside place and speed. */
void game_push(game_match *match, uint32_t player, int32_t vx, int32_t vy);
void game_teleport(game_match *match, uint32_t player, int32_t x, int32_t y); /* ignored where a block stands */
void game_set_body(game_match *match, uint32_t player, int32_t flags, int32_t timer, int32_t a, int32_t b);

/* The mark at `index`, below WIRE_MARKS_MAX; one of no width is taken away. */
void game_set_mark(game_match *match, uint32_t index, const wire_mark *mark);

/* Tells everybody, for a moment. {0} and {1} are the names of two players; 0 is nobody. */
void game_tell(game_match *match, const char *words, uint32_t one, uint32_t other);

/* The match may last so many ticks from now; then `end` is called. 0: no limit. */
void game_limit(game_match *match, uint32_t ticks);
uint32_t game_ticks_left(const game_match *match);

/* Who won: any number of players, or a team's. Then game_finish ends the match at once, with the result in words;
   {0} is the name of `one`. Whoever has not won by then has not. */
void game_win(game_match *match, uint32_t player);
void game_win_team(game_match *match, uint32_t team);
void game_finish(game_match *match, const char *words, uint32_t one);

/* --- for the server ----------------------------------------------------------------------------------------- */

/* What stands behind each of these functions, by the same name. */
typedef struct {
  uint32_t (*tick)(const game_match *match);
  uint32_t (*tick_rate)(const game_match *match);
  const sim_params *(*params)(const game_match *match);
  const sim_map *(*ground)(const game_match *match);
  void *(*state)(game_match *match);
  uint32_t (*random)(game_match *match, uint32_t below);
  int32_t (*option_value)(const game_match *match, const char *name);
  uint32_t (*players)(const game_match *match);
  uint32_t (*player)(const game_match *match, uint32_t index);
  const sim_body *(*body)(const game_match *match, uint32_t player);
  uint32_t (*role_of)(const game_match *match, uint32_t player);
  uint32_t (*team_of)(const game_match *match, uint32_t player);
  int32_t (*score_of)(const game_match *match, uint32_t player);
  int32_t (*team_score)(const game_match *match, uint32_t team);
  int32_t *(*kept)(game_match *match, uint32_t player);
  void (*set_role)(game_match *match, uint32_t player, uint32_t role);
  void (*set_team)(game_match *match, uint32_t player, uint32_t team);
  void (*add_score)(game_match *match, uint32_t player, int32_t points);
  void (*add_team_score)(game_match *match, uint32_t team, int32_t points);
  void (*put_out)(game_match *match, uint32_t player);
  void (*push)(game_match *match, uint32_t player, int32_t vx, int32_t vy);
  void (*teleport)(game_match *match, uint32_t player, int32_t x, int32_t y);
  void (*set_body)(game_match *match, uint32_t player, int32_t flags, int32_t timer, int32_t a, int32_t b);
  void (*set_mark)(game_match *match, uint32_t index, const wire_mark *mark);
  void (*tell)(game_match *match, const char *words, uint32_t one, uint32_t other);
  void (*limit)(game_match *match, uint32_t ticks);
  uint32_t (*ticks_left)(const game_match *match);
  void (*win)(game_match *match, uint32_t player);
  void (*win_team)(game_match *match, uint32_t team);
  void (*finish)(game_match *match, const char *words, uint32_t one);
} game_doors;

/* The first member of whatever the server keeps of a match. */
struct game_match {
  const game_doors *doors;
};

/* --- the games of this build, in a table generated from the folders ----------------------------------------- */

extern const game_rules *const games[];
extern const char *const game_folders[]; /* their folders' names */
extern const uint32_t game_count;
const game_rules *game_find(const char *name); /* NULL: there is none */

#endif
