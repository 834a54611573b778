#include "server/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/pre.h"
#include "server/log.h"
#include "server/practice.h"
#include "server/room_parts.h"

static uint32_t ticks_of(const room *room, uint32_t ms) {
  return ms * room->shared->tick_rate / 1000;
}

/* --- beginning and end -------------------------------------------------------------------------------------- */

static bool room_init(room *room) {
  const room_config *config = &room->config;
  room_shared *shared = room->shared;
  uint32_t seats = config->members_max + config->company, id_max = ids_max_for(seats);
  room->talk_memory = malloc(TALK_BYTES);
  room->talk = talk_start(room->talk_memory, &shared->line);
  return room->talk_memory &&
         roster_init(&room->roster, seats, IDS_REST_SECONDS * shared->tick_rate, config->seed, &shared->person,
                     &shared->letter) &&
         world_init(&room->world, shared->arena, shared->tick_rate, seats, id_max, config->seed) &&
         match_init(&room->match, config->rules, &room->roster, &room->world, shared->tick_rate, config->seed) &&
         frames_init(&room->frames, shared->picks, &room->world, ticks_of(room, WIRE_CHECK_MS));
}

room *room_create(room_shared *shared, const room_config *config, uint32_t tick) {
  PRE(strlen(config->code) <= WIRE_WORD_BYTES_MAX && strlen(config->name) <= WIRE_NAME_BYTES_MAX);
  room *created = calloc(1, sizeof *created);
  if (!created)
    return NULL;
  created->shared = shared;
  created->config = *config;
  created->tick = created->empty_since = created->seen = tick;
  created->talk_copies = client_copies(CLIENT_TALKS, shared->now);
  created->relay_copies = client_copies(CLIENT_RELAYS, shared->now);
  strcpy(created->code, config->code);
  strcpy(created->name, config->name);
  created->config.code = created->code;
  created->config.name = created->name;
  if (room_init(created)) {
    created->world.tick = created->match.tick = tick;
    return created;
  }
  room_destroy(created);
  return NULL;
}

void room_destroy(room *room) {
  frames_free(&room->frames);
  match_free(&room->match);
  world_free(&room->world);
  roster_free(&room->roster);
  free(room->talk_memory);
  free(room);
}

uint32_t room_members(const room *room) {
  return room->roster.count - room->roster.practice;
}

bool room_is_over(const room *room) {
  return !room->config.lasting && room_members(room) == 0 &&
         room->tick - room->empty_since >= ticks_of(room, ROOM_EMPTY_MS);
}

bool room_is_spare(const room *room) {
  uint32_t settled = ticks_of(room, ROOM_SETTLED_MS);
  for (uint32_t i = 0; i < room->roster.count; i++) {
    const seat *seat = &room->roster.seats[i];
    if (!seat->practice && (seat->client || seat->stayed >= settled))
      return false;
  }
  return !room->config.lasting && room->tick - room->seen >= ticks_of(room, ROOM_SPARE_MS);
}

wire_listed room_listed(const room *room) {
  wire_listed listed = {.phase = room->config.relay ? room->report.match.phase : room->match.phase,
                        .players = room_members(room),
                        .members_max = room->config.members_max,
                        .locked = room->locked};
  strcpy(listed.code, room->code);
  strcpy(listed.name, room->name);
  if (!room->config.relay)
    snprintf(listed.game, sizeof listed.game, "%s", room->match.rules->name);
  return listed;
}

/* --- coming ------------------------------------------------------------------------------------------------- */

uint32_t room_seat(const room *room, const client *client) {
  int32_t index = roster_find_client(&room->roster, client);
  PRE(index >= 0);
  return (uint32_t)index;
}

static void encode_map(const room *room, wire_buffer *out, uint8_t bytes[WIRE_MAP_BYTES_MAX]) {
  wire_map map = room->world.rules;
  snprintf(map.step, sizeof map.step, "%s", room->match.step);
  *out = (wire_buffer){.bytes = bytes, .capacity = WIRE_MAP_BYTES_MAX};
  PRE(wire_encode(out, &wire_map_type, &map));
}

/* FNV-1a. */
static uint32_t hash_of(const wire_buffer *message) {
  uint32_t hash = 0x811c9dc5;
  for (size_t i = 0; i < message->size; i++)
    hash = (hash ^ message->bytes[i]) * 0x01000193;
  return hash;
}

static void send_map(room *room, client *client, const wire_buffer *encoded) {
  if (client->link->format == LINK_MSGPACK) {
    client_send(client, encoded->bytes, encoded->size);
    return;
  }
  wire_map map = room->world.rules;
  snprintf(map.step, sizeof map.step, "%s", room->match.step);
  letter_begin(&room->shared->letter, &wire_map_type, &map);
  letter_send(&room->shared->letter, client);
}

static void welcome(room *room, client *client, uint32_t index, bool resumed) {
  static uint8_t bytes[WIRE_MAP_BYTES_MAX]; /* one thread; too large for a stack */
  wire_buffer map;
  encode_map(room, &map, bytes);
  wire_welcome welcome = {.version = WIRE_VERSION,
                          .id = client->id,
                          .tick = client->written_tick,
                          .tick_rate = room->shared->tick_rate,
                          .map_hash = hash_of(&map),
                          .resumed = resumed,
                          .person = client->person};
  strcpy(welcome.room, room->code);
  token_to_hex(&room->roster.seats[index].token, welcome.token);
  client_tell(client, &wire_welcome_type, &welcome);
  send_map(room, client, &map);
  if (room->match.next_step_at) {
    wire_step step = {.tick = room->match.next_step_at};
    snprintf(step.step, sizeof step.step, "%s", room->match.next_step);
    client_tell(client, &wire_step_type, &step);
  }
}

static void seat_client(room *room, client *client, uint32_t index, bool resumed) {
  client->state = CLIENT_PLAYING;
  client->room = room;
  client->input_tick = client->heard_tick = room->tick;
  client->written_tick = room->tick - 1;
  client->interest = interest_start();
  memset(client->known, 0, room->roster.ids.max / 8 + 1);
  welcome(room, client, index, resumed);
  room_tell_state(room, client);
  roster_greet(&room->roster, client);
  room_begin_history(room, client, resumed);
}

void room_say_presence(room *room, uint32_t index, const char *what) {
  char text[WIRE_TALK_BYTES_MAX + 1];
  if (room->roster.seats[index].practice || room_members(room) > ROOM_PRESENCE_MAX)
    return;
  snprintf(text, sizeof text, "%s %s", room->roster.entries[index].name, what);
  room_announce(room, text);
}

client *room_holder(const room *room, const token *shown) {
  int32_t index = roster_find_token(&room->roster, shown);
  return index < 0 ? NULL : room->roster.seats[index].client;
}

/* Whether the others know that a seat is nobody's now. */
static bool is_told_away(const room *room, uint32_t index) {
  const seat *seat = &room->roster.seats[index];
  return !seat->client && room->tick - seat->away_since >= ticks_of(room, ROOM_AWAY_MS);
}

static void come_back(room *room, client *comer, uint32_t index) {
  client *former = room->roster.seats[index].client;
  bool was_told = is_told_away(room, index);
  if (former) {
    roster_lose(&room->roster, index, room->tick);
    former->room = NULL;
    client_end(former, CODE_TAKEN_OVER, "");
  }
  roster_return(&room->roster, index, comer, room->tick);
  log_line(LOG_INFO, "%s is back as %s (box %u)", comer->link->ops->address(comer->link),
           room->roster.entries[index].name, comer->id);
  if (was_told)
    room_say_presence(room, index, "is back.");
  seat_client(room, comer, index, true);
  match_seated(&room->match, index);
}

static void sit_down(room *room, client *client) {
  uint32_t index = roster_join(&room->roster, client, client->name, client->kind, room->tick);
  const wire_player *entry = &room->roster.entries[index];
  if (client->wants_to_watch || client_is_screen(client))
    room->roster.standings[index].flags |= SEAT_WATCHING;
  match_seated(&room->match, index);
  log_line(LOG_INFO, "%s plays as %s (box %u, %s) in %s", client->link->ops->address(client->link), entry->name,
           entry->id, *entry->kind ? entry->kind : "no kind", room->code);
  seat_client(room, client, index, false);
  room_say_presence(room, index, "joined.");
}

/* Who is away the longest makes way for who comes: in a sandbox, where nobody loses anything, and elsewhere whoever was
   hardly here. Else a few who come and break off would hold every seat. */
static void make_way(room *room) {
  if (!roster_is_full(&room->roster) || room->roster.away == 0)
    return;
  uint32_t settled = room->match.rules->sandbox ? UINT32_MAX : ticks_of(room, ROOM_SETTLED_MS);
  int32_t index = roster_find_away(&room->roster, settled);
  if (index >= 0)
    room_give_up(room, (uint32_t)index);
}

void room_admit(room *room, client *client) {
  int32_t index = roster_find_token(&room->roster, &client->shown);
  if (index >= 0) {
    come_back(room, client, (uint32_t)index);
    return;
  }
  if (room->locked) {
    client_end(client, CODE_ROOM_LOCKED, room->code);
    return;
  }
  make_way(room);
  practice_make_way(room);
  if (roster_is_full(&room->roster))
    client_end(client, CODE_ROOM_FULL, room->code);
  else
    sit_down(room, client);
}

/* --- going -------------------------------------------------------------------------------------------------- */

void room_give_up(room *room, uint32_t index) {
  uint32_t id = room->roster.entries[index].id;
  bool practice = room->roster.seats[index].practice;
  match_unseated(&room->match, index);
  if (world_has(&room->world, id))
    world_remove(&room->world, id);
  roster_leave(&room->roster, index, room->tick);
  if (room->host == id)
    room->host = 0;
  if (room_members(room) == 0 && !practice) {
    room->empty_since = room->tick;
    room->locked = false; /* nobody would be left to unlock it */
  }
}

void room_lose(room *room, client *client) {
  int32_t index = roster_find_client(&room->roster, client);
  client->room = NULL;
  if (index < 0)
    return;
  bool kicked = client->state == CLIENT_CLOSING && client->ended_by == CODE_KICKED;
  bool left = client->state == CLIENT_CLOSING && client->ended_by == CODE_LEFT;
  if (kicked || left || room->shared->hold_ticks == 0) {
    room_say_presence(room, (uint32_t)index, kicked ? ROOM_SENT_AWAY : "left.");
    room_give_up(room, (uint32_t)index);
    return;
  }
  roster_lose(&room->roster, (uint32_t)index, room->tick);
  if (world_has(&room->world, client->id))
    world_hold(&room->world, client->id, 0);
  room->roster.seats[index].pressed = 0;
}

static void mind_absence(room *room, uint32_t index) {
  uint32_t away = room->tick - room->roster.seats[index].away_since;
  if (away >= room->shared->hold_ticks) {
    room_say_presence(room, index, "left.");
    room_give_up(room, index);
  } else if (away == ticks_of(room, ROOM_AWAY_MS)) {
    roster_tell_away(&room->roster, index);
    room_say_presence(room, index, "lost the connection.");
  }
}

/* Those whose connections ended in the last tick, and those who stayed away for too long. */
static void let_go(room *room) {
  for (uint32_t i = room->roster.count; i-- > 0;) {
    seat *seat = &room->roster.seats[i];
    if (seat->client)
      room->seen = room->tick;
    if (seat->client && seat->client->state == CLIENT_CLOSING) {
      room_lose(room, seat->client);
    } else if (!seat->client && !seat->practice) {
      mind_absence(room, i);
    }
  }
}

/* --- the tick ----------------------------------------------------------------------------------------------- */

static void apply_inputs(room *room) {
  for (uint32_t i = 0; i < room->roster.count; i++) {
    client *client = room->roster.seats[i].client;
    uint32_t buttons;
    if (!client || !client_take_input(client, room->tick, room->shared->tick_rate, &buttons) ||
        !world_has(&room->world, client->id))
      continue;
    world_hold(&room->world, client->id, buttons);
    match_press(&room->match, i, buttons);
  }
}

void room_begin(room *room, uint32_t tick) {
  room->tick = room->match.tick = tick;
  let_go(room);
}

void room_run(room *room) {
  practice_keep(room);
  room_keep_host(room);
  room_do_wishes(room);
  apply_inputs(room);
  practice_think(room);
  match_run(&room->match, room->tick);
  world_step(&room->world, room->tick);
  frames_encode(&room->frames, &room->world);
  room_tell_changes(room);
  room_offer_frames(room);
  world_forget_news(&room->world);
}
