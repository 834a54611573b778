#include "server/map.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/sim.h"
#include "server/json.h"
#include "server/world.h"

/* What is being read, and where a complaint goes. */
typedef struct {
  const char *file;
  const json *document;
  map *map;
  char *error;
} reading;

__attribute__((format(printf, 2, 3))) static bool fail(reading *reading, const char *format, ...) {
  char what[MAP_ERROR_BYTES / 2];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  snprintf(reading->error, MAP_ERROR_BYTES, "%s: %s", reading->file, what);
  return false;
}

static bool only_known_keys(reading *reading) {
  static const char *const known[] = {"name", "width", "height", "cell", "blocks", "spawns"};
  for (const json *member = json_first(reading->document); member; member = json_next(member)) {
    bool found = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
      found = found || strcmp(json_key(member), known[i]) == 0;
    if (!found)
      return fail(reading, "there is no field \"%s\" in a map", json_key(member));
  }
  return true;
}

static bool read_name(reading *reading) {
  const char *name = json_string(json_get(reading->document, "name"));
  if (!name || !*name || strlen(name) > WIRE_WORD_BYTES_MAX)
    return fail(reading, "\"name\" must be a text of 1 to %d bytes", WIRE_WORD_BYTES_MAX);
  strcpy(reading->map->name, name);
  return true;
}

static bool read_edge(reading *reading, const char *key, uint32_t *out) {
  int64_t edge;
  if (!json_integer(json_get(reading->document, key), WORLD_BOX, MAP_EDGE_MAX, &edge))
    return fail(reading, "\"%s\" must be a whole number, %d to %d", key, WORLD_BOX, MAP_EDGE_MAX);
  *out = (uint32_t)edge * WIRE_SUBUNITS;
  return true;
}

/* PRE: width and height are read. */
static bool read_cell(reading *reading) {
  map *map = reading->map;
  const json *value = json_get(reading->document, "cell");
  int64_t edge;
  map->cell = map->width > map->height ? map->width : map->height;
  if (!value)
    return true;
  if (!json_integer(value, MAP_CELL_MIN, MAP_EDGE_MAX, &edge))
    return fail(reading, "\"cell\" must be a whole number, %d to %d", MAP_CELL_MIN, MAP_EDGE_MAX);
  map->cell = (uint32_t)edge * WIRE_SUBUNITS;
  const sim_params params = {.width = (int32_t)map->width, .height = (int32_t)map->height};
  if (sim_cells(&params, (int32_t)map->cell) > WIRE_CELLS_MAX)
    return fail(reading, "\"cell\" is so short that there were more than %d cells", WIRE_CELLS_MAX);
  return true;
}

/* Some whole numbers of the arena's size at most, such as [x, y, width, height]. */
static bool read_numbers(reading *reading, const char *key, uint32_t index, const json *row, uint32_t *out,
                         uint32_t count) {
  bool good = json_is_array(row) && json_count(row) == count;
  const json *element = good ? json_first(row) : NULL;
  for (uint32_t i = 0; good && i < count; i++, element = json_next(element)) {
    int64_t number;
    good = json_integer(element, 0, MAP_EDGE_MAX, &number);
    out[i] = good ? (uint32_t)number * WIRE_SUBUNITS : 0;
  }
  return good || fail(reading, "%s[%u] must be %u whole numbers, 0 to %d", key, index, count, MAP_EDGE_MAX);
}

static const json *list_of(reading *reading, const char *key, uint32_t min, uint32_t max) {
  const json *list = json_get(reading->document, key);
  if (list && json_is_array(list) && json_count(list) >= min && json_count(list) <= max)
    return list;
  fail(reading, "\"%s\" must be a list of %u to %u entries", key, min, max);
  return NULL;
}

static bool read_block(reading *reading, uint32_t index, const json *row) {
  const map *map = reading->map;
  uint32_t n[4];
  if (!read_numbers(reading, "blocks", index, row, n, 4))
    return false;
  if (n[2] == 0 || n[3] == 0)
    return fail(reading, "blocks[%u] has no size", index);
  if (n[0] + n[2] > map->width || n[1] + n[3] > map->height)
    return fail(reading, "blocks[%u] reaches out of the arena", index);
  map->blocks[index] = (wire_block){n[0], n[1], n[2], n[3]};
  return true;
}

static bool read_blocks(reading *reading) {
  const json *list = list_of(reading, "blocks", 0, MAP_BLOCKS_MAX);
  if (!list)
    return false;
  reading->map->blocks = calloc(json_count(list) + 1, sizeof *reading->map->blocks);
  if (!reading->map->blocks)
    return fail(reading, "not enough memory");
  for (const json *row = json_first(list); row; row = json_next(row))
    if (!read_block(reading, reading->map->block_count++, row))
      return false;
  return true;
}

static bool is_block_at(const map *map, map_spawn spawn) {
  const int32_t edge = WORLD_BOX * WIRE_SUBUNITS;
  for (uint32_t i = 0; i < map->block_count; i++) {
    const wire_block *block = &map->blocks[i];
    if (spawn.x < (int32_t)(block->x + block->w) && spawn.x + edge > (int32_t)block->x &&
        spawn.y < (int32_t)(block->y + block->h) && spawn.y + edge > (int32_t)block->y)
      return true;
  }
  return false;
}

static bool is_spawn_near(const map *map, uint32_t index) {
  const int32_t edge = WORLD_BOX * WIRE_SUBUNITS;
  for (uint32_t i = 0; i < index; i++)
    if (abs(map->spawns[i].x - map->spawns[index].x) < edge && abs(map->spawns[i].y - map->spawns[index].y) < edge)
      return true;
  return false;
}

static bool read_spawn(reading *reading, uint32_t index, const json *row) {
  map *map = reading->map;
  const uint32_t edge = WORLD_BOX * WIRE_SUBUNITS;
  uint32_t n[2];
  if (!read_numbers(reading, "spawns", index, row, n, 2))
    return false;
  if (n[0] + edge > map->width || n[1] + edge > map->height)
    return fail(reading, "a box at spawns[%u] reaches out of the arena", index);
  map->spawns[index] = (map_spawn){(int32_t)n[0], (int32_t)n[1]};
  if (is_block_at(map, map->spawns[index]))
    return fail(reading, "a box at spawns[%u] stands in a block", index);
  if (is_spawn_near(map, index))
    return fail(reading, "a box at spawns[%u] stands on another spawn point", index);
  return true;
}

static bool read_spawns(reading *reading) {
  const json *list = list_of(reading, "spawns", 1, MAP_SPAWNS_MAX);
  if (!list)
    return false;
  reading->map->spawns = calloc(json_count(list), sizeof *reading->map->spawns);
  if (!reading->map->spawns)
    return fail(reading, "not enough memory");
  for (const json *row = json_first(list); row; row = json_next(row))
    if (!read_spawn(reading, reading->map->spawn_count++, row))
      return false;
  return true;
}

static bool read_all(reading *reading) {
  return json_is_object(reading->document)
             ? only_known_keys(reading) && read_name(reading) && read_edge(reading, "width", &reading->map->width) &&
                   read_edge(reading, "height", &reading->map->height) && read_cell(reading) && read_blocks(reading) &&
                   read_spawns(reading)
             : fail(reading, "a map is an object {...}");
}

static map *read_document(json *document, const char *file, char error[MAP_ERROR_BYTES]) {
  reading reading = {file, document, calloc(1, sizeof *reading.map), error};
  bool good = reading.map ? read_all(&reading) : fail(&reading, "not enough memory");
  json_free(document);
  if (good)
    return reading.map;
  map_free(reading.map);
  return NULL;
}

map *map_parse(const char *text, size_t size, const char *file, char error[MAP_ERROR_BYTES]) {
  char reason[JSON_ERROR_BYTES];
  json *document = json_parse(text, size, reason);
  if (document)
    return read_document(document, file, error);
  snprintf(error, MAP_ERROR_BYTES, "%s: %s", file, reason);
  return NULL;
}

map *map_load(const char *path, char error[MAP_ERROR_BYTES]) {
  char reason[JSON_ERROR_BYTES];
  json *document = json_parse_file(path, reason);
  if (document)
    return read_document(document, path, error);
  snprintf(error, MAP_ERROR_BYTES, "%s", reason);
  return NULL;
}

void map_free(map *map) {
  if (!map)
    return;
  free(map->spawns);
  free(map->blocks);
  free(map);
}
