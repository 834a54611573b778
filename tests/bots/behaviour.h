/* What a bot does: how it walks, and how it cheats. `march` walks right and left in turn; every cheat wants the
   same walk, so that their distances compare. */
#ifndef TICKBOX_BEHAVIOUR_H
#define TICKBOX_BEHAVIOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/gen/protocol.h"
#include "common/wander.h"
#include "common/wire.h"

typedef enum {
  BEHAVIOUR_WANDER,
  BEHAVIOUR_IDLE,
  BEHAVIOUR_MARCH,
  BEHAVIOUR_TURN,           /* another way at every tick, which nobody can foretell */
  BEHAVIOUR_CHEAT_FUTURE,   /* inputs for ten seconds ahead, their numbers leaping */
  BEHAVIOUR_CHEAT_FLOOD,    /* as many inputs as the message limit lets through, all for one tick */
  BEHAVIOUR_CHEAT_POSITION, /* inputs that name a place to be */
  BEHAVIOUR_COUNT,
} behaviour;

extern const char *const behaviour_names[BEHAVIOUR_COUNT];

/* False if there is none of that name. */
bool behaviour_find(const char *name, behaviour *found);

/* The buttons to hold at this tick. */
uint32_t behaviour_buttons(behaviour behaviour, wander *mind, uint32_t tick, uint32_t tick_rate);

/* True if what it sends is not what its replica asks for. */
bool behaviour_is_cheat(behaviour behaviour);

/* How many inputs a cheat sends where an honest bot would send `honest`. */
uint32_t behaviour_cheat_inputs(behaviour behaviour, uint32_t honest);

/* Writes a cheat's next message: `seq` is counted by it, `input` is what an honest bot would say. */
void behaviour_cheat(behaviour behaviour, uint32_t *seq, wire_input input, uint32_t tick_rate, wire_buffer *out);

#endif
