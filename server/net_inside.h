/* What the three files of the net door share: net.c (lws's life, accepting), net_link.c (WebSockets as links)
   and net_http.c (page, health, who may upgrade). No other file includes this, or lws. */
#ifndef TICKBOX_NET_INSIDE_H
#define TICKBOX_NET_INSIDE_H

#include <libwebsockets.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/gen/protocol.h"
#include "server/net.h"
#include "server/outbox.h"

enum { NET_SECOND = 1000000 }; /* in loop_now's microseconds */

struct net {
  net_config config;
  struct lws_context *context;
  struct lws_vhost *vhost;
  uint32_t connections, connections_max; /* of any kind */
  uint32_t players;                      /* WebSockets */
  bool accepting, stopping;
  uint8_t frame[LWS_PRE + WIRE_SERVER_BYTES_MAX]; /* what is being sent, behind room for its header */
};

/* One WebSocket; lws keeps it, zeroed at first, until the socket is gone. */
typedef struct {
  link_t link;
  struct lws *wsi;
  net *net;
  client *client; /* NULL before host_connect and after host_disconnect, and behind a line */
  lag_line *line; /* instead of the client, if the network shall be bad */
  char address[LISTEN_ADDRESS_BYTES];
  outbox waiting;
  uint32_t unasked;  /* bytes sent since the kernel last said that the socket takes more */
  int64_t confirmed; /* when lws last heard that this peer is alive */

  bool closing, said_why;
  uint32_t code; /* why */

  uint8_t *parts; /* of a message that has not arrived whole: WIRE_CLIENT_BYTES_MAX */
  uint32_t parts_size, parts_count;
} connection;

/* One HTTP exchange. */
typedef struct {
  page_answer answer;
  size_t sent;
} exchange;

static inline net *net_of(struct lws *wsi) {
  return lws_context_user(lws_get_context(wsi));
}

/* The end of any connection, WebSocket or not. */
void net_gone(struct lws *wsi);

/* lws's callbacks for the two protocols: `user` is a connection or an exchange. */
int net_on_socket(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);
int net_on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);

#endif
