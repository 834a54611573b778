/* Roam: walk about. No matches, no points; everybody plays from joining on. */
#include "common/games/game.h"

const game_rules game_roam = {
    .name = "roam",
    .words = "Walk about with your friends. Nobody wins.",
    .sandbox = true,
    .drop_in = true,
    .players_min = 1,
};
