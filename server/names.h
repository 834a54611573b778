/* Names: text fit to be shown (server/text.h), and who may be called what. Nobody can impersonate another by what
   is not seen. */
#ifndef TICKBOX_NAMES_H
#define TICKBOX_NAMES_H

#include <stdint.h>

#include "common/gen/protocol.h"

enum { NAME_SIZE = WIRE_NAME_BYTES_MAX + 1 };

/* The wish, cleaned and cut to WIRE_NAME_CHARACTERS_MAX code points. Nothing usable, or invalid UTF-8, gives "". */
void name_clean(const char *wish, char out[NAME_SIZE]);

/* "Ada", 2 gives "Ada 2", with the base cut so that all fits. */
void name_number(const char *base, uint32_t number, char out[NAME_SIZE]);

/* A friendly one, such as "Brave Otter". */
void name_invent(uint32_t random, char out[NAME_SIZE]);

/* Hash of the name without regard to case: equal for names that a reader takes for the same. */
uint64_t name_key(const char *name);

#endif
