#include "client-sdl/text.h"

#include <SDL.h>
#include <SDL_ttf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/pre.h"

extern const uint8_t font_start[], font_end[];

enum { KEY_MAX = TEXT_BYTES_MAX + 32, SIZE_MAX_PX = 200, BUCKETS = 256, WAYS = TEXT_CACHE_MAX / BUCKETS };

/* One text made into a white texture; its color is given when it is drawn. */
typedef struct entry {
  char *key; /* size, wrap and words; NULL: an empty place */
  uint64_t used;
  SDL_Texture *texture; /* NULL: there is nothing to be seen in the words */
  int width, height;
} entry;

struct text {
  SDL_Renderer *renderer;
  TTF_Font *font;
  int size;                     /* that the font is set to */
  uint64_t uses;                /* of the cache, so far */
  entry entries[BUCKETS][WAYS]; /* a key has its bucket; the longest unused there makes room */
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
  return text;
}

static void empty(entry *entry) {
  if (entry->texture)
    SDL_DestroyTexture(entry->texture);
  free(entry->key);
  *entry = (struct entry){0};
}

void text_destroy(text *text) {
  for (int bucket = 0; bucket < BUCKETS; bucket++)
    for (int way = 0; way < WAYS; way++)
      empty(&text->entries[bucket][way]);
  TTF_CloseFont(text->font);
  TTF_Quit();
  free(text);
}

static void render(text *text, entry *entry, const char *words, int size, const text_style *style) {
  static const SDL_Color white = {255, 255, 255, 255};
  TTF_SetFontWrappedAlign(text->font, style->centered ? TTF_WRAPPED_ALIGN_CENTER : TTF_WRAPPED_ALIGN_LEFT);
  if (size != text->size)
    TTF_SetFontSize(text->font, size);
  text->size = size;
  SDL_Surface *surface = style->wrap ? TTF_RenderUTF8_Blended_Wrapped(text->font, words, white, (Uint32)style->wrap)
                                     : TTF_RenderUTF8_Blended(text->font, words, white);
  if (!surface)
    return; /* no words, or nothing to be seen in them */
  entry->texture = SDL_CreateTextureFromSurface(text->renderer, surface);
  entry->width = surface->w;
  entry->height = surface->h;
  SDL_FreeSurface(surface);
}

/* FNV-1a. */
static entry *bucket_of(text *text, const char *key) {
  uint32_t hash = 2166136261U;
  for (; *key; key++)
    hash = (hash ^ (uint8_t)*key) * 16777619U;
  return text->entries[hash % BUCKETS];
}

/* The place of this key, or the one to make room in. */
static entry *place_of(text *text, const char *key) {
  entry *bucket = bucket_of(text, key), *oldest = bucket;
  for (int way = 0; way < WAYS; way++) {
    if (bucket[way].key && strcmp(bucket[way].key, key) == 0)
      return &bucket[way];
    if (bucket[way].used < oldest->used)
      oldest = &bucket[way];
  }
  empty(oldest);
  return oldest;
}

/* The words as a texture, made now or before. NULL if memory is short. */
static const entry *find(text *text, const char *words, const text_style *style) {
  char key[KEY_MAX];
  int size = style->size < 1 ? 1 : style->size > SIZE_MAX_PX ? SIZE_MAX_PX : style->size;
  snprintf(key, sizeof(key), "%d %d %d %s", size, (int)style->wrap, style->wrap && style->centered, words);
  entry *entry = place_of(text, key);
  if (!entry->key) {
    entry->key = strdup(key);
    if (!entry->key)
      return NULL;
    render(text, entry, words, size, style);
  }
  entry->used = ++text->uses;
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
  uint8_t seen = 255 - style->faded;
  put(text, entry, x + shift, style->y + shift, &look[LOOK_OUTSIDE], (uint8_t)(200 * seen / 255));
  put(text, entry, x, style->y, style->color, seen);
}

void text_measure(text *text, const char *words, const text_style *style, int32_t *width, int32_t *height) {
  const entry *entry = find(text, words, style);
  *width = entry ? entry->width : 0;
  *height = entry ? entry->height : 0;
}
