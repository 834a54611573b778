/* Ids: the lowest, but not too soon. */
#include "server/ids.h"
#include "tests/unit/stage.h"

enum { RATE = 30, MANY = 5000 };

static void an_id_rests_sixty_seconds(void **state) {
  (void)state;
  ids ids;
  assert_true(ids_init(&ids, 100, IDS_REST_SECONDS * RATE));
  assert_int_equal(ids_take(&ids, 1), 1);
  assert_int_equal(ids_take(&ids, 1), 2);
  ids_give_back(&ids, 1, 1);
  assert_false(ids_is_used(&ids, 1));
  assert_int_equal(ids_take(&ids, 1), 3);
  assert_int_equal(ids_take(&ids, 60 * RATE), 4);
  assert_int_equal(ids_take(&ids, 60 * RATE + 1), 1);
  ids_free(&ids);
}

/* A crowd that comes and goes without end uses up every id, and shuts nobody out. */
static void when_every_id_rests_the_longest_rested_is_used(void **state) {
  (void)state;
  ids ids;
  assert_true(ids_init(&ids, MANY, IDS_REST_SECONDS * RATE));
  assert_int_equal(ids_take(&ids, 0), 1);
  for (uint32_t id = 2; id <= MANY; id++) {
    assert_int_equal(ids_take(&ids, id / 256), id);
    ids_give_back(&ids, id, id / 256);
  }
  uint32_t tick = MANY / 256;
  assert_int_equal(ids_take(&ids, tick), 2);
  ids_give_back(&ids, 2, tick);
  assert_int_equal(ids_take(&ids, tick), 3);
  ids_free(&ids);
}

static void a_room_has_several_times_as_many_ids_as_seats(void **state) {
  (void)state;
  assert_int_equal(ids_max_for(8), IDS_LEAST);
  assert_int_equal(ids_max_for(5000), 5000 * IDS_SPARE);
  assert_int_equal(ids_max_for(60000), WIRE_BOX_ID_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_id_rests_sixty_seconds),
      cmocka_unit_test(when_every_id_rests_the_longest_rested_is_used),
      cmocka_unit_test(a_room_has_several_times_as_many_ids_as_seats),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
