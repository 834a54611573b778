/* The sockets: one port for the page and for the game. The only user of libwebsockets, on the loop's libuv.
   Makes the links of server/link.h and tells the host of connections, messages and their end.

   We accept connections ourselves and hand them to lws, so that running out of descriptors pauses accepting
   instead of spinning. While nothing is pending on a socket, what a client gets in a tick is framed here and
   leaves by one send() (lws's own way, to ask for a call when writable, costs twice as much); what a socket
   does not take of it, lws keeps; what comes after that waits in a bounded queue of the connection's. */
#ifndef TICKBOX_NET_H
#define TICKBOX_NET_H

#include <stdint.h>

#include "server/host.h"
#include "server/lag.h"
#include "server/listen.h"
#include "server/loop.h"
#include "server/page.h"

enum {
  NET_QUEUE_BYTES_MAX = 65536, /* control messages waiting for one connection that cannot take them */
  /* Sent without asking the kernel whether it takes more: as it says no at half of LISTEN_UNSENT_BYTES, no more than
     that is unsent. */
  NET_UNASKED_BYTES = LISTEN_UNSENT_BYTES / 2,
  NET_FRAGMENTS_MAX = 64,     /* parts of one message */
  NET_PAGE_CONNECTIONS = 256, /* beside the clients: page loads, and handshakes that are not done */
  NET_HALF_OPEN_MAX = 4096,   /* and, where the system allows it, peers that dawdle until their time is up */
  NET_DESCRIPTORS_SPARE = 64, /* kept for everything that is not a connection */
  NET_ACCEPTS_AT_ONCE = 64,
  NET_ACCEPT_PAUSE_MS = 100, /* when there is no room for a connection */
  NET_CLOSE_SECONDS = 2,     /* for what was sent before a close, then the socket is cut */
  NET_CLOSE_STATUS = 4000    /* plus the code: the status of our close frames */
};

typedef struct {
  loop *loop;
  host *host;
  lag *lag; /* stands before the host; NULL: nothing does */
  const page *page;
  listener *listener; /* open; net closes it */
  uint32_t clients_max;
  loop_call on_empty; /* after net_stop, when the last player's socket has gone */
  void *user;
} net_config;

typedef struct net net;

/* NULL if lws cannot start; it has said why in the log. */
net *net_create(const net_config *config);

/* Accepts no more. Calls on_empty once no player's socket is left, perhaps at once. */
void net_stop(net *net);

/* Cuts whatever is left, telling the host. */
void net_destroy(net *net);

#endif
