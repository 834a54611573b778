#include "tests/bots/crowd.h"

#include <stdlib.h>

#include "common/pre.h"

enum {
  SECOND = 1000000,
  PUMP_US = 2000,            /* every pump advances one part of the bots */
  PARTS = 2,                 /* so each bot advances every 4 ms, and its inputs are that late at most */
  PUMPS_MADE_UP = 2 * PARTS, /* after a stall */
  JOINS_AT_ONCE = 256,       /* begun and not yet playing */
  LEAVE_US = SECOND,         /* how long to wait for the goodbyes */
};

crowd *crowd_create(const options *options, ws_pool *pool, int64_t now) {
  crowd *made = calloc(1, sizeof *made);
  PRE(made);
  *made = (crowd){.options = options, .phase_at = now, .pump_at = now};
  size_t capacity = WIRE_ARENA_BYTES(WIRE_SERVER_BYTES_MAX);
  made->common = (bot_common){.pool = pool,
                              .tally = &made->tally,
                              .arena = {.memory = malloc(capacity), .capacity = capacity},
                              .behaviour = options->behaviour,
                              .boxes = options->boxes};
  made->bots = calloc(options->bots, sizeof *made->bots);
  PRE(made->bots && made->common.arena.memory);
  for (uint32_t i = 0; i < options->bots; i++)
    bot_init(&made->bots[i], &made->common, i + 1);
  return made;
}

void crowd_destroy(crowd *crowd) {
  PRE(crowd->phase == CROWD_DONE);
  for (uint32_t i = 0; i < crowd->options->bots; i++)
    bot_free(&crowd->bots[i]);
  ground_free(&crowd->common.grounds);
  free(crowd->common.arena.memory);
  free(crowd->bots);
  free(crowd);
}

bool crowd_found_nobody(const crowd *crowd) {
  return !crowd->server_known && crowd->bots[0].state == BOT_ENDED && !crowd->bots[0].reason;
}

static void enter(crowd *crowd, crowd_phase phase, int64_t now) {
  crowd->phase = phase;
  crowd->phase_at = now;
}

/* How many bots are not out of the way, neither playing nor ended. */
static uint32_t joining(const crowd *crowd) {
  return crowd->begun - crowd->tally.playing - crowd->tally.refused - crowd->tally.lost;
}

/* How many may have begun by now: one finds out whether a server is there, the others come at a steady pace. */
static uint32_t welcome_by(crowd *crowd, int64_t now) {
  if (!crowd->server_known) {
    crowd->server_known = crowd->tally.playing + crowd->tally.lost > 0 || crowd->bots[0].reason;
    crowd->started_at = now;
    return 1;
  }
  int64_t due = 1 + (now - crowd->started_at) * crowd->options->joins / SECOND;
  return due < crowd->options->bots ? (uint32_t)due : crowd->options->bots;
}

static void join(crowd *crowd, int64_t now) {
  uint32_t until = welcome_by(crowd, now);
  while (crowd->begun < until && joining(crowd) < JOINS_AT_ONCE)
    bot_start(&crowd->bots[crowd->begun++], now);
  if (crowd_found_nobody(crowd)) {
    enter(crowd, CROWD_LEAVING, now);
  } else if (crowd->begun == crowd->options->bots && joining(crowd) == 0) {
    tally_open(&crowd->tally);
    enter(crowd, CROWD_MEASURING, now);
  }
}

static void leave(crowd *crowd, int64_t now) {
  bool late = now - crowd->phase_at > LEAVE_US;
  if (!late && crowd->tally.playing > 0)
    return;
  for (uint32_t i = 0; i < crowd->options->bots; i++)
    bot_drop(&crowd->bots[i]);
  enter(crowd, CROWD_DONE, now);
}

void crowd_stop(crowd *crowd, int64_t now) {
  if (crowd->phase >= CROWD_LEAVING)
    return;
  crowd->measured_us = crowd->phase == CROWD_MEASURING ? now - crowd->phase_at : 0;
  enter(crowd, CROWD_LEAVING, now);
}

static void advance_part(crowd *crowd, int64_t now) {
  for (uint32_t i = crowd->part; i < crowd->begun; i += PARTS)
    bot_advance(&crowd->bots[i], now);
  crowd->part = (crowd->part + 1) % PARTS;
}

static void pump(crowd *crowd, int64_t now) {
  if (now >= crowd->pump_at)
    histogram_add(&crowd->tally.late_us, (uint64_t)(now - crowd->pump_at));
  for (int i = 0; i < PUMPS_MADE_UP && now >= crowd->pump_at; i++) {
    advance_part(crowd, now);
    crowd->pump_at += PUMP_US;
  }
  if (now >= crowd->pump_at)
    crowd->pump_at = now;
}

void crowd_all_read(crowd *crowd, int64_t now) {
  crowd->common.read_at = now;
}

void crowd_run(crowd *crowd, int64_t now) {
  if (crowd->phase == CROWD_LEAVING) {
    leave(crowd, now);
    return;
  }
  pump(crowd, now);
  if (crowd->phase == CROWD_JOINING)
    join(crowd, now);
  else if (now - crowd->phase_at >= (int64_t)crowd->options->seconds * SECOND)
    crowd_stop(crowd, now);
}

void crowd_leave(crowd *crowd) {
  crowd->common.leaving = true;
  for (uint32_t i = 0; i < crowd->options->bots; i++)
    bot_leave(&crowd->bots[i]);
}
