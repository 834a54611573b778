/* A player behind a slow line, for tests that own the clock and the wire: a replica on one end, the real host
   on the other, and between them two queues with latency, jitter (uniform, order kept) and stalls (held, never
   dropped). Nothing sleeps; time is a number. */
#ifndef TICKBOX_LAGGED_H
#define TICKBOX_LAGGED_H

#include <stdbool.h>
#include <stdint.h>

#include "common/replica.h"
#include "common/wire.h"
#include "server/host.h"

enum { LAGGED_HELD = 512, LAGGED_BYTES = 16384 };

/* One direction of the line. */
typedef struct {
  struct {
    int64_t at; /* arrives */
    uint32_t size;
    uint8_t *bytes;
  } held[LAGGED_HELD];
  uint32_t first, count;
  int64_t last_at, stalled_until;
} lagged_line;

typedef struct {
  link_t link; /* the host's end */
  int64_t due; /* nothing arrives before, in either direction */
  host *host;
  client *client;
  lagged_line up, down;
  int64_t latency, jitter; /* one way, us */
  int64_t choked_until;    /* the host's end has not drained */
  uint32_t random;
  bool closing;
  uint32_t code; /* the last refused or goodbye */

  replica *replica;
  void *ground;
  int64_t hello_at;
  uint32_t id, buttons;
  uint32_t inputs_sent;
  wire_welcome welcome;
  uint32_t heard;           /* the highest line of a talk */
  bool heard_amiss;         /* one that was not above those before */
  wire_standing *standings; /* by id, as it was told last; their id is 0 for who is not known to be here */
} lagged;

lagged *lagged_connect(host *host, int64_t latency, int64_t jitter, uint32_t seed, int64_t now);
/* The same with a hello of one's own: a room, a token. */
lagged *lagged_connect_with(host *host, const wire_hello *hello, int64_t latency, int64_t jitter, uint32_t seed,
                            int64_t now);
void lagged_free(lagged *player);

/* Delivers what is due in both directions. Call it every simulated millisecond. */
void lagged_deliver(lagged *player, int64_t now);

/* One drawn frame of the client: advances the replica with `buttons` held and sends what it wants sent. */
void lagged_draw(lagged *player, uint32_t buttons, int64_t now);

/* Until then nothing arrives, in either direction. */
void lagged_stall(lagged *player, int64_t until);

/* Until then the host's end does not drain: it gets no frames. */
void lagged_choke(lagged *player, int64_t until);

/* Sends a message of one's own, behind those that the replica wanted sent. */
void lagged_send(lagged *player, const wire_type *type, const void *message, int64_t now);

#endif
