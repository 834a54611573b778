/* The movement step: integers only, blind to everything but its arguments. The server, the native client,
   the bots and (as WebAssembly) the browser run this same file, so what one foretells the others confirm.

   Lengths are in 1/16 unit, speeds in 1/16 unit a tick. A body's x and y are its top left corner; y grows
   downwards. Boxes pass through each other; walls and blocks stop them. */
#ifndef TICKBOX_SIM_H
#define TICKBOX_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/gen/protocol.h"

/* All that a step reads and writes of a box. */
typedef struct {
  int32_t x, y;
  int32_t vx, vy; /* what a push left over; it fades by an eighth a tick */
  int32_t flags, timer;
  int32_t a, b; /* the game's own */
} sim_body;

typedef struct {
  int32_t width, height; /* of the arena */
  int32_t box;           /* edge of a box */
  int32_t walk;          /* speed along one axis */
  int32_t walk_diagonal; /* speed along each axis when going diagonally, so that diagonals are no faster */
} sim_params;

/* Static blocks, indexed by tiles so that a step looks only at those nearby. */
typedef struct sim_map sim_map;

/* Every step has this shape; a game may bring its own. */
typedef void (*sim_step_fn)(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map);

/* The step of `roam`: walk eight ways, slide along walls, be pushed. */
void sim_step(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map);

/* What a step of one's own is made of; sim_step is the first two of these. */

/* How far a tick leads. */
typedef struct {
  int32_t x, y;
} sim_way;

/* Where the arrows among `buttons` lead: `straight` along one axis, or `diagonal` along each of both. */
sim_way sim_way_of(uint32_t buttons, int32_t straight, int32_t diagonal);

/* Goes this way, carried along by the body's speed, which fades. */
void sim_walk(sim_body *body, sim_way way, const sim_params *params, const sim_map *map);

/* Goes this way across, then down, as far as walls and blocks let it; a speed against one of them is lost. */
void sim_move(sim_body *body, sim_way way, const sim_params *params, const sim_map *map);

/* What is left of a speed after a tick: an eighth less, and 0 in the end. */
int32_t sim_fade(int32_t speed);

sim_params sim_params_of(const wire_map *map);

/* A map in memory of the caller's: `sim_map_init` needs sim_map_bytes(map) bytes, aligned to 8, and copies
   what it needs. */
size_t sim_map_bytes(const wire_map *map);
const sim_map *sim_map_init(void *memory, size_t bytes, const wire_map *map);

/* True if a box with its corner at x, y touches no block and stands inside the arena. */
bool sim_is_free(int32_t x, int32_t y, const sim_params *params, const sim_map *map);

/* Checksum of some bodies, in id order: start with SIM_CHECKSUM_START, add each, and fold to 16 bits. */
enum { SIM_CHECKSUM_START = 0x7ee1b07 };
uint32_t sim_checksum_add(uint32_t sum, uint32_t id, uint32_t buttons, const sim_body *body);
uint32_t sim_checksum_fold(uint32_t sum);

/* Cells: squares of edge `cell`, numbered row by row from the top left. A body stands in the cell of its
   corner. */
uint32_t sim_cells(const sim_params *params, int32_t cell);
uint32_t sim_cell_at(int32_t x, int32_t y, const sim_params *params, int32_t cell);
int32_t sim_cell_left(uint32_t number, const sim_params *params, int32_t cell);
int32_t sim_cell_top(uint32_t number, const sim_params *params, int32_t cell);

#endif
