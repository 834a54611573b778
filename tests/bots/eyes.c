#include "tests/bots/eyes.h"

#include <stdlib.h>

#include "common/pre.h"

enum { SECOND = 1000000, NEAR_US = 1000, DUE_PART = 8 };

eyes *eyes_open(uint32_t boxes, const wire_welcome *welcome, int64_t round_trip, int64_t now) {
  replica_limits limits = {.boxes = boxes, .history = 2};
  size_t bytes = replica_bytes(&limits);
  eyes *made = malloc(sizeof *made);
  void *memory = malloc(bytes); /* pages that no box needs are never touched */
  PRE(made && memory);
  *made = (eyes){.replica = replica_init(memory, bytes, &limits), .predicted = welcome->tick};
  replica_welcome(made->replica, welcome, round_trip, now);
  return made;
}

void eyes_close(eyes *eyes) {
  free(eyes->replica);
  free(eyes);
}

void eyes_count(eyes *eyes, tally *tally) {
  const wire_replica_stats *stats = replica_stats(eyes->replica), *counted = &eyes->counted;
  tally->desyncs += stats->desyncs - counted->desyncs;
  tally->checks += stats->checks - counted->checks;
  tally->corrections += stats->corrections - counted->corrections;
  tally->replayed += stats->replayed - counted->replayed;
  eyes->counted = *stats;
}

bool eyes_advance(eyes *eyes, uint32_t buttons, int64_t now, wire_input *input) {
  wire_replica_input wanted;
  if (replica_advance(eyes->replica, buttons, now, &wanted, 1) == 0)
    return false;
  *input = (wire_input){wanted.seq, wanted.tick, wanted.buttons};
  return true;
}

/* Its clock runs at most a tenth fast, so after a tick was decided nothing can happen for most of a tick. Without a box
   nothing is ever decided. */
int64_t eyes_due(eyes *eyes, uint32_t tick_rate, int64_t now) {
  uint32_t predicted = replica_stats(eyes->replica)->predicted_tick;
  int64_t tick = (int64_t)SECOND / tick_rate;
  bool decided = predicted != eyes->predicted, idle = now - eyes->decided_at > 2 * tick;
  eyes->predicted = predicted;
  if (decided)
    eyes->decided_at = now;
  return now + (decided ? tick * (DUE_PART - 1) / DUE_PART - NEAR_US : idle ? tick / 2 : NEAR_US);
}
