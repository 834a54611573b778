#include "common/replica_parts.h"

enum { US = 1000000, WHOLE = 65536, DELAY_MARGIN_US = 2000 };

int64_t replica_delay(const replica *one) {
  int64_t tick = US / (int64_t)one->tick_rate, most = (int64_t)(one->limits.history - 2) * tick;
  int64_t delay = tick + clock_spread_worst(&one->lateness) + DELAY_MARGIN_US;
  return delay > most ? most : delay;
}

static int32_t between(int32_t from, int32_t to, int32_t part) {
  return from + (int32_t)((int64_t)(to - from) * part / WHOLE);
}

/* How far `time` is past the tick, in 1/65536 of a tick. */
static int32_t part_past(const replica *one, int64_t time, uint32_t tick) {
  int64_t passed = time - replica_time_of(one, tick);
  if (passed <= 0 || passed >= US)
    return passed > 0 ? WHOLE : 0;
  int64_t part = passed * (int64_t)one->tick_rate * WHOLE / US;
  return (int32_t)(part > WHOLE ? WHOLE : part);
}

/* The own box stands between the predicted tick and the next, which is foretold with the buttons held now: so
   it answers a key in the very frame that sees it. */
replica_place replica_own_place(const replica *one) {
  sim_body next = one->predicted;
  replica_step_of(one, one->stats.predicted_tick + 1)(&next, one->next, &one->params, one->ground);
  int32_t part = part_past(one, one->ahead.time, one->stats.predicted_tick);
  return (replica_place){between(one->predicted.x, next.x, part), between(one->predicted.y, next.y, part)};
}

static void draw_own(const replica *one, wire_draw_item *item) {
  replica_place place = replica_own_place(one);
  item->x = place.x + one->stats.error_x;
  item->y = place.y + one->stats.error_y;
  item->flags = (uint32_t)one->predicted.flags;
  item->own = 1;
}

static void foretell(const replica *one, const replica_box *box, uint32_t tick, sim_body *body) {
  replica_step_of(one, tick)(body, box->buttons, &one->params, one->ground);
}

/* A box beyond the newest frame: its confirmed body walks on with the buttons it holds, on a copy. */
static void draw_foretold(const replica *one, const replica_box *box, wire_draw_item *item) {
  uint32_t steps = one->stats.shown_tick - one->stats.tick, most = one->tick_rate * REPLICA_BRIDGE_MS / 1000;
  int32_t part = steps < most ? (int32_t)one->stats.shown_fraction : 0;
  uint32_t tick = one->stats.tick;
  sim_body here = box->body;
  for (uint32_t i = 0; i < steps && i < most; i++)
    foretell(one, box, ++tick, &here);
  sim_body next = here;
  foretell(one, box, tick + 1, &next);
  item->x = between(here.x, next.x, part);
  item->y = between(here.y, next.y, part);
  item->foretold = part > 0 || steps > 0;
}

static void draw_between(const replica *one, uint32_t index, wire_draw_item *item) {
  uint32_t history = one->limits.history, tick = one->stats.shown_tick;
  const replica_place *past = one->past + (size_t)index * history;
  replica_place from = past[tick % history], to = past[(tick + 1) % history];
  int32_t part = one->boxes[index].jumped_at == tick + 1 ? 0 : (int32_t)one->stats.shown_fraction;
  item->x = between(from.x, to.x, part);
  item->y = between(from.y, to.y, part);
}

/* False if the box was not there yet at the time that is shown. */
static bool draw_box(const replica *one, uint32_t index, wire_draw_item *item) {
  const replica_box *box = &one->boxes[index];
  *item = (wire_draw_item){.id = box->id, .flags = (uint32_t)box->body.flags};
  if (box->id == one->own_id && one->predicting)
    draw_own(one, item);
  else if ((int32_t)(one->stats.shown_tick - box->since) < 0)
    return false;
  else if ((int32_t)(one->stats.shown_tick - one->stats.tick) >= 0)
    draw_foretold(one, box, item);
  else
    draw_between(one, index, item);
  return true;
}

/* The tick to show, and how far past it: never older than what is remembered. */
static void set_shown(replica *one) {
  uint32_t shown = replica_tick_at(one, one->behind.time), oldest = one->stats.tick - (one->limits.history - 1);
  one->stats.shown_tick = (int32_t)(shown - oldest) < 0 ? oldest : shown;
  int32_t part = part_past(one, one->behind.time, one->stats.shown_tick);
  one->stats.shown_fraction = (uint32_t)(part == WHOLE ? WHOLE - 1 : part);
}

uint32_t replica_draw(replica *one, wire_draw_item *items, uint32_t max) {
  uint32_t count = 0;
  if (!replica_is_ready(one))
    return 0;
  set_shown(one);
  for (uint32_t i = 0; i < one->stats.boxes && count < max; i++)
    count += draw_box(one, i, &items[count]);
  return count;
}
