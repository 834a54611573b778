/* Who is here: the seats of a room. A seat has an id, a name, a color and a standing, and is held by a client, by a
   practice bot, or for somebody whose connection was lost. Whoever is told an id was told its name before. In a small
   room everybody knows everybody; in a large one names follow what a client sees. */
#ifndef TICKBOX_ROSTER_H
#define TICKBOX_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/games/game.h"
#include "common/gen/tables.h"
#include "common/wander.h"
#include "server/client.h"
#include "server/ids.h"
#include "server/letter.h"
#include "server/token.h"

enum { ROSTER_SMALL = 128 }; /* with at most so many seats everybody knows everybody */

typedef struct seat {
  client *client; /* NULL: a practice bot, or away */
  bool practice;
  uint64_t name_key; /* of its name, unique here */
  uint64_t wish_key; /* of the name it wished for: counts the Adas */

  /* coming back */
  token token;         /* that the last welcome told */
  token token_before;  /* that it showed, or none: valid as well until it has said something after that welcome */
  uint32_t here_since; /* tick, while it has a client */
  uint32_t away_since; /* tick, while it has none */
  uint32_t stayed;     /* for how many ticks it had one, before */

  /* by telling */
  bool changed;       /* its standing, since it was told */
  bool shown;         /* somebody was told its name, with its standing */
  bool mixed;         /* not all of them were told the same standing */
  wire_standing told; /* what they were told last, unless mixed */

  /* by the match */
  bool wants_to_watch;     /* from the next match on, or at once */
  uint32_t pressed;        /* buttons held in the last tick, to see which are new */
  int32_t kept[GAME_KEPT]; /* the game's, from match to match */
  wander mind;             /* of a practice bot */
} seat;

typedef struct roster {
  uint32_t seats_max;
  ids ids;
  seat *seats;              /* in no order */
  wire_player *entries;     /* what is told of each once, at the same index */
  wire_standing *standings; /* and whenever it changes */
  uint32_t count;
  uint16_t *by_id;    /* where the seat of an id stands */
  uint32_t told;      /* the count that everybody was told last */
  bool told_another;  /* somebody was told another since */
  uint32_t practice;  /* of count: practice bots */
  uint32_t load_bots; /* of count: clients of kind "bot" that are here */
  uint32_t away;      /* of count */
  bool came;          /* somebody new is here whom all in a small room shall hear of */
  uint16_t *changed;  /* ids whose standings changed since that was told */
  uint32_t changed_count;
  wire_leaver *left; /* not told yet */
  uint32_t left_count;
  uint32_t color_users[COLORS];
  uint32_t random;               /* of friendly names and practice bots' minds */
  uint32_t *person;              /* the last person's number, counted over all rooms */
  letter *letter;                /* the host's memory for messages */
  wire_player *told_players;     /* WIRE_ROSTER_ENTRIES_MAX, being put together for one client */
  wire_standing *told_standings; /* likewise, at the same index */
  wire_leaver *told_left;        /* seats_max, likewise */
} roster;

/* False if memory is short. `person` and `letter` stay the caller's. */
bool roster_init(roster *roster, uint32_t seats_max, uint32_t rest_ticks, uint32_t seed, uint32_t *person,
                 letter *letter);
void roster_free(roster *roster);

bool roster_is_full(const roster *roster);
bool roster_is_small(const roster *roster);

/* A new seat for a client or (NULL) a practice bot, without a box. `wish` is clean or empty. Returns its index.
   PRE: not full */
uint32_t roster_join(roster *roster, client *client, const char *wish, const char *kind, uint32_t tick);

/* The seat at `index` is given up. Moves another seat to that index. */
void roster_leave(roster *roster, uint32_t index, uint32_t tick);

/* Its client is lost; the seat is held. That it is away is told by roster_tell_away, as most are back at once. */
void roster_lose(roster *roster, uint32_t index, uint32_t tick);

/* A client comes to the seat at `index`, which has none now; it gets a new token. */
void roster_return(roster *roster, uint32_t index, client *client, uint32_t tick);

/* Of those that are away, have been here for less than `settled` ticks, and are away since the earliest tick, the one;
   -1 if there is none. */
int32_t roster_find_away(const roster *roster, uint32_t settled);

/* The index of the seat with this id, client or token; -1 if there is none. A token that was used up opens nothing. */
int32_t roster_find(const roster *roster, uint32_t id);
int32_t roster_find_client(const roster *roster, const client *client);
int32_t roster_find_token(const roster *roster, const token *shown);

/* The client's first message after its welcome came: its older token is used up. */
void roster_confirm(roster *roster, uint32_t index);

/* Changes the bits of `mask` in the standing's flags. */
void roster_flag(roster *roster, uint32_t index, uint32_t mask, bool on);

/* Marks that the standing changed. */
void roster_changed(roster *roster, uint32_t index);

/* Tells a newcomer those who are here, in a small room, or at least itself. */
void roster_greet(roster *roster, client *client);

/* The seat at `index` is away for so long that it is worth telling. */
void roster_tell_away(roster *roster, uint32_t index);

/* What everybody is to hear: who left, who came, and, if `changes`, whose standing is not what they were told. False if
   it is nothing. Then tell it to one after the other, so that it leaves with what else they are sent; and at the end,
   that everybody heard it. */
bool roster_has_news(roster *roster, bool changes);
void roster_tell_news_to(roster *roster, client *client, bool changes);
void roster_news_told(roster *roster, bool changes);

/* All three at once. */
void roster_tell_news(roster *roster, bool changes);

/* Tells everybody how many are here, if anybody was told otherwise, once in `rest` ticks; whoever is told a name hears
   it then. */
void roster_tell_count(roster *roster, uint32_t tick, uint32_t rest);

/* Names follow interest: `roster_show` for every id that the next frame to this client shows, then `roster_shown`. */
typedef struct {
  roster *roster;
  client *client;
  uint32_t count;
} introduction;
void roster_show(void *introduction, uint32_t id);
void roster_shown(introduction *told);

/* Sends a message to all who are here. */
void roster_send(roster *roster, const wire_type *type, const void *message);

#endif
