#include <stdio.h>
#include <string.h>

#include "common/gen/tables.h"
#include "tests/bots/bot.h"

enum { MINUTE_US = 60000000 };

void bot_room_make(bot *bot) {
  wire_create create = {.public = 0};
  snprintf(create.name, sizeof create.name, "bots %u", bot->party->number);
  memcpy(create.game, bot->common->options->game, sizeof create.game);
  bot_say(bot, &wire_create_type, &create);
}

/* Goes where the others follow. */
static void go_to_room(bot *bot, const wire_created *created, int64_t now) {
  memcpy(bot->party->code, created->code, sizeof bot->party->code);
  bot->errand = false;
  bot_say(bot, &wire_leave_type, NULL);
  if (bot->state == BOT_ENDED)
    return;
  ws_close(bot->socket);
  bot_start(bot, now);
}

static void take_talk(bot *bot, const wire_talk *talk) {
  for (uint32_t i = 0; i < talk->lines.count; i++) {
    const wire_line *line = &talk->lines.items[i];
    if (line->channel != CHANNEL_ROOM)
      continue;
    bot->common->tally->heard++;
    party_hear(bot->party, &bot->ear, line->id);
  }
}

static void take_notice(bot *bot, const wire_notice *notice) {
  const char *name = notice->code < CODE_COUNT ? code_words[notice->code].name : "unknown_code";
  tally_notice(bot->common->tally, name);
  if (bot->errand)
    bot_give_up(bot, name);
}

void bot_room_message(bot *bot, const wire_message *message, int64_t now) {
  bool records = bot->number <= bot->common->party_count;
  if (!bot_room_reads(bot, message->type->id))
    return;
  switch (message->type->id) {
  case WIRE_CREATED:
    if (bot->errand)
      go_to_room(bot, &message->as.created, now);
    return;
  case WIRE_NOTICE:
    take_notice(bot, &message->as.notice);
    return;
  case WIRE_ROOM:
    member_take_room(&bot->member, &message->as.room);
    return;
  case WIRE_MATCH:
    member_take_match(&bot->member, &message->as.match, bot->party, records);
    return;
  case WIRE_MARKS:
    member_take_marks(&bot->member, &message->as.marks);
    return;
  case WIRE_ROSTER:
    member_take_roster(&bot->member, &message->as.roster, bot->party, records);
    return;
  case WIRE_TALK:
    take_talk(bot, &message->as.talk);
    return;
  }
}

/* Those of a crowd in general need to know nobody. */
bool bot_room_reads(const bot *bot, uint32_t type) {
  switch (type) {
  case WIRE_CREATED:
  case WIRE_NOTICE:
    return true;
  case WIRE_TALK:
    return bot->common->options->chat > 0;
  case WIRE_ROOM:
  case WIRE_MATCH:
  case WIRE_MARKS:
  case WIRE_ROSTER:
    return !bot->errand && *bot->party->code;
  default:
    return false;
  }
}

static void chat(bot *bot, int64_t now) {
  if (!bot->common->options->chat || !bot->common->tally->open || now < bot->say_at)
    return;
  int64_t every = MINUTE_US / bot->common->options->chat;
  bool first = !bot->say_at;
  bot->say_at = now + (first ? wander_random(&bot->mind.random) % every : every);
  if (first)
    return;
  wire_say line = {.channel = CHANNEL_ROOM};
  snprintf(line.text, sizeof line.text, "line %u of bot %u", ++bot->said, bot->number);
  bot->common->tally->said++;
  bot_say(bot, &wire_say_type, &line);
}

void bot_room_advance(bot *bot, int64_t now) {
  wire_any wish;
  const wire_type *type = member_wish(&bot->member, bot->party, &bot->common->options->host, now, &wish);
  if (type && bot->state == BOT_PLAYING)
    bot_say(bot, type, &wish);
  if (bot->state == BOT_PLAYING)
    chat(bot, now);
}
