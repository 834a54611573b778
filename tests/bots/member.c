#include "tests/bots/member.h"

#include <stdlib.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"

enum {
  WISH_US = 1000000, /* until a wish that had no effect is said again */
  OPTION_US = 20000, /* between two options */
  BOXES_MAX = 256,   /* that a mind looks at */
};

void member_seated(member *member, uint32_t id) {
  member->standing_count = member->mark_count = 0;
  member->match = (wire_match){0};
  member->options_set = 0;
  member->wish_at = 0;
  member->id = id;
}

void member_free(member *member) {
  free(member->standings);
  member->standings = NULL;
}

static wire_standing *find(const member *member, uint32_t id) {
  for (uint32_t i = 0; i < member->standing_count; i++)
    if (member->standings[i].id == id)
      return &member->standings[i];
  return NULL;
}

static uint32_t own_flags(const member *member) {
  const wire_standing *own = find(member, member->id);
  return own ? own->flags : 0;
}

void member_take_map(member *member, const wire_map *map, const sim_map *ground) {
  member->params = sim_params_of(map);
  member->ground = ground;
}

void member_take_room(member *member, const wire_room *room) {
  member->rules = game_find(room->game);
  member->sandbox = room->sandbox || room->relay;
}

void member_take_marks(member *member, const wire_marks *marks) {
  member->mark_count = marks->marks.count;
  if (member->mark_count > 0)
    memcpy(member->marks, marks->marks.items, member->mark_count * sizeof *member->marks);
}

void member_take_match(member *member, const wire_match *match, party *party, bool records) {
  member->match = *match;
  member->match.teams.count = 0;
  if (!records || match->phase != PHASE_RESULTS || match->number <= party->last_match)
    return;
  party->last_match = match->number;
  party->matches++;
}

static wire_standing *add(member *member, uint32_t id) {
  if (member->standing_count == member->standing_capacity) {
    member->standing_capacity = member->standing_capacity ? 2 * member->standing_capacity : 16;
    member->standings = realloc(member->standings, member->standing_capacity * sizeof *member->standings);
    PRE(member->standings);
  }
  wire_standing *made = &member->standings[member->standing_count++];
  *made = (wire_standing){.id = id, .victories = UINT32_MAX};
  return made;
}

static void take_standing(member *member, const wire_standing *told, party *party, bool records) {
  wire_standing *had = find(member, told->id);
  if (!had)
    had = add(member, told->id);
  if (records && told->victories > had->victories)
    party->winners += told->victories - had->victories;
  *had = *told;
  if (told->flags & SEAT_PLAYS)
    member->roles_seen |= 1u << told->role;
}

void member_take_roster(member *member, const wire_roster *roster, party *party, bool records) {
  for (uint32_t i = 0; i < roster->left.count; i++) {
    wire_standing *left = find(member, roster->left.items[i].id);
    if (left)
      *left = member->standings[--member->standing_count];
  }
  for (uint32_t i = 0; i < roster->standings.count; i++)
    take_standing(member, &roster->standings.items[i], party, records);
}

/* A newcomer hears a little later who the host is, which may be itself. */
static bool knows_host(const member *member) {
  for (uint32_t i = 0; i < member->standing_count; i++)
    if (member->standings[i].flags & SEAT_HOST)
      return true;
  return false;
}

const wire_type *member_wish(member *member, const party *party, const member_options *options, int64_t now,
                             wire_any *out) {
  if (!member->rules || member->sandbox || member->match.phase != PHASE_WAITING || now < member->wish_at ||
      party->come < party->size || !knows_host(member))
    return NULL;
  uint32_t flags = own_flags(member);
  member->wish_at = now + WISH_US;
  if (flags & SEAT_HOST && member->options_set < options->count) {
    out->option = options->list[member->options_set++];
    member->wish_at = now + OPTION_US;
    return &wire_option_type;
  }
  if (!(flags & (SEAT_READY | SEAT_WATCHING))) {
    out->ready = (wire_ready){.on = 1};
    return &wire_ready_type;
  }
  return flags & SEAT_HOST ? &wire_start_type : NULL;
}

bool member_plays(const member *member) {
  uint32_t flags = own_flags(member);
  return member->rules && member->rules->think && member->ground && member->match.phase == PHASE_PLAYING &&
         flags & SEAT_PLAYS && !(flags & SEAT_OUT);
}

/* Those in play whom the replica shows, by id. */
static uint32_t look_around(const member *member, const replica *replica, game_box boxes[BOXES_MAX]) {
  uint32_t count = 0, shown = replica_stats(replica)->boxes;
  for (uint32_t i = 0; i < shown && count < BOXES_MAX; i++) {
    uint32_t id = replica_id_at(replica, i), buttons;
    const wire_standing *standing = find(member, id);
    sim_body body;
    if (!standing || !(standing->flags & SEAT_PLAYS) || standing->flags & SEAT_OUT)
      continue;
    if (replica_find(replica, id, &body, &buttons))
      boxes[count++] = (game_box){id, body.x, body.y, standing->role, standing->team, (uint32_t)body.flags};
  }
  return count;
}

uint32_t member_think(const member *member, const replica *replica, wander *mind, uint32_t tick_rate) {
  game_box boxes[BOXES_MAX];
  game_sight sight = {.tick = replica_stats(replica)->predicted_tick,
                      .tick_rate = tick_rate,
                      .self = member->id,
                      .boxes = boxes,
                      .box_count = look_around(member, replica, boxes),
                      .marks = member->marks,
                      .mark_count = member->mark_count,
                      .params = member->params,
                      .ground = member->ground};
  PRE(member_plays(member));
  return member->rules->think(&sight, mind);
}
