/* The command line of tickbox-bots. */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/bots/options.h"

static options found;

/* Parses words separated by spaces. */
static bool parse(const char *line) {
  static char copy[1024];
  char *words[32] = {"tickbox-bots"};
  int count = 1;
  strcpy(copy, line);
  for (char *rest, *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
    words[count++] = word;
  optind = 0; /* getopt begins anew */
  return options_parse(&found, count, words);
}

static void without_words_bots_wander_in_general_and_all_are_checked(void **state) {
  (void)state;
  assert_true(parse(""));
  assert_int_equal(found.bots, 20);
  assert_int_equal(found.check, 100);
  assert_int_equal(found.rooms, 0);
  assert_string_equal(found.room, "");
  assert_string_equal(found.kinds[0], "bot");
  assert_int_equal(found.kind_count, 1);
  assert_null(found.dump);
}

static void rooms_games_options_and_kinds_are_taken(void **state) {
  (void)state;
  assert_true(parse("--bots 30 --rooms 3 --game roam --options seconds=20,infection=-1 --kinds web,display --chat 6 "
                    "--reconnect 5 --check 25 --dump /tmp/frames"));
  assert_int_equal(found.rooms, 3);
  assert_string_equal(found.game, "roam");
  assert_int_equal(found.host.count, 2);
  assert_string_equal(found.host.list[0].name, "seconds");
  assert_int_equal(found.host.list[0].value, 20);
  assert_int_equal(found.host.list[1].value, -1);
  assert_int_equal(found.kind_count, 2);
  assert_string_equal(found.kinds[1], "display");
  assert_int_equal(found.chat, 6);
  assert_int_equal(found.reconnect, 5);
  assert_int_equal(found.check, 25);
  assert_string_equal(found.dump, "/tmp/frames");
}

static void poor_readers_are_taken_and_leave_time_to_catch_up(void **state) {
  (void)state;
  assert_true(parse("--bots 7 --stalled 3 --slow 3 --seconds 11"));
  assert_int_equal(found.stalled, 3);
  assert_int_equal(found.slow, 3);
  assert_int_equal(found.stall, 8);
  assert_true(parse("--slow 3 --stall 4 --seconds 7"));
  assert_int_equal(found.stall, 4);
}

static void what_makes_no_sense_is_refused(void **state) {
  (void)state;
  static const char *const refused[] = {
      "--bots 0",
      "--bots many",
      "--check 0",
      "--check 101",
      "--rooms 0",
      "--bots 3 --rooms 4",
      "--bots 9 --rooms 3 --room ABCD",
      "--check 50 --behaviour cheat-flood",
      "--game chess",
      "--options seconds",
      "--options seconds=",
      "--options =3",
      "--options seconds=3x",
      "--options seconds=99999999999",
      "--options a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1",
      "--kinds a,b,c,d,e,f,g,h,i",
      "--room a-word-that-is-longer-than-any-word-may-be",
      "--chat 61",
      "--behaviour fly",
      "--stalled 3 --stall 10 --seconds 20",
      "--bots 6 --stalled 3 --slow 3 --seconds 20",
      "--stalled 3 --seconds 10",
      "--slow 3 --stall 8 --seconds 10",
      "--stalled 3 --seconds 20 --reconnect 5",
      "--stalled 3 --seconds 20 --behaviour cheat-flood",
      "--url nonsense://",
      "left over",
  };
  FILE *kept = stderr;
  stderr = fopen("/dev/null", "w"); /* a refusal says why: not here */
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    if (parse(refused[i]))
      fail_msg("taken: %s", refused[i]);
  fclose(stderr);
  stderr = kept;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_words_bots_wander_in_general_and_all_are_checked),
      cmocka_unit_test(rooms_games_options_and_kinds_are_taken),
      cmocka_unit_test(poor_readers_are_taken_and_leave_time_to_catch_up),
      cmocka_unit_test(what_makes_no_sense_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
