#include "client-sdl/room.h"

#include <string.h>

void room_clear(room *room) {
  memset(room, 0, sizeof(*room));
}

/* Takes a message over, whose lists stand in memory that the next message reuses. */
#define KEEP_LIST(list, store)                                                                                         \
  do {                                                                                                                 \
    if ((list).count > 0)                                                                                              \
      memcpy((store), (list).items, (list).count * sizeof((store)[0]));                                                \
    (list).items = (store);                                                                                            \
  } while (0)

static void keep_info(room *room, const wire_room *info) {
  room->told = true;
  room->info = *info;
  KEEP_LIST(room->info.roles, room->roles);
  KEEP_LIST(room->info.teams, room->teams);
  KEEP_LIST(room->info.choices, room->choices);
  KEEP_LIST(room->info.buttons, room->buttons);
  KEEP_LIST(room->info.offers, room->offers);
}

static void keep_match(room *room, const wire_match *match) {
  room->match = *match;
  KEEP_LIST(room->match.teams, room->match_teams);
}

static void keep_event(room *room, const wire_event *event, int64_t now) {
  room->event = *event;
  room->event_at = now;
}

bool room_apply(room *room, const wire_message *message, int64_t now) {
  switch (message->type->id) {
  case WIRE_ROOM:
    keep_info(room, &message->as.room);
    return true;
  case WIRE_MATCH:
    keep_match(room, &message->as.match);
    return true;
  case WIRE_MARKS:
    room->marks = message->as.marks;
    KEEP_LIST(room->marks.marks, room->mark_items);
    return true;
  case WIRE_ROOMS:
    room->rooms = message->as.rooms;
    KEEP_LIST(room->rooms.rooms, room->listed);
    return true;
  case WIRE_PEOPLE:
    room->people = message->as.people;
    KEEP_LIST(room->people.people, room->someone);
    return true;
  case WIRE_EVENT:
    keep_event(room, &message->as.event, now);
    return true;
  case WIRE_RELAYED:
    room->relayed++;
    return true;
  default:
    return false;
  }
}

const wire_role *room_role(const room *room, uint32_t role) {
  return role < room->info.roles.count ? &room->roles[role] : NULL;
}

const wire_team *room_team(const room *room, uint32_t team) {
  if (team >= 1 && team <= room->match.teams.count)
    return &room->match_teams[team - 1];
  return team >= 1 && team <= room->info.teams.count ? &room->teams[team - 1] : NULL;
}

uint32_t room_team_count(const room *room) {
  return room->match.teams.count > 0 ? room->match.teams.count : room->info.teams.count;
}

bool room_has_parts(const room *room) {
  return room->told && !room->info.sandbox && room->match.phase != PHASE_WAITING;
}

const char *room_event(const room *room, int64_t now, uint8_t *faded) {
  int64_t left = room->event_at + ROOM_EVENT_US - now;
  if (!room->event.text[0] || left <= 0)
    return NULL;
  *faded = left >= ROOM_EVENT_FADE_US ? 0 : (uint8_t)(255 - 255 * left / ROOM_EVENT_FADE_US);
  return room->event.text;
}

int room_seconds_left(const room *room, uint32_t tick, uint32_t tick_rate) {
  if (room->match.until == 0 || tick_rate == 0)
    return -1;
  int32_t ticks = (int32_t)(room->match.until - tick);
  return ticks <= 0 ? 0 : (int)(((uint32_t)ticks + tick_rate - 1) / tick_rate);
}
