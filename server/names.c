#include "server/names.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

/* U+FDFA, three bytes, is the worst: 18 code points. Case folding at most triples a code point. */
enum { POINTS_MAX = NAME_SIZE * 18, MARKS_MAX = 2, BRAILLE_BLANK = 0x2800 };

typedef struct {
  utf8proc_int32_t points[POINTS_MAX + 4]; /* room for utf8proc_reencode's own zero */
  utf8proc_ssize_t count;
} text;

static const utf8proc_option_t NFKC = UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE;

static bool is_space(utf8proc_int32_t point) {
  utf8proc_category_t category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
         (point >= '\t' && point <= '\r');
}

static bool is_mark(utf8proc_int32_t point) {
  utf8proc_category_t category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

static bool is_unseen(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
  case UTF8PROC_CATEGORY_CC:
  case UTF8PROC_CATEGORY_CF:
  case UTF8PROC_CATEGORY_CS:
  case UTF8PROC_CATEGORY_CO:
  case UTF8PROC_CATEGORY_CN:
    return true;
  default:
    return point == BRAILLE_BLANK || utf8proc_get_property(point)->ignorable;
  }
}

static bool normalize(const char *utf8, utf8proc_option_t options, text *out) {
  out->count = utf8proc_decompose((const utf8proc_uint8_t *)utf8, (utf8proc_ssize_t)strlen(utf8), out->points,
                                  POINTS_MAX, options);
  if (out->count < 0 || out->count > POINTS_MAX)
    return false;
  out->count = utf8proc_normalize_utf32(out->points, out->count, options);
  return out->count >= 0;
}

static void keep_the_seen(text *text) {
  utf8proc_ssize_t kept = 0;
  for (utf8proc_ssize_t i = 0; i < text->count; i++) {
    if (is_space(text->points[i]))
      text->points[kept++] = ' ';
    else if (!is_unseen(text->points[i]))
      text->points[kept++] = text->points[i];
  }
  text->count = kept;
}

/* Single spaces, none at the ends, few marks and none without a base, not too long. */
static void tidy(text *text) {
  utf8proc_ssize_t kept = 0, marks = MARKS_MAX;
  for (utf8proc_ssize_t i = 0; i < text->count && kept < WIRE_NAME_CHARACTERS_MAX; i++) {
    utf8proc_int32_t point = text->points[i];
    bool space = point == ' ';
    if (space && (kept == 0 || text->points[kept - 1] == ' '))
      continue;
    if (is_mark(point) && marks >= MARKS_MAX)
      continue;
    marks = is_mark(point) ? marks + 1 : space ? MARKS_MAX : 0;
    text->points[kept++] = point;
  }
  while (kept > 0 && text->points[kept - 1] == ' ')
    kept--;
  text->count = kept;
}

static void write_utf8(const text *text, char *out) {
  for (utf8proc_ssize_t i = 0; i < text->count; i++)
    out += utf8proc_encode_char(text->points[i], (utf8proc_uint8_t *)out);
  *out = 0;
}

void name_clean(const char *wish, char out[NAME_SIZE]) {
  text text;
  char seen[POINTS_MAX * 4 + 1];
  out[0] = 0;
  if (!normalize(wish, NFKC, &text))
    return;
  keep_the_seen(&text);
  write_utf8(&text, seen);
  /* What stood on both sides of something unseen may compose now. */
  if (!normalize(seen, NFKC, &text))
    return;
  tidy(&text);
  write_utf8(&text, out);
}

void name_number(const char *base, uint32_t number, char out[NAME_SIZE]) {
  char suffix[16];
  int length = snprintf(suffix, sizeof suffix, " %u", number);
  text text;
  out[0] = 0;
  if (!normalize(base, NFKC, &text))
    text.count = 0;
  if (text.count > WIRE_NAME_CHARACTERS_MAX - length)
    text.count = WIRE_NAME_CHARACTERS_MAX - length;
  while (text.count > 0 && text.points[text.count - 1] == ' ')
    text.count--;
  write_utf8(&text, out);
  memcpy(out + strlen(out), suffix, (size_t)length + 1);
}

void name_invent(uint32_t random, char out[NAME_SIZE]) {
  static const char *const moods[] = {"Brave", "Calm",   "Clever", "Cosy",  "Eager", "Gentle", "Happy",  "Jolly",
                                      "Keen",  "Kind",   "Lucky",  "Merry", "Noble", "Proud",  "Quick",  "Quiet",
                                      "Shiny", "Sleepy", "Sunny",  "Swift", "Tidy",  "Witty",  "Daring", "Breezy"};
  static const char *const animals[] = {"Otter", "Badger", "Beaver", "Crane",  "Dolphin", "Falcon", "Fox",    "Gecko",
                                        "Hare",  "Heron",  "Ibex",   "Koala",  "Lemur",   "Lynx",   "Marten", "Moose",
                                        "Newt",  "Owl",    "Panda",  "Puffin", "Raven",   "Seal",   "Tapir",  "Wombat"};
  enum { MOODS = sizeof moods / sizeof *moods, ANIMALS = sizeof animals / sizeof *animals };
  snprintf(out, NAME_SIZE, "%s %s", moods[random % MOODS], animals[random / MOODS % ANIMALS]);
}

/* FNV-1a over the folded code points. */
uint64_t name_key(const char *name) {
  text text;
  uint64_t key = 0xcbf29ce484222325u;
  if (!normalize(name, NFKC | UTF8PROC_CASEFOLD, &text))
    return key;
  for (utf8proc_ssize_t i = 0; i < text.count; i++)
    key = (key ^ (uint64_t)text.points[i]) * 0x100000001b3u;
  return key;
}
