#include "server/text.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "common/pre.h"

/* U+FDFA, three bytes, is the worst: 18 code points. */
enum { POINTS_MAX = TEXT_SIZE * 6, MARKS_MAX = 2, ROW_MAX = 8, BRAILLE_BLANK = 0x2800 };

typedef struct {
  utf8proc_int32_t at[POINTS_MAX + 4]; /* room for utf8proc_reencode's own zero */
  utf8proc_ssize_t count;
} points;

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

/* Without more than ROW_MAX marks in a row: to order them takes as long as the square of their number, so that a line
   of nothing else would stop the server for milliseconds. What is no UTF-8 is left as it is. */
static size_t thin_out(const char *utf8, size_t size, utf8proc_uint8_t *out) {
  utf8proc_int32_t point;
  utf8proc_ssize_t length;
  size_t kept = 0, row = 0;
  for (size_t at = 0; at < size; at += (size_t)length) {
    length = utf8proc_iterate((const utf8proc_uint8_t *)utf8 + at, (utf8proc_ssize_t)(size - at), &point);
    if (length <= 0)
      length = 1;
    else
      row = utf8proc_get_property(point)->combining_class ? row + 1 : 0;
    if (row > ROW_MAX)
      continue;
    memcpy(out + kept, utf8 + at, (size_t)length);
    kept += (size_t)length;
  }
  return kept;
}

static bool normalize(const char *utf8, size_t size, utf8proc_option_t options, points *out) {
  utf8proc_uint8_t thin[POINTS_MAX * 4];
  PRE(size <= sizeof thin);
  size = thin_out(utf8, size, thin);
  out->count = utf8proc_decompose(thin, (utf8proc_ssize_t)size, out->at, POINTS_MAX, options);
  if (out->count < 0 || out->count > POINTS_MAX)
    return false;
  out->count = utf8proc_normalize_utf32(out->at, out->count, options);
  return out->count >= 0;
}

static void keep_the_seen(points *points) {
  utf8proc_ssize_t kept = 0;
  for (utf8proc_ssize_t i = 0; i < points->count; i++) {
    if (is_space(points->at[i]))
      points->at[kept++] = ' ';
    else if (!is_unseen(points->at[i]))
      points->at[kept++] = points->at[i];
  }
  points->count = kept;
}

/* Single spaces, none in front, few marks and none without a base. */
static void tidy(points *points) {
  utf8proc_ssize_t kept = 0, marks = MARKS_MAX;
  for (utf8proc_ssize_t i = 0; i < points->count; i++) {
    utf8proc_int32_t point = points->at[i];
    bool space = point == ' ';
    if (space && (kept == 0 || points->at[kept - 1] == ' '))
      continue;
    if (is_mark(point) && marks >= MARKS_MAX)
      continue;
    marks = is_mark(point) ? marks + 1 : space ? MARKS_MAX : 0;
    points->at[kept++] = point;
  }
  points->count = kept;
}

static size_t write_utf8(const points *points, char *out) {
  char *end = out;
  for (utf8proc_ssize_t i = 0; i < points->count; i++)
    end += utf8proc_encode_char(points->at[i], (utf8proc_uint8_t *)end);
  return (size_t)(end - out);
}

/* As many as fit, without a space at the end. */
static void write_cut(points *points, uint32_t characters_max, char *out, size_t size) {
  PRE(size > 0);
  utf8proc_uint8_t bytes[4];
  utf8proc_ssize_t kept = 0;
  for (size_t used = 1; kept < points->count && kept < (utf8proc_ssize_t)characters_max; kept++) {
    used += (size_t)utf8proc_encode_char(points->at[kept], bytes);
    if (used > size)
      break;
  }
  while (kept > 0 && points->at[kept - 1] == ' ')
    kept--;
  points->count = kept;
  out[write_utf8(points, out)] = 0;
}

void text_clean_to(const char *wish, uint32_t characters_max, char *out, size_t size) {
  points points;
  char seen[POINTS_MAX * 4];
  const size_t length = strlen(wish);
  if (length >= TEXT_SIZE || !normalize(wish, length, NFKC, &points))
    points.count = 0;
  keep_the_seen(&points);
  /* What stood on both sides of something unseen may compose now. */
  PRE(normalize(seen, write_utf8(&points, seen), NFKC, &points));
  tidy(&points);
  write_cut(&points, characters_max, out, size);
}

void text_clean(const char *wish, char out[TEXT_SIZE]) {
  text_clean_to(wish, WIRE_TALK_CHARACTERS_MAX, out, TEXT_SIZE);
}

void text_cut(const char *text, uint32_t characters_max, char *out, size_t size) {
  points points;
  const size_t length = strlen(text);
  if (length >= TEXT_SIZE || !normalize(text, length, NFKC, &points))
    points.count = 0;
  write_cut(&points, characters_max, out, size);
}

/* FNV-1a over the folded code points. */
uint64_t text_key(const char *text) {
  points points;
  const size_t length = strlen(text);
  uint64_t key = 0xcbf29ce484222325u;
  if (length >= TEXT_SIZE || !normalize(text, length, NFKC | UTF8PROC_CASEFOLD, &points))
    return key;
  for (utf8proc_ssize_t i = 0; i < points.count; i++)
    key = (key ^ (uint64_t)points.at[i]) * 0x100000001b3u;
  return key;
}
