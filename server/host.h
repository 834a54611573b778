/* The whole server without its sockets: clients, their rooms, and the tick. It is told the time and handed
   links, so tests run it with a fake clock and a fake wire. One thread, the loop's.

   Callbacks from links only decode and fill mailboxes; host_run does the work. Every `now` is in microseconds
   of a monotonic clock. */
#ifndef TICKBOX_HOST_H
#define TICKBOX_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/gen/protocol.h"
#include "server/interest.h"
#include "server/link.h"

enum {
  HOST_CLIENTS_MAX = 5000,  /* a frame with every box's whole body still fits WIRE_SERVER_BYTES_MAX */
  HOST_PRACTICE_MAX = 16,   /* practice bots */
  HOST_ROOM_MEMBERS = 64,   /* of a room, if the configuration says nothing */
  HOST_SIGHT_CLIENTS = 256, /* looked at by one host_sight */
  HOST_SIGHT_BOXES = 65536, /* after which it ends */
  HOST_EXTRA_CLIENTS = 64,  /* connections above clients_max that are kept long enough to be told CODE_FULL */
};

typedef struct host host;
typedef struct client client;
typedef struct map map; /* server/map.h: an arena read from a file */

typedef struct {
  uint32_t tick_rate;     /* ticks a second, WIRE_TICK_RATE_MIN..MAX */
  uint32_t clients_max;   /* connections at once, 1..HOST_CLIENTS_MAX; one more is refused with CODE_FULL */
  uint32_t practice_bots; /* how many wander in general while one human is alone, 0..HOST_PRACTICE_MAX */
  uint32_t rooms_max;     /* at once; 0: ROOMS_MAX */
  uint32_t room_members;  /* most members of a room other than general, 0: HOST_ROOM_MEMBERS */
  uint32_t hold_ms;       /* for how long the seat of a lost connection is kept; 0: not at all */
  const char *rooms;      /* configured: "NAME:GAME,..." as rooms_check likes it; or NULL */
  int64_t wall;           /* seconds since 1970, now */
  uint32_t seed;          /* of spawn choice, friendly names and practice bots */
  const map *arena;       /* stays the caller's, outlives the host */
  /* Makes one link's network worse, as its client asked, from now on; NULL: nobody may ask. */
  void (*impair)(link_t *link, const wire_lab *wish);
  FILE *trace; /* every tick's bodies, a line each, for tests and the curious; or NULL */
} host_config;

typedef struct {
  uint32_t clients; /* connections, welcome or not */
  uint32_t rooms;
  uint32_t players; /* humans and load bots, in all rooms, those included whose seats are held */
  uint32_t practice_bots;
  uint32_t tick;
  uint32_t ticks_slipped;             /* given up after stalls */
  uint64_t frames_sent, frames_stale; /* stale: not sent because the link had not drained */
  uint64_t bytes_sent;
} host_counts;

/* `now` is the first tick's due time. NULL if memory is short. All memory of ticks is taken here. */
host *host_create(const host_config *config, int64_t now);
void host_destroy(host *host); /* PRE: every client was disconnected */

/* A new connection. One above clients_max is told CODE_FULL when it says hello, and closed, unless another has gone by
   then. NULL if even the HOST_EXTRA_CLIENTS places for that are taken; the caller closes the link. */
client *host_connect(host *host, link_t *link, int64_t now);

/* One whole binary message. */
void host_receive(host *host, client *client, const uint8_t *bytes, size_t size, int64_t now);

/* The link found a fault itself (CODE_TEXT_MESSAGE, CODE_TOO_LARGE): ends this client by that name. */
void host_receive_fault(host *host, client *client, uint32_t code);

/* The link is no more. The client must not be used again. */
void host_disconnect(host *host, client *client);

/* When the next tick is due. */
int64_t host_next_due(const host *host);

/* Runs the ticks that are due at `now`: at most three made-up ones, then the schedule slips. Returns how many. */
uint32_t host_run(host *host, int64_t now);

/* Tells every client CODE_SHUTTING_DOWN and closes their links. */
void host_stop(host *host);

host_counts host_count(const host *host);

/* As schedule_late_p99: how late the last `ticks` ticks began, in us. */
uint32_t host_late_p99(const host *host, uint32_t ticks);

/* How much of their worlds clients see: of the next HOST_SIGHT_CLIENTS, who take turns. As anybody may ask, it is
   counted once a tick at most, and ends early where HOST_SIGHT_BOXES were looked at. */
interest_sum host_sight(host *host);

/* The rooms (server/rooms.h), and the boxes in general (server/world.h), for tests that look or push. */
struct rooms *host_rooms(host *host);
struct world *host_world(host *host);

#endif
