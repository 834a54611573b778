#include "tests/bots/crowd.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"

enum {
  SECOND = 1000000,
  PUMP_US = 1000,      /* how late a bot may advance */
  TRIES_MAX = 100,     /* to draw a bot that can be checked */
  JOINS_AT_ONCE = 256, /* begun and not yet playing */
  LEAVE_US = SECOND,   /* how long to wait for the goodbyes */
};

/* True for `wanted` of `count`, spread evenly. */
static bool is_chosen(uint32_t index, uint32_t wanted, uint32_t count) {
  return (uint64_t)(index + 1) * wanted / count > (uint64_t)index * wanted / count;
}

static uint32_t poor_readers(const crowd *crowd) {
  return crowd->options->stalled + crowd->options->slow;
}

/* They have eyes for all of the run. */
static void choose_readers(crowd *crowd) {
  uint32_t poor = poor_readers(crowd), chosen = 0;
  for (uint32_t i = 0; i < crowd->options->bots; i++) {
    if (!is_chosen(i, poor, crowd->options->bots))
      continue;
    crowd->bots[i].checked = true;
    crowd->bots[i].reader.kind = is_chosen(chosen++, crowd->options->stalled, poor) ? READER_STALLED : READER_SLOW;
  }
}

/* Spread evenly over those who come, so that the joining is checked too. */
static void choose_first(crowd *crowd) {
  uint32_t prompt = crowd->options->bots - poor_readers(crowd), passed = 0;
  uint32_t wanted = (uint32_t)(((uint64_t)prompt * crowd->options->check + 99) / 100);
  for (uint32_t i = 0; i < crowd->options->bots; i++) {
    if (crowd->bots[i].reader.kind || !is_chosen(passed++, wanted, prompt))
      continue;
    crowd->checked[crowd->checked_count++] = i;
    crowd->bots[i].checked = true;
  }
}

static void make_parties(crowd *crowd) {
  const options *options = crowd->options;
  uint32_t count = options->rooms ? options->rooms : 1;
  crowd->common.parties = calloc(count, sizeof *crowd->common.parties);
  crowd->common.party_count = count;
  PRE(crowd->common.parties);
  for (uint32_t i = 0; i < count; i++) {
    party *party = &crowd->common.parties[i];
    *party = (struct party){.number = i + 1, .made = options->rooms > 0};
    party->size = options->bots / count + (i < options->bots % count);
    memcpy(party->code, options->room, sizeof party->code);
  }
}

crowd *crowd_create(const options *options, ws_pool *pool, FILE *dump, int64_t now) {
  crowd *made = calloc(1, sizeof *made);
  PRE(made);
  *made = (crowd){.options = options, .phase_at = now, .pump_at = now};
  size_t capacity = WIRE_ARENA_BYTES(WIRE_SERVER_BYTES_MAX);
  made->common = (bot_common){.pool = pool,
                              .tally = &made->tally,
                              .arena = {.memory = malloc(capacity), .capacity = capacity},
                              .options = options,
                              .dump = dump,
                              .begun_at = now,
                              .boxes = options->boxes};
  make_parties(made);
  made->bots = calloc(options->bots, sizeof *made->bots);
  made->due = calloc(options->bots, sizeof *made->due);
  made->checked = calloc(options->bots, sizeof *made->checked);
  PRE(made->bots && made->due && made->checked && made->common.arena.memory);
  for (uint32_t i = 0; i < options->bots; i++)
    bot_init(&made->bots[i], &made->common, i + 1);
  made->random = wander_init(options->bots).random;
  choose_readers(made);
  choose_first(made);
  return made;
}

void crowd_destroy(crowd *crowd) {
  PRE(crowd->phase == CROWD_DONE);
  for (uint32_t i = 0; i < crowd->options->bots; i++)
    bot_free(&crowd->bots[i]);
  for (uint32_t i = 0; i < crowd->common.party_count; i++)
    party_free(&crowd->common.parties[i]);
  free(crowd->common.parties);
  ground_free(&crowd->common.grounds);
  free(crowd->common.arena.memory);
  free(crowd->checked);
  free(crowd->due);
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
  return crowd->begun - crowd->tally.playing - crowd->tally.away - crowd->tally.refused - crowd->tally.lost;
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
    enter(crowd, CROWD_SETTLING, now);
  }
}

static void settle(crowd *crowd, int64_t now) {
  if (now - crowd->phase_at < (int64_t)crowd->options->settle * SECOND)
    return;
  tally_open(&crowd->tally);
  crowd->common.window_at = now;
  enter(crowd, CROWD_MEASURING, now);
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

static void rotate(crowd *crowd, int64_t now) {
  bool all = crowd->checked_count + poor_readers(crowd) == crowd->options->bots;
  if (crowd->phase != CROWD_MEASURING || now < crowd->rotate_at || all)
    return;
  crowd->rotate_at = now + (int64_t)CROWD_CHECK_SECONDS * SECOND / crowd->checked_count;
  for (int i = 0; i < TRIES_MAX; i++) {
    uint32_t index = wander_random(&crowd->random) % crowd->options->bots, *place = &crowd->checked[crowd->next_blind];
    if (crowd->bots[index].checked || crowd->bots[index].state != BOT_PLAYING)
      continue;
    bot_check(&crowd->bots[*place], false, now);
    bot_check(&crowd->bots[index], true, now);
    *place = index;
    crowd->next_blind = (crowd->next_blind + 1) % crowd->checked_count;
    return;
  }
}

static void pump(crowd *crowd, int64_t now) {
  if (now < crowd->pump_at)
    return;
  histogram_add(&crowd->tally.late_us, (uint64_t)(now - crowd->pump_at));
  crowd->pump_at = now - crowd->pump_at < PUMP_US ? crowd->pump_at + PUMP_US : now + PUMP_US;
  for (uint32_t i = 0; i < crowd->begun; i++)
    if (now >= crowd->due[i])
      crowd->due[i] = bot_advance(&crowd->bots[i], now);
  rotate(crowd, now);
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
  if (crowd->phase == CROWD_SETTLING)
    settle(crowd, now);
  else if (crowd->phase == CROWD_MEASURING && now - crowd->phase_at >= (int64_t)crowd->options->seconds * SECOND)
    crowd_stop(crowd, now);
}

void crowd_leave(crowd *crowd) {
  crowd->common.leaving = true;
  for (uint32_t i = 0; i < crowd->options->bots; i++)
    bot_leave(&crowd->bots[i]);
}
