/* Codes of rooms: short enough to be called across a room and typed on a phone. */
#ifndef TICKBOX_CODE_H
#define TICKBOX_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/gen/protocol.h"

enum { CODE_SIZE = WIRE_CODE_LETTERS + 1 };

/* What a code is made of. Of symbols that are taken for one another (0 O D Q, 1 I L, 2 Z, 5 S, 8 B, 6 G C, 9 g q,
   U V, VV W ...) at most one is in it, so a misread code is no other room's; without vowels, and without 3 and
   4 that pass for them, it spells no word. 17 symbols, 83,521 codes: enough to be unlike, too few to be a
   secret against somebody who may try for long. */
extern const char CODE_ALPHABET[];

/* A code by random bits; each is about as likely as any other. */
void code_make(uint32_t random, char out[CODE_SIZE]);

/* What a person typed: spaces and dashes are passed over, small letters are capital ones. False, and out is "",
   if that has not the shape of a code. */
bool code_read(const char *typed, char out[CODE_SIZE]);

#endif
