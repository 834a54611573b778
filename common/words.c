#include "common/words.h"

#include <stdio.h>
#include <string.h>

#include "common/gen/tables.h"

/* The text for the place that starts at `open` ('{'), or NULL; `close` is set to its '}'. */
static const char *text_of(const char *open, const char **close, const words_place *places, size_t count) {
  *close = strchr(open, '}');
  for (size_t i = 0; *close && i < count; i++)
    if (strlen(places[i].name) == (size_t)(*close - open - 1) &&
        !strncmp(places[i].name, open + 1, strlen(places[i].name)))
      return places[i].text;
  return NULL;
}

void words_fill(char *out, size_t size, const char *sentence, const words_place *places, size_t count) {
  size_t used = 0;
  for (const char *at = sentence, *close; *at && used + 1 < size; at++) {
    const char *text = *at == '{' ? text_of(at, &close, places, count) : NULL;
    if (!text) {
      out[used++] = *at;
      continue;
    }
    used += (size_t)snprintf(out + used, size - used, "%s", text);
    if (used >= size)
      used = size - 1;
    at = close;
  }
  out[used] = 0;
}

void words_of_code(char *out, size_t size, unsigned code, const char *param, const char *version) {
  if (code >= CODE_COUNT) {
    snprintf(out, size, "code %u (%s)", code, param);
    return;
  }
  const words_place places[] = {{"0", param}, {"version", version}};
  words_fill(out, size, code_words[code].words, places, 2);
}
