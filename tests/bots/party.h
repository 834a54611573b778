/* The bots of one room, and what they saw there together: matches, winners, and which lines of the talk there were, so
   that a line that one of them missed, or heard twice, is known. Without rooms all bots are one party. */
#ifndef TICKBOX_BOTS_PARTY_H
#define TICKBOX_BOTS_PARTY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/gen/protocol.h"

typedef struct party {
  uint32_t number;                    /* from 1: "bots 7" */
  char code[WIRE_WORD_BYTES_MAX + 1]; /* of the room; empty: not known yet, or general */
  bool made;                          /* by one of the bots: it goes there first */
  bool open;                          /* the others may come */
  bool failed;                        /* there will be no room */
  uint32_t size, come;                /* its bots, and how many of them have had a seat */

  uint32_t tick; /* of the newest frame that came to any of them */

  uint32_t last_match;       /* by number, whose end was seen */
  uint32_t matches, winners; /* ended, and won by */

  uint32_t *lines; /* ids of what was said here and heard by any of them, ascending */
  uint32_t line_count, line_capacity;
} party;

/* What one bot heard of its party's talk. */
typedef struct {
  uint32_t first, last; /* line ids; 0: none yet */
  uint32_t count, doubled;
} party_ear;

void party_free(party *party);

/* A frame of this tick came to one of them. */
void party_tick(party *party, uint32_t tick);

/* A line came to the ear of one of them. */
void party_hear(party *party, party_ear *ear, uint32_t line);

/* How many lines, between the first and the last that came to it, did not; only when all have heard all. */
uint32_t party_missed(const party *party, const party_ear *ear);

#endif
