/* Hill: teams hold a zone. A team that is alone in it gets a point a second; while two are in it, nobody does. The zone
   moves now and then. Opponents who touch push each other away. The first team with enough points wins, or the best
   when time is up; if several are equally good, nobody wins. A team without opponents has won. */
#include "common/games/game.h"
#include "common/games/steer.h"
#include "common/pre.h"

enum {
  ZONE_BOXES = 4,   /* its edge */
  ZONE_TRIES = 50,  /* for a place without blocks in it */
  CONTESTED = 5,    /* as holder: more than one team, which is none of them */
  SHOVE_BOXES = 12, /* how far a push carries */
  SHOVED_AGAIN = 4, /* only who is slower than a fraction of that is pushed again */
};

static const game_team teams[] = {{"Blue", 0}, {"Red", 1}, {"Green", 2}, {"Yellow", 3}};
enum { TEAMS = sizeof teams / sizeof teams[0] };

static const game_option options[] = {
    {"teams", "how many teams there are", 2, TEAMS, 2},
    {"points", "who has so many wins", 5, 1000, 40},
    {"seconds", "time limit; then the best team wins", 30, 1800, 240},
    {"move", "seconds after which the hill moves; 0: never", 0, 300, 30},
};

typedef struct {
  int32_t x, y;      /* a box's place in the zone's middle */
  uint32_t moves_at; /* the tick; 0: never */
  uint32_t holder;   /* 0: nobody, a team, or CONTESTED */
  uint32_t held;     /* ticks towards the next point */
  uint32_t teams;    /* in this match */
} hill_state;

static uint32_t seconds(const game_match *match, const char *option) {
  return (uint32_t)game_option_value(match, option) * game_tick_rate(match);
}

static int32_t size_of(int32_t number) {
  return number < 0 ? -number : number;
}

/* --- teams -------------------------------------------------------------------------------------------------- */

static uint32_t members(const game_match *match, uint32_t team, uint32_t besides) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < game_players(match); i++)
    count += game_player(match, i) != besides && game_team_of(match, game_player(match, i)) == team;
  return count;
}

/* The smallest team; of several the one with the fewest points; of those, any. */
static uint32_t team_in_need(game_match *match) {
  const hill_state *state = game_state(match);
  uint32_t needy = 1, alike = 1;
  for (uint32_t team = 2; team <= state->teams; team++) {
    int32_t fewer = (int32_t)members(match, team, 0) - (int32_t)members(match, needy, 0);
    int32_t worse = fewer ? fewer : game_team_score(match, team) - game_team_score(match, needy);
    alike = worse ? 1 : alike + 1;
    if (worse < 0 || (worse == 0 && game_random(match, alike) == 0))
      needy = team;
  }
  return needy;
}

static void join(game_match *match, uint32_t player) {
  game_set_team(match, player, team_in_need(match));
}

static uint32_t any_without_team(game_match *match) {
  uint32_t left = members(match, 0, 0), chosen = game_random(match, left);
  for (uint32_t i = 0;; i++)
    if (game_team_of(match, game_player(match, i)) == 0 && chosen-- == 0)
      return game_player(match, i);
}

/* --- the zone ----------------------------------------------------------------------------------------------- */

static int32_t zone_edge(const game_match *match) {
  return ZONE_BOXES * game_params(match)->box;
}

/* True if a box fits at nine places of a zone around this one. */
static bool is_open(const game_match *match, int32_t x, int32_t y) {
  const sim_params *params = game_params(match);
  const int32_t off = (zone_edge(match) - params->box) / 2;
  for (int32_t down = -off; down <= off; down += off)
    for (int32_t across = -off; across <= off; across += off)
      if (!sim_is_free(x + across, y + down, params, game_ground(match)))
        return false;
  return true;
}

/* Somewhere else, open if possible, and free in the middle in any case: bots walk there. */
static void move_zone(game_match *match) {
  hill_state *state = game_state(match);
  int32_t x = state->x, y = state->y;
  for (uint32_t tries = 0; tries < ZONE_TRIES; tries++) {
    if (!game_free_place(match, &x, &y))
      return;
    bool elsewhere = steer_distance(x, y, state->x, state->y) > 2 * zone_edge(match);
    if (elsewhere && is_open(match, x, y))
      break;
  }
  state->x = x;
  state->y = y;
  state->held = 0;
}

static const wire_mark in_words[] = {
    {.color = GAME_COLOR_OWN, .words = "nobody's hill"},
    {.color = 0, .words = "Blue's hill"},
    {.color = 1, .words = "Red's hill"},
    {.color = 2, .words = "Green's hill"},
    {.color = 3, .words = "Yellow's hill"},
    {.color = GAME_COLOR_OWN, .words = "contested"},
};

static void show_zone(game_match *match) {
  const hill_state *state = game_state(match);
  const sim_params *params = game_params(match);
  const int32_t edge = zone_edge(match), off = (edge - params->box) / 2;
  const int32_t left = state->x - off, top = state->y - off, right = left + edge, bottom = top + edge;
  wire_mark mark = in_words[state->holder];
  mark.x = (uint32_t)(left < 0 ? 0 : left);
  mark.y = (uint32_t)(top < 0 ? 0 : top);
  mark.w = (uint32_t)(right > params->width ? params->width : right) - mark.x;
  mark.h = (uint32_t)(bottom > params->height ? params->height : bottom) - mark.y;
  game_set_mark(match, 0, &mark);
}

/* A box is in the zone if its middle is. */
static bool is_in_zone(const game_match *match, const hill_state *state, uint32_t player) {
  const sim_body *body = game_body(match, player);
  const int32_t reach = zone_edge(match) / 2;
  return size_of(body->x - state->x) <= reach && size_of(body->y - state->y) <= reach;
}

static uint32_t holder_now(const game_match *match, const hill_state *state) {
  uint32_t holder = 0;
  for (uint32_t i = 0; i < game_players(match); i++) {
    uint32_t player = game_player(match, i), team = game_team_of(match, player);
    if (!is_in_zone(match, state, player))
      continue;
    if (holder && holder != team)
      return CONTESTED;
    holder = team;
  }
  return holder;
}

/* --- who wins ----------------------------------------------------------------------------------------------- */

static void win(game_match *match, uint32_t team, const char *const words[TEAMS]) {
  game_win_team(match, team);
  game_finish(match, words[team - 1], 0);
}

static void point(game_match *match, hill_state *state) {
  static const char *const words[] = {"Blue wins: it held the hill.", "Red wins: it held the hill.",
                                      "Green wins: it held the hill.", "Yellow wins: it held the hill."};
  state->held = 0;
  for (uint32_t i = 0; i < game_players(match); i++) {
    uint32_t player = game_player(match, i);
    if (is_in_zone(match, state, player))
      game_add_score(match, player, 1);
  }
  game_add_team_score(match, state->holder, 1);
  if (game_team_score(match, state->holder) >= game_option_value(match, "points"))
    win(match, state->holder, words);
}

/* Time is up. */
static void end(game_match *match) {
  static const char *const words[] = {"Time is up: Blue has most points.", "Time is up: Red has most points.",
                                      "Time is up: Green has most points.", "Time is up: Yellow has most points."};
  const hill_state *state = game_state(match);
  uint32_t best = 1, alike = 1;
  for (uint32_t team = 2; team <= state->teams; team++) {
    int32_t more = game_team_score(match, team) - game_team_score(match, best);
    alike = more > 0 ? 1 : alike + (more == 0);
    best = more > 0 ? team : best;
  }
  if (alike == 1)
    win(match, best, words);
  else
    game_finish(match, "Time is up: a draw. Nobody wins.", 0);
}

static void leave(game_match *match, uint32_t player) {
  static const char *const words[] = {"Blue wins: nobody else is left.", "Red wins: nobody else is left.",
                                      "Green wins: nobody else is left.", "Yellow wins: nobody else is left."};
  const hill_state *state = game_state(match);
  uint32_t left = 0, teams_left = 0;
  for (uint32_t team = 1; team <= state->teams; team++)
    if (members(match, team, player) > 0) {
      left = team;
      teams_left++;
    }
  if (teams_left == 1)
    win(match, left, words);
  else if (teams_left == 0)
    game_finish(match, "Nobody is left.", 0);
}

/* --- what happens ------------------------------------------------------------------------------------------- */

static void start(game_match *match) {
  hill_state *state = game_state(match);
  uint32_t players = game_players(match), wanted = (uint32_t)game_option_value(match, "teams");
  state->teams = wanted < players ? wanted : players;
  uint32_t first = game_random(match, state->teams); /* the larger ones, if the players do not go into the teams */
  for (uint32_t i = 0; i < players; i++)
    game_set_team(match, any_without_team(match), 1 + (first + i) % state->teams);
  state->x = game_params(match)->width / 2;
  state->y = game_params(match)->height / 2;
  move_zone(match);
  state->moves_at = seconds(match, "move");
  show_zone(match);
  game_limit(match, seconds(match, "seconds"));
}

static void tick(game_match *match) {
  hill_state *state = game_state(match);
  bool moves = state->moves_at && game_tick(match) >= state->moves_at;
  if (moves) {
    move_zone(match);
    state->moves_at += seconds(match, "move");
    game_tell(match, "The hill moves!", 0, 0);
  }
  uint32_t holder = holder_now(match, state);
  if (holder != state->holder && holder != CONTESTED)
    state->held = 0;
  if (holder != state->holder || moves) {
    state->holder = holder;
    show_zone(match);
  }
  if (holder && holder != CONTESTED && ++state->held >= game_tick_rate(match))
    point(match, state);
}

static bool is_shoved(const sim_body *body, int32_t shove) {
  return size_of(body->vx) > shove / SHOVED_AGAIN || size_of(body->vy) > shove / SHOVED_AGAIN;
}

/* Away from the other. PRE: there is a way */
static void shove(game_match *match, uint32_t player, int32_t across, int32_t down) {
  const int32_t longer = size_of(across) > size_of(down) ? size_of(across) : size_of(down);
  PRE(longer > 0);
  const int32_t speed = SHOVE_BOXES * game_params(match)->box / 8; /* a speed fades by an eighth a tick */
  if (!is_shoved(game_body(match, player), speed))
    game_push(match, player, across * speed / longer, down * speed / longer);
}

static void contact(game_match *match, uint32_t one, uint32_t other) {
  if (game_team_of(match, one) == game_team_of(match, other))
    return;
  const sim_body *body = game_body(match, one), *others = game_body(match, other);
  int32_t across = others->x - body->x, down = others->y - body->y;
  if (across == 0 && down == 0) /* on one spot: anywhere */
    across = game_random(match, 2) ? 1 : -1;
  shove(match, one, -across, -down);
  shove(match, other, across, down);
}

/* --- how bots play ------------------------------------------------------------------------------------------ */

static bool is_opponent(const game_box *self, const game_box *other) {
  return self->team != other->team;
}

/* To the hill; and from there at whoever else is on it, to push them out. */
static uint32_t think(const game_sight *sight, wander *mind) {
  const game_box *self = steer_self(sight);
  if (!self || sight->mark_count == 0)
    return 0;
  const wire_mark *hill = &sight->marks[0];
  const int32_t reach = (int32_t)hill->w / 2;
  int32_t x = (int32_t)(hill->x + hill->w / 2) - sight->params.box / 2;
  int32_t y = (int32_t)(hill->y + hill->h / 2) - sight->params.box / 2;
  const game_box *other = steer_nearest(sight, is_opponent);
  if (other && steer_distance(self->x, self->y, x, y) < reach && steer_distance(other->x, other->y, x, y) < 2 * reach)
    return steer_to(sight, mind, other->x, other->y);
  return steer_to(sight, mind, x, y);
}

const game_rules game_hill = {
    .name = "hill",
    .words = "Teams hold the hill: alone in it, a team gets a point a second. Push others out.",
    .drop_in = true,
    .players_min = 2,
    .teams = teams,
    .team_count = TEAMS,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .state_bytes = sizeof(hill_state),
    .start = start,
    .join = join,
    .leave = leave,
    .tick = tick,
    .contact = contact,
    .end = end,
    .think = think,
};
