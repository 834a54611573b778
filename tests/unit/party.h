/* Peers in rooms: what the tests of rooms, matches, talk and relay share. Wishes are sent and the tick that does them
   is run; what was told is read from the fake wires. */
#ifndef TICKBOX_PARTY_H
#define TICKBOX_PARTY_H

#include "server/room.h"
#include "server/rooms.h"
#include "tests/unit/stage.h"

enum { PARTY_RATE = 30, PARTY_COUNTDOWN = 90, PARTY_AHEAD = 13, PARTY_RESULTS = 300, PARTY_SECOND = 30 };

/* A field with room for all, and beside general the room "yard" where tag is played by up to 8; seats are held for 60
   s. `rooms_max` 0: many. */
void party_open(stage *stage, const char *rooms, uint32_t rooms_max);

room *party_room(const stage *stage, const char *word);

/* Comes to a room, and reads welcome; false if something else came. */
bool party_come(stage *stage, peer *peer, const char *room, const char *name, const char *kind);

/* Comes back by the token of its last welcome. */
bool party_back(stage *stage, peer *peer);

/* The connection is gone. */
void party_lose(stage *stage, peer *peer);

/* Sends it and runs a tick: a message without fields, of { on }, of { id } or of { game }. */
void party_wish(stage *stage, peer *peer, const wire_type *type);
void party_on(stage *stage, peer *peer, const wire_type *type, uint32_t on);
void party_at(stage *stage, peer *peer, const wire_type *type, uint32_t id);
void party_choose(stage *stage, peer *peer, const char *game);
void party_option(stage *stage, peer *peer, const char *name, int32_t value);

/* Says to a channel; heard at once. */
void party_say(stage *stage, peer *peer, uint32_t channel, uint32_t to, const char *text);

/* Makes a room and returns its code in `code`; false if it was told something else. */
bool party_create(stage *stage, peer *peer, const wire_create *create, char code[WIRE_WORD_BYTES_MAX + 1]);

/* Passes over all that was told so far. */
void party_skip(peer *peer);

/* The next notice must be this; or there must be none among all that was told. */
void party_assert_noticed(peer *peer, uint32_t code, const char *param);
void party_assert_no_notice(peer *peer);

/* How many messages of a type come among all that was told. */
uint32_t party_count(peer *peer, const wire_type *type);

/* The standing of this seat's id in the room; NULL if there is none. */
wire_standing *party_standing(room *room, uint32_t id);
uint32_t party_flags(room *room, uint32_t id);

/* Lets all peers say something, so that none falls silent, while this many ticks run. */
void party_run(stage *stage, peer *peers[], uint32_t count, uint32_t ticks);

/* Starts the match of the room by its host and runs to the first tick that is played. */
void party_play(stage *stage, peer *host, room *room);

#endif
