/* Whether the games of this build keep to common/games/game.h, said to who wrote them. */
#ifndef TICKBOX_GAMES_H
#define TICKBOX_GAMES_H

#include "common/games/game.h"

enum { GAMES_ERROR_BYTES = 300 };

/* True if a room can play by these rules; else what is wrong. `folder`: its name below common/games */
bool games_fit(const char *folder, const game_rules *rules, char error[GAMES_ERROR_BYTES]);

/* Of all games. */
bool games_check(char error[GAMES_ERROR_BYTES]);

#endif
