#include "tests/unit/party.h"

#include <string.h>

void party_open(stage *stage, const char *rooms, uint32_t rooms_max) {
  stage_open_with(stage, stage_field,
                  &(host_config){.clients_max = 200,
                                 .rooms = rooms ? rooms : "yard:tag",
                                 .rooms_max = rooms_max,
                                 .room_members = 8,
                                 .hold_ms = 60000});
}

room *party_room(const stage *stage, const char *word) {
  return rooms_find(host_rooms(stage->host), word);
}

static wire_hello hello_of(const char *room, const char *name, const char *kind) {
  wire_hello hello = {.version = WIRE_VERSION};
  strcpy(hello.room, room);
  strcpy(hello.name, name);
  strcpy(hello.kind, kind);
  return hello;
}

bool party_come(stage *stage, peer *peer, const char *room, const char *name, const char *kind) {
  wire_hello hello = hello_of(room, name, kind);
  return peer_come(stage, peer, &hello);
}

bool party_back(stage *stage, peer *peer) {
  wire_hello hello = hello_of(peer->welcome.room, "", "test");
  strcpy(hello.token, peer->welcome.token);
  return peer_come(stage, peer, &hello) && peer->welcome.resumed;
}

void party_lose(stage *stage, peer *peer) {
  wire_welcome kept = peer->welcome;
  peer_disconnect(stage, peer);
  peer_free(peer);
  *peer = (struct peer){.welcome = kept, .id = kept.id};
}

void party_wish(stage *stage, peer *peer, const wire_type *type) {
  peer_send(stage, peer, type, NULL);
  stage_run(stage, 1);
}

void party_on(stage *stage, peer *peer, const wire_type *type, uint32_t on) {
  const wire_ready message = {on}; /* ready, watch, pause and lock are alike */
  peer_send(stage, peer, type, &message);
  stage_run(stage, 1);
}

void party_at(stage *stage, peer *peer, const wire_type *type, uint32_t id) {
  const wire_kick message = {id}; /* kick and promote are alike */
  peer_send(stage, peer, type, &message);
  stage_run(stage, 1);
}

void party_choose(stage *stage, peer *peer, const char *game) {
  wire_choose message = {.game = ""};
  strcpy(message.game, game);
  peer_send(stage, peer, &wire_choose_type, &message);
  stage_run(stage, 1);
}

void party_option(stage *stage, peer *peer, const char *name, int32_t value) {
  wire_option message = {.value = value};
  strcpy(message.name, name);
  peer_send(stage, peer, &wire_option_type, &message);
  stage_run(stage, 1);
}

void party_say(stage *stage, peer *peer, uint32_t channel, uint32_t to, const char *text) {
  wire_say say = {.channel = channel, .to = to};
  strcpy(say.text, text);
  peer_send(stage, peer, &wire_say_type, &say);
}

bool party_create(stage *stage, peer *peer, const wire_create *create, char code[WIRE_WORD_BYTES_MAX + 1]) {
  wire_message message;
  party_skip(peer);
  peer_send(stage, peer, &wire_create_type, create);
  if (!fake_link_next(&peer->wire, &message) || message.type != &wire_created_type)
    return false;
  strcpy(code, message.as.created.code);
  return true;
}

void party_skip(peer *peer) {
  peer->wire.read = peer->wire.count;
}

void party_assert_noticed(peer *peer, uint32_t code, const char *param) {
  wire_message message;
  assert_true(fake_link_find(&peer->wire, &wire_notice_type, &message));
  assert_int_equal(message.as.notice.code, code);
  assert_string_equal(message.as.notice.param, param);
}

void party_assert_no_notice(peer *peer) {
  wire_message message;
  if (fake_link_find(&peer->wire, &wire_notice_type, &message))
    fail_msg("noticed: %s %s", code_words[message.as.notice.code].name, message.as.notice.param);
}

uint32_t party_count(peer *peer, const wire_type *type) {
  wire_message message;
  uint32_t count = 0;
  while (fake_link_find(&peer->wire, type, &message))
    count++;
  return count;
}

wire_standing *party_standing(room *room, uint32_t id) {
  int32_t index = roster_find(&room->roster, id);
  return index < 0 ? NULL : &room->roster.standings[index];
}

uint32_t party_flags(room *room, uint32_t id) {
  const wire_standing *standing = party_standing(room, id);
  assert_non_null(standing);
  return standing->flags;
}

void party_run(stage *stage, peer *peers[], uint32_t count, uint32_t ticks) {
  const wire_ping ping = {1};
  for (uint32_t tick = 0; tick < ticks; tick++) {
    for (uint32_t i = 0; i < count && tick % PARTY_SECOND == 0; i++)
      if (peers[i]->client)
        peer_send(stage, peers[i], &wire_ping_type, &ping);
    stage_run(stage, 1);
  }
}

void party_play(stage *stage, peer *host, room *room) {
  const wire_ping ping = {1};
  party_skip(host);
  party_wish(stage, host, &wire_start_type);
  party_assert_no_notice(host);
  assert_int_equal(room->match.phase, PHASE_COUNTDOWN);
  stage_run(stage, PARTY_AHEAD + PARTY_COUNTDOWN);
  peer_send(stage, host, &wire_ping_type, &ping);
  assert_int_equal(room->match.phase, PHASE_PLAYING);
}
