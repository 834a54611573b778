/* The window, its keys and its pixels. SDL is known by window.c, canvas.c and text.c, and by nobody else. */
#ifndef TICKBOX_CLIENT_WINDOW_H
#define TICKBOX_CLIENT_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "client-sdl/keys.h"

typedef struct window window;
struct SDL_Renderer;

typedef struct {
  uint32_t buttons; /* held, or pressed since the last call even if only for a moment */
  bool quit;        /* the window was closed, or the program was told to end */
  bool scores;      /* Tab is held: the player wants to see the scores */
  key_stroke strokes[KEYS_STROKES_MAX];
  unsigned stroke_count; /* what comes beyond their limit between two calls is lost */
} window_input;

/* NULL if there is no screen; *fault then says why. */
window *window_create(const char **fault);
void window_destroy(window *window);

/* While `on`, keys make text instead of moving the box. */
void window_type(window *window, bool on);

/* Reads all that was pressed, released and clicked since the last call. */
window_input window_poll(window *window);

struct SDL_Renderer *window_renderer(const window *window);

/* Size of the picture in pixels, and how many of them make one point of text. */
void window_size(const window *window, int32_t *width, int32_t *height, float *density);

/* Writes the picture drawn so far as PNG; before window_show. */
bool window_screenshot(const window *window, const char *path);

/* Shows the picture. Where the screen paces, waits for it. */
void window_show(window *window);

/* How long a picture stays at least, in us, for where the screen does not pace (no vsync, a hidden window). */
int64_t window_frame_us(const window *window);

#endif
