#include "client-sdl/roster.h"

#include <stdlib.h>

#include "common/pre.h"

struct roster {
  uint32_t players;
  wire_player *by_id[WIRE_BOX_ID_MAX + 1]; /* NULL: not told */
};

roster *roster_create(void) {
  return calloc(1, sizeof(roster));
}

void roster_clear(roster *roster) {
  roster->players = 0;
  for (uint32_t id = 0; id <= WIRE_BOX_ID_MAX; id++) {
    free(roster->by_id[id]);
    roster->by_id[id] = NULL;
  }
}

void roster_destroy(roster *roster) {
  if (roster)
    roster_clear(roster);
  free(roster);
}

static bool put(roster *roster, const wire_player *player) {
  wire_player **place = &roster->by_id[player->id];
  if (!*place)
    *place = malloc(sizeof(**place));
  if (*place)
    **place = *player;
  return *place != NULL;
}

bool roster_apply(roster *roster, const wire_roster *news) {
  bool done = true;
  roster->players = news->players;
  for (uint32_t at = 0; at < news->left.count; at++) {
    wire_player **place = &roster->by_id[news->left.items[at].id];
    free(*place);
    *place = NULL;
  }
  for (uint32_t at = 0; at < news->joined.count; at++)
    done = put(roster, &news->joined.items[at]) && done;
  return done;
}

const wire_player *roster_find(const roster *roster, uint32_t id) {
  PRE(id <= WIRE_BOX_ID_MAX);
  return roster->by_id[id];
}

uint32_t roster_players(const roster *roster) {
  return roster->players;
}
