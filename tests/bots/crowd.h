/* All bots of one run: lets them in at a steady pace, lets them settle (--settle), then measures,
   then lets them leave. With --check below 100 only
   so many have eyes at a time (eyes.h): one after another closes them and another, drawn by lot, opens its own, so that
   each is checked for CROWD_CHECK_SECONDS. */
#ifndef TICKBOX_CROWD_H
#define TICKBOX_CROWD_H

#include "tests/bots/bot.h"
#include "tests/bots/options.h"

enum { CROWD_CHECK_SECONDS = 10 };

typedef enum { CROWD_JOINING, CROWD_SETTLING, CROWD_MEASURING, CROWD_LEAVING, CROWD_DONE } crowd_phase;

typedef struct crowd {
  const options *options;
  bot_common common;
  tally tally;
  bot *bots;
  crowd_phase phase;
  uint32_t begun;      /* bots whose connection was begun */
  bool server_known;   /* it answered the first bot, so the others may come */
  int64_t started_at;  /* when the others began to come */
  int64_t phase_at;    /* when the phase began */
  int64_t measured_us; /* how long the measured window was */
  int64_t pump_at;     /* when to look next whose turn it is */
  int64_t *due;        /* by bot: when it wants to advance; in a row, as this is looked through every ms */

  uint32_t *checked; /* the bots that have eyes, as indices */
  uint32_t checked_count;
  uint32_t next_blind; /* which of them closes its eyes next */
  int64_t rotate_at;   /* when it does, and another opens its own */
  uint32_t random;
} crowd;

/* `dump`: where decoded frames go, or NULL. */
crowd *crowd_create(const options *options, ws_pool *pool, FILE *dump, int64_t now);
void crowd_destroy(crowd *crowd); /* PRE: the phase is CROWD_DONE */

/* Nothing that came before `now` is unread. */
void crowd_all_read(crowd *crowd, int64_t now);

/* Lets time pass. */
void crowd_run(crowd *crowd, int64_t now);

/* Ends the measured window early, or the joins before it. */
void crowd_stop(crowd *crowd, int64_t now);

/* Lets the bots say that they leave, once the phase is CROWD_LEAVING and the figures have been read. */
void crowd_leave(crowd *crowd);

/* True if the first bot found no Tickbox server, so that nothing was tried with the others. */
bool crowd_found_nobody(const crowd *crowd);

#endif
