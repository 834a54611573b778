#include "tests/bots/behaviour.h"

#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"

enum {
  FLOOD_INPUTS = 1, /* an advance; about 250 a second, below WIRE_MESSAGES_PER_SECOND_MAX with all else */
  FUTURE_SECONDS = 10,
  SEQ_LEAP = 1000,
  FAR_AWAY = 100000,
};

const char *const behaviour_names[BEHAVIOUR_COUNT] = {"wander",       "idle",        "march",         "turn",
                                                      "cheat-future", "cheat-flood", "cheat-position"};

bool behaviour_find(const char *name, behaviour *found) {
  for (int i = 0; i < BEHAVIOUR_COUNT; i++) {
    if (strcmp(name, behaviour_names[i]))
      continue;
    *found = (behaviour)i;
    return true;
  }
  return false;
}

/* A wanderer who never waits for its next turn. */
static uint32_t turn(wander *mind, uint32_t tick, uint32_t tick_rate) {
  uint32_t buttons = wander_buttons(mind, tick, tick_rate);
  mind->turn_at = tick + 1;
  return buttons;
}

uint32_t behaviour_buttons(behaviour behaviour, wander *mind, uint32_t tick, uint32_t tick_rate) {
  switch (behaviour) {
  case BEHAVIOUR_WANDER:
    return wander_buttons(mind, tick, tick_rate);
  case BEHAVIOUR_IDLE:
    return 0;
  case BEHAVIOUR_TURN:
    return turn(mind, tick, tick_rate);
  default:
    return tick / tick_rate % 2 ? BUTTON_LEFT : BUTTON_RIGHT;
  }
}

bool behaviour_is_cheat(behaviour behaviour) {
  return behaviour >= BEHAVIOUR_CHEAT_FUTURE;
}

uint32_t behaviour_cheat_inputs(behaviour behaviour, uint32_t honest) {
  return behaviour == BEHAVIOUR_CHEAT_FLOOD ? FLOOD_INPUTS : honest;
}

static void write_position(wire_buffer *out, const wire_input *input) {
  wire_append_array(out, 6);
  wire_append_int(out, WIRE_INPUT);
  wire_append_int(out, input->seq);
  wire_append_int(out, input->tick);
  wire_append_int(out, input->buttons);
  wire_append_int(out, FAR_AWAY);
  wire_append_int(out, FAR_AWAY);
}

void behaviour_cheat(behaviour behaviour, uint32_t *seq, wire_input input, uint32_t tick_rate, wire_buffer *out) {
  PRE(behaviour_is_cheat(behaviour));
  *seq += behaviour == BEHAVIOUR_CHEAT_FUTURE ? SEQ_LEAP : 1;
  input.seq = *seq;
  if (behaviour == BEHAVIOUR_CHEAT_FUTURE)
    input.tick += FUTURE_SECONDS * tick_rate;
  if (behaviour == BEHAVIOUR_CHEAT_POSITION)
    write_position(out, &input);
  else
    wire_encode(out, &wire_input_type, &input);
}
