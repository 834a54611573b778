#include "client-sdl/window.h"

#include <SDL.h>
#include <stdlib.h>
#include <string.h>

#include "client-sdl/png.h"
#include "common/gen/protocol.h"

enum { WIDTH = 1280, HEIGHT = 720, MINIMUM = 200 };

/* Places on the keyboard, not letters: W A S D lie together whatever the layout prints on them. */
static const struct {
  SDL_Scancode key;
  uint32_t button;
} keys[] = {{SDL_SCANCODE_UP, BUTTON_UP},        {SDL_SCANCODE_W, BUTTON_UP},      {SDL_SCANCODE_DOWN, BUTTON_DOWN},
            {SDL_SCANCODE_S, BUTTON_DOWN},       {SDL_SCANCODE_LEFT, BUTTON_LEFT}, {SDL_SCANCODE_A, BUTTON_LEFT},
            {SDL_SCANCODE_RIGHT, BUTTON_RIGHT},  {SDL_SCANCODE_D, BUTTON_RIGHT},   {SDL_SCANCODE_SPACE, BUTTON_ACTION},
            {SDL_SCANCODE_LSHIFT, BUTTON_SECOND}};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

/* Keys that mean the same on every layout, by what they print; the digits by their places. */
static const struct {
  SDL_Keycode code;
  key key;
} strokes[] = {
    {SDLK_RETURN, KEY_ENTER},  {SDLK_KP_ENTER, KEY_ENTER}, {SDLK_ESCAPE, KEY_ESCAPE}, {SDLK_BACKSPACE, KEY_BACKSPACE},
    {SDLK_DELETE, KEY_DELETE}, {SDLK_LEFT, KEY_LEFT},      {SDLK_RIGHT, KEY_RIGHT},   {SDLK_HOME, KEY_HOME},
    {SDLK_END, KEY_END},       {SDLK_F1, KEY_HELP},        {SDLK_r, KEY_READY},       {SDLK_F5, KEY_START}};

struct window {
  SDL_Window *window;
  SDL_Renderer *renderer;
  bool held[KEYS];
  bool typing, scores;
};

/* Without a screen the picture is made by the processor; asking for a graphics driver would only cost time. */
static bool is_screenless(void) {
  const char *driver = SDL_GetCurrentVideoDriver();
  return driver && (strcmp(driver, "offscreen") == 0 || strcmp(driver, "dummy") == 0);
}

/* Where no display is found SDL falls back to a window that nobody sees; only who asks for that shall have it. */
static bool has_display(void) {
  if (!is_screenless() || SDL_getenv("SDL_VIDEODRIVER"))
    return true;
  SDL_SetError("no display found (DISPLAY and WAYLAND_DISPLAY)");
  return false;
}

static SDL_Renderer *create_renderer(SDL_Window *window) {
  SDL_Renderer *renderer = NULL;
  if (!is_screenless())
    renderer = SDL_CreateRenderer(window, -1, SDL_RENDERER_ACCELERATED | SDL_RENDERER_PRESENTVSYNC);
  return renderer ? renderer : SDL_CreateRenderer(window, -1, SDL_RENDERER_SOFTWARE);
}

window *window_create(const char **fault) {
  window *window = calloc(1, sizeof(*window));
  SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
  SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0"); /* or the processor's picture is shown by way of OpenGL */
  if (window && SDL_Init(SDL_INIT_VIDEO) == 0 && has_display())
    window->window = SDL_CreateWindow("Tickbox", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, WIDTH, HEIGHT,
                                      SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
  if (window && window->window)
    window->renderer = create_renderer(window->window);
  if (window && window->renderer) {
    SDL_SetWindowMinimumSize(window->window, MINIMUM, MINIMUM);
    SDL_SetRenderDrawBlendMode(window->renderer, SDL_BLENDMODE_BLEND);
    SDL_StopTextInput(); /* which SDL begins with */
    return window;
  }
  *fault = SDL_GetError();
  free(window);
  return NULL;
}

void window_destroy(window *window) {
  SDL_DestroyRenderer(window->renderer);
  SDL_DestroyWindow(window->window);
  SDL_Quit();
  free(window);
}

static uint32_t press(window *window, SDL_Scancode key, bool down) {
  for (size_t at = 0; at < KEYS; at++)
    if (keys[at].key == key) {
      window->held[at] = down;
      return down ? keys[at].button : 0;
    }
  return 0;
}

static uint32_t held(const window *window) {
  uint32_t buttons = 0;
  for (size_t at = 0; at < KEYS; at++)
    buttons |= window->held[at] ? keys[at].button : 0;
  return buttons;
}

void window_type(window *window, bool on) {
  if (on == window->typing)
    return;
  window->typing = on;
  memset(window->held, 0, sizeof(window->held));
  if (on)
    SDL_StartTextInput();
  else
    SDL_StopTextInput();
}

static key_stroke *add(window_input *input, key key, bool down) {
  static key_stroke beyond;
  key_stroke *stroke = input->stroke_count < KEYS_STROKES_MAX ? &input->strokes[input->stroke_count++] : &beyond;
  *stroke = (key_stroke){.key = key, .down = down};
  return stroke;
}

static void add_text(window_input *input, const char *text) {
  key_stroke *stroke = add(input, KEY_TEXT, true);
  if (strlen(text) < sizeof(stroke->text))
    strcpy(stroke->text, text);
}

/* Long text comes in pieces, parted between characters. */
static void paste(window_input *input) {
  char *text = SDL_GetClipboardText(), piece[KEYS_TEXT_MAX];
  for (const char *at = text; at && *at;) {
    size_t length = SDL_utf8strlcpy(piece, at, sizeof(piece));
    if (length == 0)
      break;
    add_text(input, piece);
    at += length;
  }
  SDL_free(text);
}

static unsigned digit_of(SDL_Scancode key) {
  if (key >= SDL_SCANCODE_1 && key <= SDL_SCANCODE_9)
    return (unsigned)(key - SDL_SCANCODE_1) + 1;
  return key >= SDL_SCANCODE_KP_1 && key <= SDL_SCANCODE_KP_9 ? (unsigned)(key - SDL_SCANCODE_KP_1) + 1 : 0;
}

static void stroke(const window *window, window_input *input, const SDL_KeyboardEvent *event) {
  bool down = event->type == SDL_KEYDOWN;
  unsigned digit = digit_of(event->keysym.scancode);
  if (window->typing && down && event->keysym.sym == SDLK_v && event->keysym.mod & KMOD_CTRL)
    paste(input);
  if (digit && (!window->typing || !down) && !event->repeat)
    add(input, KEY_DIGIT, down)->digit = digit;
  for (size_t at = 0; down && at < sizeof(strokes) / sizeof(strokes[0]); at++)
    if (strokes[at].code == event->keysym.sym && (window->typing || !event->repeat))
      add(input, strokes[at].key, true);
}

static void take_key(window *window, window_input *input, const SDL_KeyboardEvent *event) {
  bool down = event->type == SDL_KEYDOWN;
  stroke(window, input, event);
  if (event->keysym.sym == SDLK_TAB)
    window->scores = down;
  if (!event->repeat && !window->typing)
    input->buttons |= press(window, event->keysym.scancode, down);
}

window_input window_poll(window *window) {
  window_input input = {0};
  SDL_Event event;
  while (SDL_PollEvent(&event)) {
    if (event.type == SDL_QUIT)
      input.quit = true;
    else if (event.type == SDL_KEYDOWN || event.type == SDL_KEYUP)
      take_key(window, &input, &event.key);
    else if (event.type == SDL_TEXTINPUT && window->typing)
      add_text(&input, event.text.text);
    else if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_FOCUS_LOST) {
      memset(window->held, 0, sizeof(window->held));
      window->scores = false;
    }
  }
  input.buttons |= held(window);
  input.scores = window->scores;
  return input;
}

struct SDL_Renderer *window_renderer(const window *window) {
  return window->renderer;
}

void window_size(const window *window, int32_t *width, int32_t *height, float *density) {
  int points_wide = WIDTH, points_high = HEIGHT, wide = WIDTH, high = HEIGHT;
  SDL_GetWindowSize(window->window, &points_wide, &points_high);
  if (SDL_GetRendererOutputSize(window->renderer, &wide, &high) != 0 || wide < 1 || high < 1)
    wide = high = 1;
  *width = wide;
  *height = high;
  *density = points_high > 0 ? (float)high / (float)points_high : 1;
}

bool window_screenshot(const window *window, const char *path) {
  int32_t width, height;
  float density;
  window_size(window, &width, &height, &density);
  uint8_t *pixels = malloc((size_t)width * (size_t)height * 3);
  bool done = pixels && SDL_RenderReadPixels(window->renderer, NULL, SDL_PIXELFORMAT_RGB24, pixels, width * 3) == 0 &&
              png_write(path, pixels, (uint32_t)width, (uint32_t)height);
  free(pixels);
  return done;
}

void window_show(window *window) {
  SDL_RenderPresent(window->renderer);
}

int64_t window_frame_us(const window *window) {
  SDL_RendererInfo info;
  SDL_DisplayMode mode;
  const Uint32 wanted = SDL_RENDERER_ACCELERATED | SDL_RENDERER_PRESENTVSYNC;
  bool paced = SDL_GetRendererInfo(window->renderer, &info) == 0 && (info.flags & wanted) == wanted;
  int rate = 60;
  if (paced && SDL_GetWindowDisplayMode(window->window, &mode) == 0 && mode.refresh_rate > rate)
    rate = mode.refresh_rate;
  return (paced ? 950000 : 1000000) / rate; /* a little less than what the screen waits for */
}
