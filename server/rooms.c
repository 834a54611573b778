#include "server/rooms.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/code.h"
#include "server/log.h"
#include "server/names.h"

enum { CODE_TRIES = 64, MAPPED_BYTES = 64 * 1024 };

/* --- the configuration -------------------------------------------------------------------------------------- */

typedef struct {
  char name[WIRE_WORD_BYTES_MAX + 1], game[WIRE_WORD_BYTES_MAX + 1];
} entry;

static bool take_word(const char **at, const char *ends, char out[WIRE_WORD_BYTES_MAX + 1]) {
  size_t size = strcspn(*at, ends);
  if (size == 0 || size > WIRE_WORD_BYTES_MAX)
    return false;
  memcpy(out, *at, size);
  out[size] = 0;
  *at += size;
  return true;
}

/* The next NAME:GAME, with *at left behind it; false at the end or at what is none. */
static bool take_entry(const char **at, entry *out) {
  *at += strspn(*at, ", ");
  if (!take_word(at, ":, ", out->name) || **at != ':')
    return false;
  ++*at;
  return take_word(at, ", ", out->game);
}

static bool is_plain(const char *name) {
  return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == strlen(name);
}

static bool no_game(const char *name, char error[ROOMS_ERROR_BYTES]) {
  int size = snprintf(error, ROOMS_ERROR_BYTES, "there is no game called '%s', but", name);
  for (uint32_t i = 0; i < game_count && size < ROOMS_ERROR_BYTES; i++)
    size += snprintf(error + size, (size_t)(ROOMS_ERROR_BYTES - size), " %s", games[i]->name);
  return false;
}

bool rooms_check(const char *configured, uint32_t rooms_max, char error[ROOMS_ERROR_BYTES]) {
  uint32_t count = 1;
  entry entry;
  while (take_entry(&configured, &entry)) {
    count += strcmp(entry.name, ROOMS_GENERAL) != 0;
    if (!is_plain(entry.name))
      return snprintf(error, ROOMS_ERROR_BYTES, "a room's name is letters, digits, - and _, but not '%s'", entry.name),
             false;
    if (!game_find(entry.game))
      return no_game(entry.game, error);
  }
  if (*configured)
    return snprintf(error, ROOMS_ERROR_BYTES, "rooms are NAME:GAME,NAME:GAME..., but here stands '%.40s'", configured),
           false;
  if (count > rooms_max)
    return snprintf(error, ROOMS_ERROR_BYTES, "%u rooms are more than --max-rooms %u", count, rooms_max), false;
  return true;
}

/* --- beginning and end -------------------------------------------------------------------------------------- */

static room *add(rooms *rooms, const room_config *config, uint32_t tick) {
  PRE(rooms->count < rooms->config.rooms_max);
  room *created = room_create(rooms->shared, config, tick);
  if (created)
    rooms->list[rooms->count++] = created;
  return created;
}

static bool add_lasting(rooms *rooms, const char *name, const char *game) {
  bool general = strcmp(name, ROOMS_GENERAL) == 0;
  room_config config = {.code = name,
                        .name = name,
                        .rules = game_find(game),
                        .members_max = general ? rooms->config.general_max : rooms->config.members_max,
                        .seed = rooms->config.seed,
                        .is_public = true,
                        .lasting = true,
                        .company = general ? rooms->config.company : 0};
  return add(rooms, &config, 0) != NULL;
}

static const char *game_of_general(const char *configured, entry *entry) {
  while (take_entry(&configured, entry))
    if (strcmp(entry->name, ROOMS_GENERAL) == 0)
      return entry->game;
  return "roam";
}

/* A room's boxes by id and its talk are sized for much and mostly used little. Mapped each by itself, they cost what is
   touched of them, and go back to the system with their room; by itself malloc would map less and less. */
static void map_what_is_large(void) {
  mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
}

bool rooms_init(rooms *rooms, room_shared *shared, const rooms_config *config) {
  PRE_RANGE(config->rooms_max, 1, ROOMS_MAX);
  entry entry;
  const char *at = config->configured;
  *rooms = (struct rooms){.shared = shared, .config = *config, .random = config->seed ? config->seed : 1};
  map_what_is_large();
  rooms->list = calloc(config->rooms_max, sizeof(room *));
  rooms->sorted = calloc(config->rooms_max, sizeof(room *));
  if (!rooms->list || !rooms->sorted || !add_lasting(rooms, ROOMS_GENERAL, game_of_general(at, &entry)))
    return false;
  while (take_entry(&at, &entry))
    if (strcmp(entry.name, ROOMS_GENERAL) != 0 && !add_lasting(rooms, entry.name, entry.game))
      return false;
  return true;
}

void rooms_free(rooms *rooms) {
  while (rooms->count > 0)
    room_destroy(rooms->list[--rooms->count]);
  free(rooms->sorted);
  free(rooms->list);
}

/* --- finding ------------------------------------------------------------------------------------------------ */

static room *find_exact(const rooms *rooms, const char *word) {
  for (uint32_t i = 0; i < rooms->count; i++)
    if (strcasecmp(rooms->list[i]->code, word) == 0)
      return rooms->list[i];
  return NULL;
}

room *rooms_find(const rooms *rooms, const char *word) {
  char code[CODE_SIZE];
  if (!*word)
    return rooms->list[0];
  room *found = find_exact(rooms, word);
  return !found && code_read(word, code) ? find_exact(rooms, code) : found;
}

/* --- making and ending -------------------------------------------------------------------------------------- */

/* False if the free codes are so few that none is found. */
static bool find_code(const rooms *rooms, char code[CODE_SIZE]) {
  for (int tries = 0; tries < CODE_TRIES; tries++) {
    code_make(token_random(), code);
    if (!find_exact(rooms, code))
      return true;
  }
  return false;
}

static void end(rooms *rooms, uint32_t at) {
  room_destroy(rooms->list[at]);
  rooms->count--;
  memmove(rooms->list + at, rooms->list + at + 1, (rooms->count - at) * sizeof(room *));
}

/* The room that is missed the least makes way, so that nobody can use them all up by making them. */
static void make_way(rooms *rooms) {
  uint32_t best = 0;
  if (rooms->count < rooms->config.rooms_max)
    return;
  for (uint32_t i = 1; i < rooms->count; i++)
    if (room_is_spare(rooms->list[i]) && (best == 0 || rooms->list[i]->seen < rooms->list[best]->seen))
      best = i;
  if (best == 0)
    return;
  log_line(LOG_INFO, "room %s makes way for another: nobody is there", rooms->list[best]->code);
  end(rooms, best);
}

room *rooms_create(rooms *rooms, const wire_create *create, uint32_t tick, uint32_t *code,
                   char param[WIRE_WORD_BYTES_MAX + 1]) {
  char word[CODE_SIZE], name[NAME_SIZE];
  const game_rules *rules = game_find(*create->game && !create->relay ? create->game : "roam");
  *code = CODE_UNKNOWN_GAME;
  strcpy(param, create->game);
  if (!rules)
    return NULL;
  *code = CODE_TOO_MANY_ROOMS;
  snprintf(param, WIRE_WORD_BYTES_MAX + 1, "%u", rooms->config.rooms_max);
  make_way(rooms);
  if (rooms->count == rooms->config.rooms_max || !find_code(rooms, word))
    return NULL;
  name_clean(create->name, name);
  room_config config = {.code = word,
                        .name = name,
                        .rules = rules,
                        .members_max = rooms->config.members_max,
                        .seed = wander_random(&rooms->random),
                        .is_public = create->public,
                        .relay = create->relay};
  *code = CODE_INTERNAL;
  *param = 0;
  return add(rooms, &config, tick);
}

void rooms_sweep(rooms *rooms) {
  uint32_t ended = 0;
  for (uint32_t i = rooms->count; i-- > 0 && ended < ROOMS_ENDED_MAX;) {
    if (!room_is_over(rooms->list[i]))
      continue;
    ended++;
    log_line(LOG_INFO, "room %s ends: nobody is there", rooms->list[i]->code);
    end(rooms, i);
  }
}

/* Those with most members first. */
static bool is_before(const room *one, const room *other) {
  uint32_t members = room_members(one), others = room_members(other);
  return members != others ? members > others : strcmp(one->code, other->code) < 0;
}

static void swap(room **one, room **other) {
  room *kept = *one;
  *one = *other;
  *other = kept;
}

/* What stands at `at` sinks to where none below it belongs behind it. */
static void sink(room **heap, uint32_t count, uint32_t at) {
  for (uint32_t below; (below = 2 * at + 1) < count; at = below) {
    below += below + 1 < count && is_before(heap[below], heap[below + 1]);
    if (!is_before(heap[at], heap[below]))
      return;
    swap(&heap[at], &heap[below]);
  }
}

/* A heap sort: qsort would take memory, and this is a tick. */
static void sort(room **list, uint32_t count) {
  for (uint32_t at = count / 2; at-- > 0;)
    sink(list, count, at);
  for (uint32_t end = count; end-- > 1;) {
    swap(&list[0], &list[end]);
    sink(list, end, 0);
  }
}

uint32_t rooms_list(const rooms *rooms, wire_listed list[WIRE_ROOMS_LISTED_MAX]) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < rooms->count; i++)
    if (rooms->list[i]->config.is_public)
      rooms->sorted[count++] = rooms->list[i];
  sort(rooms->sorted, count);
  count = count < WIRE_ROOMS_LISTED_MAX ? count : WIRE_ROOMS_LISTED_MAX;
  for (uint32_t i = 0; i < count; i++)
    list[i] = room_listed(rooms->sorted[i]);
  return count;
}
