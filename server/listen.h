/* The listening socket: IPv6 that takes IPv4 too, or IPv4 alone where there is no IPv6. */
#ifndef TICKBOX_LISTEN_H
#define TICKBOX_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

enum {
  LISTEN_SOCKETS_MAX = 2,
  LISTEN_BACKLOG = 1024,
  LISTEN_SEND_BYTES = 16384,  /* of kernel memory a client: half a minute of frames would fit the default */
  LISTEN_UNSENT_BYTES = 4096, /* a socket with more than this unsent counts as not drained */
  LISTEN_RETRY_MS = 1000, /* what was lost is sent again this often: whose line was dead is back as soon as it lives */
  LISTEN_ADDRESS_BYTES = 64
};

typedef struct {
  int sockets[LISTEN_SOCKETS_MAX];
  unsigned count;
  uint16_t port;
} listener;

typedef enum { LISTEN_OK, LISTEN_TAKEN, LISTEN_FAILED } listen_result;

/* `host` is a name or an address to be reached at alone, or "" for every address of this machine. Port 0 takes
   a free one. What went wrong stands in errno, or for a name that cannot be found in *why. Accepted sockets
   inherit the socket options set here. */
listen_result listen_open(listener *out, const char *host, uint16_t port, const char **why);
void listen_close(listener *listener);

/* The next connection, non-blocking, or -1 with errno. */
int listen_accept(int socket);

/* How many bytes came by this socket so far, those not read yet included. */
uint64_t listen_received(int socket);

/* The peer's address such as "192.168.1.7:50312" or "[fe80::1]:50312". */
void listen_peer(int socket, char out[LISTEN_ADDRESS_BYTES]);

#endif
