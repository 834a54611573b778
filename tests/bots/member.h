/* A bot as a member of its room: who is here and how they stand, how the match stands, what to do about it. It says
   that it is ready once all of its party have come, as host it sets the options and starts, and while a match is
   played it plays as the game's own mind does, on what its replica shows. Nothing here sends: it says what to send. */
#ifndef TICKBOX_BOTS_MEMBER_H
#define TICKBOX_BOTS_MEMBER_H

#include "common/games/game.h"
#include "common/replica.h"
#include "common/wire.h"
#include "tests/bots/party.h"

enum { MEMBER_OPTIONS_MAX = 8 };

/* What a host sets: from --options. */
typedef struct {
  wire_option list[MEMBER_OPTIONS_MAX];
  uint32_t count;
} member_options;

typedef struct member {
  uint32_t id; /* of its seat */
  const game_rules *rules;
  bool sandbox;
  wire_match match; /* its teams are left out */
  wire_standing *standings;
  uint32_t standing_count, standing_capacity;
  wire_mark marks[WIRE_MARKS_MAX];
  uint32_t mark_count;
  sim_params params;
  const sim_map *ground;
  uint32_t options_set; /* by this host, of those that are to be set */
  int64_t wish_at;      /* no sooner is the next wish said */
  uint32_t roles_seen;  /* bit by bit, those that players had */
} member;

/* A seat of this id, in a room of which nothing is known yet. */
void member_seated(member *member, uint32_t id);
void member_free(member *member);

void member_take_map(member *member, const wire_map *map, const sim_map *ground);
void member_take_room(member *member, const wire_room *room);
void member_take_marks(member *member, const wire_marks *marks);

/* `records`: this bot keeps its party's record of matches and winners. */
void member_take_match(member *member, const wire_match *match, party *party, bool records);
void member_take_roster(member *member, const wire_roster *roster, party *party, bool records);

/* What to say now, if anything: the message's type, and the message in `out`. */
const wire_type *member_wish(member *member, const party *party, const member_options *options, int64_t now,
                             wire_any *out);

/* True if a match is played in which this bot has a part, and the game says how. */
bool member_plays(const member *member);

/* The buttons to hold. PRE: member_plays */
uint32_t member_think(const member *member, const replica *replica, wander *mind, uint32_t tick_rate);

#endif
