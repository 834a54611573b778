#include "server/host.h"

#include <stdlib.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/host_parts.h"
#include "server/log.h"
#include "server/world.h"

enum { SWEEP_MS = 1000 };

static client_present present_at(host *host, int64_t now) {
  return (client_present){now, host->tick, &host->schedule, host->config.clients_max, &host->arena};
}

static uint32_t seats_of_general(const host_config *config) {
  return config->clients_max + config->practice_bots;
}

static uint32_t members_of_rooms(const host_config *config) {
  return config->room_members ? config->room_members : HOST_ROOM_MEMBERS;
}

static size_t bytes_for_ids(uint32_t seats) {
  return ids_max_for(seats) / 8 + 1;
}

static bool make_places(host *host) {
  host->places = host->config.clients_max + HOST_EXTRA_CLIENTS;
  host->known_bytes = bytes_for_ids(seats_of_general(&host->config));
  host->known_few_bytes = bytes_for_ids(members_of_rooms(&host->config));
  host->clients = calloc(host->places, sizeof *host->clients);
  host->free = calloc(host->places, sizeof(client *));
  host->connected = calloc(host->places, sizeof(client *));
  host->known = calloc(host->places, host->known_bytes);
  host->known_few = calloc(host->places, host->known_few_bytes);
  host->arena = (wire_arena){.memory = malloc(WIRE_ARENA_BYTES(WIRE_CLIENT_BYTES_MAX)),
                             .capacity = WIRE_ARENA_BYTES(WIRE_CLIENT_BYTES_MAX)};
  if (!host->clients || !host->free || !host->connected || !host->known || !host->known_few || !host->arena.memory)
    return false;
  while (host->free_count < host->places) {
    host->free[host->free_count] = &host->clients[host->places - 1 - host->free_count];
    host->free_count++;
  }
  return true;
}

static bool make_shared(host *host, int64_t now) {
  const host_config *config = &host->config;
  room_shared *shared = &host->shared;
  uint32_t boxes = seats_of_general(config) + members_of_rooms(config);
  *shared = (room_shared){.tick_rate = config->tick_rate,
                          .hold_ticks = (uint32_t)((uint64_t)config->hold_ms * config->tick_rate / 1000),
                          .arena = config->arena,
                          .line = 1,
                          .lobby_copies = client_copies(CLIENT_TALKS, now),
                          .wall_start = config->wall,
                          .started = now,
                          .now = now};
  host->lobby_memory = malloc(TALK_BYTES);
  shared->lobby = talk_start(host->lobby_memory, &shared->line);
  shared->lines = calloc(WIRE_TALK_HISTORY, sizeof *shared->lines);
  shared->positions = calloc(boxes, sizeof *shared->positions);
  host->listed = calloc(WIRE_ROOMS_LISTED_MAX, sizeof *host->listed);
  host->people = calloc(WIRE_PEOPLE_LISTED_MAX, sizeof *host->people);
  shared->picks = frame_picks_create();
  return shared->picks && letter_init(&shared->letter) && host->lobby_memory && shared->lines && shared->positions &&
         host->listed && host->people;
}

static bool make_rooms(host *host) {
  const host_config *config = &host->config;
  rooms_config wanted = {.rooms_max = config->rooms_max ? config->rooms_max : ROOMS_MAX,
                         .members_max = members_of_rooms(config),
                         .general_max = config->clients_max,
                         .company = config->practice_bots,
                         .seed = config->seed,
                         .configured = config->rooms ? config->rooms : ""};
  return rooms_init(&host->rooms, &host->shared, &wanted);
}

static bool host_init(host *host, const host_config *config, int64_t now) {
  host->config = *config;
  host->schedule = schedule_start(now, config->tick_rate);
  return make_places(host) && make_shared(host, now) && make_rooms(host);
}

host *host_create(const host_config *config, int64_t now) {
  PRE_RANGE(config->tick_rate, WIRE_TICK_RATE_MIN, WIRE_TICK_RATE_MAX);
  PRE_RANGE(config->clients_max, 1, HOST_CLIENTS_MAX);
  PRE(config->practice_bots <= HOST_PRACTICE_MAX);
  PRE(config->arena != NULL);
  host *created = calloc(1, sizeof *created);
  if (created && host_init(created, config, now))
    return created;
  if (created)
    host_destroy(created);
  return NULL;
}

void host_destroy(host *host) {
  PRE(host->connected_count == 0);
  rooms_free(&host->rooms);
  if (host->shared.picks)
    frame_picks_destroy(host->shared.picks);
  letter_free(&host->shared.letter);
  free(host->people);
  free(host->listed);
  free(host->shared.positions);
  free(host->shared.lines);
  free(host->lobby_memory);
  free(host->arena.memory);
  free(host->known_few);
  free(host->known);
  free(host->connected);
  free(host->free);
  free(host->clients);
  free(host);
}

client *host_connect(host *host, link_t *link, int64_t now) {
  if (host->free_count == 0)
    return NULL;
  client *client = host->free[--host->free_count];
  bool extra = host->seated >= host->config.clients_max;
  client_present present = present_at(host, now);
  *client = client_start(link, &host->shared.tally, extra, &present);
  host->seated += !extra;
  host->connected[host->connected_count++] = client;
  return client;
}

static void make_room(host *host, client *client, const wire_create *create) {
  uint32_t code;
  char param[WIRE_WORD_BYTES_MAX + 1];
  if (!client_may(client, CLIENT_CREATIONS, host->shared.now))
    return;
  room *room = rooms_create(&host->rooms, create, host->tick, &code, param);
  if (!room) {
    client_notice(client, code, param);
    return;
  }
  wire_created created;
  strcpy(created.code, room->code);
  log_line(LOG_INFO, "%s makes room %s (%s)", client->link->ops->address(client->link), room->code,
           room->config.relay ? "relay" : room->match.rules->name);
  client_tell(client, &wire_created_type, &created);
}

static void pass_on(host *host, client *client, const wire_message *message) {
  switch (message->type->id) {
  case WIRE_CREATE:
    make_room(host, client, &message->as.create);
    break;
  case WIRE_LIST:
    client->asked |= CLIENT_ASKS_ROOMS;
    break;
  case WIRE_WHO:
    client->asked |= CLIENT_ASKS_PEOPLE;
    break;
  case WIRE_SAY:
    if (message->as.say.channel == CHANNEL_ROOM)
      room_say(client->room, client, &message->as.say);
    else
      host_say_beyond(host, client, &message->as.say);
    break;
  case WIRE_TYPING:
    host_pass_typing(host, client, &message->as.typing);
    break;
  case WIRE_RELAY:
    room_relay(client->room, client, &message->as.relay);
    break;
  case WIRE_REPORT:
    room_report_game(client->room, client, &message->as.report);
    break;
  }
}

/* A place that came free since it connected is its own: who reconnects is often here before the end of its old
   connection is. */
static void take_free_place(host *host, client *client) {
  if (!client->extra || client->state == CLIENT_CLOSING || host->seated >= host->config.clients_max)
    return;
  client->extra = false;
  host->seated++;
}

void host_receive(host *host, client *client, const uint8_t *bytes, size_t size, int64_t now) {
  client_present present = present_at(host, now);
  wire_message message;
  bool playing = client->state == CLIENT_PLAYING;
  host->shared.now = now;
  take_free_place(host, client);
  if (client_receive(client, bytes, size, &present, &message) && client->room)
    pass_on(host, client, &message);
  if (playing && client->state == CLIENT_PLAYING && client->room && !client->confirmed) {
    client->confirmed = true;
    roster_confirm(&client->room->roster, (uint32_t)roster_find_client(&client->room->roster, client));
  }
}

void host_receive_fault(host *host, client *client, uint32_t code) {
  (void)host;
  client_end_by(client, code);
}

static void forget(host *host, const client *client) {
  uint32_t at = 0;
  while (host->connected[at] != client)
    at++;
  host->connected[at] = host->connected[--host->connected_count];
}

void host_disconnect(host *host, client *client) {
  if (client->state == CLIENT_PLAYING)
    log_line(LOG_INFO, "%s disconnected (box %u)", client->link->ops->address(client->link), client->id);
  client->state = CLIENT_CLOSING; /* that it left is told to others only */
  if (client->room)
    room_lose(client->room, client);
  forget(host, client);
  host->seated -= !client->extra;
  host->free[host->free_count++] = client;
}

/* --- the tick ----------------------------------------------------------------------------------------------- */

static void begin_rooms(host *host) {
  for (uint32_t i = 0; i < host->rooms.count; i++)
    room_begin(host->rooms.list[i], host->tick);
}

/* Where it keeps which names it was told. */
static uint8_t *known_of(const host *host, const client *client, const room *room) {
  size_t place = (size_t)(client - host->clients);
  return room == host->rooms.list[0] ? host->known + place * host->known_bytes
                                     : host->known_few + place * host->known_few_bytes;
}

/* Above the limit, but on a seat of its own that its former connection still holds: that one's place is its own too. */
static bool take_former_place(client *client, struct client *former) {
  if (!former)
    return false;
  PRE(!former->extra);
  former->extra = true;
  client->extra = false;
  return true;
}

static void admit(host *host, client *client) {
  room *room = rooms_find(&host->rooms, client->room_word);
  if (!room) {
    client_end(client, CODE_UNKNOWN_ROOM, client->room_word);
    return;
  }
  take_free_place(host, client);
  if (client->extra && !take_former_place(client, room_holder(room, &client->shown))) {
    client_end_as_full(client, host->config.clients_max);
    return;
  }
  client->known = known_of(host, client, room);
  room_admit(room, client);
}

static void admit_joins(host *host) {
  for (uint32_t i = 0, joins = 0; i < host->connected_count && joins < ROOM_JOINS_MAX; i++)
    if (host->connected[i]->state == CLIENT_JOINING) {
      admit(host, host->connected[i]);
      joins++;
    }
}

static void run_rooms(host *host) {
  for (uint32_t i = 0; i < host->rooms.count; i++)
    room_run(host->rooms.list[i]);
  if (host->tick % (SWEEP_MS * host->config.tick_rate / 1000) == 0)
    rooms_sweep(&host->rooms);
}

static void drop_silent_and_flooding(host *host) {
  for (uint32_t i = 0; i < host->connected_count; i++) {
    client_check_silence(host->connected[i], host->tick, host->config.tick_rate);
    client_check_flood(host->connected[i], host->tick, host->config.tick_rate);
  }
}

static void trace(const host *host) {
  if (host->config.trace)
    world_trace(&host->rooms.list[0]->world, host->config.trace);
}

static void run_tick(host *host) {
  host->tick++;
  begin_rooms(host);
  admit_joins(host);
  run_rooms(host);
  host_answer_questions(host);
  drop_silent_and_flooding(host);
  trace(host);
}

int64_t host_next_due(const host *host) {
  return schedule_due(&host->schedule, host->schedule.next);
}

uint32_t host_run(host *host, int64_t now) {
  uint32_t count = schedule_take(&host->schedule, now);
  host->shared.now = now;
  for (uint32_t i = 0; i < count; i++)
    run_tick(host);
  return count;
}

void host_stop(host *host) {
  for (uint32_t i = 0; i < host->connected_count; i++)
    client_end_by(host->connected[i], CODE_SHUTTING_DOWN);
}

struct rooms *host_rooms(host *host) {
  return &host->rooms;
}

struct world *host_world(host *host) {
  return &host->rooms.list[0]->world;
}

uint32_t host_late_p99(const host *host, uint32_t ticks) {
  return schedule_late_p99(&host->schedule, ticks);
}

interest_sum host_sight(host *host) {
  interest_sum *sum = &host->sight;
  if (host->sight_tick == host->tick)
    return *sum;
  *sum = (interest_sum){0};
  host->sight_tick = host->tick;
  uint32_t most = host->connected_count < HOST_SIGHT_CLIENTS ? host->connected_count : HOST_SIGHT_CLIENTS;
  for (uint32_t i = 0; i < most && sum->subscribed < HOST_SIGHT_BOXES; i++) {
    const client *client = host->connected[host->sight_next++ % host->connected_count];
    if (client->state == CLIENT_PLAYING && client->room)
      room_add_sight(client->room, client, sum);
  }
  return *sum;
}

host_counts host_count(const host *host) {
  host_counts counts = {.clients = host->connected_count,
                        .rooms = host->rooms.count,
                        .tick = host->tick,
                        .ticks_slipped = (uint32_t)host->schedule.slipped,
                        .frames_sent = host->shared.tally.frames_sent,
                        .frames_stale = host->shared.tally.frames_stale,
                        .bytes_sent = host->shared.tally.bytes_sent};
  for (uint32_t i = 0; i < host->rooms.count; i++) {
    counts.players += room_members(host->rooms.list[i]);
    counts.practice_bots += host->rooms.list[i]->roster.practice;
  }
  return counts;
}
