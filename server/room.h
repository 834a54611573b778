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
#include "server/world.h"

typedef struct {
  client *client;    /* NULL: a practice bot */
  wander mind;       /* of a practice bot */
  uint64_t name_key; /* of its name, unique here */
  uint64_t wish_key; /* of the name it wished for: counts the Adas */
} player;

typedef struct {
  world *world;
  uint32_t players_max;
  player *players;      /* in no order; those of `joined` last */
  wire_player *entries; /* what a roster says of each, at the same index */
  uint32_t count;
  uint32_t joined;    /* of count: joined in this tick, not told yet */
  uint32_t practice;  /* of count: practice bots */
  uint32_t load_bots; /* of count: clients of kind "bot" */
  wire_leaver *left;  /* not told yet */
  uint32_t left_count;
  uint32_t color_users[COLORS];
  uint32_t random;  /* of friendly names and practice bots' minds */
  uint8_t *scratch; /* WIRE_SERVER_BYTES_MAX, for roster messages */
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

/* Tells the changes to those who were here, and the whole roster to those who joined (after `welcome` was
   sent). Then nothing is untold. */
void room_tell_roster(room *room);

#endif
