#include "tests/bots/report.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct {
  double sum, min, median, max; /* of the bots that were let in, in units */
} distances;

static int by_size(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

static distances distances_of(const crowd *crowd) {
  distances all = {0};
  double *walked = malloc(crowd->options->bots * sizeof *walked);
  uint32_t count = 0;
  for (uint32_t i = 0; walked && i < crowd->options->bots; i++) {
    if (!crowd->bots[i].has_place)
      continue;
    walked[count++] = crowd->bots[i].distance;
    all.sum += crowd->bots[i].distance;
  }
  if (count > 0) {
    qsort(walked, count, sizeof *walked, by_size);
    all.min = walked[0];
    all.median = walked[count / 2];
    all.max = walked[count - 1];
  }
  free(walked);
  return all;
}

static double ms(const histogram *histogram, double share) {
  return (double)histogram_percentile(histogram, share) / 1000;
}

static double expected_frames(const crowd *crowd) {
  return (double)crowd->options->bots * crowd->tally.tick_rate * (double)crowd->measured_us / 1e6;
}

static double ratio(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

void report_progress(FILE *out, const crowd *crowd, uint64_t frames_before, int64_t now) {
  const tally *tally = &crowd->tally;
  uint64_t frames = tally->frames >= frames_before ? tally->frames - frames_before : tally->frames;
  fprintf(out, "%s %3" PRId64 " s: %u connected, %" PRIu64 " frames/s, %" PRIu64 " desyncs, %u refused, %u lost\n",
          crowd->phase == CROWD_JOINING ? "joining" : "playing", (now - crowd->phase_at) / 1000000, tally->playing,
          frames, tally->desyncs, tally->refused, tally->lost);
}

static void print_json(FILE *out, const crowd *crowd, int64_t cpu_us) {
  const tally *tally = &crowd->tally;
  distances walked = distances_of(crowd);
  fprintf(out, "{\"connected\":%u,\"frames\":%" PRIu64 ",\"bytes\":%" PRIu64, tally->playing + tally->away,
          tally->frames, tally->bytes);
  fprintf(out, ",\"frame_gap_ms\":{\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}", ms(&tally->gap_us, 0.5),
          ms(&tally->gap_us, 0.99), (double)tally->gap_us.max / 1000);
  fprintf(out, ",\"echo_ms\":{\"p50\":%.2f,\"p99\":%.2f}", ms(&tally->echo_us, 0.5), ms(&tally->echo_us, 0.99));
  fprintf(out, ",\"distance\":%.0f,\"checks\":%" PRIu64 ",\"desyncs\":%" PRIu64 ",\"errors\":%u", walked.sum,
          tally->checks, tally->desyncs, tally->refused + tally->lost);
  fprintf(out, ",\"bots\":%u,\"seconds\":%.3f,\"tick_rate\":%u,\"frames_ratio\":%.4f,\"refused\":%u,\"lost\":%u",
          crowd->options->bots, (double)crowd->measured_us / 1e6, tally->tick_rate,
          ratio((double)tally->frames, expected_frames(crowd)), tally->refused, tally->lost);
  fprintf(out, ",\"sent\":%" PRIu64 ",\"sent_bytes\":%" PRIu64, tally->sent, tally->sent_bytes);
  fprintf(out, ",\"corrections\":%" PRIu64 ",\"replayed\":%" PRIu64, tally->corrections, tally->replayed);
  fprintf(out, ",\"distance_per_bot\":{\"min\":%.0f,\"median\":%.0f,\"max\":%.0f}", walked.min, walked.median,
          walked.max);
  fprintf(out, ",\"late_bots_ms\":{\"p99\":%.2f,\"max\":%.2f},\"cpu_us_per_frame\":%.2f", ms(&tally->late_us, 0.99),
          (double)tally->late_us.max / 1000, ratio((double)cpu_us, (double)tally->frames));
  fprintf(out, ",\"check\":{\"percent\":%u,\"at_once\":%u,\"bots\":%u}", crowd->options->check, crowd->checked_count,
          crowd->common.ever_checked);
  fputs(",\"errors_by_name\":{", out);
  for (uint32_t i = 0; i < tally->name_count; i++)
    fprintf(out, "%s\"%s\":%u", i ? "," : "", tally->names[i].name, tally->names[i].count);
  fputs("}}\n", out);
}

static void print_text(FILE *out, const crowd *crowd, int64_t cpu_us) {
  const tally *tally = &crowd->tally;
  distances walked = distances_of(crowd);
  fprintf(out, "connected     %u of %u\n", tally->playing + tally->away, crowd->options->bots);
  fprintf(out, "frames        %" PRIu64 " (%.1f%% of %u a second for %.1f s)\n", tally->frames,
          100 * ratio((double)tally->frames, expected_frames(crowd)), tally->tick_rate,
          (double)crowd->measured_us / 1e6);
  fprintf(out, "bytes         %" PRIu64 " (%.1f a frame)\n", tally->bytes,
          ratio((double)tally->bytes, (double)tally->frames));
  fprintf(out, "frame gap     p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", ms(&tally->gap_us, 0.5),
          ms(&tally->gap_us, 0.99), (double)tally->gap_us.max / 1000);
  fprintf(out, "echo          p50 %.2f ms, p99 %.2f ms\n", ms(&tally->echo_us, 0.5), ms(&tally->echo_us, 0.99));
  fprintf(out, "distance      %.0f units (a bot: %.0f to %.0f, median %.0f)\n", walked.sum, walked.min, walked.max,
          walked.median);
  fprintf(out, "checks        %" PRIu64 ", desyncs %" PRIu64 "; %u bots checked, %u at a time\n", tally->checks,
          tally->desyncs, crowd->common.ever_checked, crowd->checked_count);
  fprintf(out, "corrections   %" PRIu64 ", inputs replayed %" PRIu64 "\n", tally->corrections, tally->replayed);
  fprintf(out, "bots late     p99 %.2f ms, max %.2f ms; %.2f us of CPU a frame\n", ms(&tally->late_us, 0.99),
          (double)tally->late_us.max / 1000, ratio((double)cpu_us, (double)tally->frames));
  fprintf(out, "errors        %u refused, %u lost\n", tally->refused, tally->lost);
  for (uint32_t i = 0; i < tally->name_count; i++)
    fprintf(out, "              %s: %u\n", tally->names[i].name, tally->names[i].count);
}

void report_print(FILE *out, const crowd *crowd, int64_t cpu_us) {
  if (crowd->options->json)
    print_json(out, crowd, cpu_us);
  else
    print_text(out, crowd, cpu_us);
  fflush(out);
}
