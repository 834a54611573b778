/* server/outbox: order, bound, and nothing left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/outbox.h"

enum { LIMIT = 1000 };

static void messages_come_out_as_they_went_in(void **state) {
  (void)state;
  outbox box = {0};
  uint8_t bytes[300];
  unsigned in = 0, out = 0, refused = 0, seed = 1;
  while (out < 5000) {
    seed = seed * 1103515245 + 12345;
    size_t size = 1 + (seed >> 16) % sizeof bytes;
    memset(bytes, (int)(in & 255), size);
    if (seed & 0x4000000 && in - out < 100) {
      bool taken = outbox_push(&box, bytes, size, LIMIT);
      in += taken;
      refused += !taken;
    }
    const uint8_t *first = seed & 0x8000000 ? outbox_first(&box, &size) : NULL;
    if (!first)
      continue;
    for (size_t i = 0; i < size; i++)
      assert_int_equal(first[i], out & 255);
    outbox_pop(&box);
    out++;
  }
  assert_true(refused > 100);
  outbox_clear(&box);
  assert_true(outbox_is_empty(&box));
}

static void more_than_the_limit_is_refused_and_changes_nothing(void **state) {
  (void)state;
  outbox box = {0};
  uint8_t bytes[LIMIT] = {7};
  size_t size;
  assert_true(outbox_push(&box, bytes, 600, LIMIT));
  assert_false(outbox_push(&box, bytes, 600, LIMIT));
  assert_true(outbox_push(&box, bytes, 392, LIMIT));
  assert_false(outbox_push(&box, bytes, 1, LIMIT));
  assert_non_null(outbox_first(&box, &size));
  assert_int_equal(size, 600);
  outbox_pop(&box);
  assert_non_null(outbox_first(&box, &size));
  assert_int_equal(size, 392);
  outbox_clear(&box);
}

static void what_hardly_waits_takes_hardly_any_memory(void **state) {
  (void)state;
  outbox box = {0};
  uint8_t bytes[40] = {7};
  for (int i = 0; i < 10; i++)
    assert_true(outbox_push(&box, bytes, sizeof bytes, 65536));
  assert_true(box.capacity <= 1024);
  for (int i = 0; i < 90; i++)
    assert_true(outbox_push(&box, bytes, sizeof bytes, 65536));
  assert_true(box.capacity >= 100 * sizeof bytes && box.capacity <= 8192);
  outbox_clear(&box);
}

static void no_more_memory_is_taken_than_may_wait(void **state) {
  (void)state;
  enum { MOST = 5000 }; /* neither a power of two nor twice the first */
  outbox box = {0};
  uint8_t bytes[96] = {7};
  unsigned count = 0;
  while (outbox_push(&box, bytes, sizeof bytes, MOST))
    count++;
  assert_int_equal(count, MOST / (sizeof bytes + 4));
  assert_true(box.capacity <= MOST);
  outbox_clear(&box);
}

static void one_message_alone_is_taken_whatever_its_size(void **state) {
  (void)state;
  outbox box = {0};
  uint8_t *bytes = calloc(1, LIMIT * 5);
  assert_true(outbox_push(&box, bytes, LIMIT * 5, LIMIT));
  assert_false(outbox_push(&box, bytes, 1, LIMIT));
  outbox_pop(&box);
  assert_null(box.bytes);
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(messages_come_out_as_they_went_in),
      cmocka_unit_test(more_than_the_limit_is_refused_and_changes_nothing),
      cmocka_unit_test(what_hardly_waits_takes_hardly_any_memory),
      cmocka_unit_test(no_more_memory_is_taken_than_may_wait),
      cmocka_unit_test(one_message_alone_is_taken_whatever_its_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
