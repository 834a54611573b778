/* server/lab: a client asks for a bad network, is answered by name, and gets it for itself alone. */
#include <string.h>

#include "server/lag.h"
#include "tests/unit/stage.h"

enum { MS = 1000 };

/* What was asked of the network. */
static struct {
  const link_t *link;
  wire_lab wish;
  unsigned count;
} asked;

static void note_wish(link_t *link, const wire_lab *wish) {
  asked.link = link;
  asked.wish = *wish;
  asked.count++;
}

typedef struct {
  stage stage;
  peer asker, other;
} scene;

static void scene_open(scene *scene, bool is_lab) {
  host_config wanted = {.clients_max = 4, .impair = is_lab ? note_wish : NULL};
  memset(&asked, 0, sizeof asked);
  stage_open_with(&scene->stage, NULL, &wanted);
  peer_join(&scene->stage, &scene->asker, "Asker");
  peer_join(&scene->stage, &scene->other, "Other");
}

static void scene_close(scene *scene) {
  assert_false(scene->other.wire.closed);
  peer_leave(&scene->stage, &scene->asker);
  peer_leave(&scene->stage, &scene->other);
  stage_close(&scene->stage);
}

static void ask(scene *scene, const wire_lab *wish) {
  peer_send(&scene->stage, &scene->asker, &wire_lab_type, wish);
}

static void assert_told(peer *peer, uint32_t code, const char *param) {
  wire_message message;
  assert_true(fake_link_find(&peer->wire, &wire_notice_type, &message));
  assert_int_equal(message.as.notice.code, code);
  assert_string_equal(message.as.notice.param, param);
}

static unsigned notices(peer *peer) {
  wire_message message;
  unsigned count = 0;
  while (fake_link_find(&peer->wire, &wire_notice_type, &message))
    count++;
  return count;
}

static void a_server_that_is_no_lab_says_so_and_the_connection_stays(void **state) {
  (void)state;
  scene scene;
  scene_open(&scene, false);
  ask(&scene, &(wire_lab){.latency = 200});
  stage_run(&scene.stage, 1);
  assert_told(&scene.asker, CODE_NO_LAB, "");
  stage_run(&scene.stage, 30);
  assert_false(scene.asker.wire.closed);
  assert_int_equal(asked.count, 0);
  scene_close(&scene);
}

static void a_wish_is_done_for_the_one_who_asked_at_the_next_tick_and_told(void **state) {
  (void)state;
  scene scene;
  const wire_lab worst = {2000, 1000, 8000, 3600000};
  scene_open(&scene, true);
  ask(&scene, &(wire_lab){150, 40, 0, 0});
  stage_run(&scene.stage, 1);
  assert_ptr_equal(asked.link, &scene.asker.wire.link);
  assert_memory_equal(&asked.wish, &((wire_lab){150, 40, 0, 0}), sizeof asked.wish);
  assert_told(&scene.asker, CODE_LAB_ON, "150 ms slower, at random up to 40 ms more");
  stage_run(&scene.stage, 30);
  ask(&scene, &worst);
  stage_run(&scene.stage, 1);
  assert_memory_equal(&asked.wish, &worst, sizeof worst);
  assert_told(&scene.asker, CODE_LAB_ON,
              "2000 ms slower, at random up to 1000 ms more, with a stall of 8000 ms in every 3600000 ms");
  assert_int_equal(asked.count, 2);
  assert_int_equal(notices(&scene.other), 0);
  scene_close(&scene);
}

static void zeros_are_the_network_as_it_is(void **state) {
  (void)state;
  scene scene;
  scene_open(&scene, true);
  ask(&scene, &(wire_lab){0, 0, 0, 5});
  stage_run(&scene.stage, 1);
  assert_int_equal(asked.count, 1);
  assert_int_equal(asked.wish.latency + asked.wish.jitter + asked.wish.stall, 0);
  assert_told(&scene.asker, CODE_LAB_OFF, "");
  scene_close(&scene);
}

static void a_stall_alone_is_a_bad_network_too(void **state) {
  (void)state;
  scene scene;
  scene_open(&scene, true);
  ask(&scene, &(wire_lab){0, 0, 500, 5000});
  stage_run(&scene.stage, 1);
  assert_told(&scene.asker, CODE_LAB_ON, "0 ms slower, with a stall of 500 ms in every 5000 ms");
  scene_close(&scene);
}

static void who_asks_a_hundred_times_is_answered_twice_a_second_and_the_last_wish_counts(void **state) {
  (void)state;
  scene scene;
  scene_open(&scene, true);
  for (uint32_t i = 1; i <= 100; i++) {
    ask(&scene, &(wire_lab){.latency = i});
    stage_run(&scene.stage, i % 2);
  }
  stage_run(&scene.stage, 30);
  assert_int_equal(asked.wish.latency, 100);
  assert_in_range(asked.count, 4, 5); /* in 80 ticks of 33 ms */
  assert_int_equal(notices(&scene.asker), asked.count);
  scene_close(&scene);
}

static void a_stall_not_shorter_than_its_period_ends_the_client_by_name(void **state) {
  (void)state;
  static const wire_lab rows[] = {{0, 0, 1000, 1000}, {0, 0, 1000, 999}, {5, 5, 1, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    scene scene;
    scene_open(&scene, i % 2);
    ask(&scene, &rows[i]);
    peer_assert_ended(&scene.asker, &wire_goodbye_type, CODE_OUT_OF_RANGE, "stall_every");
    stage_run(&scene.stage, 30);
    assert_int_equal(asked.count, 0);
    scene_close(&scene);
  }
}

static void json_send(stage *stage, peer *peer, const char *text) {
  host_receive(stage->host, peer->client, (const uint8_t *)text, strlen(text), stage->now);
}

static void a_json_client_may_ask_too(void **state) {
  (void)state;
  static const char answer[] = "\"param\":\"200 ms slower\"";
  scene scene;
  peer json = {.seq = 0};
  bool told = false;
  scene_open(&scene, true);
  fake_link_init(&json.wire);
  json.wire.link.format = LINK_JSON;
  json.client = host_connect(scene.stage.host, &json.wire.link, scene.stage.now);
  json_send(&scene.stage, &json, "{\"message\":\"hello\",\"kind\":\"test\",\"name\":\"Json\"}");
  stage_run(&scene.stage, 1);
  json_send(&scene.stage, &json, "{\"message\":\"lab\",\"latency\":200}");
  stage_run(&scene.stage, 1);
  assert_ptr_equal(asked.link, &json.wire.link);
  assert_int_equal(asked.wish.latency, 200);
  for (uint32_t i = 0; i < json.wire.count; i++)
    told |= memmem(json.wire.bytes + json.wire.sent[i].at, json.wire.sent[i].size, answer, strlen(answer)) != NULL;
  assert_true(told);
  peer_leave(&scene.stage, &json);
  scene_close(&scene);
}

/* --- with a real line ---------------------------------------------------------------------------------------- */

typedef struct {
  stage stage;
  lag *lag;
  fake_link far[2];
  lag_line *lines[2];
} street;

static void street_say(street *street, unsigned who, const wire_type *type, const void *message) {
  uint8_t bytes[WIRE_CLIENT_BYTES_MAX];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof bytes};
  assert_true(wire_encode(&out, type, message));
  lag_receive(street->lines[who], out.bytes, out.size, street->stage.now);
}

static void street_pass(street *street, unsigned milliseconds) {
  while (milliseconds--) {
    street->stage.now += MS;
    lag_run(street->lag, street->stage.now);
    host_run(street->stage.host, street->stage.now);
  }
}

static void street_open(street *street) {
  wire_hello hello = {.version = WIRE_VERSION, .name = "Ada", .kind = "test"};
  stage_open_with(&street->stage, NULL, &(host_config){.clients_max = 4, .impair = lag_impair});
  street->lag = lag_create(&(lag_config){0}, street->stage.host, 1, street->stage.now);
  for (unsigned who = 0; who < 2; who++) {
    fake_link_init(&street->far[who]);
    street->lines[who] = lag_connect(street->lag, &street->far[who].link, street->stage.now);
    street_say(street, who, &wire_hello_type, &hello);
  }
  street_pass(street, 100);
}

static void street_close(street *street) {
  for (unsigned who = 0; who < 2; who++)
    lag_disconnect(street->lines[who]);
  lag_destroy(street->lag);
  for (unsigned who = 0; who < 2; who++)
    fake_link_free(&street->far[who]);
  stage_close(&street->stage);
}

/* Milliseconds until a ping's answer is there. */
static unsigned echo_ms(street *street, unsigned who) {
  wire_message message;
  wire_ping ping = {1};
  unsigned waited = 0;
  while (fake_link_next(&street->far[who], &message))
    continue;
  street_say(street, who, &wire_ping_type, &ping);
  while (!fake_link_find(&street->far[who], &wire_pong_type, &message)) {
    street_pass(street, 1);
    assert_true(++waited < 20000);
  }
  return waited;
}

static void only_the_one_who_asked_becomes_slow_and_only_until_it_asks_again(void **state) {
  (void)state;
  street street;
  street_open(&street);
  assert_int_equal(echo_ms(&street, 0), 0);
  street_say(&street, 0, &wire_lab_type, &(wire_lab){.latency = 200});
  street_pass(&street, 40);
  assert_int_equal(echo_ms(&street, 0), 200);
  assert_int_equal(echo_ms(&street, 1), 0);
  street_say(&street, 0, &wire_lab_type, &(wire_lab){.latency = 60});
  street_pass(&street, 600);
  assert_int_equal(echo_ms(&street, 0), 60);
  street_say(&street, 0, &wire_lab_type, &(wire_lab){0});
  street_pass(&street, 600);
  assert_int_equal(echo_ms(&street, 0), 0);
  street_close(&street);
}

static void who_comes_after_somebody_asked_finds_the_network_as_it_is(void **state) {
  (void)state;
  street street;
  wire_hello hello = {.version = WIRE_VERSION, .name = "Bob", .kind = "test"};
  street_open(&street);
  street_say(&street, 0, &wire_lab_type, &(wire_lab){.latency = 200});
  street_pass(&street, 40);
  lag_disconnect(street.lines[1]);
  fake_link_free(&street.far[1]);
  fake_link_init(&street.far[1]);
  street.lines[1] = lag_connect(street.lag, &street.far[1].link, street.stage.now);
  street_say(&street, 1, &wire_hello_type, &hello);
  street_pass(&street, 40);
  assert_int_equal(echo_ms(&street, 1), 0);
  street_close(&street);
}

static void who_is_too_slow_gets_nothing_of_what_was_under_way(void **state) {
  (void)state;
  street street;
  street_open(&street);
  street_say(&street, 0, &wire_lab_type, &(wire_lab){.latency = 2000});
  street_pass(&street, 500);
  link_t *near = lag_link(street.lines[0]);
  uint32_t before = street.far[0].count;
  assert_true(lag_pending_ms(street.lag) > 0);
  near->ops->close(near, CODE_TOO_SLOW);
  street_pass(&street, 3000);
  assert_true(street.far[0].closed);
  assert_int_equal(street.far[0].count, before);
  street_close(&street);
}

/* The tick of every frame follows on the one before, whatever is asked for meanwhile, and none is missing. */
static void changes_under_way_lose_and_overtake_no_frame(void **state) {
  (void)state;
  static const wire_lab wishes[] = {{2000, 0, 0, 0}, {0, 0, 0, 0},         {300, 1000, 0, 0}, {0, 0, 700, 800},
                                    {0, 0, 0, 0},    {50, 0, 1500, 60000}, {0, 0, 0, 0}};
  street street;
  wire_message message;
  uint32_t frames = 0;
  uint64_t before;
  street_open(&street);
  while (fake_link_next(&street.far[0], &message))
    continue;
  before = host_count(street.stage.host).frames_sent;
  for (unsigned round = 0; round < 10; round++)
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
      street_say(&street, 0, &wire_lab_type, &wishes[i]);
      street_say(&street, 1, &wire_ping_type, &(wire_ping){1});
      street_pass(&street, 530 + 100 * round);
    }
  street_pass(&street, 3000);
  while (fake_link_find(&street.far[0], &wire_frame_type, &message)) {
    assert_int_equal(message.as.frame.ticks, 1);
    frames++;
  }
  assert_int_equal(2 * (uint64_t)frames, host_count(street.stage.host).frames_sent - before); /* as many to the other */
  assert_true(frames > 1000);
  street_close(&street);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_server_that_is_no_lab_says_so_and_the_connection_stays),
      cmocka_unit_test(a_wish_is_done_for_the_one_who_asked_at_the_next_tick_and_told),
      cmocka_unit_test(zeros_are_the_network_as_it_is),
      cmocka_unit_test(a_stall_alone_is_a_bad_network_too),
      cmocka_unit_test(who_asks_a_hundred_times_is_answered_twice_a_second_and_the_last_wish_counts),
      cmocka_unit_test(a_stall_not_shorter_than_its_period_ends_the_client_by_name),
      cmocka_unit_test(a_json_client_may_ask_too),
      cmocka_unit_test(only_the_one_who_asked_becomes_slow_and_only_until_it_asks_again),
      cmocka_unit_test(who_comes_after_somebody_asked_finds_the_network_as_it_is),
      cmocka_unit_test(who_is_too_slow_gets_nothing_of_what_was_under_way),
      cmocka_unit_test(changes_under_way_lose_and_overtake_no_frame),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
