#include "tests/unit/stage.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"
#include "server/log.h"
#include "server/token.h"

const char stage_field[] = "{\"name\": \"Field\", \"width\": 20000, \"height\": 20000, \"blocks\": [],"
                           " \"spawns\": [[10000, 10000], [10000, 10100], [10000, 10200], [10000, 10300]]}";

void stage_open(stage *stage, const char *map_text, uint32_t clients_max, uint32_t practice_bots) {
  stage_open_with(stage, map_text, &(host_config){.clients_max = clients_max, .practice_bots = practice_bots});
}

void stage_open_with(stage *stage, const char *map_text, const host_config *wanted) {
  char error[MAP_ERROR_BYTES] = "";
  *stage = (struct stage){.now = 5000000, .rate = 30};
  log_set_level(LOG_ERROR);
  assert_true(token_init());
  stage->arena =
      map_text ? map_parse(map_text, strlen(map_text), "a test", error) : map_load("assets/maps/plaza.json", error);
  assert_string_equal(error, "");
  host_config config = *wanted;
  config.tick_rate = stage->rate;
  config.seed = 7;
  config.arena = stage->arena;
  stage->host = host_create(&config, stage->now);
  assert_non_null(stage->host);
}

void stage_close(stage *stage) {
  assert_int_equal(host_count(stage->host).clients, 0);
  host_destroy(stage->host);
  map_free(stage->arena);
}

void stage_run(stage *stage, uint32_t ticks) {
  while (ticks-- > 0) {
    stage->now = host_next_due(stage->host);
    assert_int_equal(host_run(stage->host, stage->now), 1);
  }
}

uint32_t stage_stall(stage *stage, int64_t microseconds) {
  stage->now += microseconds;
  return host_run(stage->host, stage->now);
}

void peer_connect(stage *stage, peer *peer) {
  *peer = (struct peer){.seq = 0};
  fake_link_init(&peer->wire);
  peer->client = host_connect(stage->host, &peer->wire.link, stage->now);
}

void peer_send(stage *stage, peer *peer, const wire_type *type, const void *message) {
  uint8_t bytes[WIRE_CLIENT_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  assert_true(wire_encode(&out, type, message));
  host_receive(stage->host, peer->client, out.bytes, out.size, stage->now);
}

void peer_hello(stage *stage, peer *peer, const char *name, const char *kind) {
  wire_hello hello = {.version = WIRE_VERSION};
  strcpy(hello.name, name);
  strcpy(hello.kind, kind);
  peer_send(stage, peer, &wire_hello_type, &hello);
}

bool peer_come(stage *stage, peer *peer, const wire_hello *hello) {
  wire_message message;
  peer_connect(stage, peer);
  peer_send(stage, peer, &wire_hello_type, hello);
  stage_run(stage, 1);
  if (!fake_link_next(&peer->wire, &message) || message.type != &wire_welcome_type)
    return false;
  peer->id = message.as.welcome.id;
  peer->welcome = message.as.welcome;
  return true;
}

void peer_input(stage *stage, peer *peer, uint32_t tick, uint32_t buttons) {
  wire_input input = {++peer->seq, tick, buttons};
  peer_send(stage, peer, &wire_input_type, &input);
}

void peer_disconnect(stage *stage, peer *peer) {
  peer->wire.gone = true;
  host_disconnect(stage->host, peer->client);
  peer->client = NULL;
}

void peer_free(peer *peer) {
  fake_link_free(&peer->wire);
}

void peer_join(stage *stage, peer *peer, const char *name) {
  wire_message message;
  peer_connect(stage, peer);
  peer_hello(stage, peer, name, "test");
  stage_run(stage, 1);
  assert_true(fake_link_next(&peer->wire, &message));
  assert_ptr_equal(message.type, &wire_welcome_type);
  peer->id = message.as.welcome.id;
}

void peer_leave(stage *stage, peer *peer) {
  peer_disconnect(stage, peer);
  peer_free(peer);
}

uint32_t stage_spawn(world *world) {
  uint32_t id = 1;
  while (world_has(world, id) || !world_may_spawn(world, id))
    id++;
  world_spawn(world, id);
  return id;
}

uint32_t stage_tick(const stage *stage) {
  return host_count(stage->host).tick;
}

const sim_body *stage_body(const stage *stage, uint32_t id) {
  const world *world = host_world(stage->host);
  assert_true(world_has(world, id));
  return &world->boxes[id].body;
}

uint32_t stage_buttons(const stage *stage, uint32_t id) {
  return host_world(stage->host)->boxes[id].buttons;
}

void peer_assert_ended(peer *peer, const wire_type *type, uint32_t code, const char *param) {
  wire_message message = {.type = NULL};
  while (fake_link_next(&peer->wire, &message))
    continue;
  assert_ptr_equal(message.type, type);
  assert_int_equal(message.as.refused.code, code);
  assert_string_equal(message.as.refused.param, param);
  assert_true(peer->wire.closed);
  assert_int_equal(peer->wire.code, code);
}
