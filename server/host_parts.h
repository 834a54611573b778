/* The inside of the host, for host*.c only: host.c is its life, its connections and the tick, host_talk.c what goes
   from person to person whatever the room, and what clients ask. */
#ifndef TICKBOX_HOST_PARTS_H
#define TICKBOX_HOST_PARTS_H

#include "server/client.h"
#include "server/host.h"
#include "server/rooms.h"
#include "server/schedule.h"

struct host {
  host_config config;

  /* by time */
  schedule schedule;
  uint32_t tick; /* last run */

  /* by connections */
  client *clients;    /* places: clients_max and HOST_EXTRA_CLIENTS */
  client **free;      /* the places that nobody has */
  client **connected; /* in no order */
  uint8_t *known;     /* of every place, for general: known_bytes each */
  uint8_t *known_few; /* the same for other rooms, close together, as their ids are few: known_few_bytes each */
  size_t known_bytes, known_few_bytes;
  uint32_t places, free_count, connected_count;
  uint32_t seated; /* of those connected: not extra */
  wire_arena arena;

  /* by messages and ticks */
  room_shared shared;
  uint8_t *lobby_memory;
  rooms rooms;
  wire_listed *listed;
  wire_someone *people;

  /* by who measures */
  interest_sum sight;
  uint32_t sight_tick, sight_next; /* when it was counted; whose turn it is, of those connected */
};

/* Talk to everybody, or to one person wherever it is. */
void host_say_beyond(host *host, client *client, const wire_say *say);
void host_pass_typing(host *host, client *client, const wire_typing *typing);

/* Tells those who asked which rooms there are, and who is here; gives those who asked a bad network. */
void host_answer_questions(host *host);

#endif
