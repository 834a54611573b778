/* Who is who: the names, colors and standings of the ids that the server told. */
#ifndef TICKBOX_CLIENT_ROSTER_H
#define TICKBOX_CLIENT_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/gen/protocol.h"

typedef struct roster roster;

/* NULL if memory is short. */
roster *roster_create(void);
void roster_destroy(roster *roster);

/* Forgets everybody, for a new connection. */
void roster_clear(roster *roster);

/* False if memory is short. */
bool roster_apply(roster *roster, const wire_roster *news);

/* The player of that id, or NULL. Valid until the next roster_apply or roster_clear. */
const wire_player *roster_find(const roster *roster, uint32_t id);

/* The player who is that person on the server, or NULL. */
const wire_player *roster_of_person(const roster *roster, uint32_t person);

/* The next player by id, or NULL past the last; the cursor begins at 0. */
const wire_player *roster_next(const roster *roster, uint32_t *cursor);

/* How that id stands; all 0 if the server has not told. */
wire_standing roster_standing(const roster *roster, uint32_t id);

/* True if that id's standing has this flag, one of the seat_flags. */
bool roster_is(const roster *roster, uint32_t id, uint32_t flag);

/* How many are in the room, as the server last said. */
uint32_t roster_players(const roster *roster);

#endif
