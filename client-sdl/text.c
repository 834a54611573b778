#include "client-sdl/text.h"

#include <SDL.h>
#include <SDL_ttf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "common/pre.h"

extern const uint8_t font_start[], font_end[];

enum { KEY_MAX = TEXT_BYTES_MAX + 32, SIZE_MAX_PX = 200 };

/* One text made into a white texture; its color is given when it is drawn. */
typedef struct {
  SDL_Texture *texture;
  int width, height;
  UT_hash_handle hh;
  char key[]; /* size, wrap and words */
} entry;

struct text {
  SDL_Renderer *renderer;
  TTF_Font *font;
  int size;       /* that the font is set to */
  entry *entries; /* the longest unused first */
};

text *text_create(struct SDL_Renderer *renderer) {
  text *text = calloc(1, sizeof(*text));
  if (!text || TTF_Init() != 0) {
    free(text);
    return NULL;
  }
  text->renderer = renderer;
  text->size = 16;
  SDL_RWops *bytes = SDL_RWFromConstMem(font_start, (int)(font_end - font_start));
  text->font = TTF_OpenFontRW(bytes, 1, text->size);
  PRE(text->font != NULL);
  TTF_SetFontWrappedAlign(text->font, TTF_WRAPPED_ALIGN_CENTER);
  return text;
}

static void drop(text *text, entry *entry) {
  HASH_DEL(text->entries, entry);
  if (entry->texture)
    SDL_DestroyTexture(entry->texture);
  free(entry);
}

void text_destroy(text *text) {
  while (text->entries)
    drop(text, text->entries);
  TTF_CloseFont(text->font);
  TTF_Quit();
  free(text);
}

static void render(text *text, entry *entry, const char *words, int size, int wrap) {
  static const SDL_Color white = {255, 255, 255, 255};
  if (size != text->size)
    TTF_SetFontSize(text->font, size);
  text->size = size;
  SDL_Surface *surface = wrap ? TTF_RenderUTF8_Blended_Wrapped(text->font, words, white, (Uint32)wrap)
                              : TTF_RenderUTF8_Blended(text->font, words, white);
  if (!surface)
    return; /* no words, or nothing to be seen in them */
  entry->texture = SDL_CreateTextureFromSurface(text->renderer, surface);
  entry->width = surface->w;
  entry->height = surface->h;
  SDL_FreeSurface(surface);
}

static entry *add(text *text, const char *key, size_t length, const char *words, int size, int wrap) {
  entry *entry = calloc(1, sizeof(*entry) + length + 1);
  if (!entry)
    return NULL;
  memcpy(entry->key, key, length);
  render(text, entry, words, size, wrap);
  if (HASH_COUNT(text->entries) >= TEXT_CACHE_MAX)
    drop(text, text->entries);
  HASH_ADD(hh, text->entries, key, (unsigned)length, entry);
  return entry;
}

static entry *find(text *text, const char *words, const text_style *style) {
  char key[KEY_MAX];
  entry *entry;
  int size = style->size < 1 ? 1 : style->size > SIZE_MAX_PX ? SIZE_MAX_PX : style->size;
  size_t length = (size_t)snprintf(key, sizeof(key), "%d %d %s", size, (int)style->wrap, words);
  length = length < sizeof(key) ? length : sizeof(key) - 1;
  HASH_FIND(hh, text->entries, key, length, entry);
  if (!entry)
    return add(text, key, length, words, size, style->wrap);
  HASH_DEL(text->entries, entry);
  HASH_ADD(hh, text->entries, key, (unsigned)length, entry);
  return entry;
}

static void put(const text *text, const entry *entry, int x, int y, const wire_color *color, uint8_t alpha) {
  const SDL_Rect place = {x, y, entry->width, entry->height};
  SDL_SetTextureColorMod(entry->texture, color->red, color->green, color->blue);
  SDL_SetTextureAlphaMod(entry->texture, alpha);
  SDL_RenderCopy(text->renderer, entry->texture, NULL, &place);
}

void text_draw(text *text, const char *words, const text_style *style) {
  const entry *entry = find(text, words, style);
  if (!entry || !entry->texture)
    return;
  int x = style->x - (style->centered ? entry->width / 2 : 0), shift = style->size / 14 + 1;
  put(text, entry, x + shift, style->y + shift, &look[LOOK_OUTSIDE], 200);
  put(text, entry, x, style->y, style->color, 255);
}

void text_measure(text *text, const char *words, const text_style *style, int32_t *width, int32_t *height) {
  const entry *entry = find(text, words, style);
  *width = entry ? entry->width : 0;
  *height = entry ? entry->height : 0;
}
