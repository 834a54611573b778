/* What the native client knows of the room: it outlives the bytes of the messages that told it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client-sdl/room.h"
#include "client-sdl/roster.h"
#include "common/gen/tables.h"

enum { SECOND = 1000000 };

static room here;

static int begin(void **state) {
  (void)state;
  room_clear(&here);
  return 0;
}

/* Sends it through the codec, whose memory is then overwritten. */
static void tell(const wire_type *type, const void *told, int64_t now) {
  static uint8_t bytes[WIRE_SERVER_BYTES_MAX], memory[WIRE_ARENA_BYTES(WIRE_SERVER_BYTES_MAX)];
  wire_buffer out = {.bytes = bytes, .capacity = sizeof(bytes)};
  wire_arena arena = {.memory = memory, .capacity = sizeof(memory)};
  static wire_message message;
  assert_true(wire_encode(&out, type, told));
  assert_int_equal(wire_decode(out.bytes, out.size, WIRE_FROM_SERVER, &arena, &message), WIRE_OK);
  assert_true(room_apply(&here, &message, now));
  memset(memory, 0xee, sizeof(memory));
  memset(bytes, 0xee, sizeof(bytes));
}

static void tell_tag(uint32_t phase) {
  const wire_role roles[] = {{"runner", 12}, {"chaser", 1}};
  const wire_team teams[] = {{"Red", 1, 0}, {"Blue", 0, 0}};
  const wire_team points[] = {{"Red", 1, 4}, {"Blue", 0, 9}};
  const wire_room told = {
      .code = "K7QX", .game = "tag", .members_max = 8, .players_min = 2, .roles = {roles, 2}, .teams = {teams, 2}};
  const wire_match match = {.phase = phase, .until = 600, .number = 1, .teams = {points, phase ? 2 : 0}};
  tell(&wire_room_type, &told, 0);
  tell(&wire_match_type, &match, 0);
}

static void roles_and_teams_are_kept_beyond_their_message(void **state) {
  (void)state;
  tell_tag(PHASE_WAITING);
  assert_string_equal(here.info.code, "K7QX");
  assert_string_equal(room_role(&here, 1)->name, "chaser");
  assert_int_equal(room_role(&here, 0)->color, 12);
  assert_null(room_role(&here, 2));
  assert_string_equal(room_team(&here, 2)->name, "Blue");
  assert_null(room_team(&here, 0));
  assert_null(room_team(&here, 3));
}

static void a_match_tells_the_teams_points(void **state) {
  (void)state;
  tell_tag(PHASE_PLAYING);
  assert_int_equal(room_team(&here, 1)->score, 4);
  assert_int_equal(room_team(&here, 2)->score, 9);
  assert_int_equal(room_team_count(&here), 2);
}

static void parts_are_shown_from_the_countdown_on_and_never_in_a_sandbox(void **state) {
  (void)state;
  assert_false(room_has_parts(&here));
  tell_tag(PHASE_WAITING);
  assert_false(room_has_parts(&here));
  tell_tag(PHASE_COUNTDOWN);
  assert_true(room_has_parts(&here));
  const wire_room sandbox = {.code = "general", .game = "roam", .sandbox = 1, .members_max = 8};
  tell(&wire_room_type, &sandbox, 0);
  assert_false(room_has_parts(&here));
}

static void seconds_are_rounded_up_and_end_at_none(void **state) {
  (void)state;
  assert_int_equal(room_seconds_left(&here, 1, 30), -1);
  tell_tag(PHASE_PLAYING);
  assert_int_equal(room_seconds_left(&here, 0, 30), 20);
  assert_int_equal(room_seconds_left(&here, 1, 30), 20);
  assert_int_equal(room_seconds_left(&here, 570, 30), 1);
  assert_int_equal(room_seconds_left(&here, 600, 30), 0);
  assert_int_equal(room_seconds_left(&here, 700, 30), 0);
}

static void an_event_is_shown_for_a_moment_and_fades(void **state) {
  (void)state;
  const wire_event event = {"Ada caught Bob."};
  uint8_t faded = 9;
  assert_null(room_event(&here, 0, &faded));
  tell(&wire_event_type, &event, SECOND);
  assert_string_equal(room_event(&here, SECOND, &faded), "Ada caught Bob.");
  assert_int_equal(faded, 0);
  assert_non_null(room_event(&here, SECOND + ROOM_EVENT_US - ROOM_EVENT_FADE_US / 2, &faded));
  assert_in_range(faded, 120, 135);
  assert_null(room_event(&here, SECOND + ROOM_EVENT_US, &faded));
}

static void marks_and_lists_replace_those_before(void **state) {
  (void)state;
  const wire_mark marks[] = {{0, 0, 16, 16, 12, "hill"}, {32, 32, 16, 16, 1, ""}};
  const wire_listed rooms[] = {{.code = "general", .members_max = 9}, {.code = "K7QX", .members_max = 9}};
  const wire_someone people[] = {{7, "Ada", "K7QX"}};
  tell(&wire_marks_type, &(wire_marks){{marks, 2}}, 0);
  assert_int_equal(here.marks.marks.count, 2);
  assert_string_equal(here.marks.marks.items[0].words, "hill");
  tell(&wire_marks_type, &(wire_marks){{NULL, 0}}, 0);
  assert_int_equal(here.marks.marks.count, 0);
  tell(&wire_rooms_type, &(wire_rooms){{rooms, 2}}, 0);
  assert_string_equal(here.rooms.rooms.items[1].code, "K7QX");
  tell(&wire_people_type, &(wire_people){40, {people, 1}}, 0);
  assert_int_equal(here.people.count, 40);
  assert_string_equal(here.people.people.items[0].name, "Ada");
}

/* --- the roster's standings ---------------------------------------------------------------------------------- */

static void standings_belong_to_those_who_are_here(void **state) {
  (void)state;
  roster *roster = roster_create();
  const wire_player players[] = {{.id = 3, .name = "Ada", .person = 70}, {.id = 9, .name = "Bob", .person = 71}};
  const wire_standing standings[] = {{3, SEAT_HOST | SEAT_READY, 1, 2, -5, 4}, {8, SEAT_HOST, 0, 0, 0, 0}};
  const wire_leaver left[] = {{3}};
  uint32_t cursor = 0;
  roster_apply(roster, &(wire_roster){2, {players, 2}, {NULL, 0}, {standings, 2}});
  assert_int_equal(roster_standing(roster, 3).score, -5);
  assert_int_equal(roster_standing(roster, 3).victories, 4);
  assert_true(roster_is(roster, 3, SEAT_READY));
  assert_false(roster_is(roster, 8, SEAT_HOST)); /* nobody of that id was told */
  assert_int_equal(roster_standing(roster, 9).flags, 0);
  assert_int_equal(roster_next(roster, &cursor)->id, 3);
  assert_int_equal(roster_next(roster, &cursor)->id, 9);
  assert_null(roster_next(roster, &cursor));
  assert_int_equal(roster_of_person(roster, 71)->id, 9);
  roster_apply(roster, &(wire_roster){1, {NULL, 0}, {left, 1}, {NULL, 0}});
  assert_null(roster_find(roster, 3));
  assert_null(roster_of_person(roster, 70));
  roster_apply(roster, &(wire_roster){2, {players, 2}, {NULL, 0}, {NULL, 0}});
  assert_int_equal(roster_standing(roster, 3).flags, 0); /* who comes anew does not inherit */
  roster_destroy(roster);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(roles_and_teams_are_kept_beyond_their_message, begin),
      cmocka_unit_test_setup(a_match_tells_the_teams_points, begin),
      cmocka_unit_test_setup(parts_are_shown_from_the_countdown_on_and_never_in_a_sandbox, begin),
      cmocka_unit_test_setup(seconds_are_rounded_up_and_end_at_none, begin),
      cmocka_unit_test_setup(an_event_is_shown_for_a_moment_and_fades, begin),
      cmocka_unit_test_setup(marks_and_lists_replace_those_before, begin),
      cmocka_unit_test_setup(standings_belong_to_those_who_are_here, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
