/* Who is who: the names and colors of the ids that the server told. */
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

/* How many are in the room, as the server last said. */
uint32_t roster_players(const roster *roster);

#endif
