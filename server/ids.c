#include "server/ids.h"

#include <stdlib.h>

#include "common/gen/protocol.h"
#include "common/pre.h"

enum { IN_USE = UINT32_MAX };

uint32_t ids_max_for(uint32_t used) {
  uint32_t max = used * IDS_SPARE;
  return max < IDS_LEAST ? IDS_LEAST : max > WIRE_BOX_ID_MAX ? WIRE_BOX_ID_MAX : max;
}

bool ids_init(ids *ids, uint32_t max, uint32_t rest_ticks) {
  PRE_RANGE(max, 1, WIRE_BOX_ID_MAX);
  ids->max = max;
  ids->rest_ticks = rest_ticks;
  ids->free_again = calloc(max + 1, sizeof *ids->free_again);
  return ids->free_again != NULL;
}

void ids_free(ids *ids) {
  free(ids->free_again);
}

bool ids_is_used(const ids *ids, uint32_t id) {
  return id > 0 && id <= ids->max && ids->free_again[id] == IN_USE;
}

/* If people come and go so fast that all free ids rest, the one that rested longest: nobody's haste shuts the door
   on the rest. */
uint32_t ids_take(ids *ids, uint32_t tick) {
  uint32_t best = 1, id = 1;
  for (; id <= ids->max && ids->free_again[id] > tick; id++)
    if (ids->free_again[id] < ids->free_again[best])
      best = id;
  if (id > ids->max)
    id = best;
  PRE(ids->free_again[id] != IN_USE);
  ids->free_again[id] = IN_USE;
  return id;
}

void ids_give_back(ids *ids, uint32_t id, uint32_t tick) {
  PRE(ids_is_used(ids, id));
  ids->free_again[id] = tick + ids->rest_ticks;
}
