#include "common/clock.h"

enum { SECOND = 1000000, SLEW_PART = 10 };

void clock_window_reset(clock_window *window, int64_t known) {
  *window = (clock_window){.known = known, .second = INT64_MIN / SECOND};
  for (int i = 0; i < CLOCK_WINDOW_SECONDS; i++)
    window->largest[i] = INT64_MIN;
}

static int64_t *bucket_of(clock_window *window, int64_t second) {
  int64_t at = second % CLOCK_WINDOW_SECONDS;
  return &window->largest[at < 0 ? at + CLOCK_WINDOW_SECONDS : at];
}

static void window_forget(clock_window *window, int64_t second) {
  int64_t steps = second - window->second;
  for (int64_t i = 1; i <= steps && i <= CLOCK_WINDOW_SECONDS; i++)
    *bucket_of(window, window->second + i) = INT64_MIN;
  if (steps > 0)
    window->second = second;
}

void clock_window_add(clock_window *window, int64_t value, int64_t now) {
  window_forget(window, now / SECOND);
  int64_t *bucket = bucket_of(window, window->second);
  if (value > *bucket)
    *bucket = value;
  window->known = INT64_MIN;
  for (int i = 0; i < CLOCK_WINDOW_SECONDS; i++)
    if (window->largest[i] > window->known)
      window->known = window->largest[i];
}

int64_t clock_window_worst(const clock_window *window) {
  return window->known;
}

static void spread_take(clock_spread *spread, int64_t value, int64_t now) {
  clock_window_add(&spread->worst, value, now);
  clock_window_add(&spread->best, -value, now);
}

void clock_spread_reset(clock_spread *spread, int64_t guess, int64_t now) {
  clock_window_reset(&spread->worst, guess);
  clock_window_reset(&spread->best, -guess);
  spread->stalled = false;
  spread_take(spread, guess, now);
}

/* Ordinary: near the best known, and after a stall not worse than the worst before it. */
static bool is_ordinary(const clock_spread *spread, int64_t value) {
  return value <= (spread->stalled ? clock_spread_worst(spread) : clock_spread_best(spread) + CLOCK_STALL_US);
}

bool clock_spread_add(clock_spread *spread, int64_t value, int64_t now) {
  bool known_was_stall = clock_spread_worst(spread) > value + CLOCK_STALL_US; /* as at a slow start */
  bool lasts = spread->stalled && now - spread->stalled_at > CLOCK_BURST_US;
  if (known_was_stall)
    clock_spread_reset(spread, value, now);
  else if (is_ordinary(spread, value)) {
    spread->stalled = false;
    spread_take(spread, value, now);
  } else if (lasts) {
    clock_spread_reset(spread, value, now);
    return true;
  } else if (!spread->stalled) {
    spread->stalled = true;
    spread->stalled_at = now;
  }
  return false;
}

int64_t clock_spread_worst(const clock_spread *spread) {
  return clock_window_worst(&spread->worst);
}

int64_t clock_spread_best(const clock_spread *spread) {
  return -clock_window_worst(&spread->best);
}

int64_t clock_slew_to(clock_slew *slew, int64_t target, int64_t now) {
  int64_t passed = now - slew->seen, error = target - slew->time - passed, most = passed / SLEW_PART;
  bool jump = !slew->running || error > CLOCK_STALL_US || error < -CLOCK_STALL_US;
  slew->time = jump ? target : slew->time + passed + (error > most ? most : error < -most ? -most : error);
  slew->seen = now;
  slew->running = true;
  return slew->time;
}
