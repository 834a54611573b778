/* A world of cells as its players see it: many replicas behind lines of every quality, boxes that are pushed and
   teleported, players that come and go at the worst moments. Nobody's copy may differ from the server's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "common/wander.h"
#include "server/map.h"
#include "server/world.h"
#include "tests/unit/lagged.h"

enum { MS = 1000, RATE = 30, PLAYERS = 60, SPAWNS = 80, WIDTH = 4000, HEIGHT = 3000 };

typedef struct {
  map *arena;
  host *host;
  lagged *players[PLAYERS];
  wander minds[PLAYERS];
  uint32_t random;
  int64_t now;                  /* us */
  uint64_t compared, elsewhere; /* boxes found where the server has them; boxes that a client does not see */
} crowd;

/* Spawn points in a grid, a few blocks between them. */
static map *make_arena(uint32_t cell) {
  static char text[8192];
  char error[MAP_ERROR_BYTES];
  int at = snprintf(text, sizeof text,
                    "{\"name\":\"Cells\",\"width\":%d,\"height\":%d,\"cell\":%u,\"blocks\":[[900,900,300,80],"
                    "[2500,1200,60,700]],\"spawns\":[",
                    WIDTH, HEIGHT, cell);
  for (int i = 0; i < SPAWNS; i++)
    at +=
        snprintf(text + at, sizeof text - (size_t)at, "%s[%d,%d]", i ? "," : "", 40 + i % 10 * 400, 40 + i / 10 * 350);
  at += snprintf(text + at, sizeof text - (size_t)at, "]}");
  map *arena = map_parse(text, (size_t)at, "test", error);
  if (!arena)
    fail_msg("%s", error);
  return arena;
}

static lagged *join(crowd *crowd, uint32_t i) {
  static const int64_t latencies[] = {0, 0, 5, 40, 120};
  int64_t latency = latencies[i % 5] * MS;
  return lagged_connect(crowd->host, latency, latency / 4, 17 + i, crowd->now);
}

static void crowd_open(crowd *crowd, uint32_t seed, uint32_t cell) {
  memset(crowd, 0, sizeof *crowd);
  crowd->random = seed;
  crowd->now = 1000 * MS;
  crowd->arena = make_arena(cell);
  host_config config = {.tick_rate = RATE, .clients_max = PLAYERS, .seed = seed, .arena = crowd->arena};
  crowd->host = host_create(&config, crowd->now);
  for (uint32_t i = 0; i < PLAYERS; i++) {
    crowd->players[i] = join(crowd, i);
    crowd->minds[i] = wander_init(seed + i);
  }
}

static void crowd_close(crowd *crowd) {
  for (uint32_t i = 0; i < PLAYERS; i++)
    lagged_free(crowd->players[i]);
  host_destroy(crowd->host);
  map_free(crowd->arena);
}

static bool is_in_view(const sim_body *own, const sim_body *other) {
  return abs(own->x - other->x) < WIRE_VIEW_WIDTH / 2 * WIRE_SUBUNITS &&
         abs(own->y - other->y) < WIRE_VIEW_HEIGHT / 2 * WIRE_SUBUNITS;
}

/* Right after a tick, a player without latency has every box of its view where the server has it, and none that
   the server has elsewhere. */
static void compare(crowd *crowd, const lagged *player) {
  const world *world = host_world(crowd->host);
  if (!replica_is_ready(player->replica) || replica_stats(player->replica)->tick != world->tick)
    return;
  uint32_t buttons, known = replica_stats(player->replica)->boxes;
  sim_body copy;
  for (uint32_t i = 0; i < world->count; i++) {
    const world_box *box = &world->boxes[world->ids[i]];
    bool found = replica_find(player->replica, world->ids[i], &copy, &buttons);
    if (is_in_view(&world->boxes[player->id].body, &box->body))
      assert_true(found);
    if (found) {
      assert_memory_equal(&copy, &box->body, sizeof copy);
      assert_int_equal(buttons, box->buttons);
      crowd->compared++;
      known--;
    } else
      crowd->elsewhere++;
  }
  assert_int_equal(known, 0);
}

static void meddle_with(crowd *crowd, uint32_t id) {
  world *world = host_world(crowd->host);
  uint32_t x = wander_random(&crowd->random) % (WIDTH - WORLD_BOX) * WIRE_SUBUNITS;
  uint32_t y = wander_random(&crowd->random) % (HEIGHT - WORLD_BOX) * WIRE_SUBUNITS;
  if (wander_random(&crowd->random) % 3 > 0)
    world_push(world, id, (int32_t)x % 4000 - 2000, (int32_t)y % 4000 - 2000);
  else if (sim_is_free((int32_t)x, (int32_t)y, &world->params, world->ground))
    world_teleport(world, id, (int32_t)x, (int32_t)y);
}

static void meddle(crowd *crowd) {
  const world *world = host_world(crowd->host);
  meddle_with(crowd, world->ids[wander_random(&crowd->random) % world->count]);
}

/* At the worst moment: between being pushed, or teleported, and the tick that would tell of it. */
static void come_and_go(crowd *crowd) {
  uint32_t i = wander_random(&crowd->random) % PLAYERS;
  assert_int_equal(replica_stats(crowd->players[i]->replica)->desyncs, 0);
  if (crowd->players[i]->id && world_has(host_world(crowd->host), crowd->players[i]->id))
    meddle_with(crowd, crowd->players[i]->id);
  lagged_free(crowd->players[i]);
  crowd->players[i] = join(crowd, i);
}

/* Cells come whole in the middle of everything, wanted or not. */
static void ask(crowd *crowd) {
  lagged *player = crowd->players[wander_random(&crowd->random) % PLAYERS];
  const world *world = host_world(crowd->host);
  wire_resync resync = {world->boxes[world->ids[wander_random(&crowd->random) % world->count]].cell};
  if (player->id)
    lagged_send(player, &wire_resync_type, &resync, crowd->now);
}

static void deliver(crowd *crowd) {
  for (uint32_t i = 0; i < PLAYERS; i++)
    lagged_deliver(crowd->players[i], crowd->now);
}

static void run_tick(crowd *crowd) {
  if (crowd->now < host_next_due(crowd->host))
    return;
  uint32_t dice = wander_random(&crowd->random) % 8;
  if (host_world(crowd->host)->count > 0 && dice < 3)
    meddle(crowd);
  if (dice == 4)
    come_and_go(crowd);
  for (int i = 0; i < 20 && host_world(crowd->host)->count > 0; i++)
    ask(crowd);
  host_run(crowd->host, crowd->now);
  deliver(crowd);
  for (uint32_t i = 0; i < PLAYERS; i++)
    if (crowd->players[i]->latency == 0)
      compare(crowd, crowd->players[i]);
}

static void pass(crowd *crowd) {
  crowd->now += MS;
  deliver(crowd);
  run_tick(crowd);
  for (uint32_t i = 0; i < PLAYERS; i++)
    if (crowd->now / MS % 16 == i % 16)
      lagged_draw(crowd->players[i], wander_buttons(&crowd->minds[i], (uint32_t)(crowd->now / 33333), RATE),
                  crowd->now);
}

static void nobody_differs(uint32_t seed, uint32_t cell, int seconds) {
  static crowd crowd;
  uint64_t checks = 0;
  crowd_open(&crowd, seed, cell);
  for (int i = 0; i < seconds * 1000; i++)
    pass(&crowd);
  for (uint32_t i = 0; i < PLAYERS; i++) {
    assert_int_equal(replica_stats(crowd.players[i]->replica)->desyncs, 0);
    checks += replica_stats(crowd.players[i]->replica)->checks;
  }
  assert_true(checks > 1000);
  assert_true(crowd.compared > 10000);
  assert_true(crowd.elsewhere > crowd.compared / 10); /* the view is limited */
  crowd_close(&crowd);
}

static void nobody_differs_in_cells_of_256_units(void **state) {
  (void)state;
  nobody_differs(1, 256, 20);
}

static void nobody_differs_in_cells_of_100_units(void **state) {
  (void)state;
  nobody_differs(2, 100, 10);
}

static void nobody_differs_in_cells_larger_than_the_view(void **state) {
  (void)state;
  nobody_differs(3, 1500, 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nobody_differs_in_cells_of_256_units),
      cmocka_unit_test(nobody_differs_in_cells_of_100_units),
      cmocka_unit_test(nobody_differs_in_cells_larger_than_the_view),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
