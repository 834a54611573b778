/* A bad network, on purpose: latency, jitter and stalls between the sockets and the host, for students to look
   at and for tests to depend on. A line stands between one connection and the host; it delays what the host
   sends and what the client says, keeps the order, and loses nothing. Without impairment, and if nobody may ask
   for it, there is no lag and no line, and links reach the host as they are.

   Latency and jitter are those of a round trip, and each direction gets half: with 150 and 40 a message takes
   75 to 95 ms longer each way, uniform, and an answer comes 150 to 190 ms later. A stall holds both directions
   and lets go of all at its end, as a Wi-Fi does that loses its access point for a moment. Only messages are
   delayed: neither the page, nor the handshake, nor WebSocket's own pings. What a line holds comes when it was to
   come when it was sent, though the network changed meanwhile. What is not delayed at all passes at once.

   A line in flight is not a slow reader, so it counts as drained while it holds less than LAG_FLIGHT_BYTES_MAX
   and its link is drained; beyond that the latest state wins as with any link. Every `now` is in microseconds
   of a monotonic clock. */
#ifndef TICKBOX_LAG_H
#define TICKBOX_LAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/gen/protocol.h"
#include "server/host.h"
#include "server/link.h"

enum {
  LAG_LATENCY_MS_MAX = WIRE_LAB_LATENCY_MS_MAX,
  LAG_JITTER_MS_MAX = WIRE_LAB_JITTER_MS_MAX,
  LAG_STALL_MS_MAX = WIRE_LAB_STALL_MS_MAX, /* the host drops who is silent for longer */
  LAG_STALL_EVERY_MS_MAX = WIRE_LAB_STALL_EVERY_MS_MAX,
  LAG_GRAIN_MS = 1,             /* how often lag_run is due */
  LAG_FLIGHT_BYTES_MAX = 65536, /* to one client, held; one more message may start below that */
  LAG_HEARD_BYTES_MAX = 32768,  /* from one client, held; more than that is CODE_TOO_FAST */
};

typedef struct {
  uint32_t latency_ms;     /* added to every round trip */
  uint32_t jitter_ms;      /* and up to this much more, at random */
  uint32_t stall_ms;       /* the last so many milliseconds of every period are a stall; 0: never */
  uint32_t stall_every_ms; /* the period, from a connection's start or its wish; more than stall_ms */
} lag_config;

typedef struct lag lag;
typedef struct lag_line lag_line;

/* False if this is a network as it is. */
bool lag_is_on(const lag_config *config);

/* For every line until lag_impair. NULL if memory is short. The host outlives it. */
lag *lag_create(const lag_config *config, host *host, uint32_t seed, int64_t now);
void lag_destroy(lag *lag); /* PRE: every line was disconnected */

/* Milliseconds until all that was sent has been passed on, goodbyes too. */
uint32_t lag_pending_ms(const lag *lag);

/* Passes on what is due, both ways. What the host sends before the next call counts as sent at `now`, so call
   it before host_run, and every LAG_GRAIN_MS. */
void lag_run(lag *lag, int64_t now);

/* host_connect over `link`, which stays the caller's. Takes all memory that the line will need. NULL if there is
   none, or the host has no place; the caller closes the link. */
lag_line *lag_connect(lag *lag, link_t *link, int64_t now);

/* What the host has for the connection. */
link_t *lag_link(lag_line *line);

/* Another network for one line, from the newest lag_run on; stalls are counted from there. PRE: the link is a line's,
   and the wish one that the host passed on. */
void lag_impair(link_t *link, const wire_lab *wish);

/* host_receive and host_receive_fault, later. What is longer than a message may be is CODE_TOO_LARGE in its turn. */
void lag_receive(lag_line *line, const uint8_t *bytes, size_t size, int64_t now);
void lag_receive_fault(lag_line *line, uint32_t code, int64_t now);

/* host_disconnect. What was held is gone with the link, as on a real line. */
void lag_disconnect(lag_line *line);

#endif
