/* The picture: the world, what is going on in it, and what there is to read. Both clients draw the same. */
#ifndef TICKBOX_CLIENT_DRAW_H
#define TICKBOX_CLIENT_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "client-sdl/canvas.h"
#include "client-sdl/controls.h"
#include "client-sdl/session.h"
#include "common/gen/protocol.h"

/* All that a picture shows. */
typedef struct {
  const session *session;
  const controls *controls;
  const wire_draw_item *items; /* in world lengths */
  uint32_t count;
  int32_t center_x, center_y; /* what to look at, in 1/16 unit */
  bool scores;                /* the player wants to see the scores */
  int silence;                /* seconds that the server has said nothing for; 0: it talks */
  const char *notice;         /* how the connection stands, over everything, or NULL: all is well */
  const char *hint;           /* what to do about it, below, or NULL */
  int64_t now;
} draw_scene;

void draw_picture(const canvas *canvas, const draw_scene *scene);

#endif
