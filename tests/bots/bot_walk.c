#include "common/gen/tables.h"
#include "tests/bots/bot.h"

enum { MS = 1000, CHEAT_US = 4000 /* between two walks of a cheat */ };

static void send_input(bot *bot, const wire_input *input, int64_t now) {
  bot->sent_seq = input->seq;
  bot->sent_buttons = input->buttons;
  bot->sent_at[input->seq % BOT_ECHOES] = bot->input_at = now;
  bot_say(bot, &wire_input_type, input);
}

static void send_cheats(bot *bot, uint32_t buttons, uint32_t tick, bool honest) {
  uint32_t count = behaviour_cheat_inputs(bot->common->options->behaviour, honest);
  wire_input input = {0, tick, buttons};
  for (uint32_t i = 0; i < count && bot->state == BOT_PLAYING; i++) {
    uint8_t bytes[64];
    wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
    behaviour_cheat(bot->common->options->behaviour, &bot->cheat_seq, input, bot->welcome.tick_rate, &out);
    if (!ws_send(bot->socket, bytes, out.size))
      bot_give_up(bot, "choked");
  }
}

static uint32_t decide(bot *bot, uint32_t tick) {
  bool plays = bot->eyes && bot->common->options->behaviour == BEHAVIOUR_WANDER && member_plays(&bot->member);
  if (plays && tick != bot->thought_tick) {
    bot->thought = member_think(&bot->member, bot->eyes->replica, &bot->mind, bot->welcome.tick_rate);
    bot->thought_tick = tick;
  }
  if (plays)
    return bot->thought;
  return behaviour_buttons(bot->common->options->behaviour, &bot->mind, tick, bot->welcome.tick_rate);
}

/* Returns when to walk on. */
static int64_t walk_by_eyes(bot *bot, int64_t now) {
  wire_input input;
  uint32_t tick = replica_stats(bot->eyes->replica)->predicted_tick, buttons = decide(bot, tick);
  bool send = eyes_advance(bot->eyes, buttons, now, &input);
  if (behaviour_is_cheat(bot->common->options->behaviour)) {
    send_cheats(bot, buttons, tick, send);
    return now + CHEAT_US;
  }
  if (send) {
    pace_forget(&bot->pace, input.seq);
    send_input(bot, &input, now);
  }
  return eyes_due(bot->eyes, bot->welcome.tick_rate, now);
}

static int64_t walk_by_pace(bot *bot, int64_t now) {
  if (pace_advance(&bot->pace, now)) {
    uint32_t buttons = decide(bot, bot->pace.decided);
    bool repeat = bot->sent_seq == 0 || now - bot->input_at >= (int64_t)WIRE_INPUT_REPEAT_MS * MS;
    if (buttons != bot->sent_buttons || repeat) {
      pace_sent(&bot->pace, bot->sent_seq + 1, now);
      send_input(bot, &(wire_input){bot->sent_seq + 1, bot->pace.decided, buttons}, now);
    }
  }
  return pace_due(&bot->pace, now);
}

int64_t bot_walk(bot *bot, int64_t now) {
  return bot->eyes ? walk_by_eyes(bot, now) : walk_by_pace(bot, now);
}
