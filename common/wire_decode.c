#include <string.h>

#include "common/gen/tables.h"
#include "common/wire_parts.h"

/* Where reading stands. The first fault stops it: `fault` and `field` then stay. */
typedef struct {
  const uint8_t *at, *end;
  wire_arena *arena;
  wire_fault fault;
  const char *field;
} reader;

typedef enum { HEAD_INT, HEAD_STR, HEAD_ARRAY, HEAD_OTHER } head_kind;

/* The first bytes of any MessagePack value: its kind, and its number, length or count. */
typedef struct {
  head_kind kind;
  int64_t value;
} head;

static bool fail(reader *in, wire_fault fault) {
  if (in->fault == WIRE_OK)
    in->fault = fault;
  return false;
}

static size_t bytes_left(const reader *in) {
  return (size_t)(in->end - in->at);
}

static bool read_big_endian(reader *in, uint32_t size, uint64_t *out) {
  if (bytes_left(in) < size)
    return fail(in, WIRE_TRUNCATED);
  *out = 0;
  for (uint32_t i = 0; i < size; i++)
    *out = *out << 8 | *in->at++;
  return true;
}

static int64_t sign_extend(uint64_t bits, uint32_t size) {
  uint32_t unused = 64 - 8 * size;
  return (int64_t)(bits << unused) >> unused;
}

static bool read_unsigned(reader *in, uint32_t size, head_kind kind, head *out) {
  uint64_t bits;
  if (!read_big_endian(in, size, &bits))
    return false;
  *out = (head){kind, bits > INT64_MAX ? INT64_MAX : (int64_t)bits};
  return true;
}

static bool read_signed(reader *in, uint32_t size, head *out) {
  uint64_t bits;
  if (!read_big_endian(in, size, &bits))
    return false;
  *out = (head){HEAD_INT, sign_extend(bits, size)};
  return true;
}

static bool read_head(reader *in, head *out) {
  uint64_t first = 0;
  if (!read_big_endian(in, 1, &first))
    return false;
  if (first <= 0x7f || first >= 0xe0)
    *out = (head){HEAD_INT, sign_extend(first, 1)};
  else if (first >= 0x90 && first <= 0x9f)
    *out = (head){HEAD_ARRAY, first & 0x0f};
  else if (first >= 0xa0 && first <= 0xbf)
    *out = (head){HEAD_STR, first & 0x1f};
  else if (first >= 0xcc && first <= 0xcf)
    return read_unsigned(in, 1u << (first - 0xcc), HEAD_INT, out);
  else if (first >= 0xd0 && first <= 0xd3)
    return read_signed(in, 1u << (first - 0xd0), out);
  else if (first >= 0xd9 && first <= 0xdb)
    return read_unsigned(in, 1u << (first - 0xd9), HEAD_STR, out);
  else if (first == 0xdc || first == 0xdd)
    return read_unsigned(in, first == 0xdc ? 2 : 4, HEAD_ARRAY, out);
  else
    *out = (head){HEAD_OTHER, 0};
  return true;
}

static bool read_kind(reader *in, head_kind kind, int64_t *value) {
  head found;
  if (!read_head(in, &found))
    return false;
  if (found.kind != kind)
    return fail(in, WIRE_WRONG_TYPE);
  *value = found.value;
  return true;
}

static bool read_number(reader *in, int64_t low, int64_t high, void *out) {
  int64_t value;
  if (!read_kind(in, HEAD_INT, &value))
    return false;
  if (value < low || value > high)
    return fail(in, WIRE_OUT_OF_RANGE);
  uint32_t stored = (uint32_t)value;
  memcpy(out, &stored, sizeof stored);
  return true;
}

static bool read_text(reader *in, int64_t max, char *out) {
  int64_t size;
  if (!read_kind(in, HEAD_STR, &size))
    return false;
  if (size > max)
    return fail(in, WIRE_TOO_LONG);
  if ((size_t)size > bytes_left(in))
    return fail(in, WIRE_TRUNCATED);
  if (!wire_is_utf8((const char *)in->at, (size_t)size))
    return fail(in, WIRE_BAD_TEXT);
  memcpy(out, in->at, (size_t)size);
  out[size] = 0;
  in->at += size;
  return true;
}

void *wire_arena_take(wire_arena *arena, size_t size) {
  size_t start = (arena->used + 7) & ~(size_t)7;
  if (start > arena->capacity || size > arena->capacity - start)
    return NULL;
  arena->used = start + size;
  return arena->memory + start;
}

static bool read_record(reader *in, const wire_type *type, uint32_t count, char *out, int64_t *elements);

/* Elements that every record has: those before the mask and the mask, or all. */
static int64_t elements_at_least(const wire_type *type) {
  int64_t elements = 0;
  for (uint32_t i = 0; i < type->field_count; i++)
    elements += type->fields[i].bit < 0;
  return elements;
}

static bool read_list(reader *in, const wire_field *field, void *out) {
  int64_t elements;
  if (!read_kind(in, HEAD_ARRAY, &elements))
    return false;
  if ((uint64_t)elements > bytes_left(in))
    return fail(in, WIRE_TRUNCATED);
  int64_t most = elements / elements_at_least(field->of);
  if (elements == 0)
    return true;
  char *items = wire_arena_take(in->arena, (size_t)(most < field->max ? most : field->max) * field->of->size);
  if (!items)
    return fail(in, WIRE_NO_ROOM);
  uint32_t count = 0;
  for (; elements > 0; count++) {
    in->field = field->name;
    if (count == field->max)
      return fail(in, WIRE_TOO_LONG);
    if (elements < elements_at_least(field->of))
      return fail(in, WIRE_WRONG_COUNT);
    char *item = items + count * field->of->size;
    memset(item, 0, field->of->size);
    if (!read_record(in, field->of, field->of->field_count, item, &elements))
      return false;
  }
  wire_any_list list = {items, count};
  memcpy(out, &list, sizeof list);
  return true;
}

static bool read_mask(reader *in, const wire_type *type, uint32_t *mask) {
  int64_t bits = 0;
  for (uint32_t i = 0; i < type->field_count; i++)
    if (type->fields[i].bit >= 0)
      bits |= (int64_t)1 << type->fields[i].bit;
  return read_number(in, 0, bits, mask);
}

static bool read_field(reader *in, const wire_type *type, const wire_field *field, char *out, uint32_t *mask) {
  switch (field->kind) {
  case WIRE_KIND_INT:
    return read_number(in, field->min, field->max, out + field->offset);
  case WIRE_KIND_STR:
    return read_text(in, field->max, out + field->offset);
  case WIRE_KIND_LIST:
    return read_list(in, field, out + field->offset);
  case WIRE_KIND_MASK:
    return read_mask(in, type, mask);
  case WIRE_KIND_MARK:
    break;
  }
  return true;
}

/* A field behind the mask: absent ones stay 0, and a present one must not be 0, so that a record has one form. */
static bool read_masked_field(reader *in, const wire_field *field, char *out, uint32_t mask, int64_t *elements) {
  uint32_t set = mask >> field->bit & 1;
  if (field->kind == WIRE_KIND_MARK) {
    memcpy(out + field->offset, &set, sizeof set);
    return true;
  }
  if (!set)
    return true;
  if ((*elements)-- == 0)
    return fail(in, WIRE_WRONG_COUNT);
  uint32_t value = 0;
  if (!read_number(in, field->min, field->max, &value))
    return false;
  if (value == 0)
    return fail(in, WIRE_OUT_OF_RANGE);
  memcpy(out + field->offset, &value, sizeof value);
  return true;
}

/* Reads the first `count` fields into the struct at `out`, which is all zero, taking from `elements` of the
   array around them. */
static bool read_record(reader *in, const wire_type *type, uint32_t count, char *out, int64_t *elements) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < count; i++) {
    const wire_field *field = &type->fields[i];
    in->field = field->name;
    if (field->bit >= 0) {
      if (!read_masked_field(in, field, out, mask, elements))
        return false;
      continue;
    }
    (*elements)--;
    if (!read_field(in, type, field, out, &mask))
      return false;
  }
  return true;
}

static const wire_type *find_message(uint32_t id, wire_from from) {
  for (uint32_t i = 0; i < WIRE_MESSAGES; i++)
    if (wire_messages[i]->id == id && wire_messages[i]->from == from)
      return wire_messages[i];
  return NULL;
}

/* Reads at most `fields` fields, and if the message has more, nothing behind them. */
static bool read_message(reader *in, wire_from from, uint32_t fields, wire_message *out) {
  int64_t elements;
  in->field = "message";
  if (!read_kind(in, HEAD_ARRAY, &elements))
    return false;
  if (elements == 0)
    return fail(in, WIRE_WRONG_COUNT);
  in->field = "id";
  if (!read_number(in, 0, UINT32_MAX, &out->id))
    return false;
  out->type = find_message(out->id, from);
  if (!out->type)
    return fail(in, WIRE_UNKNOWN);
  in->field = out->type->name;
  elements--;
  if (elements < out->type->required || elements > out->type->field_count)
    return fail(in, WIRE_WRONG_COUNT);
  memset(&out->as, 0, out->type->size);
  bool whole = elements <= fields;
  if (!read_record(in, out->type, whole ? (uint32_t)elements : fields, (char *)&out->as, &elements))
    return false;
  in->field = out->type->name;
  return !whole || in->at == in->end || fail(in, WIRE_TRAILING);
}

wire_fault wire_decode(const uint8_t *bytes, size_t size, wire_from from, wire_arena *arena, wire_message *out) {
  return wire_decode_first(bytes, size, from, UINT32_MAX, arena, out);
}

wire_fault wire_decode_first(const uint8_t *bytes, size_t size, wire_from from, uint32_t fields, wire_arena *arena,
                             wire_message *out) {
  reader in = {.at = bytes, .end = bytes + size, .arena = arena, .fault = WIRE_OK, .field = ""};
  arena->used = 0;
  out->type = NULL;
  out->id = 0;
  read_message(&in, from, fields, out);
  out->field = in.fault == WIRE_OK ? "" : in.field;
  return in.fault;
}

const char *wire_fault_name(wire_fault fault) {
  static const char *const names[WIRE_FAULTS] = {"ok",         "truncated",   "trailing",     "unknown",
                                                 "wrong_type", "wrong_count", "out_of_range", "too_long",
                                                 "bad_text",   "bad_json",    "no_room"};
  return names[fault];
}

/* Well-formed UTF-8 after the table in RFC 3629, section 4; a zero byte is refused too, as C text ends there. */
bool wire_is_utf8(const char *text, size_t size) {
  const uint8_t *at = (const uint8_t *)text, *end = at + size;
  while (at < end) {
    uint8_t first = *at++;
    if (first >= 0x01 && first <= 0x7f)
      continue;
    uint32_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || (size_t)(end - at) < more)
      return false;
    uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (at[0] < low || at[0] > high)
      return false;
    for (uint32_t i = 1; i < more; i++)
      if (at[i] < 0x80 || at[i] > 0xbf)
        return false;
    at += more;
  }
  return true;
}
