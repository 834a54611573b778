/* A bot as a member of a room: what it says in which state of the match, and what it keeps of the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/games/steps.h"
#include "common/gen/tables.h"
#include "tests/bots/member.h"

enum { OWN = 5, OTHER = 9, SECOND = 1000000 };

static member bot;
static party room;
static member_options host_options;
static int64_t now;
static wire_any said;

static int begin(void **state) {
  (void)state;
  now = 50 * SECOND;
  bot = (member){0};
  room = (party){.number = 1, .size = 2, .come = 2};
  host_options = (member_options){.count = 0};
  member_seated(&bot, OWN);
  member_take_room(&bot, &(wire_room){.game = "tag"});
  return 0;
}

static int finish(void **state) {
  (void)state;
  member_free(&bot);
  return 0;
}

static void stand(uint32_t id, uint32_t flags, uint32_t role, uint32_t victories) {
  wire_standing standing = {.id = id, .flags = flags, .role = role, .victories = victories};
  member_take_roster(&bot, &(wire_roster){.standings = {&standing, 1}}, &room, true);
}

static void match(uint32_t phase, uint32_t number) {
  member_take_match(&bot, &(wire_match){.phase = phase, .number = number}, &room, true);
}

static const wire_type *wish(void) {
  return member_wish(&bot, &room, &host_options, now, &said);
}

static void it_is_ready_when_all_have_come_and_says_so_once(void **state) {
  (void)state;
  stand(OTHER, SEAT_HOST, 0, 0);
  stand(OWN, 0, 0, 0);
  room.come = 1;
  assert_null(wish());
  room.come = 2;
  assert_ptr_equal(wish(), &wire_ready_type);
  assert_int_equal(said.ready.on, 1);
  assert_null(wish());
  stand(OWN, SEAT_READY, 0, 0);
  now += 10 * SECOND;
  assert_null(wish());
}

static void it_says_so_again_if_that_had_no_effect(void **state) {
  (void)state;
  stand(OTHER, SEAT_HOST, 0, 0);
  stand(OWN, 0, 0, 0);
  assert_ptr_equal(wish(), &wire_ready_type);
  now += 2 * SECOND;
  assert_ptr_equal(wish(), &wire_ready_type);
}

static void the_host_sets_the_options_first_and_starts_last(void **state) {
  (void)state;
  host_options = (member_options){.list = {{.name = "seconds", .value = 20}, {.name = "infection"}}, .count = 2};
  stand(OWN, SEAT_HOST, 0, 0);
  assert_ptr_equal(wish(), &wire_option_type);
  assert_string_equal(said.option.name, "seconds");
  assert_int_equal(said.option.value, 20);
  now += SECOND;
  assert_ptr_equal(wish(), &wire_option_type);
  assert_string_equal(said.option.name, "infection");
  now += SECOND;
  assert_ptr_equal(wish(), &wire_ready_type);
  stand(OWN, SEAT_HOST | SEAT_READY, 0, 0);
  now += SECOND;
  assert_ptr_equal(wish(), &wire_start_type);
}

/* If all were ready before the host has set its options, the match would begin without them. */
static void it_is_not_ready_before_it_knows_who_is_host(void **state) {
  (void)state;
  stand(OWN, 0, 0, 0);
  stand(OTHER, 0, 0, 0);
  assert_null(wish());
  stand(OTHER, SEAT_HOST, 0, 0);
  assert_ptr_equal(wish(), &wire_ready_type);
}

static void who_watches_is_never_ready_but_may_start_as_host(void **state) {
  (void)state;
  stand(OTHER, SEAT_HOST, 0, 0);
  stand(OWN, SEAT_WATCHING, 0, 0);
  assert_null(wish());
  stand(OWN, SEAT_WATCHING | SEAT_HOST, 0, 0);
  now += 2 * SECOND;
  assert_ptr_equal(wish(), &wire_start_type);
}

static void while_a_match_runs_or_in_a_sandbox_it_wishes_nothing(void **state) {
  (void)state;
  stand(OWN, SEAT_HOST, 0, 0);
  match(PHASE_PLAYING, 1);
  assert_null(wish());
  match(PHASE_RESULTS, 1);
  assert_null(wish());
  match(PHASE_WAITING, 1);
  assert_ptr_equal(wish(), &wire_ready_type);
  now += 2 * SECOND;
  member_take_room(&bot, &(wire_room){.game = "roam", .sandbox = 1});
  assert_null(wish());
}

static void a_match_counts_once_and_only_when_it_had_an_end(void **state) {
  (void)state;
  match(PHASE_PLAYING, 1);
  match(PHASE_WAITING, 1); /* stopped */
  assert_int_equal(room.matches, 0);
  match(PHASE_RESULTS, 2);
  match(PHASE_RESULTS, 2); /* told again */
  match(PHASE_RESULTS, 3);
  assert_int_equal(room.matches, 2);
}

static void winners_are_those_whose_victories_grow(void **state) {
  (void)state;
  stand(OWN, 0, 0, 0);
  stand(OTHER, 0, 0, 4); /* won before we came */
  assert_int_equal(room.winners, 0);
  stand(OTHER, SEAT_WON, 0, 5);
  stand(OWN, 0, 0, 0);
  assert_int_equal(room.winners, 1);
  stand(OWN, SEAT_WON, 0, 1);
  assert_int_equal(room.winners, 2);
}

static void roles_are_seen_on_those_who_play(void **state) {
  (void)state;
  stand(OTHER, 0, 2, 0);
  assert_int_equal(bot.roles_seen, 0);
  stand(OWN, SEAT_PLAYS, 0, 0);
  stand(OTHER, SEAT_PLAYS, 1, 0);
  assert_int_equal(bot.roles_seen, 3);
}

static void who_left_is_forgotten(void **state) {
  (void)state;
  for (uint32_t id = 1; id <= 40; id++)
    stand(id, 0, 0, 0);
  wire_leaver left[] = {{7}, {40}, {99}};
  member_take_roster(&bot, &(wire_roster){.left = {left, 3}}, &room, true);
  assert_int_equal(bot.standing_count, 38);
}

/* A world with two boxes, of which the other stands to the left of the own one. */
static replica *make_world(void) {
  static const wire_map map = {
      .step = "tag", .width = 16000, .height = 16000, .cell = 16000, .box = 800, .walk = 160, .walk_diagonal = 113};
  static const wire_body bodies[] = {{.id = OWN, .x = 8000, .y = 8000}, {.id = OTHER, .x = 6000, .y = 8000}};
  static const wire_group keyframes[] = {{.cell = 0, .bodies = {bodies, 2}}};
  static _Alignas(8) uint8_t memory[1 << 20], ground_memory[1 << 16];
  replica_limits limits = {.boxes = 8, .history = 2};
  assert_true(replica_bytes(&limits) <= sizeof memory && sim_map_bytes(&map) <= sizeof ground_memory);
  replica *made = replica_init(memory, sizeof memory, &limits);
  const sim_map *ground = sim_map_init(ground_memory, sizeof ground_memory, &map);
  replica_welcome(made, &(wire_welcome){.id = OWN, .tick = 100, .tick_rate = 30}, 0, now);
  assert_true(replica_set_map(made, &map, ground, step_still));
  replica_apply_frame(made, &(wire_frame){.ticks = 1, .keyframes = {keyframes, 1}}, now);
  member_take_map(&bot, &map, ground);
  return made;
}

/* By tag's own mind: a runner does not run to the left, into the chaser; a chaser does, if the other runs. */
static void in_a_match_it_plays_as_the_games_own_mind_does(void **state) {
  (void)state;
  replica *world = make_world();
  wander mind = wander_init(1);
  stand(OWN, SEAT_PLAYS, 1, 0);
  stand(OTHER, SEAT_PLAYS, 0, 0);
  assert_false(member_plays(&bot));
  match(PHASE_PLAYING, 1);
  assert_true(member_plays(&bot));
  assert_true(member_think(&bot, world, &mind, 30) & BUTTON_LEFT);
  mind = wander_init(1);
  stand(OWN, SEAT_PLAYS, 0, 0);
  stand(OTHER, SEAT_PLAYS, 1, 0);
  assert_false(member_think(&bot, world, &mind, 30) & BUTTON_LEFT);
}

static void who_is_out_or_only_watches_does_not_play(void **state) {
  (void)state;
  make_world();
  match(PHASE_PLAYING, 1);
  stand(OWN, SEAT_PLAYS | SEAT_OUT, 0, 0);
  assert_false(member_plays(&bot));
  stand(OWN, SEAT_WATCHING, 0, 0);
  assert_false(member_plays(&bot));
}

#define MEMBER_TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int main(void) {
  const struct CMUnitTest tests[] = {
      MEMBER_TEST(it_is_ready_when_all_have_come_and_says_so_once),
      MEMBER_TEST(it_says_so_again_if_that_had_no_effect),
      MEMBER_TEST(the_host_sets_the_options_first_and_starts_last),
      MEMBER_TEST(it_is_not_ready_before_it_knows_who_is_host),
      MEMBER_TEST(who_watches_is_never_ready_but_may_start_as_host),
      MEMBER_TEST(while_a_match_runs_or_in_a_sandbox_it_wishes_nothing),
      MEMBER_TEST(a_match_counts_once_and_only_when_it_had_an_end),
      MEMBER_TEST(winners_are_those_whose_victories_grow),
      MEMBER_TEST(roles_are_seen_on_those_who_play),
      MEMBER_TEST(who_left_is_forgotten),
      MEMBER_TEST(in_a_match_it_plays_as_the_games_own_mind_does),
      MEMBER_TEST(who_is_out_or_only_watches_does_not_play),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
