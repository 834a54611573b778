#include "server/host.h"

#include <stdlib.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/client.h"
#include "server/frames.h"
#include "server/log.h"
#include "server/practice.h"
#include "server/room.h"
#include "server/schedule.h"
#include "server/world.h"

enum {
  FRAME_TICKS_MAX = 65535, /* as the frame's field */
  JOINS_MAX = 256,         /* admitted in one tick, so that a crowd at the door stalls nobody; the others wait */
};

struct host {
  host_config config;

  /* by time */
  schedule schedule;
  uint32_t tick; /* last run */

  /* by connections */
  client *clients;    /* places: clients_max and HOST_EXTRA_CLIENTS */
  client **free;      /* the places that nobody has */
  client **connected; /* in no order */
  uint8_t *known;     /* of every place, ROOM_KNOWN_BYTES each */
  uint32_t places, free_count, connected_count;
  uint32_t seated; /* of those connected: not extra */
  wire_arena arena;

  /* by ticks */
  world world;
  room room;
  frames frames;
  client_tally tally;

  /* encoded once */
  wire_buffer map_message;
  uint32_t map_hash;
};

static client_present present_at(const host *host, int64_t now) {
  return (client_present){now, host->tick, &host->schedule, host->config.clients_max};
}

static bool make_places(host *host) {
  host->places = host->config.clients_max + HOST_EXTRA_CLIENTS;
  host->clients = calloc(host->places, sizeof *host->clients);
  host->free = calloc(host->places, sizeof(client *));
  host->connected = calloc(host->places, sizeof(client *));
  host->known = calloc(host->places, ROOM_KNOWN_BYTES);
  host->arena = (wire_arena){.memory = malloc(WIRE_ARENA_BYTES(WIRE_CLIENT_BYTES_MAX)),
                             .capacity = WIRE_ARENA_BYTES(WIRE_CLIENT_BYTES_MAX)};
  if (!host->clients || !host->free || !host->connected || !host->known || !host->arena.memory)
    return false;
  while (host->free_count < host->places) {
    host->free[host->free_count] = &host->clients[host->places - 1 - host->free_count];
    host->free_count++;
  }
  return true;
}

/* FNV-1a. */
static uint32_t hash_of(const wire_buffer *message) {
  uint32_t hash = 0x811c9dc5;
  for (size_t i = 0; i < message->size; i++)
    hash = (hash ^ message->bytes[i]) * 0x01000193;
  return hash;
}

static bool encode_map(host *host) {
  host->map_message = (wire_buffer){.bytes = malloc(WIRE_MAP_BYTES_MAX), .capacity = WIRE_MAP_BYTES_MAX};
  if (!host->map_message.bytes)
    return false;
  PRE(wire_encode(&host->map_message, &wire_map_type, &host->world.rules));
  host->map_hash = hash_of(&host->map_message);
  return true;
}

static bool host_init(host *host, const host_config *config, int64_t now) {
  uint32_t boxes_max = config->clients_max + config->practice_bots;
  host->config = *config;
  host->schedule = schedule_start(now, config->tick_rate);
  return make_places(host) && world_init(&host->world, config->arena, config->tick_rate, boxes_max, config->seed) &&
         room_init(&host->room, &host->world, boxes_max, config->seed) &&
         frames_init(&host->frames, &host->world, WIRE_CHECK_MS * config->tick_rate / 1000) && encode_map(host);
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
  free(host->map_message.bytes);
  frames_free(&host->frames);
  room_free(&host->room);
  world_free(&host->world);
  free(host->arena.memory);
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
  *client = client_start(link, &host->tally, extra, &present);
  host->seated += !extra;
  host->connected[host->connected_count++] = client;
  return client;
}

void host_receive(host *host, client *client, const uint8_t *bytes, size_t size, int64_t now) {
  client_present present = present_at(host, now);
  client_receive(client, bytes, size, &present, &host->arena);
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
  room_leave_client(&host->room, client);
  forget(host, client);
  host->seated -= !client->extra;
  host->free[host->free_count++] = client;
}

static void welcome(host *host, client *client) {
  uint8_t bytes[128];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  wire_welcome welcome = {.version = WIRE_VERSION,
                          .id = client->id,
                          .tick = client->written_tick,
                          .tick_rate = host->config.tick_rate,
                          .map_hash = host->map_hash,
                          .room = "general",
                          .person = client->id};
  PRE(wire_encode(&out, &wire_welcome_type, &welcome));
  client_send(client, out.bytes, out.size);
  client_send(client, host->map_message.bytes, host->map_message.size);
}

static void admit(host *host, client *client) {
  const wire_player *entry = &host->room.entries[room_join(&host->room, client, client->name, client->kind)];
  client->state = CLIENT_PLAYING;
  client->id = entry->id;
  client->input_tick = client->heard_tick = host->tick;
  client->written_tick = host->tick - 1;
  client->interest = interest_start();
  client->known = host->known + (size_t)(client - host->clients) * ROOM_KNOWN_BYTES;
  memset(client->known, 0, ROOM_KNOWN_BYTES);
  log_line(LOG_INFO, "%s plays as %s (box %u, %s)", client->link->ops->address(client->link), entry->name, entry->id,
           *entry->kind ? entry->kind : "no kind");
  welcome(host, client);
}

static void admit_joins(host *host) {
  room_let_ended_leave(&host->room);
  practice_make_way(&host->room, host->config.practice_bots);
  for (uint32_t i = 0, joins = 0; i < host->connected_count && joins < JOINS_MAX; i++)
    if (host->connected[i]->state == CLIENT_JOINING) {
      admit(host, host->connected[i]);
      joins++;
    }
  practice_join(&host->room, host->config.practice_bots);
  room_tell_who_left(&host->room);
  room_tell_count(&host->room, host->tick, WIRE_CHECK_MS * host->config.tick_rate / 1000);
}

static void apply_inputs(host *host) {
  for (uint32_t i = 0; i < host->room.count; i++) {
    client *client = host->room.players[i].client;
    uint32_t buttons;
    if (client && client_take_input(client, host->tick, host->config.tick_rate, &buttons))
      world_hold(&host->world, client->id, buttons);
  }
  practice_think(&host->room, host->tick, host->config.tick_rate);
}

/* A jump of seq that one frame cannot tell is told over several. */
static frame_header header_for(const host *host, const client *client) {
  uint32_t acks = client->seq_applied - client->written_seq;
  frame_header header = {.ticks = host->tick - client->written_tick, .acks = acks < UINT16_MAX ? acks : UINT16_MAX};
  header.slack = header.acks > 0 ? client->slack : 0;
  return header;
}

/* From the own box on: clients look at its middle. */
static void look_around(const host *host, client *client) {
  const sim_body *body = &host->world.boxes[client->id].body;
  int32_t half = host->world.params.box / 2;
  interest_look(&client->interest, &host->frames.grid, body->x + half, body->y + half, client->view_width,
                client->view_height);
}

static void write_frame(host *host, client *client) {
  frame_header header = header_for(host, client);
  look_around(host, client);
  frames_pick(&host->frames, &host->world, &client->interest);
  room_introduce(&host->room, client, &host->frames);
  const wire_buffer *frame = frames_write(&host->frames, &header);
  client_send(client, frame->bytes, frame->size);
  client->written_tick = host->tick;
  client->written_seq += header.acks;
  interest_written(&client->interest);
  host->tally.frames_sent++;
}

/* Latest state wins: who has not drained gets no frame queued, but everything whole once drained. */
static void offer_frame(host *host, client *client) {
  if (client->state != CLIENT_PLAYING)
    return;
  if (client->link->ops->drained(client->link)) {
    write_frame(host, client);
    return;
  }
  interest_miss(&client->interest);
  host->tally.frames_stale++;
  if (host->tick - client->written_tick >= FRAME_TICKS_MAX)
    client_end_by(client, CODE_TOO_SLOW);
}

static void offer_frames(host *host) {
  for (uint32_t i = 0; i < host->room.count; i++)
    if (host->room.players[i].client)
      offer_frame(host, host->room.players[i].client);
}

static void drop_silent_and_flooding(host *host) {
  for (uint32_t i = 0; i < host->connected_count; i++) {
    client_check_silence(host->connected[i], host->tick, host->config.tick_rate);
    client_check_flood(host->connected[i], host->tick, host->config.tick_rate);
  }
}

static void trace(const host *host) {
  if (host->config.trace)
    world_trace(&host->world, host->config.trace);
}

static void run_tick(host *host) {
  host->tick++;
  admit_joins(host);
  apply_inputs(host);
  world_step(&host->world, host->tick);
  /* The rules of a game will run here. */
  frames_encode(&host->frames, &host->world);
  offer_frames(host);
  world_forget_news(&host->world);
  drop_silent_and_flooding(host);
  trace(host);
}

int64_t host_next_due(const host *host) {
  return schedule_due(&host->schedule, host->schedule.next);
}

uint32_t host_run(host *host, int64_t now) {
  uint32_t count = schedule_take(&host->schedule, now);
  for (uint32_t i = 0; i < count; i++)
    run_tick(host);
  return count;
}

void host_stop(host *host) {
  for (uint32_t i = 0; i < host->connected_count; i++)
    client_end_by(host->connected[i], CODE_SHUTTING_DOWN);
}

struct world *host_world(host *host) {
  return &host->world;
}

host_counts host_count(const host *host) {
  return (host_counts){.clients = host->connected_count,
                       .players = host->room.count - host->room.practice,
                       .practice_bots = host->room.practice,
                       .tick = host->tick,
                       .ticks_slipped = (uint32_t)host->schedule.slipped,
                       .late_p99_us = schedule_late_p99(&host->schedule),
                       .frames_sent = host->tally.frames_sent,
                       .frames_stale = host->tally.frames_stale,
                       .bytes_sent = host->tally.bytes_sent};
}
