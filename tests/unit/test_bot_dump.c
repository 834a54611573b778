/* --dump: what stands in a frame, as lines of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "tests/bots/dump.h"

static const dump_place place = {.seconds = 1.5, .bot = 3, .tick = 77};

static char *dumped(const wire_type *type, const wire_any *as, size_t bytes) {
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  wire_message message = {.type = type, .as = *as};
  dump_message(out, &place, &message, bytes);
  fclose(out);
  return text;
}

static void assert_dumped(const wire_type *type, const wire_any *as, size_t bytes, const char *expected) {
  char *text = dumped(type, as, bytes);
  assert_string_equal(text, expected);
  free(text);
}

static void every_record_of_a_frame_is_a_line(void **state) {
  (void)state;
  const wire_turn turns[] = {{7, 8}, {9, 0}};
  const wire_body moved[] = {{.id = 7, .x = -16, .y = 32, .vx = -3, .jumped = 1}};
  const wire_body standing[] = {{.id = 5, .x = 1, .y = 2, .buttons = 4, .flags = 1, .timer = 6, .a = -7, .b = 8},
                                {.id = 6, .x = 3, .y = 4, .vy = 9}};
  const wire_group states[] = {{.cell = 2, .bodies = {moved, 1}}};
  const wire_group keyframes[] = {{.cell = 4, .bodies = {standing, 2}}, {.cell = 5}};
  const wire_check checks[] = {{.cell = 2, .sum = 999}};
  const wire_place dropped[] = {{.cell = 11}};
  const wire_goner gone[] = {{.id = 12}};
  const wire_any as = {.frame = {.ticks = 2,
                                 .acks = 1,
                                 .slack = -5,
                                 .turns = {turns, 2},
                                 .states = {states, 1},
                                 .checks = {checks, 1},
                                 .keyframes = {keyframes, 2},
                                 .dropped = {dropped, 1},
                                 .gone = {gone, 1}}};
  assert_dumped(&wire_frame_type, &as, 60,
                "1.500000 3 77 frame bytes=60 ticks=2 acks=1 slack=-5\n"
                "1.500000 3 77 turn id=7 buttons=8\n"
                "1.500000 3 77 turn id=9 buttons=0\n"
                "1.500000 3 77 state cell=2 id=7 x=-16 y=32 vx=-3 jumped=1\n"
                "1.500000 3 77 check cell=2 sum=999\n"
                "1.500000 3 77 keyframe cell=4 bodies=2\n"
                "1.500000 3 77 body cell=4 id=5 x=1 y=2 buttons=4 flags=1 timer=6 a=-7 b=8\n"
                "1.500000 3 77 body cell=4 id=6 x=3 y=4 vy=9\n"
                "1.500000 3 77 keyframe cell=5 bodies=0\n"
                "1.500000 3 77 dropped cell=11\n"
                "1.500000 3 77 gone id=12\n");
}

static void an_empty_frame_is_its_head(void **state) {
  (void)state;
  const wire_any as = {.frame = {.ticks = 1}};
  assert_dumped(&wire_frame_type, &as, 3, "1.500000 3 77 frame bytes=3 ticks=1 acks=0 slack=0\n");
}

static void any_other_message_is_json(void **state) {
  (void)state;
  const wire_any as = {.pong = {.time = 12}};
  assert_dumped(&wire_pong_type, &as, 3, "1.500000 3 77 message {\"message\":\"pong\",\"time\":12}\n");
}

static void no_token_is_ever_written(void **state) {
  (void)state;
  const wire_any as = {.welcome = {.id = 4, .token = "0123456789abcdef0123456789abcdef"}};
  char *text = dumped(&wire_welcome_type, &as, 50);
  assert_non_null(strstr(text, "\"id\":4"));
  assert_null(strstr(text, "0123456789abcdef"));
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_record_of_a_frame_is_a_line),
      cmocka_unit_test(an_empty_frame_is_its_head),
      cmocka_unit_test(any_other_message_is_json),
      cmocka_unit_test(no_token_is_ever_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
