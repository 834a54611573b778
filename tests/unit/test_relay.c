/* server/relay: who gets a relayed message, and what a display may report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/relay.h"

static const struct {
  uint32_t id;
  const char *kind;
} members[] = {{1, "display"}, {2, "controller"}, {3, "controller"}, {4, "robot-arm"}};
enum { MEMBERS = sizeof members / sizeof *members };

/* A bit for every member that gets it. */
static uint32_t reached(const wire_relay *relay, uint32_t from) {
  uint32_t bits = 0;
  for (int i = 0; i < MEMBERS; i++)
    if (relay_reaches(relay, from, members[i].id, members[i].kind))
      bits |= 1u << members[i].id;
  return bits;
}

static void a_message_reaches_one_a_kind_or_all_others(void **state) {
  (void)state;
  const struct {
    wire_relay relay;
    uint32_t from, reached;
  } rows[] = {
      {{.to = 3}, 1, 1 << 3},
      {{.to = 3, .kind = "display"}, 1, 1 << 3}, /* one by id, whatever its kind */
      {{.to = 2}, 2, 1 << 2},                    /* itself, by name */
      {{.to = 9}, 1, 0},
      {{.kind = "controller"}, 1, 1 << 2 | 1 << 3},
      {{.kind = "controller"}, 2, 1 << 3},
      {{.kind = "display"}, 2, 1 << 1},
      {{.kind = "display"}, 1, 0},
      {{.kind = "robot"}, 1, 0},
      {{.kind = ""}, 1, 1 << 2 | 1 << 3 | 1 << 4},
      {{.kind = ""}, 4, 1 << 1 | 1 << 2 | 1 << 3},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_int_equal(reached(&rows[i].relay, rows[i].from), rows[i].reached);
}

static void only_a_display_reports(void **state) {
  (void)state;
  const wire_report report = {.phase = PHASE_PLAYING};
  assert_null(relay_fault(&report, "display", 0, 0));
  assert_non_null(relay_fault(&report, "controller", 0, 0));
  assert_non_null(relay_fault(&report, "", 0, 0));
  assert_non_null(relay_fault(&report, "displays", 0, 0));
}

static void a_standing_names_roles_and_teams_that_are_there(void **state) {
  (void)state;
  static const wire_role roles[3] = {{.name = "pilot"}, {.name = "gunner"}, {.name = "cook"}};
  static const wire_team teams[1] = {{.name = "Crew"}};
  const struct {
    wire_standing standing;
    uint32_t brings_roles, brings_teams, has_roles, has_teams;
    bool right;
  } rows[] = {
      {{.id = 1}, 0, 0, 0, 0, true},
      {{.id = 1, .role = 1}, 0, 0, 0, 0, false},
      {{.id = 1, .role = 1}, 0, 0, 1, 0, false},
      {{.id = 1, .role = 1}, 0, 0, 2, 0, true},
      {{.id = 1, .role = 2}, 3, 0, 1, 0, true},
      {{.id = 1, .role = 3}, 3, 0, 8, 0, false}, /* those that it brings take the place of the room's */
      {{.id = 1, .team = 1}, 0, 0, 0, 0, false},
      {{.id = 1, .team = 1}, 0, 0, 0, 1, true},
      {{.id = 1, .team = 1}, 0, 1, 0, 0, true},
      {{.id = 1, .team = 2}, 0, 1, 0, 2, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const wire_standing standings[2] = {{.id = 7}, rows[i].standing};
    const wire_report report = {
        .standings = {standings, 2}, .roles = {roles, rows[i].brings_roles}, .teams = {teams, rows[i].brings_teams}};
    const char *fault = relay_fault(&report, "display", rows[i].has_roles, rows[i].has_teams);
    assert_int_equal(fault == NULL, rows[i].right);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_reaches_one_a_kind_or_all_others),
      cmocka_unit_test(only_a_display_reports),
      cmocka_unit_test(a_standing_names_roles_and_teams_that_are_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
