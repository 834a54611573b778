/* What a client may see: the cells of its view, and which of them it needs whole. In this one-cell world it
   sees everything from its first frame on; views and hysteresis will live here. */
#ifndef TICKBOX_INTEREST_H
#define TICKBOX_INTEREST_H

#include <stdbool.h>
#include <stdint.h>

enum { INTEREST_CELLS_MAX = 16 }; /* most cells seen at once */

typedef struct {
  uint16_t cell;
  bool fresh;        /* its next frame carries this cell whole */
  uint32_t ask_tick; /* the first at which it may be asked for again */
} interest_cell;

typedef struct {
  interest_cell cells[INTEREST_CELLS_MAX];
  uint32_t count;
} interest;

/* Sees cells 0 to `cells` - 1, all fresh. PRE: cells <= INTEREST_CELLS_MAX */
interest interest_in_all(uint32_t cells);

/* Every cell is sent whole again: the client missed frames. */
void interest_refresh_all(interest *interest);

/* The client asks for a cell: it is sent whole again, if it is seen, but only once in `rest` ticks, as a few
   bytes bring many. A wish that came too early comes again with the next checksum. */
void interest_ask(interest *interest, uint32_t cell, uint32_t tick, uint32_t rest);

/* All that was fresh has been written. */
void interest_written(interest *interest);

#endif
