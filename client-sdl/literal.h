/* Text of others, made safe to show: whatever could steer a terminal or the flow of a line becomes a question mark. The
   server cleans names and talk already; this is the second door. */
#ifndef TICKBOX_CLIENT_LITERAL_H
#define TICKBOX_CLIENT_LITERAL_H

#include <stddef.h>

/* Copies UTF-8 into `out`, cut between characters where it does not fit, always terminated. Control characters, line
   and paragraph separators, directional controls and bytes that are no UTF-8 come out as '?'. */
void literal_copy(char *out, size_t size, const char *text);

#endif
