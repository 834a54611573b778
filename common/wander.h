/* A bot's mind: walks about, changing its direction about twice a second. Used by the server's practice bots
   and by tickbox-bots. Freestanding and deterministic: the same seed and ticks give the same walk. */
#ifndef TICKBOX_WANDER_H
#define TICKBOX_WANDER_H

#include <stdint.h>

typedef struct {
  uint32_t random;  /* state of the generator; never 0 */
  uint32_t turn_at; /* the tick of the next change */
  uint32_t buttons; /* held until then */
} wander;

wander wander_init(uint32_t seed);

/* The buttons to hold at this tick. */
uint32_t wander_buttons(wander *wander, uint32_t tick, uint32_t tick_rate);

/* The next number of a small generator (xorshift32), for whoever needs plain randomness without libc. */
uint32_t wander_random(uint32_t *state);

#endif
