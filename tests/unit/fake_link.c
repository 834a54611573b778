#include "tests/unit/fake_link.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"

static const fake_link *last_sent_to;
static uint32_t turns;

uint32_t fake_link_turns(void) {
  return turns;
}

static bool fake_drained(link_t *link) {
  return !((fake_link *)link)->choked;
}

static bool fake_send(link_t *base, const uint8_t *bytes, size_t size) {
  fake_link *link = (fake_link *)base;
  PRE(!link->gone);
  if (link->full)
    return false;
  PRE(!link->closed);
  turns += link != last_sent_to;
  last_sent_to = link;
  link->turn = turns;
  if (link->size + size > link->capacity) {
    link->capacity = 2 * (link->size + size);
    link->bytes = realloc(link->bytes, link->capacity);
  }
  if (link->count == link->room) {
    link->room = 2 * link->room + 16;
    link->sent = realloc(link->sent, link->room * sizeof *link->sent);
  }
  PRE(link->bytes && link->sent);
  memcpy(link->bytes + link->size, bytes, size);
  link->sent[link->count++] = (fake_sent){link->size, size};
  link->size += size;
  return true;
}

static void fake_close(link_t *base, uint32_t code) {
  fake_link *link = (fake_link *)base;
  PRE(!link->closed);
  link->closed = true;
  link->code = code;
}

static uint64_t fake_received(link_t *link) {
  return ((fake_link *)link)->received;
}

static const char *fake_address(link_t *link) {
  (void)link;
  return "fake wire";
}

void fake_link_init(fake_link *link) {
  static const link_ops ops = {fake_drained, fake_send, fake_close, fake_received, fake_address};
  *link = (fake_link){.link = {.ops = &ops}};
}

void fake_link_free(fake_link *link) {
  free(link->arena.memory);
  free(link->sent);
  free(link->bytes);
}

/* Large, so made only for links that are read. */
static void make_arena(fake_link *link) {
  if (link->arena.memory)
    return;
  link->arena.capacity = WIRE_ARENA_BYTES(WIRE_SERVER_BYTES_MAX);
  link->arena.memory = malloc(link->arena.capacity);
  PRE(link->arena.memory != NULL);
}

bool fake_link_next(fake_link *link, wire_message *message) {
  if (link->read == link->count)
    return false;
  make_arena(link);
  link->read++;
  size_t size;
  const uint8_t *bytes = fake_link_bytes(link, &size);
  PRE(wire_decode(bytes, size, WIRE_FROM_SERVER, &link->arena, message) == WIRE_OK);
  return true;
}

bool fake_link_find(fake_link *link, const wire_type *type, wire_message *message) {
  while (fake_link_next(link, message))
    if (message->type == type)
      return true;
  return false;
}

const uint8_t *fake_link_bytes(const fake_link *link, size_t *size) {
  PRE(link->read > 0);
  const fake_sent *sent = &link->sent[link->read - 1];
  *size = sent->size;
  return link->bytes + sent->at;
}
