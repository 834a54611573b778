#include "common/wander.h"

#include "common/gen/protocol.h"

uint32_t wander_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

wander wander_init(uint32_t seed) {
  wander one = {.random = seed * 2654435761u + 1};
  if (one.random == 0)
    one.random = 1;
  for (int i = 0; i < 4; i++)
    wander_random(&one.random);
  return one;
}

uint32_t wander_buttons(wander *one, uint32_t tick, uint32_t tick_rate) {
  static const uint32_t ways[] = {
      BUTTON_UP,   BUTTON_UP | BUTTON_RIGHT,  BUTTON_RIGHT, BUTTON_DOWN | BUTTON_RIGHT,
      BUTTON_DOWN, BUTTON_DOWN | BUTTON_LEFT, BUTTON_LEFT,  BUTTON_UP | BUTTON_LEFT,
      0,
  };
  if ((int32_t)(tick - one->turn_at) < 0)
    return one->buttons;
  uint32_t before = one->buttons;
  while (one->buttons == before)
    one->buttons = ways[wander_random(&one->random) % (sizeof ways / sizeof ways[0])];
  one->turn_at = tick + tick_rate / 4 + wander_random(&one->random) % (tick_rate / 2 + 1);
  return one->buttons;
}
