#include "common/sim.h"

#include "common/pre.h"

/* Blocks by tile: a tile's blocks are entries[first[tile]] .. entries[first[tile + 1]]. A block stands in
   every tile it touches. */
struct sim_map {
  const wire_block *blocks;
  const uint32_t *first;
  const uint16_t *entries;
  uint32_t tile; /* edge of a tile, as a power of two: steps divide by shifting */
  int32_t across, down;
};

enum {
  TILE = 11,           /* smallest edge: 128 units, so that a step looks at about four tiles */
  TILES_MAX = 4096,    /* larger arenas get larger tiles */
  ENTRIES_MAX = 65536, /* so do maps with many large blocks */
};

typedef struct {
  int32_t left, top, right, bottom; /* right and bottom are the first position outside */
} rect;

typedef struct {
  int32_t left, top, right, bottom; /* tile numbers, all included */
} tile_range;

static int32_t clamp(int32_t value, int32_t low, int32_t high) {
  return value < low ? low : value > high ? high : value;
}

static bool overlap(const rect *one, const wire_block *block) {
  return one->left < (int32_t)(block->x + block->w) && one->right > (int32_t)block->x &&
         one->top < (int32_t)(block->y + block->h) && one->bottom > (int32_t)block->y;
}

static int32_t tile_at(int32_t position, uint32_t tile, int32_t tiles) {
  return clamp(position < 0 ? 0 : position >> tile, 0, tiles - 1);
}

static tile_range tiles_of(const struct sim_map *map, const rect *area) {
  return (tile_range){tile_at(area->left, map->tile, map->across), tile_at(area->top, map->tile, map->down),
                      tile_at(area->right - 1, map->tile, map->across),
                      tile_at(area->bottom - 1, map->tile, map->down)};
}

static rect rect_of_block(const wire_block *block) {
  return (rect){(int32_t)block->x, (int32_t)block->y, (int32_t)(block->x + block->w), (int32_t)(block->y + block->h)};
}

static uint32_t count_entries(const struct sim_map *map, const wire_map *source) {
  uint32_t entries = 0;
  for (uint32_t i = 0; i < source->blocks.count; i++) {
    rect area = rect_of_block(&source->blocks.items[i]);
    tile_range tiles = tiles_of(map, &area);
    entries += (uint32_t)((tiles.right - tiles.left + 1) * (tiles.bottom - tiles.top + 1));
  }
  return entries;
}

/* The tiles for this map, and how many entries they need. */
static struct sim_map shape_of(const wire_map *source, uint32_t *entries) {
  struct sim_map map = {.tile = TILE};
  for (;; map.tile++) {
    map.across = (((int32_t)source->width - 1) >> map.tile) + 1;
    map.down = (((int32_t)source->height - 1) >> map.tile) + 1;
    if (map.across > TILES_MAX / map.down)
      continue;
    *entries = count_entries(&map, source);
    if (*entries <= ENTRIES_MAX)
      return map;
  }
}

static size_t bytes_of_blocks(const wire_map *source) {
  return source->blocks.count * sizeof(wire_block);
}

static size_t bytes_of_first(const struct sim_map *map) {
  return ((size_t)map->across * (size_t)map->down + 1) * sizeof(uint32_t);
}

size_t sim_map_bytes(const wire_map *source) {
  uint32_t entries;
  struct sim_map map = shape_of(source, &entries);
  return sizeof map + bytes_of_blocks(source) + bytes_of_first(&map) + entries * sizeof(uint16_t);
}

/* Calls for each tile that the block touches: first counts, then fills from the back, so that the tiles'
   starts end where they should (a counting sort). */
static void sort_block(const struct sim_map *map, uint32_t block, uint32_t *first, uint16_t *entries) {
  rect area = rect_of_block(&map->blocks[block]);
  tile_range tiles = tiles_of(map, &area);
  for (int32_t y = tiles.top; y <= tiles.bottom; y++)
    for (int32_t x = tiles.left; x <= tiles.right; x++) {
      uint32_t *start = &first[y * map->across + x];
      if (entries)
        entries[--*start] = (uint16_t)block;
      else
        ++*start;
    }
}

const sim_map *sim_map_init(void *memory, size_t bytes, const wire_map *source) {
  PRE(bytes >= sim_map_bytes(source));
  uint32_t entry_count, tiles;
  struct sim_map *map = memory;
  *map = shape_of(source, &entry_count);
  wire_block *blocks = (wire_block *)(map + 1);
  uint32_t *first = (uint32_t *)(blocks + source->blocks.count);
  tiles = (uint32_t)(map->across * map->down);
  uint16_t *entries = (uint16_t *)(first + tiles + 1);
  map->blocks = blocks;
  map->first = first;
  map->entries = entries;
  for (uint32_t i = 0; i < source->blocks.count; i++)
    blocks[i] = source->blocks.items[i];
  for (uint32_t i = 0; i <= tiles; i++)
    first[i] = 0;
  for (uint32_t i = 0; i < source->blocks.count; i++)
    sort_block(map, i, first, NULL);
  for (uint32_t i = 1; i <= tiles; i++)
    first[i] += first[i - 1];
  for (uint32_t i = source->blocks.count; i-- > 0;)
    sort_block(map, i, first, entries);
  return map;
}

/* Where the moving edge of a box, now at `from`, may go on its way to `to`; `area` is what the box sweeps.
   A block that the box already stands in does not hold it. */
static int32_t stop_at_blocks(const sim_map *map, rect area, int32_t from, int32_t to, bool across) {
  tile_range tiles = tiles_of(map, &area);
  for (int32_t y = tiles.top; y <= tiles.bottom; y++)
    for (int32_t x = tiles.left; x <= tiles.right; x++) {
      uint32_t tile = (uint32_t)(y * map->across + x);
      for (uint32_t i = map->first[tile]; i < map->first[tile + 1]; i++) {
        const wire_block *block = &map->blocks[map->entries[i]];
        if (!overlap(&area, block))
          continue;
        int32_t low = (int32_t)(across ? block->x : block->y);
        int32_t high = low + (int32_t)(across ? block->w : block->h);
        if (to > from && low >= from && low < to)
          to = low;
        if (to < from && high <= from && high > to)
          to = high;
      }
    }
  return to;
}

static void move_across(sim_body *body, int32_t by, const sim_params *params, const sim_map *map) {
  int32_t box = params->box, edge = by > 0 ? box : 0;
  int32_t to = clamp(body->x + by, 0, params->width - box);
  rect swept = {by > 0 ? body->x : to, body->y, (by > 0 ? to : body->x) + box, body->y + box};
  to = stop_at_blocks(map, swept, body->x + edge, to + edge, true) - edge;
  if (to != body->x + by)
    body->vx = 0;
  body->x = to;
}

static void move_down(sim_body *body, int32_t by, const sim_params *params, const sim_map *map) {
  int32_t box = params->box, edge = by > 0 ? box : 0;
  int32_t to = clamp(body->y + by, 0, params->height - box);
  rect swept = {body->x, by > 0 ? body->y : to, body->x + box, (by > 0 ? to : body->y) + box};
  to = stop_at_blocks(map, swept, body->y + edge, to + edge, false) - edge;
  if (to != body->y + by)
    body->vy = 0;
  body->y = to;
}

static int32_t axis(uint32_t buttons, uint32_t less, uint32_t more) {
  return ((buttons & more) != 0) - ((buttons & less) != 0);
}

sim_way sim_way_of(uint32_t buttons, int32_t straight, int32_t diagonal) {
  int32_t across = axis(buttons, BUTTON_LEFT, BUTTON_RIGHT), down = axis(buttons, BUTTON_UP, BUTTON_DOWN);
  int32_t speed = across && down ? diagonal : straight;
  return (sim_way){across * speed, down * speed};
}

int32_t sim_fade(int32_t speed) {
  return speed - speed / 8 - (speed > 0) + (speed < 0);
}

void sim_move(sim_body *body, sim_way way, const sim_params *params, const sim_map *map) {
  if (way.x)
    move_across(body, way.x, params, map);
  if (way.y)
    move_down(body, way.y, params, map);
}

void sim_walk(sim_body *body, sim_way way, const sim_params *params, const sim_map *map) {
  way.x += body->vx;
  way.y += body->vy;
  body->vx = sim_fade(body->vx);
  body->vy = sim_fade(body->vy);
  sim_move(body, way, params, map);
}

void sim_step(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map) {
  sim_walk(body, sim_way_of(buttons, params->walk, params->walk_diagonal), params, map);
}

sim_params sim_params_of(const wire_map *map) {
  return (sim_params){(int32_t)map->width, (int32_t)map->height, (int32_t)map->box, (int32_t)map->walk,
                      (int32_t)map->walk_diagonal};
}

bool sim_is_free(int32_t x, int32_t y, const sim_params *params, const sim_map *map) {
  rect area = {x, y, x + params->box, y + params->box};
  if (x < 0 || y < 0 || area.right > params->width || area.bottom > params->height)
    return false;
  tile_range tiles = tiles_of(map, &area);
  for (int32_t tile_y = tiles.top; tile_y <= tiles.bottom; tile_y++)
    for (int32_t tile_x = tiles.left; tile_x <= tiles.right; tile_x++) {
      uint32_t tile = (uint32_t)(tile_y * map->across + tile_x);
      for (uint32_t i = map->first[tile]; i < map->first[tile + 1]; i++)
        if (overlap(&area, &map->blocks[map->entries[i]]))
          return false;
    }
  return true;
}

static uint32_t mix(uint32_t sum, uint32_t word) {
  sum = (sum ^ word) * 0x9e3779b1u;
  return sum ^ sum >> 15;
}

uint32_t sim_checksum_add(uint32_t sum, uint32_t id, uint32_t buttons, const sim_body *body) {
  const uint32_t words[] = {id,
                            buttons,
                            (uint32_t)body->x,
                            (uint32_t)body->y,
                            (uint32_t)body->vx,
                            (uint32_t)body->vy,
                            (uint32_t)body->flags,
                            (uint32_t)body->timer,
                            (uint32_t)body->a,
                            (uint32_t)body->b};
  for (uint32_t i = 0; i < sizeof words / sizeof words[0]; i++)
    sum = mix(sum, words[i]);
  return sum;
}

uint32_t sim_checksum_fold(uint32_t sum) {
  return (sum ^ sum >> 16) & 0xffff;
}

static int32_t cells_across(const sim_params *params, int32_t cell) {
  return (params->width + cell - 1) / cell;
}

uint32_t sim_cells(const sim_params *params, int32_t cell) {
  uint64_t cells = (uint64_t)cells_across(params, cell) * (uint64_t)((params->height + cell - 1) / cell);
  return cells > UINT32_MAX ? UINT32_MAX : (uint32_t)cells;
}

uint32_t sim_cell_at(int32_t x, int32_t y, const sim_params *params, int32_t cell) {
  int32_t column = clamp(x, 0, params->width - 1) / cell, row = clamp(y, 0, params->height - 1) / cell;
  return (uint32_t)(row * cells_across(params, cell) + column);
}

int32_t sim_cell_left(uint32_t number, const sim_params *params, int32_t cell) {
  return (int32_t)(number % (uint32_t)cells_across(params, cell)) * cell;
}

int32_t sim_cell_top(uint32_t number, const sim_params *params, int32_t cell) {
  return (int32_t)(number / (uint32_t)cells_across(params, cell)) * cell;
}
