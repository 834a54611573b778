/* A message for many: encoded at most once in each format that its readers need. */
#ifndef TICKBOX_LETTER_H
#define TICKBOX_LETTER_H

#include <stdbool.h>

#include "common/wire.h"
#include "server/client.h"

typedef struct {
  const wire_type *type;
  const void *message;
  wire_buffer written[LINK_FORMATS]; /* size 0: not yet */
} letter;

/* The memory that letters are written in, one after another. False if it is short. */
bool letter_init(letter *letter);
void letter_free(letter *letter);

/* Begins a letter; the message stays the caller's until the last letter_send. */
void letter_begin(letter *letter, const wire_type *type, const void *message);

void letter_send(letter *letter, client *client);

#endif
