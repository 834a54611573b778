/* Where a bot walks: it looks along eight ways, and takes the one that leads to the best place it could reach in a
   moment. For the `think` of games; each decision holds for a fifth of a second or so, as a person's would. */
#ifndef TICKBOX_STEER_H
#define TICKBOX_STEER_H

#include "common/games/game.h"

/* The player's own box; NULL: it has none now. */
const game_box *steer_self(const game_sight *sight);

/* The nearest other box for which `wanted` is true; NULL: there is none. PRE: the player has a box */
typedef bool (*steer_wanted)(const game_box *self, const game_box *other);
const game_box *steer_nearest(const game_sight *sight, steer_wanted wanted);

/* Between two corners, in 1/16 unit; a little more than it is, where it is not straight. */
int32_t steer_distance(int32_t x, int32_t y, int32_t to_x, int32_t to_y);

/* What standing at a place would be worth; `about` is what steer_by was given. */
typedef int64_t (*steer_worth)(const game_sight *sight, const void *about, int32_t x, int32_t y);

/* The buttons to hold now to get where it is worth most; 0 to stay. PRE: the player has a box */
uint32_t steer_by(const game_sight *sight, wander *mind, steer_worth worth, const void *about);

/* The buttons to hold now to come to a place, and to get by what stands between. PRE: the player has a box */
uint32_t steer_to(const game_sight *sight, wander *mind, int32_t x, int32_t y);

#endif
