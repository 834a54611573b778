#include <inttypes.h>

#include "tests/bots/report.h"

static const char *const kind_names[READER_KINDS] = {[READER_STALLED] = "stalled", [READER_SLOW] = "slow"};

/* Of all poor readers of one kind. */
typedef struct {
  uint32_t bots, lost, back, unchecked; /* unchecked: without one check once they were to read well */
  uint64_t frames, bytes_max;           /* bytes_max: a second, of the one that got most */
  uint64_t gap_min, gap_max;            /* of the longest gap of each, in us */
  uint64_t checks, desyncs;             /* once they were back */
  uint64_t checks_min;                  /* of the one with fewest */
  histogram back_us;                    /* from reading again to being in step */
} readers_seen;

static uint64_t least(uint64_t one, uint64_t other) {
  return one < other ? one : other;
}

static uint64_t most(uint64_t one, uint64_t other) {
  return one > other ? one : other;
}

static uint64_t bytes_per_second(const reader *reader) {
  int64_t time = reader->until - reader->poor_at;
  return time > 0 ? reader->bytes * 1000000 / (uint64_t)time : 0;
}

static void add(readers_seen *seen, const bot *bot) {
  const reader *reader = &bot->reader;
  bool back = reader->back_at && bot->eyes;
  uint64_t checks = 0;
  if (back) {
    const wire_replica_stats *stats = replica_stats(bot->eyes->replica);
    checks = stats->checks - reader->checks_off;
    seen->desyncs += stats->desyncs - reader->desyncs_off;
    histogram_add(&seen->back_us, (uint64_t)(reader->back_at - reader->until));
  }
  seen->bots++;
  seen->lost += bot->state != BOT_PLAYING;
  seen->back += back;
  seen->unchecked += checks == 0;
  seen->frames += reader->frames;
  seen->checks += checks;
  seen->checks_min = least(seen->checks_min, checks);
  seen->gap_min = least(seen->gap_min, reader->gap_max);
  seen->gap_max = most(seen->gap_max, reader->gap_max);
  seen->bytes_max = most(seen->bytes_max, bytes_per_second(reader));
}

static void look(readers_seen *seen, const crowd *crowd, reader_kind kind) {
  *seen = (readers_seen){.gap_min = UINT64_MAX, .checks_min = UINT64_MAX};
  for (uint32_t i = 0; i < crowd->options->bots; i++)
    if (crowd->bots[i].reader.kind == kind)
      add(seen, &crowd->bots[i]);
}

static double ms(uint64_t us) {
  return (double)us / 1000;
}

static void print_json(FILE *out, const char *name, const readers_seen *seen) {
  fprintf(out, ",\"%s\":{\"bots\":%u,\"frames\":%" PRIu64 ",\"lost\":%u,\"back\":%u", name, seen->bots, seen->frames,
          seen->lost, seen->back);
  fprintf(out, ",\"longest_gap_ms\":{\"min\":%.2f,\"max\":%.2f},\"bytes_per_second_max\":%" PRIu64, ms(seen->gap_min),
          ms(seen->gap_max), seen->bytes_max);
  fprintf(out, ",\"back_ms\":{\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}", ms(histogram_percentile(&seen->back_us, 0.5)),
          ms(histogram_percentile(&seen->back_us, 0.99)), ms(seen->back_us.max));
  fprintf(out, ",\"checks\":%" PRIu64 ",\"checks_min\":%" PRIu64 ",\"unchecked\":%u,\"desyncs\":%" PRIu64 "}",
          seen->checks, seen->checks_min, seen->unchecked, seen->desyncs);
}

static void print_text(FILE *out, const char *name, const readers_seen *seen) {
  fprintf(out,
          "%-14s%u: longest gap %.0f to %.0f ms, %" PRIu64 " frames, %u lost; %u in step again after p99 %.2f ms, ",
          name, seen->bots, ms(seen->gap_min), ms(seen->gap_max), seen->frames, seen->lost, seen->back,
          ms(histogram_percentile(&seen->back_us, 0.99)));
  fprintf(out, "then %" PRIu64 " checks, desyncs %" PRIu64 "\n", seen->checks, seen->desyncs);
}

void report_readers(FILE *out, const crowd *crowd) {
  readers_seen seen;
  for (reader_kind kind = READER_STALLED; kind < READER_KINDS; kind++) {
    look(&seen, crowd, kind);
    if (seen.bots > 0)
      (crowd->options->json ? print_json : print_text)(out, kind_names[kind], &seen);
  }
}
