/* A replica alone: no host and no line, only frames that a test writes by hand. Four cells, two by two; box 1 is the
   own one. */
#ifndef TICKBOX_LONE_H
#define TICKBOX_LONE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/replica.h"

enum { MS = 1000, RATE = 30, FIRST = 100, HISTORY = 8, WALK = 10 };

typedef struct {
  replica *replica;
  void *ground;
} lone;

/* Welcomed at tick FIRST, on a map, in a round trip of so many us. */
lone lone_start(int64_t round_trip);
void lone_end(lone *one);

/* When the tick FIRST + `ticks` is due, us. */
int64_t lone_due(int64_t ticks);

/* Applies a frame; of one tick, if it does not say. */
void lone_apply(replica *replica, wire_frame frame, int64_t now);

/* The first frame: these bodies, all in cell 0. */
void lone_show(lone *one, const wire_body *bodies, uint32_t count);

/* Frames without news, in time, up to tick FIRST + `ticks`. */
void lone_pass_until(lone *one, int64_t ticks);

uint32_t lone_advance(lone *one, uint32_t buttons, int64_t now);

/* The box as it is drawn now; its id is 0 if it is not. */
wire_draw_item lone_drawn(lone *one, uint32_t id);

/* The box as it was confirmed last. */
sim_body lone_found(const lone *one, uint32_t id);

#endif
