#include "server/practice.h"

#include "server/room_parts.h"

static uint32_t humans(const roster *roster) {
  return roster->count - roster->practice - roster->load_bots - roster->away;
}

/* How many may stay beside those who are here. */
static uint32_t places_beside(const roster *roster, uint32_t bots) {
  uint32_t others = roster->count - roster->practice;
  return humans(roster) == 0 || others > bots + 1 ? 0 : bots + 1 - others;
}

static bool keeps_company(const room *room) {
  return room->config.lasting && room->match.rules->sandbox;
}

static uint32_t most_wanted(const room *room) {
  const roster *roster = &room->roster;
  uint32_t free = roster->seats_max - (roster->count - roster->practice), wanted;
  if (keeps_company(room))
    wanted = places_beside(roster, room->config.company);
  else
    wanted = humans(roster) + roster->load_bots > 0 ? match_practice_wanted(&room->match) : 0;
  return wanted < free ? wanted : free;
}

/* Company joins one human alone; but once there it stays as long as there are places. */
static bool may_join(const room *room) {
  return !keeps_company(room) || humans(&room->roster) == 1;
}

static void let_one_leave(room *room) {
  for (uint32_t i = room->roster.count; i-- > 0;)
    if (room->roster.seats[i].practice) {
      room_give_up(room, i);
      return;
    }
}

void practice_make_way(room *room) {
  if (roster_is_full(&room->roster) && room->roster.practice > 0)
    let_one_leave(room);
}

void practice_keep(room *room) {
  uint32_t wanted = most_wanted(room);
  while (room->roster.practice > wanted)
    let_one_leave(room);
  while (may_join(room) && room->roster.practice < wanted)
    match_seated(&room->match, roster_join(&room->roster, NULL, "", "practice", room->tick));
}

void practice_think(room *room) {
  for (uint32_t i = 0; room->roster.practice > 0 && i < room->roster.count; i++) {
    uint32_t id = room->roster.entries[i].id;
    if (!room->roster.seats[i].practice || !world_has(&room->world, id))
      continue;
    uint32_t buttons = match_think(&room->match, i);
    world_hold(&room->world, id, buttons);
    match_press(&room->match, i, buttons);
  }
}
