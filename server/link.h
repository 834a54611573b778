/* The far end of a client, whoever carries it: a WebSocket, long polling, a fake wire in tests. Rooms and
   clients know only this; net_link.c and poll.c make the real ones. */
#ifndef TICKBOX_LINK_H
#define TICKBOX_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct link link_t;

typedef struct {
  /* True if all that was sent before has left for the kernel, so that a frame would not have to wait. */
  bool (*drained)(link_t *link);
  /* Sends one message in the link's format, copying the bytes. False if the link's bounded queue has no room: the
     caller ends the client with CODE_TOO_SLOW. A frame is sent only when drained, so it always has room. */
  bool (*send)(link_t *link, const uint8_t *bytes, size_t size);
  /* Closes after what was sent, with this code's name as the close reason. Later host_disconnect is called,
     exactly once, never from inside this call. */
  void (*close)(link_t *link, uint32_t code);
  /* All bytes that came from the peer so far, whatever they were: a ping of WebSocket's own is no message, and
     neither is half a one. */
  uint64_t (*received)(link_t *link);
  /* Where the peer is, for the log, such as "192.168.1.7:50312". */
  const char *(*address)(link_t *link);
} link_ops;

/* How messages are written on it. */
typedef enum { LINK_MSGPACK, LINK_JSON, LINK_FORMATS } link_format;

/* Embedded as the first member of whatever carries it. */
struct link {
  const link_ops *ops;
  link_format format; /* what is sent and received is one whole message in it */
};

#endif
