/* What a replica knows of time: the worst of the last ten seconds, and a clock that is drawn to a target
   and runs backwards only in a jump. Freestanding; all times in microseconds. */
#ifndef TICKBOX_CLOCK_H
#define TICKBOX_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum {
  CLOCK_WINDOW_SECONDS = 10,
  CLOCK_STALL_US = 250000,  /* later than this is a stall: no lead or delay should try to cover it */
  CLOCK_BURST_US = 1000000, /* what is held back for a while arrives within this time */
};

/* The largest value added in the last CLOCK_WINDOW_SECONDS, by buckets of a second. When nothing came in that
   time, the last known value stays. */
typedef struct {
  int64_t largest[CLOCK_WINDOW_SECONDS]; /* INT64_MIN: nothing in that second */
  int64_t second;                        /* of the newest bucket */
  int64_t known;
} clock_window;

void clock_window_reset(clock_window *window, int64_t known);
void clock_window_add(clock_window *window, int64_t value, int64_t now);
int64_t clock_window_worst(const clock_window *window);

/* How late something regular is: the worst and the best of the window, stalls left out. After a stall nothing
   counts until a value is ordinary again, as what was held arrives in one burst with every lateness; what
   lasts longer than CLOCK_BURST_US is no stall but the new ordinary. */
typedef struct {
  clock_window worst, best; /* best holds negated values */
  bool stalled;
  int64_t stalled_at;
} clock_spread;

/* Starts with a guess that counts like any value: gone after ten seconds (sooner, if `now` is
   given as earlier), or when it turns out to be a stall. */
void clock_spread_reset(clock_spread *spread, int64_t guess, int64_t now);
/* True if a stall has lasted so long that the spread starts anew with this value. */
bool clock_spread_add(clock_spread *spread, int64_t value, int64_t now);
int64_t clock_spread_worst(const clock_spread *spread);
int64_t clock_spread_best(const clock_spread *spread);

/* A clock that runs a tenth faster or slower until it meets its target, and jumps if it is a stall away. */
typedef struct {
  int64_t time;
  int64_t seen; /* the local time of the last call */
  bool running;
} clock_slew;

int64_t clock_slew_to(clock_slew *slew, int64_t target, int64_t now);

#endif
