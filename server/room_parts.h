/* The inside of a room, for room*.c only: room.c is its life and tick, room_wishes.c what its members and its host
   want, room_talk.c what they say and relay, room_frames.c what each is sent of the world. */
#ifndef TICKBOX_ROOM_PARTS_H
#define TICKBOX_ROOM_PARTS_H

#include "server/room.h"

/* The index of the client's seat. PRE: it has one */
uint32_t room_seat(const room *room, const client *client);

/* Does what its members wished for since the last tick. */
void room_do_wishes(room *room);

/* Tells a newcomer what was said, and one who is back what it has not heard. */
void room_begin_history(room *room, client *client, bool resumed);
void room_go_on_with_history(room *room, client *client);

#define ROOM_SENT_AWAY "was sent away by the host."

/* Tells all who are here what happened to the one at this index, unless so many are here that nobody asks. */
void room_say_presence(room *room, uint32_t index, const char *what);

/* The seat at this index is given up. */
void room_give_up(room *room, uint32_t index);

/* Chooses a host if there is none, or it is away for too long. */
void room_keep_host(room *room);

/* Tells one member, or all who need it, how room, match and marks are. */
void room_tell_state(room *room, client *client);
void room_tell_changes(room *room);

/* Sends every client its frame, or its positions. */
void room_offer_frames(room *room);

#endif
