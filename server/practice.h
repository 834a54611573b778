/* Company for one human alone: practice bots that wander, and leave as people join. */
#ifndef TICKBOX_PRACTICE_H
#define TICKBOX_PRACTICE_H

#include <stdint.h>

#include "server/room.h"

/* One leaves for every player beyond the first human, all when no human is left. */
void practice_make_way(room *room, uint32_t bots);

/* They join if exactly one human is here and fewer than 1 + `bots` players. */
void practice_join(room *room, uint32_t bots);

/* Each holds the buttons that its mind wants at this tick. */
void practice_think(room *room, uint32_t tick, uint32_t tick_rate);

#endif
