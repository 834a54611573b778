#include "client-sdl/session.h"

#include <stdlib.h>
#include <string.h>

#include "common/games/steps.h"
#include "common/gen/tables.h"
#include "common/pre.h"

static const replica_limits limits = {.boxes = SESSION_BOXES_MAX, .history = SESSION_HISTORY};

bool session_init(session *session, void (*send)(void *to, const uint8_t *bytes, size_t size), void *to) {
  size_t bytes = replica_bytes(&limits);
  *session = (struct session){.send = send, .to = to, .round_trip = -1};
  session->arena.capacity = WIRE_ARENA_BYTES(WIRE_SERVER_BYTES_MAX);
  session->arena.memory = malloc(session->arena.capacity);
  session->replica_memory = malloc(bytes);
  session->roster = roster_create();
  if (!session->arena.memory || !session->replica_memory || !session->roster)
    return false;
  session->replica = replica_init(session->replica_memory, bytes, &limits);
  return true;
}

void session_free(session *session) {
  roster_destroy(session->roster);
  free(session->ground);
  free(session->blocks);
  free(session->replica_memory);
  free(session->arena.memory);
}

static void send_message(session *session, const wire_type *type, const void *message) {
  uint8_t bytes[WIRE_CLIENT_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof(bytes)};
  PRE(wire_encode(&out, type, message));
  session->send(session->to, out.bytes, out.size);
}

void session_hello(session *session, const char *name, int64_t now) {
  wire_hello hello = {.version = WIRE_VERSION, .kind = "sdl"};
  PRE(strlen(name) <= WIRE_NAME_BYTES_MAX);
  strcpy(hello.name, name);
  session->ticks_before = session_ticks(session);
  session->welcomed = session->has_map = session->has_first_tick = false;
  session->round_trip = -1;
  session->view = (wire_view){0};
  session->hello_at = now;
  roster_clear(session->roster);
  send_message(session, &wire_hello_type, &hello);
}

static session_news take_welcome(session *session, const wire_welcome *welcome, int64_t at) {
  if (session->welcomed)
    return SESSION_BROKEN;
  session->welcomed = true;
  session->own = welcome->id;
  session->round_trip = at - session->hello_at;
  session->ping_at = at;
  replica_welcome(session->replica, welcome, session->round_trip, at);
  return SESSION_WELCOMED;
}

/* False if memory is short, or for a map that the replica refuses: then it stays on the ground it had. */
static bool keep_map(session *session, const wire_map *map) {
  size_t bytes = sim_map_bytes(map), block_bytes = map->blocks.count * sizeof(wire_block);
  wire_block *blocks = malloc(block_bytes + 1);
  void *ground = malloc(bytes);
  bool kept = blocks && ground &&
              replica_set_map(session->replica, map, sim_map_init(ground, bytes, map), step_find(map->step));
  if (kept && block_bytes > 0)
    memcpy(blocks, map->blocks.items, block_bytes);
  free(kept ? session->blocks : blocks);
  free(kept ? session->ground : ground);
  if (!kept)
    return false;
  session->map = *map;
  session->map.blocks.items = session->blocks = blocks;
  session->ground = ground;
  return true;
}

/* With a step that is not known here the replica would foretell wrongly: it refuses. */
static session_news take_map(session *session, const wire_map *map) {
  if (!session->welcomed || !keep_map(session, map))
    return SESSION_BROKEN;
  session->has_map = true;
  return SESSION_NOTHING;
}

static session_news take_step(session *session, const wire_step *step) {
  if (!session->has_map || !replica_set_step(session->replica, step->tick, step_find(step->step)))
    return SESSION_BROKEN;
  return SESSION_NOTHING;
}

static session_news take_frame(session *session, const wire_frame *frame, int64_t at) {
  if (!session->has_map)
    return SESSION_BROKEN;
  replica_apply_frame(session->replica, frame, at);
  if (!session->has_first_tick)
    session->first_tick = replica_stats(session->replica)->tick;
  session->has_first_tick = true;
  return SESSION_NOTHING;
}

static void take_pong(session *session, const wire_pong *pong, int64_t at) {
  uint32_t millis = (uint32_t)(at / 1000) - pong->time;
  if (millis < WIRE_SILENT_MS)
    session->round_trip = (int64_t)millis * 1000;
}

static session_news take_end(session *session, uint32_t code, const char *param) {
  session->ended_by = (wire_goodbye){.code = code};
  strcpy(session->ended_by.param, param);
  return SESSION_ENDED;
}

static session_news take(session *session, const wire_message *message, int64_t at) {
  switch (message->type->id) {
  case WIRE_WELCOME:
    return take_welcome(session, &message->as.welcome, at);
  case WIRE_MAP:
    return take_map(session, &message->as.map);
  case WIRE_STEP:
    return take_step(session, &message->as.step);
  case WIRE_ROSTER:
    return roster_apply(session->roster, &message->as.roster) ? SESSION_NOTHING : SESSION_BROKEN;
  case WIRE_FRAME:
    return take_frame(session, &message->as.frame, at);
  case WIRE_PONG:
    take_pong(session, &message->as.pong, at);
    return SESSION_NOTHING;
  case WIRE_REFUSED:
    return take_end(session, message->as.refused.code, message->as.refused.param);
  default:
    return take_end(session, message->as.goodbye.code, message->as.goodbye.param);
  }
}

session_news session_receive(session *session, const uint8_t *bytes, size_t size, int64_t at) {
  wire_message message;
  if (wire_decode(bytes, size, WIRE_FROM_SERVER, &session->arena, &message) != WIRE_OK)
    return SESSION_BROKEN;
  return take(session, &message, at);
}

static void send_inputs(session *session, const wire_replica_input *inputs, uint32_t count) {
  for (uint32_t at = 0; at < count; at++) {
    const wire_input input = {inputs[at].seq, inputs[at].tick, inputs[at].buttons};
    send_message(session, &wire_input_type, &input);
  }
}

void session_advance(session *session, uint32_t buttons, int64_t now) {
  enum { INPUTS_MAX = 16 };
  wire_replica_input inputs[INPUTS_MAX];
  wire_resync resync;
  send_inputs(session, inputs, replica_advance(session->replica, buttons, now, inputs, INPUTS_MAX));
  while (replica_wants_resync(session->replica, &resync.cell))
    send_message(session, &wire_resync_type, &resync);
  if (now >= session->ping_at) {
    const wire_ping ping = {.time = (uint32_t)(now / 1000)};
    send_message(session, &wire_ping_type, &ping);
    session->ping_at = now + WIRE_PING_MS * 1000;
  }
}

static uint32_t within_view(int32_t pixels) {
  return pixels < 1 ? 1 : pixels > UINT16_MAX ? UINT16_MAX : (uint32_t)pixels;
}

void session_show(session *session, int32_t width, int32_t height) {
  const wire_view view = {.width = within_view(width), .height = within_view(height)};
  if (!session->welcomed || (view.width == session->view.width && view.height == session->view.height))
    return;
  session->view = view;
  send_message(session, &wire_view_type, &view);
}

void session_leave(session *session) {
  send_message(session, &wire_leave_type, NULL);
}

bool session_is_ready(const session *session) {
  return session->has_first_tick && replica_is_ready(session->replica);
}

uint32_t session_ticks(const session *session) {
  uint32_t now = session->has_first_tick ? replica_stats(session->replica)->tick - session->first_tick : 0;
  return session->ticks_before + now;
}
