#include "server/loop.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "common/pre.h"

enum { LOOP_CLOSING_PASSES = 100 };

typedef struct {
  uv_poll_t poll;
  int descriptor;
  bool used;
  loop_call call;
  void *user;
} loop_watching;

struct loop {
  uv_loop_t uv;
  int tick_descriptor;
  uv_poll_t tick;
  uv_timer_t after, every;
  uv_prepare_t waiting;
  uv_signal_t terminate, interrupt;
  loop_watching watches[LOOP_WATCHES_MAX];

  loop_call tick_call, waiting_call, stop_call, after_call, every_call;
  void *tick_user, *waiting_user, *stop_user, *after_user, *every_user;
};

int64_t loop_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void loop_tick_due(uv_poll_t *poll, int status, int events) {
  loop *self = poll->data;
  uint64_t expirations;
  (void)status, (void)events;
  if (read(self->tick_descriptor, &expirations, sizeof expirations) == sizeof expirations && self->tick_call)
    self->tick_call(self->tick_user);
}

static void loop_waits(uv_prepare_t *prepare) {
  loop *self = prepare->data;
  if (self->waiting_call)
    self->waiting_call(self->waiting_user);
}

static void loop_signalled(uv_signal_t *signal, int number) {
  loop *self = signal->data;
  (void)number;
  if (self->stop_call)
    self->stop_call(self->stop_user);
}

static void loop_after_due(uv_timer_t *timer) {
  loop *self = timer->data;
  self->after_call(self->after_user);
}

static void loop_every_due(uv_timer_t *timer) {
  loop *self = timer->data;
  self->every_call(self->every_user);
}

static void loop_readable(uv_poll_t *poll, int status, int events) {
  loop_watching *watch = poll->data;
  (void)status, (void)events;
  if (watch->used)
    watch->call(watch->user);
}

static void loop_init_handles(loop *self) {
  uv_poll_init(&self->uv, &self->tick, self->tick_descriptor);
  uv_timer_init(&self->uv, &self->after);
  uv_timer_init(&self->uv, &self->every);
  uv_prepare_init(&self->uv, &self->waiting);
  uv_signal_init(&self->uv, &self->terminate);
  uv_signal_init(&self->uv, &self->interrupt);
  self->tick.data = self->after.data = self->every.data = self;
  self->waiting.data = self->terminate.data = self->interrupt.data = self;
  uv_poll_start(&self->tick, UV_READABLE, loop_tick_due);
  uv_prepare_start(&self->waiting, loop_waits);
  uv_signal_start(&self->terminate, loop_signalled, SIGTERM);
  uv_signal_start(&self->interrupt, loop_signalled, SIGINT);
}

loop *loop_create(void) {
  loop *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->tick_descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (self->tick_descriptor < 0 || uv_loop_init(&self->uv) != 0) {
    if (self->tick_descriptor >= 0)
      close(self->tick_descriptor);
    free(self);
    return NULL;
  }
  signal(SIGPIPE, SIG_IGN);
  loop_init_handles(self);
  return self;
}

void loop_destroy(loop *self) {
  uv_close((uv_handle_t *)&self->interrupt, NULL);
  uv_close((uv_handle_t *)&self->terminate, NULL);
  uv_close((uv_handle_t *)&self->waiting, NULL);
  uv_close((uv_handle_t *)&self->every, NULL);
  uv_close((uv_handle_t *)&self->after, NULL);
  uv_close((uv_handle_t *)&self->tick, NULL);
  for (int i = 0; i < LOOP_CLOSING_PASSES && uv_loop_close(&self->uv) != 0; i++)
    uv_run(&self->uv, UV_RUN_NOWAIT);
  close(self->tick_descriptor);
  free(self);
}

void loop_on_tick(loop *self, loop_call call, void *user) {
  self->tick_call = call;
  self->tick_user = user;
}

void loop_arm_tick(loop *self, int64_t due) {
  /* All zeros would disarm it. */
  int64_t at = due > 0 ? due : 1;
  struct itimerspec when = {.it_value = {.tv_sec = at / 1000000, .tv_nsec = at % 1000000 * 1000}};
  PRE(timerfd_settime(self->tick_descriptor, TFD_TIMER_ABSTIME, &when, NULL) == 0);
}

void loop_before_waiting(loop *self, loop_call call, void *user) {
  self->waiting_call = call;
  self->waiting_user = user;
}

void loop_on_stop_signal(loop *self, loop_call call, void *user) {
  self->stop_call = call;
  self->stop_user = user;
}

bool loop_watch(loop *self, int descriptor, loop_call call, void *user) {
  for (int i = 0; i < LOOP_WATCHES_MAX; i++) {
    loop_watching *watch = &self->watches[i];
    /* A handle that is still closing may not be used again yet. */
    if (watch->used || watch->poll.data || uv_poll_init(&self->uv, &watch->poll, descriptor) != 0)
      continue;
    *watch = (loop_watching){.poll = watch->poll, .descriptor = descriptor, .used = true, .call = call, .user = user};
    watch->poll.data = watch;
    return uv_poll_start(&watch->poll, UV_READABLE, loop_readable) == 0;
  }
  return false;
}

static void loop_unwatched(uv_handle_t *handle) {
  handle->data = NULL;
}

void loop_unwatch(loop *self, int descriptor) {
  for (int i = 0; i < LOOP_WATCHES_MAX; i++) {
    loop_watching *watch = &self->watches[i];
    if (!watch->used || watch->descriptor != descriptor)
      continue;
    watch->used = false;
    uv_poll_stop(&watch->poll);
    uv_close((uv_handle_t *)&watch->poll, loop_unwatched);
  }
}

void loop_after(loop *self, int64_t milliseconds, loop_call call, void *user) {
  self->after_call = call;
  self->after_user = user;
  uv_update_time(&self->uv);
  uv_timer_start(&self->after, loop_after_due, (uint64_t)milliseconds, 0);
}

void loop_every(loop *self, int64_t milliseconds, loop_call call, void *user) {
  self->every_call = call;
  self->every_user = user;
  uv_timer_start(&self->every, loop_every_due, (uint64_t)milliseconds, (uint64_t)milliseconds);
}

void loop_run(loop *self) {
  uv_run(&self->uv, UV_RUN_DEFAULT);
}

void loop_break(loop *self) {
  uv_stop(&self->uv);
}

void loop_run_ready(loop *self) {
  uv_run(&self->uv, UV_RUN_NOWAIT);
}

void *loop_native(loop *self) {
  return &self->uv;
}
