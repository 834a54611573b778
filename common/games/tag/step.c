/* Tag's step: walk as in roam, faster or slower as the rules say, and dash. Who holds BUTTON_ACTION and goes somewhere
   begins a dash; after it, cooling down, one walks. tag.h says what the rules may set.

   A step knows no time, only how far a tick of walking leads. So a dash lasts as long as walking DASH_UNITS takes,
   and cooling down as long as walking COOLING_UNITS: a quarter of a second and two seconds at 300 units a second, at
   every tick rate. */
#include "common/games/steps.h"
#include "common/games/tag/tag.h"

enum { DASH_UNITS = 75, COOLING_UNITS = 600, ARROWS = BUTTON_UP | BUTTON_DOWN | BUTTON_LEFT | BUTTON_RIGHT };

static int32_t ticks_of(int32_t units, int32_t walk) {
  return (units * WIRE_SUBUNITS + walk / 2) / walk;
}

static int32_t speed_of(const sim_body *body) {
  return body->a <= 0 ? TAG_SPEED_ONE : body->a > TAG_SPEED_MAX ? TAG_SPEED_MAX : body->a;
}

/* Counts down, and begins a dash if there is to be one. True while dashing. */
static bool dash(sim_body *body, bool wanted, int32_t walk) {
  int32_t cooling = ticks_of(COOLING_UNITS, walk);
  if (body->timer > 0)
    body->timer--;
  if (body->timer == 0 && wanted)
    body->timer = cooling + ticks_of(DASH_UNITS, walk);
  return body->timer > cooling;
}

void step_tag(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map) {
  bool frozen = body->flags & TAG_FROZEN;
  bool dashing = dash(body, !frozen && buttons & BUTTON_ACTION && buttons & ARROWS, params->walk);
  if (frozen) {
    body->vx = body->vy = 0;
    return;
  }
  int32_t speed = dashing ? speed_of(body) * TAG_DASH / TAG_SPEED_ONE : speed_of(body);
  sim_walk(body,
           sim_way_of(buttons, params->walk * speed / TAG_SPEED_ONE, params->walk_diagonal * speed / TAG_SPEED_ONE),
           params, map);
}
