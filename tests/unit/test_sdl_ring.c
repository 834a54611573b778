/* The bounded queue between the native client's two threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>

#include "client-sdl/ring.h"

enum { BODY_MAX = 300, RECORDS = 200000 };

static void fill_body(uint8_t *body, uint32_t number, uint32_t size) {
  for (uint32_t at = 0; at < size; at++)
    body[at] = (uint8_t)(number * 31 + at);
}

static void a_full_ring_refuses_and_keeps_what_it_has(void **state) {
  (void)state;
  ring small;
  uint8_t body[BODY_MAX] = {1, 2, 3};
  ring_record record = {.size = 40, .kind = 5, .attempt = 6, .time = 7};
  assert_true(ring_init(&small, 256));
  unsigned taken = 0;
  while (ring_push(&small, &record, body))
    taken++;
  assert_int_equal(taken, 256 / (40 + sizeof(record)));
  assert_true(ring_room(&small) < 40 + sizeof(record));
  for (unsigned at = 0; at < taken; at++) {
    memset(&record, 0, sizeof(record));
    assert_true(ring_pop(&small, &record, body, sizeof(body)));
    assert_int_equal(record.size, 40);
    assert_int_equal(record.kind, 5);
    assert_int_equal(record.attempt, 6);
    assert_int_equal(record.time, 7);
  }
  assert_false(ring_pop(&small, &record, body, sizeof(body)));
  assert_int_equal(ring_room(&small), 256);
  ring_free(&small);
}

static void *push_all(void *argument) {
  ring *shared = argument;
  uint8_t body[BODY_MAX];
  for (uint32_t number = 0; number < RECORDS; number++) {
    ring_record record = {.size = number % BODY_MAX, .kind = number, .time = -(int64_t)number};
    fill_body(body, number, record.size);
    while (!ring_push(shared, &record, body))
      sched_yield();
  }
  return NULL;
}

static void two_threads_see_every_record_whole_and_in_order(void **state) {
  (void)state;
  ring shared;
  pthread_t pusher;
  ring_record record;
  uint8_t body[BODY_MAX], expected[BODY_MAX];
  assert_true(ring_init(&shared, 1024));
  assert_int_equal(pthread_create(&pusher, NULL, push_all, &shared), 0);
  for (uint32_t number = 0; number < RECORDS; number++) {
    while (!ring_pop(&shared, &record, body, sizeof(body)))
      sched_yield();
    fill_body(expected, number, number % BODY_MAX);
    assert_int_equal(record.kind, number);
    assert_int_equal(record.time, -(int64_t)number);
    assert_int_equal(record.size, number % BODY_MAX);
    assert_memory_equal(body, expected, record.size);
  }
  pthread_join(pusher, NULL);
  ring_free(&shared);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_full_ring_refuses_and_keeps_what_it_has),
      cmocka_unit_test(two_threads_see_every_record_whole_and_in_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
