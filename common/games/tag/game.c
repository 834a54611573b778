/* Tag: chasers run after runners. About one player in four chases; those chase next who chased least. Chasers stand
   still for a moment, so that the others get away. Whoever is caught chases too (option `infection`) or is out. The
   runners win if one of them is left when time is up; the chasers win as soon as nobody is.

   If the last chaser leaves, a runner takes over, unless only one is left: then the runners have won. If the last
   runner leaves, the chasers have.

   tag.h says what of a body the step knows; `b` is ours: the tick at which a frozen box thaws. */
#include "common/games/game.h"
#include "common/games/steer.h"
#include "common/games/tag/tag.h"

enum { RUNNER, CHASER, CAUGHT }; /* roles; who is caught chases from then on, but has not won if the chasers win */
enum { CHASED, PLAYED };         /* kept: in how many matches */
enum {
  RUNS = TAG_SPEED_ONE,
  CHASES = TAG_SPEED_ONE * 92 / 100, /* they are slower, but many, and dash too */
  CAUGHT_CHASES = TAG_SPEED_ONE * 66 / 100,
  CAUGHT_SECONDS = 2, /* who is caught stands still for so long before it chases */
  CATCH_POINTS = 5,
  ESCAPE_POINTS = 5, /* never caught */
  LASTING_POINTS = 1,
  LASTING_SECONDS = 5, /* for each time that a runner lasted so long */
};

static const game_role roles[] = {{"runner", GAME_COLOR_OWN}, {"chaser", 1}, {"caught", 5}};

static const game_option options[] = {
    {"seconds", "how long the runners must last", 20, 600, 90},
    {"chasers", "how many of a hundred players chase", 5, 75, 25},
    {"infection", "who is caught chases too, or else is out", 0, 1, 1},
    {"head_start", "seconds that chasers stand still", 0, 10, 2},
};

static bool chases(const game_match *match, uint32_t player) {
  return game_role_of(match, player) != RUNNER;
}

static uint32_t seconds(const game_match *match, int32_t count) {
  return (uint32_t)count * game_tick_rate(match);
}

/* --- who is what -------------------------------------------------------------------------------------------- */

/* How many chase, or run, besides one. */
static uint32_t count(const game_match *match, bool chasing, uint32_t besides) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < game_players(match); i++) {
    uint32_t player = game_player(match, i);
    found += player != besides && chases(match, player) == chasing;
  }
  return found;
}

static bool is_frozen(const game_match *match, uint32_t player) {
  return game_body(match, player)->flags & TAG_FROZEN;
}

/* Makes a player run or chase, and stand still before it does. */
static void become(game_match *match, uint32_t player, uint32_t role, uint32_t ticks) {
  static const int32_t speeds[] = {[RUNNER] = RUNS, [CHASER] = CHASES, [CAUGHT] = CAUGHT_CHASES};
  game_set_role(match, player, role);
  game_set_body(match, player, ticks ? TAG_FROZEN : 0, 0, speeds[role], (int32_t)(game_tick(match) + ticks));
}

static void thaw(game_match *match, uint32_t player) {
  const sim_body *body = game_body(match, player);
  if ((body->flags & TAG_FROZEN) && game_tick(match) >= (uint32_t)body->b)
    game_set_body(match, player, body->flags & ~TAG_FROZEN, body->timer, body->a, 0);
}

/* In thousandths of the matches that it played: somebody new does not chase until all others have. */
static int32_t share(game_match *match, uint32_t player) {
  const int32_t *kept = game_kept(match, player);
  return kept[CHASED] * 1000 / (kept[PLAYED] + 1);
}

/* The runner who chased least; one of them, if there are several. 0: nobody but `besides` runs. */
static uint32_t next_chaser(game_match *match, uint32_t besides) {
  uint32_t next = 0, alike = 0;
  int32_t least = 0;
  for (uint32_t i = 0; i < game_players(match); i++) {
    uint32_t player = game_player(match, i);
    if (player == besides || chases(match, player))
      continue;
    int32_t its = share(match, player);
    alike = next && its == least ? alike + 1 : 1;
    if (next && (its > least || (its == least && game_random(match, alike) != 0)))
      continue;
    next = player;
    least = its;
  }
  return next;
}

static void deal_chaser(game_match *match, uint32_t besides) {
  uint32_t player = next_chaser(match, besides);
  game_kept(match, player)[CHASED]++;
  become(match, player, CHASER, seconds(match, game_option_value(match, "head_start")));
}

static void start(game_match *match) {
  uint32_t players = game_players(match);
  uint32_t chasers = (players * (uint32_t)game_option_value(match, "chasers") + 50) / 100;
  for (uint32_t i = 0; i < players; i++)
    become(match, game_player(match, i), RUNNER, 0);
  for (uint32_t i = 0; i < 1 || (i < chasers && i + 1 < players); i++)
    deal_chaser(match, 0);
  for (uint32_t i = 0; i < players; i++)
    game_kept(match, game_player(match, i))[PLAYED]++;
  game_limit(match, seconds(match, game_option_value(match, "seconds")));
}

/* --- who wins ----------------------------------------------------------------------------------------------- */

/* Returns how many have won. */
static uint32_t win_role(game_match *match, uint32_t role, uint32_t besides) {
  uint32_t winners = 0;
  for (uint32_t i = 0; i < game_players(match); i++) {
    uint32_t player = game_player(match, i);
    if (player == besides || game_role_of(match, player) != role)
      continue;
    game_win(match, player);
    winners++;
  }
  return winners;
}

/* Those who were caught have only won if nobody is left of those who chased from the start. */
static void chasers_win(game_match *match, const char *words, uint32_t one) {
  if (!win_role(match, CHASER, 0))
    win_role(match, CAUGHT, 0);
  game_finish(match, words, one);
}

static uint32_t first_runner(const game_match *match, uint32_t besides) {
  for (uint32_t i = 0; i < game_players(match); i++)
    if (game_player(match, i) != besides && !chases(match, game_player(match, i)))
      return game_player(match, i);
  return 0;
}

static void end(game_match *match) {
  uint32_t one = first_runner(match, 0);
  for (uint32_t i = 0; i < game_players(match); i++)
    if (!chases(match, game_player(match, i)))
      game_add_score(match, game_player(match, i), ESCAPE_POINTS);
  uint32_t winners = win_role(match, RUNNER, 0);
  game_finish(match,
              winners == 1 ? "The runners win: {0} was never caught."
                           : "The runners win: {0} and others were never caught.",
              one);
}

/* --- what happens ------------------------------------------------------------------------------------------- */

static void catch (game_match *match, uint32_t chaser, uint32_t runner) {
  game_add_score(match, chaser, CATCH_POINTS);
  game_tell(match, "{0} caught {1}.", chaser, runner);
  if (game_option_value(match, "infection"))
    become(match, runner, CAUGHT, seconds(match, CAUGHT_SECONDS));
  else
    game_put_out(match, runner);
  uint32_t left = count(match, false, 0);
  if (left == 0)
    chasers_win(match, "The chasers win: {0} caught the last one.", chaser);
  else if (left == 1)
    game_tell(match, "{0} is the last runner!", first_runner(match, 0), 0);
}

static void contact(game_match *match, uint32_t one, uint32_t other) {
  if (chases(match, one) == chases(match, other))
    return;
  uint32_t chaser = chases(match, one) ? one : other;
  if (!is_frozen(match, chaser))
    catch (match, chaser, chaser == one ? other : one);
}

static void tick(game_match *match) {
  bool lasted = game_tick(match) % seconds(match, LASTING_SECONDS) == 0;
  for (uint32_t i = 0; i < game_players(match); i++) {
    uint32_t player = game_player(match, i);
    thaw(match, player);
    if (lasted && !chases(match, player))
      game_add_score(match, player, LASTING_POINTS);
  }
}

static void chaser_leaves(game_match *match, uint32_t player) {
  if (count(match, true, player) > 0)
    return;
  if (count(match, false, player) > 1) {
    deal_chaser(match, player);
    game_tell(match, "{0} left. There is a new chaser!", player, 0);
    return;
  }
  win_role(match, RUNNER, player);
  game_finish(match, "The runners win: nobody is left to chase them.", 0);
}

static void leave(game_match *match, uint32_t player) {
  if (chases(match, player))
    chaser_leaves(match, player);
  else if (count(match, false, player) == 0)
    chasers_win(match, "The chasers win: no runner is left.", 0);
}

/* --- how bots play ------------------------------------------------------------------------------------------ */

static bool is_prey(const game_box *self, const game_box *other) {
  (void)self;
  return other->role == RUNNER;
}

static bool is_danger(const game_box *self, const game_box *other) {
  (void)self;
  return other->role != RUNNER;
}

/* How many ways out a place lacks: a corner lacks most of them, the open field none. */
static int64_t narrowness(const game_sight *sight, int32_t x, int32_t y) {
  const int32_t step = 2 * sight->params.box;
  int64_t blocked = 0;
  for (int32_t down = -step; down <= step; down += step)
    for (int32_t across = -step; across <= step; across += step)
      blocked += !sim_is_free(x + across, y + down, &sight->params, sight->ground);
  return blocked;
}

/* Far from everybody who chases, reached before they could be there, and not in a corner. The weights are tried out:
   see the tests for how often each side wins. */
static int64_t safety(const game_sight *sight, const void *about, int32_t x, int32_t y) {
  enum { DANGER = 4096, LOST = 1000, NARROW = 50 };
  const game_box *self = about;
  const int32_t box = sight->params.box, way = steer_distance(self->x, self->y, x, y);
  int64_t worth = -NARROW * narrowness(sight, x, y);
  for (uint32_t i = 0; i < sight->box_count; i++) {
    if (sight->boxes[i].role == RUNNER)
      continue;
    int32_t distance = steer_distance(x, y, sight->boxes[i].x, sight->boxes[i].y);
    worth -= (int64_t)box * DANGER / (distance + box / 2) + (distance - way < box ? LOST : 0);
  }
  return worth;
}

/* Dashing now and then, when it matters. */
static uint32_t dash(const game_sight *sight, wander *mind, const game_box *other, int32_t boxes) {
  const game_box *self = steer_self(sight);
  bool near = steer_distance(self->x, self->y, other->x, other->y) < boxes * sight->params.box;
  return near && wander_random(&mind->random) % 8 == 0 ? BUTTON_ACTION : 0;
}

static uint32_t think(const game_sight *sight, wander *mind) {
  const game_box *self = steer_self(sight);
  if (!self)
    return 0;
  const game_box *other = steer_nearest(sight, self->role == RUNNER ? is_danger : is_prey);
  if (!other)
    return wander_buttons(mind, sight->tick, sight->tick_rate);
  if (self->role == RUNNER)
    return steer_by(sight, mind, safety, self) | dash(sight, mind, other, 3);
  return steer_to(sight, mind, other->x, other->y) | dash(sight, mind, other, 6);
}

const game_rules game_tag = {
    .name = "tag",
    .words = "Chasers run after runners. The runners win if one is left when time is up. Space, or A on a phone: dash.",
    .players_min = 2,
    .roles = roles,
    .role_count = sizeof roles / sizeof roles[0],
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .step = "tag",
    .start = start,
    .leave = leave,
    .tick = tick,
    .contact = contact,
    .end = end,
    .think = think,
};
