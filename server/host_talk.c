#include <string.h>

#include "common/gen/tables.h"
#include "server/host_parts.h"
#include "server/lab.h"

enum { ANSWER_MS = 500 };

static client *find_person(const host *host, uint32_t person) {
  for (uint32_t i = 0; i < host->connected_count; i++)
    if (host->connected[i]->state == CLIENT_PLAYING && host->connected[i]->person == person)
      return host->connected[i];
  return NULL;
}

/* Its seat may be held: then the line waits in the log. */
static bool is_known_person(const host *host, uint32_t person) {
  for (uint32_t at = 0; at < host->rooms.count; at++) {
    const roster *roster = &host->rooms.list[at]->roster;
    for (uint32_t i = 0; i < roster->count; i++)
      if (roster->entries[i].person == person && !roster->seats[i].practice)
        return true;
  }
  return false;
}

void host_say_beyond(host *host, client *client, const wire_say *say) {
  wire_line line;
  bucket *copies = say->channel == CHANNEL_LOBBY ? &host->shared.lobby_copies : NULL;
  if (!room_compose(client->room, client, say, copies, host->connected_count, &line))
    return;
  if (say->channel == CHANNEL_DIRECT && !is_known_person(host, say->to)) {
    client_notice(client, CODE_NOBODY_THERE, "");
    return;
  }
  line.id = talk_add(&host->shared.lobby, &line);
  wire_talk talk = {.lines = {&line, 1}};
  letter_begin(&host->shared.letter, &wire_talk_type, &talk);
  for (uint32_t i = 0; i < host->connected_count; i++)
    if (talk_may_see(&line, host->connected[i]->person))
      room_tell_line(host->connected[i], &host->shared.letter);
}

void host_pass_typing(host *host, client *client, const wire_typing *typing) {
  wire_typist typist;
  if (typing->channel == CHANNEL_ROOM) {
    room_typing(client->room, client, typing);
    return;
  }
  if (typing->channel != CHANNEL_DIRECT || !room_typist(client->room, client, typing, &typist))
    return;
  struct client *reader = find_person(host, typing->to);
  if (reader)
    client_tell(reader, &wire_typist_type, &typist);
}

static bool is_due(const host *host, const client *client, uint32_t questions) {
  uint32_t rest = ANSWER_MS * host->config.tick_rate / 1000;
  return client->asked & questions && client->room &&
         (!client->answered_tick || host->tick - client->answered_tick >= rest);
}

/* All who ask are told the same list. */
static void tell_rooms(host *host) {
  wire_rooms rooms = {.rooms = {host->listed, 0}};
  for (uint32_t i = 0; i < host->connected_count; i++) {
    if (!is_due(host, host->connected[i], CLIENT_ASKS_ROOMS))
      continue;
    if (!rooms.rooms.count) {
      rooms.rooms.count = rooms_list(&host->rooms, host->listed);
      letter_begin(&host->shared.letter, &wire_rooms_type, &rooms);
    }
    letter_send(&host->shared.letter, host->connected[i]);
  }
}

static void list_person(const host *host, const client *asker, uint32_t at, wire_someone *out) {
  const client *client = host->connected[at];
  int32_t index = roster_find_client(&client->room->roster, client);
  *out = (wire_someone){.person = client->person};
  if (index >= 0)
    strcpy(out->name, client->room->roster.entries[index].name);
  if (client->room->config.is_public || client->room == asker->room)
    strcpy(out->room, client->room->code);
}

static void tell_people(host *host, client *client) {
  wire_people people = {.people = {host->people, 0}};
  for (uint32_t i = 0; i < host->connected_count; i++) {
    if (host->connected[i]->state != CLIENT_PLAYING || !host->connected[i]->room)
      continue;
    people.count++;
    if (people.people.count < WIRE_PEOPLE_LISTED_MAX)
      list_person(host, client, i, &host->people[people.people.count++]);
  }
  letter_begin(&host->shared.letter, &wire_people_type, &people);
  letter_send(&host->shared.letter, client);
}

void host_answer_questions(host *host) {
  tell_rooms(host);
  for (uint32_t i = 0; i < host->connected_count; i++) {
    client *client = host->connected[i];
    if (is_due(host, client, CLIENT_ASKS_PEOPLE))
      tell_people(host, client);
    if (is_due(host, client, CLIENT_ASKS_LAB))
      lab_answer(client, host->config.impair);
    if (!is_due(host, client, CLIENT_ASKS_ROOMS | CLIENT_ASKS_PEOPLE | CLIENT_ASKS_LAB))
      continue;
    client->asked = 0;
    client->answered_tick = host->tick;
  }
}
