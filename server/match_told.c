#include <stdio.h>
#include <string.h>

#include "server/match.h"

static const game_option shared_choices[MATCH_SHARED_CHOICES] = {
    {"ready_to_start", "starts by itself when so many are ready; 0: when all are", 0, 64, 0},
    {"bots", "practice bots that play along", 0, MATCH_PRACTICE_MAX, 0},
};
enum { READY_TO_START, BOTS };

static const game_option *option_at(const match *match, uint32_t index) {
  return index < match->rules->option_count ? &match->rules->options[index]
                                            : &shared_choices[index - match->rules->option_count];
}

static uint32_t option_count(const match *match) {
  return match->rules->option_count + MATCH_SHARED_CHOICES;
}

static int32_t shared_value(const match *match, uint32_t which) {
  return match->values[match->rules->option_count + which];
}

void match_take_defaults(match *match) {
  for (uint32_t i = 0; i < match->rules->option_count; i++)
    match->values[i] = match->rules->options[i].value;
  match->choices_changed = true;
}

bool match_set_option(match *match, const char *name, int32_t value) {
  for (uint32_t i = 0; i < option_count(match); i++) {
    const game_option *option = option_at(match, i);
    if (strcmp(option->name, name) != 0)
      continue;
    match->values[i] = value < option->min ? option->min : value > option->max ? option->max : value;
    match->choices_changed = true;
    return true;
  }
  return false;
}

uint32_t match_choices(const match *match, wire_choice choices[WIRE_CHOICES_MAX]) {
  uint32_t count = option_count(match);
  for (uint32_t i = 0; i < count; i++) {
    const game_option *option = option_at(match, i);
    choices[i] = (wire_choice){.min = option->min, .max = option->max, .value = match->values[i]};
    snprintf(choices[i].name, sizeof choices[i].name, "%s", option->name);
    snprintf(choices[i].words, sizeof choices[i].words, "%s", option->words);
  }
  return count;
}

uint32_t match_practice_wanted(const match *match) {
  return (uint32_t)shared_value(match, BOTS);
}

uint32_t match_ready_to_start(const match *match) {
  return (uint32_t)shared_value(match, READY_TO_START);
}

wire_match match_told(const match *match, wire_team teams[WIRE_TEAMS_MAX]) {
  wire_match told = {.phase = match->phase,
                     .paused = match->paused,
                     .until = match->paused ? 0 : match->until,
                     .number = match->number,
                     .teams = {teams, match->rules->team_count}};
  snprintf(told.result, sizeof told.result, "%s", match->result);
  for (uint32_t i = 0; i < match->rules->team_count; i++) {
    teams[i] = (wire_team){.color = match->rules->teams[i].color, .score = match->team_scores[i + 1]};
    snprintf(teams[i].name, sizeof teams[i].name, "%s", match->rules->teams[i].name);
  }
  return told;
}

uint32_t match_told_marks(const match *match, wire_mark marks[WIRE_MARKS_MAX]) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < WIRE_MARKS_MAX; i++)
    if (match->marks[i].w > 0 && match->marks[i].h > 0)
      marks[count++] = match->marks[i];
  return count;
}
