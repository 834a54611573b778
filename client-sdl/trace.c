#include "client-sdl/trace.h"

#include <inttypes.h>

void trace_frame(FILE *out, int64_t now, const wire_replica_stats *stats, uint32_t own, const wire_draw_item *items,
                 uint32_t count) {
  fprintf(out,
          "{\"time\":%.3f,\"tick\":%" PRIu32 ",\"predicted\":%" PRIu32 ",\"shown\":%" PRIu32 ",\"fraction\":%" PRIu32,
          (double)now / 1000, stats->tick, stats->predicted_tick, stats->shown_tick, stats->shown_fraction);
  fprintf(out, ",\"own\":%" PRIu32 ",\"error\":[%" PRId32 ",%" PRId32 "]", own, stats->error_x, stats->error_y);
  fprintf(out, ",\"corrections\":%" PRIu32 ",\"replayed\":%" PRIu32 ",\"checks\":%" PRIu32 ",\"desyncs\":%" PRIu32,
          stats->corrections, stats->replayed, stats->checks, stats->desyncs);
  fputs(",\"items\":[", out);
  for (uint32_t at = 0; at < count; at++)
    fprintf(out, "%s[%" PRIu32 ",%" PRId32 ",%" PRId32 ",%" PRIu32 ",%" PRIu32 "]", at ? "," : "", items[at].id,
            items[at].x, items[at].y, items[at].own, items[at].foretold);
  fputs("]}\n", out);
}

void trace_message(FILE *out, const wire_message *message) {
  wire_any shown = message->as;
  if (message->type->id == WIRE_FRAME || message->type->id == WIRE_PONG)
    return;
  if (message->type->id == WIRE_WELCOME)
    shown.welcome.token[0] = 0;
  wire_print(out, message->type, &shown);
  fflush(out);
}
