/* server/options: which layer wins, what is refused and in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/options.h"

static options chosen;
static char error[OPTIONS_ERROR_BYTES];

/* Flags and variables as lists that end with NULL. */
static options_outcome read_options(char **flags, char **variables) {
  char *argv[16] = {"tickbox-server"};
  int argc = 1;
  for (; *flags; flags++)
    argv[argc++] = *flags;
  return options_read(&chosen, argc, argv, variables, error);
}

#define NONE ((char *[]){NULL})

static char *write_file(const char *text) {
  static char path[] = "/tmp/tickbox-options-XXXXXX";
  strcpy(path + strlen(path) - 6, "XXXXXX");
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
  close(descriptor);
  return path;
}

static void without_a_word_the_defaults_hold(void **state) {
  (void)state;
  assert_int_equal(read_options(NONE, NONE), OPTIONS_RUN);
  assert_int_equal(chosen.port, 8765);
  assert_int_equal(chosen.tick_rate, 30);
  assert_int_equal(chosen.practice_bots, 3);
  assert_string_equal(chosen.host, "");
  assert_string_equal(chosen.log_level, "info");
}

static void a_flag_takes_its_value_after_a_space_or_an_equals_sign(void **state) {
  (void)state;
  char *flags[] = {"--port=9000", "--host", "::1", "--port", "9001", NULL};
  assert_int_equal(read_options(flags, NONE), OPTIONS_RUN);
  assert_int_equal(chosen.port, 9001);
  assert_string_equal(chosen.host, "::1");
}

static void a_stall_is_a_length_and_a_period(void **state) {
  (void)state;
  char *flags[] = {"--sim-stall", "1000/10000", NULL}, *variables[] = {"TICKBOX_SIM_STALL=20/30", NULL};
  char *path = write_file("{\"sim-stall\": \"7/8\"}"), *file[] = {"--config", path, NULL};
  assert_int_equal(read_options(NONE, NONE), OPTIONS_RUN);
  assert_int_equal(chosen.sim_stall.length + chosen.sim_stall.every, 0);
  assert_int_equal(read_options(flags, variables), OPTIONS_RUN);
  assert_int_equal(chosen.sim_stall.length, 1000);
  assert_int_equal(chosen.sim_stall.every, 10000);
  assert_int_equal(read_options(file, NONE), OPTIONS_RUN);
  assert_int_equal(chosen.sim_stall.length, 7);
  assert_int_equal(chosen.sim_stall.every, 8);
  unlink(path);
}

static void a_switch_is_on_alone_and_in_the_other_layers_0_or_1(void **state) {
  (void)state;
  char *alone[] = {"--lab", "--port", "9000", NULL}, *off[] = {"--lab=0", NULL}, *variables[] = {"TICKBOX_LAB=1", NULL};
  char *path = write_file("{\"lab\": 1}"), *file[] = {"--config", path, NULL};
  assert_int_equal(read_options(NONE, NONE), OPTIONS_RUN);
  assert_int_equal(chosen.lab, 0);
  assert_int_equal(read_options(alone, NONE), OPTIONS_RUN);
  assert_int_equal(chosen.lab, 1);
  assert_int_equal(chosen.port, 9000);
  assert_int_equal(read_options(NONE, variables), OPTIONS_RUN);
  assert_int_equal(chosen.lab, 1);
  assert_int_equal(read_options(off, variables), OPTIONS_RUN);
  assert_int_equal(chosen.lab, 0);
  assert_int_equal(read_options(file, NONE), OPTIONS_RUN);
  assert_int_equal(chosen.lab, 1);
  unlink(path);
}

static void flags_go_over_variables_over_the_file(void **state) {
  (void)state;
  char *path = write_file("{\"port\": 1, \"tick-rate\": 11, \"max-clients\": 21, \"host\": \"file\"}");
  char config[64];
  snprintf(config, sizeof config, "TICKBOX_CONFIG=%s", path);
  char *variables[] = {"HOME=/", config, "TICKBOX_PORT=2", "TICKBOX_TICK_RATE=12", NULL};
  char *flags[] = {"--port", "3", NULL};
  assert_int_equal(read_options(flags, variables), OPTIONS_RUN);
  assert_int_equal(chosen.port, 3);
  assert_int_equal(chosen.tick_rate, 12);
  assert_int_equal(chosen.max_clients, 21);
  assert_string_equal(chosen.host, "file");
  unlink(path);
}

static void what_is_wrong_in_a_layer_is_said_even_if_a_higher_one_wins(void **state) {
  (void)state;
  char *variables[] = {"TICKBOX_PORT=x", NULL}, *flags[] = {"--port", "3", NULL};
  assert_int_equal(read_options(flags, variables), OPTIONS_BAD_CONFIG);
  assert_non_null(strstr(error, "TICKBOX_PORT"));
}

static void wrong_flags_are_refused_in_words(void **state) {
  (void)state;
  static const struct {
    char *flags[3];
    const char *words;
  } rows[] = {
      {{"--prt", "1"}, "the nearest is --port"},
      {{"--tickrate", "1"}, "the nearest is --tick-rate"},
      {{"--practise-bots", "1"}, "--practice-bots"},
      {{"--port"}, "needs a value"},
      {{"--port", "65536"}, "from 0 to 65535"},
      {{"--port", "+1"}, "from 0 to 65535"},
      {{"--port", ""}, "from 0 to 65535"},
      {{"--port", "1 "}, "from 0 to 65535"},
      {{"--port", "99999999999999999999"}, "65535"},
      {{"--tick-rate", "129"}, "from 10 to 128"},
      {{"--log-level", "loud"}, "debug, info, warn"},
      {{"--log-level", ""}, "debug, info, warn"},
      {{"--log-level", "info|warn"}, "debug"},
      {{"--sim-stall", "1000"}, "such as 1000/10000"},
      {{"--sim-stall", "1000/1000"}, "such as 1000/10000"},
      {{"--sim-stall", "0/1000"}, "such as 1000/10000"},
      {{"--sim-stall", "8001/9000"}, "from 1 to 8000"},
      {{"--sim-stall", "1/2/3"}, "such as 1000/10000"},
      {{"--sim-stall", "+1/2"}, "such as 1000/10000"},
      {{"--sim-stall", "1/99999999999999999999"}, "up to 3600000"},
      {{"--lab", "1"}, "there is no option 1"},
      {{"--lab=2"}, "from 0 to 1"},
      {{"--version=1"}, "takes no value"},
      {{"8765"}, "there is no option 8765"},
      {{"-h"}, "the nearest is"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *flags[] = {rows[i].flags[0], rows[i].flags[1], NULL};
    assert_int_equal(read_options(flags, NONE), OPTIONS_BAD_USAGE);
    if (!strstr(error, rows[i].words))
      fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].flags[0], error, rows[i].words);
    assert_null(strchr(error, '\n'));
  }
}

static void wrong_files_are_refused_in_words(void **state) {
  (void)state;
  static const struct {
    const char *text, *words;
  } rows[] = {
      {"{\"Port\": 1}", "the nearest is \"port\""},  {"{\"tick_rate\": 20}", "the nearest is \"tick-rate\""},
      {"{\"port\": true}", "whole number"},          {"{\"port\": 1e99}", "whole number"},
      {"{\"port\": -1}", "from 0 to 65535"},         {"{\"www\": [\"x\"]}", "text in quotes"},
      {"{\"version\": 1}", "no option \"version\""}, {"7", "not an object"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *path = write_file(rows[i].text), *flags[] = {"--config", path, NULL};
    assert_int_equal(read_options(flags, NONE), OPTIONS_BAD_CONFIG);
    unlink(path);
    if (!strstr(error, rows[i].words))
      fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].text, error, rows[i].words);
  }
}

static void an_unknown_variable_of_ours_is_refused_and_others_are_not_ours(void **state) {
  (void)state;
  char *ours[] = {"TICKBOX_PRACTICE=1", NULL}, *others[] = {"TICKBOXES=1", "PORT=1", "TICKBOX", NULL};
  assert_int_equal(read_options(NONE, ours), OPTIONS_BAD_CONFIG);
  assert_non_null(strstr(error, "TICKBOX_PRACTICE;"));
  assert_int_equal(read_options(NONE, others), OPTIONS_RUN);
}

static void help_is_asked_for_by_a_flag_alone(void **state) {
  (void)state;
  char *help[] = {"--help", NULL}, *version[] = {"--port", "1", "--version", NULL},
       *variable[] = {"TICKBOX_HELP=1", NULL};
  assert_int_equal(read_options(help, NONE), OPTIONS_HELP);
  assert_int_equal(read_options(version, NONE), OPTIONS_VERSION);
  assert_int_equal(read_options(NONE, variable), OPTIONS_BAD_CONFIG);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_a_word_the_defaults_hold),
      cmocka_unit_test(a_flag_takes_its_value_after_a_space_or_an_equals_sign),
      cmocka_unit_test(a_stall_is_a_length_and_a_period),
      cmocka_unit_test(a_switch_is_on_alone_and_in_the_other_layers_0_or_1),
      cmocka_unit_test(flags_go_over_variables_over_the_file),
      cmocka_unit_test(what_is_wrong_in_a_layer_is_said_even_if_a_higher_one_wins),
      cmocka_unit_test(wrong_flags_are_refused_in_words),
      cmocka_unit_test(wrong_files_are_refused_in_words),
      cmocka_unit_test(an_unknown_variable_of_ours_is_refused_and_others_are_not_ours),
      cmocka_unit_test(help_is_asked_for_by_a_flag_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
