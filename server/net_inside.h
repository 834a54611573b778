/* What the four files of the net door share: net.c (lws's life, accepting), net_link.c (WebSockets as links),
   net_http.c (page, health, who may upgrade) and net_poll.c (long polling). No other file includes this, or lws. */
#ifndef TICKBOX_NET_INSIDE_H
#define TICKBOX_NET_INSIDE_H

#include <libwebsockets.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/gen/protocol.h"
#include "server/handshake.h"
#include "server/json_wire.h"
#include "server/net.h"
#include "server/outbox.h"
#include "server/poll.h"

enum {
  NET_POLL_PATH_BYTES = 32,
  NET_AUTHORIZATION_BYTES = 64,
  NET_HEADER_MAX = 10,  /* of a message that a server sends */
  NET_BODY_SECONDS = 5, /* a request's body takes no longer, however it trickles */
  NET_SECOND = 1000000, /* in loop_now's microseconds */
};

struct net {
  net_config config;
  struct lws_context *context;
  struct lws_vhost *vhost;
  uint32_t connections, connections_max; /* of any kind */
  uint32_t players;                      /* WebSockets, and clients that poll */
  bool accepting, stopping;
  poll_desk *desk; /* of clients that poll */
  lws_sorted_usec_list_t desk_timer;
  struct connection *writing; /* whom what follows is for, or NULL */
  size_t written_size;
  size_t held_max; /* the most that ever waited for one peer, in lws and in its outbox */
  uint8_t written[NET_UNASKED_BYTES + NET_HEADER_MAX + JSON_WIRE_BYTES_MAX]; /* framed, not sent yet */
};

/* Whoever a link belongs to: the host's client, or a line before it if the network shall be bad. All zero is nobody. */
typedef struct {
  client *client;
  lag_line *line;
} net_guest;

/* One WebSocket; lws keeps it, zeroed at first, until the socket is gone. */
typedef struct connection {
  link_t link;
  struct lws *wsi;
  net *net;
  net_guest guest; /* nobody before it is connected and after it is disconnected */
  char address[LISTEN_ADDRESS_BYTES];
  outbox waiting;
  uint32_t kept;    /* of what was sent last: what lws still had to send then */
  uint32_t unasked; /* bytes sent since the kernel last said that the socket takes more */

  bool closing, said_why;
  uint32_t code; /* why */

  uint8_t *parts; /* of a message that has not arrived whole: WIRE_CLIENT_BYTES_MAX */
  uint32_t parts_size, parts_count;
} connection;

/* One HTTP exchange after another of a connection; lws keeps it, zeroed at first. */
typedef struct {
  struct lws *wsi;
  page_answer answer;
  size_t sent;
  bool closes;   /* the connection ends with this answer */
  bool asked;    /* a request came, and its answer has not left whole */
  bool bodied;   /* its body is here, if it has one */
  int64_t began; /* when it came */
  /* Of long polling: */
  char path[NET_POLL_PATH_BYTES], authorization[NET_AUTHORIZATION_BYTES];
  char *body; /* of a POST, while it arrives */
  size_t body_size, body_length;
  poll_session *waits; /* a question that has no answer yet, or NULL */
} exchange;

static inline net *net_of(struct lws *wsi) {
  return lws_context_user(lws_get_context(wsi));
}

/* Copies a header's value; empty if absent, and `oversize` is set if it is too long. */
const char *net_header(struct lws *wsi, enum lws_token_indexes token, char out[HANDSHAKE_VALUE_MAX], bool *oversize);

/* Answers, now or as soon as the socket takes it. The answer's memory goes along. lws's callbacks return what this
   does. */
int net_answer(struct lws *wsi, exchange *http, page_answer answer);

/* What the host, or the line before it, offers a guest. */
bool net_guest_is_here(const net_guest *guest);
bool net_guest_connect(net *self, net_guest *guest, link_t *link, int64_t now);
void net_guest_receive(net *self, net_guest *guest, const uint8_t *bytes, size_t size, int64_t now);
void net_guest_fault(net *self, net_guest *guest, uint32_t code, int64_t now);
void net_guest_disconnect(net *self, net_guest *guest);

/* The memory that lws holds now, our connections and exchanges included, which it keeps for us. */
size_t net_lws_bytes(void);

/* One less of `players`. */
void net_player_gone(net *self);

/* Long polling. net_poll_requested answers, or waits, if the path is one of its own; else it returns false. */
bool net_poll_start(net *self);
void net_poll_stop(net *self);
bool net_poll_requested(struct lws *wsi, exchange *http, const char *path, int *result);
int net_poll_body(struct lws *wsi, exchange *http, const char *bytes, size_t size);
int net_poll_body_ended(struct lws *wsi, exchange *http);
int net_poll_woken(struct lws *wsi, exchange *http);
void net_poll_gone(exchange *http);

/* Sends what was written to a peer and has not left. */
void net_flush(net *net);

/* The end of any connection, WebSocket or not. */
void net_gone(struct lws *wsi);

/* lws's callbacks for the two protocols: `user` is a connection or an exchange. */
int net_on_socket(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);
int net_on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);

#endif
