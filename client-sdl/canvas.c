#include "client-sdl/canvas.h"

#include <SDL.h>

#include "client-sdl/literal.h"

/* A window of this size has points of the full size. */
enum { FULL_WIDTH = 960, FULL_HEIGHT = 600 };
static const float LEAST_SCALE = 0.7f;

canvas canvas_open(const window *window, text *text) {
  canvas canvas = {.renderer = window_renderer(window), .text = text};
  window_size(window, &canvas.width, &canvas.height, &canvas.density);
  return canvas;
}

int32_t canvas_points(const canvas *canvas, int32_t points) {
  float wide = (float)canvas->width / canvas->density / FULL_WIDTH;
  float high = (float)canvas->height / canvas->density / FULL_HEIGHT;
  float scale = wide < high ? wide : high;
  scale = scale > 1 ? 1 : scale < LEAST_SCALE ? LEAST_SCALE : scale;
  int32_t pixels = (int32_t)((float)points * canvas->density * scale + 0.5f);
  return pixels < 1 ? 1 : pixels;
}

static void set_color(const canvas *canvas, wire_color color, uint8_t alpha) {
  SDL_SetRenderDrawColor(canvas->renderer, color.red, color.green, color.blue, alpha);
}

void canvas_clear(const canvas *canvas, wire_color color) {
  set_color(canvas, color, OPAQUE);
  SDL_RenderClear(canvas->renderer);
}

void canvas_fill(const canvas *canvas, canvas_rect rect, wire_color color, uint8_t alpha) {
  const SDL_Rect place = {rect.x, rect.y, rect.w, rect.h};
  set_color(canvas, color, alpha);
  SDL_RenderFillRect(canvas->renderer, &place);
}

void canvas_outline(const canvas *canvas, canvas_rect rect, int32_t line, wire_color color, uint8_t alpha) {
  const SDL_Rect sides[] = {{rect.x, rect.y, rect.w, line},
                            {rect.x, rect.y + rect.h - line, rect.w, line},
                            {rect.x, rect.y + line, line, rect.h - 2 * line},
                            {rect.x + rect.w - line, rect.y + line, line, rect.h - 2 * line}};
  set_color(canvas, color, alpha);
  SDL_RenderFillRects(canvas->renderer, sides, 4);
}

void canvas_panel(const canvas *canvas, canvas_rect rect, uint8_t alpha) {
  canvas_fill(canvas, rect, look[LOOK_OUTSIDE], alpha);
  canvas_outline(canvas, rect, canvas_points(canvas, 1), look[LOOK_EDGE], alpha);
}

int32_t canvas_text(const canvas *canvas, const char *words, const text_style *style) {
  char safe[TEXT_BYTES_MAX];
  literal_copy(safe, sizeof(safe), words);
  text_draw(canvas->text, safe, style);
  int32_t width, height;
  text_measure(canvas->text, safe, style, &width, &height);
  return width;
}

void canvas_measure(const canvas *canvas, const char *words, const text_style *style, int32_t *width, int32_t *height) {
  char safe[TEXT_BYTES_MAX];
  literal_copy(safe, sizeof(safe), words);
  text_measure(canvas->text, safe, style, width, height);
}

bool canvas_sees(const canvas *canvas, canvas_rect rect) {
  return rect.x < canvas->width && rect.y < canvas->height && rect.x + rect.w > 0 && rect.y + rect.h > 0;
}
