#include "server/room.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"
#include "server/names.h"

enum { NUMBER_TRIES = 16 }; /* numbers tried one after the other before leaping */

bool room_init(room *room, world *world, uint32_t players_max, uint32_t seed) {
  memset(room, 0, sizeof *room);
  room->world = world;
  room->players_max = players_max;
  room->random = seed ? seed : 1;
  room->players = calloc(players_max, sizeof *room->players);
  room->entries = calloc(players_max, sizeof *room->entries);
  room->left = calloc(players_max, sizeof *room->left);
  room->scratch = malloc(WIRE_SERVER_BYTES_MAX);
  room->by_id = calloc(WIRE_BOX_ID_MAX + 1, sizeof *room->by_id);
  room->told_players = calloc(WIRE_ROSTER_ENTRIES_MAX, sizeof *room->told_players);
  room->told_left = calloc(players_max, sizeof *room->told_left);
  return room->by_id && room->told_players && room->told_left && room->players && room->entries && room->left &&
         room->scratch;
}

void room_free(room *room) {
  free(room->told_left);
  free(room->told_players);
  free(room->by_id);
  free(room->scratch);
  free(room->left);
  free(room->entries);
  free(room->players);
}

static bool is_taken(const room *room, uint64_t key) {
  for (uint32_t i = 0; i < room->count; i++)
    if (room->players[i].name_key == key)
      return true;
  return false;
}

/* Numbers start at how many had the same wish, so that the thousandth Ada is found as fast as the second; and
   leap when those after it are taken, so that nobody can make the search long by sitting on them. */
static void make_unique(room *room, const char *wish, uint64_t wish_key, char out[NAME_SIZE]) {
  uint32_t number = 1;
  strcpy(out, wish);
  if (!is_taken(room, wish_key))
    return;
  for (uint32_t i = 0; i < room->count; i++)
    number += room->players[i].wish_key == wish_key;
  number = number < 2 ? 2 : number;
  name_number(wish, number, out);
  for (int tries = 1; is_taken(room, name_key(out)); tries++) {
    number += tries < NUMBER_TRIES ? 1 : 1 + wander_random(&room->random) % (4 * room->players_max);
    name_number(wish, number, out);
  }
}

static void give_name(room *room, player *player, const char *wish, char out[NAME_SIZE]) {
  char invented[NAME_SIZE];
  if (!*wish) {
    name_invent(wander_random(&room->random), invented);
    wish = invented;
  }
  player->wish_key = name_key(wish);
  make_unique(room, wish, player->wish_key, out);
  player->name_key = name_key(out);
}

static uint32_t deal_color(room *room) {
  uint32_t least = 0;
  for (uint32_t color = 1; color < COLORS; color++)
    if (room->color_users[color] < room->color_users[least])
      least = color;
  room->color_users[least]++;
  return least;
}

static bool is_load_bot(const wire_player *entry, const player *player) {
  return player->client && strcmp(entry->kind, "bot") == 0;
}

uint32_t room_join(room *room, client *client, const char *wish, const char *kind) {
  PRE(room->count < room->players_max);
  player player = {.client = client};
  wire_player entry = {.id = world_spawn(room->world), .color = deal_color(room)};
  entry.person = entry.id;
  strcpy(entry.kind, kind);
  give_name(room, &player, wish, entry.name);
  if (!client)
    player.mind = wander_init(wander_random(&room->random));
  room->practice += !client;
  room->load_bots += is_load_bot(&entry, &player);
  room->players[room->count] = player;
  room->entries[room->count] = entry;
  room->by_id[entry.id] = (uint16_t)room->count;
  return room->count++;
}

void room_leave(room *room, uint32_t index) {
  PRE(index < room->count);
  const wire_player *entry = &room->entries[index];
  world_remove(room->world, entry->id);
  room->left[room->left_count++].id = entry->id;
  room->color_users[entry->color]--;
  room->practice -= !room->players[index].client;
  room->load_bots -= is_load_bot(entry, &room->players[index]);
  room->count--;
  room->players[index] = room->players[room->count];
  room->entries[index] = room->entries[room->count];
  room->by_id[room->entries[index].id] = (uint16_t)index;
}

void room_leave_client(room *room, const client *client) {
  for (uint32_t i = 0; i < room->count; i++)
    if (room->players[i].client == client) {
      room_leave(room, i);
      return;
    }
}

void room_let_ended_leave(room *room) {
  for (uint32_t i = room->count; i-- > 0;)
    if (room->players[i].client && room->players[i].client->state == CLIENT_CLOSING)
      room_leave(room, i);
}

static bool knows(const client *client, uint32_t id) {
  return client->known[id / 8] >> (id % 8) & 1;
}

static void send_roster(room *room, client *client, const wire_roster *roster) {
  wire_buffer out = {.bytes = room->scratch, .capacity = WIRE_SERVER_BYTES_MAX};
  PRE(wire_encode(&out, &wire_roster_type, roster));
  client_send(client, out.bytes, out.size);
}

static void tell_who_left(room *room, client *client) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < room->left_count; i++) {
    uint32_t id = room->left[i].id;
    if (!knows(client, id))
      continue;
    client->known[id / 8] &= (uint8_t) ~(1u << (id % 8));
    room->told_left[count++].id = id;
  }
  if (count > 0)
    send_roster(room, client, &(wire_roster){.players = room->count, .left = {room->told_left, count}});
}

void room_tell_who_left(room *room) {
  for (uint32_t i = 0; room->left_count > 0 && i < room->count; i++)
    if (room->players[i].client)
      tell_who_left(room, room->players[i].client);
  room->left_count = 0;
}

void room_tell_count(room *room, uint32_t tick, uint32_t rest) {
  if (room->told == room->count || tick % rest != 0)
    return;
  room->told = room->count;
  for (uint32_t i = 0; i < room->count; i++)
    if (room->players[i].client)
      send_roster(room, room->players[i].client, &(wire_roster){.players = room->count});
}

/* Names being gathered for one client. */
typedef struct {
  room *room;
  client *client;
  uint32_t count;
} introduction;

static void send_introduction(introduction *told) {
  wire_roster roster = {.players = told->room->count, .joined = {told->room->told_players, told->count}};
  if (told->count > 0)
    send_roster(told->room, told->client, &roster);
  told->count = 0;
}

static void introduce(void *context, uint32_t id) {
  introduction *told = context;
  if (knows(told->client, id))
    return;
  told->client->known[id / 8] |= (uint8_t)(1u << (id % 8));
  told->room->told_players[told->count++] = told->room->entries[told->room->by_id[id]];
  if (told->count == WIRE_ROSTER_ENTRIES_MAX)
    send_introduction(told);
}

void room_introduce(room *room, client *client, const frames *frames) {
  introduction told = {room, client, 0};
  frames_show(frames, room->world, introduce, &told);
  send_introduction(&told);
}
