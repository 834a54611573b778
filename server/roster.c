#include "server/roster.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"
#include "server/names.h"

enum { NUMBER_TRIES = 16 }; /* numbers tried one after the other before leaping */

static uint32_t told_max(const roster *roster) {
  return roster->seats_max < WIRE_STANDINGS_MAX ? roster->seats_max : WIRE_STANDINGS_MAX;
}

bool roster_init(roster *roster, uint32_t seats_max, uint32_t rest_ticks, uint32_t seed, uint32_t *person,
                 letter *letter) {
  memset(roster, 0, sizeof *roster);
  roster->seats_max = seats_max;
  roster->random = seed ? seed : 1;
  roster->person = person;
  roster->letter = letter;
  uint32_t id_max = ids_max_for(seats_max);
  /* not zeroed, so that it costs no memory before so many are here */
  roster->seats = malloc(seats_max * sizeof *roster->seats);
  roster->entries = malloc(seats_max * sizeof *roster->entries);
  roster->standings = malloc(seats_max * sizeof *roster->standings);
  roster->left = malloc(seats_max * sizeof *roster->left);
  roster->by_id = calloc(id_max + 1, sizeof *roster->by_id);
  roster->told_players = malloc(told_max(roster) * sizeof *roster->told_players);
  roster->told_standings = malloc(told_max(roster) * sizeof *roster->told_standings);
  roster->told_left = malloc(seats_max * sizeof *roster->told_left);
  roster->changed = malloc(seats_max * sizeof *roster->changed);
  return ids_init(&roster->ids, id_max, rest_ticks) && roster->seats && roster->entries && roster->standings &&
         roster->left && roster->by_id && roster->told_players && roster->told_standings && roster->told_left &&
         roster->changed;
}

void roster_free(roster *roster) {
  free(roster->changed);
  free(roster->told_left);
  free(roster->told_standings);
  free(roster->told_players);
  free(roster->by_id);
  free(roster->left);
  free(roster->standings);
  free(roster->entries);
  free(roster->seats);
  ids_free(&roster->ids);
}

bool roster_is_full(const roster *roster) {
  return roster->count == roster->seats_max;
}

bool roster_is_small(const roster *roster) {
  return roster->seats_max <= ROSTER_SMALL;
}

/* --- names and colors -------------------------------------------------------------------------------------- */

static bool is_taken(const roster *roster, uint64_t key) {
  for (uint32_t i = 0; i < roster->count; i++)
    if (roster->seats[i].name_key == key)
      return true;
  return false;
}

/* Numbers start at how many had the same wish, so that the thousandth Ada is found as fast as the second; and
   leap when those after it are taken, so that nobody can make the search long by sitting on them. */
static void make_unique(roster *roster, const char *wish, uint64_t wish_key, char out[NAME_SIZE]) {
  uint32_t number = 1;
  strcpy(out, wish);
  if (!is_taken(roster, wish_key))
    return;
  for (uint32_t i = 0; i < roster->count; i++)
    number += roster->seats[i].wish_key == wish_key;
  number = number < 2 ? 2 : number;
  name_number(wish, number, out);
  for (int tries = 1; is_taken(roster, name_key(out)); tries++) {
    number += tries < NUMBER_TRIES ? 1 : 1 + wander_random(&roster->random) % (4 * roster->seats_max);
    name_number(wish, number, out);
  }
}

static void give_name(roster *roster, seat *seat, const char *wish, char out[NAME_SIZE]) {
  char invented[NAME_SIZE];
  if (!*wish) {
    name_invent(wander_random(&roster->random), invented);
    wish = invented;
  }
  seat->wish_key = name_key(wish);
  make_unique(roster, wish, seat->wish_key, out);
  seat->name_key = name_key(out);
}

static uint32_t deal_color(roster *roster) {
  uint32_t least = 0;
  for (uint32_t color = 1; color < COLORS; color++)
    if (roster->color_users[color] < roster->color_users[least])
      least = color;
  roster->color_users[least]++;
  return least;
}

static bool is_load_bot(const wire_player *entry, const seat *seat) {
  return seat->client && strcmp(entry->kind, "bot") == 0;
}

/* --- coming and going -------------------------------------------------------------------------------------- */

uint32_t roster_join(roster *roster, client *client, const char *wish, const char *kind, uint32_t tick) {
  PRE(!roster_is_full(roster));
  uint32_t index = roster->count, id = ids_take(&roster->ids, tick);
  seat *seat = &roster->seats[index];
  wire_player *entry = &roster->entries[index];
  *seat = (struct seat){.practice = !client};
  *entry = (wire_player){.id = id, .color = deal_color(roster), .person = ++*roster->person};
  strcpy(entry->kind, kind);
  give_name(roster, seat, wish, entry->name);
  roster->count++;
  roster->standings[index] = (wire_standing){.id = id, .flags = client ? 0 : SEAT_PRACTICE};
  if (!client)
    seat->mind = wander_init(wander_random(&roster->random));
  roster->practice += !client;
  roster->by_id[id] = (uint16_t)index;
  roster->came = true;
  if (client)
    roster_return(roster, index, client, tick);
  return index;
}

void roster_return(roster *roster, uint32_t index, client *client, uint32_t tick) {
  seat *seat = &roster->seats[index];
  PRE(!seat->client && !seat->practice);
  seat->client = client;
  seat->here_since = tick;
  client->id = roster->entries[index].id;
  client->person = roster->entries[index].person;
  seat->token_before = client->shown;
  seat->token = token_make();
  roster->load_bots += is_load_bot(&roster->entries[index], seat);
  if (roster->standings[index].flags & SEAT_AWAY)
    roster->away--;
  roster_flag(roster, index, SEAT_AWAY, false);
}

void roster_lose(roster *roster, uint32_t index, uint32_t tick) {
  seat *seat = &roster->seats[index];
  PRE(seat->client);
  roster->load_bots -= is_load_bot(&roster->entries[index], seat);
  seat->client = NULL;
  seat->away_since = tick;
  seat->stayed += tick - seat->here_since;
  roster->away++;
  roster->standings[index].flags |= SEAT_AWAY;
}

void roster_tell_away(roster *roster, uint32_t index) {
  PRE(roster->standings[index].flags & SEAT_AWAY);
  roster_changed(roster, index);
}

static void forget_change(roster *roster, uint32_t id) {
  for (uint32_t i = 0; i < roster->changed_count; i++)
    if (roster->changed[i] == id)
      roster->changed[i--] = roster->changed[--roster->changed_count];
}

void roster_leave(roster *roster, uint32_t index, uint32_t tick) {
  PRE(index < roster->count);
  seat *seat = &roster->seats[index];
  const wire_player *entry = &roster->entries[index];
  if (roster->left_count < roster->seats_max)
    roster->left[roster->left_count++].id = entry->id;
  roster->color_users[entry->color]--;
  roster->practice -= seat->practice;
  roster->load_bots -= is_load_bot(entry, seat);
  roster->away -= (roster->standings[index].flags & SEAT_AWAY) != 0;
  if (seat->changed)
    forget_change(roster, entry->id);
  ids_give_back(&roster->ids, entry->id, tick);
  token_clear(&seat->token);
  token_clear(&seat->token_before);
  uint32_t last = --roster->count;
  roster->seats[index] = roster->seats[last];
  roster->entries[index] = roster->entries[last];
  roster->standings[index] = roster->standings[last];
  roster->by_id[roster->entries[index].id] = (uint16_t)index;
}

int32_t roster_find(const roster *roster, uint32_t id) {
  return id <= roster->ids.max && ids_is_used(&roster->ids, id) ? (int32_t)roster->by_id[id] : -1;
}

int32_t roster_find_client(const roster *roster, const client *client) {
  int32_t index = client->id ? roster_find(roster, client->id) : -1;
  return index >= 0 && roster->seats[index].client == client ? index : -1;
}

int32_t roster_find_away(const roster *roster, uint32_t settled) {
  int32_t found = -1;
  for (uint32_t i = 0; i < roster->count; i++) {
    const seat *seat = &roster->seats[i];
    if (roster->standings[i].flags & SEAT_AWAY && seat->stayed < settled &&
        (found < 0 || seat->away_since < roster->seats[found].away_since))
      found = (int32_t)i;
  }
  return found;
}

/* Looks at every seat, so that the time tells nobody which one it was. */
int32_t roster_find_token(const roster *roster, const token *shown) {
  int32_t found = -1;
  for (uint32_t i = 0; i < roster->count; i++) {
    const seat *seat = &roster->seats[i];
    bool now = token_equal(&seat->token, shown), before = token_equal(&seat->token_before, shown);
    if (now || before)
      found = (int32_t)i;
  }
  return found;
}

void roster_confirm(roster *roster, uint32_t index) {
  token_clear(&roster->seats[index].token_before);
}

void roster_changed(roster *roster, uint32_t index) {
  if (roster->seats[index].changed)
    return;
  roster->seats[index].changed = true;
  roster->changed[roster->changed_count++] = (uint16_t)roster->entries[index].id;
}

void roster_flag(roster *roster, uint32_t index, uint32_t mask, bool on) {
  uint32_t flags = roster->standings[index].flags, set = on ? flags | mask : flags & ~mask;
  if (set == flags)
    return;
  roster->standings[index].flags = set;
  roster_changed(roster, index);
}

/* --- telling ----------------------------------------------------------------------------------------------- */

static bool knows(const client *client, uint32_t id) {
  return client->known[id / 8] >> (id % 8) & 1;
}

static void know(client *client, uint32_t id) {
  client->known[id / 8] |= (uint8_t)(1u << (id % 8));
}

static void forget(client *client, uint32_t id) {
  client->known[id / 8] &= (uint8_t) ~(1u << (id % 8));
}

void roster_send(roster *roster, const wire_type *type, const void *message) {
  letter_begin(roster->letter, type, message);
  for (uint32_t i = 0; i < roster->count; i++)
    if (roster->seats[i].client)
      letter_send(roster->letter, roster->seats[i].client);
}

static void send_roster(roster *roster, client *client, const wire_roster *told) {
  roster->told_another |= told->players != roster->told;
  letter_begin(roster->letter, &wire_roster_type, told);
  letter_send(roster->letter, client);
}

void roster_shown(introduction *told) {
  roster *roster = told->roster;
  wire_roster message = {.players = roster->count,
                         .joined = {roster->told_players, told->count},
                         .standings = {roster->told_standings, told->count}};
  if (told->count > 0)
    send_roster(roster, told->client, &message);
  told->count = 0;
}

/* Whoever is shown it in the middle of a change knows another standing than those before. */
static void note_shown(roster *roster, uint32_t index) {
  seat *seat = &roster->seats[index];
  if (!seat->shown)
    seat->told = roster->standings[index];
  else if (!seat->mixed)
    seat->mixed = memcmp(&seat->told, &roster->standings[index], sizeof seat->told) != 0;
  seat->shown = true;
}

void roster_show(void *context, uint32_t id) {
  introduction *told = context;
  roster *roster = told->roster;
  if (knows(told->client, id))
    return;
  know(told->client, id);
  uint32_t index = roster->by_id[id];
  note_shown(roster, index);
  roster->told_players[told->count] = roster->entries[index];
  roster->told_standings[told->count++] = roster->standings[index];
  if (told->count == told_max(roster))
    roster_shown(told);
}

void roster_greet(roster *roster, client *client) {
  introduction told = {roster, client, 0};
  for (uint32_t i = 0; roster_is_small(roster) && i < roster->count; i++)
    roster_show(&told, roster->entries[i].id);
  roster_show(&told, client->id);
  roster_shown(&told);
}

static void tell_who_left(roster *roster, client *client) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < roster->left_count; i++) {
    uint32_t id = roster->left[i].id;
    if (!knows(client, id))
      continue;
    forget(client, id);
    roster->told_left[count++].id = id;
  }
  if (count > 0)
    send_roster(roster, client, &(wire_roster){.players = roster->count, .left = {roster->told_left, count}});
}

static void send_changes(roster *roster, client *client, uint32_t count) {
  wire_roster message = {.players = roster->count, .standings = {roster->told_standings, count}};
  if (count > 0)
    send_roster(roster, client, &message);
}

static void tell_changes(roster *roster, client *client) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < roster->changed_count; i++) {
    uint32_t id = roster->changed[i];
    if (!knows(client, id))
      continue;
    roster->told_standings[count++] = roster->standings[roster->by_id[id]];
    if (count == told_max(roster)) {
      send_changes(roster, client, count);
      count = 0;
    }
  }
  send_changes(roster, client, count);
}

static bool is_told(const roster *roster, uint32_t index) {
  const seat *seat = &roster->seats[index];
  return seat->shown && !seat->mixed && memcmp(&seat->told, &roster->standings[index], sizeof seat->told) == 0;
}

/* What changed and changed back, such as by a connection lost and found, is no news. */
static void forget_undone(roster *roster) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < roster->changed_count; i++) {
    uint32_t index = roster->by_id[roster->changed[i]];
    if (is_told(roster, index))
      roster->seats[index].changed = false;
    else
      roster->changed[kept++] = roster->changed[i];
  }
  roster->changed_count = kept;
}

static bool must_greet(const roster *roster) {
  return roster->came && roster_is_small(roster);
}

bool roster_has_news(roster *roster, bool changes) {
  if (changes)
    forget_undone(roster);
  return roster->left_count > 0 || must_greet(roster) || (changes && roster->changed_count > 0);
}

void roster_tell_news_to(roster *roster, client *client, bool changes) {
  tell_who_left(roster, client);
  if (must_greet(roster))
    roster_greet(roster, client);
  if (changes)
    tell_changes(roster, client);
}

static void changes_told(roster *roster) {
  for (uint32_t i = 0; i < roster->changed_count; i++) {
    uint32_t index = roster->by_id[roster->changed[i]];
    seat *seat = &roster->seats[index];
    seat->changed = seat->mixed = false;
    seat->told = roster->standings[index];
  }
  roster->changed_count = 0;
}

void roster_news_told(roster *roster, bool changes) {
  if (changes)
    changes_told(roster);
  roster->left_count = 0;
  roster->came = false;
}

void roster_tell_news(roster *roster, bool changes) {
  if (!roster_has_news(roster, changes))
    return;
  for (uint32_t i = 0; i < roster->count; i++)
    if (roster->seats[i].client)
      roster_tell_news_to(roster, roster->seats[i].client, changes);
  roster_news_told(roster, changes);
}

void roster_tell_count(roster *roster, uint32_t tick, uint32_t rest) {
  if ((roster->told == roster->count && !roster->told_another) || tick % rest != 0)
    return;
  roster->told = roster->count;
  roster->told_another = false;
  roster_send(roster, &wire_roster_type, &(wire_roster){.players = roster->count});
}
