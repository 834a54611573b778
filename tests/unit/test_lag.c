/* server/lag: a bad network on a fake clock. What is sent comes later, in order, and whole. */
#include <stdlib.h>
#include <string.h>

#include "server/json_wire.h"
#include "server/lag.h"
#include "tests/unit/stage.h"

enum { MS = 1000, LATENCY = 150, JITTER = 40 };

static const lag_config plain = {.latency_ms = LATENCY, .jitter_ms = JITTER};

/* A connection behind a line. */
typedef struct {
  stage stage;
  lag *lag;
  lag_line *line;
  link_t *near; /* what the host has */
  fake_link far;
} scene;

static void scene_open(scene *scene, const lag_config *config) {
  static uint32_t seed = 7; /* another one each time */
  stage_open(&scene->stage, stage_field, 4, 0);
  scene->lag = lag_create(config, scene->stage.host, seed++, scene->stage.now);
  fake_link_init(&scene->far);
  scene->line = lag_connect(scene->lag, &scene->far.link, scene->stage.now);
  assert_non_null(scene->line);
  scene->near = lag_link(scene->line);
}

static void scene_close(scene *scene) {
  lag_disconnect(scene->line);
  lag_destroy(scene->lag);
  fake_link_free(&scene->far);
  stage_close(&scene->stage);
}

/* Lets milliseconds pass without ticks. */
static void pass(scene *scene, int64_t milliseconds) {
  for (int64_t i = 0; i < milliseconds; i++)
    lag_run(scene->lag, scene->stage.now += MS);
}

/* Lets time pass to the next tick, and runs it. */
static void tick(scene *scene) {
  while (host_run(scene->stage.host, scene->stage.now) == 0)
    pass(scene, 1);
}

static bool say_number(scene *scene, uint32_t number) {
  return scene->near->ops->send(scene->near, (const uint8_t *)&number, sizeof number);
}

/* The number in the message at this place of what came through. */
static uint32_t number_at(const scene *scene, uint32_t index) {
  uint32_t number;
  assert_true(index < scene->far.count);
  assert_int_equal(scene->far.sent[index].size, sizeof number);
  memcpy(&number, scene->far.bytes + scene->far.sent[index].at, sizeof number);
  return number;
}

static void hear(scene *scene, const wire_type *type, const void *message) {
  uint8_t bytes[WIRE_CLIENT_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  assert_true(wire_encode(&out, type, message));
  lag_receive(scene->line, out.bytes, out.size, scene->stage.now);
}

static void hear_hello(scene *scene) {
  wire_hello hello = {.version = WIRE_VERSION, .name = "Ada", .kind = "test"};
  hear(scene, &wire_hello_type, &hello);
}

static void a_message_takes_half_the_latency_and_a_uniform_part_of_half_the_jitter(void **state) {
  enum { TRIES = 2000, LEAST = LATENCY / 2, MOST = LEAST + JITTER / 2 };
  unsigned took[MOST + 2] = {0};
  scene scene;
  (void)state;
  scene_open(&scene, &plain);
  for (uint32_t i = 0; i < TRIES; i++) {
    int waited = 0;
    assert_true(say_number(&scene, i));
    for (; scene.far.count == i; waited++)
      pass(&scene, 1);
    assert_in_range(waited, LEAST, MOST);
    assert_int_equal(number_at(&scene, i), i);
    took[waited]++;
    pass(&scene, MOST - waited);
  }
  for (int at = LEAST + 1; at <= MOST; at++) /* about a hundred each */
    assert_in_range(took[at], TRIES / (JITTER / 2) / 2, TRIES / (JITTER / 2) * 3 / 2);
  scene_close(&scene);
}

static void order_is_kept_though_every_message_draws_its_own_delay(void **state) {
  enum { TRIES = 3000 };
  scene scene;
  (void)state;
  scene_open(&scene, &(lag_config){.jitter_ms = 400});
  for (uint32_t i = 0; i < TRIES; i++) {
    assert_true(say_number(&scene, i));
    pass(&scene, 1);
  }
  pass(&scene, 200);
  assert_int_equal(scene.far.count, TRIES);
  for (uint32_t i = 0; i < TRIES; i++)
    assert_int_equal(number_at(&scene, i), i);
  scene_close(&scene);
}

static void an_answer_takes_the_whole_latency(void **state) {
  scene scene;
  wire_message message;
  wire_ping ping = {77};
  (void)state;
  scene_open(&scene, &(lag_config){.latency_ms = LATENCY});
  hear_hello(&scene);
  pass(&scene, LATENCY / 2 - 1);
  host_run(scene.stage.host, scene.stage.now);
  assert_int_equal(host_count(scene.stage.host).players, 0);
  pass(&scene, 1);
  tick(&scene);
  assert_int_equal(host_count(scene.stage.host).players, 1);
  pass(&scene, LATENCY);
  while (fake_link_next(&scene.far, &message))
    continue;
  hear(&scene, &wire_ping_type, &ping);
  pass(&scene, LATENCY - 1);
  assert_false(fake_link_next(&scene.far, &message));
  pass(&scene, 1);
  assert_true(fake_link_next(&scene.far, &message));
  assert_ptr_equal(message.type, &wire_pong_type);
  assert_int_equal(message.as.pong.time, 77);
  scene_close(&scene);
}

static void a_stall_holds_everything_and_then_lets_go_of_all(void **state) {
  enum { STALL = 1000, EVERY = 3000 };
  scene scene;
  uint32_t said = 0;
  (void)state;
  scene_open(&scene, &(lag_config){.stall_ms = STALL, .stall_every_ms = EVERY});
  for (int period = 0; period < 3; period++) {
    for (int at = 1; at < EVERY - STALL; at++) { /* at once while the line is calm */
      assert_true(say_number(&scene, said++));
      pass(&scene, 1);
      assert_int_equal(scene.far.count, said);
    }
    pass(&scene, 1);
    uint32_t before = scene.far.count;
    for (int at = 0; at < STALL - 1; at++) {
      assert_true(say_number(&scene, said++));
      pass(&scene, 1);
      assert_int_equal(scene.far.count, before);
    }
    pass(&scene, 1);
    assert_int_equal(scene.far.count, said);
  }
  for (uint32_t i = 0; i < said; i++)
    assert_int_equal(number_at(&scene, i), i);
  scene_close(&scene);
}

static void what_is_in_flight_is_bounded_and_a_drained_line_takes_the_largest_frame(void **state) {
  static uint8_t frame[1000], largest[WIRE_SERVER_BYTES_MAX];
  scene scene;
  size_t held = 0;
  (void)state;
  scene_open(&scene, &plain);
  while (held + 2 * sizeof frame < LAG_FLIGHT_BYTES_MAX) {
    assert_true(scene.near->ops->drained(scene.near));
    assert_true(scene.near->ops->send(scene.near, frame, sizeof frame));
    held += sizeof frame + 16;
  }
  assert_true(scene.near->ops->drained(scene.near));
  assert_true(scene.near->ops->send(scene.near, largest, sizeof largest));
  assert_false(scene.near->ops->drained(scene.near));
  while (scene.near->ops->send(scene.near, frame, sizeof frame))
    assert_true((held += sizeof frame) <= LAG_FLIGHT_BYTES_MAX);
  pass(&scene, LATENCY);
  assert_true(scene.near->ops->drained(scene.near));
  scene_close(&scene);
}

static void what_the_link_cannot_take_stays_held_until_it_can(void **state) {
  scene scene;
  (void)state;
  scene_open(&scene, &plain);
  assert_true(say_number(&scene, 1));
  scene.far.choked = true;
  assert_false(scene.near->ops->drained(scene.near));
  pass(&scene, 2 * LATENCY);
  assert_int_equal(scene.far.count, 0);
  scene.far.choked = false;
  pass(&scene, 1);
  assert_int_equal(number_at(&scene, 0), 1);
  scene_close(&scene);
}

static void a_goodbye_comes_after_all_that_was_sent_before_it(void **state) {
  for (int round = 0; round < 20; round++) {
    scene scene;
    peer seen = {.seq = 0};
    scene_open(&scene, &plain);
    hear_hello(&scene);
    pass(&scene, LATENCY);
    tick(&scene);
    pass(&scene, LATENCY);
    tick(&scene);
    lag_run(scene.lag, scene.stage.now);
    scene.far.choked = round % 2;
    host_stop(scene.stage.host);
    pass(&scene, LATENCY / 2 - 1);
    assert_true(scene.far.size < host_count(scene.stage.host).bytes_sent);
    assert_false(scene.far.closed);
    pass(&scene, JITTER / 2 + 1);
    assert_int_equal(scene.far.size, host_count(scene.stage.host).bytes_sent); /* nothing is lost */
    seen.wire = scene.far;
    peer_assert_ended(&seen, &wire_goodbye_type, CODE_SHUTTING_DOWN, "");
    scene.far.arena = seen.wire.arena;
    scene_close(&scene);
  }
  (void)state;
}

static void a_fault_waits_for_the_messages_before_it(void **state) {
  scene scene;
  (void)state;
  scene_open(&scene, &plain);
  hear_hello(&scene);
  lag_receive_fault(scene.line, CODE_TEXT_MESSAGE, scene.stage.now);
  pass(&scene, LATENCY / 2 - 1);
  assert_int_equal(host_count(scene.stage.host).bytes_sent, 0);
  pass(&scene, LATENCY + JITTER);
  assert_true(scene.far.closed);
  assert_int_equal(scene.far.code, CODE_TEXT_MESSAGE);
  scene_close(&scene);
}

static void who_says_more_than_can_be_held_is_too_fast(void **state) {
  static const uint8_t bytes[WIRE_CLIENT_BYTES_MAX];
  scene scene;
  (void)state;
  scene_open(&scene, &plain);
  for (int i = 0; i < LAG_HEARD_BYTES_MAX / WIRE_CLIENT_BYTES_MAX - 1; i++)
    lag_receive(scene.line, bytes, sizeof bytes, scene.stage.now);
  assert_int_equal(host_count(scene.stage.host).bytes_sent, 0);
  lag_receive(scene.line, bytes, sizeof bytes, scene.stage.now);
  pass(&scene, LATENCY);
  assert_true(scene.far.closed);
  assert_int_equal(scene.far.code, CODE_TOO_FAST);
  scene_close(&scene);
}

static void what_is_longer_than_a_message_may_be_is_too_large(void **state) {
  static const uint8_t bytes[WIRE_CLIENT_BYTES_MAX + 1];
  const lag_config networks[] = {{0}, plain};
  (void)state;
  for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
    scene scene;
    scene_open(&scene, &networks[i]);
    lag_receive(scene.line, bytes, sizeof bytes, scene.stage.now);
    pass(&scene, LATENCY + JITTER);
    assert_true(scene.far.closed);
    assert_int_equal(scene.far.code, CODE_TOO_LARGE);
    scene_close(&scene);
  }
}

static void what_nothing_holds_passes_at_once(void **state) {
  scene scene;
  (void)state;
  scene_open(&scene, &(lag_config){0});
  assert_true(say_number(&scene, 1));
  assert_int_equal(number_at(&scene, 0), 1);
  hear_hello(&scene);
  tick(&scene);
  assert_int_equal(host_count(scene.stage.host).players, 1);
  scene_close(&scene);
}

static void what_was_sent_before_the_network_got_better_comes_first_and_when_it_was_to(void **state) {
  scene scene;
  (void)state;
  scene_open(&scene, &plain);
  assert_true(say_number(&scene, 0));
  lag_impair(scene.near, &(wire_lab){0});
  assert_true(say_number(&scene, 1));
  pass(&scene, LATENCY / 2 - 1);
  assert_int_equal(scene.far.count, 0);
  pass(&scene, JITTER / 2 + 1);
  assert_int_equal(scene.far.count, 2);
  assert_int_equal(number_at(&scene, 0), 0);
  assert_int_equal(number_at(&scene, 1), 1);
  assert_true(say_number(&scene, 2));
  assert_int_equal(number_at(&scene, 2), 2);
  scene_close(&scene);
}

static void nothing_overtakes_what_the_link_could_not_take(void **state) {
  scene scene;
  (void)state;
  scene_open(&scene, &plain);
  assert_true(say_number(&scene, 0));
  scene.far.choked = true;
  pass(&scene, LATENCY);
  lag_impair(scene.near, &(wire_lab){0});
  assert_true(say_number(&scene, 1));
  assert_int_equal(scene.far.count, 0);
  scene.far.choked = false;
  pass(&scene, 1);
  assert_int_equal(scene.far.count, 2);
  assert_int_equal(number_at(&scene, 0), 0);
  scene_close(&scene);
}

static void a_stall_that_was_asked_for_is_counted_from_then(void **state) {
  scene scene;
  (void)state;
  scene_open(&scene, &(lag_config){0});
  pass(&scene, 777);
  lag_impair(scene.near, &(wire_lab){.stall = 100, .stall_every = 300});
  pass(&scene, 199);
  assert_true(say_number(&scene, 0));
  assert_int_equal(scene.far.count, 1);
  pass(&scene, 1);
  assert_true(say_number(&scene, 1));
  assert_int_equal(lag_pending_ms(scene.lag), 100);
  pass(&scene, 99);
  assert_int_equal(scene.far.count, 1);
  pass(&scene, 1);
  assert_int_equal(scene.far.count, 2);
  assert_int_equal(lag_pending_ms(scene.lag), 0);
  scene_close(&scene);
}

static void a_json_line_takes_the_longest_message(void **state) {
  static uint8_t longest[JSON_WIRE_BYTES_MAX];
  fake_link far;
  scene scene;
  (void)state;
  scene_open(&scene, &plain);
  fake_link_init(&far);
  far.link.format = LINK_JSON;
  lag_line *line = lag_connect(scene.lag, &far.link, scene.stage.now);
  assert_true(lag_link(line)->ops->send(lag_link(line), longest, sizeof longest));
  pass(&scene, LATENCY);
  assert_int_equal(far.size, sizeof longest);
  lag_disconnect(line);
  fake_link_free(&far);
  scene_close(&scene);
}

static void a_network_as_it_is_needs_no_lag(void **state) {
  (void)state;
  assert_false(lag_is_on(&(lag_config){0}));
  assert_true(lag_is_on(&(lag_config){.latency_ms = 1}));
  assert_true(lag_is_on(&(lag_config){.jitter_ms = 1}));
  assert_true(lag_is_on(&(lag_config){.stall_ms = 1, .stall_every_ms = 2}));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_takes_half_the_latency_and_a_uniform_part_of_half_the_jitter),
      cmocka_unit_test(order_is_kept_though_every_message_draws_its_own_delay),
      cmocka_unit_test(an_answer_takes_the_whole_latency),
      cmocka_unit_test(a_stall_holds_everything_and_then_lets_go_of_all),
      cmocka_unit_test(what_is_in_flight_is_bounded_and_a_drained_line_takes_the_largest_frame),
      cmocka_unit_test(what_the_link_cannot_take_stays_held_until_it_can),
      cmocka_unit_test(a_goodbye_comes_after_all_that_was_sent_before_it),
      cmocka_unit_test(a_fault_waits_for_the_messages_before_it),
      cmocka_unit_test(who_says_more_than_can_be_held_is_too_fast),
      cmocka_unit_test(what_is_longer_than_a_message_may_be_is_too_large),
      cmocka_unit_test(what_nothing_holds_passes_at_once),
      cmocka_unit_test(what_was_sent_before_the_network_got_better_comes_first_and_when_it_was_to),
      cmocka_unit_test(nothing_overtakes_what_the_link_could_not_take),
      cmocka_unit_test(a_stall_that_was_asked_for_is_counted_from_then),
      cmocka_unit_test(a_json_line_takes_the_longest_message),
      cmocka_unit_test(a_network_as_it_is_needs_no_lag),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
