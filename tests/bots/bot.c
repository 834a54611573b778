#include "tests/bots/bot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/games/steps.h"
#include "common/gen/tables.h"
#include "common/pre.h"

enum { MS = 1000, INPUTS_MAX = 8 };

void bot_init(bot *bot, bot_common *common, uint32_t number) {
  *bot = (struct bot){.common = common, .number = number, .mind = wander_init(number)};
}

void bot_free(bot *bot) {
  PRE(bot->state == BOT_WAITING || bot->state == BOT_ENDED);
  free(bot->replica);
}

/* The connection is no more. */
static void end(bot *bot, const char *why) {
  bool was_playing = bot->state == BOT_PLAYING;
  bot->common->tally->playing -= was_playing;
  bot->state = BOT_ENDED;
  bot->socket = NULL;
  if (!bot->common->leaving)
    tally_trouble(bot->common->tally, was_playing, bot->reason ? bot->reason : why);
}

static void give_up(bot *bot, const char *why) {
  ws_close(bot->socket);
  end(bot, why);
}

static void say(bot *bot, const wire_type *type, const void *message) {
  uint8_t bytes[WS_SEND_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  if (bot->state == BOT_ENDED)
    return;
  bool fits = wire_encode(&out, type, message);
  PRE(fits);
  bot->common->tally->sent++;
  bot->common->tally->sent_bytes += out.size;
  if (!ws_send(bot->socket, bytes, out.size))
    give_up(bot, "choked");
}

void bot_start(bot *bot, int64_t now) {
  bot->state = BOT_CONNECTING;
  bot->since = now;
  bot->socket = ws_connect(bot->common->pool, bot);
  if (!bot->socket)
    end(bot, "no_descriptor");
}

static void on_opened(void *user, int64_t now) {
  bot *bot = user;
  wire_hello hello = {.version = WIRE_VERSION, .kind = "bot"};
  snprintf(hello.name, sizeof hello.name, "Bot %u", bot->number);
  bot->state = BOT_JOINING;
  bot->since = now;
  say(bot, &wire_hello_type, &hello);
}

static void on_ended(void *user, const char *why, int64_t now) {
  (void)now;
  end(user, why);
}

static void take_welcome(bot *bot, const wire_welcome *welcome, int64_t now) {
  replica_limits limits = {.boxes = bot->common->boxes, .history = 2};
  size_t bytes = replica_bytes(&limits);
  if (!bot->replica) {
    void *memory = malloc(bytes); /* pages that no box needs are never touched */
    PRE(memory);
    bot->replica = replica_init(memory, bytes, &limits);
  }
  replica_welcome(bot->replica, welcome, now - bot->since, now);
  bot->welcome = *welcome;
  bot->ping_at = now;
  bot->common->tally->tick_rate = welcome->tick_rate;
}

static void take_map(bot *bot, const wire_map *map) {
  const sim_map *ground = ground_of(&bot->common->grounds, map);
  if (!bot->replica || !replica_set_map(bot->replica, map, ground, step_find(map->step)))
    give_up(bot, "unknown_map");
}

static void take_step(bot *bot, const wire_step *step) {
  if (!bot->replica || !replica_set_step(bot->replica, step->tick, step_find(step->step)))
    give_up(bot, "unknown_step");
}

static void count_replica(bot *bot) {
  const wire_replica_stats *stats = replica_stats(bot->replica);
  tally *tally = bot->common->tally;
  tally->desyncs += stats->desyncs - bot->desyncs;
  tally->checks += stats->checks - bot->checks;
  tally->corrections += stats->corrections - bot->corrections;
  tally->replayed += stats->replayed - bot->replayed;
  bot->desyncs = stats->desyncs;
  bot->checks = stats->checks;
  bot->corrections = stats->corrections;
  bot->replayed = stats->replayed;
}

/* The inputs that this frame is the first to acknowledge have been seen to work. */
static void take_acks(bot *bot, uint32_t acks, int64_t now) {
  for (uint32_t i = 0; i < acks && bot->acked_seq < bot->sent_seq; i++) {
    bot->acked_seq++;
    if (bot->common->tally->open && bot->sent_seq - bot->acked_seq < BOT_ECHOES)
      histogram_add(&bot->common->tally->echo_us, (uint64_t)(now - bot->sent_at[bot->acked_seq % BOT_ECHOES]));
  }
}

static void measure_walk(bot *bot) {
  sim_body body;
  uint32_t buttons;
  if (!replica_find(bot->replica, bot->welcome.id, &body, &buttons))
    return;
  if (bot->has_place && bot->common->tally->open)
    bot->distance += hypot(body.x - bot->x, body.y - bot->y) / WIRE_SUBUNITS;
  bot->has_place = true;
  bot->x = body.x;
  bot->y = body.y;
}

static void start_playing(bot *bot) {
  bot->state = BOT_PLAYING;
  bot->common->tally->playing++;
#ifdef TICKBOX_FLIP_BIT
  if (bot->number == 1)
    replica_flip_bit(bot->replica, bot->welcome.id);
#endif
}

static void take_frame(bot *bot, const wire_frame *frame, int64_t now) {
  tally *tally = bot->common->tally;
  if (!bot->replica) {
    give_up(bot, "early_frame");
    return;
  }
  tally->frames++;
  if (tally->open)
    histogram_add(&tally->gap_us, (uint64_t)(now - bot->frame_at));
  bot->frame_at = now;
  replica_apply_frame(bot->replica, frame, now);
  if (bot->state == BOT_JOINING)
    start_playing(bot);
  take_acks(bot, frame->acks, now);
  measure_walk(bot);
  count_replica(bot);
  wire_resync resync;
  if (replica_wants_resync(bot->replica, &resync.cell))
    say(bot, &wire_resync_type, &resync);
}

static void on_message(void *user, const uint8_t *bytes, size_t size, int64_t now) {
  bot *bot = user;
  wire_message message;
  bot->common->tally->bytes += size;
  wire_fault fault = wire_decode(bytes, size, WIRE_FROM_SERVER, &bot->common->arena, &message);
  if (fault != WIRE_OK) {
    give_up(bot, wire_fault_name(fault));
    return;
  }
  switch (message.type->id) {
  case WIRE_WELCOME:
    take_welcome(bot, &message.as.welcome, now);
    return;
  case WIRE_MAP:
    take_map(bot, &message.as.map);
    return;
  case WIRE_STEP:
    take_step(bot, &message.as.step);
    return;
  case WIRE_FRAME:
    take_frame(bot, &message.as.frame, now);
    return;
  case WIRE_REFUSED:
    bot->reason = message.as.refused.code < CODE_COUNT ? code_words[message.as.refused.code].name : "unknown_code";
    return;
  case WIRE_GOODBYE:
    bot->reason = message.as.goodbye.code < CODE_COUNT ? code_words[message.as.goodbye.code].name : "unknown_code";
    return;
  }
}

const ws_events bot_events = {on_opened, on_message, on_ended};

static void send_honest(bot *bot, const wire_replica_input *inputs, uint32_t count, int64_t now) {
  for (uint32_t i = 0; i < count; i++) {
    wire_input input = {inputs[i].seq, inputs[i].tick, inputs[i].buttons};
    bot->sent_seq = input.seq;
    bot->sent_at[input.seq % BOT_ECHOES] = now;
    say(bot, &wire_input_type, &input);
  }
}

static void send_cheats(bot *bot, uint32_t buttons, uint32_t honest) {
  uint32_t count = behaviour_cheat_inputs(bot->common->behaviour, honest);
  wire_input input = {0, replica_stats(bot->replica)->predicted_tick, buttons};
  for (uint32_t i = 0; i < count && bot->state == BOT_PLAYING; i++) {
    uint8_t bytes[64];
    wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
    behaviour_cheat(bot->common->behaviour, &bot->cheat_seq, input, bot->welcome.tick_rate, &out);
    if (!ws_send(bot->socket, bytes, out.size))
      give_up(bot, "choked");
  }
}

static void walk(bot *bot, int64_t now) {
  wire_replica_input inputs[INPUTS_MAX];
  uint32_t rate = bot->welcome.tick_rate, tick = replica_stats(bot->replica)->predicted_tick;
  uint32_t buttons = behaviour_buttons(bot->common->behaviour, &bot->mind, tick, rate);
  uint32_t count = replica_advance(bot->replica, buttons, now, inputs, INPUTS_MAX);
  if (behaviour_is_cheat(bot->common->behaviour))
    send_cheats(bot, buttons, count);
  else
    send_honest(bot, inputs, count, now);
}

static void ping(bot *bot, int64_t now) {
  if (now < bot->ping_at)
    return;
  bot->ping_at = now + WIRE_PING_MS * MS;
  say(bot, &wire_ping_type, &(wire_ping){.time = (uint32_t)(now / MS)});
}

void bot_advance(bot *bot, int64_t now) {
  if (bot->state == BOT_CONNECTING || bot->state == BOT_JOINING) {
    if (bot->common->read_at - bot->since > WIRE_CONNECT_MS * MS)
      give_up(bot, "timed_out");
  } else if (bot->state == BOT_PLAYING) {
    walk(bot, now);
    ping(bot, now);
    if (bot->state == BOT_PLAYING && bot->common->read_at - bot->frame_at > WIRE_SILENT_MS * MS)
      give_up(bot, "no_frames");
  }
}

void bot_leave(bot *bot) {
  if (bot->state == BOT_PLAYING)
    say(bot, &wire_leave_type, NULL);
  else
    bot_drop(bot);
}

void bot_drop(bot *bot) {
  if (!bot->socket)
    return;
  bot->common->tally->playing -= bot->state == BOT_PLAYING;
  ws_close(bot->socket);
  bot->socket = NULL;
  bot->state = BOT_ENDED;
}
