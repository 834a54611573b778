/* The messages of the wire as JSON, for clients of tickbox.json: one object a message, fields by name, as the tables
   of common/gen/ say. Writing takes no memory; reading goes through server/json.h. */
#ifndef TICKBOX_JSON_WIRE_H
#define TICKBOX_JSON_WIRE_H

#include "common/wire.h"

enum {
  JSON_WIRE_FAULT_BYTES = WIRE_PARAMETER_BYTES_MAX + 1,
  JSON_WIRE_BYTES_MAX = 8 * WIRE_SERVER_BYTES_MAX, /* a message as JSON is less than so many times longer */
};

/* Appends {"message":"talk","lines":[{...}]}, with every field. False if the buffer is too small: a byte of text takes
   up to six. PRE: the values lie in their ranges. */
bool json_wire_encode(wire_buffer *out, const wire_type *type, const void *message);

/* Reads one message from a client. A field that is absent is 0 or empty, or the lowest value of its range if that is
   above 0; one that the message does not have is refused. The lists lie in the arena, which is cleared first. After a
   fault `fault` says where and what: WIRE_BAD_JSON with the byte ("byte 17: ..."), the others by name and field. */
wire_fault json_wire_decode(const char *text, size_t size, wire_arena *arena, wire_message *out,
                            char fault[JSON_WIRE_FAULT_BYTES]);

#endif
