/* A room: its seats, world, match and talk, and the tick of all that. Rooms share nothing but the host that runs them,
   so that hundreds fit one process. Messages of its members fill mailboxes, and the tick empties them; only what
   goes from person to person, talk and relayed messages, is passed on at once. */
#ifndef TICKBOX_ROOM_H
#define TICKBOX_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "common/games/game.h"
#include "server/client.h"
#include "server/frames.h"
#include "server/letter.h"
#include "server/map.h"
#include "server/match.h"
#include "server/roster.h"
#include "server/talk.h"
#include "server/world.h"

enum {
  ROOM_EMPTY_MS = 60000,     /* a new room, or one that everybody left, waits this long for somebody */
  ROOM_SPARE_MS = 5000,      /* only this long if there may be no more rooms and another is wanted */
  ROOM_SETTLED_MS = 10000,   /* who was here for less keeps no seat from who comes to a full room */
  ROOM_HOST_AWAY_MS = 10000, /* then another becomes host */
  ROOM_TELL_MS = 100,        /* standings and the match are told at most this often */
  ROOM_COUNT_MS = 1000,      /* and how many are here */
  ROOM_AWAY_MS = 500,        /* only who is away for longer is told to be: most come back at once */
  ROOM_JOINS_MAX = 256,      /* admitted in one tick, so that a crowd at the door stalls nobody; the others wait */
  ROOM_PRESENCE_MAX = 32,    /* with more members nobody is told of each who comes, goes or types */
};

/* What all rooms of a host have in common. */
typedef struct {
  uint32_t tick_rate;
  uint32_t hold_ticks; /* for how long the seat of a lost connection is kept; 0: not at all */
  const map *arena;
  letter letter;
  frame_picks *picks;
  uint32_t person;      /* the last one's number */
  uint32_t line;        /* the next line's, of any talk */
  talk lobby;           /* what is said to everybody, and directly */
  bucket lobby_copies;  /* of what is said to everybody */
  int64_t wall_start;   /* seconds since 1970 at `started` */
  int64_t started, now; /* us */
  client_tally tally;
  wire_line *lines;         /* WIRE_TALK_HISTORY, being put together */
  wire_position *positions; /* as many as a world may have boxes, likewise */
} room_shared;

/* How a room begins. */
typedef struct {
  const char *code, *name;
  const game_rules *rules;
  uint32_t members_max, seed;
  bool is_public, relay;
  bool lasting;     /* it never ends, and nobody is its host if it begins as a sandbox */
  uint32_t company; /* practice bots for one human alone, in a lasting sandbox */
} room_config;

/* What a display reports, in a relay room. */
typedef struct {
  wire_match match;
  wire_role roles[WIRE_ROLES_MAX];
  wire_team teams[WIRE_TEAMS_MAX];
  wire_button buttons[WIRE_BUTTONS_MAX];
  uint32_t role_count, team_count, button_count;
  bool changed;
} room_report;

typedef struct room {
  room_shared *shared;
  room_config config;
  char code[WIRE_WORD_BYTES_MAX + 1], name[WIRE_NAME_BYTES_MAX + 1];
  uint32_t tick;
  world world;
  roster roster;
  match match;
  frames frames;
  talk talk;
  uint8_t *talk_memory;
  bucket talk_copies, relay_copies; /* how many may still be sent */
  room_report report;
  uint32_t host; /* a seat's id; 0: nobody */
  bool locked;
  bool changed;        /* what the message room says */
  uint32_t told_phase; /* as everybody knows it */
  bool told_paused;
  bool changes_due;     /* this tick's frames bring what changed of players */
  uint32_t empty_since; /* tick */
  uint32_t seen;        /* the last tick that somebody was here */
} room;

/* NULL if memory is short. `shared` and the config's texts stay the caller's; the texts are copied. */
room *room_create(room_shared *shared, const room_config *config, uint32_t tick);
void room_destroy(room *room); /* PRE: no client has a seat */

/* The client on the seat of this token; NULL if it opens none, or nobody is on it. */
client *room_holder(const room *room, const token *shown);

/* Lets a client in that said hello, or ends it by the code of what stands in its way. */
void room_admit(room *room, client *client);

/* The client's connection is gone, or was ended: its seat is held, or given up. */
void room_lose(room *room, client *client);

/* One tick: lets go whoever is gone; then, after those who come were admitted, all the rest up to the frames. */
void room_begin(room *room, uint32_t tick);
void room_run(room *room);

/* Messages of members that are passed on at once. */
void room_say(room *room, client *client, const wire_say *say); /* to the room */
void room_typing(room *room, client *client, const wire_typing *typing);
void room_relay(room *room, client *client, const wire_relay *relay);
void room_report_game(room *room, client *client, const wire_report *report);

/* True if nobody was here for ROOM_EMPTY_MS. */
bool room_is_over(const room *room);

/* True if it may make way for another room: nobody is here, nor was of late, and who is away was hardly here. */
bool room_is_spare(const room *room);

/* Members, practice bots not counted; whoever is away is. */
uint32_t room_members(const room *room);

wire_listed room_listed(const room *room);

/* Adds what a client who has a seat sees of the world as it stands after the last tick. */
void room_add_sight(const room *room, const client *client, interest_sum *sum);

/* Puts a line together: cleaned, timed, by its writer's name. False if there is nothing to say, or too often, or if
   `copies` (NULL: any number) has none left for so many others. */
bool room_compose(room *room, client *client, const wire_say *say, bucket *copies, uint32_t others, wire_line *line);

/* The same for a typing mark; false if the last one is still shown. */
bool room_typist(room *room, client *client, const wire_typing *typing, wire_typist *typist);

/* Sends the line that the letter holds, unless the client will be told it with the talk so far. */
void room_tell_line(client *client, letter *letter);

/* A line by the server, to all who are here. */
void room_announce(room *room, const char *text);

#endif
