/* A bot's true copy of the world: a replica whose checksums are verified. Most bots of a large crowd have none for
   most of the time (see pace.h). A replica has to begin with a welcome, which tells all that is seen, so a bot opens
   its eyes by coming back to its seat on a new connection; it closes them without a word. */
#ifndef TICKBOX_BOTS_EYES_H
#define TICKBOX_BOTS_EYES_H

#include "common/replica.h"
#include "tests/bots/tally.h"

typedef struct eyes {
  replica *replica;
  wire_replica_stats counted;
  uint32_t predicted; /* tick, after the last advance */
  int64_t decided_at; /* when it last changed */
} eyes;

/* Opens eyes that see at most `boxes` boxes. `round_trip` is the first guess of the lead. */
eyes *eyes_open(uint32_t boxes, const wire_welcome *welcome, int64_t round_trip, int64_t now);
void eyes_close(eyes *eyes);

/* Adds to the tally what the replica counted since the last call. */
void eyes_count(eyes *eyes, tally *tally);

/* Holds these buttons: true if the input is to be sent. */
bool eyes_advance(eyes *eyes, uint32_t buttons, int64_t now, wire_input *input);

/* When to advance again: seldom, but soon when the next tick is near. */
int64_t eyes_due(eyes *eyes, uint32_t tick_rate, int64_t now);

#endif
