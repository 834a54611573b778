#include "server/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"

enum { OUTBOX_FIRST_BYTES = 1024 };

bool outbox_is_empty(const outbox *self) {
  return self->head == self->tail;
}

/* Twice as much, as long as that is not beyond what may wait. */
static bool outbox_grow(outbox *self, size_t needed, size_t limit) {
  size_t twice = self->capacity ? 2 * self->capacity : OUTBOX_FIRST_BYTES;
  size_t capacity = twice < limit ? twice : limit;
  if (capacity < needed)
    capacity = needed;
  uint8_t *grown = realloc(self->bytes, capacity);
  if (!grown)
    return false;
  self->bytes = grown;
  self->capacity = capacity;
  return true;
}

/* Moves what waits to the front, so that `size` bytes fit behind it. */
static bool outbox_make_room(outbox *self, size_t size, size_t limit) {
  size_t waiting = self->tail - self->head;
  if (waiting && waiting + size > limit)
    return false;
  if (self->tail + size <= self->capacity)
    return true;
  if (self->head) {
    memmove(self->bytes, self->bytes + self->head, waiting);
    self->head = 0;
    self->tail = waiting;
  }
  return waiting + size <= self->capacity || outbox_grow(self, waiting + size, limit);
}

bool outbox_push(outbox *self, const uint8_t *bytes, size_t size, size_t limit) {
  uint32_t prefix = (uint32_t)size;
  if (!outbox_make_room(self, sizeof prefix + size, limit))
    return false;
  memcpy(self->bytes + self->tail, &prefix, sizeof prefix);
  memcpy(self->bytes + self->tail + sizeof prefix, bytes, size);
  self->tail += sizeof prefix + size;
  return true;
}

const uint8_t *outbox_first(const outbox *self, size_t *size) {
  uint32_t prefix;
  if (outbox_is_empty(self))
    return NULL;
  memcpy(&prefix, self->bytes + self->head, sizeof prefix);
  *size = prefix;
  return self->bytes + self->head + sizeof prefix;
}

void outbox_pop(outbox *self) {
  size_t size;
  PRE(outbox_first(self, &size) != NULL);
  self->head += sizeof(uint32_t) + size;
  if (outbox_is_empty(self))
    outbox_clear(self);
}

void outbox_clear(outbox *self) {
  free(self->bytes);
  *self = (outbox){0};
}
