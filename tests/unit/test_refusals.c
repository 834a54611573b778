/* Bad input: each row closes that peer with a named reason, and disturbs nobody. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/log.h"
#include "tests/unit/stage.h"

/* A playing peer that must notice nothing. */
typedef struct {
  stage stage;
  peer bystander;
} scene;

static void open_scene(scene *scene, uint32_t clients_max) {
  stage_open(&scene->stage, NULL, clients_max, 0);
  peer_join(&scene->stage, &scene->bystander, "Bystander");
}

/* The bystander was given a frame every tick of the scene. */
static void close_scene(scene *scene) {
  wire_message message;
  uint32_t frames = 0;
  while (fake_link_find(&scene->bystander.wire, &wire_frame_type, &message)) {
    assert_int_equal(message.as.frame.ticks, 1);
    frames++;
  }
  assert_int_equal(frames, stage_tick(&scene->stage));
  assert_false(scene->bystander.wire.closed);
  peer_leave(&scene->stage, &scene->bystander);
  stage_close(&scene->stage);
}

static void keep_alive(scene *scene) {
  wire_ping ping = {1};
  peer_send(&scene->stage, &scene->bystander, &wire_ping_type, &ping);
}

typedef struct {
  const char *name;
  const uint8_t *bytes;
  size_t size;
  uint32_t code;
  const char *param;
} row;

#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

static const row bad_messages[] = {
    {"nothing", (const uint8_t *)"", 0, CODE_BAD_MESSAGE, "truncated message"},
    {"no array", BYTES(0x02), CODE_BAD_MESSAGE, "wrong_type message"},
    {"an empty array", BYTES(0x90), CODE_BAD_MESSAGE, "wrong_count message"},
    {"cut in a field", BYTES(0x94, 0x02, 0x01, 0xcd, 0x01), CODE_BAD_MESSAGE, "truncated tick"},
    {"cut before a field", BYTES(0x94, 0x02, 0x01, 0x01), CODE_BAD_MESSAGE, "truncated buttons"},
    {"trailing bytes", BYTES(0x94, 0x02, 0x01, 0x01, 0x00, 0x00), CODE_BAD_MESSAGE, "trailing input"},
    {"too few fields", BYTES(0x93, 0x02, 0x01, 0x01), CODE_BAD_MESSAGE, "wrong_count input"},
    {"too many fields", BYTES(0x95, 0x02, 0x01, 0x01, 0x00, 0x00), CODE_BAD_MESSAGE, "wrong_count input"},
    {"text for a number", BYTES(0x94, 0x02, 0x01, 0xa1, 'x', 0x00), CODE_BAD_MESSAGE, "wrong_type tick"},
    {"a float", BYTES(0x92, 0x03, 0xca, 0x7f, 0xc0, 0, 0), CODE_BAD_MESSAGE, "wrong_type time"},
    {"a bomb of arrays", BYTES(0xdd, 0xff, 0xff, 0xff, 0xff), CODE_BAD_MESSAGE, "truncated id"},
    {"a negative number", BYTES(0x94, 0x02, 0x01, 0xff, 0x00), CODE_OUT_OF_RANGE, "tick"},
    {"buttons beyond", BYTES(0x94, 0x02, 0x01, 0x01, 0xcc, 0x80), CODE_OUT_OF_RANGE, "buttons"},
    {"2^63", BYTES(0x92, 0x03, 0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0), CODE_OUT_OF_RANGE, "time"},
    {"a latency beyond", BYTES(0x92, 0x51, 0xcd, 0x07, 0xd1), CODE_OUT_OF_RANGE, "latency"},
    {"an unknown id", BYTES(0x91, 0x63), CODE_UNKNOWN_MESSAGE, "99"},
    {"a server's message", BYTES(0x92, 0x15, 0x01), CODE_UNKNOWN_MESSAGE, "21"},
    {"no UTF-8", BYTES(0x95, 0x01, 0x00, 0xa0, 0xa0, 0xa1, 0xff), CODE_BAD_MESSAGE, "bad_text name"},
    {"a long word", BYTES(0x95, 0x01, 0x00, 0xd9, 33), CODE_BAD_MESSAGE, "too_long kind"},
    {"a second hello", BYTES(0x95, 0x01, 0x00, 0xa0, 0xa0, 0xa0), CODE_SECOND_HELLO, ""},
};

static void every_bad_message_ends_a_playing_peer_by_goodbye(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad_messages / sizeof *bad_messages; i++) {
    const row *row = &bad_messages[i];
    scene scene;
    peer bad;
    open_scene(&scene, 8);
    peer_join(&scene.stage, &bad, "Bad");
    print_message("%s\n", row->name);
    host_receive(scene.stage.host, bad.client, row->bytes, row->size, scene.stage.now);
    peer_assert_ended(&bad, &wire_goodbye_type, row->code, row->param);
    stage_run(&scene.stage, 2);
    assert_int_equal(host_count(scene.stage.host).players, 1);
    peer_leave(&scene.stage, &bad);
    close_scene(&scene);
  }
}

static void every_bad_message_ends_a_newcomer_by_refused(void **state) {
  (void)state;
  for (size_t i = 0; i + 1 < sizeof bad_messages / sizeof *bad_messages; i++) {
    const row *row = &bad_messages[i];
    scene scene;
    peer bad;
    open_scene(&scene, 8);
    peer_connect(&scene.stage, &bad);
    host_receive(scene.stage.host, bad.client, row->bytes, row->size, scene.stage.now);
    peer_assert_ended(&bad, &wire_refused_type, row->code, row->param);
    assert_int_equal(bad.wire.count, 1);
    peer_leave(&scene.stage, &bad);
    close_scene(&scene);
  }
}

static void what_comes_after_the_end_is_not_read(void **state) {
  (void)state;
  scene scene;
  peer bad;
  open_scene(&scene, 8);
  peer_join(&scene.stage, &bad, "Bad");
  host_receive(scene.stage.host, bad.client, (const uint8_t *)"\x90", 1, scene.stage.now);
  uint32_t count = bad.wire.count;
  host_receive(scene.stage.host, bad.client, (const uint8_t *)"\x90", 1, scene.stage.now);
  host_receive_fault(scene.stage.host, bad.client, CODE_TEXT_MESSAGE);
  stage_run(&scene.stage, 3);
  assert_int_equal(bad.wire.count, count);
  peer_leave(&scene.stage, &bad);
  close_scene(&scene);
}

/* What went to standard error meanwhile, counted by the lines that contain `words`. */
static int lines_logged(FILE *log, const char *words) {
  char line[LOG_LINE_MAX + 100];
  int count = 0;
  rewind(log);
  while (fgets(line, sizeof line, log))
    count += strstr(line, words) != NULL;
  return count;
}

static void every_end_is_logged_once(void **state) {
  (void)state;
  scene scene;
  peer bad;
  open_scene(&scene, 8);
  peer_join(&scene.stage, &bad, "Bad");
  int screen = dup(STDERR_FILENO);
  FILE *log = tmpfile();
  dup2(fileno(log), STDERR_FILENO);
  log_set_level(LOG_INFO);
  for (int i = 0; i < 3; i++) {
    host_receive(scene.stage.host, bad.client, (const uint8_t *)"\x91\x63", 2, scene.stage.now);
    host_receive_fault(scene.stage.host, bad.client, CODE_TEXT_MESSAGE);
    stage_run(&scene.stage, 1);
  }
  peer_leave(&scene.stage, &bad);
  log_set_level(LOG_ERROR);
  dup2(screen, STDERR_FILENO);
  close(screen);
  assert_int_equal(lines_logged(log, "fake wire ends: unknown_message 99"), 1);
  assert_int_equal(lines_logged(log, "fake wire"), 1);
  fclose(log);
  close_scene(&scene);
}

static void more_than_4096_bytes_are_too_large(void **state) {
  (void)state;
  static uint8_t bytes[WIRE_CLIENT_BYTES_MAX + 1];
  scene scene;
  peer bad;
  open_scene(&scene, 8);
  peer_connect(&scene.stage, &bad);
  host_receive(scene.stage.host, bad.client, bytes, sizeof bytes, scene.stage.now);
  peer_assert_ended(&bad, &wire_refused_type, CODE_TOO_LARGE, "4096");
  peer_leave(&scene.stage, &bad);
  close_scene(&scene);
}

static void faults_that_the_link_finds_end_the_client_too(void **state) {
  (void)state;
  scene scene;
  peer text, large;
  open_scene(&scene, 8);
  peer_join(&scene.stage, &text, "Text");
  host_receive_fault(scene.stage.host, text.client, CODE_TEXT_MESSAGE);
  peer_assert_ended(&text, &wire_goodbye_type, CODE_TEXT_MESSAGE, "");
  peer_connect(&scene.stage, &large);
  host_receive_fault(scene.stage.host, large.client, CODE_TOO_LARGE);
  peer_assert_ended(&large, &wire_refused_type, CODE_TOO_LARGE, "4096");
  peer_leave(&scene.stage, &text);
  peer_leave(&scene.stage, &large);
  close_scene(&scene);
}

static void hello_comes_first(void **state) {
  (void)state;
  scene scene;
  peer bad;
  open_scene(&scene, 8);
  peer_connect(&scene.stage, &bad);
  peer_input(&scene.stage, &bad, 1, 0);
  peer_assert_ended(&bad, &wire_refused_type, CODE_HELLO_FIRST, "");
  peer_leave(&scene.stage, &bad);
  close_scene(&scene);
}

static void a_second_hello_before_the_welcome_is_refused(void **state) {
  (void)state;
  scene scene;
  peer bad;
  open_scene(&scene, 8);
  peer_connect(&scene.stage, &bad);
  peer_hello(&scene.stage, &bad, "Bad", "test");
  peer_hello(&scene.stage, &bad, "Bad", "test");
  peer_assert_ended(&bad, &wire_refused_type, CODE_SECOND_HELLO, "");
  stage_run(&scene.stage, 1);
  assert_int_equal(bad.wire.count, 1);
  peer_leave(&scene.stage, &bad);
  close_scene(&scene);
}

static void hello_must_come_within_five_seconds_of_ticks(void **state) {
  (void)state;
  scene scene;
  peer bad;
  open_scene(&scene, 8);
  peer_connect(&scene.stage, &bad);
  stage_run(&scene.stage, 5 * 30 - 1);
  assert_false(bad.wire.closed);
  stage_run(&scene.stage, 1);
  peer_assert_ended(&bad, &wire_refused_type, CODE_NO_HELLO, "5");
  peer_leave(&scene.stage, &bad);
  close_scene(&scene);
}

static void another_version_is_told_the_servers(void **state) {
  (void)state;
  scene scene;
  peer bad, plain;
  char version[9];
  wire_message message;
  open_scene(&scene, 8);
  peer_connect(&scene.stage, &bad);
  wire_hello hello = {.version = WIRE_VERSION ^ 1};
  peer_send(&scene.stage, &bad, &wire_hello_type, &hello);
  snprintf(version, sizeof version, "%08x", WIRE_VERSION);
  peer_assert_ended(&bad, &wire_refused_type, CODE_VERSION_DIFFERS, version);
  hello.version = 0;
  peer_connect(&scene.stage, &plain);
  peer_send(&scene.stage, &plain, &wire_hello_type, &hello);
  stage_run(&scene.stage, 1);
  assert_true(fake_link_find(&plain.wire, &wire_welcome_type, &message));
  peer_leave(&scene.stage, &bad);
  peer_leave(&scene.stage, &plain);
  close_scene(&scene);
}

static void a_room_that_is_not_here_is_refused(void **state) {
  (void)state;
  scene scene;
  peer bad, good;
  wire_message message;
  open_scene(&scene, 8);
  peer_connect(&scene.stage, &bad);
  wire_hello hello = {.version = WIRE_VERSION, .room = "attic"};
  peer_send(&scene.stage, &bad, &wire_hello_type, &hello);
  stage_run(&scene.stage, 1);
  peer_assert_ended(&bad, &wire_refused_type, CODE_UNKNOWN_ROOM, "attic");
  strcpy(hello.room, "general");
  peer_connect(&scene.stage, &good);
  peer_send(&scene.stage, &good, &wire_hello_type, &hello);
  stage_run(&scene.stage, 1);
  assert_true(fake_link_find(&good.wire, &wire_welcome_type, &message));
  assert_string_equal(message.as.welcome.room, "general");
  peer_leave(&scene.stage, &bad);
  peer_leave(&scene.stage, &good);
  close_scene(&scene);
}

static void one_above_the_limit_is_told_that_it_is_full(void **state) {
  (void)state;
  scene scene;
  peer second, third, silent, again;
  wire_message message;
  open_scene(&scene, 2);
  peer_join(&scene.stage, &second, "Second");
  peer_connect(&scene.stage, &third);
  peer_connect(&scene.stage, &silent);
  assert_int_equal(third.wire.count, 0);
  peer_hello(&scene.stage, &third, "Third", "test");
  peer_assert_ended(&third, &wire_refused_type, CODE_FULL, "2");
  for (int i = 0; i < 5 * 30; i++) {
    keep_alive(&scene);
    stage_run(&scene.stage, 1);
  }
  peer_assert_ended(&silent, &wire_refused_type, CODE_NO_HELLO, "5");
  peer_leave(&scene.stage, &second);
  peer_connect(&scene.stage, &again);
  peer_hello(&scene.stage, &again, "Again", "test");
  stage_run(&scene.stage, 1);
  assert_true(fake_link_find(&again.wire, &wire_welcome_type, &message));
  peer_leave(&scene.stage, &third);
  peer_leave(&scene.stage, &silent);
  peer_leave(&scene.stage, &again);
  close_scene(&scene);
}

static void who_connects_before_its_old_connection_is_gone_finds_its_place_free(void **state) {
  (void)state;
  scene scene;
  peer before, after, third;
  wire_message message;
  open_scene(&scene, 2);
  peer_join(&scene.stage, &before, "Back");
  peer_connect(&scene.stage, &after);
  peer_connect(&scene.stage, &third);
  peer_leave(&scene.stage, &before);
  peer_hello(&scene.stage, &after, "Back", "test");
  peer_hello(&scene.stage, &third, "Third", "test");
  stage_run(&scene.stage, 1);
  assert_true(fake_link_find(&after.wire, &wire_welcome_type, &message));
  peer_assert_ended(&third, &wire_refused_type, CODE_FULL, "2");
  peer_leave(&scene.stage, &third);
  peer_leave(&scene.stage, &after);
  close_scene(&scene);
}

static void places_for_the_refused_are_bounded(void **state) {
  (void)state;
  scene scene;
  static peer crowd[HOST_EXTRA_CLIENTS + 1];
  open_scene(&scene, 1);
  for (uint32_t i = 0; i <= HOST_EXTRA_CLIENTS; i++)
    peer_connect(&scene.stage, &crowd[i]);
  assert_non_null(crowd[HOST_EXTRA_CLIENTS - 1].client);
  assert_null(crowd[HOST_EXTRA_CLIENTS].client);
  for (uint32_t i = 0; i < HOST_EXTRA_CLIENTS; i++)
    peer_leave(&scene.stage, &crowd[i]);
  peer_free(&crowd[HOST_EXTRA_CLIENTS]);
  close_scene(&scene);
}

static void who_does_not_read_control_messages_is_too_slow(void **state) {
  (void)state;
  scene scene;
  peer slow;
  wire_ping ping = {1};
  open_scene(&scene, 8);
  peer_join(&scene.stage, &slow, "Slow");
  slow.wire.full = true;
  peer_send(&scene.stage, &slow, &wire_ping_type, &ping);
  assert_true(slow.wire.closed);
  assert_int_equal(slow.wire.code, CODE_TOO_SLOW);
  stage_run(&scene.stage, 2);
  peer_leave(&scene.stage, &slow);
  close_scene(&scene);
}

static void a_client_silent_for_ten_seconds_of_ticks_is_dropped(void **state) {
  (void)state;
  scene scene;
  peer silent;
  open_scene(&scene, 8);
  peer_join(&scene.stage, &silent, "Silent");
  for (int i = 1; i < 10 * 30; i++) {
    keep_alive(&scene);
    stage_run(&scene.stage, 1);
  }
  assert_false(silent.wire.closed);
  stage_run(&scene.stage, 1);
  peer_assert_ended(&silent, &wire_goodbye_type, CODE_SILENT, "10");
  peer_leave(&scene.stage, &silent);
  close_scene(&scene);
}

static void a_stopped_server_does_not_take_its_own_silence_for_theirs(void **state) {
  (void)state;
  scene scene;
  peer other;
  open_scene(&scene, 8);
  peer_join(&scene.stage, &other, "Other");
  assert_int_equal(stage_stall(&scene.stage, 10000000), 3);
  assert_int_equal(host_count(scene.stage.host).ticks_slipped, 300 - 3);
  stage_run(&scene.stage, 5);
  assert_false(other.wire.closed);
  peer_leave(&scene.stage, &other);
  close_scene(&scene);
}

static void leave_is_answered_and_stop_tells_everyone(void **state) {
  (void)state;
  scene scene;
  peer leaver;
  open_scene(&scene, 8);
  peer_join(&scene.stage, &leaver, "Leaver");
  peer_send(&scene.stage, &leaver, &wire_leave_type, NULL);
  peer_assert_ended(&leaver, &wire_goodbye_type, CODE_LEFT, "");
  host_stop(scene.stage.host);
  peer_assert_ended(&scene.bystander, &wire_goodbye_type, CODE_SHUTTING_DOWN, "");
  stage_run(&scene.stage, 1);
  peer_leave(&scene.stage, &leaver);
  peer_leave(&scene.stage, &scene.bystander);
  stage_close(&scene.stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_bad_message_ends_a_playing_peer_by_goodbye),
      cmocka_unit_test(every_bad_message_ends_a_newcomer_by_refused),
      cmocka_unit_test(what_comes_after_the_end_is_not_read),
      cmocka_unit_test(every_end_is_logged_once),
      cmocka_unit_test(more_than_4096_bytes_are_too_large),
      cmocka_unit_test(faults_that_the_link_finds_end_the_client_too),
      cmocka_unit_test(hello_comes_first),
      cmocka_unit_test(a_second_hello_before_the_welcome_is_refused),
      cmocka_unit_test(hello_must_come_within_five_seconds_of_ticks),
      cmocka_unit_test(another_version_is_told_the_servers),
      cmocka_unit_test(a_room_that_is_not_here_is_refused),
      cmocka_unit_test(one_above_the_limit_is_told_that_it_is_full),
      cmocka_unit_test(who_connects_before_its_old_connection_is_gone_finds_its_place_free),
      cmocka_unit_test(places_for_the_refused_are_bounded),
      cmocka_unit_test(who_does_not_read_control_messages_is_too_slow),
      cmocka_unit_test(a_client_silent_for_ten_seconds_of_ticks_is_dropped),
      cmocka_unit_test(a_stopped_server_does_not_take_its_own_silence_for_theirs),
      cmocka_unit_test(leave_is_answered_and_stop_tells_everyone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
