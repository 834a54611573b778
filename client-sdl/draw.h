/* The picture: arena, boxes, names, the corner and what there is to say. Both clients draw the same. */
#ifndef TICKBOX_CLIENT_DRAW_H
#define TICKBOX_CLIENT_DRAW_H

#include <stdint.h>

#include "client-sdl/roster.h"
#include "client-sdl/text.h"
#include "client-sdl/window.h"
#include "common/gen/protocol.h"

/* All that a picture shows. */
typedef struct {
  const wire_map *map;         /* NULL: there is no world yet */
  const wire_draw_item *items; /* in world lengths */
  uint32_t count;
  const roster *roster;
  int32_t center_x, center_y; /* what to look at, in 1/16 unit */
  const char *corner[2];      /* lines for the top left corner, or "" */
  const char *notice;         /* words in the middle, over everything, or NULL */
} draw_scene;

void draw_picture(const window *window, text *text, const draw_scene *scene);

#endif
