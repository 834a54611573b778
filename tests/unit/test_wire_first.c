/* Reading only the head of a message, as who handles thousands a second does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "common/wire.h"

enum { HEAD = 3 }; /* ticks, acks, slack */

static uint8_t memory[4096];
static wire_arena arena = {memory, 0, sizeof memory};
static wire_message message;

static wire_fault read_first(const uint8_t *bytes, size_t size, uint32_t fields) {
  memset(&message, 0xee, sizeof message); /* what is not read must still be 0 */
  return wire_decode_first(bytes, size, WIRE_FROM_SERVER, fields, &arena, &message);
}

static void a_head_is_read_and_the_rest_is_empty(void **state) {
  (void)state;
  const uint8_t bytes[] = {0x95, 20, 2, 3, 0xfc, 0x92, 7, 1};
  assert_int_equal(read_first(bytes, sizeof bytes, HEAD), WIRE_OK);
  assert_ptr_equal(message.type, &wire_frame_type);
  const wire_frame *frame = &message.as.frame;
  assert_int_equal(frame->ticks, 2);
  assert_int_equal(frame->acks, 3);
  assert_int_equal(frame->slack, -4);
  assert_int_equal(frame->turns.count, 0);
  assert_int_equal(frame->gone.count, 0);
}

static void what_stands_behind_the_head_is_not_judged(void **state) {
  (void)state;
  const uint8_t damaged[] = {0x95, 20, 2, 3, 0xfc, 0xc1};
  assert_int_equal(read_first(damaged, sizeof damaged, HEAD), WIRE_OK);
  assert_int_equal(read_first(damaged, sizeof damaged, HEAD + 1), WIRE_WRONG_TYPE);
}

static void a_message_shorter_than_the_head_is_judged_whole(void **state) {
  (void)state;
  const uint8_t bytes[] = {0x92, 20, 1, 0};
  assert_int_equal(read_first(bytes, 3, HEAD), WIRE_OK);
  assert_int_equal(message.as.frame.ticks, 1);
  assert_int_equal(message.as.frame.acks, 0);
  assert_int_equal(read_first(bytes, 4, HEAD), WIRE_TRAILING);
  assert_int_equal(read_first(bytes, 2, HEAD), WIRE_TRUNCATED);
}

static void a_head_out_of_range_is_refused(void **state) {
  (void)state;
  const uint8_t bytes[] = {0x92, 20, 0};
  assert_int_equal(read_first(bytes, sizeof bytes, HEAD), WIRE_OUT_OF_RANGE);
  assert_string_equal(message.field, "ticks");
}

static void without_fields_only_the_type_is_read(void **state) {
  (void)state;
  const uint8_t bytes[] = {0x92, 20, 9}, unknown[] = {0x92, 99, 9};
  assert_int_equal(read_first(bytes, sizeof bytes, 0), WIRE_OK);
  assert_ptr_equal(message.type, &wire_frame_type);
  assert_int_equal(message.as.frame.ticks, 0);
  assert_int_equal(read_first(unknown, sizeof unknown, 0), WIRE_UNKNOWN);
  assert_int_equal(message.id, 99);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_head_is_read_and_the_rest_is_empty),
      cmocka_unit_test(what_stands_behind_the_head_is_not_judged),
      cmocka_unit_test(a_message_shorter_than_the_head_is_judged_whole),
      cmocka_unit_test(a_head_out_of_range_is_refused),
      cmocka_unit_test(without_fields_only_the_type_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
