#include "server/practice.h"

static uint32_t humans(const room *room) {
  return room->count - room->practice - room->load_bots;
}

/* How many may stay beside those who are here. */
static uint32_t places(const room *room, uint32_t bots) {
  uint32_t others = room->count - room->practice;
  return humans(room) == 0 || others > bots + 1 ? 0 : bots + 1 - others;
}

void practice_make_way(room *room, uint32_t bots) {
  for (uint32_t i = room->count; i-- > 0 && room->practice > places(room, bots);)
    if (!room->players[i].client)
      room_leave(room, i);
}

void practice_join(room *room, uint32_t bots) {
  while (humans(room) == 1 && room->practice < places(room, bots))
    room_join(room, NULL, "", "practice");
}

void practice_think(room *room, uint32_t tick, uint32_t tick_rate) {
  for (uint32_t i = 0; room->practice > 0 && i < room->count; i++)
    if (!room->players[i].client)
      world_hold(room->world, room->entries[i].id, wander_buttons(&room->players[i].mind, tick, tick_rate));
}
