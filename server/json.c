#include "server/json.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/wire.h"

/* --- the strict reader: says whether a text is JSON, before cJSON makes a tree of it ---------------------- */

typedef struct {
  const char *start, *at, *end;
  unsigned depth;
  uint32_t keys;     /* of objects, so far */
  const char *fault; /* the first one, in words */
  const char *stop;  /* what to say at key number `stop_at`, which may not stand there; or NULL */
  uint32_t stop_at;
} json_scan;

static bool scan_fault(json_scan *scan, const char *fault) {
  if (!scan->fault)
    scan->fault = fault;
  return false;
}

/* The next character, or 0 at the end; a real 0 is a control character and refused as such. */
static char scan_peek(const json_scan *scan) {
  return scan->at < scan->end ? *scan->at : 0;
}

static bool scan_take(json_scan *scan, char wanted) {
  if (scan_peek(scan) != wanted)
    return false;
  scan->at++;
  return true;
}

static void scan_space(json_scan *scan) {
  while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) && *scan->at)
    scan->at++;
}

static bool scan_is_digit(char character) {
  return character >= '0' && character <= '9';
}

static bool scan_digits(json_scan *scan) {
  if (!scan_is_digit(scan_peek(scan)))
    return scan_fault(scan, "a digit is missing");
  while (scan_is_digit(scan_peek(scan)))
    scan->at++;
  return true;
}

static bool scan_number(json_scan *scan) {
  scan_take(scan, '-');
  if (scan_take(scan, '0')) {
    if (scan_is_digit(scan_peek(scan)))
      return scan_fault(scan, "a number starts with 0");
  } else if (!scan_digits(scan))
    return false;
  if (scan_take(scan, '.') && !scan_digits(scan))
    return false;
  if (scan_take(scan, 'e') || scan_take(scan, 'E')) {
    if (!scan_take(scan, '+'))
      scan_take(scan, '-');
    return scan_digits(scan);
  }
  return true;
}

static bool scan_unit(json_scan *scan, unsigned *unit) {
  char digits[5] = "";
  for (int i = 0; i < 4; i++) {
    if (scan->end - scan->at <= i || !isxdigit((unsigned char)scan->at[i]))
      return scan_fault(scan, "\\u needs four hexadecimal digits");
    digits[i] = scan->at[i];
  }
  *unit = (unsigned)strtoul(digits, NULL, 16);
  if (*unit == 0)
    return scan_fault(scan, "\\u0000 is not allowed");
  scan->at += 4;
  return true;
}

/* What \u stands for: a character, or the two halves of one. */
static bool scan_hex(json_scan *scan) {
  unsigned unit;
  if (!scan_unit(scan, &unit))
    return false;
  if (unit < 0xd800 || unit > 0xdfff)
    return true;
  if (unit > 0xdbff || !scan_take(scan, '\\') || !scan_take(scan, 'u'))
    return scan_fault(scan, "half a character");
  return scan_unit(scan, &unit) && ((unit >= 0xdc00 && unit <= 0xdfff) || scan_fault(scan, "half a character"));
}

static bool scan_escape(json_scan *scan) {
  char kind = scan_peek(scan);
  if (!kind || !strchr("\"\\/bfnrtu", kind))
    return scan_fault(scan, "an unknown escape");
  scan->at++;
  return kind != 'u' || scan_hex(scan);
}

static bool scan_string(json_scan *scan) {
  if (!scan_take(scan, '"'))
    return scan_fault(scan, "a text in quotes is missing");
  while (scan->at < scan->end) {
    if (scan_take(scan, '"'))
      return true;
    if ((unsigned char)*scan->at < 0x20)
      return scan_fault(scan, "a control character in a text");
    if (*scan->at++ == '\\' && !scan_escape(scan))
      return false;
  }
  return scan_fault(scan, "a text does not end");
}

static bool scan_value(json_scan *scan);

static bool scan_member(json_scan *scan) {
  if (scan->stop && scan->keys == scan->stop_at)
    return scan_fault(scan, scan->stop);
  scan->keys++;
  if (!scan_string(scan))
    return false;
  scan_space(scan);
  return scan_take(scan, ':') ? scan_value(scan) : scan_fault(scan, "a ':' is missing");
}

static bool scan_container(json_scan *scan, char close, bool (*item)(json_scan *)) {
  uint32_t items = 0;
  scan_space(scan);
  if (scan_take(scan, close))
    return true;
  do {
    scan_space(scan);
    if (close == '}' && ++items > JSON_KEYS_MAX)
      return scan_fault(scan, "too many keys in one object");
    if (!item(scan))
      return false;
    scan_space(scan);
  } while (scan_take(scan, ','));
  return scan_take(scan, close) ||
         scan_fault(scan, close == '}' ? "a ',' or '}' is missing" : "a ',' or ']' is missing");
}

static bool scan_word(json_scan *scan) {
  static const char *const words[] = {"true", "false", "null"};
  for (int i = 0; i < 3; i++) {
    size_t size = strlen(words[i]);
    if ((size_t)(scan->end - scan->at) >= size && memcmp(scan->at, words[i], size) == 0) {
      scan->at += size;
      return true;
    }
  }
  return scan_fault(scan, scan->at == scan->end ? "a value is missing" : "not a value");
}

static bool scan_nested(json_scan *scan, char close, bool (*item)(json_scan *)) {
  if (++scan->depth > JSON_DEPTH_MAX)
    return scan_fault(scan, "nested too deep");
  scan->at++;
  bool fine = scan_container(scan, close, item);
  scan->depth--;
  return fine;
}

static bool scan_value(json_scan *scan) {
  scan_space(scan);
  char first = scan_peek(scan);
  if (first == '{')
    return scan_nested(scan, '}', scan_member);
  if (first == '[')
    return scan_nested(scan, ']', scan_value);
  if (first == '"')
    return scan_string(scan);
  if (first == '-' || scan_is_digit(first))
    return scan_number(scan);
  return scan_word(scan);
}

static bool scan_document(json_scan *scan) {
  if (!scan_value(scan))
    return false;
  scan_space(scan);
  return scan->at == scan->end || scan_fault(scan, "something follows the value");
}

/* Where the first byte lies that no character of UTF-8 starts with or goes on with, or the end. */
static size_t scan_utf8(const char *text, size_t size) {
  size_t at = 0;
  while (at < size) {
    size_t length = 1;
    while (length <= 4 && length <= size - at && !wire_is_utf8(text + at, length))
      length++;
    if (length > 4 || length > size - at)
      break;
    at += length;
  }
  return at;
}

/* --- the tree --------------------------------------------------------------------------------------------- */

/* The second of two members of the same name. Names that differ only in case would be one to a careless reader, so
   they count as the same. */
static const json *json_double(const json *value) {
  for (const json *child = json_first(value); child; child = child->next) {
    const json *found = json_double(child);
    for (const json *other = child->next; !found && child->string && other; other = other->next)
      if (strcasecmp(child->string, other->string) == 0)
        found = other;
    if (found)
      return found;
  }
  return NULL;
}

/* Counts the keys that stand in the text before this member's. */
static bool json_number_of(const json *value, const json *member, uint32_t *keys) {
  for (const json *child = json_first(value); child; child = child->next) {
    if (child == member)
      return true;
    *keys += child->string != NULL;
    if (json_number_of(child, member, keys))
      return true;
  }
  return false;
}

/* How a fault's place is told. */
typedef void scan_words(const json_scan *scan, char error[JSON_ERROR_BYTES]);

static void scan_say_line(const json_scan *scan, char error[JSON_ERROR_BYTES]) {
  unsigned line = 1, column = 1;
  for (const char *at = scan->start; at < scan->at; at++) {
    column = *at == '\n' ? 1 : column + 1;
    line += *at == '\n';
  }
  snprintf(error, JSON_ERROR_BYTES, "line %u, column %u: %s", line, column, scan->fault);
}

static void scan_say_byte(const json_scan *scan, char error[JSON_ERROR_BYTES]) {
  snprintf(error, JSON_ERROR_BYTES, "byte %zu: %s", (size_t)(scan->at - scan->start), scan->fault);
}

/* Scans again, up to the key of this member. */
static void scan_to(json_scan *scan, const json *document, const json *member, const char *fault) {
  *scan = (json_scan){.start = scan->start, .at = scan->start, .end = scan->end, .stop = fault};
  json_number_of(document, member, &scan->stop_at);
  scan_document(scan);
}

static json *json_read(const char *text, size_t size, scan_words *say, char error[JSON_ERROR_BYTES]) {
  json_scan scan = {.start = text, .at = text, .end = text + size};
  size_t readable = size > JSON_BYTES_MAX ? 0 : scan_utf8(text, size);
  json *document = NULL;
  error[0] = 0;
  if (size > JSON_BYTES_MAX)
    snprintf(error, JSON_ERROR_BYTES, "larger than %d bytes", JSON_BYTES_MAX);
  else if (readable < size) {
    scan.at += readable;
    scan_fault(&scan, "not UTF-8, or a zero byte inside");
  } else if (scan_document(&scan)) {
    document = cJSON_ParseWithLength(text, size);
    const json *twice = document ? json_double(document) : NULL;
    if (!document)
      snprintf(error, JSON_ERROR_BYTES, "memory is short");
    else if (twice)
      scan_to(&scan, document, twice, "a key stands twice");
  }
  if (scan.fault)
    say(&scan, error);
  if (!error[0])
    return document;
  cJSON_Delete(document);
  return NULL;
}

json *json_parse(const char *text, size_t size, char error[JSON_ERROR_BYTES]) {
  return json_read(text, size, scan_say_line, error);
}

json *json_parse_message(const char *text, size_t size, char error[JSON_ERROR_BYTES]) {
  return json_read(text, size, scan_say_byte, error);
}

size_t json_where(const char *text, size_t size, const json *document, const json *member) {
  json_scan scan = {.start = text, .at = text, .end = text + size};
  scan_to(&scan, document, member, "here");
  return (size_t)(scan.at - scan.start);
}

uint32_t json_elements(const char *text, size_t size, const json *document, const json *array, json_span *out,
                       uint32_t max) {
  json_scan scan = {.start = text, .at = text, .end = text + size};
  uint32_t count = 0;
  scan_to(&scan, document, array, "here");
  scan.stop = scan.fault = NULL;
  scan_string(&scan);
  scan_space(&scan);
  scan_take(&scan, ':');
  scan_space(&scan);
  for (char open = '['; count < max && scan_take(&scan, open); open = ',') {
    scan_space(&scan);
    const char *start = scan.at;
    if (scan_peek(&scan) == ']' || !scan_value(&scan))
      break;
    out[count++] = (json_span){start, (size_t)(scan.at - start)};
    scan_space(&scan);
  }
  return count;
}

static char *json_read_file(const char *path, size_t *size, char error[JSON_ERROR_BYTES]) {
  FILE *file = fopen(path, "rb");
  char *text = file ? malloc(JSON_BYTES_MAX + 2) : NULL;
  if (text) {
    *size = fread(text, 1, JSON_BYTES_MAX + 1, file);
    text[*size] = 0;
  }
  if (!text || ferror(file)) {
    snprintf(error, JSON_ERROR_BYTES, "%.100s: %s", path, strerror(errno));
    free(text);
    text = NULL;
  }
  if (file)
    fclose(file);
  return text;
}

json *json_parse_file(const char *path, char error[JSON_ERROR_BYTES]) {
  size_t size = 0;
  char *text = json_read_file(path, &size, error);
  if (!text)
    return NULL;
  char reason[JSON_ERROR_BYTES];
  json *document = json_parse(text, size, reason);
  if (!document)
    snprintf(error, JSON_ERROR_BYTES, "%.60s: %.90s", path, reason);
  free(text);
  return document;
}

void json_free(json *document) {
  cJSON_Delete(document);
}

bool json_is_object(const json *value) {
  return cJSON_IsObject(value);
}

bool json_is_array(const json *value) {
  return cJSON_IsArray(value);
}

const json *json_get(const json *object, const char *key) {
  return cJSON_GetObjectItemCaseSensitive(object, key);
}

const json *json_at(const json *container, uint32_t index) {
  return cJSON_GetArrayItem(container, (int)index);
}

uint32_t json_count(const json *container) {
  return (uint32_t)cJSON_GetArraySize(container);
}

const json *json_first(const json *container) {
  return cJSON_IsObject(container) || cJSON_IsArray(container) ? container->child : NULL;
}

const json *json_next(const json *value) {
  return value->next;
}

const char *json_key(const json *member) {
  return member->string;
}

bool json_integer(const json *value, int64_t min, int64_t max, int64_t *out) {
  if (!cJSON_IsNumber(value) || !(value->valuedouble >= (double)min && value->valuedouble <= (double)max))
    return false;
  *out = (int64_t)value->valuedouble;
  return (double)*out == value->valuedouble;
}

bool json_number(const json *value, double *out) {
  *out = cJSON_IsNumber(value) ? value->valuedouble : 0;
  return cJSON_IsNumber(value);
}

const char *json_string(const json *value) {
  return cJSON_GetStringValue(value);
}

bool json_boolean(const json *value, bool *out) {
  *out = cJSON_IsTrue(value);
  return cJSON_IsBool(value);
}
