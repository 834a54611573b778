/* What a client may see: a rectangle of cells around its view, which of them it needs whole, and which it has
   left. The view is the area that every window shows, with a margin for what moves in before the next frame.
   A cell is left only a good way behind that margin, so that walking along a border costs nothing. */
#ifndef TICKBOX_INTEREST_H
#define TICKBOX_INTEREST_H

#include <stdbool.h>
#include <stdint.h>

#include "common/sim.h"

enum {
  INTEREST_MARGIN = 120,     /* units beyond the view: a box walks that far in 400 ms */
  INTEREST_HYSTERESIS = 80,  /* units beyond that until a cell is left */
  INTEREST_CELLS_MAX = 1024, /* most cells seen at once, at the shortest cells and the longest window */
  INTEREST_ASKS_MAX = 8,     /* cells that a client may ask for in one rest */
};

/* The cells of a world. */
typedef struct {
  sim_params params;
  int32_t cell; /* edge, in 1/16 unit */
  int32_t across, down;
} interest_grid;

/* Columns and rows, all included; empty if right < left. Also an area in 1/16 unit, without its right and bottom. */
typedef struct {
  int32_t left, top, right, bottom;
} interest_rect;

typedef struct {
  interest_rect seen;                /* now */
  interest_rect written;             /* by the last frame that was written */
  bool stale;                        /* frames were missed: all that is seen is sent whole */
  uint16_t asked[INTEREST_ASKS_MAX]; /* cells asked for in this rest */
  uint32_t asks, answered;           /* how many, and how many of them were sent */
  uint32_t ask_tick;                 /* of the first of them */
} interest;

interest_grid interest_grid_of(const sim_params *params, uint32_t cell);

/* What clients see of a world, for who measures it: boxes whose middle stands in the view itself, and boxes in all the
   cells seen, summed up over so many clients. */
typedef struct {
  uint32_t clients;
  uint64_t viewed, subscribed;
} interest_sum;

/* What a window of this shape shows around a point, in 1/16 unit, without any margin: the clients' own rule. */
interest_rect interest_view(const interest_grid *grid, int32_t x, int32_t y, uint32_t width, uint32_t height);

/* Sees nothing yet. */
interest interest_start(void);

/* Looks at the point x, y (1/16 unit) through a window of this shape, of which every window shows the same area. */
void interest_look(interest *interest, const interest_grid *grid, int32_t x, int32_t y, uint32_t width,
                   uint32_t height);

/* Frames were missed: all that is seen is sent whole again. */
void interest_miss(interest *interest);

/* The client asks for a cell: it is sent whole again, if it is seen, but each only once, and INTEREST_ASKS_MAX in all,
   in `rest` ticks, as a few bytes bring many. A wish that came too early comes again with the next checksum. */
void interest_ask(interest *interest, uint32_t cell, uint32_t tick, uint32_t rest);

/* A frame with all of this was written. */
void interest_written(interest *interest);

static inline bool interest_has(const interest_rect *rect, int32_t column, int32_t row) {
  return column >= rect->left && column <= rect->right && row >= rect->top && row <= rect->bottom;
}

/* The cells seen before and now of which the next frame carries the news only. Empty if any has to come whole that
   was seen before. */
interest_rect interest_kept(const interest *interest);

/* The next frame carries this cell, which is seen, whole. */
bool interest_is_fresh(const interest *interest, const interest_grid *grid, int32_t column, int32_t row);

#endif
