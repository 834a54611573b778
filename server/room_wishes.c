#include <stdio.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/log.h"
#include "server/room_parts.h"

/* --- the host ----------------------------------------------------------------------------------------------- */

/* By the game it began with: a host who chose a sandbox must have successors, who may choose another game. */
static bool needs_host(const room *room) {
  return !(room->config.lasting && room->config.rules->sandbox);
}

static void make_host(room *room, uint32_t id) {
  int32_t former = room->host ? roster_find(&room->roster, room->host) : -1;
  if (former >= 0)
    roster_flag(&room->roster, (uint32_t)former, SEAT_HOST, false);
  room->host = id;
  int32_t index = roster_find(&room->roster, id);
  if (index >= 0)
    roster_flag(&room->roster, (uint32_t)index, SEAT_HOST, true);
}

/* Who is here the longest, which is the lowest person; a controller only if there is nobody else. */
static uint32_t best_host(const room *room) {
  uint32_t best = 0, least = UINT32_MAX;
  for (uint32_t i = 0; i < room->roster.count; i++) {
    const wire_player *entry = &room->roster.entries[i];
    uint32_t rank = entry->person;
    if (!room->roster.seats[i].client)
      continue;
    if (strcmp(entry->kind, "controller") == 0)
      rank |= UINT32_C(1) << 31;
    if (rank < least) {
      least = rank;
      best = entry->id;
    }
  }
  return best;
}

void room_keep_host(room *room) {
  int32_t index = room->host ? roster_find(&room->roster, room->host) : -1;
  if (!needs_host(room))
    return;
  if (index >= 0) {
    const seat *seat = &room->roster.seats[index];
    uint32_t patience = ROOM_HOST_AWAY_MS * room->shared->tick_rate / 1000;
    if (seat->client || room->tick - seat->away_since < patience)
      return;
  }
  uint32_t next = best_host(room);
  if (next)
    make_host(room, next);
}

/* --- wishes ------------------------------------------------------------------------------------------------- */

static void not_now(client *client, const char *why) {
  client_notice(client, CODE_NOT_NOW, why);
}

static void wish_ready(room *room, client *client, uint32_t index, bool on) {
  if (room->match.rules->sandbox || room->roster.standings[index].flags & SEAT_WATCHING)
    not_now(client, "there is no match to be ready for");
  else
    roster_flag(&room->roster, index, SEAT_READY, on);
}

static void wish_watch(room *room, client *client, uint32_t index, bool on) {
  if (!on && client_is_screen(client))
    not_now(client, "a screen has no box");
  else
    match_watch(&room->match, index, on);
}

static void wish_start(room *room, client *client) {
  const char *obstacle = match_obstacle(&room->match);
  if (obstacle)
    not_now(client, obstacle);
  else
    match_start(&room->match);
}

static void wish_stop(room *room, client *client) {
  if (match_is_waiting(&room->match))
    not_now(client, "no match is running");
  else
    match_stop(&room->match);
}

static void wish_pause(room *room, client *client, bool on) {
  if (room->match.rules->sandbox || room->match.phase != PHASE_PLAYING)
    not_now(client, "no match is played");
  else if (match_is_changing(&room->match))
    not_now(client, "in a moment");
  else
    match_pause(&room->match, on);
}

static void wish_lock(room *room, bool on) {
  room->locked = on;
  room->changed = true;
}

static void wish_kick(room *room, client *host, uint32_t id) {
  int32_t index = roster_find(&room->roster, id);
  if (index < 0 || room->roster.seats[index].practice)
    client_notice(host, CODE_NOBODY_THERE, "");
  else if (id == host->id)
    not_now(host, "that is you");
  else if (room->roster.seats[index].client)
    client_end(room->roster.seats[index].client, CODE_KICKED, "");
  else {
    room_say_presence(room, (uint32_t)index, ROOM_SENT_AWAY);
    room_give_up(room, (uint32_t)index);
  }
}

static void wish_promote(room *room, client *host, uint32_t id) {
  int32_t index = roster_find(&room->roster, id);
  if (index < 0 || !room->roster.seats[index].client)
    client_notice(host, CODE_NOBODY_THERE, "");
  else
    make_host(room, id);
}

static void wish_choose(room *room, client *client, const char *name) {
  const game_rules *rules = game_find(name);
  if (!rules)
    client_notice(client, CODE_UNKNOWN_GAME, name);
  else if (room->config.relay)
    not_now(client, "a display runs the game here");
  else if (!match_is_waiting(&room->match))
    not_now(client, "a match is running");
  else if (match_is_changing(&room->match))
    not_now(client, "in a moment");
  else {
    match_choose(&room->match, rules);
    room->changed = true;
  }
}

static void wish_option(room *room, client *client, const client_wish *wish) {
  if (room->config.relay)
    not_now(client, "a display runs the game here");
  else if (!match_is_waiting(&room->match))
    not_now(client, "a match is running");
  else if (!match_set_option(&room->match, wish->word, wish->value))
    client_notice(client, CODE_UNKNOWN_OPTION, wish->word);
}

static void wish_of_host(room *room, client *client, const client_wish *wish) {
  switch (wish->message) {
  case WIRE_START:
    wish_start(room, client);
    break;
  case WIRE_STOP:
    wish_stop(room, client);
    break;
  case WIRE_PAUSE:
    wish_pause(room, client, wish->value);
    break;
  case WIRE_LOCK:
    wish_lock(room, wish->value);
    break;
  case WIRE_KICK:
    wish_kick(room, client, wish->id);
    break;
  case WIRE_PROMOTE:
    wish_promote(room, client, wish->id);
    break;
  case WIRE_CHOOSE:
    wish_choose(room, client, wish->word);
    break;
  case WIRE_OPTION:
    wish_option(room, client, wish);
    break;
  }
}

static void do_wish(room *room, client *client, const client_wish *wish) {
  uint32_t index = room_seat(room, client);
  if (wish->message == WIRE_READY)
    wish_ready(room, client, index, wish->value);
  else if (wish->message == WIRE_WATCH)
    wish_watch(room, client, index, wish->value);
  else if (client->id != room->host)
    client_notice(client, CODE_NOT_HOST, "");
  else
    wish_of_host(room, client, wish);
}

/* A wish may give up another's seat, which moves the last one there: it is met again, or in the next tick. */
void room_do_wishes(room *room) {
  for (uint32_t i = 0; i < room->roster.count; i++) {
    client *client = room->roster.seats[i].client;
    if (!client || client->wish_count == 0)
      continue;
    uint32_t count = client->wish_count;
    client->wish_count = 0;
    for (uint32_t at = 0; at < count && client->state == CLIENT_PLAYING; at++)
      do_wish(room, client, &client->wishes[at]);
  }
}

/* --- what is told of it ------------------------------------------------------------------------------------- */

static uint32_t list_roles(const room *room, wire_role roles[WIRE_ROLES_MAX]) {
  const game_rules *rules = room->match.rules;
  if (room->config.relay) {
    memcpy(roles, room->report.roles, sizeof room->report.roles);
    return room->report.role_count;
  }
  for (uint32_t i = 0; i < rules->role_count; i++) {
    roles[i].color = rules->roles[i].color;
    snprintf(roles[i].name, sizeof roles[i].name, "%s", rules->roles[i].name);
  }
  return rules->role_count;
}

static uint32_t list_offers(wire_offer offers[WIRE_OFFERS_MAX]) {
  uint32_t count = game_count < WIRE_OFFERS_MAX ? game_count : WIRE_OFFERS_MAX;
  for (uint32_t i = 0; i < count; i++) {
    snprintf(offers[i].name, sizeof offers[i].name, "%s", games[i]->name);
    snprintf(offers[i].words, sizeof offers[i].words, "%s", games[i]->words);
  }
  return count;
}

static wire_match match_of(const room *room, wire_team teams[WIRE_TEAMS_MAX]) {
  if (!room->config.relay)
    return match_told(&room->match, teams);
  wire_match told = room->report.match;
  memcpy(teams, room->report.teams, sizeof room->report.teams);
  told.teams = (wire_team_list){teams, room->report.team_count};
  return told;
}

/* Told to one, or (NULL) to all. */
static void tell(room *room, client *client, const wire_type *type, const void *message) {
  if (!client) {
    roster_send(&room->roster, type, message);
    return;
  }
  letter_begin(&room->shared->letter, type, message);
  letter_send(&room->shared->letter, client);
}

static void tell_room(room *room, client *client) {
  wire_role roles[WIRE_ROLES_MAX];
  wire_team teams[WIRE_TEAMS_MAX];
  wire_choice choices[WIRE_CHOICES_MAX];
  wire_offer offers[WIRE_OFFERS_MAX];
  wire_match match = match_of(room, teams);
  wire_room told = {.sandbox = !room->config.relay && room->match.rules->sandbox,
                    .relay = room->config.relay,
                    .public = room->config.is_public,
                    .locked = room->locked,
                    .members_max = room->config.members_max,
                    .players_min = room->config.relay ? 0 : room->match.rules->players_min,
                    .roles = {roles, list_roles(room, roles)},
                    .teams = match.teams,
                    .choices = {choices, room->config.relay ? 0 : match_choices(&room->match, choices)},
                    .buttons = {room->report.buttons, room->report.button_count},
                    .offers = {offers, list_offers(offers)}};
  strcpy(told.code, room->code);
  strcpy(told.name, room->name);
  if (!room->config.relay)
    snprintf(told.game, sizeof told.game, "%s", room->match.rules->name);
  tell(room, client, &wire_room_type, &told);
}

static void tell_match(room *room, client *client) {
  wire_team teams[WIRE_TEAMS_MAX];
  wire_match told = match_of(room, teams);
  tell(room, client, &wire_match_type, &told);
}

static void tell_marks(room *room, client *client) {
  wire_mark marks[WIRE_MARKS_MAX];
  wire_marks told = {.marks = {marks, match_told_marks(&room->match, marks)}};
  tell(room, client, &wire_marks_type, &told);
}

void room_tell_state(room *room, client *client) {
  tell_room(room, client);
  tell_match(room, client);
  tell_marks(room, client);
}

/* Changes of the phase are told at once, points a little later, so that a game may give some in every tick. What is new
   of players, and nothing else is, goes with each client's frame: by itself it cost as much as another frame. Else it
   goes first, as whoever is told an id was told its name before. */
void room_tell_changes(room *room) {
  uint32_t rest = ROOM_TELL_MS * room->shared->tick_rate / 1000;
  bool due = room->tick % (rest ? rest : 1) == 0;
  bool new_phase = room->match.phase != room->told_phase || room->match.paused != room->told_paused ||
                   room->report.changed; /* who won stands before it says that it is over */
  bool new_room = room->changed || room->match.choices_changed || room->report.changed;
  bool new_match = new_phase || (due && room->match.changed);
  bool new_marks = room->match.marks_changed && (due || new_phase);
  if (new_room || new_match || new_marks)
    roster_tell_news(&room->roster, new_phase);
  room->changes_due = due;
  if (new_room) {
    tell_room(room, NULL);
    room->changed = room->match.choices_changed = false;
  }
  if (new_match) {
    tell_match(room, NULL);
    room->told_phase = room->match.phase;
    room->told_paused = room->match.paused;
    room->match.changed = room->report.changed = false;
  }
  if (new_marks) {
    tell_marks(room, NULL);
    room->match.marks_changed = false;
  }
  roster_tell_count(&room->roster, room->tick, ROOM_COUNT_MS * room->shared->tick_rate / 1000);
}
