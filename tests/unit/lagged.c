#include "tests/unit/lagged.h"

#include <stdlib.h>
#include <string.h>

#include "common/games/steps.h"
#include "common/gen/tables.h"
#include "common/pre.h"
#include "common/wander.h"

static uint8_t arena_memory[WIRE_ARENA_BYTES(LAGGED_BYTES)];
static int64_t sending_at; /* links are not told the time; lagged_deliver and the test's loop keep it */

static void line_put(lagged *player, lagged_line *line, const uint8_t *bytes, size_t size, int64_t now) {
  PRE_RANGE(size, 1, LAGGED_BYTES);
  PRE(line->count < LAGGED_HELD);
  int64_t at = now + player->latency;
  if (player->jitter > 0)
    at += wander_random(&player->random) % (uint32_t)player->jitter;
  at = at < line->stalled_until ? line->stalled_until : at;
  line->last_at = at < line->last_at ? line->last_at : at;
  uint32_t index = (line->first + line->count++) % LAGGED_HELD;
  line->held[index].at = line->last_at;
  line->held[index].size = (uint32_t)size;
  line->held[index].bytes = malloc(size);
  PRE(line->held[index].bytes != NULL);
  memcpy(line->held[index].bytes, bytes, size);
  if (line->last_at < player->due)
    player->due = line->last_at;
}

static void line_drop_first(lagged_line *line) {
  free(line->held[line->first].bytes);
  line->first = --line->count > 0 ? (line->first + 1) % LAGGED_HELD : 0;
}

static int64_t line_due(const lagged_line *line) {
  return line->count > 0 ? line->held[line->first].at : INT64_MAX;
}

static void note_due(lagged *player) {
  int64_t up = line_due(&player->up), down = line_due(&player->down);
  player->due = up < down ? up : down;
}

static bool link_drained(link_t *link) {
  return sending_at >= ((lagged *)link)->choked_until;
}

static bool link_send(link_t *link, const uint8_t *bytes, size_t size) {
  lagged *player = (lagged *)link;
  line_put(player, &player->down, bytes, size, sending_at);
  return true;
}

static void link_close(link_t *link, uint32_t code) {
  ((lagged *)link)->closing = true;
  ((lagged *)link)->code = code;
}

static uint64_t link_received(link_t *link) {
  (void)link;
  return 0;
}

static const char *link_address(link_t *link) {
  (void)link;
  return "a slow line";
}

static const link_ops operations = {link_drained, link_send, link_close, link_received, link_address};

void lagged_send(lagged *player, const wire_type *type, const void *message, int64_t now) {
  uint8_t bytes[LAGGED_BYTES];
  wire_buffer out = {bytes, 0, sizeof bytes, false};
  PRE(wire_encode(&out, type, message));
  line_put(player, &player->up, out.bytes, out.size, now);
}

lagged *lagged_connect(host *host, int64_t latency, int64_t jitter, uint32_t seed, int64_t now) {
  const wire_hello hello = {.version = WIRE_VERSION, .kind = "bot", .name = "Slow"};
  return lagged_connect_with(host, &hello, latency, jitter, seed, now);
}

lagged *lagged_connect_with(host *host, const wire_hello *hello, int64_t latency, int64_t jitter, uint32_t seed,
                            int64_t now) {
  const replica_limits limits = {256, 64};
  lagged *player = calloc(1, sizeof *player);
  PRE(player != NULL);
  player->link.ops = &operations;
  player->host = host;
  player->latency = latency;
  player->jitter = jitter;
  player->random = seed;
  player->replica = replica_init(malloc(replica_bytes(&limits)), replica_bytes(&limits), &limits);
  player->client = host_connect(host, &player->link, now);
  player->hello_at = now;
  player->heard = hello->heard;
  player->standings = calloc(WIRE_BOX_ID_MAX + 1, sizeof *player->standings);
  PRE(player->standings != NULL);
  lagged_send(player, &wire_hello_type, hello, now);
  return player;
}

void lagged_free(lagged *player) {
  if (player->client)
    host_disconnect(player->host, player->client);
  while (player->up.count > 0)
    line_drop_first(&player->up);
  while (player->down.count > 0)
    line_drop_first(&player->down);
  free(player->replica);
  free(player->ground);
  free(player->standings);
  free(player);
}

static void take_map(lagged *player, const wire_map *map) {
  size_t bytes = sim_map_bytes(map);
  free(player->ground);
  player->ground = malloc(bytes);
  PRE(replica_set_map(player->replica, map, sim_map_init(player->ground, bytes, map), step_find(map->step)));
}

static void take_talk(lagged *player, const wire_talk *talk) {
  for (uint32_t i = 0; i < talk->lines.count; i++) {
    player->heard_amiss |= talk->lines.items[i].id <= player->heard;
    player->heard = talk->lines.items[i].id;
  }
}

static void take_roster(lagged *player, const wire_roster *roster) {
  for (uint32_t i = 0; i < roster->left.count; i++)
    player->standings[roster->left.items[i].id].id = 0;
  for (uint32_t i = 0; i < roster->standings.count; i++)
    player->standings[roster->standings.items[i].id] = roster->standings.items[i];
}

static void take_message(lagged *player, const uint8_t *bytes, size_t size, int64_t now) {
  wire_arena arena = {arena_memory, 0, sizeof arena_memory};
  wire_message message;
  PRE(wire_decode(bytes, size, WIRE_FROM_SERVER, &arena, &message) == WIRE_OK);
  if (message.type == &wire_welcome_type) {
    player->id = message.as.welcome.id;
    player->welcome = message.as.welcome;
    if (!message.as.welcome.resumed)
      player->heard = 0; /* a new seat is told the newest lines anew */
    replica_welcome(player->replica, &message.as.welcome, now - player->hello_at, now);
  } else if (message.type == &wire_map_type)
    take_map(player, &message.as.map);
  else if (message.type == &wire_step_type)
    PRE(replica_set_step(player->replica, message.as.step.tick, step_find(message.as.step.step)));
  else if (message.type == &wire_talk_type)
    take_talk(player, &message.as.talk);
  else if (message.type == &wire_roster_type)
    take_roster(player, &message.as.roster);
  else if (message.type == &wire_frame_type)
    replica_apply_frame(player->replica, &message.as.frame, now);
}

void lagged_deliver(lagged *player, int64_t now) {
  sending_at = now;
  if (now < player->due)
    return;
  for (lagged_line *up = &player->up; up->count > 0 && up->held[up->first].at <= now; line_drop_first(up))
    if (!player->closing)
      host_receive(player->host, player->client, up->held[up->first].bytes, up->held[up->first].size, now);
  for (lagged_line *down = &player->down; down->count > 0 && down->held[down->first].at <= now; line_drop_first(down))
    take_message(player, down->held[down->first].bytes, down->held[down->first].size, now);
  note_due(player);
}

void lagged_draw(lagged *player, uint32_t buttons, int64_t now) {
  wire_replica_input inputs[8];
  player->buttons = buttons;
  uint32_t count = replica_advance(player->replica, buttons, now, inputs, 8);
  for (uint32_t i = 0; i < count; i++, player->inputs_sent++) {
    wire_input input = {inputs[i].seq, inputs[i].tick, inputs[i].buttons};
    lagged_send(player, &wire_input_type, &input, now);
  }
}

void lagged_stall(lagged *player, int64_t until) {
  player->up.stalled_until = player->down.stalled_until = until;
  for (uint32_t i = 0; i < player->up.count; i++)
    player->up.held[(player->up.first + i) % LAGGED_HELD].at = until;
  for (uint32_t i = 0; i < player->down.count; i++)
    player->down.held[(player->down.first + i) % LAGGED_HELD].at = until;
  player->up.last_at = player->down.last_at = until;
  note_due(player);
}

void lagged_choke(lagged *player, int64_t until) {
  player->choked_until = until;
}
