#include "client-sdl/literal.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/pre.h"
#include "common/wire.h"

/* Bytes of the character here, 0 if it is none. */
static size_t length_of(const char *at, size_t left) {
  for (size_t length = 1; length <= 4 && length <= left; length++)
    if (wire_is_utf8(at, length))
      return length;
  return 0;
}

static uint32_t code_point(const char *at, size_t length) {
  static const uint8_t lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  uint32_t point = (uint8_t)at[0] & lead[length];
  for (size_t next = 1; next < length; next++)
    point = point << 6 | ((uint8_t)at[next] & 0x3f);
  return point;
}

static bool steers(uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x200e && point <= 0x200f) ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0x61c ||
         point == 0xfeff;
}

void literal_copy(char *out, size_t size, const char *text) {
  PRE(size > 0);
  size_t used = 0, left = strlen(text);
  while (left > 0) {
    size_t length = length_of(text, left);
    bool shown = length > 0 && !steers(code_point(text, length));
    size_t wanted = shown ? length : 1;
    if (used + wanted >= size)
      break;
    memcpy(out + used, shown ? text : "?", wanted);
    used += wanted;
    length = length ? length : 1;
    text += length;
    left -= length;
  }
  out[used] = 0;
}
