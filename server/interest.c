#include "server/interest.h"

#include "common/pre.h"
#include "common/view.h"

static const interest_rect nothing = {0, 0, -1, -1};

interest_grid interest_grid_of(const sim_params *params, uint32_t cell) {
  int32_t edge = (int32_t)cell;
  return (interest_grid){*params, edge, (params->width + edge - 1) / edge, (params->height + edge - 1) / edge};
}

interest interest_start(void) {
  return (interest){.seen = nothing, .written = nothing};
}

static int32_t clamp(int32_t value, int32_t low, int32_t high) {
  return value < low ? low : value > high ? high : value;
}

/* The cells that the view touches, widened by a margin (1/16 unit) on each side. */
static interest_rect cells_around(const interest_grid *grid, const interest_rect *view, int32_t margin) {
  return (interest_rect){clamp((view->left - margin) / grid->cell, 0, grid->across - 1),
                         clamp((view->top - margin) / grid->cell, 0, grid->down - 1),
                         clamp((view->right + margin) / grid->cell, 0, grid->across - 1),
                         clamp((view->bottom + margin) / grid->cell, 0, grid->down - 1)};
}

interest_rect interest_view(const interest_grid *grid, int32_t x, int32_t y, uint32_t width, uint32_t height) {
  width = width > height * WIRE_VIEW_SHAPE_MAX ? height * WIRE_VIEW_SHAPE_MAX : width;
  height = height > width * WIRE_VIEW_SHAPE_MAX ? width * WIRE_VIEW_SHAPE_MAX : height;
  wire_view_fit fit = view_fit((int32_t)width, (int32_t)height, grid->params.width, grid->params.height, x, y);
  const double unit = WIRE_SUBUNITS * 65536.0 / fit.scale;
  return (interest_rect){fit.left, fit.top, fit.left + (int32_t)(width * unit), fit.top + (int32_t)(height * unit)};
}

void interest_look(interest *interest, const interest_grid *grid, int32_t x, int32_t y, uint32_t width,
                   uint32_t height) {
  interest_rect view = interest_view(grid, x, y, width, height);
  interest_rect least = cells_around(grid, &view, INTEREST_MARGIN * WIRE_SUBUNITS);
  interest_rect most = cells_around(grid, &view, (INTEREST_MARGIN + INTEREST_HYSTERESIS) * WIRE_SUBUNITS);
  interest_rect *seen = &interest->seen;
  if (seen->right < seen->left)
    *seen = least;
  seen->left = clamp(seen->left, most.left, least.left);
  seen->top = clamp(seen->top, most.top, least.top);
  seen->right = clamp(seen->right, least.right, most.right);
  seen->bottom = clamp(seen->bottom, least.bottom, most.bottom);
  PRE((seen->right - seen->left + 1) * (seen->bottom - seen->top + 1) <= INTEREST_CELLS_MAX);
}

void interest_miss(interest *interest) {
  interest->stale = true;
}

static bool was_asked(const interest *interest, uint32_t first, uint32_t cell) {
  for (uint32_t i = first; i < interest->asks; i++)
    if (interest->asked[i] == cell)
      return true;
  return false;
}

void interest_ask(interest *interest, uint32_t cell, uint32_t tick, uint32_t rest) {
  if (interest->asks == 0 || tick - interest->ask_tick >= rest) {
    interest->ask_tick = tick;
    interest->asks = interest->answered = 0;
  }
  if (interest->asks < INTEREST_ASKS_MAX && !was_asked(interest, 0, cell))
    interest->asked[interest->asks++] = (uint16_t)cell;
}

void interest_written(interest *interest) {
  interest->written = interest->seen;
  interest->stale = false;
  interest->answered = interest->asks;
}

interest_rect interest_kept(const interest *interest) {
  const interest_rect *before = &interest->written;
  interest_rect kept = interest->seen;
  if (interest->stale || interest->answered < interest->asks)
    return nothing;
  kept.left = kept.left > before->left ? kept.left : before->left;
  kept.top = kept.top > before->top ? kept.top : before->top;
  kept.right = kept.right < before->right ? kept.right : before->right;
  kept.bottom = kept.bottom < before->bottom ? kept.bottom : before->bottom;
  return kept;
}

bool interest_is_fresh(const interest *interest, const interest_grid *grid, int32_t column, int32_t row) {
  if (interest->stale || !interest_has(&interest->written, column, row))
    return true;
  return was_asked(interest, interest->answered, (uint32_t)(row * grid->across + column));
}
