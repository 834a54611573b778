/* What the native client makes of a server's messages, honest or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client-sdl/session.h"
#include "common/gen/tables.h"

enum { WIDE = 1600 * WIRE_SUBUNITS, BOX = 50 * WIRE_SUBUNITS, SECOND = 1000000 };

static void ignore(void *to, const uint8_t *bytes, size_t size) {
  (void)to;
  (void)bytes;
  (void)size;
}

static session_news receive(session *session, const wire_type *type, const void *message) {
  static uint8_t bytes[WIRE_SERVER_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  assert_true(wire_encode(&out, type, message));
  return session_receive(session, out.bytes, out.size, SECOND);
}

static wire_map arena(uint32_t box) {
  return (wire_map){
      .step = "roam", .width = WIDE, .height = WIDE, .cell = WIDE, .box = box, .walk = 1, .walk_diagonal = 1};
}

static void welcome(session *session) {
  const wire_welcome welcome = {.version = WIRE_VERSION, .id = 1, .tick_rate = 30, .person = 1};
  assert_true(session_init(session, ignore, NULL));
  session_hello(session, 0);
  assert_int_equal(receive(session, &wire_welcome_type, &welcome), SESSION_WELCOMED);
}

/* A frame that shows the own box, and the time to walk a little. */
static void play(session *session) {
  const wire_body body = {.id = 1, .x = BOX, .y = BOX};
  const wire_group cell = {.cell = 0, .bodies = {&body, 1}};
  const wire_frame frame = {.ticks = 1, .keyframes = {&cell, 1}};
  receive(session, &wire_frame_type, &frame);
  session_advance(session, BUTTON_RIGHT, 2 * SECOND);
}

static void a_map_with_boxes_larger_than_the_arena_is_no_servers(void **state) {
  (void)state;
  session session;
  wire_map map = arena(2 * WIDE);
  welcome(&session);
  assert_int_equal(receive(&session, &wire_map_type, &map), SESSION_BROKEN);
  assert_false(session.has_map);
  session_free(&session);
}

static void a_refused_map_leaves_the_ground_that_was_there(void **state) {
  (void)state;
  session session;
  wire_map good = arena(BOX), boxes = arena(2 * WIDE), cells = arena(BOX);
  cells.cell = 1;
  welcome(&session);
  assert_int_equal(receive(&session, &wire_map_type, &good), SESSION_NOTHING);
  assert_int_equal(receive(&session, &wire_map_type, &boxes), SESSION_BROKEN);
  assert_int_equal(receive(&session, &wire_map_type, &cells), SESSION_BROKEN);
  assert_int_equal(session.map.box, BOX);
  play(&session);
  assert_true(session_is_ready(&session));
  session_free(&session);
}

static void a_second_map_replaces_the_first(void **state) {
  (void)state;
  session session;
  wire_map map = arena(BOX), larger = arena(2 * BOX);
  welcome(&session);
  assert_int_equal(receive(&session, &wire_map_type, &map), SESSION_NOTHING);
  play(&session);
  assert_int_equal(receive(&session, &wire_map_type, &larger), SESSION_NOTHING);
  play(&session);
  assert_int_equal(session.map.box, 2 * BOX);
  session_free(&session);
}

static void what_comes_out_of_order_is_refused(void **state) {
  (void)state;
  session session;
  const wire_welcome again = {.version = WIRE_VERSION, .id = 1, .tick_rate = 30, .person = 1};
  const wire_frame frame = {.ticks = 1};
  welcome(&session);
  assert_int_equal(receive(&session, &wire_frame_type, &frame), SESSION_BROKEN);
  assert_int_equal(receive(&session, &wire_welcome_type, &again), SESSION_BROKEN);
  session_free(&session);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_map_with_boxes_larger_than_the_arena_is_no_servers),
      cmocka_unit_test(a_refused_map_leaves_the_ground_that_was_there),
      cmocka_unit_test(a_second_map_replaces_the_first),
      cmocka_unit_test(what_comes_out_of_order_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
