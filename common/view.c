#include "common/view.h"

/* The window's left (or top) edge along one axis: around the center, inside the arena, or centred on it. */
static int32_t edge_along(double seen, int32_t arena, int32_t center) {
  double most = arena - seen, start = center - seen / 2;
  if (most < 0)
    return (int32_t)(most / 2);
  return (int32_t)(start < 0 ? 0 : start > most ? most : start);
}

wire_view_fit view_fit(int32_t width, int32_t height, int32_t arena_width, int32_t arena_height, int32_t center_x,
                       int32_t center_y) {
  const double area = (double)WIRE_VIEW_WIDTH * WIRE_VIEW_HEIGHT;
  if (width < 1 || height < 1)
    width = height = 1;
  double scale = __builtin_sqrt((double)width * height / area);
  double unit = WIRE_SUBUNITS / scale;
  double fixed = scale * 65536;
  return (wire_view_fit){edge_along(width * unit, arena_width, center_x),
                         edge_along(height * unit, arena_height, center_y), fixed < 1 ? 1 : (uint32_t)fixed};
}
