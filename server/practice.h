/* Company: practice bots that play along. In a lasting sandbox some join a human who is alone, and leave as people
   come; in a room of one's own as many as its host asks for. */
#ifndef TICKBOX_PRACTICE_H
#define TICKBOX_PRACTICE_H

#include "server/room.h"

/* Lets bots join or leave, so that there are as many as there should be. */
void practice_keep(room *room);

/* One makes way for a newcomer, if the room is full. */
void practice_make_way(room *room);

/* Each holds the buttons that its mind wants at this tick. */
void practice_think(room *room);

#endif
