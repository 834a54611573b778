/* The inside of the codec, for wire*.c and their JSON twin server/json_wire.c only: where the fields that a table
 * describes lie in a struct. */
#ifndef TICKBOX_WIRE_PARTS_H
#define TICKBOX_WIRE_PARTS_H

#include "common/wire.h"

/* Lists of every struct have this shape; the generated ones differ only in the type of `items`. */
typedef struct {
  const void *items;
  uint32_t count;
} wire_any_list;

wire_any_list wire_list_at(const void *record, const wire_field *field);
const char *wire_text_at(const void *record, const wire_field *field);
int64_t wire_number_at(const void *record, const wire_field *field); /* of an integer or a mark */

/* Room for decoded lists, or NULL. */
void *wire_arena_take(wire_arena *arena, size_t size);

#endif
