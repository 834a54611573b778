/* Whole evenings by chance (evening.h), one a seed. Whatever happens, every replica is in step, every seat is
   somebody's once, everybody knows how all stand, and every line is heard once and in order. A seed that fails prints
   itself; TEST_SEED=N plays that one alone, TEST_SEEDS=FIRST-LAST all of these, and without either it is as many from
   the first on as BUDGET_SECONDS hold. tests/unit/evenings plays a thousand, or a hundred hours of matches, on all
   cores. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "server/log.h"
#include "server/rooms.h"
#include "server/token.h"
#include "tests/unit/evening.h"
#include "tests/unit/stage.h"

enum { SEEDS_LEAST = EVENING_CROWD_EVERY, BUDGET_SECONDS = 12 };

static evening_tally seen;
static uint32_t compared, elsewhere; /* bodies */
static uint32_t standings;

/* --- what must hold ----------------------------------------------------------------------------------------- */

static void check_room(const room *room) {
  const roster *roster = &room->roster;
  uint32_t practice = 0, away = 0, hosts = 0;
  for (uint32_t i = 0; i < roster->count; i++) {
    const seat *seat = &roster->seats[i];
    assert_int_equal(roster_find(roster, roster->entries[i].id), i);
    assert_int_equal(roster->standings[i].id, roster->entries[i].id);
    assert_int_equal(!seat->client && !seat->practice, !!(roster->standings[i].flags & SEAT_AWAY));
    if (seat->client)
      assert_int_equal(roster_find_client(roster, seat->client), i);
    for (uint32_t j = 0; j < i; j++)
      assert_true(roster->entries[j].id != roster->entries[i].id &&
                  roster->entries[j].person != roster->entries[i].person);
    practice += seat->practice;
    away += (roster->standings[i].flags & SEAT_AWAY) != 0;
    hosts += (roster->standings[i].flags & SEAT_HOST) != 0;
  }
  assert_int_equal(practice, roster->practice);
  assert_int_equal(away, roster->away);
  assert_true(hosts <= 1);
  for (uint32_t i = 0; i < room->world.count; i++)
    assert_true(roster_find(roster, room->world.ids[i]) >= 0);
}

static void check_rooms(const evening *evening) {
  for (uint32_t i = 0; i < host_rooms(evening->host)->count; i++)
    check_room(host_rooms(evening->host)->list[i]);
}

/* Once all lines have drained, everybody knows every box that they see as it is, and no other. */
static void compare(const lagged *line) {
  const room *room = line->client->room;
  uint32_t across = (uint32_t)room->frames.grid.across;
  for (uint32_t i = 0; i < room->world.count; i++) {
    const world_box *box = &room->world.boxes[room->world.ids[i]];
    sim_body body;
    uint32_t buttons;
    bool known = replica_find(line->replica, room->world.ids[i], &body, &buttons);
    assert_int_equal(known, interest_has(&line->client->interest.written, (int32_t)(box->cell % across),
                                         (int32_t)(box->cell / across)));
    elsewhere += !known;
    if (!known)
      continue;
    assert_memory_equal(&body, &box->body, sizeof body);
    assert_int_equal(buttons, box->buttons);
    compared++;
  }
}

/* It is changed, or away, for so short a time that nobody need have heard of it. */
static bool is_untold(const room *room, uint32_t index) {
  const seat *seat = &room->roster.seats[index];
  bool away = !seat->client && !seat->practice;
  return seat->changed || (away && room->tick - seat->away_since < ROOM_AWAY_MS * EVENING_RATE / 1000);
}

/* And who is here, in a large room of those that it was told, and how they stand. */
static void compare_standings(const lagged *line) {
  const room *room = line->client->room;
  for (uint32_t i = 0; i < room->roster.count; i++) {
    const wire_standing *truth = &room->roster.standings[i], *told = &line->standings[truth->id];
    if (is_untold(room, i) || (!told->id && !roster_is_small(&room->roster)))
      continue;
    assert_memory_equal(told, truth, sizeof *told);
    standings++;
  }
}

static void check_replicas(const evening *evening) {
  for (uint32_t at = 0; at < evening->count; at++) {
    const lagged *line = evening->people[at].line;
    if (!line || line->closing || !line->client->room)
      continue;
    compare(line);
    compare_standings(line);
  }
}

static void play(uint32_t seed) {
  static evening evening; /* too large for a stack */
  evening_begin(&evening, seed, &seen);
  for (uint32_t ms = 0; ms < evening.seconds * 1000; ms++) {
    evening_pass(&evening);
    if (ms % 100 == 0)
      evening_act(&evening);
    if (ms % 500 == 0)
      check_rooms(&evening);
  }
  evening_drain(&evening);
  check_rooms(&evening);
  check_replicas(&evening);
  evening_end(&evening);
}

/* --- which evenings ----------------------------------------------------------------------------------------- */

typedef struct {
  uint32_t first, last;
  bool all; /* or as many as BUDGET_SECONDS hold */
} seeds;

static seeds seeds_wanted(void) {
  const char *one = getenv("TEST_SEED"), *some = getenv("TEST_SEEDS");
  seeds wanted = {1, EVENING_LONG - 1, false};
  char *rest = NULL;
  if (!one && !some)
    return wanted;
  wanted.all = true;
  wanted.first = wanted.last = (uint32_t)strtoul(one ? one : some, &rest, 10);
  if (!one && *rest == '-')
    wanted.last = (uint32_t)strtoul(rest + 1, &rest, 10);
  assert_true(*rest == 0 && wanted.first <= wanted.last && wanted.last < UINT32_MAX);
  return wanted;
}

static void tell(uint32_t tried) {
  fprintf(
      stderr,
      "\n{\"name\": \"simulation\", \"tried\": %u, \"failed\": 0, \"client_ticks\": %" PRIu64
      ", \"match_seconds\": %.3f, \"matches\": %u, \"ended\": %u, \"checks\": %u, \"bodies\": %u, \"teleports\": %u,"
      " \"resumed\": %u, \"taken_over\": %u, \"lines\": %u}\n",
      tried, seen.sent + seen.stale, (double)seen.played / EVENING_RATE, seen.matches, seen.ended, seen.checks,
      compared, seen.teleports, seen.resumed, seen.taken_over, seen.lines);
}

static void whatever_happens_replicas_are_in_step_seats_are_ones_own_and_lines_are_heard_once(void **state) {
  (void)state;
  seeds wanted = seeds_wanted();
  uint32_t seed = wanted.first, tried = 0;
  for (time_t began = time(NULL); seed <= wanted.last; seed++, tried++) {
    if (!wanted.all && tried >= SEEDS_LEAST && time(NULL) - began >= BUDGET_SECONDS)
      break;
    fprintf(stderr, "%sseed %u", tried ? "\r" : "", seed); /* the one that fails stands there */
    play(seed);
  }
  tell(tried);
  if (tried < SEEDS_LEAST)
    return;
  assert_true(seen.checks > 100 && compared > 100 && standings > 100 && seen.resumed > 5 && seen.taken_over > 2);
  assert_true(seen.teleports > 100 && seen.vanished > 10 && elsewhere > 10 && seen.stale > 100);
  assert_true(seen.matches > 0 && seen.played > 0 && seen.lines > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whatever_happens_replicas_are_in_step_seats_are_ones_own_and_lines_are_heard_once),
  };
  log_set_level(LOG_ERROR);
  assert_true(token_init());
  return cmocka_run_group_tests(tests, NULL, NULL);
}
