/* server/talk: one order, nothing lost, nothing told twice, and private is private. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/talk.h"

enum { ADA = 1, BEN = 2, CLEO = 3, EVERYBODY_MAX = 4000 };

typedef struct {
  talk room, lobby;
  uint8_t *memory[2];
  const talk *logs[2];
  uint32_t next_id;
} table;

/* The memory is exactly what the log may use, so that the sanitizer sees every byte beyond. */
static int start(void **state) {
  table *table = calloc(1, sizeof *table);
  table->next_id = 1;
  for (int i = 0; i < 2; i++)
    table->memory[i] = malloc(TALK_BYTES);
  table->room = talk_start(table->memory[0], &table->next_id);
  table->lobby = talk_start(table->memory[1], &table->next_id);
  table->logs[0] = &table->room;
  table->logs[1] = &table->lobby;
  *state = table;
  return 0;
}

static int stop(void **state) {
  table *table = *state;
  free(table->memory[0]);
  free(table->memory[1]);
  free(table);
  return 0;
}

static uint32_t say(talk *talk, uint32_t channel, uint32_t person, uint32_t to, const char *text) {
  wire_line line = {.channel = channel, .person = person, .to = to, .time = 1000 + *talk->next_id};
  snprintf(line.name, sizeof line.name, "person %u", person);
  snprintf(line.text, sizeof line.text, "%s", text);
  return talk_add(talk, &line);
}

static wire_line told[EVERYBODY_MAX];

static void a_line_comes_back_as_it_was_said(void **state) {
  table *table = *state;
  wire_line line = {.channel = CHANNEL_DIRECT, .person = ADA, .to = BEN, .time = UINT32_MAX};
  memset(line.name, 'n', WIRE_NAME_BYTES_MAX);
  memset(line.text, 't', WIRE_TALK_BYTES_MAX);
  line.id = talk_add(&table->lobby, &line);
  assert_int_equal(line.id, 1);
  assert_int_equal(talk_after(table->logs, 2, 0, BEN, 10, told), 1);
  assert_memory_equal(&told[0], &line, sizeof line);
  const wire_line from_server = {.channel = CHANNEL_ROOM, .text = "Ada came."};
  assert_int_equal(talk_add(&table->room, &from_server), 2);
  assert_int_equal(talk_after(table->logs, 2, 1, BEN, 10, told), 1);
  assert_string_equal(told[0].name, "");
  assert_string_equal(told[0].text, "Ada came.");
}

static void two_logs_are_told_in_one_order(void **state) {
  table *table = *state;
  for (int i = 0; i < 200; i++)
    say(i % 3 ? &table->room : &table->lobby, i % 3 ? CHANNEL_ROOM : CHANNEL_LOBBY, ADA, 0, "hello");
  assert_int_equal(talk_after(table->logs, 2, 0, BEN, EVERYBODY_MAX, told), 200);
  for (uint32_t i = 0; i < 200; i++)
    assert_int_equal(told[i].id, i + 1);
}

static void a_direct_line_is_for_its_two_people_only(void **state) {
  table *table = *state;
  const uint32_t id = say(&table->lobby, CHANNEL_DIRECT, ADA, BEN, "secret");
  static const struct {
    uint32_t person;
    bool sees;
  } rows[] = {{ADA, true}, {BEN, true}, {CLEO, false}, {UINT32_MAX, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const wire_line line = {.id = id, .channel = CHANNEL_DIRECT, .person = ADA, .to = BEN};
    assert_int_equal(talk_may_see(&line, rows[i].person), rows[i].sees);
    assert_int_equal(talk_after(table->logs, 2, 0, rows[i].person, 10, told), rows[i].sees);
  }
  const wire_line open = {.channel = CHANNEL_LOBBY, .person = ADA, .to = BEN};
  assert_true(talk_may_see(&open, CLEO));
}

static uint32_t random_of(uint32_t *seed) {
  *seed = *seed * 1103515245 + 12345;
  return *seed >> 16;
}

/* Beside the log stands a list of all that was ever said. Whatever the lengths, the log holds its newest part. */
static void the_newest_lines_are_kept_whole_whatever_their_length(void **state) {
  table *table = *state;
  enum { LINES = 20000 };
  static uint16_t lengths[LINES + 1];
  char text[WIRE_TALK_BYTES_MAX + 1];
  uint32_t seed = 7, fewest = EVERYBODY_MAX;
  for (uint32_t id = 1; id <= LINES; id++) {
    const uint32_t limit = random_of(&seed) % 3 ? 60 : WIRE_TALK_BYTES_MAX;
    lengths[id] = (uint16_t)(random_of(&seed) % (limit + 1));
    memset(text, 'a' + (int)(id % 26), lengths[id]);
    text[lengths[id]] = 0;
    assert_int_equal(say(&table->room, CHANNEL_ROOM, ADA, 0, text), id);
    if (id % 17)
      continue;
    const uint32_t count = talk_after(table->logs, 1, 0, BEN, EVERYBODY_MAX, told);
    assert_int_equal(count, table->room.count);
    fewest = id > 2000 && count < fewest ? count : fewest;
    for (uint32_t i = 0; i < count; i++) {
      assert_int_equal(told[i].id, id - count + 1 + i);
      assert_int_equal(strlen(told[i].text), lengths[told[i].id]);
      assert_int_equal(strspn(told[i].text, (const char[]){(char)('a' + told[i].id % 26), 0}), lengths[told[i].id]);
    }
  }
  assert_in_range(fewest, 300, EVERYBODY_MAX - 1);
}

static void of_the_longest_lines_a_newcomers_history_is_kept(void **state) {
  table *table = *state;
  wire_line line = {.channel = CHANNEL_ROOM, .person = ADA};
  memset(line.name, 'n', WIRE_NAME_BYTES_MAX);
  memset(line.text, 't', WIRE_TALK_BYTES_MAX);
  for (int i = 0; i < 1000; i++) {
    talk_add(&table->room, &line);
    assert_true(i < WIRE_TALK_HISTORY || table->room.count >= WIRE_TALK_HISTORY);
  }
}

static void a_newcomer_is_told_the_newest_that_they_may_see(void **state) {
  table *table = *state;
  uint32_t seen[1000], count = 0;
  for (int i = 0; i < 500; i++) {
    if (i % 5 == 0)
      say(&table->lobby, CHANNEL_DIRECT, ADA, BEN, "not for Cleo");
    else
      seen[count++] =
          say(i % 2 ? &table->room : &table->lobby, i % 2 ? CHANNEL_ROOM : CHANNEL_LOBBY, ADA, 0, "for all");
  }
  for (uint32_t newest = 0; newest <= count + 10; newest += 10) {
    const uint32_t due = newest < count ? newest : count;
    const uint32_t heard = talk_newest(table->logs, 2, CLEO, newest);
    assert_int_equal(talk_after(table->logs, 2, heard, CLEO, EVERYBODY_MAX, told), due);
    for (uint32_t i = 0; i < due; i++)
      assert_int_equal(told[i].id, seen[count - due + i]);
  }
  assert_int_equal(talk_newest(table->logs, 2, CLEO, 1000), 0);
}

/* Whoever heard N and comes back is told exactly those after N, in pages, also across two logs. */
static void whoever_comes_back_is_told_each_line_after_the_last_heard_once(void **state) {
  table *table = *state;
  enum { LINES = 300 };
  for (int i = 0; i < LINES; i++)
    say(i % 7 < 4 ? &table->room : &table->lobby, i % 7 < 4 ? CHANNEL_ROOM : CHANNEL_LOBBY, ADA, 0, "line");
  for (uint32_t heard = 0; heard <= LINES; heard += 13)
    for (uint32_t page = 1; page < 2 * LINES; page = page * 3 + 1) {
      uint32_t last = heard, count;
      while ((count = talk_after(table->logs, 2, last, BEN, page, told)) > 0)
        for (uint32_t i = 0; i < count; i++)
          assert_int_equal(told[i].id, ++last);
      assert_int_equal(last, LINES);
    }
  assert_int_equal(talk_after(table->logs, 2, LINES + 5, BEN, 10, told), 0);
}

static void an_empty_log_tells_nothing(void **state) {
  table *table = *state;
  assert_int_equal(talk_after(table->logs, 2, 0, ADA, 10, told), 0);
  assert_int_equal(talk_newest(table->logs, 2, ADA, 10), 0);
  say(&table->room, CHANNEL_ROOM, ADA, 0, "one");
  assert_int_equal(talk_after(table->logs, 2, 0, ADA, 0, told), 0);
}

/* A hundred rooms' logs lie about untouched; only what was said costs memory. */
static void memory_is_touched_only_as_lines_come(void **state) {
  table *table = *state;
  memset(table->memory[0], 0x5a, TALK_BYTES);
  table->room = talk_start(table->memory[0], &table->next_id);
  say(&table->room, CHANNEL_ROOM, ADA, 0, "short");
  for (size_t i = 64; i < TALK_BYTES; i++)
    assert_int_equal(table->memory[0][i], 0x5a);
}

#define TEST(claim) cmocka_unit_test_setup_teardown(claim, start, stop)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_line_comes_back_as_it_was_said),
      TEST(two_logs_are_told_in_one_order),
      TEST(a_direct_line_is_for_its_two_people_only),
      TEST(the_newest_lines_are_kept_whole_whatever_their_length),
      TEST(of_the_longest_lines_a_newcomers_history_is_kept),
      TEST(a_newcomer_is_told_the_newest_that_they_may_see),
      TEST(whoever_comes_back_is_told_each_line_after_the_last_heard_once),
      TEST(an_empty_log_tells_nothing),
      TEST(memory_is_touched_only_as_lines_come),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
