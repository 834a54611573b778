/* The frame that docs/netcode.md draws, against the codec and a real replica:
   its bytes are those of the news that the page tells, and applying them does
   what the page says. tests/repo/netcode_page_test.py checks the page's table,
   constants and figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/gen/tables.h"
#include "common/replica.h"
#include "common/wire.h"

enum { PAGE_MAX = 65536, FRAME_MAX = 126, CELL = 4096, WALK = 160, RATE = 30, BEFORE = 500, BOXES = 8 };
enum { ANN = 1, BOB, CAT, DAN, EVE, FAY };

static const wire_map map = {
    .width = 3 * CELL, .height = CELL, .cell = CELL, .box = 800, .walk = WALK, .walk_diagonal = 113};

/* As the client knows them before, by cell. */
static const wire_body in_cell_0[] = {{.id = ANN, .x = 1600, .y = 1600},
                                      {.id = BOB, .x = 4000, .y = 800, .buttons = BUTTON_RIGHT},
                                      {.id = FAY, .x = 3000, .y = 3000}};
static const wire_body in_cell_1[] = {{.id = CAT, .x = 1904, .y = 2000},
                                      {.id = EVE, .x = 4004, .y = 400, .buttons = BUTTON_RIGHT}};

static char page[PAGE_MAX];
static uint8_t bytes[FRAME_MAX], arena_memory[WIRE_ARENA_BYTES(FRAME_MAX)];
static size_t size;

static size_t read_hex(const char *text, uint8_t *out) {
  size_t read = 0;
  for (char *end; read < FRAME_MAX; text = end) {
    unsigned long byte = strtoul(text, &end, 16);
    if (end == text || byte > 0xff)
      break;
    out[read++] = (uint8_t)byte;
  }
  return read;
}

static int read_page(void **state) {
  (void)state;
  FILE *file = fopen("docs/netcode.md", "r");
  assert_non_null(file);
  page[fread(page, 1, sizeof page - 1, file)] = 0;
  fclose(file);
  const char *block = strstr(page, "```hex\n");
  assert_non_null(block);
  size = read_hex(block + strlen("```hex\n"), bytes);
  return 0;
}

typedef struct {
  replica *replica;
  void *ground;
} client;

/* A client that sees cells 0 and 1, and has had the frame of tick BEFORE. */
static client start(void) {
  const replica_limits limits = {BOXES, 8};
  const wire_welcome welcome = {.id = ANN, .tick = BEFORE - 1, .tick_rate = RATE};
  const wire_group keyframes[] = {{0, {in_cell_0, 3}}, {1, {in_cell_1, 2}}};
  const wire_frame frame = {.ticks = 1, .keyframes = {keyframes, 2}};
  client one = {replica_init(malloc(replica_bytes(&limits)), replica_bytes(&limits), &limits),
                malloc(sim_map_bytes(&map))};
  replica_welcome(one.replica, &welcome, 0, 0);
  assert_true(replica_set_map(one.replica, &map, sim_map_init(one.ground, sim_map_bytes(&map), &map), sim_step));
  replica_apply_frame(one.replica, &frame, 0);
  return one;
}

static void end(client *one) {
  free(one->replica);
  free(one->ground);
}

static wire_frame decoded(void) {
  wire_arena arena = {arena_memory, 0, sizeof arena_memory};
  wire_message message;
  assert_int_equal(wire_decode(bytes, size, WIRE_FROM_SERVER, &arena, &message), WIRE_OK);
  assert_int_equal(message.type->id, WIRE_FRAME);
  return message.as.frame;
}

static sim_body body_of(const client *one, uint32_t id) {
  sim_body body = {0};
  uint32_t buttons;
  assert_true(replica_find(one->replica, id, &body, &buttons));
  return body;
}

static void assert_at(const client *one, uint32_t id, int32_t x, int32_t y) {
  const sim_body body = body_of(one, id);
  assert_int_equal(body.x, x);
  assert_int_equal(body.y, y);
}

/* The server's side of the story: what the step makes of Cat, pushed by 20
 * units a tick, and of Dan. */
static void the_bytes_are_those_of_the_news_that_the_page_tells(void **state) {
  (void)state;
  client server = start();
  const sim_params params = sim_params_of(&map);
  sim_body cat = body_of(&server, CAT), dan = {.x = 2 * CELL + 8, .y = 3000}, bob = body_of(&server, BOB);
  cat.vx += 20 * WIRE_SUBUNITS;
  sim_step(&bob, BUTTON_RIGHT, &params, server.ground);
  sim_step(&cat, 0, &params, server.ground);
  sim_step(&dan, BUTTON_LEFT, &params, server.ground);
  uint32_t sum = sim_checksum_add(SIM_CHECKSUM_START, BOB, BUTTON_RIGHT, &bob);
  sum = sim_checksum_add(sim_checksum_add(sum, CAT, 0, &cat), DAN, BUTTON_LEFT, &dan);
  const wire_turn turn = {ANN, BUTTON_RIGHT};
  const wire_body bodies[] = {{.id = CAT, .x = cat.x - CELL, .y = cat.y, .vx = cat.vx},
                              {.id = DAN, .x = dan.x - CELL, .y = dan.y, .buttons = BUTTON_LEFT}};
  const wire_group group = {1, {bodies, 2}};
  const wire_check check = {1, sim_checksum_fold(sum)};
  const wire_goner gone = {FAY};
  const wire_frame frame = {.ticks = 1,
                            .acks = 1,
                            .slack = 40,
                            .turns = {&turn, 1},
                            .states = {&group, 1},
                            .checks = {&check, 1},
                            .gone = {&gone, 1}};
  uint8_t written[FRAME_MAX];
  wire_buffer out = {written, 0, sizeof written, false};
  assert_true(wire_encode(&out, &wire_frame_type, &frame));
  assert_int_equal(out.size, size);
  assert_memory_equal(written, bytes, size);
  end(&server);
}

static void applying_it_does_what_the_page_says(void **state) {
  (void)state;
  client one = start();
  const wire_frame frame = decoded();
  assert_int_equal(replica_stats(one.replica)->boxes, 5);
  replica_apply_frame(one.replica, &frame, 33333);
  assert_int_equal(replica_stats(one.replica)->tick, BEFORE + 1);
  assert_int_equal(replica_stats(one.replica)->boxes, 4);
  assert_at(&one, ANN, 1600 + WALK, 1600);         /* turned */
  assert_at(&one, BOB, 4000 + WALK, 800);          /* walked into cell 1, foretold */
  assert_at(&one, CAT, CELL + 1904 + 320, 2000);   /* pushed */
  assert_int_equal(body_of(&one, CAT).vx, 279);    /* and slowing down */
  assert_at(&one, DAN, 2 * CELL + 8 - WALK, 3000); /* came in */
  sim_body body;
  uint32_t buttons;
  assert_false(replica_find(one.replica, EVE, &body, &buttons)); /* walked out of what is seen */
  assert_false(replica_find(one.replica, FAY, &body, &buttons)); /* gone */
  assert_int_equal(replica_stats(one.replica)->checks, 1);
  assert_int_equal(replica_stats(one.replica)->desyncs, 0);
  end(&one);
}

static void a_replica_that_went_astray_notices_by_the_check(void **state) {
  (void)state;
  client one = start();
  wire_frame frame = decoded();
  frame.states.count = 0; /* as if the push and the newcomer had been forgotten */
  replica_apply_frame(one.replica, &frame, 33333);
  uint32_t cell = 0;
  assert_int_equal(replica_stats(one.replica)->desyncs, 1);
  assert_true(replica_wants_resync(one.replica, &cell));
  assert_int_equal(cell, 1);
  end(&one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_bytes_are_those_of_the_news_that_the_page_tells),
      cmocka_unit_test(applying_it_does_what_the_page_says),
      cmocka_unit_test(a_replica_that_went_astray_notices_by_the_check),
  };
  return cmocka_run_group_tests(tests, read_page, NULL);
}
