#include "server/games.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/games/steps.h"
#include "server/match.h"

enum { OPTIONS_MAX = WIRE_CHOICES_MAX - MATCH_SHARED_CHOICES, TEAM_COLOR_MAX = GAME_COLOR_OWN - 1 };

typedef struct {
  const char *folder;
  const game_rules *rules;
  char *error;
} check;

/* Returns false. */
__attribute__((format(printf, 2, 3))) static bool wrong(const check *check, const char *format, ...) {
  int size = snprintf(check->error, GAMES_ERROR_BYTES, "common/games/%.40s/game.c: ", check->folder);
  va_list values;
  va_start(values, format);
  vsnprintf(check->error + size, GAMES_ERROR_BYTES - (size_t)size, format, values);
  va_end(values);
  return false;
}

static bool text_fits(const check *check, const char *what, const char *text, size_t max) {
  if (!text || !*text)
    return wrong(check, "%s is missing", what);
  if (strlen(text) > max)
    return wrong(check, "%s has %zu bytes, but at most %zu fit: '%.60s'", what, strlen(text), max, text);
  return true;
}

static bool list_fits(const check *check, const char *what, const void *list, uint32_t count, uint32_t max) {
  if (count > max)
    return wrong(check, ".%s_count is %u, but at most %u fit", what, count, max);
  if (!list != !count)
    return wrong(check, ".%ss and .%s_count go together; only one is there", what, what);
  return true;
}

static bool color_fits(const check *check, const char *name, uint32_t color, uint32_t max) {
  return color <= max || wrong(check, "the color of '%s' is %u, not 0 to %u", name, color, max);
}

static bool roles_fit(const check *check) {
  const game_rules *rules = check->rules;
  if (!list_fits(check, "role", rules->roles, rules->role_count, WIRE_ROLES_MAX) ||
      !list_fits(check, "team", rules->teams, rules->team_count, WIRE_TEAMS_MAX))
    return false;
  for (uint32_t i = 0; i < rules->role_count; i++)
    if (!text_fits(check, "a role's name", rules->roles[i].name, WIRE_WORD_BYTES_MAX) ||
        !color_fits(check, rules->roles[i].name, rules->roles[i].color, GAME_COLOR_OWN))
      return false;
  for (uint32_t i = 0; i < rules->team_count; i++)
    if (!text_fits(check, "a team's name", rules->teams[i].name, WIRE_WORD_BYTES_MAX) ||
        !color_fits(check, rules->teams[i].name, rules->teams[i].color, TEAM_COLOR_MAX))
      return false;
  return true;
}

static bool options_fit(const check *check) {
  const game_rules *rules = check->rules;
  if (!list_fits(check, "option", rules->options, rules->option_count, OPTIONS_MAX))
    return false;
  for (uint32_t i = 0; i < rules->option_count; i++) {
    const game_option *option = &rules->options[i];
    if (!text_fits(check, "an option's name", option->name, WIRE_WORD_BYTES_MAX) ||
        !text_fits(check, "what an option means", option->words, WIRE_WORDS_BYTES_MAX))
      return false;
    if (option->value < option->min || option->value > option->max)
      return wrong(check, "option '%s' is %d at first, which is not %d to %d", option->name, option->value, option->min,
                   option->max);
  }
  return true;
}

static bool state_fits(const check *check) {
  const game_rules *rules = check->rules;
  if (rules->state_bytes > GAME_STATE_BYTES_MAX)
    return wrong(check, ".state_bytes is %zu, but at most %d fit", rules->state_bytes, GAME_STATE_BYTES_MAX);
  if (rules->step && !step_find(rules->step))
    return wrong(check, ".step is '%.40s', but there is no common/games/%.40s/step.c", rules->step, rules->step);
  return true;
}

bool games_fit(const char *folder, const game_rules *rules, char error[GAMES_ERROR_BYTES]) {
  const check check = {folder, rules, error};
  if (!text_fits(&check, ".name", rules->name, WIRE_WORD_BYTES_MAX))
    return false;
  if (strcmp(rules->name, folder) != 0)
    return wrong(&check, ".name is '%s', but must be as the folder, '%s'", rules->name, folder);
  if (!text_fits(&check, ".words, what the game is about,", rules->words, WIRE_WORDS_BYTES_MAX))
    return false;
  if (rules->players_min < 1)
    return wrong(&check, ".players_min is missing: how many a match needs, at least 1");
  return roles_fit(&check) && options_fit(&check) && state_fits(&check);
}

bool games_check(char error[GAMES_ERROR_BYTES]) {
  for (uint32_t i = 0; i < game_count; i++)
    if (!games_fit(game_folders[i], games[i], error))
      return false;
  if (game_count <= WIRE_OFFERS_MAX)
    return true;
  snprintf(error, GAMES_ERROR_BYTES, "common/games has %u games, but at most %d fit", game_count, WIRE_OFFERS_MAX);
  return false;
}
