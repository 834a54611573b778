/* Frames: the bytes that are put together from shared chunks are those of wire_encode for the same struct. */
#include <stdlib.h>
#include <string.h>

#include "common/wander.h"
#include "server/frames.h"
#include "server/ids.h"
#include "tests/unit/stage.h"

enum { CHECK_TICKS = 30 };

typedef struct {
  map *arena;
  world world;
  frames frames;
  interest interest;
  int32_t x, y; /* where the client looks */
} scene;

static int open_scene(void **state) {
  scene *scene = calloc(1, sizeof *scene);
  char error[MAP_ERROR_BYTES];
  scene->arena = map_load("assets/maps/plaza.json", error);
  assert_non_null(scene->arena);
  assert_true(world_init(&scene->world, scene->arena, 30, 300, 1200, 11));
  assert_true(frames_init(&scene->frames, frame_picks_create(), &scene->world, CHECK_TICKS));
  scene->interest = interest_start();
  *state = scene;
  return 0;
}

static int close_scene(void **state) {
  scene *scene = *state;
  map_free(scene->arena);
  frame_picks_destroy(scene->frames.picks);
  frames_free(&scene->frames);
  world_free(&scene->world);
  free(scene);
  return 0;
}

/* One tick, and its frame decoded and encoded again by the table-driven codec: the same bytes. */
static wire_frame frame_of(scene *scene, frame_header header) {
  static uint8_t arena_memory[WIRE_ARENA_BYTES(WIRE_SERVER_BYTES_MAX)], again_memory[WIRE_SERVER_BYTES_MAX];
  static wire_arena arena = {.memory = arena_memory, .capacity = sizeof arena_memory};
  wire_buffer again = {.bytes = again_memory, .capacity = sizeof again_memory};
  wire_message message;
  world_step(&scene->world, scene->world.tick + 1);
  frames_encode(&scene->frames, &scene->world);
  interest_look(&scene->interest, &scene->frames.grid, scene->x, scene->y, 16, 9);
  frames_pick(&scene->frames, &scene->world, &scene->interest);
  const wire_buffer *out = frames_write(&scene->frames, &header);
  assert_int_equal(wire_decode(out->bytes, out->size, WIRE_FROM_SERVER, &arena, &message), WIRE_OK);
  assert_ptr_equal(message.type, &wire_frame_type);
  assert_true(wire_encode(&again, &wire_frame_type, &message.as.frame));
  assert_int_equal(again.size, out->size);
  assert_memory_equal(again.bytes, out->bytes, out->size);
  world_forget_news(&scene->world);
  interest_written(&scene->interest);
  return message.as.frame;
}

static void an_empty_frame_is_three_bytes(void **state) {
  scene *scene = *state;
  frame_of(scene, (frame_header){.ticks = 1});
  frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(scene->frames.picks->out.size, 3);
  assert_memory_equal(scene->frames.picks->out.bytes, "\x92\x14\x01", 3);
}

static void header_fields_are_differences_and_trimmed(void **state) {
  scene *scene = *state;
  frame_of(scene, (frame_header){.ticks = 1});
  wire_frame frame = frame_of(scene, (frame_header){.ticks = 3, .acks = 2});
  assert_int_equal(scene->frames.picks->out.size, 4);
  assert_int_equal(frame.acks, 2);
  frame = frame_of(scene, (frame_header){.ticks = 1, .acks = 1, .slack = -70});
  assert_int_equal(frame.slack, -70);
}

static void the_first_frame_has_the_cell_whole_even_empty(void **state) {
  scene *scene = *state;
  wire_frame frame = frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(frame.keyframes.count, 1);
  assert_int_equal(frame.keyframes.items[0].bodies.count, 0);
  frame = frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(frame.keyframes.count, 0);
}

static void steady_motion_costs_nothing_after_its_turn(void **state) {
  scene *scene = *state;
  uint32_t id = stage_spawn(&scene->world);
  frame_of(scene, (frame_header){.ticks = 1});
  int32_t x = scene->world.boxes[id].body.x;
  world_hold(&scene->world, id, BUTTON_RIGHT);
  wire_frame frame = frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(frame.turns.count, 1);
  assert_int_equal(frame.turns.items[0].id, id);
  assert_int_equal(frame.turns.items[0].buttons, BUTTON_RIGHT);
  assert_int_equal(frame.states.count, 0);
  frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(scene->frames.picks->out.size, 3);
  assert_true(scene->world.boxes[id].body.x > x);
}

static void pushes_spawns_and_jumps_are_states_after_the_step(void **state) {
  scene *scene = *state;
  frame_of(scene, (frame_header){.ticks = 1});
  uint32_t id = stage_spawn(&scene->world);
  wire_frame frame = frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(frame.states.count, 1);
  assert_int_equal(frame.states.items[0].cell, 0);
  assert_int_equal(frame.states.items[0].bodies.items[0].jumped, 1);
  world_push(&scene->world, id, 300, -20);
  frame = frame_of(scene, (frame_header){.ticks = 1});
  const wire_body *body = &frame.states.items[0].bodies.items[0];
  assert_int_equal(body->x, scene->world.boxes[id].body.x);
  assert_int_equal(body->vx, scene->world.boxes[id].body.vx);
  assert_true(body->vx > 0 && body->vx < 300);
  assert_int_equal(body->jumped, 0);
}

static void a_removed_box_is_gone_once(void **state) {
  scene *scene = *state;
  uint32_t id = stage_spawn(&scene->world);
  frame_of(scene, (frame_header){.ticks = 1});
  world_remove(&scene->world, id);
  wire_frame frame = frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(frame.gone.count, 1);
  assert_int_equal(frame.gone.items[0].id, id);
  frame = frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(frame.gone.count, 0);
}

static void a_fresh_cell_is_sent_whole_instead_of_its_news(void **state) {
  scene *scene = *state;
  for (int i = 0; i < 5; i++)
    stage_spawn(&scene->world);
  world_hold(&scene->world, 3, BUTTON_UP);
  wire_frame frame = frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(frame.turns.count + frame.states.count, 0);
  assert_int_equal(frame.keyframes.items[0].bodies.count, 5);
  assert_int_equal(frame.keyframes.items[0].bodies.items[2].buttons, BUTTON_UP);
}

static void a_fresh_cell_still_tells_who_is_gone(void **state) {
  scene *scene = *state;
  uint32_t id = stage_spawn(&scene->world);
  frame_of(scene, (frame_header){.ticks = 1});
  world_remove(&scene->world, id);
  interest_miss(&scene->interest);
  wire_frame frame = frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(frame.keyframes.count, 1);
  assert_int_equal(frame.gone.count, 1);
}

/* Who sees only that cell stepped the box there, and needs its turn. */
static void a_turn_stands_in_the_cell_that_the_step_leaves(void **state) {
  scene *scene = *state;
  world *world = &scene->world;
  world_free(world);
  frame_picks_destroy(scene->frames.picks);
  frames_free(&scene->frames);
  map halves = *world->arena;
  halves.cell = halves.width / 2;
  assert_true(world_init(world, &halves, 30, 300, 1200, 11) &&
              frames_init(&scene->frames, frame_picks_create(), world, CHECK_TICKS));
  uint32_t id = stage_spawn(world);
  world->boxes[id].body = (sim_body){.x = world->params.width / 2 - 1, .y = 0};
  frame_of(scene, (frame_header){.ticks = 1});
  world_hold(world, id, BUTTON_RIGHT);
  wire_frame frame = frame_of(scene, (frame_header){.ticks = 1});
  assert_int_equal(world->boxes[id].cell, 1);
  assert_int_equal(frame.turns.count, 1);
  world->arena = scene->arena;
}

static void a_cell_carries_its_checksum_once_a_second(void **state) {
  scene *scene = *state;
  uint32_t checks = 0;
  stage_spawn(&scene->world);
  frame_of(scene, (frame_header){.ticks = 1});
  for (int i = 0; i < 10 * CHECK_TICKS; i++) {
    wire_frame frame = frame_of(scene, (frame_header){.ticks = 1});
    const world_box *box = &scene->world.boxes[1];
    uint32_t sum = sim_checksum_fold(sim_checksum_add(SIM_CHECKSUM_START, 1, box->buttons, &box->body));
    checks += frame.checks.count;
    if (frame.checks.count > 0)
      assert_int_equal(frame.checks.items[0].sum, sum);
  }
  assert_int_equal(checks, 10);
}

/* Random news of 300 boxes, with every combination of lists along the way. */
static void any_news_decodes_and_encodes_to_the_same_bytes(void **state) {
  scene *scene = *state;
  uint32_t random = 99, records = 0;
  for (int i = 0; i < 300; i++)
    stage_spawn(&scene->world);
  for (int tick = 0; tick < 400; tick++) {
    for (uint32_t id = 1; id <= 300; id++) {
      if (!world_has(&scene->world, id))
        continue;
      uint32_t dice = wander_random(&random) % 100;
      if (dice < 10)
        world_hold(&scene->world, id, wander_random(&random) % 128);
      else if (dice == 10)
        world_push(&scene->world, id, (int32_t)(wander_random(&random) % 2000) - 1000, 77);
      else if (dice == 11 && tick % 20 == 0)
        world_remove(&scene->world, id);
    }
    if (tick % 7 == 0)
      interest_miss(&scene->interest);
    wire_frame frame = frame_of(scene, (frame_header){1 + wander_random(&random) % 300, tick % 3, tick % 3 ? -5 : 0});
    records += frame.turns.count + frame.states.count + frame.gone.count;
  }
  assert_true(records > 1000);
}

/* With nothing left out: the largest frame that a full server can owe. */
static void the_largest_frame_fits(void **state) {
  (void)state;
  world world;
  frames frames;
  char error[MAP_ERROR_BYTES];
  map *arena = map_load("assets/maps/plaza.json", error);
  const uint32_t boxes = HOST_CLIENTS_MAX + HOST_PRACTICE_MAX;
  assert_true(world_init(&world, arena, 30, boxes, ids_max_for(boxes), 1) &&
              frames_init(&frames, frame_picks_create(), &world, 1));
  for (uint32_t id = 1; id <= boxes; id++)
    stage_spawn(&world);
  world_step(&world, 1);
  for (uint32_t id = 1; id <= boxes; id++) {
    world.boxes[id].body = (sim_body){30000, 20000, 60000, -60000, 65535, 65535, INT32_MIN, INT32_MIN};
    world.boxes[id].buttons = 127;
  }
  interest all = interest_start();
  interest_look(&all, &frames.grid, 0, 0, 16, 9);
  frames_encode(&frames, &world);
  frames_pick(&frames, &world, &all);
  assert_true(frames_write(&frames, &(frame_header){.ticks = 65535})->size <= WIRE_SERVER_BYTES_MAX);
  assert_false(frames.picks->out.overflow);
  frame_picks_destroy(frames.picks);
  frames_free(&frames);
  world_free(&world);
  map_free(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(an_empty_frame_is_three_bytes, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(header_fields_are_differences_and_trimmed, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(the_first_frame_has_the_cell_whole_even_empty, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(steady_motion_costs_nothing_after_its_turn, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(pushes_spawns_and_jumps_are_states_after_the_step, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(a_removed_box_is_gone_once, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(a_fresh_cell_is_sent_whole_instead_of_its_news, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(a_fresh_cell_still_tells_who_is_gone, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(a_turn_stands_in_the_cell_that_the_step_leaves, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(a_cell_carries_its_checksum_once_a_second, open_scene, close_scene),
      cmocka_unit_test_setup_teardown(any_news_decodes_and_encodes_to_the_same_bytes, open_scene, close_scene),
      cmocka_unit_test(the_largest_frame_fits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
