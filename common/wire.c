#include "common/wire.h"

#include <msgpack/pack.h>
#include <string.h>

#include "common/pre.h"
#include "common/wire_parts.h"

void wire_append_bytes(wire_buffer *out, const uint8_t *bytes, size_t size) {
  if (out->overflow || size > out->capacity - out->size) {
    out->overflow = true;
    return;
  }
  if (size > 0)
    memcpy(out->bytes + out->size, bytes, size);
  out->size += size;
}

static int write_packed(void *out, const char *bytes, size_t size) {
  wire_append_bytes(out, (const uint8_t *)bytes, size);
  return 0;
}

static msgpack_packer packer_of(wire_buffer *out) {
  msgpack_packer packer;
  msgpack_packer_init(&packer, out, write_packed);
  return packer;
}

void wire_append_array(wire_buffer *out, uint32_t count) {
  msgpack_packer packer = packer_of(out);
  msgpack_pack_array(&packer, count);
}

void wire_append_int(wire_buffer *out, int64_t value) {
  msgpack_packer packer = packer_of(out);
  msgpack_pack_int64(&packer, value);
}

static void append_text(wire_buffer *out, const char *text) {
  msgpack_packer packer = packer_of(out);
  size_t size = strlen(text);
  msgpack_pack_str(&packer, size);
  msgpack_pack_str_body(&packer, text, size);
}

wire_any_list wire_list_at(const void *record, const wire_field *field) {
  wire_any_list list;
  memcpy(&list, (const char *)record + field->offset, sizeof list);
  return list;
}

const char *wire_text_at(const void *record, const wire_field *field) {
  return (const char *)record + field->offset;
}

int64_t wire_number_at(const void *record, const wire_field *field) {
  const char *at = (const char *)record + field->offset;
  return field->min < 0 ? (int64_t) * (const int32_t *)at : (int64_t) * (const uint32_t *)at;
}

static bool is_empty(const void *record, const wire_field *field) {
  switch (field->kind) {
  case WIRE_KIND_LIST:
    return wire_list_at(record, field).count == 0;
  case WIRE_KIND_STR:
    return *wire_text_at(record, field) == 0;
  case WIRE_KIND_INT:
  case WIRE_KIND_MARK:
    return wire_number_at(record, field) == 0;
  case WIRE_KIND_MASK:
    break;
  }
  return false;
}

/* The mask of a masked record: which of the optional fields are not 0. */
static uint32_t mask_of(const wire_type *type, const void *record) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < type->field_count; i++)
    if (type->fields[i].bit >= 0 && !is_empty(record, &type->fields[i]))
      mask |= 1u << type->fields[i].bit;
  return mask;
}

static bool is_left_out(const wire_field *field, uint32_t mask) {
  return field->kind == WIRE_KIND_MARK || (field->bit >= 0 && !(mask >> field->bit & 1));
}

/* How many array elements the record's fields are. */
static uint32_t elements_of(const wire_type *type, const void *record) {
  if (!type->masked)
    return type->field_count;
  uint32_t mask = mask_of(type, record), elements = 0;
  for (uint32_t i = 0; i < type->field_count; i++)
    elements += !is_left_out(&type->fields[i], mask);
  return elements;
}

static void append_list(wire_buffer *out, const wire_field *field, wire_any_list list) {
  PRE_RANGE(list.count, 0, field->max);
  const char *items = list.items;
  uint32_t elements = 0;
  for (uint32_t i = 0; i < list.count; i++)
    elements += elements_of(field->of, items + i * field->of->size);
  wire_append_array(out, elements);
  for (uint32_t i = 0; i < list.count; i++)
    wire_append_record(out, field->of, items + i * field->of->size);
}

static void append_field(wire_buffer *out, const wire_field *field, const void *record, uint32_t mask) {
  switch (field->kind) {
  case WIRE_KIND_INT:
    PRE_RANGE(wire_number_at(record, field), field->min, field->max);
    wire_append_int(out, wire_number_at(record, field));
    break;
  case WIRE_KIND_STR:
    PRE_RANGE(strlen(wire_text_at(record, field)), 0, field->max);
    append_text(out, wire_text_at(record, field));
    break;
  case WIRE_KIND_LIST:
    append_list(out, field, wire_list_at(record, field));
    break;
  case WIRE_KIND_MASK:
    wire_append_int(out, mask);
    break;
  case WIRE_KIND_MARK:
    break;
  }
}

static uint32_t append_fields(wire_buffer *out, const wire_type *type, const void *record, uint32_t count) {
  uint32_t mask = type->masked ? mask_of(type, record) : 0, elements = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (is_left_out(&type->fields[i], mask))
      continue;
    append_field(out, &type->fields[i], record, mask);
    elements++;
  }
  return elements;
}

uint32_t wire_append_record(wire_buffer *out, const wire_type *type, const void *record) {
  return append_fields(out, type, record, type->field_count);
}

bool wire_encode(wire_buffer *out, const wire_type *type, const void *message) {
  PRE(type->id != 0);
  uint32_t count = type->field_count;
  while (count > type->required && is_empty(message, &type->fields[count - 1]))
    count--;
  wire_append_array(out, count + 1);
  wire_append_int(out, type->id);
  append_fields(out, type, message, count);
  return !out->overflow;
}
