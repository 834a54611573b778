/* Who plays: a player is a box with a name, a color and, unless it is a practice bot, a client. Joining and
   leaving happen in the tick (a lost connection leaves between ticks); everybody hears of it by roster
   messages, before the frame that shows it. */
#ifndef TICKBOX_ROOM_H
#define TICKBOX_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "common/gen/tables.h"
#include "common/wander.h"
#include "common/wire.h"
#include "server/client.h"
#include "server/frames.h"
#include "server/world.h"

enum { ROOM_KNOWN_BYTES = (WIRE_BOX_ID_MAX + 1) / 8 };

typedef struct {
  client *client;    /* NULL: a practice bot */
  wander mind;       /* of a practice bot */
  uint64_t name_key; /* of its name, unique here */
  uint64_t wish_key; /* of the name it wished for: counts the Adas */
} player;

typedef struct {
  world *world;
  uint32_t players_max;
  player *players;      /* in no order */
  wire_player *entries; /* what a roster says of each, at the same index */
  uint32_t count;
  uint16_t *by_id;    /* where the player of a box id stands in players */
  uint32_t told;      /* the count that everybody was told last */
  uint32_t practice;  /* of count: practice bots */
  uint32_t load_bots; /* of count: clients of kind "bot" */
  wire_leaver *left;  /* not told yet */
  uint32_t left_count;
  uint32_t color_users[COLORS];
  uint32_t random;           /* of friendly names and practice bots' minds */
  uint8_t *scratch;          /* WIRE_SERVER_BYTES_MAX, for roster messages */
  wire_player *told_players; /* WIRE_ROSTER_ENTRIES_MAX, being put together for one client */
  wire_leaver *told_left;    /* players_max, likewise */
} room;

/* False if memory is short. */
bool room_init(room *room, world *world, uint32_t players_max, uint32_t seed);
void room_free(room *room);

/* A new player with a box, for a client or (NULL) a practice bot. `wish` is clean or empty. Returns its index. */
uint32_t room_join(room *room, client *client, const char *wish, const char *kind);

/* The player at `index` leaves, and its box with it. Moves another player to that index. */
void room_leave(room *room, uint32_t index);

/* The player of this client, if it has one, leaves. */
void room_leave_client(room *room, const client *client);

/* The players whose clients were ended leave. */
void room_let_ended_leave(room *room);

/* Tells those who left to the clients that know them. */
void room_tell_who_left(room *room);

/* Tells everybody how many are here, if that changed, once in `rest` ticks; whoever is told a name hears it then. */
void room_tell_count(room *room, uint32_t tick, uint32_t rest);

/* Names follow interest: tells a client who those are that the picked frame will show, once each. */
void room_introduce(room *room, client *client, const frames *frames);

#endif
