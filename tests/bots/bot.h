/* One bot: a connection, a true replica of the world, and a mind. It is told the time, in microseconds. */
#ifndef TICKBOX_BOT_H
#define TICKBOX_BOT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/replica.h"
#include "common/wander.h"
#include "common/wire.h"
#include "tests/bots/behaviour.h"
#include "tests/bots/ground.h"
#include "tests/bots/tally.h"
#include "tests/bots/ws.h"

enum { BOT_ECHOES = 64 }; /* inputs on their way whose times are kept */

typedef enum { BOT_WAITING, BOT_CONNECTING, BOT_JOINING, BOT_PLAYING, BOT_ENDED } bot_state;

/* What all bots have in common. */
typedef struct {
  ws_pool *pool;
  tally *tally;
  ground *grounds;
  wire_arena arena; /* for one decoded message at a time */
  behaviour behaviour;
  uint32_t boxes;  /* most boxes in a replica */
  bool leaving;    /* the run is over: ending is no trouble now */
  int64_t read_at; /* when nothing that had come was left unread: until then no bot may blame the server */
} bot_common;

typedef struct bot {
  bot_common *common;
  uint32_t number; /* from 1: "Bot 12" */
  bot_state state;
  ws *socket;         /* while connecting, joining or playing */
  const char *reason; /* the code's name, once the server said goodbye */

  int64_t since; /* the connection was begun, or hello was said */
  int64_t frame_at, ping_at;

  replica *replica; /* NULL before the welcome; its memory is kept till the end */
  wire_welcome welcome;
  wander mind;
  uint64_t desyncs, checks, corrections, replayed; /* of the replica, already in the tally */

  uint32_t sent_seq, acked_seq;
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

/* Lets time pass: walks, pings, gives up what takes too long. To be called every few ms. */
void bot_advance(bot *bot, int64_t now);

/* Leaves on purpose; the server's goodbye ends it. */
void bot_leave(bot *bot);

/* Ends the connection at once, without a word in the tally. */
void bot_drop(bot *bot);

#endif
