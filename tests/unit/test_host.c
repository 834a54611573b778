/* The whole server on a fake clock and fake wires: joining, latest state wins, practice bots. */
#include <stdlib.h>
#include <string.h>

#include "common/replica.h"
#include "common/wander.h"
#include "tests/unit/stage.h"

static void hello_is_answered_by_welcome_map_roster_and_a_whole_frame(void **state) {
  (void)state;
  stage stage;
  peer ada;
  wire_message message;
  stage_open(&stage, NULL, 8, 0);
  stage_run(&stage, 10);
  peer_connect(&stage, &ada);
  peer_hello(&stage, &ada, "Ada", "web");
  assert_int_equal(ada.wire.count, 0); /* the tick admits */
  stage_run(&stage, 1);
  assert_true(fake_link_next(&ada.wire, &message));
  assert_ptr_equal(message.type, &wire_welcome_type);
  assert_int_equal(message.as.welcome.version, WIRE_VERSION);
  assert_int_equal(message.as.welcome.tick, 10);
  assert_int_equal(message.as.welcome.tick_rate, 30);
  uint32_t hash = message.as.welcome.map_hash, own = 0x811c9dc5;
  assert_true(fake_link_next(&ada.wire, &message));
  assert_ptr_equal(message.type, &wire_map_type);
  assert_int_equal(message.as.map.walk, 160);
  assert_int_equal(message.as.map.box, 800);
  size_t size;
  const uint8_t *bytes = fake_link_bytes(&ada.wire, &size);
  for (size_t i = 0; i < size; i++)
    own = (own ^ bytes[i]) * 0x01000193;
  assert_int_equal(hash, own);
  assert_true(fake_link_next(&ada.wire, &message));
  assert_ptr_equal(message.type, &wire_room_type);
  assert_string_equal(message.as.room.game, "roam");
  assert_true(fake_link_next(&ada.wire, &message));
  assert_ptr_equal(message.type, &wire_match_type);
  assert_true(fake_link_next(&ada.wire, &message));
  assert_ptr_equal(message.type, &wire_marks_type);
  assert_true(fake_link_next(&ada.wire, &message));
  assert_ptr_equal(message.type, &wire_roster_type);
  assert_string_equal(message.as.roster.joined.items[0].name, "Ada");
  assert_string_equal(message.as.roster.joined.items[0].kind, "web");
  assert_true(fake_link_next(&ada.wire, &message));
  assert_ptr_equal(message.type, &wire_talk_type);
  assert_string_equal(message.as.talk.lines.items[0].text, "Ada joined.");
  assert_true(fake_link_find(&ada.wire, &wire_frame_type, &message));
  assert_int_equal(message.as.frame.ticks, 1);
  assert_int_equal(message.as.frame.keyframes.items[0].bodies.count, 1);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

/* Who is named by the messages read so far. */
typedef struct {
  bool named[WIRE_BOX_ID_MAX + 1];
  uint32_t players, frames, gone;
} knowledge;

static void check_named(const knowledge *known, const wire_group_list *groups) {
  for (uint32_t i = 0; i < groups->count; i++)
    for (uint32_t k = 0; k < groups->items[i].bodies.count; k++)
      assert_true(known->named[groups->items[i].bodies.items[k].id]);
}

/* Reads all that came, and checks that nobody is shown before being named. */
static void learn(knowledge *known, peer *peer) {
  wire_message message;
  while (fake_link_next(&peer->wire, &message)) {
    if (message.type == &wire_roster_type) {
      known->players = message.as.roster.players;
      for (uint32_t i = 0; i < message.as.roster.joined.count; i++)
        known->named[message.as.roster.joined.items[i].id] = true;
      for (uint32_t i = 0; i < message.as.roster.left.count; i++)
        known->named[message.as.roster.left.items[i].id] = false;
    } else if (message.type == &wire_frame_type) {
      check_named(known, &message.as.frame.states);
      check_named(known, &message.as.frame.keyframes);
      known->gone += message.as.frame.gone.count;
      known->frames++;
    }
  }
}

static void two_hundred_who_join_at_once_are_all_named_before_they_are_shown(void **state) {
  (void)state;
  static peer peers[200];
  static knowledge first, last;
  stage stage;
  memset(&first, 0, sizeof first);
  memset(&last, 0, sizeof last);
  stage_open(&stage, NULL, 200, 0);
  peer_join(&stage, &peers[0], "Ada");
  for (int i = 1; i < 200; i++) {
    peer_connect(&stage, &peers[i]);
    peer_hello(&stage, &peers[i], "Ada", "test");
  }
  stage_run(&stage, 3);
  learn(&first, &peers[0]);
  learn(&last, &peers[199]);
  assert_int_equal(first.players, 200);
  assert_int_equal(last.players, 200);
  assert_int_equal(first.frames, 4);
  assert_int_equal(last.frames, 3);
  for (int i = 1; i < 200; i++)
    peer_disconnect(&stage, &peers[i]);
  stage_run(&stage, 1);
  learn(&first, &peers[0]);
  assert_int_equal(first.players, 1);
  assert_int_equal(first.gone, 199);
  peer_disconnect(&stage, &peers[0]);
  for (int i = 0; i < 200; i++)
    peer_free(&peers[i]);
  stage_close(&stage);
}

static void a_roster_above_its_limit_travels_in_several_messages(void **state) {
  (void)state;
  enum { CROWD = 2500 };
  static peer peers[CROWD];
  stage stage;
  wire_message message;
  uint32_t entries = 0, messages = 0;
  stage_open(&stage, stage_field, CROWD, 0);
  for (int i = 0; i < CROWD; i++) {
    peers[i] = (peer){.seq = 0};
    fake_link_init(&peers[i].wire);
    peers[i].wire.choked = true;
    peers[i].client = host_connect(stage.host, &peers[i].wire.link, stage.now);
    peer_hello(&stage, &peers[i], "Ada", "test");
    if (i % 250 == 249)
      stage_run(&stage, 1);
  }
  peer *last = &peers[CROWD - 1];
  assert_true(fake_link_find(&last->wire, &wire_roster_type, &message)); /* its own comes with the welcome */
  assert_int_equal(message.as.roster.joined.count, 1);
  last->wire.choked = false; /* others' come with the first frame that shows them */
  stage_run(&stage, 1);
  while (fake_link_find(&last->wire, &wire_roster_type, &message)) {
    assert_int_equal(message.as.roster.players, CROWD);
    entries += message.as.roster.joined.count;
    messages++;
  }
  assert_int_equal(entries, CROWD - 1);
  assert_int_equal(messages, 3);
  for (int i = 0; i < CROWD; i++)
    peer_leave(&stage, &peers[i]);
  stage_close(&stage);
}

static void a_choked_client_gets_no_frame_and_everything_whole_once_drained(void **state) {
  (void)state;
  stage stage;
  peer slow, other;
  wire_message message;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &slow, "Slow");
  peer_join(&stage, &other, "Other");
  while (fake_link_next(&slow.wire, &message))
    continue;
  slow.wire.choked = true;
  peer_input(&stage, &other, 0, BUTTON_RIGHT);
  stage_run(&stage, 25);
  assert_false(fake_link_find(&slow.wire, &wire_frame_type, &message));
  assert_int_equal(host_count(stage.host).frames_stale, 25);
  peer_leave(&stage, &other);
  stage_run(&stage, 1);
  slow.wire.choked = false;
  stage_run(&stage, 1);
  assert_true(fake_link_find(&slow.wire, &wire_roster_type, &message)); /* names are never held back */
  assert_int_equal(message.as.roster.left.items[0].id, other.id);
  assert_true(fake_link_find(&slow.wire, &wire_frame_type, &message));
  assert_int_equal(message.as.frame.ticks, 27);
  assert_int_equal(message.as.frame.keyframes.count, 1);
  assert_int_equal(message.as.frame.keyframes.items[0].bodies.count, 1);
  stage_run(&stage, 1);
  assert_true(fake_link_find(&slow.wire, &wire_frame_type, &message));
  assert_int_equal(message.as.frame.ticks, 1);
  assert_int_equal(message.as.frame.keyframes.count, 0);
  peer_leave(&stage, &slow);
  stage_close(&stage);
}

static void who_was_behind_gets_its_frame_after_all_others(void **state) {
  (void)state;
  stage stage;
  peer slow, other;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &slow, "Slow");
  peer_join(&stage, &other, "Other");
  stage_run(&stage, 2);
  assert_true(slow.wire.turn < other.wire.turn);
  slow.wire.choked = true;
  stage_run(&stage, 3);
  slow.wire.choked = false;
  uint32_t sent = slow.wire.count;
  stage_run(&stage, 1);
  assert_int_equal(slow.wire.count, sent + 1);
  assert_true(slow.wire.turn > other.wire.turn);
  stage_run(&stage, 1);
  assert_true(slow.wire.turn < other.wire.turn);
  assert_int_equal(host_count(stage.host).frames_stale, 3);
  peer_leave(&stage, &slow);
  peer_leave(&stage, &other);
  stage_close(&stage);
}

static void resync_is_answered_by_the_cell_whole(void **state) {
  (void)state;
  stage stage;
  peer ada;
  wire_message message;
  wire_resync resync = {0}, elsewhere = {65535};
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  while (fake_link_next(&ada.wire, &message))
    continue;
  peer_send(&stage, &ada, &wire_resync_type, &elsewhere);
  stage_run(&stage, 1);
  assert_true(fake_link_next(&ada.wire, &message));
  assert_int_equal(message.as.frame.keyframes.count, 0);
  peer_send(&stage, &ada, &wire_resync_type, &resync);
  stage_run(&stage, 1);
  assert_true(fake_link_next(&ada.wire, &message));
  assert_int_equal(message.as.frame.keyframes.count, 1);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void whoever_asks_for_resync_all_the_time_is_answered_twice_a_second(void **state) {
  (void)state;
  stage stage;
  peer ada;
  wire_message message;
  wire_resync resync = {0};
  uint32_t whole = 0;
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  stage_run(&stage, 1);
  while (fake_link_next(&ada.wire, &message))
    continue;
  for (int tick = 0; tick < 60; tick++) {
    for (int again = 0; again < 5; again++)
      peer_send(&stage, &ada, &wire_resync_type, &resync);
    stage_run(&stage, 1);
    while (fake_link_next(&ada.wire, &message))
      whole += message.as.frame.keyframes.count;
  }
  assert_int_equal(whole, 4);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static void ping_is_answered_at_once(void **state) {
  (void)state;
  stage stage;
  peer ada;
  wire_message message;
  wire_ping ping = {123456789};
  stage_open(&stage, stage_field, 8, 0);
  peer_join(&stage, &ada, "Ada");
  peer_send(&stage, &ada, &wire_ping_type, &ping);
  assert_true(fake_link_find(&ada.wire, &wire_pong_type, &message));
  assert_int_equal(message.as.pong.time, 123456789);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

static uint32_t practice(const stage *stage) {
  return host_count(stage->host).practice_bots;
}

static void practice_bots_keep_one_human_company_and_leave_as_others_join(void **state) {
  (void)state;
  stage stage;
  peer humans[4], bot;
  stage_open(&stage, NULL, 8, 3);
  stage_run(&stage, 2);
  assert_int_equal(practice(&stage), 0);
  peer_connect(&stage, &bot);
  peer_hello(&stage, &bot, "Bot", "bot");
  stage_run(&stage, 2);
  assert_int_equal(practice(&stage), 0);
  peer_leave(&stage, &bot);
  for (uint32_t i = 0; i < 4; i++) {
    peer_join(&stage, &humans[i], "");
    stage_run(&stage, 1);
    assert_int_equal(practice(&stage), 3 - i);
  }
  for (uint32_t i = 3; i > 0; i--)
    peer_leave(&stage, &humans[i]);
  stage_run(&stage, 2);
  assert_int_equal(practice(&stage), 3);
  peer_leave(&stage, &humans[0]);
  stage_run(&stage, 2);
  assert_int_equal(practice(&stage), 0);
  assert_int_equal(host_world(stage.host)->count, 0);
  stage_close(&stage);
}

static void practice_bots_wander(void **state) {
  (void)state;
  stage stage;
  peer ada;
  int64_t moved = 0;
  stage_open(&stage, NULL, 8, 3);
  peer_join(&stage, &ada, "Ada");
  const world *world = host_world(stage.host);
  for (int i = 0; i < 90; i++) {
    sim_body before = world->boxes[world->ids[1]].body;
    stage_run(&stage, 1);
    const sim_body *after = &world->boxes[world->ids[1]].body;
    moved += abs(after->x - before.x) + abs(after->y - before.y);
  }
  assert_true(moved > 100 * WIRE_SUBUNITS);
  peer_leave(&stage, &ada);
  stage_close(&stage);
}

/* A replica fed by a peer's wire, with the memory that it works in. */
typedef struct {
  void *memory, *ground;
  replica *replica;
} copy;

static void feed(copy *copy, peer *peer, int64_t now) {
  wire_message message;
  while (fake_link_next(&peer->wire, &message)) {
    if (message.type == &wire_welcome_type) {
      replica_welcome(copy->replica, &message.as.welcome, 0, now);
    } else if (message.type == &wire_map_type) {
      size_t bytes = sim_map_bytes(&message.as.map);
      copy->ground = malloc(bytes);
      replica_set_map(copy->replica, &message.as.map, sim_map_init(copy->ground, bytes, &message.as.map), sim_step);
    } else if (message.type == &wire_frame_type) {
      replica_apply_frame(copy->replica, &message.as.frame, now);
    }
  }
}

static void check_same_world(const copy *copy, const world *world) {
  assert_int_equal(replica_stats(copy->replica)->boxes, world->count);
  for (uint32_t i = 0; i < world->count; i++) {
    sim_body body;
    uint32_t buttons;
    assert_true(replica_find(copy->replica, world->ids[i], &body, &buttons));
    assert_memory_equal(&body, &world->boxes[world->ids[i]].body, sizeof body);
    assert_int_equal(buttons, world->boxes[world->ids[i]].buttons);
  }
}

static void a_replica_fed_by_frames_alone_has_the_servers_world(void **state) {
  (void)state;
  enum { CROWD = 20, TICKS = 900 };
  static peer peers[CROWD], watcher;
  replica_limits limits = {.boxes = 64, .history = 64};
  stage stage;
  copy copy = {.memory = malloc(replica_bytes(&limits))};
  uint32_t random = 5;
  copy.replica = replica_init(copy.memory, replica_bytes(&limits), &limits);
  stage_open(&stage, NULL, 64, 3);
  peer_connect(&stage, &watcher);
  peer_hello(&stage, &watcher, "Watcher", "test");
  stage_run(&stage, 1);
  for (int i = 0; i < CROWD; i++)
    peer_join(&stage, &peers[i], "");
  struct world *world = host_world(stage.host);
  for (int tick = 0; tick < TICKS; tick++) {
    uint32_t who = wander_random(&random) % CROWD;
    if (tick % 100 == 50) {
      peer_leave(&stage, &peers[who]);
      peer_connect(&stage, &peers[who]);
      peer_hello(&stage, &peers[who], "Again", "test");
    } else if (peers[who].wire.count > 0) {
      peer_input(&stage, &peers[who], stage_tick(&stage) + tick % 12, wander_random(&random) % 16);
    }
    if (tick % 37 == 0)
      world_push(world, world->ids[who % world->count], 700, -300);
    for (int i = 0; tick % 100 == 0 && i < CROWD; i++)
      peer_send(&stage, &peers[i], &wire_ping_type, &(wire_ping){1});
    peer_input(&stage, &watcher, 0, BUTTON_UP);
    watcher.wire.choked = tick % 200 > 180;
    stage_run(&stage, 1);
    feed(&copy, &watcher, stage.now);
    if (!watcher.wire.choked)
      check_same_world(&copy, world);
  }
  assert_true(replica_stats(copy.replica)->checks >= TICKS / 30 - 10);
  assert_int_equal(replica_stats(copy.replica)->desyncs, 0);
  for (int i = 0; i < CROWD; i++)
    peer_leave(&stage, &peers[i]);
  peer_leave(&stage, &watcher);
  stage_close(&stage);
  free(copy.ground);
  free(copy.memory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hello_is_answered_by_welcome_map_roster_and_a_whole_frame),
      cmocka_unit_test(two_hundred_who_join_at_once_are_all_named_before_they_are_shown),
      cmocka_unit_test(a_roster_above_its_limit_travels_in_several_messages),
      cmocka_unit_test(a_choked_client_gets_no_frame_and_everything_whole_once_drained),
      cmocka_unit_test(who_was_behind_gets_its_frame_after_all_others),
      cmocka_unit_test(resync_is_answered_by_the_cell_whole),
      cmocka_unit_test(whoever_asks_for_resync_all_the_time_is_answered_twice_a_second),
      cmocka_unit_test(ping_is_answered_at_once),
      cmocka_unit_test(practice_bots_keep_one_human_company_and_leave_as_others_join),
      cmocka_unit_test(practice_bots_wander),
      cmocka_unit_test(a_replica_fed_by_frames_alone_has_the_servers_world),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
