#include <inttypes.h>

#include "common/wire_parts.h"

static void print_text(FILE *out, const char *text) {
  fputc('"', out);
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\')
      fprintf(out, "\\%c", byte);
    else if (byte < 0x20 || byte == 0x7f)
      fprintf(out, "\\u%04x", byte);
    else
      fputc(byte, out);
  }
  fputc('"', out);
}

static void print_fields(FILE *out, const wire_type *type, const char *record, const char *before);

static void print_list(FILE *out, const wire_field *field, wire_any_list list) {
  const char *items = list.items;
  fputc('[', out);
  for (uint32_t i = 0; i < list.count; i++) {
    fputs(i ? ",{" : "{", out);
    print_fields(out, field->of, items + i * field->of->size, "");
    fputc('}', out);
  }
  fputc(']', out);
}

static void print_value(FILE *out, const wire_field *field, const char *record) {
  if (field->kind == WIRE_KIND_STR)
    print_text(out, wire_text_at(record, field));
  else if (field->kind == WIRE_KIND_LIST)
    print_list(out, field, wire_list_at(record, field));
  else
    fprintf(out, "%" PRId64, wire_number_at(record, field));
}

static void print_fields(FILE *out, const wire_type *type, const char *record, const char *before) {
  for (uint32_t i = 0; i < type->field_count; i++) {
    const wire_field *field = &type->fields[i];
    if (field->kind == WIRE_KIND_MASK)
      continue;
    fprintf(out, "%s\"%s\":", before, field->name);
    print_value(out, field, record);
    before = ",";
  }
}

void wire_print(FILE *out, const wire_type *type, const void *message) {
  fprintf(out, "{\"message\":\"%s\"", type->name);
  print_fields(out, type, message, ",");
  fputs("}\n", out);
}
