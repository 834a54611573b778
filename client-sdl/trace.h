/* What was drawn, as JSON lines: one a drawn frame, the same from both clients, for tests to compare. Lengths in
   1/16 unit; an item is [id, x, y, own, foretold]. */
#ifndef TICKBOX_CLIENT_TRACE_H
#define TICKBOX_CLIENT_TRACE_H

#include <stdint.h>
#include <stdio.h>

#include "common/gen/protocol.h"

void trace_frame(FILE *out, const wire_replica_stats *stats, uint32_t own, const wire_draw_item *items, uint32_t count);

#endif
