/* What to tell a person: the schema's sentences with their places filled in. Both clients show the same
   words; the twin of this file is client-web/words.js. */
#ifndef TICKBOX_WORDS_H
#define TICKBOX_WORDS_H

#include <stddef.h>

/* One place in a sentence: {name} becomes text. */
typedef struct {
  const char *name, *text;
} words_place;

/* Fills `sentence` into out (cut at `size`, always terminated). Unknown places stay as they are. */
void words_fill(char *out, size_t size, const char *sentence, const words_place *places, size_t count);

/* The sentence for a code that a server sent, with its parameter; an unknown number gives "code 99 (param)".
   `version` is the client's own protocol version in words. */
void words_of_code(char *out, size_t size, unsigned code, const char *param, const char *version);

#endif
