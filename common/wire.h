/* The codec: C structs to MessagePack arrays and back, driven by the tables of common/gen/.

   A message is one array [id, field, ...]. A list of structs is one flat array: the fields of the first
   record, then those of the second, and so on. A masked struct leaves out the fields that are 0; its mask
   says which follow. A trimmed message leaves out empty fields at its end.

   Encoding trusts its caller (a value out of range stops the program). Decoding trusts nobody and is total:
   what it accepts lies in the schema's ranges, so everything behind it trusts the struct. Packing is done by
   msgpack-c, which no other file uses; reading is a bounded reader of our own, as msgpack-c's unpacker
   reserves whatever a header claims. */
#ifndef TICKBOX_WIRE_H
#define TICKBOX_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/gen/protocol.h"

typedef enum { WIRE_KIND_INT, WIRE_KIND_STR, WIRE_KIND_LIST, WIRE_KIND_MASK, WIRE_KIND_MARK } wire_kind;
typedef enum { WIRE_FROM_NOBODY, WIRE_FROM_CLIENT, WIRE_FROM_SERVER } wire_from;

typedef struct wire_type wire_type;

/* One field of a struct: integers and marks are stored in 4 bytes, text in place with its zero, a list as
   pointer and count, a mask not at all. */
typedef struct {
  const char *name;
  wire_kind kind;
  int bit;          /* its bit in the struct's mask, or -1 */
  size_t offset;    /* in the struct */
  int64_t min, max; /* of the value, of the text's bytes, or of the list's records */
  const wire_type *of;
} wire_field;

struct wire_type {
  const char *name;
  uint32_t id; /* of a message; 0 of a struct */
  wire_from from;
  uint32_t field_count;
  uint32_t required; /* fields that are never trimmed */
  bool masked;
  size_t size; /* of the C struct */
  const wire_field *fields;
};

/* Bytes being written, into memory of the caller's. Writing past the end sets `overflow` and writes nothing. */
typedef struct {
  uint8_t *bytes;
  size_t size, capacity;
  bool overflow;
} wire_buffer;

/* Memory of the caller's that decoded lists are put in. Valid until the caller reuses it. */
typedef struct {
  uint8_t *memory;
  size_t used, capacity;
} wire_arena;

/* An arena of this many bytes holds the lists of any message of `bytes` bytes. */
#define WIRE_ARENA_BYTES(bytes) ((size_t)(bytes)*48 + 64)

typedef enum {
  WIRE_OK,
  WIRE_TRUNCATED,    /* the message ends inside a value */
  WIRE_TRAILING,     /* bytes follow the message */
  WIRE_UNKNOWN,      /* no message of that id may come from there */
  WIRE_WRONG_TYPE,   /* not the MessagePack type that the schema says */
  WIRE_WRONG_COUNT,  /* too few or too many fields or records */
  WIRE_OUT_OF_RANGE, /* a number outside its range */
  WIRE_TOO_LONG,     /* text or list above its limit */
  WIRE_BAD_TEXT,     /* not UTF-8, or with a zero inside */
  WIRE_BAD_JSON,     /* on tickbox.json: not one JSON object */
  WIRE_NO_ROOM,      /* the arena is too small: our mistake, or a message above its size limit */
  WIRE_FAULTS
} wire_fault;

/* A decoded message: its type, and the struct of that name in `as`. After a fault: where it lay, and `as` holds
   nothing. */
typedef struct {
  const wire_type *type;
  wire_any as;
  const char *field; /* after a fault: the name of the field, or "" */
  uint32_t id;       /* after WIRE_UNKNOWN: the id that came */
} wire_message;

/* The fault's name in words of a log line, such as "truncated". */
const char *wire_fault_name(wire_fault fault);

/* Appends the whole message. False if the buffer is too small. PRE: the values lie in their ranges. */
bool wire_encode(wire_buffer *out, const wire_type *type, const void *message);

/* Decodes one message that came from `from`. The message's lists lie in the arena, which is cleared first. */
wire_fault wire_decode(const uint8_t *bytes, size_t size, wire_from from, wire_arena *arena, wire_message *out);

/* Reads the message's type and its first `fields` fields; the others stay 0. Nothing is said of the bytes behind them:
   for who needs the head of many messages and the whole of few. */
wire_fault wire_decode_first(const uint8_t *bytes, size_t size, wire_from from, uint32_t fields, wire_arena *arena,
                             wire_message *out);

/* The pieces that frames.c puts chunks together from: the fields of one record, flat, without a header
   (and how many array elements they are), an array header, one integer. */
uint32_t wire_append_record(wire_buffer *out, const wire_type *type, const void *record);
void wire_append_array(wire_buffer *out, uint32_t count);
void wire_append_int(wire_buffer *out, int64_t value);
void wire_append_bytes(wire_buffer *out, const uint8_t *bytes, size_t size);

/* Prints the message as one line of JSON: {"message":"input","seq":1,...}, lists as arrays of objects,
   zero fields of masked structs included. */
void wire_print(FILE *out, const wire_type *type, const void *message);

/* True if the bytes are well-formed UTF-8 (no surrogates, no overlong forms). */
bool wire_is_utf8(const char *bytes, size_t size);

#endif
