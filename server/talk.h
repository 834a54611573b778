/* A log of what was said: the newest lines of one room, or of the lobby with all direct messages. Memory is the
   caller's, and bounded: when it is full, the oldest lines make way.

   Lines of all logs are numbered by one counter, so that one order holds for everybody, whatever logs they hear:
   a client that heard line N and comes back is told those after N, each once. */
#ifndef TICKBOX_TALK_H
#define TICKBOX_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"

/* Some 1,500 lines of usual length, and never fewer than WIRE_TALK_HISTORY. */
enum { TALK_BYTES = 128 * 1024, TALK_LOGS_MAX = 2 };

typedef struct {
  uint8_t *memory;     /* TALK_BYTES of the caller's */
  uint32_t *next_id;   /* the counter of all logs */
  uint32_t head, tail; /* the oldest line, and behind the newest, in bytes from the start */
  uint32_t end;        /* behind the last line before they go on at the start; 0: they do not */
  uint32_t count;      /* lines in it */
} talk;

/* An empty log. `memory` need not be zeroed and is touched only as lines come; `next_id` starts at 1. */
talk talk_start(uint8_t memory[], uint32_t *next_id);

/* Keeps a copy of the line under the next id, and returns that. */
uint32_t talk_add(talk *talk, const wire_line *line);

/* May this person see the line? Direct ones are its writer's and its addressee's only. */
bool talk_may_see(const wire_line *line, uint32_t person);

/* The first `max` lines with an id above `heard` that the person may see, out of up to TALK_LOGS_MAX logs, by id.
   Returns how many. Called again with the last one's id until none come, it tells each line once. */
uint32_t talk_after(const talk *const logs[], size_t log_count, uint32_t heard, uint32_t person, uint32_t max,
                    wire_line out[]);

/* What to begin after, so that the person is told the newest `newest` lines that they may see. */
uint32_t talk_newest(const talk *const logs[], size_t log_count, uint32_t person, uint32_t newest);

#endif
