/* How the connection stands: a state machine that is told events and the time, and answers what to do and what
   to say. It knows no socket. Waits between attempts grow, with some jitter so that the players of a restarted
   server do not all return in the same instant. Times are in us. */
#ifndef TICKBOX_CLIENT_CONNECTION_H
#define TICKBOX_CLIENT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-sdl/address.h"

enum { CONNECTION_REASON_MAX = 400, CONNECTION_WORDS_MAX = 800, CONNECTION_FAREWELL_US = 300000 };

/* What the caller must do with the socket. */
typedef enum { CONNECTION_KEEP, CONNECTION_CONNECT, CONNECTION_ABANDON } connection_order;

typedef struct connection {
  unsigned state;    /* STATE_CONNECTING and so on */
  int64_t since;     /* when it was entered */
  int64_t heard;     /* when the server was last heard */
  int64_t retry_at;  /* of the waiting states; 0: never by itself */
  unsigned failures; /* attempts in a row that came to nothing */
  uint32_t random;   /* state of the jitter's generator */
  bool socket;       /* a socket was asked for and not yet given up */
  int64_t move_at;   /* leaves for another room at the latest then, or as soon as the server lets go; 0: stays */
  char address[ADDRESS_WORDS_MAX];
  char reason[CONNECTION_REASON_MAX]; /* of STATE_ENDED and STATE_REFUSED, in words */
} connection;

/* Starts in STATE_CONNECTING, with nothing asked for yet. `seed` is for the jitter. */
void connection_init(connection *connection, const char *address, uint32_t seed, int64_t now);

/* Lets time pass: time-outs, the next attempt. */
connection_order connection_advance(connection *connection, int64_t now);

/* The socket stands: hello can be said. */
void connection_opened(connection *connection, int64_t now);

/* The attempt failed: STATE_NOBODY or STATE_NOT_TICKBOX. */
void connection_failed(connection *connection, unsigned state, int64_t now);

/* The socket is no more, for whatever reason. A reason given before stays. */
void connection_closed(connection *connection, int64_t now);

/* The server welcomed us. */
void connection_welcomed(connection *connection, int64_t now);

/* Any message came: the server is alive. */
void connection_heard(connection *connection, int64_t now);

/* The server refused or ended the connection by this code. Those that time can heal are tried again. */
void connection_ended(connection *connection, uint32_t code, const char *param, int64_t now);

/* The player goes to another room: on a connection of its own, made once the server has answered our farewell, or at
   once if there is none to take leave of. */
void connection_move(connection *connection, int64_t now);

/* For how many whole seconds of play the server has said nothing; 0 while it talks. */
int connection_silence(const connection *connection, int64_t now);

/* True if only the player can end this state: nothing is tried by itself. */
bool connection_is_final(const connection *connection);

/* The sentence for the player, with its countdown. */
void connection_words(const connection *connection, char *out, size_t size, int64_t now);

#endif
