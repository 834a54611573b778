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
  const options *options = crowd->options;
  uint32_t prompt = options->bots - options->stalled - options->slow;
  return (double)prompt * crowd->tally.tick_rate * (double)crowd->measured_us / 1e6;
}

static double ratio(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

/* Of all rooms together. */
typedef struct {
  uint64_t matches, winners, lines_lost, lines_doubled;
  uint32_t idle; /* rooms in which no match has ended */
} rooms_seen;

static rooms_seen rooms_of(const crowd *crowd) {
  rooms_seen seen = {0};
  for (uint32_t i = 0; i < crowd->common.party_count; i++) {
    seen.matches += crowd->common.parties[i].matches;
    seen.winners += crowd->common.parties[i].winners;
    seen.idle += crowd->common.parties[i].matches == 0;
  }
  for (uint32_t i = 0; i < crowd->options->bots; i++) {
    seen.lines_lost += party_missed(crowd->bots[i].party, &crowd->bots[i].ear);
    seen.lines_doubled += crowd->bots[i].ear.doubled;
  }
  return seen;
}

/* The names of the roles that players had, by the first bot that knows a game with roles. */
static void print_roles(FILE *out, const crowd *crowd, const char *quote, const char *between) {
  const game_rules *rules = NULL;
  uint32_t seen = 0, printed = 0;
  for (uint32_t i = 0; i < crowd->options->bots; i++) {
    const member *member = &crowd->bots[i].member;
    if (!rules && member->rules && member->rules->role_count > 0)
      rules = member->rules;
    if (rules && member->rules == rules)
      seen |= member->roles_seen;
  }
  for (uint32_t role = 0; rules && role < rules->role_count; role++)
    if (seen >> role & 1)
      fprintf(out, "%s%s%s%s", printed++ ? between : "", quote, rules->roles[role].name, quote);
}

static void print_names(FILE *out, const tally_name *names, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    fprintf(out, "%s\"%s\":%u", i ? "," : "", names[i].name, names[i].count);
}

static void print_rooms_json(FILE *out, const crowd *crowd) {
  const tally *tally = &crowd->tally;
  rooms_seen seen = rooms_of(crowd);
  fprintf(out, ",\"rooms\":%u,\"rooms_idle\":%u,\"matches\":%" PRIu64 ",\"winners\":%" PRIu64 ",\"roles\":[",
          crowd->common.party_count, seen.idle, seen.matches, seen.winners);
  print_roles(out, crowd, "\"", ",");
  fprintf(out, "],\"chat\":{\"said\":%" PRIu64 ",\"heard\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"doubled\":%" PRIu64 "}",
          tally->said, tally->heard, seen.lines_lost, seen.lines_doubled);
  fprintf(out, ",\"reconnects\":{\"tried\":%" PRIu64 ",\"same_seat\":%" PRIu64 ",\"other_seat\":%" PRIu64,
          tally->reconnects, tally->same_seat, tally->other_seat);
  fprintf(out, ",\"inputs_doubled\":%" PRIu64 ",\"back_ms\":{\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}},\"notices\":{",
          tally->inputs_doubled, ms(&tally->back_us, 0.5), ms(&tally->back_us, 0.99),
          (double)tally->back_us.max / 1000);
  print_names(out, tally->notices, tally->notice_count);
  fputs("}", out);
}

void report_progress(FILE *out, const crowd *crowd, uint64_t frames_before, int64_t now) {
  static const char *const phases[] = {[CROWD_JOINING] = "joining",
                                       [CROWD_SETTLING] = "settling",
                                       [CROWD_MEASURING] = "playing",
                                       [CROWD_LEAVING] = "leaving",
                                       [CROWD_DONE] = "done"};
  const tally *tally = &crowd->tally;
  uint64_t frames = tally->frames >= frames_before ? tally->frames - frames_before : tally->frames;
  fprintf(out, "%s %3" PRId64 " s: %u connected, %" PRIu64 " frames/s, %" PRIu64 " desyncs, %u refused, %u lost\n",
          phases[crowd->phase], (now - crowd->phase_at) / 1000000, tally->playing, frames, tally->desyncs,
          tally->refused, tally->lost);
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
  print_rooms_json(out, crowd);
  report_readers(out, crowd);
  fputs(",\"errors_by_name\":{", out);
  print_names(out, tally->names, tally->name_count);
  fputs("}}\n", out);
}

static void print_rooms_text(FILE *out, const crowd *crowd) {
  const tally *tally = &crowd->tally;
  rooms_seen seen = rooms_of(crowd);
  if (seen.matches > 0 || crowd->options->rooms > 0) {
    fprintf(out, "rooms         %u: %" PRIu64 " matches ended, %" PRIu64 " winners, roles ", crowd->common.party_count,
            seen.matches, seen.winners);
    print_roles(out, crowd, "", ", ");
    fputc('\n', out);
  }
  if (tally->said > 0)
    fprintf(out, "talk          %" PRIu64 " lines said, %" PRIu64 " heard, %" PRIu64 " lost, %" PRIu64 " doubled\n",
            tally->said, tally->heard, seen.lines_lost, seen.lines_doubled);
  if (tally->reconnects > 0)
    fprintf(out,
            "reconnects    %" PRIu64 ": %" PRIu64 " to the same seat, %" PRIu64 " to another; back after p50 %.2f ms, "
            "p99 %.2f ms; inputs doubled %" PRIu64 "\n",
            tally->reconnects, tally->same_seat, tally->other_seat, ms(&tally->back_us, 0.5), ms(&tally->back_us, 0.99),
            tally->inputs_doubled);
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
  print_rooms_text(out, crowd);
  report_readers(out, crowd);
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
