/* Where the world lies in a window: both clients show the same area, whatever the window's shape, with the
   own box in the middle unless the arena's edge is near. Freestanding. */
#ifndef TICKBOX_VIEW_H
#define TICKBOX_VIEW_H

#include "common/gen/protocol.h"

/* Fits a window of width x height pixels around the point (center_x, center_y) of an arena; lengths of the
   world in 1/16 unit. The view never leaves the arena, unless the arena is smaller: then it is centred. */
wire_view_fit view_fit(int32_t width, int32_t height, int32_t arena_width, int32_t arena_height, int32_t center_x,
                       int32_t center_y);

#endif
