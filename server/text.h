/* Text of people, fit to be shown to others: the only user of libutf8proc. What cannot be seen, reorders its
   neighbours, piles up or starts a new line is taken out. What can be seen stays, markup too: showing it
   literally is the clients' part.

   The same for names and for what is said: NFKC, so that one look has one spelling; no control, format (bidi and
   zero-width ones, tags), private, surrogate, unassigned or default-ignorable code points; every run of space or
   line ends becomes one space, none at the ends; at most two combining marks a base, none without a base.
   Emoji: flags, skin tones and keycaps stay. The joiner U+200D and the variation selectors go, as they can hide
   in any word: a family is shown as its members, a sub-region's flag as a black one. */
#ifndef TICKBOX_TEXT_H
#define TICKBOX_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "common/gen/protocol.h"

enum { TEXT_SIZE = WIRE_TALK_BYTES_MAX + 1 };

/* What somebody says, at most WIRE_TALK_CHARACTERS_MAX code points of it. "" if nothing is left, or if `wish` is
   not UTF-8 or longer than WIRE_TALK_BYTES_MAX. */
void text_clean(const char *wish, char out[TEXT_SIZE]);

/* The same, cut to at most `characters_max` code points and `size` bytes with the zero, both at a whole code
   point. `out` may be `wish`. */
void text_clean_to(const char *wish, uint32_t characters_max, char *out, size_t size);

/* Normalises without cleaning, and cuts in the same way. For text that is clean already. */
void text_cut(const char *text, uint32_t characters_max, char *out, size_t size);

/* Hash of the text without regard to case: equal for texts that a reader takes for the same. */
uint64_t text_key(const char *text);

#endif
