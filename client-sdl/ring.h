/* A bounded queue of records between exactly two threads: one pushes, one pops, nobody waits. A record is a
   small header and a body of any length; it is there whole or not at all. */
#ifndef TICKBOX_CLIENT_RING_H
#define TICKBOX_CLIENT_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint8_t *bytes;
  size_t capacity;     /* a power of two */
  _Atomic size_t head; /* bytes ever pushed; written by the pusher */
  _Atomic size_t tail; /* bytes ever popped; written by the popper */
} ring;

/* What a record carries beside its body. */
typedef struct {
  uint32_t size; /* of the body, in bytes */
  uint32_t kind;
  uint32_t attempt; /* which connection it belongs to */
  int64_t time;     /* when it came about, in us */
} ring_record;

/* False if memory is short. PRE: capacity is a power of two. */
bool ring_init(ring *ring, size_t capacity);
void ring_free(ring *ring);

/* Appends a record whose body is record->size bytes long. False, and nothing done, if there is no room. */
bool ring_push(ring *ring, const ring_record *record, const void *body);

/* Takes the oldest record, its body into `body` of `max` bytes. False if the ring is empty. PRE: it fits. */
bool ring_pop(ring *ring, ring_record *record, void *body, size_t max);

/* Bytes that bodies and headers can still take, seen by the pusher. */
size_t ring_room(const ring *ring);

#endif
