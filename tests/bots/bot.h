/* One bot: a connection, a mind, and if it is checked, a true replica of the world (eyes.h). It is told the time, in
   microseconds. A bot that is not checked reads only the heads of frames, and walks by its pace. */
#ifndef TICKBOX_BOT_H
#define TICKBOX_BOT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/wander.h"
#include "common/wire.h"
#include "tests/bots/behaviour.h"
#include "tests/bots/eyes.h"
#include "tests/bots/ground.h"
#include "tests/bots/member.h"
#include "tests/bots/options.h"
#include "tests/bots/pace.h"
#include "tests/bots/party.h"
#include "tests/bots/reader.h"
#include "tests/bots/tally.h"
#include "tests/bots/ws.h"

enum { BOT_ECHOES = 64 }; /* inputs on their way whose times are kept */

/* QUEUED: its room is still being made. */
typedef enum { BOT_WAITING, BOT_QUEUED, BOT_CONNECTING, BOT_JOINING, BOT_PLAYING, BOT_ENDED } bot_state;

/* What all bots have in common. */
typedef struct {
  ws_pool *pool;
  tally *tally;
  const options *options;
  party *parties;
  uint32_t party_count;
  FILE *dump; /* or NULL */
  int64_t begun_at;
  int64_t window_at; /* when the measured window began */
  ground *grounds;
  wire_arena arena;      /* for one decoded message at a time */
  uint32_t boxes;        /* most boxes in a replica */
  uint32_t ever_checked; /* bots that had eyes at some time */
  bool flipped;          /* one bit of one replica, if this program is to be noticed */
  bool leaving;          /* the run is over: ending is no trouble now */
  int64_t read_at;       /* when nothing that had come was left unread: until then no bot may blame the server */
} bot_common;

typedef struct bot {
  bot_common *common;
  uint32_t number; /* from 1: "Bot 12" */
  bot_state state;
  ws *socket;         /* while connecting, joining or playing */
  const char *reason; /* the code's name, once the server said goodbye */

  bool away;        /* on its way back to its seat */
  bool seated;      /* has had a seat in its party's room */
  int64_t cut_at;   /* if away by --reconnect: since when; else 0 */
  int64_t cut_next; /* when to lose the connection next; 0: not known yet */

  party *party;
  bool maker;  /* makes its party's room, */
  bool errand; /* and is in general for that now */
  member member;
  party_ear ear;
  int64_t say_at; /* the next line of talk; 0: not known yet */
  uint32_t said;

  int64_t since; /* the connection was begun, or hello was said */
  int64_t frame_at, ping_at;

  reader reader;
  bool checked; /* has eyes, or will have them once it plays */
  bool was_checked;
  eyes *eyes; /* or NULL */
  pace pace;
  wire_welcome welcome;
  bool has_ground; /* the map has come */
  wander mind;
  uint32_t thought_tick, thought; /* what the game's mind wanted to hold at that tick */

  uint32_t sent_seq, acked_seq;
  uint32_t sent_buttons;
  int64_t input_at;            /* of the last input */
  int64_t sent_at[BOT_ECHOES]; /* by seq */
  uint32_t cheat_seq;

  bool has_place;
  int32_t x, y;    /* of the own box, confirmed, in 1/16 unit */
  double distance; /* walked in the measured window, in units */
} bot;

/* The events of a pool whose users are bots. */
extern const ws_events bot_events;

void bot_init(bot *bot, bot_common *common, uint32_t number);
void bot_free(bot *bot); /* PRE: not connected */

/* Begins to connect. */
void bot_start(bot *bot, int64_t now);

/* Lets time pass: walks, pings, gives up what takes too long. Returns when it wants to be called again. */
int64_t bot_advance(bot *bot, int64_t now);

/* Opens its eyes, for which it comes back to its seat, or closes them. */
void bot_check(bot *bot, bool checked, int64_t now);

/* Leaves on purpose; the server's goodbye ends it. */
void bot_leave(bot *bot);

/* --- between bot.c (connection, world), bot_walk.c (buttons), bot_read.c (how it reads), bot_room.c (the room) --- */

void bot_say(bot *bot, const wire_type *type, const void *message);
void bot_give_up(bot *bot, const char *why);

/* Decides which buttons to hold, and sends them. Returns when to walk on. */
int64_t bot_walk(bot *bot, int64_t now);

/* Lets a poor reader stop reading, read a little, or read again. */
void bot_read(bot *bot, int64_t now);

/* A frame came to a poor reader. */
void bot_read_frame(bot *bot, int64_t now);

/* In general, on an errand: asks for its party's room. */
void bot_room_make(bot *bot);

/* Any message but welcome and those of the world. */
void bot_room_message(bot *bot, const wire_message *message, int64_t now);

/* True if this bot reads messages of this type for its room's sake. */
bool bot_room_reads(const bot *bot, uint32_t type);

/* Says what is to be said in the room. */
void bot_room_advance(bot *bot, int64_t now);

/* --- */

/* Ends the connection at once, without a word in the tally. */
void bot_drop(bot *bot);

#endif
