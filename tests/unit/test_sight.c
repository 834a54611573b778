/* How much of their world clients see, counted from the server's truth for who measures it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/room.h"
#include "tests/unit/stage.h"

enum { UNIT = WIRE_SUBUNITS, CROWD = 300, QUESTIONS = 75 };

/* Cells of 256 units. Whoever spawns at 5000, 5000 has the view from 4385, 4665 to 5665, 5385, and with a margin of 120
   units on each side sees the cells from 4096, 4352 to 5888, 5632. */
static const char cells[] = "{\"name\":\"Cells\",\"width\":10000,\"height\":10000,\"cell\":256,\"blocks\":[],"
                            "\"spawns\":[[5000,5000],[1000,1000]]}";

/* A box without a client, whose middle stands there. */
static void place(stage *stage, int32_t x, int32_t y) {
  world *world = host_world(stage->host);
  world_teleport(world, stage_spawn(world), (x - WORLD_BOX / 2) * UNIT, (y - WORLD_BOX / 2) * UNIT);
}

static void boxes_are_counted_in_the_view_and_in_the_cells_seen(void **state) {
  (void)state;
  stage stage;
  peer one, other; /* one of them is alone at 1000, 1000 */
  stage_open(&stage, cells, 20, 0);
  peer_join(&stage, &one, "One");
  peer_join(&stage, &other, "Other");
  static const int32_t viewed[][2] = {{5025, 5025}, {4386, 4666}, {5664, 5384}, {4386, 5384}};
  static const int32_t only_seen[][2] = {{4384, 5025}, {5665, 5025}, {5025, 4664},
                                         {5025, 5385}, {4126, 4382}, {5908, 5652}};
  static const int32_t unseen[][2] = {{4116, 5025}, {5918, 5025}, {5025, 4372}, {5025, 5662}};
  for (size_t i = 0; i < 4; i++)
    place(&stage, viewed[i][0], viewed[i][1]);
  for (size_t i = 0; i < 6; i++)
    place(&stage, only_seen[i][0], only_seen[i][1]);
  for (size_t i = 0; i < 4; i++)
    place(&stage, unseen[i][0], unseen[i][1]);
  stage_run(&stage, 1);
  interest_sum sum = host_sight(stage.host);
  assert_int_equal(sum.clients, 2);
  assert_int_equal(sum.viewed, 2 + 4);
  assert_int_equal(sum.subscribed, 2 + 4 + 6);
  peer_leave(&stage, &one);
  peer_leave(&stage, &other);
  assert_int_equal(host_sight(stage.host).clients, 2); /* asked again in the same tick */
  stage_run(&stage, 1);
  assert_int_equal(host_sight(stage.host).clients, 0);
  stage_close(&stage);
}

/* The middle of a box that spawns at 5105 is 5130, so its view and the margin end at 5890, in the cell that begins with
   5888. From the corner they would end in the one before. */
static void a_client_looks_from_the_middle_of_its_box(void **state) {
  (void)state;
  static const char map[] = "{\"name\":\"Cells\",\"width\":10000,\"height\":10000,\"cell\":256,\"blocks\":[],"
                            "\"spawns\":[[5105,5000]]}";
  stage stage;
  peer one;
  stage_open(&stage, map, 20, 0);
  peer_join(&stage, &one, "One");
  place(&stage, 6000, 5025);
  stage_run(&stage, 1);
  assert_int_equal(host_sight(stage.host).subscribed, 2);
  peer_leave(&stage, &one);
  stage_close(&stage);
}

static void a_question_looks_at_so_many_clients_and_boxes_at_most(void **state) {
  (void)state;
  static peer crowd[CROWD];
  static const char *const maps[] = {cells, stage_field};
  for (int which = 0; which < 2; which++) {
    stage stage;
    stage_open(&stage, maps[which], CROWD, 0);
    for (int i = 0; i < CROWD; i++) {
      peer_connect(&stage, &crowd[i]);
      peer_hello(&stage, &crowd[i], "", "test");
    }
    stage_run(&stage, 3);
    interest_sum sum = host_sight(stage.host);
    if (which == 0)
      assert_int_equal(sum.clients, HOST_SIGHT_CLIENTS);
    else
      assert_int_equal(sum.clients, (HOST_SIGHT_BOXES + CROWD - 1) / CROWD); /* everybody sees everybody */
    for (int i = 0; i < CROWD; i++)
      peer_leave(&stage, &crowd[i]);
    stage_close(&stage);
  }
}

static void clients_take_turns(void **state) {
  (void)state;
  static peer crowd[CROWD];
  stage stage;
  stage_open(&stage, cells, CROWD, 0);
  for (int i = 0; i < CROWD; i++) {
    peer_connect(&stage, &crowd[i]);
    peer_hello(&stage, &crowd[i], "", "test");
  }
  stage_run(&stage, 2);
  /* After so many questions each had its turn as often as any other. */
  uint64_t viewed = 0, truth = 0;
  for (int question = 0; question < QUESTIONS; question++) {
    stage_run(&stage, 1);
    viewed += host_sight(stage.host).viewed;
  }
  for (int i = 0; i < CROWD; i++) {
    interest_sum one = {0};
    room_add_sight(crowd[i].client->room, crowd[i].client, &one);
    truth += one.viewed;
  }
  assert_true(truth > CROWD);
  assert_int_equal(viewed, truth * QUESTIONS * HOST_SIGHT_CLIENTS / CROWD);
  for (int i = 0; i < CROWD; i++)
    peer_leave(&stage, &crowd[i]);
  stage_close(&stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(boxes_are_counted_in_the_view_and_in_the_cells_seen),
      cmocka_unit_test(a_client_looks_from_the_middle_of_its_box),
      cmocka_unit_test(a_question_looks_at_so_many_clients_and_boxes_at_most),
      cmocka_unit_test(clients_take_turns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
