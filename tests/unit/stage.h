/* A whole server on a fake clock, with peers on fake wires: what tests of the core play on. */
#ifndef TICKBOX_STAGE_H
#define TICKBOX_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "server/host.h"
#include "server/map.h"
#include "server/world.h"
#include "tests/unit/fake_link.h"

typedef struct stage {
  host *host;
  map *arena;
  int64_t now; /* us */
  uint32_t rate;
} stage;

typedef struct peer {
  fake_link wire;
  client *client;       /* NULL once disconnected */
  uint32_t id;          /* after stage_join */
  uint32_t seq;         /* of the last input sent */
  wire_welcome welcome; /* after peer_come */
} peer;

/* An arena without blocks: one wide field. */
extern const char stage_field[];

/* The same with rooms, held seats and so on; the rate, seed and arena of `wanted` are not looked at. */
void stage_open_with(stage *stage, const char *map_text, const host_config *wanted);

/* `map_text` NULL: the plaza. Rate 30. */
void stage_open(stage *stage, const char *map_text, uint32_t clients_max, uint32_t practice_bots);

/* Checks that nothing is left, and frees all. PRE: all peers were left. */
void stage_close(stage *stage);

/* Lets this many ticks come due, one after the other, and runs each on time. */
void stage_run(stage *stage, uint32_t ticks);

/* Jumps the clock and then runs once, like a process that was stopped. */
uint32_t stage_stall(stage *stage, int64_t microseconds);

void peer_connect(stage *stage, peer *peer);
void peer_send(stage *stage, peer *peer, const wire_type *type, const void *message);
void peer_hello(stage *stage, peer *peer, const char *name, const char *kind);

/* Holds these buttons from `tick` on, with the next seq. */
void peer_input(stage *stage, peer *peer, uint32_t tick, uint32_t buttons);

/* The link is no more; the peer's messages stay readable until peer_free. */
void peer_disconnect(stage *stage, peer *peer);
void peer_free(peer *peer);

/* connect, this hello, one tick; reads welcome, or is false if something else came. */
bool peer_come(stage *stage, peer *peer, const wire_hello *hello);

/* connect, hello, one tick; reads welcome. */
void peer_join(stage *stage, peer *peer, const char *name);

/* Disconnects and frees it. It says no `leave`: where seats are held, its seat is. */
void peer_leave(stage *stage, peer *peer);

/* A new box under the lowest id that has none. */
uint32_t stage_spawn(world *world);

uint32_t stage_tick(const stage *stage);
const sim_body *stage_body(const stage *stage, uint32_t id);
uint32_t stage_buttons(const stage *stage, uint32_t id);

/* Asserts that the peer was ended: `type` (refused or goodbye) with this code and parameter was said last, and
   its link was closed by the same. */
void peer_assert_ended(peer *peer, const wire_type *type, uint32_t code, const char *param);

#endif
