/* A fake wire: a link that keeps what is sent, and drains or chokes as the test says. */
#ifndef TICKBOX_FAKE_LINK_H
#define TICKBOX_FAKE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "server/link.h"

typedef struct {
  size_t at, size; /* in the link's bytes */
} fake_sent;

typedef struct {
  link_t link;       /* first: what the host knows */
  bool choked;       /* set by the test: nothing drains */
  bool full;         /* set by the test: sends are refused */
  bool gone;         /* set by the test: its memory may be freed, so that nothing may be sent */
  uint64_t received; /* set by the test: bytes that came */
  bool closed;       /* by the host */
  uint32_t code;     /* of the close */
  uint32_t turn;     /* fake_link_turns() at its last message */
  uint8_t *bytes;
  size_t size, capacity;
  fake_sent *sent;
  uint32_t count, room; /* messages kept */
  uint32_t read;        /* of them, by fake_link_next */
  wire_arena arena;
} fake_link;

void fake_link_init(fake_link *link);
void fake_link_free(fake_link *link);

/* The next message not read yet, decoded; false if there is none. Fails the test if one does not decode. Its
   lists are valid until the next call. */
bool fake_link_next(fake_link *link, wire_message *message);

/* Reads on up to the next message of that type; false (and all is read) if none comes. */
bool fake_link_find(fake_link *link, const wire_type *type, wire_message *message);

/* How often a message went to another link than the one before it did, over all links: what is written to one, message
   after message, leaves a real socket by one send(). */
uint32_t fake_link_turns(void);

/* The bytes of the message read last. */
const uint8_t *fake_link_bytes(const fake_link *link, size_t *size);

#endif
