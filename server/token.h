/* Resume tokens: 128 random bits that let their holder come back to a seat. The only user of libsodium.
   A token stands in welcome and hello and nowhere else: never in a log, an error or a URL. */
#ifndef TICKBOX_TOKEN_H
#define TICKBOX_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/gen/protocol.h"

enum { TOKEN_RAW_BYTES = WIRE_TOKEN_BYTES / 2, TOKEN_HEX_SIZE = WIRE_TOKEN_BYTES + 1 };

/* All zero: none. The digest (SipHash, with a key that this process draws at its start) makes a search among
   thousands of seats quick; who does not know the key learns nothing from how many of its bits agree. */
typedef struct {
  uint8_t bytes[TOKEN_RAW_BYTES];
  uint64_t digest;
} token;

/* Once, before all else here. False if the system gives no randomness. */
bool token_init(void);

token token_make(void);

/* 32 bits that nobody can foretell, for what is guessed at too, such as the code of a room. */
uint32_t token_random(void);

void token_to_hex(const token *token, char out[TOKEN_HEX_SIZE]);

/* False, and *out is none, unless these are WIRE_TOKEN_BYTES lower-case hex digits. */
bool token_from_hex(const char *hex, token *out);

/* No clock tells how much of a guess was right: what has another digest is another token, all else is compared in
   constant time. None equals nothing, itself included: a seat without a token is nobody's for the asking. */
bool token_equal(const token *one, const token *other);

/* Makes it none, in memory too. */
void token_clear(token *token);

#endif
