#include "client-sdl/ring.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"

bool ring_init(ring *ring, size_t capacity) {
  PRE(capacity > 0 && (capacity & (capacity - 1)) == 0);
  ring->bytes = malloc(capacity);
  ring->capacity = capacity;
  atomic_init(&ring->head, 0);
  atomic_init(&ring->tail, 0);
  return ring->bytes != NULL;
}

void ring_free(ring *ring) {
  free(ring->bytes);
  ring->bytes = NULL;
}

size_t ring_room(const ring *ring) {
  size_t used =
      atomic_load_explicit(&ring->head, memory_order_relaxed) - atomic_load_explicit(&ring->tail, memory_order_acquire);
  return ring->capacity - used;
}

static void copy_in(ring *ring, size_t at, const void *from, size_t size) {
  size_t start = at & (ring->capacity - 1);
  size_t first = size < ring->capacity - start ? size : ring->capacity - start;
  if (first > 0)
    memcpy(ring->bytes + start, from, first);
  if (size > first)
    memcpy(ring->bytes, (const uint8_t *)from + first, size - first);
}

static void copy_out(const ring *ring, size_t at, void *to, size_t size) {
  size_t start = at & (ring->capacity - 1);
  size_t first = size < ring->capacity - start ? size : ring->capacity - start;
  if (first > 0)
    memcpy(to, ring->bytes + start, first);
  if (size > first)
    memcpy((uint8_t *)to + first, ring->bytes, size - first);
}

bool ring_push(ring *ring, const ring_record *record, const void *body) {
  size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
  size_t size = sizeof(*record) + record->size;
  if (size > ring_room(ring))
    return false;
  copy_in(ring, head, record, sizeof(*record));
  copy_in(ring, head + sizeof(*record), body, record->size);
  atomic_store_explicit(&ring->head, head + size, memory_order_release);
  return true;
}

bool ring_pop(ring *ring, ring_record *record, void *body, size_t max) {
  size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
  if (atomic_load_explicit(&ring->head, memory_order_acquire) == tail)
    return false;
  copy_out(ring, tail, record, sizeof(*record));
  PRE(record->size <= max);
  copy_out(ring, tail + sizeof(*record), body, record->size);
  atomic_store_explicit(&ring->tail, tail + sizeof(*record) + record->size, memory_order_release);
  return true;
}
