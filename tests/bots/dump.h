/* --dump: decoded messages as lines of text, a line a record, for people who debug or learn. --help says the form. */
#ifndef TICKBOX_BOTS_DUMP_H
#define TICKBOX_BOTS_DUMP_H

#include <stdint.h>
#include <stdio.h>

#include "common/wire.h"

/* Whose message it is, and when it came. */
typedef struct {
  double seconds; /* since the run began */
  uint32_t bot;   /* its number */
  uint32_t tick;  /* of its newest frame, this one included */
} dump_place;

void dump_message(FILE *out, const dump_place *place, const wire_message *message, size_t bytes);

/* Where a bot with eyes stands after a frame: how far it predicts, and what was wrong so far. */
void dump_replica(FILE *out, const dump_place *place, const wire_replica_stats *stats);

#endif
