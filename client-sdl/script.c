#include "client-sdl/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/gen/protocol.h"

static const struct {
  const char *name;
  uint32_t button;
} names[] = {{"none", 0},
             {"up", BUTTON_UP},
             {"down", BUTTON_DOWN},
             {"left", BUTTON_LEFT},
             {"right", BUTTON_RIGHT},
             {"action", BUTTON_ACTION},
             {"second", BUTTON_SECOND}};

static const char blank[] = " \t\r";

static bool read_button(const char *word, size_t length, uint32_t *buttons) {
  for (size_t at = 0; at < sizeof(names) / sizeof(names[0]); at++)
    if (strlen(names[at].name) == length && memcmp(names[at].name, word, length) == 0) {
      *buttons |= names[at].button;
      return true;
    }
  return false;
}

static bool read_buttons(const char *word, size_t length, script_line *line) {
  if (length == 4 && memcmp(word, "quit", 4) == 0) {
    line->quit = true;
    return true;
  }
  const char *end = word + length;
  while (word < end) {
    size_t part = strcspn(word, "+");
    part = part < (size_t)(end - word) ? part : (size_t)(end - word);
    if (!read_button(word, part, &line->buttons) || word + part + 1 == end)
      return false;
    word += part + 1;
  }
  return length > 0;
}

static bool is_word(const char *at, size_t length, const char *word) {
  return strlen(word) == length && memcmp(at, word, length) == 0;
}

/* The rest of the line, from its first letter to its last. */
static const char *read_typed(const char *text, script_line *line) {
  text += strspn(text, blank);
  size_t length = strlen(text);
  while (length > 0 && strchr(blank, text[length - 1]))
    length--;
  line->typed = strndup(text, length);
  return length == 0 ? "after type comes what to type" : line->typed ? NULL : "memory is short";
}

/* Returns what is wrong with the line, or NULL. */
static const char *read_line(char *text, script_line *line) {
  char *after;
  if (*text < '0' || *text > '9')
    return "a line begins with a tick";
  unsigned long tick = strtoul(text, &after, 10);
  if (after - text > 9)
    return "that tick is too large";
  size_t gap = strspn(after, blank), length = strcspn(after + gap, blank);
  *line = (script_line){.tick = (uint32_t)tick};
  if (gap > 0 && is_word(after + gap, length, "type"))
    return read_typed(after + gap + length, line);
  after[strcspn(after, "#")] = 0;
  length = strcspn(after + gap, blank);
  if (gap > 0 && is_word(after + gap, length, "ready"))
    line->typed = strdup("/ready");
  else if (gap == 0 || !read_buttons(after + gap, length, line))
    return "after the tick come buttons like right+down, or none, ready, type or quit";
  return after[gap + length + strspn(after + gap + length, blank)] ? "something follows the buttons" : NULL;
}

static bool append(script *script, const script_line *line, const char **wrong) {
  if (script->count > 0 && line->tick < script->lines[script->count - 1].tick)
    *wrong = "ticks may not go back";
  else if (script->count == SCRIPT_LINES_MAX)
    *wrong = "too many lines";
  else
    script->lines[script->count++] = *line;
  return !*wrong;
}

static bool parse_line(script *script, char *text, const char **wrong) {
  script_line line = {0};
  text += strspn(text, blank);
  if (!*text || *text == '#')
    return true;
  *wrong = read_line(text, &line);
  bool done = !*wrong && append(script, &line, wrong);
  if (!done)
    free(line.typed);
  return done;
}

bool script_parse(script *script, const char *text, char fault[SCRIPT_FAULT_MAX]) {
  const char *wrong = NULL;
  *script = (struct script){.lines = calloc(SCRIPT_LINES_MAX, sizeof(script_line))};
  if (!script->lines)
    wrong = "memory is short";
  for (unsigned number = 1; *text && !wrong; number++) {
    char line[SCRIPT_LINE_MAX];
    size_t length = strcspn(text, "\n");
    snprintf(line, sizeof(line), "%.*s", (int)(length < sizeof(line) ? length : sizeof(line) - 1), text);
    if (!parse_line(script, line, &wrong))
      snprintf(fault, SCRIPT_FAULT_MAX, "line %u: %s", number, wrong);
    text += length + (text[length] == '\n');
  }
  return !wrong;
}

bool script_load(script *script, const char *path, char fault[SCRIPT_FAULT_MAX]) {
  enum { FILE_MAX = 1 << 20 };
  FILE *file = fopen(path, "rb");
  char *text = calloc(1, FILE_MAX + 1);
  size_t size = file && text ? fread(text, 1, FILE_MAX, file) : 0;
  char wrong[SCRIPT_FAULT_MAX] = "cannot be read";
  bool done = file && text && !ferror(file) && strlen(text) == size && script_parse(script, text, wrong);
  if (!done)
    snprintf(fault, SCRIPT_FAULT_MAX, "%.80s: %.100s", path, wrong);
  if (file)
    fclose(file);
  free(text);
  return done;
}

void script_free(script *script) {
  for (size_t at = 0; at < script->count; at++)
    free(script->lines[at].typed);
  free(script->lines);
  *script = (struct script){0};
}

uint32_t script_buttons(script *script, uint32_t tick, bool *quit) {
  bool reached = false;
  uint32_t buttons = 0;
  while (script->next < script->count && script->lines[script->next].tick <= tick) {
    const script_line *line = &script->lines[script->next++];
    if (line->typed)
      continue;
    script->held = line->buttons;
    buttons |= line->buttons;
    *quit = *quit || line->quit;
    reached = true;
  }
  return reached ? buttons : script->held;
}

const char *script_typed(script *script) {
  while (script->typed < script->next)
    if (script->lines[script->typed++].typed)
      return script->lines[script->typed - 1].typed;
  return NULL;
}
