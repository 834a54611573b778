/* The clock of a bot that has no replica: for which tick to send its buttons, from nothing but the heads of frames.
   Like a replica it leads the server by the worst need of the last ten seconds, but it knows no box. Times in us. */
#ifndef TICKBOX_PACE_H
#define TICKBOX_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/clock.h"
#include "common/gen/protocol.h"

enum { PACE_INPUTS = 64 }; /* inputs on their way whose lead is kept */

typedef struct pace {
  uint32_t base_tick, tick_rate;
  uint32_t tick;         /* of the newest frame */
  uint32_t decided;      /* the last tick whose buttons are decided */
  clock_window earliest; /* negated: local time minus server time, of the fastest frame */
  clock_spread need;     /* the lead that would have brought an input just in time */
  clock_slew ahead;      /* server time of what is decided */
  uint32_t acked_seq;
  int64_t leads[PACE_INPUTS]; /* by seq; 0: not known */
} pace;

/* Starts anew. `round_trip` (from hello to welcome) is the first guess of the lead. */
void pace_welcome(pace *pace, const wire_welcome *welcome, int64_t round_trip, int64_t now);

/* The head of a frame came. */
void pace_frame(pace *pace, uint32_t ticks, uint32_t acks, int32_t slack, int64_t now);

/* Lets time pass. True if a further tick begins to be decided: pace->decided. */
bool pace_advance(pace *pace, int64_t now);

/* An input of this seq was sent, at the time of the last pace_advance, for the tick then decided. */
void pace_sent(pace *pace, uint32_t seq, int64_t now);

/* An input of this seq was sent, but not by this clock. */
void pace_forget(pace *pace, uint32_t seq);

/* When the next tick is to be decided. */
int64_t pace_due(const pace *pace, int64_t now);

/* The lead that it keeps. */
int64_t pace_lead(const pace *pace);

#endif
