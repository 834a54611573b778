#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/sim.h"
#include "common/view.h"
#include "common/wander.h"

enum { BOX = 800, WALK = 160, DIAGONAL = 113 };

typedef struct {
  wire_map source;
  sim_params params;
  const sim_map *map;
  void *memory;
} ground;

static ground ground_with(const wire_block *blocks, uint32_t count) {
  ground one = {.source = {.width = 38400,
                           .height = 25600,
                           .cell = 38400,
                           .box = BOX,
                           .walk = WALK,
                           .walk_diagonal = DIAGONAL,
                           .blocks = {blocks, count}}};
  one.memory = malloc(sim_map_bytes(&one.source));
  one.map = sim_map_init(one.memory, sim_map_bytes(&one.source), &one.source);
  one.params = sim_params_of(&one.source);
  return one;
}

static sim_body walked(const ground *on, sim_body body, uint32_t buttons, int ticks) {
  while (ticks-- > 0)
    sim_step(&body, buttons, &on->params, on->map);
  return body;
}

static void a_box_walks_in_eight_directions_and_no_faster_diagonally(void **state) {
  (void)state;
  ground on = ground_with(NULL, 0);
  const struct {
    uint32_t buttons;
    int32_t x, y;
  } ways[] = {
      {BUTTON_UP, 0, -WALK},
      {BUTTON_DOWN, 0, WALK},
      {BUTTON_LEFT, -WALK, 0},
      {BUTTON_RIGHT, WALK, 0},
      {BUTTON_UP | BUTTON_LEFT, -DIAGONAL, -DIAGONAL},
      {BUTTON_UP | BUTTON_RIGHT, DIAGONAL, -DIAGONAL},
      {BUTTON_DOWN | BUTTON_LEFT, -DIAGONAL, DIAGONAL},
      {BUTTON_DOWN | BUTTON_RIGHT, DIAGONAL, DIAGONAL},
      {BUTTON_LEFT | BUTTON_RIGHT, 0, 0},
      {BUTTON_UP | BUTTON_DOWN | BUTTON_LEFT, -WALK, 0},
      {BUTTON_ACTION, 0, 0},
  };
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
    sim_body body = walked(&on, (sim_body){.x = 10000, .y = 10000}, ways[i].buttons, 3);
    assert_int_equal(body.x, 10000 + 3 * ways[i].x);
    assert_int_equal(body.y, 10000 + 3 * ways[i].y);
  }
  free(on.memory);
}

static void a_box_stays_inside_the_arena(void **state) {
  (void)state;
  ground on = ground_with(NULL, 0);
  sim_body body = walked(&on, (sim_body){.x = 10000, .y = 10000}, BUTTON_LEFT | BUTTON_UP, 200);
  assert_int_equal(body.x, 0);
  assert_int_equal(body.y, 0);
  body = walked(&on, body, BUTTON_RIGHT, 400);
  body = walked(&on, body, BUTTON_DOWN, 400);
  assert_int_equal(body.x, 38400 - BOX);
  assert_int_equal(body.y, 25600 - BOX);
  free(on.memory);
}

static void a_block_stops_a_box_at_its_very_edge_from_every_side(void **state) {
  (void)state;
  const wire_block block = {5000, 5000, 1003, 1001};
  ground on = ground_with(&block, 1);
  assert_int_equal(walked(&on, (sim_body){.x = 3001, .y = 5200}, BUTTON_RIGHT, 50).x, 5000 - BOX);
  assert_int_equal(walked(&on, (sim_body){.x = 8003, .y = 5200}, BUTTON_LEFT, 50).x, 6003);
  assert_int_equal(walked(&on, (sim_body){.x = 5200, .y = 3007}, BUTTON_DOWN, 50).y, 5000 - BOX);
  assert_int_equal(walked(&on, (sim_body){.x = 5200, .y = 8009}, BUTTON_UP, 50).y, 6001);
  sim_body beside = walked(&on, (sim_body){.x = 3001, .y = 5000 - BOX}, BUTTON_RIGHT, 50);
  assert_int_equal(beside.x, 3001 + 50 * WALK); /* touching edges is not standing in it */
  sim_body slides = walked(&on, (sim_body){.x = 4100, .y = 4900}, BUTTON_RIGHT | BUTTON_UP, 3);
  assert_int_equal(slides.x, 4200);
  assert_int_equal(slides.y, 4900 - 3 * DIAGONAL);
  free(on.memory);
}

static void a_fast_box_does_not_tunnel_through_a_thin_block(void **state) {
  (void)state;
  const wire_block thin = {20000, 0, 1, 25600};
  ground on = ground_with(&thin, 1);
  sim_body body = walked(&on, (sim_body){.x = 1000, .y = 1000, .vx = 30000}, 0, 1);
  assert_int_equal(body.x, 20000 - BOX);
  assert_int_equal(body.vx, 0);
  free(on.memory);
}

static void a_box_inside_a_block_can_walk_out(void **state) {
  (void)state;
  const wire_block block = {5000, 5000, 4000, 4000};
  ground on = ground_with(&block, 1);
  assert_false(sim_is_free(6000, 6000, &on.params, on.map));
  assert_true(walked(&on, (sim_body){.x = 6000, .y = 6000}, BUTTON_RIGHT, 50).x > 9000);
  free(on.memory);
}

static void a_push_moves_a_box_and_fades(void **state) {
  (void)state;
  ground on = ground_with(NULL, 0);
  sim_body body = walked(&on, (sim_body){.x = 10000, .y = 10000, .vx = 400, .vy = -80}, 0, 100);
  assert_in_range(body.x, 10000 + 2000, 10000 + 3200);
  assert_in_range(body.y, 10000 - 640, 10000 - 300);
  assert_int_equal(body.vx, 0);
  assert_int_equal(body.vy, 0);
  free(on.memory);
}

static void every_speed_fades_to_nothing_and_never_turns(void **state) {
  (void)state;
  for (int32_t speed = -WIRE_SPEED_MAX; speed <= WIRE_SPEED_MAX; speed += 37) {
    int32_t left = speed, ticks = 0;
    for (; left != 0; ticks++) {
      assert_true(abs(sim_fade(left)) < abs(left) && (int64_t)sim_fade(left) * speed >= 0);
      left = sim_fade(left);
    }
    assert_true(ticks < 90);
  }
}

static void moving_is_not_walking_a_speed_stays_until_it_meets_a_wall(void **state) {
  (void)state;
  ground on = ground_with(NULL, 0);
  sim_body body = {.x = 1000, .y = 1000, .vx = -300, .vy = 70};
  sim_move(&body, (sim_way){-600, 50}, &on.params, on.map);
  assert_memory_equal(&body, (&(sim_body){.x = 400, .y = 1050, .vx = -300, .vy = 70}), sizeof body);
  sim_move(&body, (sim_way){-600, 0}, &on.params, on.map);
  assert_memory_equal(&body, (&(sim_body){.x = 0, .y = 1050, .vx = 0, .vy = 70}), sizeof body);
  free(on.memory);
}

/* The tiles may only make it faster: the same walk over many blocks, and where none of them is near. */
static void the_tiles_find_every_block_that_looking_at_all_finds(void **state) {
  (void)state;
  enum { BLOCKS = 300 };
  static wire_block blocks[BLOCKS];
  uint32_t random = 5, blocked = 0;
  for (uint32_t i = 0; i < BLOCKS; i++)
    blocks[i] = (wire_block){wander_random(&random) % 37000, wander_random(&random) % 24000,
                             1 + wander_random(&random) % 1400, 1 + wander_random(&random) % 1400};
  ground on = ground_with(blocks, BLOCKS);
  for (int i = 0; i < 20000; i++) {
    int32_t x = (int32_t)(wander_random(&random) % (38400 - BOX)),
            y = (int32_t)(wander_random(&random) % (25600 - BOX));
    bool free_of_all = true;
    for (uint32_t b = 0; b < BLOCKS; b++)
      free_of_all &= x + BOX <= (int32_t)blocks[b].x || x >= (int32_t)(blocks[b].x + blocks[b].w) ||
                     y + BOX <= (int32_t)blocks[b].y || y >= (int32_t)(blocks[b].y + blocks[b].h);
    assert_int_equal(sim_is_free(x, y, &on.params, on.map), free_of_all);
    blocked += !free_of_all;
  }
  assert_in_range(blocked, 2000, 18000);
  free(on.memory);
}

static void every_field_of_a_body_changes_the_checksum(void **state) {
  (void)state;
  const sim_body plain = {1, 2, 3, 4, 5, 6, 7, 8};
  uint32_t sum = sim_checksum_add(SIM_CHECKSUM_START, 9, 3, &plain);
  for (size_t field = 0; field < sizeof plain / sizeof(int32_t); field++)
    for (int bit = 0; bit < 32; bit++) {
      sim_body flipped = plain;
      ((int32_t *)&flipped)[field] ^= (int32_t)(1u << bit);
      assert_int_not_equal(sim_checksum_fold(sim_checksum_add(SIM_CHECKSUM_START, 9, 3, &flipped)),
                           sim_checksum_fold(sum));
    }
  assert_int_not_equal(sim_checksum_add(SIM_CHECKSUM_START, 8, 3, &plain), sum);
  assert_int_not_equal(sim_checksum_add(SIM_CHECKSUM_START, 9, 2, &plain), sum);
}

static void cells_are_numbered_row_by_row_and_cover_the_arena(void **state) {
  (void)state;
  const sim_params params = {.width = 2500, .height = 1500, .box = 100};
  assert_int_equal(sim_cells(&params, 1000), 6);
  assert_int_equal(sim_cell_at(0, 0, &params, 1000), 0);
  assert_int_equal(sim_cell_at(2499, 1499, &params, 1000), 5);
  assert_int_equal(sim_cell_at(-5, 99999, &params, 1000), 3);
  assert_int_equal(sim_cell_left(5, &params, 1000), 2000);
  assert_int_equal(sim_cell_top(5, &params, 1000), 1000);
}

static void every_window_shows_the_same_area_and_never_beyond_the_arena(void **state) {
  (void)state;
  const int32_t shapes[][2] = {{1280, 720}, {720, 1280}, {2560, 1440}, {900, 900}, {320, 200}};
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    wire_view_fit fit = view_fit(shapes[i][0], shapes[i][1], 38400, 25600, 19200, 12800);
    double width = shapes[i][0] * 65536.0 / fit.scale, height = shapes[i][1] * 65536.0 / fit.scale;
    assert_in_range((int)(width * height / (1280 * 720) * 1000), 995, 1005);
    fit = view_fit(shapes[i][0], shapes[i][1], 38400, 25600, 0, 25600);
    assert_int_equal(fit.left, 0);
    assert_in_range(fit.top / WIRE_SUBUNITS + (int)height, 1598, 1601);
  }
  wire_view_fit small = view_fit(1280, 720, 6400, 6400, 0, 0);
  assert_int_equal(small.left, (6400 - 1280 * WIRE_SUBUNITS) / 2); /* a small arena is centred */
}

static void a_wanderer_turns_about_twice_a_second_and_the_same_way_each_time(void **state) {
  (void)state;
  wander one = wander_init(3), twin = wander_init(3), other = wander_init(4);
  uint32_t turns = 0, differs = 0, before = 0;
  for (uint32_t tick = 0; tick < 3000; tick++) {
    uint32_t buttons = wander_buttons(&one, tick, 30);
    assert_int_equal(buttons, wander_buttons(&twin, tick, 30));
    differs += buttons != wander_buttons(&other, tick, 30);
    turns += buttons != before;
    before = buttons;
  }
  assert_in_range(turns, 150, 250);
  assert_true(differs > 1000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_box_walks_in_eight_directions_and_no_faster_diagonally),
      cmocka_unit_test(a_box_stays_inside_the_arena),
      cmocka_unit_test(a_block_stops_a_box_at_its_very_edge_from_every_side),
      cmocka_unit_test(a_fast_box_does_not_tunnel_through_a_thin_block),
      cmocka_unit_test(a_box_inside_a_block_can_walk_out),
      cmocka_unit_test(a_push_moves_a_box_and_fades),
      cmocka_unit_test(every_speed_fades_to_nothing_and_never_turns),
      cmocka_unit_test(moving_is_not_walking_a_speed_stays_until_it_meets_a_wall),
      cmocka_unit_test(the_tiles_find_every_block_that_looking_at_all_finds),
      cmocka_unit_test(every_field_of_a_body_changes_the_checksum),
      cmocka_unit_test(cells_are_numbered_row_by_row_and_cover_the_arena),
      cmocka_unit_test(every_window_shows_the_same_area_and_never_beyond_the_arena),
      cmocka_unit_test(a_wanderer_turns_about_twice_a_second_and_the_same_way_each_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
