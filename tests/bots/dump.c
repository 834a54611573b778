#include "tests/bots/dump.h"

static void begin(FILE *out, const dump_place *place, const char *record) {
  fprintf(out, "%.6f %u %u %s", place->seconds, place->bot, place->tick, record);
}

/* Of masked fields those that are not 0, as on the wire. */
static void put_if(FILE *out, const char *name, int32_t value) {
  if (value)
    fprintf(out, " %s=%d", name, value);
}

static void dump_body(FILE *out, const dump_place *place, const char *record, uint32_t cell, const wire_body *body) {
  begin(out, place, record);
  fprintf(out, " cell=%u id=%u x=%d y=%d", cell, body->id, body->x, body->y);
  put_if(out, "buttons", (int32_t)body->buttons);
  put_if(out, "vx", body->vx);
  put_if(out, "vy", body->vy);
  put_if(out, "flags", (int32_t)body->flags);
  put_if(out, "timer", (int32_t)body->timer);
  put_if(out, "a", body->a);
  put_if(out, "b", body->b);
  put_if(out, "jumped", (int32_t)body->jumped);
  fputc('\n', out);
}

static void dump_bodies(FILE *out, const dump_place *place, const char *record, const wire_group *group) {
  for (uint32_t i = 0; i < group->bodies.count; i++)
    dump_body(out, place, record, group->cell, &group->bodies.items[i]);
}

static void dump_news(FILE *out, const dump_place *place, const wire_frame *frame) {
  for (uint32_t i = 0; i < frame->turns.count; i++) {
    begin(out, place, "turn");
    fprintf(out, " id=%u buttons=%u\n", frame->turns.items[i].id, frame->turns.items[i].buttons);
  }
  for (uint32_t i = 0; i < frame->states.count; i++)
    dump_bodies(out, place, "state", &frame->states.items[i]);
  for (uint32_t i = 0; i < frame->checks.count; i++) {
    begin(out, place, "check");
    fprintf(out, " cell=%u sum=%u\n", frame->checks.items[i].cell, frame->checks.items[i].sum);
  }
}

static void dump_cells(FILE *out, const dump_place *place, const wire_frame *frame) {
  for (uint32_t i = 0; i < frame->keyframes.count; i++) {
    begin(out, place, "keyframe");
    fprintf(out, " cell=%u bodies=%u\n", frame->keyframes.items[i].cell, frame->keyframes.items[i].bodies.count);
    dump_bodies(out, place, "body", &frame->keyframes.items[i]);
  }
  for (uint32_t i = 0; i < frame->dropped.count; i++) {
    begin(out, place, "dropped");
    fprintf(out, " cell=%u\n", frame->dropped.items[i].cell);
  }
  for (uint32_t i = 0; i < frame->gone.count; i++) {
    begin(out, place, "gone");
    fprintf(out, " id=%u\n", frame->gone.items[i].id);
  }
}

void dump_message(FILE *out, const dump_place *place, const wire_message *message, size_t bytes) {
  if (message->type->id != WIRE_FRAME) {
    wire_any shown = message->as;
    if (message->type->id == WIRE_WELCOME) /* whoever reads its token could take the seat */
      *shown.welcome.token = 0;
    begin(out, place, "message ");
    wire_print(out, message->type, &shown);
    return;
  }
  const wire_frame *frame = &message->as.frame;
  begin(out, place, "frame");
  fprintf(out, " bytes=%zu ticks=%u acks=%u slack=%d\n", bytes, frame->ticks, frame->acks, frame->slack);
  dump_news(out, place, frame);
  dump_cells(out, place, frame);
}

void dump_replica(FILE *out, const dump_place *place, const wire_replica_stats *stats) {
  begin(out, place, "replica");
  fprintf(out, " predicted=%u replayed=%u corrections=%u desyncs=%u\n", stats->predicted_tick, stats->replayed,
          stats->corrections, stats->desyncs);
}
