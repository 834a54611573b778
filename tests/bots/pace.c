#include "tests/bots/pace.h"

enum { SECOND = 1000000, MARGIN_US = 3000, FIRST_US = 20000, LEAD_MAX_US = SECOND };

void pace_welcome(pace *pace, const wire_welcome *welcome, int64_t round_trip, int64_t now) {
  *pace = (struct pace){
      .base_tick = welcome->tick, .tick_rate = welcome->tick_rate, .tick = welcome->tick, .decided = welcome->tick};
  clock_window_reset(&pace->earliest, INT64_MIN);
  clock_spread_reset(&pace->need, round_trip + FIRST_US, now);
}

static int64_t time_of(const pace *pace, uint32_t tick) {
  return (int64_t)(int32_t)(tick - pace->base_tick) * SECOND / (int64_t)pace->tick_rate;
}

static int64_t heard(const pace *pace, int64_t now) {
  return now + clock_window_worst(&pace->earliest);
}

void pace_frame(pace *pace, uint32_t ticks, uint32_t acks, int32_t slack, int64_t now) {
  pace->tick += ticks;
  clock_window_add(&pace->earliest, time_of(pace, pace->tick) - now, now);
  if (acks == 0)
    return;
  pace->acked_seq += acks;
  int64_t lead = pace->leads[pace->acked_seq % PACE_INPUTS];
  if (lead)
    clock_spread_add(&pace->need, lead - (int64_t)slack * 1000, now);
}

int64_t pace_lead(const pace *pace) {
  int64_t lead = clock_spread_worst(&pace->need) + MARGIN_US;
  return lead > LEAD_MAX_US ? LEAD_MAX_US : lead;
}

bool pace_advance(pace *pace, int64_t now) {
  if (pace->tick == pace->base_tick) /* no frame has come */
    return false;
  int64_t ahead = clock_slew_to(&pace->ahead, heard(pace, now) + pace_lead(pace), now);
  uint32_t most = pace->tick + pace->tick_rate; /* a second without frames, as a replica does */
  uint32_t wanted = pace->base_tick + (uint32_t)(ahead < 0 ? 0 : ahead * (int64_t)pace->tick_rate / SECOND);
  if ((int32_t)(wanted - most) > 0)
    wanted = most;
  if ((int32_t)(wanted - pace->decided) <= 0)
    return false;
  pace->decided = wanted;
  return true;
}

void pace_sent(pace *pace, uint32_t seq, int64_t now) {
  int64_t lead = pace->ahead.time - heard(pace, now);
  pace->leads[seq % PACE_INPUTS] = lead ? lead : 1;
}

void pace_forget(pace *pace, uint32_t seq) {
  pace->leads[seq % PACE_INPUTS] = 0;
}

int64_t pace_due(const pace *pace, int64_t now) {
  int64_t wait = time_of(pace, pace->decided + 1) - pace->ahead.time;
  return now + (wait < 0 ? 0 : wait);
}
