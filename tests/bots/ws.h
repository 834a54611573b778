/* The bots' door to the network: thousands of WebSocket clients to one server, on one epoll set and one
   thread. Nothing here reads a clock or blocks, but the one look-up of the host's name.

   Every connection ends in exactly one `ended` event, unless ws_close ended it. */
#ifndef TICKBOX_WS_H
#define TICKBOX_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WS_SEND_MAX = 512 }; /* largest message that a bot sends, in bytes */

/* Where to: ws://host[:port][/path], or the same without ws://; [::1] for IPv6. */
typedef struct {
  char host[256];
  char port[6];
  char path[256];
} ws_url;

/* False if the text is no such URL. The port is 8765 and the path /ws where the text names none. */
bool ws_url_parse(ws_url *url, const char *text);

typedef struct {
  /* The server agreed to speak `subprotocol`. */
  void (*opened)(void *user, int64_t now);
  /* A whole binary message; the bytes are gone after the call. */
  void (*message)(void *user, const uint8_t *bytes, size_t size, int64_t now);
  /* The connection is no more: do not use it again. `why` is the peer's close reason, or one of nobody_answers,
     unreachable, not_tickbox, reset, closed, text_message, choked, or a fault of the frames. */
  void (*ended)(void *user, const char *why, int64_t now);
} ws_events;

typedef struct ws_pool ws_pool;
typedef struct ws ws;

/* Looks the host up. NULL if the name is unknown or the machine lacks a resource: *fault says it in words.
   Messages above `message_max` bytes end their connection. */
ws_pool *ws_pool_create(const ws_url *url, const char *subprotocol, size_t message_max, const ws_events *events,
                        const char **fault);
void ws_pool_destroy(ws_pool *pool); /* PRE: no connection is left */

/* Begins to connect. `receive_bytes`: how much the kernel keeps that was not read yet; 0 for its own choice. NULL if
   the machine has no descriptor left. */
ws *ws_connect(ws_pool *pool, void *user, int receive_bytes);

/* Sends one binary message of at most WS_SEND_MAX bytes. False if the peer has not read for so long that there
   is no room; then the connection is of no use any more. */
bool ws_send(ws *socket, const uint8_t *bytes, size_t size);

/* Says goodbye as well as it can and forgets the connection. */
void ws_close(ws *socket);

/* Cuts the connection without a word, as a lost network does. */
void ws_cut(ws *socket);

/* Leaves unread what comes, until ws_resume; sending goes on. That the peer is gone may be told only then. */
void ws_pause(ws *socket);
void ws_resume(ws *socket);

/* Of a paused one: reads at most so many bytes all the same, and tells what they were. */
void ws_read_some(ws *socket, size_t size, int64_t now);

/* Looks what has happened on the connections. */
void ws_pool_look(ws_pool *pool);

/* Tells what happened, as of `now`; a bounded part of it, so that time can be read in between. True if no
   connection was left out. */
bool ws_pool_serve(ws_pool *pool, int64_t now);

#endif
