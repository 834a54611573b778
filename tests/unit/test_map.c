/* Arenas: the one that comes along, and what a file may not say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "server/map.h"

static void the_plaza_has_room_for_many(void **state) {
  (void)state;
  char error[MAP_ERROR_BYTES] = "";
  map *plaza = map_load("assets/maps/plaza.json", error);
  assert_string_equal(error, "");
  assert_int_equal(plaza->width, 2400 * WIRE_SUBUNITS);
  assert_int_equal(plaza->height, 1600 * WIRE_SUBUNITS);
  assert_true(plaza->block_count > 20);
  assert_true(plaza->spawn_count >= 64);
  map_free(plaza);
}

static void a_map_in_units_is_read_as_sixteenths(void **state) {
  (void)state;
  const char *text =
      "{\"name\":\"Yard\",\"width\":500,\"height\":400,\"blocks\":[[10,20,30,40]],\"spawns\":[[100,110]]}";
  char error[MAP_ERROR_BYTES] = "";
  map *yard = map_parse(text, strlen(text), "yard.json", error);
  assert_string_equal(error, "");
  assert_string_equal(yard->name, "Yard");
  assert_int_equal(yard->blocks[0].y, 20 * 16);
  assert_int_equal(yard->blocks[0].w, 30 * 16);
  assert_int_equal(yard->spawns[0].x, 100 * 16);
  map_free(yard);
}

#define YARD(blocks, spawns)                                                                                           \
  "{\"name\":\"Yard\",\"width\":500,\"height\":400,\"blocks\":" blocks ",\"spawns\":" spawns "}"

#define CELLS(cell) "{\"name\":\"Yard\",\"width\":32768,\"height\":32768,\"cell\":" cell "}"

static void a_map_is_one_cell_unless_it_says_otherwise(void **state) {
  (void)state;
  char error[MAP_ERROR_BYTES] = "";
  const char one[] = YARD("[]", "[[0,0]]"), cut[] = "{\"name\":\"Yard\",\"width\":500,\"height\":400,\"cell\":100,"
                                                    "\"blocks\":[],\"spawns\":[[0,0]]}";
  map *map = map_parse(one, strlen(one), "yard.json", error);
  assert_int_equal(map->cell, 500 * WIRE_SUBUNITS);
  map_free(map);
  map = map_parse(cut, strlen(cut), "yard.json", error);
  assert_int_equal(map->cell, 100 * WIRE_SUBUNITS);
  map_free(map);
}

static void what_is_wrong_is_named(void **state) {
  (void)state;
  static const struct {
    const char *text, *error;
  } rows[] = {
      {"[]", "yard.json: a map is an object {...}"},
      {"{\"name\":\"\"}", "yard.json: \"name\" must be a text of 1 to 32 bytes"},
      {"{\"name\":\"Y\",\"width\":49}", "yard.json: \"width\" must be a whole number, 50 to 32768"},
      {"{\"name\":\"Y\",\"width\":50.5}", "yard.json: \"width\" must be a whole number, 50 to 32768"},
      {"{\"name\":\"Y\",\"width\":50,\"height\":40000}", "yard.json: \"height\" must be a whole number, 50 to 32768"},
      {"{\"name\":\"Y\",\"widht\":50}", "yard.json: there is no field \"widht\" in a map"},
      {CELLS("63"), "yard.json: \"cell\" must be a whole number, 64 to 32768"},
      {CELLS("\"64\""), "yard.json: \"cell\" must be a whole number, 64 to 32768"},
      {CELLS("100"), "yard.json: \"cell\" is so short that there were more than 65536 cells"},
      {YARD("7", "[]"), "yard.json: \"blocks\" must be a list of 0 to 1600 entries"},
      {YARD("[]", "[]"), "yard.json: \"spawns\" must be a list of 1 to 8192 entries"},
      {YARD("[[1,2,3]]", "[]"), "yard.json: blocks[0] must be 4 whole numbers, 0 to 32768"},
      {YARD("[[1,2,3,4],[1,2,3,-4]]", "[]"), "yard.json: blocks[1] must be 4 whole numbers, 0 to 32768"},
      {YARD("[[1,2,0,4]]", "[]"), "yard.json: blocks[0] has no size"},
      {YARD("[[400,2,101,4]]", "[]"), "yard.json: blocks[0] reaches out of the arena"},
      {YARD("[]", "[[451,0]]"), "yard.json: a box at spawns[0] reaches out of the arena"},
      {YARD("[[100,100,10,10]]", "[[0,0],[51,51]]"), "yard.json: a box at spawns[1] stands in a block"},
      {YARD("[]", "[[0,0],[49,49]]"), "yard.json: a box at spawns[1] stands on another spawn point"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char error[MAP_ERROR_BYTES] = "";
    assert_null(map_parse(rows[i].text, strlen(rows[i].text), "yard.json", error));
    assert_string_equal(error, rows[i].error);
  }
}

static void the_largest_map_fits_its_message(void **state) {
  (void)state;
  static char text[MAP_BLOCKS_MAX * 32 + 200];
  static uint8_t bytes[WIRE_MAP_BYTES_MAX];
  char error[MAP_ERROR_BYTES] = "";
  int used = sprintf(text, "{\"name\":\"Y\",\"width\":32768,\"height\":32768,\"spawns\":[[0,0]],\"blocks\":[");
  for (int i = 0; i < MAP_BLOCKS_MAX; i++)
    used += sprintf(text + used, "%s[16000,16000,16000,16000]", i > 0 ? "," : "");
  used += sprintf(text + used, "]}");
  map *large = map_parse(text, (size_t)used, "large.json", error);
  assert_string_equal(error, "");
  wire_map message = {.tick = UINT32_MAX,
                      .step = "a step with a name of 32 bytes..",
                      .width = large->width,
                      .height = large->height,
                      .cell = large->width,
                      .box = 65536,
                      .walk = 65536,
                      .walk_diagonal = 65536,
                      .blocks = {large->blocks, large->block_count}};
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  assert_true(wire_encode(&out, &wire_map_type, &message));
  map_free(large);
}

static void a_file_that_is_not_there_or_not_json_is_named(void **state) {
  (void)state;
  char error[MAP_ERROR_BYTES] = "";
  assert_null(map_load("no/such.json", error));
  assert_non_null(strstr(error, "no/such.json"));
  assert_null(map_parse("{", 1, "yard.json", error));
  assert_non_null(strstr(error, "yard.json: line 1"));
}

static void boxes_may_touch_blocks_and_each_other(void **state) {
  (void)state;
  const char *text = YARD("[[100,100,10,10]]", "[[50,50],[110,110],[100,50]]");
  char error[MAP_ERROR_BYTES] = "";
  map *yard = map_parse(text, strlen(text), "yard.json", error);
  assert_string_equal(error, "");
  map_free(yard);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_plaza_has_room_for_many),
      cmocka_unit_test(a_map_in_units_is_read_as_sixteenths),
      cmocka_unit_test(a_map_is_one_cell_unless_it_says_otherwise),
      cmocka_unit_test(what_is_wrong_is_named),
      cmocka_unit_test(the_largest_map_fits_its_message),
      cmocka_unit_test(a_file_that_is_not_there_or_not_json_is_named),
      cmocka_unit_test(boxes_may_touch_blocks_and_each_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
