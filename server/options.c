#include "server/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/gen/protocol.h"
#include "server/host.h"
#include "server/json.h"
#include "server/lag.h"
#include "server/rooms.h"

typedef enum { OPTION_NUMBER, OPTION_TEXT, OPTION_SHARE, OPTION_SWITCH, OPTION_FLAG } option_kind;

typedef struct {
  const char *name;
  option_kind kind;
  size_t offset;           /* in options */
  int64_t min, max;        /* of a number, or of a share's length */
  const char *choices;     /* of a text, between bars: "|a|b|"; NULL: any text */
  const char *fallback;    /* the default, as one would type it */
  options_outcome outcome; /* of a flag */
  const char *value;       /* what stands for the value in --help */
  const char *help;
} option;

#define NUMBER(field, low, high, standard)                                                                             \
  .kind = OPTION_NUMBER, .offset = offsetof(options, field), .min = (low), .max = (high), .fallback = (standard)
#define TEXT(field, standard) .kind = OPTION_TEXT, .offset = offsetof(options, field), .fallback = (standard)

static const option option_table[] = {
    {"host", TEXT(host, ""), .value = "ADDRESS",
     .help = "Listen only here. 127.0.0.1 closes the server to other machines. Default: every address."},
    {"port", NUMBER(port, 0, 65535, "8765"), .value = "N",
     .help = "Listen on this port, for page and game. 0 takes any that is free."},
    {"tick-rate", NUMBER(tick_rate, WIRE_TICK_RATE_MIN, WIRE_TICK_RATE_MAX, "30"), .value = "N",
     .help = "Ticks a second."},
    {"max-clients", NUMBER(max_clients, 1, HOST_CLIENTS_MAX, "1000"), .value = "N",
     .help = "Connections at once; one more is told that the server is full."},
    {"practice-bots", NUMBER(practice_bots, 0, HOST_PRACTICE_MAX, "3"), .value = "N",
     .help = "How many bots wander about while one human is alone."},
    {"rooms", TEXT(rooms, ""), .value = "NAME:GAME,...",
     .help =
         "Rooms that are always there, such as park:hill,yard:tag. general:GAME changes what is played in general."},
    {"max-rooms", NUMBER(max_rooms, 1, ROOMS_MAX, "256"), .value = "N",
     .help = "Rooms at once; general and those of --rooms count."},
    {"room-members", NUMBER(room_members, 1, HOST_CLIENTS_MAX, "64"), .value = "N",
     .help = "Most members of a room other than general."},
    {"seat-hold", NUMBER(seat_hold, 0, 3600, "60"), .value = "SECONDS",
     .help = "How long the seat of a lost connection is kept. 0: not at all."},
    {"map", TEXT(map, ""), .value = "FILE",
     .help = "The arena, a JSON file as in assets/maps. Default: the plaza inside the program."},
    {"www", TEXT(www, ""), .value = "DIR",
     .help = "Serve the page from this folder, to work on it. Default: the page inside the program."},
    {"trace", TEXT(trace, ""), .value = "FILE", .help = "Write every tick's boxes to this file."},
    {"seed", NUMBER(seed, 0, UINT32_MAX, "0"), .value = "N",
     .help = "Seed of spawn places, friendly names and practice bots. 0: a different one each time."},
    {"sim-latency", NUMBER(sim_latency, 0, LAG_LATENCY_MS_MAX, "0"), .value = "MS",
     .help = "Try a bad network: every round trip takes so much longer, half of it in each direction."},
    {"sim-jitter", NUMBER(sim_jitter, 0, LAG_JITTER_MS_MAX, "0"), .value = "MS",
     .help = "And at random up to so much more, uniform, half of it in each direction; order is kept."},
    {"sim-stall", .kind = OPTION_SHARE, .offset = offsetof(options, sim_stall), .min = 1, .max = LAG_STALL_MS_MAX,
     .fallback = "", .value = "MS/EVERY",
     .help = "And a stall of MS milliseconds in every EVERY, such as 1000/10000. What is held comes at its end."},
    {"lab", .kind = OPTION_SWITCH, .offset = offsetof(options, lab), .min = 0, .max = 1, .fallback = "0",
     .help = "Let every client ask for a bad network for itself alone, by /lab."},
    {"log-level", TEXT(log_level, "info"), .choices = "|debug|info|warn|error|", .value = "LEVEL",
     .help = "debug, info, warn or error."},
    {"config", TEXT(config, ""), .value = "FILE",
     .help = "Read options from this JSON file, such as {\"port\": 9000}."},
    {"help", .kind = OPTION_FLAG, .outcome = OPTIONS_HELP, .help = "Say this, and end."},
    {"help-markdown", .kind = OPTION_FLAG, .outcome = OPTIONS_HELP_MARKDOWN,
     .help = "Say this as docs/options.md has it, and end."},
    {"version", .kind = OPTION_FLAG, .outcome = OPTIONS_VERSION, .help = "Say the version, and end."},
};
enum { OPTION_COUNT = sizeof option_table / sizeof *option_table };

#define ENVIRONMENT_PREFIX "TICKBOX_"

static bool option_fail(char error[OPTIONS_ERROR_BYTES], const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool option_fail(char error[OPTIONS_ERROR_BYTES], const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error, OPTIONS_ERROR_BYTES, format, arguments);
  va_end(arguments);
  return false;
}

/* --- names ------------------------------------------------------------------------------------------------ */

/* "tick-rate" as the environment has it: "TICKBOX_TICK_RATE". */
static const char *option_variable(const option *row, char out[64]) {
  snprintf(out, 64, ENVIRONMENT_PREFIX "%s", row->name);
  for (char *at = out; *at; at++)
    *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
  return out;
}

static const option *option_named(const char *name, size_t size) {
  for (int i = 0; i < OPTION_COUNT; i++)
    if (strlen(option_table[i].name) == size && memcmp(option_table[i].name, name, size) == 0)
      return &option_table[i];
  return NULL;
}

static unsigned option_smallest(unsigned one, unsigned two, unsigned three) {
  unsigned least = one < two ? one : two;
  return least < three ? least : three;
}

/* How many letters to change, add or drop (Levenshtein), by one row of the table at a time. */
static unsigned option_distance(const char *left, const char *right) {
  enum { LONGEST = 48 };
  unsigned row[LONGEST + 1];
  size_t width = strnlen(right, LONGEST);
  for (size_t x = 0; x <= width; x++)
    row[x] = (unsigned)x;
  for (size_t y = 0; left[y] && y < LONGEST; y++) {
    unsigned diagonal = row[0];
    row[0] = (unsigned)y + 1;
    for (size_t x = 0; x < width; x++) {
      unsigned kept = diagonal + (tolower((unsigned char)left[y]) != tolower((unsigned char)right[x]));
      diagonal = row[x + 1];
      row[x + 1] = option_smallest(kept, row[x] + 1, diagonal + 1);
    }
  }
  return row[width];
}

static const option *option_nearest(const char *name, bool with_flags) {
  const option *nearest = &option_table[0];
  unsigned least = UINT32_MAX;
  for (int i = 0; i < OPTION_COUNT; i++) {
    unsigned distance = option_distance(name, option_table[i].name);
    if (distance < least && (with_flags || option_table[i].kind != OPTION_FLAG)) {
      least = distance;
      nearest = &option_table[i];
    }
  }
  return nearest;
}

/* --- values ----------------------------------------------------------------------------------------------- */

/* A switch is 0 or 1, and alone as a flag it is on. */
static bool option_is_number(const option *row) {
  return row->kind == OPTION_NUMBER || row->kind == OPTION_SWITCH;
}

static bool option_set_number(options *out, const option *row, const char *text, const char *where, char *error) {
  char *end;
  errno = 0;
  long long number = strtoll(text, &end, 10);
  if (!isdigit((unsigned char)*text) || *end || errno || number < row->min || number > row->max)
    return option_fail(error, "%s: \"%.40s\" is not a whole number from %lld to %lld", where, text, (long long)row->min,
                       (long long)row->max);
  *(uint32_t *)((char *)out + row->offset) = (uint32_t)number;
  return true;
}

static bool option_is_choice(const option *row, const char *text) {
  char bars[64];
  if (!row->choices)
    return true;
  return *text && !strchr(text, '|') && (size_t)snprintf(bars, sizeof bars, "|%s|", text) < sizeof bars &&
         strstr(row->choices, bars);
}

static bool option_set_text(options *out, const option *row, const char *text, const char *where, char *error) {
  if (strlen(text) >= OPTIONS_TEXT_BYTES)
    return option_fail(error, "%s: longer than %d bytes", where, OPTIONS_TEXT_BYTES - 1);
  if (!option_is_choice(row, text))
    return option_fail(error, "%s: \"%.40s\" is not one of: %s", where, text, row->help);
  strcpy((char *)out + row->offset, text);
  return true;
}

/* "1000/10000"; nothing is never. */
static bool option_set_share(options *out, const option *row, const char *text, const char *where, char *error) {
  options_share *share = (options_share *)(void *)((char *)out + row->offset);
  char *slash, *end;
  *share = (options_share){0};
  if (!*text)
    return true;
  unsigned long long length = strtoull(text, &slash, 10), every = *slash == '/' ? strtoull(slash + 1, &end, 10) : 0;
  bool fine = isdigit((unsigned char)*text) && *slash == '/' && isdigit((unsigned char)slash[1]) && !*end;
  if (!fine || (int64_t)length < row->min || length > (unsigned long long)row->max || every <= length ||
      every > LAG_STALL_EVERY_MS_MAX)
    return option_fail(error,
                       "%s: \"%.40s\" is not %s such as 1000/10000, with MS from %lld to %lld and EVERY up to %d",
                       where, text, row->value, (long long)row->min, (long long)row->max, LAG_STALL_EVERY_MS_MAX);
  *share = (options_share){(uint32_t)length, (uint32_t)every};
  return true;
}

static bool option_set(options *out, const option *row, const char *text, const char *where, char *error) {
  if (row->kind == OPTION_SHARE)
    return option_set_share(out, row, text, where, error);
  return option_is_number(row) ? option_set_number(out, row, text, where, error)
                               : option_set_text(out, row, text, where, error);
}

/* --- where they come from --------------------------------------------------------------------------------- */

static void option_set_defaults(options *out) {
  char error[OPTIONS_ERROR_BYTES];
  *out = (options){0};
  for (int i = 0; i < OPTION_COUNT; i++)
    if (option_table[i].kind != OPTION_FLAG)
      option_set(out, &option_table[i], option_table[i].fallback, "default", error);
}

static bool option_read_member(options *out, const char *file, const json *member, char *error) {
  const char *key = json_key(member);
  const option *row = option_named(key, strlen(key));
  char where[OPTIONS_ERROR_BYTES / 2], number[24];
  if (!row || row->kind == OPTION_FLAG || strcmp(key, "config") == 0)
    return option_fail(error, "%.200s: there is no option \"%.60s\"; the nearest is \"%s\"", file, key,
                       option_nearest(key, false)->name);
  snprintf(where, sizeof where, "%.160s: \"%s\"", file, key);
  int64_t value;
  if (option_is_number(row) && json_integer(member, INT32_MIN, UINT32_MAX, &value)) {
    snprintf(number, sizeof number, "%lld", (long long)value);
    return option_set(out, row, number, where, error);
  }
  if (!option_is_number(row) && json_string(member))
    return option_set(out, row, json_string(member), where, error);
  return option_fail(error, "%s: must be a %s", where, option_is_number(row) ? "whole number" : "text in quotes");
}

static bool option_read_file(options *out, const char *file, char *error) {
  char reason[JSON_ERROR_BYTES];
  json *document = json_parse_file(file, reason);
  if (!document)
    return option_fail(error, "%s", reason);
  bool fine = json_is_object(document) || option_fail(error, "%.200s: not an object such as {\"port\": 9000}", file);
  for (const json *member = json_first(document); fine && member; member = json_next(member))
    fine = option_read_member(out, file, member, error);
  json_free(document);
  return fine;
}

/* `variable` is "TICKBOX_PORT=9000". Others' variables are left alone. */
static bool option_read_variable(options *out, const char *variable, char *error) {
  if (strncmp(variable, ENVIRONMENT_PREFIX, strlen(ENVIRONMENT_PREFIX)) != 0 || !strchr(variable, '='))
    return true;
  size_t size = strcspn(variable, "=");
  char name[64];
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *row = &option_table[i];
    option_variable(row, name);
    if (row->kind != OPTION_FLAG && strlen(name) == size && memcmp(name, variable, size) == 0)
      return option_set(out, row, variable + size + 1, name, error);
  }
  char given[64];
  snprintf(given, sizeof given, "%.*s", (int)(size - strlen(ENVIRONMENT_PREFIX)),
           variable + strlen(ENVIRONMENT_PREFIX));
  for (char *at = given; *at; at++)
    *at = *at == '_' ? '-' : *at;
  return option_fail(error, "there is no variable %.*s; the nearest is %s", (int)(size < 80 ? size : 80), variable,
                     option_variable(option_nearest(given, false), name));
}

static bool option_read_environment(options *out, char **environment, char *error) {
  for (char **variable = environment; *variable; variable++)
    if (!option_read_variable(out, *variable, error))
      return false;
  return true;
}

/* Reads the flags; one that asks for words instead of a server ends the reading with its outcome. */
static options_outcome option_read_flags(options *out, int argc, char **argv, char *error) {
  for (int i = 1; i < argc; i++) {
    const char *name = argv[i] + (strncmp(argv[i], "--", 2) == 0 ? 2 : 0);
    size_t size = strcspn(name, "=");
    const option *row = name == argv[i] ? NULL : option_named(name, size);
    const char *value = name[size] == '=' ? name + size + 1 : NULL;
    if (!row)
      return option_fail(error, "there is no option %.80s; the nearest is --%s (--help lists all)", argv[i],
                         option_nearest(name, true)->name),
             OPTIONS_BAD_USAGE;
    if (row->kind == OPTION_FLAG && value)
      return option_fail(error, "--%s takes no value", row->name), OPTIONS_BAD_USAGE;
    if (row->kind == OPTION_FLAG)
      return row->outcome;
    if (!value && row->kind == OPTION_SWITCH)
      value = "1";
    if (!value && !(value = argv[++i]))
      return option_fail(error, "--%s needs a value: %s", row->name, row->value), OPTIONS_BAD_USAGE;
    char where[64];
    snprintf(where, sizeof where, "--%s", row->name);
    if (!option_set(out, row, value, where, error))
      return OPTIONS_BAD_USAGE;
  }
  return OPTIONS_RUN;
}

options_outcome options_read(options *out, int argc, char **argv, char **environment, char error[OPTIONS_ERROR_BYTES]) {
  /* A first reading finds the file's name, and what is wrong with a higher layer, before the lower ones. */
  error[0] = 0;
  option_set_defaults(out);
  bool environment_fine = option_read_environment(out, environment, error);
  char environment_error[OPTIONS_ERROR_BYTES];
  strcpy(environment_error, error);
  options_outcome outcome = option_read_flags(out, argc, argv, error);
  if (outcome != OPTIONS_RUN)
    return outcome;
  if (!environment_fine) {
    strcpy(error, environment_error);
    return OPTIONS_BAD_CONFIG;
  }
  char file[OPTIONS_TEXT_BYTES];
  strcpy(file, out->config);
  option_set_defaults(out);
  if (*file && !option_read_file(out, file, error))
    return OPTIONS_BAD_CONFIG;
  option_read_environment(out, environment, error);
  return option_read_flags(out, argc, argv, error);
}

/* --- words ------------------------------------------------------------------------------------------------ */

void options_print_help(FILE *out) {
  fprintf(out, "tickbox-server: one server for Tickbox's page and game.\n\nusage: tickbox-server [OPTION ...]\n\n");
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *row = &option_table[i];
    char left[64];
    snprintf(left, sizeof left, "--%s %s", row->name, row->value ? row->value : "");
    fprintf(out, "  %-22s %s", left, row->help);
    if (row->kind == OPTION_NUMBER)
      fprintf(out, " %lld to %lld.", (long long)row->min, (long long)row->max);
    if (row->kind != OPTION_FLAG && row->kind != OPTION_SWITCH && *row->fallback)
      fprintf(out, " Default: %s.", row->fallback);
    fprintf(out, "\n");
  }
  fprintf(out,
          "\nEach option is also a variable (--tick-rate: TICKBOX_TICK_RATE) and a key of the file (\"tick-rate\").\n"
          "Flags go over variables over the file.\n"
          "Exit status: 0 stopped by SIGTERM or SIGINT, 2 bad usage, 69 port taken, 78 bad configuration.\n");
}

void options_print_markdown(FILE *out) {
  fprintf(out, "# The server's options\n\n"
               "Generated by `tickbox-server --help-markdown`; do not edit. Flags go over variables over the file over "
               "the default. An unknown name is refused with the nearest known one.\n\n"
               "| flag | variable | key of the file | range | default | |\n| --- | --- | --- | --- | --- | --- |\n");
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *row = &option_table[i];
    char variable[64], range[64] = "";
    if (option_is_number(row))
      snprintf(range, sizeof range, "%lld to %lld", (long long)row->min, (long long)row->max);
    if (row->kind == OPTION_FLAG)
      fprintf(out, "| `--%s` | | | | | %s |\n", row->name, row->help);
    else
      fprintf(out, "| `--%s%s%s` | `%s` | %s%s%s | %s | %s | %s |\n", row->name, row->value ? " " : "",
              row->value ? row->value : "", option_variable(row, variable), strcmp(row->name, "config") == 0 ? "" : "`",
              strcmp(row->name, "config") == 0 ? "" : row->name, strcmp(row->name, "config") == 0 ? "" : "`", range,
              row->fallback, row->help);
  }
  fprintf(out, "\nExit status: 0 after SIGTERM or SIGINT, 2 bad usage, 69 the port is taken, 78 bad configuration "
               "(variables, file or map).\n");
}
