/* The room as its members see it: what it is, how the match stands, the marks on the ground, what just happened, and
   the lists that were asked for. Kept up to date by the server's messages. */
#ifndef TICKBOX_CLIENT_ROOM_H
#define TICKBOX_CLIENT_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "common/gen/protocol.h"
#include "common/wire.h"

enum { ROOM_EVENT_US = 3000000, ROOM_EVENT_FADE_US = 600000 };

typedef struct room {
  bool told; /* `info` has come */
  wire_room info;
  wire_match match;
  wire_marks marks;
  wire_rooms rooms;   /* the newest list of rooms */
  wire_people people; /* and of people */
  wire_event event;
  int64_t event_at; /* when it came; counts while there is an event */
  uint32_t relayed; /* messages of other members that came */

  /* what the lists above point to */
  wire_role roles[WIRE_ROLES_MAX];
  wire_team teams[WIRE_TEAMS_MAX];
  wire_choice choices[WIRE_CHOICES_MAX];
  wire_button buttons[WIRE_BUTTONS_MAX];
  wire_offer offers[WIRE_OFFERS_MAX];
  wire_team match_teams[WIRE_TEAMS_MAX];
  wire_mark mark_items[WIRE_MARKS_MAX];
  wire_listed listed[WIRE_ROOMS_LISTED_MAX];
  wire_someone someone[WIRE_PEOPLE_LISTED_MAX];
} room;

/* Forgets the room, for another. */
void room_clear(room *room);

/* Takes a message that came at `now`, if it is about the room; else false. */
bool room_apply(room *room, const wire_message *message, int64_t now);

/* The role of that index, or NULL if the game has none such. */
const wire_role *room_role(const room *room, uint32_t role);

/* The team of that number (from 1), with its points in this match, or NULL. */
const wire_team *room_team(const room *room, uint32_t team);

/* How many teams there are. */
uint32_t room_team_count(const room *room);

/* True if a match is being prepared, played or told of, so that roles and teams are worth showing. */
bool room_has_parts(const room *room);

/* What just happened, or NULL; *faded goes from 0 to 255 while it fades. */
const char *room_event(const room *room, int64_t now, uint8_t *faded);

/* Seconds until the phase ends by itself, rounded up, seen from that tick; -1 if it does not. */
int room_seconds_left(const room *room, uint32_t tick, uint32_t tick_rate);

#endif
