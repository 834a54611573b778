/* When each tick is due, computed from the first one's time and never summed, so that no rounding adds up.
   Pure: the time is handed in, in microseconds of a monotonic clock. */
#ifndef TICKBOX_SCHEDULE_H
#define TICKBOX_SCHEDULE_H

#include <stdint.h>

enum {
  SCHEDULE_RUN_MAX = 3,     /* ticks run in one go; what is due beyond that slips */
  SCHEDULE_LATENESS = 1024, /* ticks whose lateness is remembered */
};

typedef struct {
  int64_t first;                    /* when tick 1 was due, in us */
  uint32_t rate;                    /* ticks a second */
  uint64_t next;                    /* the tick to run next; the first is 1 */
  uint64_t slipped;                 /* ticks' worth of time given up after stalls */
  uint32_t late[SCHEDULE_LATENESS]; /* start behind due time, in us, by tick */
} schedule;

schedule schedule_start(int64_t first, uint32_t rate);

/* When `tick` is due: first + (tick - 1 + slipped) / rate, rounded down to a microsecond. */
int64_t schedule_due(const schedule *schedule, uint64_t tick);

/* How many ticks to run at `now`, 0 to SCHEDULE_RUN_MAX. After a longer stall the schedule slips, so that the
   tick after those is due in the future. */
uint32_t schedule_take(schedule *schedule, int64_t now);

/* Of the last `ticks` ticks, at most SCHEDULE_LATENESS, 99 in 100 started no more than this behind their due time, in
   us. 0 if none ran. */
uint32_t schedule_late_p99(const schedule *schedule, uint32_t ticks);

#endif
