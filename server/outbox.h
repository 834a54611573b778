/* Messages that wait for a connection to take them, in order. Bounded. Takes memory only while something
   waits, as almost always nothing does. */
#ifndef TICKBOX_OUTBOX_H
#define TICKBOX_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero is empty. */
typedef struct {
  uint8_t *bytes; /* each message after its size in 4 bytes */
  size_t head, tail, capacity;
} outbox;

bool outbox_is_empty(const outbox *outbox);

/* Copies a message to the end. False if that would be more than `limit` bytes, sizes included, or memory is
   short; one message alone is always taken. */
bool outbox_push(outbox *outbox, const uint8_t *bytes, size_t size, size_t limit);

/* The oldest message, or NULL. Valid until the next call. */
const uint8_t *outbox_first(const outbox *outbox, size_t *size);

/* Drops the oldest. PRE: there is one. */
void outbox_pop(outbox *outbox);

void outbox_clear(outbox *outbox);

#endif
