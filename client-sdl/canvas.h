/* Where a picture is drawn: filled and outlined rectangles and text, in pixels. The one door from the drawing files to
   SDL's renderer. */
#ifndef TICKBOX_CLIENT_CANVAS_H
#define TICKBOX_CLIENT_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "client-sdl/text.h"
#include "client-sdl/window.h"
#include "common/gen/tables.h"

enum { OPAQUE = 255 };

typedef struct {
  int32_t x, y, w, h;
} canvas_rect;

typedef struct canvas {
  struct SDL_Renderer *renderer;
  text *text;
  int32_t width, height; /* of the window, in pixels */
  float density;         /* pixels a point */
} canvas;

canvas canvas_open(const window *window, text *text);

/* A length in points of text as pixels; small windows have smaller points. At least 1. */
int32_t canvas_points(const canvas *canvas, int32_t points);

void canvas_clear(const canvas *canvas, wire_color color);
void canvas_fill(const canvas *canvas, canvas_rect rect, wire_color color, uint8_t alpha);

/* The inner `line` pixels of a rectangle's border. */
void canvas_outline(const canvas *canvas, canvas_rect rect, int32_t line, wire_color color, uint8_t alpha);

/* A dark ground for text, with a thin border. */
void canvas_panel(const canvas *canvas, canvas_rect rect, uint8_t alpha);

/* Text made safe to show, in its style; returns its width. */
int32_t canvas_text(const canvas *canvas, const char *words, const text_style *style);
void canvas_measure(const canvas *canvas, const char *words, const text_style *style, int32_t *width, int32_t *height);

bool canvas_sees(const canvas *canvas, canvas_rect rect);

#endif
