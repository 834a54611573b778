#include "server/client.h"

#include <stdio.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/json_wire.h"
#include "server/lab.h"
#include "server/log.h"

enum {
  SECOND = 1000000,                   /* us */
  RESYNC_REST_MS = WIRE_CHECK_MS / 2, /* an honest client asks after a checksum, at most */
};

static const bucket_rule messages_rule = {WIRE_MESSAGES_PER_SECOND_MAX, SECOND, 2 * WIRE_MESSAGES_PER_SECOND_MAX};
static const bucket_rule limit_rules[] = {
    [CLIENT_TALKS] = {WIRE_TALKS_PER_MINUTE_MAX, 60 * SECOND, 10},
    [CLIENT_RELAYS] = {WIRE_RELAYS_PER_SECOND_MAX, SECOND, WIRE_RELAYS_PER_SECOND_MAX},
    [CLIENT_CREATIONS] = {WIRE_ROOMS_PER_MINUTE_MAX, 60 * SECOND, 3},
};

client client_start(link_t *link, client_tally *tally, bool extra, const client_present *present) {
  client started = {.link = link,
                    .tally = tally,
                    .extra = extra,
                    .heard_tick = present->tick,
                    .view_width = WIRE_VIEW_WIDTH,
                    .view_height = WIRE_VIEW_HEIGHT,
                    .received_tick = present->tick,
                    .messages = bucket_full(&messages_rule, present->now),
                    .talks = bucket_full(&limit_rules[CLIENT_TALKS], present->now),
                    .relays = bucket_full(&limit_rules[CLIENT_RELAYS], present->now),
                    .creations = bucket_full(&limit_rules[CLIENT_CREATIONS], present->now)};
  return started;
}

bool client_is_screen(const client *client) {
  return strcmp(client->kind, "display") == 0 || strcmp(client->kind, "controller") == 0;
}

static void encode(const client *client, wire_buffer *out, const wire_type *type, const void *message) {
  PRE(client->link->format == LINK_JSON ? json_wire_encode(out, type, message) : wire_encode(out, type, message));
}

void client_tell(client *client, const wire_type *type, const void *message) {
  uint8_t bytes[CLIENT_ANSWER_BYTES];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  encode(client, &out, type, message);
  client_send(client, out.bytes, out.size);
}

void client_notice(client *client, uint32_t code, const char *param) {
  wire_notice notice = {.code = code};
  snprintf(notice.param, sizeof notice.param, "%s", param);
  client_tell(client, &wire_notice_type, &notice);
}

static const bucket_rule copies_rules[] = {
    [CLIENT_TALKS] = {CLIENT_COPIES_PER_SECOND_MAX, SECOND, CLIENT_COPIES_AT_ONCE},
    [CLIENT_RELAYS] = {CLIENT_COPIES_PER_SECOND_MAX, SECOND, CLIENT_RELAYED_AT_ONCE},
};

bucket client_copies(client_limit limit, int64_t now) {
  return bucket_full(&copies_rules[limit], now);
}

bool client_may(client *client, client_limit limit, int64_t now) {
  return client_may_tell(client, limit, NULL, 0, now);
}

bool client_may_tell(client *client, client_limit limit, bucket *copies, uint32_t others, int64_t now) {
  static const struct {
    uint32_t code, limit;
  } words[] = {[CLIENT_TALKS] = {CODE_TALK_TOO_FAST, WIRE_TALKS_PER_MINUTE_MAX},
               [CLIENT_RELAYS] = {CODE_RELAY_TOO_FAST, WIRE_RELAYS_PER_SECOND_MAX},
               [CLIENT_CREATIONS] = {CODE_TOO_MANY_ROOMS, WIRE_ROOMS_PER_MINUTE_MAX}};
  bucket *const buckets[] = {&client->talks, &client->relays, &client->creations};
  int64_t *told_at = &client->told_at[limit];
  char param[16];
  if (bucket_take(buckets[limit], &limit_rules[limit], now) &&
      (!copies || bucket_spend(copies, &copies_rules[limit], others, now)))
    return true;
  if (*told_at == 0 || now - *told_at >= (int64_t)CLIENT_NOTICE_SECONDS * SECOND) {
    *told_at = now;
    snprintf(param, sizeof param, "%u", words[limit].limit);
    client_notice(client, words[limit].code, param);
    log_line(LOG_INFO, "%s: %s", client->link->ops->address(client->link), code_words[words[limit].code].name);
  }
  return false;
}

void client_send(client *client, const uint8_t *bytes, size_t size) {
  if (client->state == CLIENT_CLOSING)
    return;
  if (client->link->ops->send(client->link, bytes, size))
    client->tally->bytes_sent += size;
  else
    client_end(client, CODE_TOO_SLOW, "");
}

/* Before anything is sent the state is CLOSING, so that a full queue cannot lead here again. */
void client_end(client *client, uint32_t code, const char *param) {
  if (client->state == CLIENT_CLOSING)
    return;
  const link_ops *ops = client->link->ops;
  bool welcome = client->state == CLIENT_PLAYING, stopping = code == CODE_SHUTTING_DOWN;
  client->state = CLIENT_CLOSING;
  client->ended_by = code;
  log_line(stopping ? LOG_DEBUG : LOG_INFO, "%s ends: %s%s%s", ops->address(client->link), code_words[code].name,
           *param ? " " : "", param);
  wire_goodbye goodbye = {.code = code};
  snprintf(goodbye.param, sizeof goodbye.param, "%s", param);
  wire_refused refused = {.code = code};
  memcpy(refused.param, goodbye.param, sizeof refused.param);
  uint8_t bytes[CLIENT_ANSWER_BYTES];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  if (welcome)
    encode(client, &out, &wire_goodbye_type, &goodbye);
  else
    encode(client, &out, &wire_refused_type, &refused);
  if (ops->send(client->link, out.bytes, out.size))
    client->tally->bytes_sent += out.size;
  ops->close(client->link, code);
}

void client_end_by(client *client, uint32_t code) {
  static const int limits[CODE_COUNT] = {[CODE_TOO_LARGE] = WIRE_CLIENT_BYTES_MAX,
                                         [CODE_TOO_FAST] = WIRE_MESSAGES_PER_SECOND_MAX,
                                         [CODE_NO_HELLO] = WIRE_HELLO_MS / 1000,
                                         [CODE_SILENT] = WIRE_SILENT_MS / 1000};
  PRE(code < CODE_COUNT);
  char param[16] = "";
  if (limits[code])
    snprintf(param, sizeof param, "%d", limits[code]);
  client_end(client, code, param);
}

static void end_by_fault(client *client, wire_fault fault, const wire_message *message, const char *where) {
  char param[WIRE_PARAMETER_BYTES_MAX + 1];
  if (fault == WIRE_UNKNOWN) {
    snprintf(param, sizeof param, "%u", message->id);
    client_end(client, CODE_UNKNOWN_MESSAGE, param);
  } else if (fault == WIRE_OUT_OF_RANGE) {
    client_end(client, CODE_OUT_OF_RANGE, message->field);
  } else if (fault == WIRE_BAD_JSON) {
    client_end(client, CODE_BAD_JSON, where);
  } else {
    snprintf(param, sizeof param, "%s%s%s", wire_fault_name(fault), *message->field ? " " : "", message->field);
    client_end(client, CODE_BAD_MESSAGE, param);
  }
}

/* A word of the client's own, made fit for everybody's screen and log. */
static void clean_word(const char *word, char out[WIRE_WORD_BYTES_MAX + 1]) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  size_t kept = 0;
  for (; *word; word++)
    if (strchr(allowed, *word))
      out[kept++] = *word;
  out[kept] = 0;
}

void client_end_as_full(client *client, uint32_t clients_max) {
  char param[16];
  snprintf(param, sizeof param, "%u", clients_max);
  client_end(client, CODE_FULL, param);
}

static void take_hello(client *client, const wire_hello *hello, const client_present *present) {
  char param[16];
  bool shows_token = token_from_hex(hello->token, &client->shown);
  if (client->extra && !shows_token) {
    client_end_as_full(client, present->clients_max);
  } else if (hello->version != WIRE_VERSION && hello->version != 0) {
    snprintf(param, sizeof param, "%08x", WIRE_VERSION);
    client_end(client, CODE_VERSION_DIFFERS, param);
  } else {
    name_clean(hello->name, client->name);
    clean_word(hello->kind, client->kind);
    strcpy(client->room_word, hello->room);
    client->talk_heard = hello->heard;
    client->wants_to_watch = hello->watch;
    client->state = CLIENT_JOINING;
  }
}

static int32_t slack_of(const wire_input *input, const client_present *present) {
  int64_t due = schedule_due(present->schedule, input->tick > 0 ? input->tick : 1);
  int64_t slack = (due - present->now) / 1000;
  return slack > CLIENT_SLACK_MAX ? CLIENT_SLACK_MAX : slack < -CLIENT_SLACK_MAX ? -CLIENT_SLACK_MAX : (int32_t)slack;
}

/* Is there an input in this slot that no tick has taken yet? */
static bool waits(const client *client, const client_input *slot) {
  return slot->seq > client->seq_applied;
}

static uint32_t opposites(uint32_t buttons) {
  return (buttons & BUTTON_LEFT ? BUTTON_RIGHT : 0) | (buttons & BUTTON_RIGHT ? BUTTON_LEFT : 0) |
         (buttons & BUTTON_UP ? BUTTON_DOWN : 0) | (buttons & BUTTON_DOWN ? BUTTON_UP : 0);
}

/* Keeps an input for a tick. One that waits there counts no more, but for what it presses that neither the new one nor
   the player holds: what the new one lets go of so is let go a tick later. Otherwise a tap would be lost whenever its
   press and its release come late, which they do together. */
static void keep_for(client *client, uint32_t tick, client_input input) {
  client_input *slot = &client->inputs[tick % CLIENT_INPUT_SLOTS],
               *next = &client->inputs[(tick + 1) % CLIENT_INPUT_SLOTS];
  uint32_t waiting = (waits(client, slot) ? slot->buttons : 0) | (waits(client, next) ? next->buttons : 0);
  uint32_t tapped = waiting & ~input.buttons & ~client->held & ~opposites(input.buttons);
  if (waits(client, slot) && tapped) {
    const client_input *before = next->seq == input.seq - 1 ? next : slot;
    *slot = (client_input){input.seq - 1, input.buttons | tapped, before->slack};
    slot = next;
  }
  *slot = input;
}

/* Late ones hold from the next tick; those too far ahead from the window's end. */
static void keep_input(client *client, const wire_input *input, const client_present *present) {
  client->input_tick = present->tick;
  uint32_t seq = client->link->format == LINK_JSON ? client->seq_received + 1 : input->seq;
  if (seq <= client->seq_received)
    return;
  client->seq_received = seq;
  uint32_t next = present->tick + 1;
  uint32_t last = present->tick + (WIRE_INPUT_AHEAD_MS * present->schedule->rate + 999) / 1000;
  uint32_t tick = input->tick < next ? next : input->tick > last ? last : input->tick;
  keep_for(client, tick, (client_input){seq, input->buttons, slack_of(input, present)});
}

static void keep_wish(client *client, client_wish wish) {
  if (client->wish_count == CLIENT_WISHES_MAX)
    client_end_by(client, CODE_TOO_FAST);
  else if (client->state == CLIENT_PLAYING)
    client->wishes[client->wish_count++] = wish;
}

static client_wish wish_of(const wire_message *message) {
  client_wish wish = {.message = message->type->id};
  switch (wish.message) {
  case WIRE_KICK:
    wish.id = message->as.kick.id;
    break;
  case WIRE_PROMOTE:
    wish.id = message->as.promote.id;
    break;
  case WIRE_CHOOSE:
    strcpy(wish.word, message->as.choose.game);
    break;
  case WIRE_OPTION:
    strcpy(wish.word, message->as.option.name);
    wish.value = message->as.option.value;
    break;
  case WIRE_READY:
  case WIRE_WATCH:
  case WIRE_PAUSE:
  case WIRE_LOCK:
    wish.value = (int32_t)message->as.ready.on; /* all four are { on } */
    break;
  }
  return wish;
}

static void keep_lab(client *client, const wire_lab *wish) {
  client->lab = *wish;
  client->asked |= CLIENT_ASKS_LAB;
  if (!lab_makes_sense(wish))
    client_end(client, CODE_OUT_OF_RANGE, "stall_every");
}

/* True if the caller must pass it on. */
static bool take_message(client *client, const wire_message *message, const client_present *present) {
  switch (message->type->id) {
  case WIRE_INPUT:
    if (client->state == CLIENT_PLAYING)
      keep_input(client, &message->as.input, present);
    break;
  case WIRE_PING: {
    wire_pong pong = {message->as.ping.time};
    client_tell(client, &wire_pong_type, &pong);
    break;
  }
  case WIRE_RESYNC:
    interest_ask(&client->interest, message->as.resync.cell, present->tick,
                 RESYNC_REST_MS * present->schedule->rate / 1000);
    break;
  case WIRE_VIEW:
    client->view_width = message->as.view.width;
    client->view_height = message->as.view.height;
    client->follow = message->as.view.follow;
    break;
  case WIRE_LEAVE:
    client_end(client, CODE_LEFT, "");
    break;
  case WIRE_LAB:
    keep_lab(client, &message->as.lab);
    break;
  case WIRE_CREATE:
  case WIRE_LIST:
  case WIRE_WHO:
  case WIRE_SAY:
  case WIRE_TYPING:
  case WIRE_RELAY:
  case WIRE_REPORT:
    return client->state == CLIENT_PLAYING;
  default:
    keep_wish(client, wish_of(message));
    break;
  }
  return false;
}

static wire_fault decode(client *client, const uint8_t *bytes, size_t size, wire_arena *arena, wire_message *message,
                         char where[JSON_WIRE_FAULT_BYTES]) {
  if (client->link->format == LINK_JSON)
    return json_wire_decode((const char *)bytes, size, arena, message, where);
  return wire_decode(bytes, size, WIRE_FROM_CLIENT, arena, message);
}

bool client_receive(client *client, const uint8_t *bytes, size_t size, const client_present *present,
                    wire_message *message) {
  char where[JSON_WIRE_FAULT_BYTES] = "";
  if (client->state == CLIENT_CLOSING)
    return false;
  if (size > WIRE_CLIENT_BYTES_MAX) {
    client_end_by(client, CODE_TOO_LARGE);
    return false;
  }
  if (!bucket_take(&client->messages, &messages_rule, present->now)) {
    client_end_by(client, CODE_TOO_FAST);
    return false;
  }
  wire_fault fault = decode(client, bytes, size, present->arena, message, where);
  if (fault != WIRE_OK) {
    end_by_fault(client, fault, message, where);
    return false;
  }
  client->heard_tick = present->tick;
  bool hello = message->type->id == WIRE_HELLO, awaited = client->state == CLIENT_AWAITING_HELLO;
  if (!hello && !awaited)
    return take_message(client, message, present);
  if (hello && awaited)
    take_hello(client, &message->as.hello, present);
  else
    client_end_by(client, hello ? CODE_SECOND_HELLO : CODE_HELLO_FIRST);
  return false;
}

bool client_take_input(client *client, uint32_t tick, uint32_t tick_rate, uint32_t *buttons) {
  client_input *slot = &client->inputs[tick % CLIENT_INPUT_SLOTS];
  client_input input = *slot;
  slot->seq = 0;
  /* An older one that was meant for a later tick than a newer one is past. */
  if (input.seq > client->seq_applied) {
    client->seq_applied = input.seq;
    client->slack = input.slack;
    *buttons = client->held = input.buttons;
    return true;
  }
  if (tick - client->input_tick <= WIRE_INPUT_HOLD_MS * tick_rate / 1000)
    return false;
  *buttons = 0;
  return true;
}

void client_check_silence(client *client, uint32_t tick, uint32_t tick_rate) {
  uint32_t silent = tick - client->heard_tick;
  if (client->state == CLIENT_AWAITING_HELLO && silent >= WIRE_HELLO_MS / 1000 * tick_rate)
    client_end_by(client, CODE_NO_HELLO);
  else if (client->state == CLIENT_PLAYING && silent >= WIRE_SILENT_MS / 1000 * tick_rate)
    client_end_by(client, CODE_SILENT);
}

void client_check_flood(client *client, uint32_t tick, uint32_t tick_rate) {
  if (client->state == CLIENT_CLOSING || tick - client->received_tick < tick_rate)
    return;
  uint64_t received = client->link->ops->received(client->link), more = received - client->received;
  client->received = received;
  client->received_tick = tick;
  if (more > CLIENT_BYTES_PER_SECOND_MAX)
    client_end_by(client, CODE_TOO_FAST);
}
