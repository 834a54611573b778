/* What a server says of games that do not fit, before it listens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/games.h"

static const game_role role[9];
static const game_option beyond[] = {{"laps", "who ran so many wins", 1, 10, 20}};
static const game_role striped[] = {{"runner", 13}};

#define GOOD .name = "race", .words = "Run.", .players_min = 1

static void each_fault_is_named(void **state) {
  (void)state;
  static const struct {
    game_rules rules;
    const char *words;
  } cases[] = {
      {{.words = "Run.", .players_min = 1}, ".name is missing"},
      {{.name = "racing", .words = "Run.", .players_min = 1}, ".name is 'racing', but must be as the folder, 'race'"},
      {{.name = "race", .players_min = 1}, ".words, what the game is about, is missing"},
      {{.name = "race", .words = "Run."}, ".players_min is missing"},
      {{GOOD, .roles = role, .role_count = 9}, ".role_count is 9, but at most 8 fit"},
      {{GOOD, .role_count = 1}, ".roles and .role_count go together"},
      {{GOOD, .roles = role}, ".roles and .role_count go together"},
      {{GOOD, .roles = role, .role_count = 1}, "a role's name is missing"},
      {{GOOD, .roles = striped, .role_count = 1}, "the color of 'runner' is 13, not 0 to 12"},
      {{GOOD, .options = beyond, .option_count = 7}, ".option_count is 7, but at most 6 fit"},
      {{GOOD, .options = beyond, .option_count = 1}, "option 'laps' is 20 at first, which is not 1 to 10"},
      {{GOOD, .state_bytes = 4097}, ".state_bytes is 4097, but at most 4096 fit"},
      {{GOOD, .step = "race"}, ".step is 'race', but there is no common/games/race/step.c"},
  };
  char error[GAMES_ERROR_BYTES];
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_false(games_fit("race", &cases[i].rules, error));
    if (!strstr(error, cases[i].words) || !strstr(error, "common/games/race/game.c: "))
      fail_msg("'%s' is not in '%s'", cases[i].words, error);
  }
}

static void what_fits_is_not_complained_of(void **state) {
  (void)state;
  char error[GAMES_ERROR_BYTES];
  const game_rules least = {GOOD};
  assert_true(games_fit("race", &least, error));
  assert_true(games_check(error));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_fault_is_named),
      cmocka_unit_test(what_fits_is_not_complained_of),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
