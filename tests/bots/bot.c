#include "tests/bots/bot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/games/steps.h"
#include "common/gen/tables.h"
#include "common/pre.h"
#include "tests/bots/dump.h"

enum {
  MS = 1000,
  FRAME_HEAD = 3,    /* fields of a frame that say when it was, and what was applied */
  WAITING_US = 5000, /* between two looks at a bot that does not play yet */
};

void bot_init(bot *bot, bot_common *common, uint32_t number) {
  party *party = &common->parties[(number - 1) % common->party_count];
  *bot = (struct bot){.common = common, .number = number, .mind = wander_init(number), .party = party};
  bot->maker = bot->errand = party->made && number <= common->party_count;
}

static void close_eyes(bot *bot) {
  if (bot->eyes)
    eyes_close(bot->eyes);
  bot->eyes = NULL;
}

void bot_free(bot *bot) {
  PRE(bot->state == BOT_WAITING || bot->state == BOT_ENDED);
  close_eyes(bot);
  member_free(&bot->member);
}

/* Its party does without it. */
static void quit_party(bot *bot) {
  bot->party->size--;
  bot->party->come -= bot->seated;
  if (bot->maker && !bot->party->open)
    bot->party->failed = true;
}

/* The connection is no more. */
static void end(bot *bot, const char *why) {
  bool was_playing = bot->state == BOT_PLAYING;
  bot->common->tally->playing -= was_playing;
  bot->common->tally->away -= bot->away;
  bot->away = false;
  bot->state = BOT_ENDED;
  bot->socket = NULL;
  quit_party(bot);
  if (!bot->common->leaving)
    tally_trouble(bot->common->tally, was_playing, bot->reason ? bot->reason : why);
}

void bot_give_up(bot *bot, const char *why) {
  ws_close(bot->socket);
  end(bot, why);
}

void bot_say(bot *bot, const wire_type *type, const void *message) {
  uint8_t bytes[WS_SEND_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  if (bot->state == BOT_ENDED)
    return;
  bool fits = wire_encode(&out, type, message);
  PRE(fits);
  bot->common->tally->sent++;
  bot->common->tally->sent_bytes += out.size;
  if (!ws_send(bot->socket, bytes, out.size))
    bot_give_up(bot, "choked");
}

void bot_start(bot *bot, int64_t now) {
  bool queue = bot->party->made && !bot->maker && !bot->party->open;
  bot->state = queue ? BOT_QUEUED : BOT_CONNECTING;
  bot->since = now;
  if (queue)
    return;
  bot->socket = ws_connect(bot->common->pool, bot, bot->reader.kind ? READER_RECEIVE_BYTES : 0);
  if (!bot->socket)
    end(bot, "no_descriptor");
}

static void on_opened(void *user, int64_t now) {
  bot *bot = user;
  const options *options = bot->common->options;
  wire_hello hello = {.version = WIRE_VERSION, .heard = bot->ear.last};
  memcpy(hello.kind, options->kinds[(bot->number - 1) % options->kind_count], sizeof hello.kind);
  if (!bot->errand)
    memcpy(hello.room, bot->party->code, sizeof hello.room);
  snprintf(hello.name, sizeof hello.name, "Bot %u", bot->number);
  memcpy(hello.token, bot->welcome.token, sizeof hello.token);
  bot->state = BOT_JOINING;
  bot->since = now;
  bot_say(bot, &wire_hello_type, &hello);
}

static void on_ended(void *user, const char *why, int64_t now) {
  (void)now;
  end(user, why);
}

static void open_eyes(bot *bot, const wire_welcome *welcome, int64_t now) {
  bot->eyes = eyes_open(bot->common->boxes, welcome, now - bot->since, now);
  bot->common->ever_checked += !bot->was_checked;
  bot->was_checked = true;
}

/* A seat that its token opened is the one that was lost. */
static void count_return(bot *bot, const wire_welcome *welcome) {
  if (welcome->resumed && welcome->id == bot->welcome.id)
    bot->common->tally->same_seat++;
  else
    bot->common->tally->other_seat++;
}

static void take_welcome(bot *bot, const wire_welcome *welcome, int64_t now) {
  if (bot->errand) {
    bot_room_make(bot);
    return;
  }
  if (bot->cut_at)
    count_return(bot, welcome);
  if (!welcome->resumed || welcome->id != bot->welcome.id)
    member_seated(&bot->member, welcome->id);
  bot->welcome = *welcome;
  bot->sent_seq = bot->acked_seq = 0;
  bot->has_place = bot->has_ground = false;
  bot->ping_at = now;
  bot->common->tally->tick_rate = welcome->tick_rate;
  pace_welcome(&bot->pace, welcome, now - bot->since, now);
  close_eyes(bot);
  if (bot->checked)
    open_eyes(bot, welcome, now);
}

static void take_map(bot *bot, const wire_map *map) {
  const sim_map *ground = ground_of(&bot->common->grounds, map);
  sim_step_fn step = step_find(map->step);
  bot->has_ground = true;
  member_take_map(&bot->member, map, ground);
  if (!step || (bot->eyes && !replica_set_map(bot->eyes->replica, map, ground, step)))
    bot_give_up(bot, "unknown_map");
}

static void take_step(bot *bot, const wire_step *step) {
  sim_step_fn to = step_find(step->step);
  if (!to || (bot->eyes && !replica_set_step(bot->eyes->replica, step->tick, to)))
    bot_give_up(bot, "unknown_step");
}

/* The inputs that this frame is the first to acknowledge have been seen to work. */
static void take_acks(bot *bot, uint32_t acks, int64_t now) {
  if (!behaviour_is_cheat(bot->common->options->behaviour) && acks > bot->sent_seq - bot->acked_seq)
    bot->common->tally->inputs_doubled += acks - (bot->sent_seq - bot->acked_seq);
  for (uint32_t i = 0; i < acks && bot->acked_seq < bot->sent_seq; i++) {
    bot->acked_seq++;
    if (bot->common->tally->open && !bot->reader.kind && bot->sent_seq - bot->acked_seq < BOT_ECHOES)
      histogram_add(&bot->common->tally->echo_us, (uint64_t)(now - bot->sent_at[bot->acked_seq % BOT_ECHOES]));
  }
}

static void measure_walk(bot *bot) {
  sim_body body;
  uint32_t buttons;
  if (!replica_find(bot->eyes->replica, bot->welcome.id, &body, &buttons))
    return;
#ifdef TICKBOX_FLIP_BIT
  if (!bot->common->flipped)
    replica_flip_bit(bot->eyes->replica, bot->welcome.id);
  bot->common->flipped = true;
#endif
  if (bot->has_place && bot->common->tally->open)
    bot->distance += hypot(body.x - bot->x, body.y - bot->y) / WIRE_SUBUNITS;
  bot->has_place = true;
  bot->x = body.x;
  bot->y = body.y;
}

static dump_place place_of(const bot *bot, uint32_t tick, int64_t now) {
  return (dump_place){(double)(now - bot->common->begun_at) / 1e6, bot->number, tick};
}

static void see(bot *bot, const wire_frame *frame, int64_t now) {
  wire_resync resync;
  replica_apply_frame(bot->eyes->replica, frame, now);
  if (replica_wants_resync(bot->eyes->replica, &resync.cell))
    bot_say(bot, &wire_resync_type, &resync);
  eyes_count(bot->eyes, bot->common->tally);
  if (bot->common->dump) {
    dump_place place = place_of(bot, bot->pace.tick, now);
    dump_replica(bot->common->dump, &place, replica_stats(bot->eyes->replica));
  }
  measure_walk(bot);
}

static void start_playing(bot *bot, int64_t now) {
  tally *tally = bot->common->tally;
  bot->state = BOT_PLAYING;
  tally->playing++;
  tally->away -= bot->away;
  bot->away = false;
  bot->party->come += !bot->seated;
  bot->party->open = bot->seated = true;
  if (bot->cut_at)
    histogram_add(&tally->back_us, (uint64_t)(now - bot->cut_at));
  bot->cut_at = 0;
}

static void count_frame(bot *bot, int64_t now) {
  tally *tally = bot->common->tally;
  tally->frames++;
  if (tally->open && bot->state == BOT_PLAYING)
    histogram_add(&tally->gap_us, (uint64_t)(now - bot->frame_at));
}

/* `frame` is a whole one if the bot has eyes; else its lists are empty. */
static void take_frame(bot *bot, const wire_frame *frame, int64_t now) {
  if (!bot->has_ground) {
    bot_give_up(bot, "early_frame");
    return;
  }
  pace_frame(&bot->pace, frame->ticks, frame->acks, frame->slack, now);
  if (bot->reader.kind)
    bot_read_frame(bot, now);
  else
    count_frame(bot, now);
  bot->frame_at = now;
  party_tick(bot->party, bot->pace.tick);
  if (bot->state == BOT_JOINING)
    start_playing(bot, now);
  if (bot->eyes)
    see(bot, frame, now);
  take_acks(bot, frame->acks, now);
}

static const char *code_name(uint32_t code) {
  return code < CODE_COUNT ? code_words[code].name : "unknown_code";
}

static void take_message(bot *bot, const wire_message *message, int64_t now) {
  switch (message->type->id) {
  case WIRE_WELCOME:
    take_welcome(bot, &message->as.welcome, now);
    return;
  case WIRE_MAP:
    take_map(bot, &message->as.map);
    return;
  case WIRE_STEP:
    take_step(bot, &message->as.step);
    return;
  case WIRE_FRAME:
    take_frame(bot, &message->as.frame, now);
    return;
  case WIRE_REFUSED:
    bot->reason = code_name(message->as.refused.code);
    return;
  case WIRE_GOODBYE:
    bot->reason = code_name(message->as.goodbye.code);
    return;
  default:
    bot_room_message(bot, message, now);
  }
}

/* How many fields of such a message a bot without eyes has to read. */
static uint32_t fields_of_interest(const bot *bot, uint32_t type) {
  switch (type) {
  case WIRE_FRAME:
    return bot->errand ? 0 : FRAME_HEAD;
  case WIRE_MAP:
  case WIRE_STEP:
    return bot->errand ? 0 : UINT32_MAX;
  case WIRE_WELCOME:
  case WIRE_REFUSED:
  case WIRE_GOODBYE:
    return UINT32_MAX;
  default:
    return bot_room_reads(bot, type) ? UINT32_MAX : 0;
  }
}

static void dump(const bot *bot, const wire_message *message, size_t size, int64_t now) {
  uint32_t ticks = message->type->id == WIRE_FRAME ? message->as.frame.ticks : 0;
  dump_place place = place_of(bot, bot->pace.tick + ticks, now);
  if (bot->checked)
    dump_message(bot->common->dump, &place, message, size);
}

/* Most bots of a large crowd need little of most messages: those are decoded as far as that. */
static wire_fault read_message(const bot *bot, const uint8_t *bytes, size_t size, wire_message *message,
                               uint32_t *fields) {
  wire_arena *arena = &bot->common->arena;
  *fields = UINT32_MAX;
  if (!bot->eyes) {
    wire_fault fault = wire_decode_first(bytes, size, WIRE_FROM_SERVER, 0, arena, message);
    *fields = fault == WIRE_OK ? fields_of_interest(bot, message->type->id) : 0;
    if (*fields == 0)
      return fault;
  }
  return wire_decode_first(bytes, size, WIRE_FROM_SERVER, *fields, arena, message);
}

static void on_message(void *user, const uint8_t *bytes, size_t size, int64_t now) {
  bot *bot = user;
  uint32_t fields;
  wire_message message;
  if (bot->reader.kind)
    bot->reader.bytes += bot->reader.poor ? size : 0;
  else
    bot->common->tally->bytes += size;
  wire_fault fault = read_message(bot, bytes, size, &message, &fields);
  if (fault != WIRE_OK) {
    bot_give_up(bot, wire_fault_name(fault));
  } else if (fields > 0) {
    if (bot->common->dump)
      dump(bot, &message, size, now);
    take_message(bot, &message, now);
  }
}

const ws_events bot_events = {on_opened, on_message, on_ended};

/* A server that gave no token has no seat to come back to. */
static void come_back(bot *bot, int64_t now) {
  bool seat = *bot->welcome.token;
  if (!seat)
    bot_say(bot, &wire_leave_type, NULL);
  if (bot->state != BOT_PLAYING)
    return; /* choked just now */
  bot->common->tally->playing--;
  bot->common->tally->away++;
  bot->away = true;
  (seat ? ws_cut : ws_close)(bot->socket);
  bot_start(bot, now);
}

/* By --reconnect: each at a time of its own. */
static void lose_connection(bot *bot, int64_t now) {
  int64_t every = (int64_t)bot->common->options->reconnect * 1000 * MS;
  if (!every || !bot->common->tally->open || bot->state != BOT_PLAYING || now < bot->cut_next)
    return;
  bool first = !bot->cut_next;
  bot->cut_next = now + (first ? wander_random(&bot->mind.random) % every : every);
  if (first)
    return;
  bot->common->tally->reconnects++;
  bot->cut_at = now;
  come_back(bot, now);
}

static void ping(bot *bot, int64_t now) {
  if (now < bot->ping_at)
    return;
  bot->ping_at = now + WIRE_PING_MS * MS;
  bot_say(bot, &wire_ping_type, &(wire_ping){.time = (uint32_t)(now / MS)});
}

int64_t bot_advance(bot *bot, int64_t now) {
  int64_t due = now + WAITING_US;
  if (bot->state == BOT_QUEUED && bot->party->failed)
    end(bot, "no_room");
  else if (bot->state == BOT_QUEUED && bot->party->open)
    bot_start(bot, now);
  else if (bot->state == BOT_CONNECTING || bot->state == BOT_JOINING) {
    if (bot->common->read_at - bot->since > WIRE_CONNECT_MS * MS)
      bot_give_up(bot, "timed_out");
  } else if (bot->state == BOT_PLAYING) {
    due = bot_walk(bot, now);
    ping(bot, now);
    bot_room_advance(bot, now);
    bot_read(bot, now);
    if (bot->state == BOT_PLAYING && bot->common->read_at - bot->frame_at > WIRE_SILENT_MS * MS)
      bot_give_up(bot, "no_frames");
    lose_connection(bot, now);
  }
  return due;
}

void bot_check(bot *bot, bool checked, int64_t now) {
  bot->checked = checked;
  if (!checked)
    close_eyes(bot);
  else if (bot->state == BOT_PLAYING && !bot->eyes)
    come_back(bot, now);
}

void bot_leave(bot *bot) {
  if (bot->state == BOT_PLAYING)
    bot_say(bot, &wire_leave_type, NULL);
  else
    bot_drop(bot);
}

void bot_drop(bot *bot) {
  if (bot->state == BOT_QUEUED)
    bot->state = BOT_ENDED;
  if (!bot->socket)
    return;
  bot->common->tally->playing -= bot->state == BOT_PLAYING;
  bot->common->tally->away -= bot->away;
  bot->away = false;
  ws_close(bot->socket);
  bot->socket = NULL;
  bot->state = BOT_ENDED;
}
