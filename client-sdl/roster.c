#include "client-sdl/roster.h"

#include <stdlib.h>

#include "common/pre.h"

typedef struct {
  wire_player player;
  wire_standing standing;
} seat;

struct roster {
  uint32_t players;
  uint32_t end;                     /* above every id that was told */
  seat *by_id[WIRE_BOX_ID_MAX + 1]; /* NULL: not told */
};

roster *roster_create(void) {
  return calloc(1, sizeof(roster));
}

static void drop(roster *roster, uint32_t id) {
  free(roster->by_id[id]);
  roster->by_id[id] = NULL;
}

void roster_clear(roster *roster) {
  for (uint32_t id = 0; id < roster->end; id++)
    drop(roster, id);
  roster->players = roster->end = 0;
}

void roster_destroy(roster *roster) {
  if (roster)
    roster_clear(roster);
  free(roster);
}

static bool put(roster *roster, const wire_player *player) {
  seat **place = &roster->by_id[player->id];
  if (!*place)
    *place = calloc(1, sizeof(**place));
  if (!*place)
    return false;
  (*place)->player = *player;
  if (roster->end <= player->id)
    roster->end = player->id + 1;
  return true;
}

bool roster_apply(roster *roster, const wire_roster *news) {
  bool done = true;
  roster->players = news->players;
  for (uint32_t at = 0; at < news->left.count; at++)
    drop(roster, news->left.items[at].id);
  for (uint32_t at = 0; at < news->joined.count; at++)
    done = put(roster, &news->joined.items[at]) && done;
  for (uint32_t at = 0; at < news->standings.count; at++)
    if (roster->by_id[news->standings.items[at].id])
      roster->by_id[news->standings.items[at].id]->standing = news->standings.items[at];
  return done;
}

const wire_player *roster_find(const roster *roster, uint32_t id) {
  PRE(id <= WIRE_BOX_ID_MAX);
  return roster->by_id[id] ? &roster->by_id[id]->player : NULL;
}

const wire_player *roster_next(const roster *roster, uint32_t *cursor) {
  while (*cursor < roster->end) {
    const seat *seat = roster->by_id[(*cursor)++];
    if (seat)
      return &seat->player;
  }
  return NULL;
}

const wire_player *roster_of_person(const roster *roster, uint32_t person) {
  const wire_player *player;
  for (uint32_t cursor = 0; (player = roster_next(roster, &cursor));)
    if (player->person == person)
      return player;
  return NULL;
}

wire_standing roster_standing(const roster *roster, uint32_t id) {
  PRE(id <= WIRE_BOX_ID_MAX);
  return roster->by_id[id] ? roster->by_id[id]->standing : (wire_standing){.id = id};
}

bool roster_is(const roster *roster, uint32_t id, uint32_t flag) {
  return (roster_standing(roster, id).flags & flag) != 0;
}

uint32_t roster_players(const roster *roster) {
  return roster->players;
}
