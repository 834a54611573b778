#include "client-sdl/session.h"

#include <stdlib.h>
#include <string.h>

#include "client-sdl/trace.h"
#include "common/games/steps.h"
#include "common/gen/tables.h"
#include "common/pre.h"
#include "common/words.h"

static const replica_limits limits = {.boxes = SESSION_BOXES_MAX, .history = SESSION_HISTORY};

bool session_init(session *session, void (*send)(void *to, const uint8_t *bytes, size_t size), void *to) {
  size_t bytes = replica_bytes(&limits);
  memset(session, 0, sizeof(*session));
  session->send = send;
  session->to = to;
  session->round_trip = -1;
  session->hello = (wire_hello){.version = WIRE_VERSION, .kind = "sdl"};
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

void session_send(session *session, const wire_type *type, const void *message) {
  uint8_t bytes[WIRE_CLIENT_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof(bytes)};
  PRE(wire_encode(&out, type, message));
  session->send(session->to, out.bytes, out.size);
}

void session_hello(session *session, int64_t now) {
  session->ticks_before = session_ticks(session);
  session->welcomed = session->has_map = session->has_first_tick = session->resumed = false;
  session->round_trip = -1;
  session->view = (wire_view){0};
  session->hello_at = now;
  session->hello.heard = session->talk.heard;
  roster_clear(session->roster);
  session_send(session, &wire_hello_type, &session->hello);
}

void session_move(session *session, const char *room) {
  PRE(strlen(room) <= WIRE_WORD_BYTES_MAX);
  strcpy(session->hello.room, room);
  session->hello.token[0] = 0;
  room_clear(&session->room);
  talk_clear(&session->talk);
}

static session_news take_welcome(session *session, const wire_welcome *welcome, int64_t at) {
  if (session->welcomed)
    return SESSION_BROKEN;
  session->welcomed = true;
  session->own = welcome->id;
  session->person = welcome->person;
  session->tick_rate = welcome->tick_rate;
  session->resumed = welcome->resumed;
  strcpy(session->hello.room, welcome->room);
  strcpy(session->hello.token, welcome->token);
  talk_welcome(&session->talk, welcome->resumed);
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

static session_news take_roster(session *session, const wire_roster *news) {
  return roster_apply(session->roster, news) ? SESSION_NOTHING : SESSION_BROKEN;
}

static session_news take_created(session *session, const wire_created *created) {
  session->created = *created;
  return SESSION_CREATED;
}

/* Why something that we wished was not done stands below the talk. */
static void take_notice(session *session, const wire_notice *notice, int64_t at) {
  char words[TALK_NOTE_MAX], version[16];
  snprintf(version, sizeof(version), "%08x", WIRE_VERSION);
  words_of_code(words, sizeof(words), notice->code, notice->param, version);
  talk_note(&session->talk, words, at);
}

/* What keeps the world in step. */
static session_news take(session *session, const wire_message *message, int64_t at) {
  switch (message->type->id) {
  case WIRE_WELCOME:
    return take_welcome(session, &message->as.welcome, at);
  case WIRE_MAP:
    return take_map(session, &message->as.map);
  case WIRE_STEP:
    return take_step(session, &message->as.step);
  case WIRE_ROSTER:
    return take_roster(session, &message->as.roster);
  case WIRE_FRAME:
    return take_frame(session, &message->as.frame, at);
  case WIRE_PONG:
    take_pong(session, &message->as.pong, at);
    return SESSION_NOTHING;
  case WIRE_REFUSED:
    return take_end(session, message->as.refused.code, message->as.refused.param);
  case WIRE_GOODBYE:
    return take_end(session, message->as.goodbye.code, message->as.goodbye.param);
  case WIRE_CREATED:
    return take_created(session, &message->as.created);
  default:
    return SESSION_NOTHING;
  }
}

/* What there is to see and to read beside the world. */
static session_news take_news(session *session, const wire_message *message, int64_t at) {
  if (room_apply(&session->room, message, at))
    return message->type->id == WIRE_ROOMS    ? SESSION_ROOMS
           : message->type->id == WIRE_PEOPLE ? SESSION_PEOPLE
                                              : SESSION_NOTHING;
  if (message->type->id == WIRE_TALK)
    talk_hear(&session->talk, &message->as.talk, at);
  else if (message->type->id == WIRE_TYPIST)
    talk_typing(&session->talk, &message->as.typist, at);
  else if (message->type->id == WIRE_NOTICE)
    take_notice(session, &message->as.notice, at);
  else
    return take(session, message, at);
  return SESSION_NOTHING;
}

session_news session_receive(session *session, const uint8_t *bytes, size_t size, int64_t at) {
  wire_message message;
  if (wire_decode(bytes, size, WIRE_FROM_SERVER, &session->arena, &message) != WIRE_OK)
    return SESSION_BROKEN;
  if (session->events)
    trace_message(session->events, &message);
  return take_news(session, &message, at);
}

static void send_inputs(session *session, const wire_replica_input *inputs, uint32_t count) {
  for (uint32_t at = 0; at < count; at++) {
    const wire_input input = {inputs[at].seq, inputs[at].tick, inputs[at].buttons};
    session_send(session, &wire_input_type, &input);
  }
}

void session_advance(session *session, uint32_t buttons, int64_t now) {
  enum { INPUTS_MAX = 16 };
  wire_replica_input inputs[INPUTS_MAX];
  wire_resync resync;
  send_inputs(session, inputs, replica_advance(session->replica, buttons, now, inputs, INPUTS_MAX));
  while (replica_wants_resync(session->replica, &resync.cell))
    session_send(session, &wire_resync_type, &resync);
  if (now >= session->ping_at) {
    const wire_ping ping = {.time = (uint32_t)(now / 1000)};
    session_send(session, &wire_ping_type, &ping);
    session->ping_at = now + WIRE_PING_MS * 1000;
  }
}

static uint32_t within_view(int32_t pixels) {
  return pixels < 1 ? 1 : pixels > UINT16_MAX ? UINT16_MAX : (uint32_t)pixels;
}

void session_show(session *session, int32_t width, int32_t height, uint32_t follow) {
  const wire_view view = {.width = within_view(width), .height = within_view(height), .follow = follow};
  if (!session->welcomed || memcmp(&view, &session->view, sizeof(view)) == 0)
    return;
  session->view = view;
  session_send(session, &wire_view_type, &view);
}

void session_leave(session *session) {
  session_send(session, &wire_leave_type, NULL);
}

bool session_is_watching(const session *session) {
  return !session->room.info.relay && roster_is(session->roster, session->own, SEAT_WATCHING | SEAT_OUT);
}

static bool is_in_play(const session *session, uint32_t team) {
  const wire_player *player;
  for (uint32_t cursor = 0; (player = roster_next(session->roster, &cursor));)
    if (roster_standing(session->roster, player->id).team == team)
      return true;
  return room_team(&session->room, team)->score != 0;
}

const wire_team *session_next_team(const session *session, uint32_t *before) {
  while (++*before <= room_team_count(&session->room))
    if (is_in_play(session, *before))
      return room_team(&session->room, *before);
  return NULL;
}

bool session_is_ready(const session *session) {
  return session->has_first_tick && replica_is_ready(session->replica);
}

uint32_t session_ticks(const session *session) {
  uint32_t now = session->has_first_tick ? replica_stats(session->replica)->tick - session->first_tick : 0;
  return session->ticks_before + now;
}
