/* Text on the screen: the embedded font, and a cache of what was written lately, as making letters costs far
   more than showing them. */
#ifndef TICKBOX_CLIENT_TEXT_H
#define TICKBOX_CLIENT_TEXT_H

#include <stdint.h>

#include "common/gen/tables.h"

typedef struct text text;
struct SDL_Renderer;

enum { TEXT_CACHE_MAX = 2048, TEXT_BYTES_MAX = 1000 };

/* NULL if memory is short or the font library does not start. */
text *text_create(struct SDL_Renderer *renderer);
void text_destroy(text *text);

/* How and where: `size` in pixels; `wrap` is the width at which lines break, 0 for never. x is the left edge,
   or the middle if `centered`; y is the top. */
typedef struct {
  int32_t x, y, size, wrap;
  int centered;
  uint8_t faded; /* 0: not at all, 255: cannot be seen */
  const wire_color *color;
} text_style;

/* Draws `words` (UTF-8) with a dark shadow, so that they can be read on any ground. */
void text_draw(text *text, const char *words, const text_style *style);

/* The room that they would take, in pixels. */
void text_measure(text *text, const char *words, const text_style *style, int32_t *width, int32_t *height);

#endif
