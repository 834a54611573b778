#include "tests/bots/bot.h"

enum { SECOND = 1000000, SIP_BYTES = READER_SLOW_BYTES / READER_SIPS };

static void fall_behind(bot *bot, int64_t now) {
  const options *options = bot->common->options;
  reader *reader = &bot->reader;
  reader->poor = true;
  reader->poor_at = reader->sip_at = now;
  if (reader->kind == READER_STALLED)
    reader->until = now + (int64_t)options->stall * SECOND;
  else
    reader->until = bot->common->window_at + (int64_t)(options->seconds - READER_WELL_SECONDS) * SECOND;
  ws_pause(bot->socket);
}

static void read_well(bot *bot, int64_t now) {
  bot->reader.poor = false;
  bot->reader.until = now;
  ws_resume(bot->socket);
}

void bot_read(bot *bot, int64_t now) {
  reader *reader = &bot->reader;
  if (reader->kind == READER_PROMPT || bot->state != BOT_PLAYING || !bot->common->tally->open)
    return;
  if (!reader->poor_at)
    fall_behind(bot, now);
  else if (reader->poor && now >= reader->until)
    read_well(bot, now);
  else if (reader->poor && reader->kind == READER_SLOW && now >= reader->sip_at) {
    reader->sip_at += SECOND / READER_SIPS;
    ws_read_some(bot->socket, SIP_BYTES, now);
  }
}

static void be_back(bot *bot, int64_t now) {
  const wire_replica_stats *stats = replica_stats(bot->eyes->replica);
  bot->reader.back_at = now;
  bot->reader.checks_off = stats->checks;
  bot->reader.desyncs_off = stats->desyncs;
}

void bot_read_frame(bot *bot, int64_t now) {
  reader *reader = &bot->reader;
  if (!bot->common->tally->open || bot->state != BOT_PLAYING)
    return;
  uint64_t gap = (uint64_t)(now - bot->frame_at);
  reader->frames++;
  if (gap > reader->gap_max)
    reader->gap_max = gap;
  bool well = reader->poor_at && !reader->poor;
  if (well && !reader->back_at && bot->pace.tick + READER_BEHIND_TICKS >= bot->party->tick)
    be_back(bot, now);
}
