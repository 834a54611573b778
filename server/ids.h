/* Ids of seats, which are those of their boxes: the lowest free ones, as low ids take fewer bytes. An id that was
   given back rests before it is used again, so that nobody takes a newcomer for one who left. */
#ifndef TICKBOX_IDS_H
#define TICKBOX_IDS_H

#include <stdbool.h>
#include <stdint.h>

enum {
  IDS_REST_SECONDS = 60, /* as long as there are others */
  IDS_SPARE = 4,         /* times as many ids as are in use at once */
  IDS_LEAST = 1023,
};

typedef struct {
  uint32_t max; /* the highest id */
  uint32_t rest_ticks;
  uint32_t *free_again; /* by id: the first tick at which it may be used again; UINT32_MAX while in use */
} ids;

/* The highest id that `used` at once need. */
uint32_t ids_max_for(uint32_t used);

/* Ids 1 to `max`. False if memory is short. */
bool ids_init(ids *ids, uint32_t max, uint32_t rest_ticks);
void ids_free(ids *ids);

/* The lowest that is free and rested; if none is, the one that rested longest. PRE: not all are in use. */
uint32_t ids_take(ids *ids, uint32_t tick);
void ids_give_back(ids *ids, uint32_t id, uint32_t tick);
bool ids_is_used(const ids *ids, uint32_t id);

#endif
