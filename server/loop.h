/* The event loop: the tick's timer, signals, readable descriptors, pauses. The only user of libuv, and with
   main.c the only reader of the clock. One thread.

   The tick is a timerfd, as libuv's own timers have millisecond grain. Times are in microseconds of
   CLOCK_MONOTONIC, so a clock set by a day changes nothing. */
#ifndef TICKBOX_LOOP_H
#define TICKBOX_LOOP_H

#include <stdbool.h>
#include <stdint.h>

typedef struct loop loop;
typedef void (*loop_call)(void *user);

enum { LOOP_WATCHES_MAX = 4 }; /* descriptors watched at once */

int64_t loop_now(void);

/* NULL if the system refuses a descriptor. From here on SIGPIPE is ignored. */
loop *loop_create(void);

/* PRE: whatever used loop_native has closed its handles. */
void loop_destroy(loop *loop);

/* `call` runs when the armed time has come. */
void loop_on_tick(loop *loop, loop_call call, void *user);
void loop_arm_tick(loop *loop, int64_t due);

/* `call`, or nothing if NULL, runs each time before the loop waits for something to happen. */
void loop_before_waiting(loop *loop, loop_call call, void *user);

/* `call` runs at SIGTERM and SIGINT. */
void loop_on_stop_signal(loop *loop, loop_call call, void *user);

/* `call` runs while the descriptor is readable, from its watch until loop_unwatch. False if there is no room. */
bool loop_watch(loop *loop, int descriptor, loop_call call, void *user);
void loop_unwatch(loop *loop, int descriptor);

/* `call` runs once after this many milliseconds, with a grain of one; a second call before that replaces it. */
void loop_after(loop *loop, int64_t milliseconds, loop_call call, void *user);

/* `call` runs every so many milliseconds, with a grain of one; missed ones are not made up. */
void loop_every(loop *loop, int64_t milliseconds, loop_call call, void *user);

/* Runs until loop_break. */
void loop_run(loop *loop);
void loop_break(loop *loop);

/* Runs what is ready, without waiting. */
void loop_run_ready(loop *loop);

/* The uv_loop_t, for a library that brings its own handles. */
void *loop_native(loop *loop);

#endif
