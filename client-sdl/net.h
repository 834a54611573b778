/* The WebSocket, on a thread of its own; the only file that knows libwebsockets is net.c. Two bounded rings lead
   to that thread and back, and messages are stamped with the time at which they arrived there. Looking up a
   name may block that thread for seconds, and nobody else.

   Only one connection is wanted at a time. Asking for the next one, or for none, abandons the former, and
   nothing is heard of it any more. */
#ifndef TICKBOX_CLIENT_NET_H
#define TICKBOX_CLIENT_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-sdl/address.h"

typedef struct net net;

typedef enum {
  NET_OPENED,      /* the WebSocket stands */
  NET_MESSAGE,     /* a whole binary message */
  NET_NOBODY,      /* the attempt failed before anyone answered */
  NET_NOT_TICKBOX, /* someone answered, but not as a Tickbox server does */
  NET_CLOSED,      /* the WebSocket that stood is gone */
} net_kind;

typedef struct {
  net_kind kind;
  int64_t time;         /* when it happened, by the clock handed to net_create */
  const uint8_t *bytes; /* of a message; valid until the next net_poll */
  size_t size;
} net_event;

/* Starts the thread. `clock` tells the time in us and is called on that thread. NULL if the machine has no
   memory or thread to spare. */
net *net_create(const address *address, int64_t (*clock)(void));

/* Ends the thread. One that is stuck in looking up a name is left behind: the process is about to end. */
void net_destroy(net *net);

/* Starts a new attempt. */
void net_connect(net *net);

/* Gives up the present attempt or connection. */
void net_abandon(net *net);

/* Sends one binary message of at most WIRE_CLIENT_BYTES_MAX bytes. False if too much is waiting already. */
bool net_send(net *net, const uint8_t *bytes, size_t size);

/* Takes the oldest event, or returns false. */
bool net_poll(net *net, net_event *event);

#endif
