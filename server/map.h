/* An arena read from a file, checked once, so that everything behind it trusts it. The file is JSON, in units:

     {"name": "Plaza", "width": 2400, "height": 1600, "cell": 256,
      "blocks": [[x, y, width, height], ...], "spawns": [[x, y], ...]}

   A world with "cell" is seen in part, by cells of this edge near one's box: for many. Without it everybody sees
   everything: for few. In memory lengths are in 1/16 unit. */
#ifndef TICKBOX_MAP_H
#define TICKBOX_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "common/gen/protocol.h"

enum {
  MAP_EDGE_MAX = 32768,  /* longest edge of an arena, in units */
  MAP_BLOCKS_MAX = 1600, /* most blocks: their message fits WIRE_MAP_BYTES_MAX, at 20 bytes each */
  MAP_CELL_MIN = 64,     /* shortest edge of a cell, in units: further than a box walks in a tick */
  MAP_SPAWNS_MAX = 8192, /* most spawn points: for as many as a server holds, and more */
  MAP_ERROR_BYTES = 512,
};

typedef struct {
  int32_t x, y; /* corner of a box that spawns here */
} map_spawn;

typedef struct map {
  char name[WIRE_WORD_BYTES_MAX + 1];
  uint32_t width, height;
  uint32_t cell; /* edge of a cell; without cells, the longer edge of the arena */
  wire_block *blocks;
  uint32_t block_count;
  map_spawn *spawns; /* free of blocks, and of each other */
  uint32_t spawn_count;
} map;

/* NULL with the file, the field and what is wrong with it in `error`. Freed by map_free. */
map *map_load(const char *path, char error[MAP_ERROR_BYTES]);

/* The same from text; `file` names it in errors. */
map *map_parse(const char *text, size_t size, const char *file, char error[MAP_ERROR_BYTES]);

void map_free(map *map);

#endif
