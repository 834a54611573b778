/* What was drawn and what was heard, as JSON lines, for tests to compare. */
#ifndef TICKBOX_CLIENT_TRACE_H
#define TICKBOX_CLIENT_TRACE_H

#include <stdint.h>
#include <stdio.h>

#include "common/wire.h"

/* One drawn frame, the same from both clients: `now`, in us, is written as ms. Lengths in 1/16 unit; an item is
   [id, x, y, own, foretold]. */
void trace_frame(FILE *out, int64_t now, const wire_replica_stats *stats, uint32_t own, const wire_draw_item *items,
                 uint32_t count);

/* One message of the server's, unless it is a frame or a pong. A token is left out: it would let others in. */
void trace_message(FILE *out, const wire_message *message);

#endif
