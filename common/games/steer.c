#include "common/games/steer.h"

#include "common/pre.h"

enum {
  WAYS = 8,
  GLANCES = 5, /* places looked at along each way, so far apart that no block fits between */
  DECISIONS_A_SECOND = 8,
  DETOUR_SECONDS = 3, /* at most */
};

typedef struct {
  uint32_t buttons;
  int32_t x, y;
} way;

static const way ways[WAYS] = {
    {BUTTON_UP, 0, -1},  {BUTTON_UP | BUTTON_RIGHT, 1, -1},  {BUTTON_RIGHT, 1, 0}, {BUTTON_DOWN | BUTTON_RIGHT, 1, 1},
    {BUTTON_DOWN, 0, 1}, {BUTTON_DOWN | BUTTON_LEFT, -1, 1}, {BUTTON_LEFT, -1, 0}, {BUTTON_UP | BUTTON_LEFT, -1, -1},
};

const game_box *steer_self(const game_sight *sight) {
  for (uint32_t i = 0; i < sight->box_count; i++)
    if (sight->boxes[i].id == sight->self)
      return &sight->boxes[i];
  return NULL;
}

static int32_t size_of(int32_t number) {
  return number < 0 ? -number : number;
}

/* Octagonal: the longer side and three eighths of the shorter, as there is no square root here. */
int32_t steer_distance(int32_t x, int32_t y, int32_t to_x, int32_t to_y) {
  int32_t across = size_of(to_x - x), down = size_of(to_y - y);
  return across > down ? across + down * 3 / 8 : down + across * 3 / 8;
}

const game_box *steer_nearest(const game_sight *sight, steer_wanted wanted) {
  const game_box *self = steer_self(sight), *nearest = NULL;
  int32_t least = INT32_MAX;
  PRE(self);
  for (uint32_t i = 0; i < sight->box_count; i++) {
    const game_box *other = &sight->boxes[i];
    int32_t distance = steer_distance(self->x, self->y, other->x, other->y);
    if (other != self && distance < least && wanted(self, other)) {
      least = distance;
      nearest = other;
    }
  }
  return nearest;
}

static bool is_free(const game_sight *sight, int32_t x, int32_t y) {
  return sim_is_free(x, y, &sight->params, sight->ground);
}

/* Between two glances; shorter diagonally, as walking is. */
static int32_t stride_of(const game_sight *sight, const way *along) {
  int32_t stride = sight->params.box * 3 / 4;
  return along->x && along->y ? stride * 3 / 4 : stride;
}

/* The best that can be reached this way; INT64_MIN if the way is blocked. */
static int64_t look_along(const game_sight *sight, const game_box *self, const way *along, steer_worth worth,
                          const void *about) {
  int32_t stride = stride_of(sight, along);
  int64_t best = INT64_MIN;
  for (int32_t i = 1; i <= GLANCES; i++) {
    int32_t x = self->x + along->x * stride * i, y = self->y + along->y * stride * i;
    if (!is_free(sight, x, y))
      return best;
    int64_t here = worth(sight, about, x, y);
    best = here > best ? here : best;
  }
  return best;
}

static uint32_t decide(const game_sight *sight, wander *mind, uint32_t buttons, uint32_t ticks) {
  mind->buttons = buttons;
  mind->turn_at = sight->tick + ticks + wander_random(&mind->random) % (ticks + 1);
  return buttons;
}

/* A decision holds for a few seconds at most; one that seems to lie further is of another match. */
static bool has_decided(const game_sight *sight, const wander *mind) {
  return mind->turn_at - sight->tick - 1 < DETOUR_SECONDS * sight->tick_rate;
}

uint32_t steer_by(const game_sight *sight, wander *mind, steer_worth worth, const void *about) {
  const game_box *self = steer_self(sight);
  PRE(self);
  if (has_decided(sight, mind))
    return mind->buttons;
  int64_t best = worth(sight, about, self->x, self->y);
  uint32_t buttons = 0, first = wander_random(&mind->random) % WAYS; /* so that no way is preferred */
  for (uint32_t i = 0; i < WAYS; i++) {
    const way *along = &ways[(first + i) % WAYS];
    int64_t there = look_along(sight, self, along, worth, about);
    if (there > best) {
      best = there;
      buttons = along->buttons;
    }
  }
  return decide(sight, mind, buttons, sight->tick_rate / DECISIONS_A_SECOND);
}

typedef struct {
  int32_t x, y;
} place;

static int64_t nearness(const game_sight *sight, const void *about, int32_t x, int32_t y) {
  (void)sight;
  const place *goal = about;
  return -steer_distance(x, y, goal->x, goal->y);
}

/* Something stands between: a walk along any way that is open, now a short one, now one out of a deep pocket. */
static uint32_t detour(const game_sight *sight, wander *mind, const game_box *self) {
  uint32_t first = wander_random(&mind->random) % WAYS;
  for (uint32_t i = 0; i < WAYS; i++) {
    const way *along = &ways[(first + i) % WAYS];
    int32_t stride = stride_of(sight, along);
    if (is_free(sight, self->x + along->x * stride, self->y + along->y * stride))
      return decide(sight, mind, along->buttons,
                    wander_random(&mind->random) % (DETOUR_SECONDS * sight->tick_rate / 2));
  }
  return 0;
}

uint32_t steer_to(const game_sight *sight, wander *mind, int32_t x, int32_t y) {
  const place goal = {x, y};
  const game_box *self = steer_self(sight);
  PRE(self);
  bool decides = !has_decided(sight, mind);
  uint32_t buttons = steer_by(sight, mind, nearness, &goal);
  bool stuck = decides && !buttons && steer_distance(self->x, self->y, x, y) > sight->params.box;
  return stuck ? detour(sight, mind, self) : buttons;
}
