/* Whole evenings by chance, one a seed: players behind slow lines come, walk, push, talk, play matches, lose their
   connections, come back, take their own seats over, and leave, in several rooms of the real host. Whatever happens,
   every replica is in step, every seat is somebody's once, and every line is heard once and in order. Every other world
   has cells so short that boxes cross them all the time, are put on their borders, and are gone in the same tick; now
   and then a crowd comes. A seed that fails prints itself; TEST_SEED=N runs that one alone, TEST_DEEP=1 ten thousand.
   Own clock and wire. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/log.h"
#include "server/room.h"
#include "server/rooms.h"
#include "server/token.h"
#include "tests/unit/lagged.h"
#include "tests/unit/stage.h"

enum { MS = 1000, RATE = 30, SECONDS = 10, PLAYERS_MAX = 20, CROWD_MAX = 200, CROWD_EVERY = 20 };
enum { SEEDS_DEEP = 10000, SEEDS_LEAST = CROWD_EVERY, BUDGET_SECONDS = 12 };

typedef struct {
  lagged *line;
  wire_welcome welcome; /* the last one, to come back by */
  uint32_t heard;
  uint32_t buttons, room;
} somebody;

typedef struct evening {
  uint32_t seed, random;
  map *arena;
  host *host;
  int64_t now;
  somebody people[CROWD_MAX];
  uint32_t count;
} evening;

typedef struct {
  uint32_t checks, moved, elsewhere, resumed, taken_over, lines, matches, played, teleports, vanished;
  uint64_t sent, stale; /* frames: one of both for each client in each tick */
} tally;

static tally seen;
static const char *const words[] = {"general", "yard", "hill", "empty"};
enum { ROOMS = sizeof words / sizeof *words };

static uint32_t chance(evening *evening, uint32_t below) {
  return wander_random(&evening->random) % below;
}

static void come(evening *evening, somebody *somebody, bool back) {
  wire_hello hello = {.version = WIRE_VERSION, .kind = "test", .name = "Someone"};
  strcpy(hello.room, words[somebody->room]);
  if (back) {
    strcpy(hello.token, somebody->welcome.token);
    hello.heard = somebody->heard;
  }
  somebody->line =
      lagged_connect_with(evening->host, &hello, (int64_t)chance(evening, 120) * MS, (int64_t)chance(evening, 30) * MS,
                          wander_random(&evening->random), evening->now);
}

/* What it knows when its line ends. */
static void keep(somebody *somebody) {
  const lagged *line = somebody->line;
  assert_false(line->heard_amiss);
  if (!line->welcome.id)
    return;
  const wire_replica_stats *stats = replica_stats(line->replica);
  assert_int_equal(stats->desyncs, 0);
  seen.checks += stats->checks;
  seen.resumed += line->welcome.resumed;
  somebody->welcome = line->welcome;
  somebody->heard = line->heard;
}

static void end_line(somebody *somebody) {
  keep(somebody);
  seen.taken_over += somebody->line->closing && somebody->line->code == CODE_TAKEN_OVER;
  lagged_free(somebody->line);
  somebody->line = NULL;
}

static void take_over(evening *evening, somebody *somebody) {
  lagged *former = somebody->line;
  if (!former->welcome.id)
    return;
  keep(somebody);
  come(evening, somebody, true);
  for (int64_t until = evening->now + 300 * MS; evening->now < until;) { /* both lines are open for a while */
    evening->now += MS;
    lagged_deliver(former, evening->now);
    for (uint32_t i = 0; i < evening->count; i++)
      if (evening->people[i].line)
        lagged_deliver(evening->people[i].line, evening->now);
    if (evening->now >= host_next_due(evening->host))
      host_run(evening->host, evening->now);
  }
  seen.taken_over += former->closing && former->code == CODE_TAKEN_OVER;
  lagged_free(former);
}

static void wish(evening *evening, somebody *somebody) {
  lagged *line = somebody->line;
  const wire_ready on = {chance(evening, 2)};
  const wire_option option = {"bots", (int32_t)chance(evening, 4)};
  switch (chance(evening, 6)) {
  case 0:
    lagged_send(line, &wire_ready_type, &on, evening->now);
    break;
  case 1:
    lagged_send(line, &wire_watch_type, &on, evening->now);
    break;
  case 2:
    lagged_send(line, &wire_pause_type, &on, evening->now);
    break;
  case 3:
    lagged_send(line, &wire_option_type, &option, evening->now);
    break;
  default:
    lagged_send(line, &wire_start_type, NULL, evening->now);
    break;
  }
}

/* On a border between cells, or just before it, or anywhere. */
static int32_t somewhere(evening *evening, int32_t length, uint32_t cell) {
  int32_t most = length - WORLD_BOX * WIRE_SUBUNITS, at = (int32_t)chance(evening, (uint32_t)most + 1);
  if (chance(evening, 3) > 0)
    at = at / (int32_t)cell * (int32_t)cell - (int32_t)chance(evening, 2);
  return at < 0 ? 0 : at;
}

static void teleport(evening *evening, world *world, uint32_t id) {
  int32_t x = somewhere(evening, world->params.width, world->rules.cell);
  int32_t y = somewhere(evening, world->params.height, world->rules.cell);
  if (!sim_is_free(x, y, &world->params, world->ground))
    return;
  world_teleport(world, id, x, y);
  seen.teleports++;
}

/* Its player leaves in the very tick in which something else happened to it. */
static void vanish(evening *evening, const room *room, uint32_t id) {
  static const uint8_t leave[] = {0x91, WIRE_LEAVE};
  client *client = room->roster.seats[roster_find(&room->roster, id)].client;
  if (!client || client->state != CLIENT_PLAYING)
    return;
  host_receive(evening->host, client, leave, sizeof leave, evening->now);
  seen.vanished++;
}

/* What rules do to a body: news that no client could foretell. */
static void meddle(evening *evening) {
  room *room = rooms_find(host_rooms(evening->host), words[chance(evening, ROOMS)]);
  if (room->world.count == 0)
    return;
  uint32_t id = room->world.ids[chance(evening, room->world.count)];
  if (chance(evening, 2))
    world_push(&room->world, id, (int32_t)chance(evening, 600) - 300, (int32_t)chance(evening, 600) - 300);
  else
    teleport(evening, &room->world, id);
  if (chance(evening, 6) == 0)
    vanish(evening, room, id);
}

/* About once in 100 ms for each. */
static void do_something(evening *evening, somebody *somebody) {
  wire_say say = {.channel = chance(evening, 2), .text = "hello there"};
  uint32_t what = chance(evening, 100);
  if (!somebody->line) {
    if (what < 30)
      come(evening, somebody, what < 20);
    return;
  }
  if (somebody->line->closing || what == 0)
    end_line(somebody);
  else if (what == 1)
    take_over(evening, somebody);
  else if (what == 2)
    lagged_stall(somebody->line, evening->now + (int64_t)chance(evening, 700) * MS);
  else if (what < 6)
    meddle(evening);
  else if (what < 9 && somebody->line->welcome.id)
    lagged_send(somebody->line, &wire_say_type, &say, evening->now);
  else if (what < 16 && somebody->line->welcome.id)
    wish(evening, somebody);
  else if (what == 16 && somebody->line->welcome.id)
    lagged_send(somebody->line, &wire_leave_type, NULL, evening->now);
  else if (what == 17)
    lagged_choke(somebody->line, evening->now + (int64_t)chance(evening, 400) * MS);
  else if (what < 50)
    somebody->buttons = chance(evening, 64);
}

static void pass(evening *evening) {
  evening->now += MS;
  for (uint32_t i = 0; i < evening->count; i++) {
    lagged *line = evening->people[i].line;
    if (!line)
      continue;
    lagged_deliver(line, evening->now);
    if ((evening->now / MS + i) % 17 == 0 && replica_is_ready(line->replica) && !line->closing)
      lagged_draw(line, evening->people[i].buttons, evening->now);
  }
  if (evening->now >= host_next_due(evening->host))
    host_run(evening->host, evening->now);
}

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
  for (uint32_t i = 0; i < host_rooms(evening->host)->count; i++) {
    const room *room = host_rooms(evening->host)->list[i];
    check_room(room);
    seen.matches += room->match.number;
    seen.played += room->match.phase == PHASE_PLAYING && !room->match.rules->sandbox;
  }
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
    seen.elsewhere += !known;
    if (!known)
      continue;
    assert_memory_equal(&body, &box->body, sizeof body);
    assert_int_equal(buttons, box->buttons);
    seen.moved++;
  }
}

static void check_replicas(evening *evening) {
  for (int i = 0; i < 1500; i++) {
    evening->now += MS;
    for (uint32_t at = 0; at < evening->count; at++)
      if (evening->people[at].line)
        lagged_deliver(evening->people[at].line, evening->now);
    if (i < 700 && evening->now >= host_next_due(evening->host))
      host_run(evening->host, evening->now);
  }
  for (uint32_t at = 0; at < evening->count; at++) {
    const lagged *line = evening->people[at].line;
    if (line && !line->closing && line->client->room)
      compare(line);
  }
}

static const char yard_text[] = "{\"name\":\"Test\",\"width\":1600,\"height\":1000,\"blocks\":[[700,300,100,400]],"
                                "\"spawns\":[[100,100],[1400,800],[100,800],[1400,100]]}";

/* Seen in part; who comes stands on borders and corners. */
static const char cells_text[] =
    "{\"name\":\"Cells\",\"width\":3000,\"height\":2000,\"cell\":160,\"blocks\":[[700,300,100,400],[1600,960,160,40]],"
    "\"spawns\":[[480,480],[479,640],[960,600],[1055,590],[1440,800],[1400,959],[2560,1600],[320,1750]]}";

static map *arena_of(uint32_t seed) {
  char error[MAP_ERROR_BYTES];
  map *arena = seed % 2 ? map_parse(yard_text, sizeof yard_text - 1, "yard", error)
                        : map_parse(cells_text, sizeof cells_text - 1, "cells", error);
  assert_non_null(arena);
  return arena;
}

static void say_good_night(evening *evening) {
  host_counts counts = host_count(evening->host);
  seen.sent += counts.frames_sent;
  seen.stale += counts.frames_stale;
  for (uint32_t i = 0; i < evening->count; i++)
    if (evening->people[i].line) {
      seen.lines += evening->people[i].line->heard;
      end_line(&evening->people[i]);
    }
  host_destroy(evening->host);
  map_free(evening->arena);
}

static void evening_run(uint32_t seed) {
  static evening evening; /* too large for a stack */
  bool crowd = seed % CROWD_EVERY == 0;
  evening = (struct evening){.seed = seed, .random = seed * 2654435761u + 1, .now = 1000 * MS, .arena = arena_of(seed)};
  host_config config = {.tick_rate = RATE,
                        .clients_max = crowd ? 2 * CROWD_MAX : 2 * PLAYERS_MAX,
                        .room_members = PLAYERS_MAX,
                        .rooms = "yard:tag,hill:hill,empty:tag",
                        .hold_ms = 3000,
                        .practice_bots = 2,
                        .seed = seed,
                        .arena = evening.arena};
  evening.host = host_create(&config, evening.now);
  evening.count = 8 + chance(&evening, (crowd ? CROWD_MAX : PLAYERS_MAX) - 8 + 1);
  uint32_t rooms = crowd ? 1 : 1 + chance(&evening, ROOMS - 1);
  for (uint32_t i = 0; i < evening.count; i++) {
    evening.people[i].room = chance(&evening, rooms);
    come(&evening, &evening.people[i], false);
  }
  for (uint32_t ms = 0; ms < SECONDS * 1000; ms++) {
    pass(&evening);
    for (uint32_t i = 0; ms % 100 == 0 && i < evening.count; i++)
      do_something(&evening, &evening.people[i]);
    if (ms % 500 == 0)
      check_rooms(&evening);
  }
  check_replicas(&evening);
  say_good_night(&evening);
}

static void whatever_happens_replicas_are_in_step_seats_are_ones_own_and_lines_are_heard_once(void **state) {
  (void)state;
  const char *one = getenv("TEST_SEED");
  const char *wanted = getenv("TEST_DEEP");
  bool deep = wanted && strcmp(wanted, "1") == 0;
  time_t began = time(NULL);
  uint32_t seed = one ? (uint32_t)strtoul(one, NULL, 10) : 1, last = one ? seed : SEEDS_DEEP, first = seed;
  for (; seed <= last; seed++) {
    if (!deep && seed > SEEDS_LEAST + first && time(NULL) - began >= BUDGET_SECONDS)
      break;
    fprintf(stderr, "%sseed %u", seed == first ? "" : "\r", seed); /* the one that fails stands there */
    evening_run(seed);
  }
  fprintf(stderr,
          "\n{\"name\": \"simulation\", \"tried\": %u, \"failed\": 0, \"client_ticks\": %" PRIu64
          ", \"match_seconds\": %u,"
          " \"checks\": %u, \"bodies\": %u, \"teleports\": %u, \"resumed\": %u, \"taken_over\": %u}\n",
          seed - first, seen.sent + seen.stale, seen.played / 2, seen.checks, seen.moved, seen.teleports, seen.resumed,
          seen.taken_over);
  if (one)
    return;
  assert_true(seen.checks > 100 && seen.moved > 100 && seen.resumed > 5 && seen.taken_over > 2);
  assert_true(seen.teleports > 100 && seen.vanished > 10 && seen.elsewhere > 10 && seen.stale > 100);
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
