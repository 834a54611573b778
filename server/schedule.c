#include "server/schedule.h"

#include <stdlib.h>

#include "common/pre.h"

enum { SECOND = 1000000 };

schedule schedule_start(int64_t first, uint32_t rate) {
  PRE(rate > 0);
  schedule started = {.first = first, .rate = rate, .next = 1};
  return started;
}

/* Whole seconds and the rest apart: exact, and no product grows past 64 bits. */
int64_t schedule_due(const schedule *schedule, uint64_t tick) {
  PRE(tick > 0);
  uint64_t periods = tick - 1 + schedule->slipped;
  uint64_t seconds = periods / schedule->rate, rest = periods % schedule->rate;
  return schedule->first + (int64_t)(seconds * SECOND + rest * SECOND / schedule->rate);
}

/* The number of periods that ended by `now`, counted from the first tick: the inverse of schedule_due. */
static uint64_t periods_begun(const schedule *schedule, int64_t now) {
  uint64_t passed = (uint64_t)(now - schedule->first);
  uint64_t seconds = passed / SECOND, rest = passed % SECOND;
  return seconds * schedule->rate + ((rest + 1) * schedule->rate - 1) / SECOND + 1;
}

static void note_lateness(schedule *schedule, uint64_t tick, int64_t now) {
  int64_t late = now - schedule_due(schedule, tick);
  schedule->late[tick % SCHEDULE_LATENESS] = late > UINT32_MAX ? UINT32_MAX : (uint32_t)late;
}

uint32_t schedule_take(schedule *schedule, int64_t now) {
  if (now < schedule_due(schedule, schedule->next))
    return 0;
  uint64_t due = periods_begun(schedule, now) - schedule->slipped - (schedule->next - 1);
  uint32_t count = due > SCHEDULE_RUN_MAX ? SCHEDULE_RUN_MAX : (uint32_t)due;
  for (uint32_t i = 0; i < count; i++)
    note_lateness(schedule, schedule->next + i, now);
  schedule->next += count;
  schedule->slipped += due - count;
  return count;
}

static int by_size(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (a > b) - (a < b);
}

uint32_t schedule_late_p99(const schedule *schedule, uint32_t ticks) {
  uint32_t sorted[SCHEDULE_LATENESS];
  uint64_t run = schedule->next - 1;
  size_t count = ticks < SCHEDULE_LATENESS ? ticks : SCHEDULE_LATENESS;
  if (count > run)
    count = (size_t)run;
  if (count == 0)
    return 0;
  for (size_t i = 0; i < count; i++)
    sorted[i] = schedule->late[(run - i) % SCHEDULE_LATENESS];
  qsort(sorted, count, sizeof *sorted, by_size);
  return sorted[(count - 1) * 99 / 100];
}
