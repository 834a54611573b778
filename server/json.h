/* Reading JSON strictly: what is accepted is one value of RFC 8259 in UTF-8, with nothing after it, no object
   key twice, no control characters, no \u0000 and no half a character, at most JSON_DEPTH_MAX deep. Everything
   else is refused with the line and column, or the byte. The only user of cJSON, which alone would take most of that.

   A json pointer lives as long as its document. Getters return false (or NULL) for what is absent or of
   another kind or range; the caller says so with the key's name. */
#ifndef TICKBOX_JSON_H
#define TICKBOX_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cJSON json;

enum {
  JSON_DEPTH_MAX = 16,
  JSON_KEYS_MAX = 64, /* in one object, as each is compared with each */
  JSON_BYTES_MAX = 1048576,
  JSON_ERROR_BYTES = 160
};

/* Parses a text of `size` bytes. NULL with a reason such as "line 3, column 7: a key stands twice" in
   `error`. Freed by json_free. */
json *json_parse(const char *text, size_t size, char error[JSON_ERROR_BYTES]);

/* The same for what a program wrote: the reason counts bytes from 0, such as "byte 17: a key stands twice". */
json *json_parse_message(const char *text, size_t size, char error[JSON_ERROR_BYTES]);

/* The byte where the key of this member starts, in the text that the document was parsed from. */
size_t json_where(const char *text, size_t size, const json *document, const json *member);

/* A part of a text. */
typedef struct {
  const char *text;
  size_t size;
} json_span;

/* The texts of the first elements, `max` at most, of an array that is a member, in the text that the document was
   parsed from. Returns how many. */
uint32_t json_elements(const char *text, size_t size, const json *document, const json *array, json_span *out,
                       uint32_t max);

/* Parses a file; the reason names it. */
json *json_parse_file(const char *path, char error[JSON_ERROR_BYTES]);

void json_free(json *document);

bool json_is_object(const json *value);
bool json_is_array(const json *value);

/* The member of that exact name, or NULL. */
const json *json_get(const json *object, const char *key);

/* The members or elements in turn: NULL at the end. `index` counts from 0. */
const json *json_at(const json *container, uint32_t index);
uint32_t json_count(const json *container);

/* First child and next sibling, to walk a long container in one pass. */
const json *json_first(const json *container);
const json *json_next(const json *value);

/* The key of an object's member. */
const char *json_key(const json *member);

/* A whole number in min..max, written without fraction or exponent's loss. */
bool json_integer(const json *value, int64_t min, int64_t max, int64_t *out);

/* Any number. */
bool json_number(const json *value, double *out);

/* A text, or NULL. */
const char *json_string(const json *value);

bool json_boolean(const json *value, bool *out);

#endif
