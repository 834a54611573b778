#include "tests/bots/ground.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"

struct ground {
  ground *next;
  wire_map map; /* its blocks follow this struct */
  void *memory; /* of the sim_map */
  const sim_map *made;
};

static size_t blocks_bytes(const wire_map *map) {
  return map->blocks.count * sizeof(wire_block);
}

static bool is_same(const wire_map *one, const wire_map *other) {
  return one->width == other->width && one->height == other->height && one->box == other->box &&
         one->blocks.count == other->blocks.count &&
         (one->blocks.count == 0 || !memcmp(one->blocks.items, other->blocks.items, blocks_bytes(one)));
}

static ground *make(const wire_map *map) {
  ground *made = calloc(1, sizeof *made + blocks_bytes(map));
  PRE(made);
  made->map = *map;
  made->map.blocks.items = (const wire_block *)(made + 1);
  if (map->blocks.count > 0)
    memcpy(made + 1, map->blocks.items, blocks_bytes(map));
  size_t bytes = sim_map_bytes(map);
  made->memory = malloc(bytes);
  PRE(made->memory);
  made->made = sim_map_init(made->memory, bytes, map);
  return made;
}

const sim_map *ground_of(ground **list, const wire_map *map) {
  for (ground *one = *list; one; one = one->next)
    if (is_same(&one->map, map))
      return one->made;
  ground *made = make(map);
  made->next = *list;
  *list = made;
  return made->made;
}

void ground_free(ground **list) {
  while (*list) {
    ground *one = *list;
    *list = one->next;
    free(one->memory);
    free(one);
  }
}
