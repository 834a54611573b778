#include "server/json_wire.h"

#include <stdio.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "common/wire_parts.h"
#include "server/json.h"

/* --- writing -------------------------------------------------------------------------------------------- */

static void append(wire_buffer *out, const char *text) {
  wire_append_bytes(out, (const uint8_t *)text, strlen(text));
}

static void append_number(wire_buffer *out, int64_t value) {
  char digits[24];
  size_t at = sizeof digits;
  for (uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value; rest || at == sizeof digits; rest /= 10)
    digits[--at] = (char)('0' + rest % 10);
  if (value < 0)
    digits[--at] = '-';
  wire_append_bytes(out, (const uint8_t *)digits + at, sizeof digits - at);
}

/* U+2028 and U+2029 end a line of JavaScript: they are escaped, so that JSON pasted there stays what it is. */
static bool ends_a_line(const uint8_t *text) {
  return text[0] == 0xe2 && text[1] == 0x80 && (text[2] == 0xa8 || text[2] == 0xa9);
}

/* Appends the character at `text` if it must be escaped. Returns how many bytes it had; 0: as it is. */
static size_t append_escape(wire_buffer *out, const uint8_t *text) {
  char escape[8] = {'\\', (char)*text};
  size_t bytes = 1;
  if (ends_a_line(text)) {
    snprintf(escape, sizeof escape, "\\u20%02x", text[2] - 0x80);
    bytes = 3;
  } else if (*text < 0x20 || *text == 0x7f)
    snprintf(escape, sizeof escape, "\\u%04x", *text);
  else if (*text != '"' && *text != '\\')
    return 0;
  append(out, escape);
  return bytes;
}

static void append_text(wire_buffer *out, const char *text) {
  const uint8_t *from = (const uint8_t *)text, *at = from;
  append(out, "\"");
  while (*at) {
    size_t bytes = 0, plain = (size_t)(at - from);
    if (*at < 0x20 || *at == '"' || *at == '\\' || *at == 0x7f || *at == 0xe2) {
      wire_append_bytes(out, from, plain);
      from = at;
      bytes = append_escape(out, at);
      from += bytes;
    }
    at += bytes ? bytes : 1;
  }
  wire_append_bytes(out, from, (size_t)(at - from));
  append(out, "\"");
}

static void append_fields(wire_buffer *out, const wire_type *type, const char *record, const char *before);

static void append_list(wire_buffer *out, const wire_field *field, wire_any_list list) {
  PRE_RANGE(list.count, 0, field->max);
  const char *items = list.items;
  append(out, "[");
  for (uint32_t i = 0; i < list.count; i++) {
    append(out, i ? ",{" : "{");
    append_fields(out, field->of, items + i * field->of->size, "");
    append(out, "}");
  }
  append(out, "]");
}

static void append_value(wire_buffer *out, const wire_field *field, const char *record) {
  if (field->kind == WIRE_KIND_STR) {
    PRE_RANGE(strlen(wire_text_at(record, field)), 0, field->max);
    append_text(out, wire_text_at(record, field));
  } else if (field->kind == WIRE_KIND_LIST) {
    append_list(out, field, wire_list_at(record, field));
  } else {
    PRE_RANGE(wire_number_at(record, field), field->min, field->max);
    append_number(out, wire_number_at(record, field));
  }
}

static void append_fields(wire_buffer *out, const wire_type *type, const char *record, const char *before) {
  for (uint32_t i = 0; i < type->field_count; i++) {
    const wire_field *field = &type->fields[i];
    if (field->kind == WIRE_KIND_MASK)
      continue;
    append(out, before);
    append(out, "\"");
    append(out, field->name);
    append(out, "\":");
    append_value(out, field, record);
    before = ",";
  }
}

bool json_wire_encode(wire_buffer *out, const wire_type *type, const void *message) {
  PRE(type->id != 0);
  append(out, "{\"message\":\"");
  append(out, type->name);
  append(out, "\"");
  append_fields(out, type, message, ",");
  append(out, "}");
  return !out->overflow;
}

/* --- reading -------------------------------------------------------------------------------------------- */

/* Where reading stands. The first fault stops it. */
typedef struct {
  wire_arena *arena;
  wire_fault fault;
  const char *field;     /* where the fault lies */
  const json *stranger;  /* the member that the message has no field for, */
  const wire_type *host; /* where it stands */
} reader;

static bool fail(reader *in, wire_fault fault) {
  if (in->fault == WIRE_OK)
    in->fault = fault;
  return false;
}

static bool read_number(reader *in, const wire_field *field, const json *value, char *out) {
  double number;
  int64_t whole;
  if (!json_number(value, &number))
    return fail(in, WIRE_WRONG_TYPE);
  if (!(number >= (double)field->min && number <= (double)field->max))
    return fail(in, WIRE_OUT_OF_RANGE);
  if (!json_integer(value, field->min, field->max, &whole))
    return fail(in, WIRE_WRONG_TYPE);
  uint32_t stored = (uint32_t)whole;
  memcpy(out, &stored, sizeof stored);
  return true;
}

static bool read_text(reader *in, const wire_field *field, const json *value, char *out) {
  const char *text = json_string(value);
  if (!text)
    return fail(in, WIRE_WRONG_TYPE);
  if ((int64_t)strlen(text) > field->max)
    return fail(in, WIRE_TOO_LONG);
  strcpy(out, text);
  return true;
}

static bool read_object(reader *in, const wire_type *type, const json *object, char *out);

static bool read_list(reader *in, const wire_field *field, const json *value, char *out) {
  if (!json_is_array(value))
    return fail(in, WIRE_WRONG_TYPE);
  wire_any_list list = {NULL, json_count(value)};
  if (list.count > field->max)
    return fail(in, WIRE_TOO_LONG);
  if (list.count == 0)
    return true;
  char *item = wire_arena_take(in->arena, list.count * field->of->size);
  if (!item)
    return fail(in, WIRE_NO_ROOM);
  list.items = item;
  for (const json *at = json_first(value); at; at = json_next(at), item += field->of->size) {
    in->field = field->name;
    if (!read_object(in, field->of, at, item))
      return false;
  }
  memcpy(out, &list, sizeof list);
  return true;
}

static bool read_value(reader *in, const wire_field *field, const json *value, char *out) {
  in->field = field->name;
  if (field->kind == WIRE_KIND_STR)
    return read_text(in, field, value, out);
  if (field->kind == WIRE_KIND_LIST)
    return read_list(in, field, value, out);
  return read_number(in, field, value, out);
}

static const wire_field *find_field(const wire_type *type, const char *name) {
  for (uint32_t i = 0; i < type->field_count; i++)
    if (type->fields[i].kind != WIRE_KIND_MASK && strcmp(type->fields[i].name, name) == 0)
      return &type->fields[i];
  return NULL;
}

/* What fields hold that are absent: nothing, or the least that they may. */
static void set_absent(const wire_type *type, char *out) {
  memset(out, 0, type->size);
  for (uint32_t i = 0; i < type->field_count; i++) {
    uint32_t least = type->fields[i].min > 0 ? (uint32_t)type->fields[i].min : 0;
    if (type->fields[i].kind == WIRE_KIND_INT)
      memcpy(out + type->fields[i].offset, &least, sizeof least);
  }
}

static bool read_object(reader *in, const wire_type *type, const json *object, char *out) {
  if (!json_is_object(object))
    return fail(in, WIRE_WRONG_TYPE);
  set_absent(type, out);
  for (const json *member = json_first(object); member; member = json_next(member)) {
    const wire_field *field = find_field(type, json_key(member));
    if (!field && type->id != 0 && strcmp(json_key(member), "message") == 0)
      continue;
    if (!field) {
      in->stranger = member;
      in->host = type;
      return fail(in, WIRE_BAD_JSON);
    }
    if (!read_value(in, field, member, out + field->offset))
      return false;
  }
  return true;
}

static const wire_type *find_message(const char *name) {
  for (uint32_t i = 0; i < WIRE_MESSAGES; i++)
    if (strcmp(wire_messages[i]->name, name) == 0)
      return wire_messages[i];
  return NULL;
}

static bool read_message(reader *in, const json *document, wire_message *out) {
  in->field = "message";
  const json *member = json_get(document, "message");
  if (!member)
    return fail(in, WIRE_WRONG_COUNT);
  const char *name = json_string(member);
  if (!name)
    return fail(in, WIRE_WRONG_TYPE);
  const wire_type *type = find_message(name);
  out->id = type ? type->id : 0;
  if (!type || type->from != WIRE_FROM_CLIENT)
    return fail(in, WIRE_UNKNOWN);
  out->type = type;
  return read_object(in, type, document, (char *)&out->as);
}

/* A key may be any text, and the fault is shown and logged: only what could be a field's name is repeated. */
static bool is_plain(const char *key) {
  return strspn(key, "abcdefghijklmnopqrstuvwxyz_") == strlen(key) && strlen(key) <= WIRE_WORD_BYTES_MAX;
}

static void explain(const reader *in, const char *text, size_t size, const json *document,
                    char fault[JSON_WIRE_FAULT_BYTES]) {
  if (in->stranger) {
    const char *key = json_key(in->stranger);
    snprintf(fault, JSON_WIRE_FAULT_BYTES, "byte %zu: %s has no field %s",
             json_where(text, size, document, in->stranger), in->host->name, is_plain(key) ? key : "of that name");
  } else if (in->fault != WIRE_OK && in->fault != WIRE_BAD_JSON) {
    snprintf(fault, JSON_WIRE_FAULT_BYTES, "%s %s", wire_fault_name(in->fault), in->field);
  }
}

wire_fault json_wire_decode(const char *text, size_t size, wire_arena *arena, wire_message *out,
                            char fault[JSON_WIRE_FAULT_BYTES]) {
  char reason[JSON_ERROR_BYTES];
  reader in = {.arena = arena, .fault = WIRE_OK, .field = ""};
  json *document = json_parse_message(text, size, reason);
  arena->used = 0;
  out->type = NULL;
  out->id = 0;
  fault[0] = 0;
  if (!document)
    fail(&in, WIRE_BAD_JSON);
  else if (!json_is_object(document)) {
    snprintf(reason, sizeof reason, "byte 0: a message is an object");
    fail(&in, WIRE_BAD_JSON);
  } else
    read_message(&in, document, out);
  if (in.fault == WIRE_BAD_JSON && !in.stranger)
    snprintf(fault, JSON_WIRE_FAULT_BYTES, "%.*s", WIRE_PARAMETER_BYTES_MAX, reason);
  else
    explain(&in, text, size, document, fault);
  out->field = in.fault == WIRE_OK ? "" : in.field;
  json_free(document);
  return in.fault;
}
