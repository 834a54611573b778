#include "common/pre.h"
#include "common/replica_parts.h"

enum { LEAD_MARGIN_US = 3000, LEAD_MAX_US = 1000000 };

/* The lead covers the worst need of the last ten seconds, and a little of how much needs differ. */
static int64_t lead_wanted(const replica *one) {
  int64_t worst = clock_spread_worst(&one->need), best = clock_spread_best(&one->need);
  int64_t lead = worst + LEAD_MARGIN_US + (worst - best) / 4;
  return lead > LEAD_MAX_US ? LEAD_MAX_US : lead;
}

static void keep(replica *one) {
  one->kept[one->stats.predicted_tick % REPLICA_KEPT] =
      (replica_kept){.tick = one->stats.predicted_tick, .valid = true, .body = one->predicted};
}

static bool same_body(const sim_body *one, const sim_body *other) {
  return one->x == other->x && one->y == other->y && one->vx == other->vx && one->vy == other->vy &&
         one->flags == other->flags && one->timer == other->timer && one->a == other->a && one->b == other->b;
}

static void forget_pending(replica *one, uint32_t count) {
  one->pending_count -= count;
  for (uint32_t i = 0; i < one->pending_count; i++)
    one->pending[i] = one->pending[i + count];
}

/* The server has applied inputs up to acked_seq; the newest tells how much lead it needed. */
static void take_acks(replica *one, const wire_frame *frame, int64_t now) {
  one->acked_seq += frame->acks;
  uint32_t applied = 0;
  while (applied < one->pending_count && (int32_t)(one->pending[applied].seq - one->acked_seq) <= 0)
    applied++;
  const replica_pending *newest = &one->pending[applied > 0 ? applied - 1 : 0];
  if (applied > 0 && newest->seq == one->acked_seq && !newest->stalled)
    clock_spread_add(&one->need, newest->lead - (int64_t)frame->slack * 1000, now);
  forget_pending(one, applied);
}

/* Steps the confirmed body up to the predicted tick, with each pending input at its tick, or at once if that
   has passed. */
static void replay(replica *one, uint32_t buttons) {
  uint32_t until = one->stats.predicted_tick, next = 0;
  one->stats.predicted_tick = one->stats.tick;
  for (keep(one); one->stats.predicted_tick != until; keep(one)) {
    uint32_t tick = ++one->stats.predicted_tick;
    for (; next < one->pending_count && (int32_t)(one->pending[next].tick - tick) <= 0; next++) {
      buttons = one->pending[next].buttons;
      one->stats.replayed++;
    }
    replica_step_of(one, tick)(&one->predicted, buttons, &one->params, one->ground);
  }
}

static bool was_predicted_otherwise(const replica *one, const sim_body *confirmed) {
  const replica_kept *kept = &one->kept[one->stats.tick % REPLICA_KEPT];
  return kept->valid && kept->tick == one->stats.tick && !same_body(&kept->body, confirmed);
}

static bool is_within(int32_t value, int32_t limit) {
  return value <= limit && value >= -limit;
}

/* The own box is drawn on from where it was seen: the difference is bled off while drawing. */
static void show_error(replica *one, replica_place before, replica_place after, int64_t now) {
  int32_t x, y;
  replica_error_left(one, now, &x, &y);
  x += before.x - after.x;
  y += before.y - after.y;
  bool visible = is_within(x, REPLICA_ERROR_MAX) && is_within(y, REPLICA_ERROR_MAX);
  one->error_x = visible ? x : 0;
  one->error_y = visible ? y : 0;
  one->error_from = now;
}

void replica_error_left(const replica *one, int64_t now, int32_t *x, int32_t *y) {
  int64_t left = REPLICA_ERROR_US - (now - one->error_from);
  left = left < 0 ? 0 : left > REPLICA_ERROR_US ? REPLICA_ERROR_US : left;
  *x = (int32_t)(one->error_x * left / REPLICA_ERROR_US);
  *y = (int32_t)(one->error_y * left / REPLICA_ERROR_US);
}

void replica_reconcile(replica *one, const wire_frame *frame, bool jumped, int64_t now) {
  sim_body confirmed, before = one->predicted;
  uint32_t buttons;
  bool was_predicting = one->predicting;
  take_acks(one, frame, now);
  one->predicting = replica_find(one, one->own_id, &confirmed, &buttons);
  if (!one->predicting)
    return;
  if ((int32_t)(one->stats.predicted_tick - one->stats.tick) < 0) {
    one->stats.predicted_tick = one->stats.tick;
    was_predicting = false;
  }
  bool wrong = was_predicting && was_predicted_otherwise(one, &confirmed);
  one->predicted = confirmed;
  replay(one, buttons);
  if (wrong)
    one->stats.corrections++;
  if (jumped)
    one->error_x = one->error_y = 0;
  else if (wrong)
    show_error(one, (replica_place){before.x, before.y}, (replica_place){one->predicted.x, one->predicted.y}, now);
}

void replica_predict_anew(replica *one, replica_place before) {
  uint32_t buttons;
  PRE(replica_find(one, one->own_id, &one->predicted, &buttons));
  replay(one, buttons);
  show_error(one, before, replica_own_place(one), one->now);
}

/* How far ahead of the server's time, as heard, an input for this tick is sent now. It may be sent up to a tick
   after its tick began, which its lead has to cover; a clock that waits for the server says nothing of it. */
static int64_t lead_of(const replica *one, uint32_t tick) {
  int64_t time = one->ahead.time, earliest = replica_time_of(one, tick), latest = replica_time_of(one, tick + 1);
  return (time < earliest ? earliest : time > latest ? latest : time) - replica_heard(one, one->now);
}

static void remember_input(replica *one, const wire_replica_input *input) {
  if (one->pending_count == REPLICA_INPUTS)
    forget_pending(one, 1);
  one->pending[one->pending_count++] =
      (replica_pending){input->seq, input->tick, input->buttons, lead_of(one, input->tick), false};
}

/* The input for this tick, if the buttons changed or it is time to repeat them. */
static bool make_input(replica *one, uint32_t tick, uint32_t buttons, wire_replica_input *input) {
  bool due = one->now - one->sent_at >= (int64_t)WIRE_INPUT_REPEAT_MS * 1000;
  if (buttons == one->sent_buttons && !due)
    return false;
  *input = (wire_replica_input){++one->sent_seq, tick, buttons};
  one->sent_buttons = buttons;
  one->sent_at = one->now;
  remember_input(one, input);
  return true;
}

/* The tick to predict up to: where the clock stands, but not further than the server would let us walk on. */
static uint32_t tick_wanted(const replica *one, int64_t time) {
  uint32_t most = one->stats.tick + one->tick_rate * REPLICA_PREDICT_MS / 1000, wanted = replica_tick_at(one, time);
  return (int32_t)(wanted - most) > 0 ? most : wanted;
}

/* Predicts one tick further. What is held now belongs to the newest tick; those that passed unseen (after a
   slow drawn frame, or a jump of the clock) keep what was sent before. True if an input is to be sent. */
static bool predict_tick(replica *one, bool newest, wire_replica_input *input) {
  bool send = newest && make_input(one, one->stats.predicted_tick + 1, one->next, input);
  sim_step_fn step = replica_step_of(one, ++one->stats.predicted_tick);
  step(&one->predicted, one->sent_buttons, &one->params, one->ground);
  keep(one);
  if (newest)
    one->next = one->buttons;
  return send;
}

/* Takes what is held now. The tick under way turns with a new press from where the box was last seen. */
static void hold(replica *one, uint32_t buttons) {
  uint32_t pressed = buttons & ~one->buttons;
  one->buttons = buttons;
  if (!pressed)
    return;
  replica_place before = one->predicting ? replica_own_place(one) : (replica_place){0, 0};
  one->next = buttons;
  if (one->predicting)
    show_error(one, before, replica_own_place(one), one->now);
}

uint32_t replica_advance(replica *one, uint32_t buttons, int64_t now, wire_replica_input *inputs, uint32_t max) {
  hold(one, buttons);
  one->now = now;
  if (!replica_is_ready(one))
    return 0;
  int64_t heard = replica_heard(one, now), ahead = clock_slew_to(&one->ahead, heard + lead_wanted(one), now);
  clock_slew_to(&one->behind, heard - replica_delay(one), now);
  one->stats.lead_us = (int32_t)(ahead - heard);
  one->stats.delay_us = (int32_t)(heard - one->behind.time);
  uint32_t count = 0, until = tick_wanted(one, ahead);
  while (one->predicting && (int32_t)(until - one->stats.predicted_tick) > 0)
    count += predict_tick(one, one->stats.predicted_tick + 1 == until && count < max, &inputs[count]);
  if (one->predicting && count == 0 && max > 0) /* a clock that waits for the server must not fall silent */
    count += make_input(one, one->stats.predicted_tick + 1, one->sent_buttons, inputs);
  replica_error_left(one, now, &one->stats.error_x, &one->stats.error_y);
  return count;
}
