/* What a connection gave us to play with: the replica, the arena, the roster, the room and the talk, kept up to date by
   the server's messages; and what it takes to come back to the same seat. Knows neither socket nor screen; what it
   wants sent goes to the function it was given. */
#ifndef TICKBOX_CLIENT_SESSION_H
#define TICKBOX_CLIENT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "client-sdl/room.h"
#include "client-sdl/roster.h"
#include "client-sdl/talk.h"
#include "common/gen/protocol.h"
#include "common/replica.h"
#include "common/wire.h"

enum { SESSION_BOXES_MAX = 8192, SESSION_HISTORY = 64 };

/* What a message meant for the connection. */
typedef enum {
  SESSION_NOTHING,
  SESSION_WELCOMED,
  SESSION_ENDED,   /* refused or goodbye; see `ended_by` */
  SESSION_CREATED, /* the room that we made waits for us: see `created` */
  SESSION_ROOMS,   /* the list of rooms that we asked for is here */
  SESSION_PEOPLE,  /* and the list of people */
  SESSION_BROKEN,  /* it did not decode, or made no sense here: this is no Tickbox server */
} session_news;

typedef struct session {
  void (*send)(void *to, const uint8_t *bytes, size_t size); /* one message */
  void *to;
  FILE *events; /* where every message but frames is written as a line of JSON, or NULL */

  /* what hello asks for: set `hello` before the first session_hello; welcomes keep its room and token current */
  wire_hello hello;

  /* of the present connection */
  bool welcomed;
  int64_t hello_at;    /* when hello was sent */
  int64_t ping_at;     /* when the next ping is due */
  int64_t round_trip;  /* newest, in us; below 0: not known yet */
  uint32_t own;        /* our seat, and our box if we have one */
  uint32_t person;     /* who we are on the server */
  uint32_t tick_rate;  /* ticks a second */
  bool resumed;        /* the seat is the one that we had before */
  wire_view view;      /* as the server knows it; 0: not told yet */
  uint32_t first_tick; /* of the first frame; counts once has_first_tick */
  bool has_first_tick;
  wire_goodbye ended_by;
  wire_created created;

  /* ticks confirmed in earlier connections, so that scripts go on after a reconnect */
  uint32_t ticks_before;

  /* the arena; its blocks stand in memory of ours */
  bool has_map;
  wire_map map;
  wire_block *blocks;
  void *ground; /* the sim_map */

  room room;
  talk talk;
  roster *roster;
  replica *replica;
  void *replica_memory;
  wire_arena arena; /* of messages being decoded */
} session;

/* False if memory is short. */
bool session_init(session *session, void (*send)(void *to, const uint8_t *bytes, size_t size), void *to);
void session_free(session *session);

/* The socket opened: forgets the former connection, and says hello: to the seat that it had, if it had one. */
void session_hello(session *session, int64_t now);

/* Says farewell to the seat: the next hello goes to that room (at most WIRE_WORD_BYTES_MAX bytes) as a newcomer. */
void session_move(session *session, const char *room);

/* Sends a message that a player asked for. */
void session_send(session *session, const wire_type *type, const void *message);

/* Takes one message that arrived at `at`. */
session_news session_receive(session *session, const uint8_t *bytes, size_t size, int64_t at);

/* Lets time pass with these buttons held: predicts, and sends inputs, pings and wishes for keyframes. */
void session_advance(session *session, uint32_t buttons, int64_t now);

/* The window has this many pixels, and a spectator looks at that box (0: the middle): tells the server, once we are
   welcome and whenever it changes. */
void session_show(session *session, int32_t width, int32_t height, uint32_t follow);

/* Says that the player leaves on purpose. */
void session_leave(session *session);

/* True if we have no box of our own to play with: a spectator. */
bool session_is_watching(const session *session);

/* The next team after `before` (0: the first) that anybody is in or that has points, NULL past the last: a match may
   use fewer than there are. */
const wire_team *session_next_team(const session *session, uint32_t *before);

/* True once there is a world to draw. */
bool session_is_ready(const session *session);

/* Ticks since the first confirmed frame, over all connections. */
uint32_t session_ticks(const session *session);

#endif
