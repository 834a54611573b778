/* The rooms of a server: general, those of its configuration, and those that players make, which end when nobody is
   there. Each is found by its code; lasting ones have their name for one. */
#ifndef TICKBOX_ROOMS_H
#define TICKBOX_ROOMS_H

#include "server/room.h"

enum {
  ROOMS_MAX = 1000,
  ROOMS_ENDED_MAX = 16, /* a second, as each gives its memory back, in one tick */
  ROOMS_ERROR_BYTES = 200,
};

#define ROOMS_GENERAL "general"

typedef struct {
  uint32_t rooms_max;   /* at once, general and the configured ones included, 1..ROOMS_MAX */
  uint32_t members_max; /* of each but general */
  uint32_t general_max; /* of general */
  uint32_t company;     /* practice bots in general, for one human alone */
  uint32_t seed;
  const char *configured; /* "NAME:GAME,..."; general may be among them */
} rooms_config;

typedef struct rooms {
  room_shared *shared;
  rooms_config config;
  uint32_t random;
  room **list; /* general first, then by age */
  uint32_t count;
  room **sorted; /* being put in order, for rooms_list */
} rooms;

/* True if these are names and games as rooms_config wants them; else why not, in words. */
bool rooms_check(const char *configured, uint32_t rooms_max, char error[ROOMS_ERROR_BYTES]);

/* Makes general and the configured rooms. False if memory is short. PRE: rooms_check is content */
bool rooms_init(rooms *rooms, room_shared *shared, const rooms_config *config);
void rooms_free(rooms *rooms);

/* By code or name, as a person may type it; empty is general. NULL: there is none. */
room *rooms_find(const rooms *rooms, const char *word);

/* A room by a player's wish. NULL with the code and parameter of what is in the way. */
room *rooms_create(rooms *rooms, const wire_create *create, uint32_t tick, uint32_t *code,
                   char param[WIRE_WORD_BYTES_MAX + 1]);

/* Ends those where nobody has been for a while, ROOMS_ENDED_MAX at once. */
void rooms_sweep(rooms *rooms);

/* The public ones, those with most members first. Returns how many. */
uint32_t rooms_list(const rooms *rooms, wire_listed list[WIRE_ROOMS_LISTED_MAX]);

#endif
