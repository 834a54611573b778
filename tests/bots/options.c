#include "tests/bots/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "common/gen/protocol.h"
#include "tests/bots/reader.h"

enum {
  BOTS_MAX = 20000,
  SECONDS_MAX = 1000000,
  JOINS_MAX = 100000,
  BOXES_BESIDE = 1024, /* others that a replica has room for, beside our own bots */
};

void options_help(FILE *out) {
  fputs("usage: tickbox-bots [options]\n"
        "Connects bots to a Tickbox server, lets them play, and prints what they saw.\n\n"
        "  --url URL         the server (default ws://127.0.0.1:8765)\n"
        "  --bots N          how many (default 20)\n"
        "  --seconds S       how long to measure, once all are in (default 10)\n"
        "  --behaviour NAME  ",
        out);
  for (int i = 0; i < BEHAVIOUR_COUNT; i++)
    fprintf(out, "%s%s", i ? ", " : "", behaviour_names[i]);
  fputs(
      "\n"
      "  --settle S        let so many seconds pass before that (default 0)\n"
      "  --joins N         begin so many connections a second (default 400)\n"
      "  --check PERCENT   how many of the bots have a replica at a time, whose checksums are verified (default 100);\n"
      "                    the others read only the heads of frames. Who has one changes: each has it for 10 s\n"
      "  --boxes N         room in each bot's world (default: the bots and 1024 more)\n"
      "  --rooms N         make so many rooms, spread over them, and play matches there by the game's own mind\n"
      "  --game NAME       what is played in the rooms made (default tag)\n"
      "  --options LIST    what their hosts set, such as seconds=20,infection=0\n"
      "  --room NAME       go there, and make none (default general)\n"
      "  --kinds LIST      what the bots say they are, in turn, such as web,display\n"
      "  --chat N          lines a minute that each says\n"
      "  --reconnect S     each loses its connection every so many seconds\n"
      "  --stalled N       so many stop reading when the measured window begins, and go on sending\n"
      "  --stall S         for so many seconds (default 8)\n"
      "  --slow N          so many read 1 KB a second from then on. Both have small buffers and a replica, and read\n"
      "                    at once again 3 s before the window ends; frames, bytes, gaps and echoes are the others'\n"
      "  --dump FILE       write every decoded frame there\n"
      "  --json            print the figures as one JSON object\n"
      "  --help            print this\n"
      "  --version         print the version\n\n"
      "Ends with 0 if all went well, 1 if a bot was refused, lost or out of step with the server,\n"
      "2 for wrong usage, 69 if no Tickbox server answers, 71 if this machine cannot hold the bots.\n",
      out);
}

static bool number(const char *name, const char *text, uint32_t max, uint32_t *value) {
  char *rest;
  unsigned long long parsed = strtoull(text, &rest, 10);
  if (*text < '0' || *text > '9' || *rest || parsed < 1 || parsed > max) {
    fprintf(stderr, "tickbox-bots: --%s wants a number from 1 to %u, not '%s'\n", name, max, text);
    return false;
  }
  *value = (uint32_t)parsed;
  return true;
}

static bool take_url(options *options, const char *text) {
  options->url_text = text;
  if (ws_url_parse(&options->url, text))
    return true;
  fprintf(stderr, "tickbox-bots: '%s' is no address such as ws://127.0.0.1:8765\n", text);
  return false;
}

static bool take_behaviour(options *options, const char *name) {
  if (behaviour_find(name, &options->behaviour))
    return true;
  fprintf(stderr, "tickbox-bots: there is no behaviour '%s'; see --help\n", name);
  return false;
}

static bool take_word(const char *name, const char *value, options_word word) {
  if (*value && strlen(value) <= WIRE_WORD_BYTES_MAX) {
    strcpy(word, value);
    return true;
  }
  fprintf(stderr, "tickbox-bots: --%s wants a word of up to %d letters, not '%s'\n", name, WIRE_WORD_BYTES_MAX, value);
  return false;
}

static bool take_game(options *options, const char *name) {
  if (game_find(name))
    return take_word("game", name, options->game);
  fprintf(stderr, "tickbox-bots: there is no game '%s', but", name);
  for (uint32_t i = 0; i < game_count; i++)
    fprintf(stderr, " %s", games[i]->name);
  fputs("\n", stderr);
  return false;
}

static bool take_option(member_options *host, const char *part) {
  const char *equals = strchr(part, '=');
  char *rest = NULL;
  long value = equals ? strtol(equals + 1, &rest, 10) : 0;
  bool fits = equals && equals > part && equals - part <= WIRE_WORD_BYTES_MAX && rest > equals + 1 && !*rest &&
              value >= INT32_MIN && value <= INT32_MAX && host->count < MEMBER_OPTIONS_MAX;
  if (!fits) {
    fprintf(stderr, "tickbox-bots: --options wants up to %d of NAME=NUMBER, not '%s'\n", MEMBER_OPTIONS_MAX, part);
    return false;
  }
  wire_option *option = &host->list[host->count++];
  memcpy(option->name, part, (size_t)(equals - part));
  option->name[equals - part] = 0;
  option->value = (int32_t)value;
  return true;
}

static bool take_kind(options *options, const char *part) {
  if (options->kind_count < OPTIONS_KINDS_MAX)
    return take_word("kinds", part, options->kinds[options->kind_count++]);
  fprintf(stderr, "tickbox-bots: --kinds wants at most %d kinds\n", OPTIONS_KINDS_MAX);
  return false;
}

/* Each part between commas. */
static bool take_list(options *options, int letter, const char *text) {
  char copy[512];
  if (strlen(text) >= sizeof copy) {
    fprintf(stderr, "tickbox-bots: a list is too long\n");
    return false;
  }
  strcpy(copy, text);
  for (char *rest, *part = strtok_r(copy, ",", &rest); part; part = strtok_r(NULL, ",", &rest))
    if (!(letter == 'o' ? take_option(&options->host, part) : take_kind(options, part)))
      return false;
  return true;
}

static bool take(options *options, int letter, const char *value) {
  switch (letter) {
  case 'u':
    return take_url(options, value);
  case 'n':
    return number("bots", value, BOTS_MAX, &options->bots);
  case 's':
    return number("seconds", value, SECONDS_MAX, &options->seconds);
  case 'e':
    return number("settle", value, SECONDS_MAX, &options->settle);
  case 'w':
    return take_behaviour(options, value);
  case 'c':
    return number("joins", value, JOINS_MAX, &options->joins);
  case 'b':
    return number("boxes", value, WIRE_BOX_ID_MAX, &options->boxes);
  case 'k':
    return number("check", value, 100, &options->check);
  case 'R':
    return number("rooms", value, BOTS_MAX, &options->rooms);
  case 'r':
    return take_word("room", value, options->room);
  case 'g':
    return take_game(options, value);
  case 'o':
  case 'i':
    return take_list(options, letter, value);
  case 't':
    return number("chat", value, WIRE_TALKS_PER_MINUTE_MAX, &options->chat);
  case 'l':
    return number("reconnect", value, SECONDS_MAX, &options->reconnect);
  case 'x':
    return number("stalled", value, BOTS_MAX, &options->stalled);
  case 'y':
    return number("stall", value, READER_STALL_SECONDS_MAX, &options->stall);
  case 'z':
    return number("slow", value, BOTS_MAX, &options->slow);
  case 'd':
    options->dump = value;
    return true;
  case 'j':
    return options->json = true;
  case 'h':
    return options->help = true;
  case 'v':
    return options->version = true;
  }
  return false; /* getopt has said what is wrong */
}

static bool readers_fit(const options *options) {
  if (options->stalled + options->slow >= options->bots)
    fprintf(stderr, "tickbox-bots: of %u bots %u cannot be stalled and %u slow, as some must read at once\n",
            options->bots, options->stalled, options->slow);
  else if (options->seconds < options->stall + READER_WELL_SECONDS)
    fprintf(stderr, "tickbox-bots: who stalls for %u s, and then catches up, needs --seconds %u\n", options->stall,
            options->stall + READER_WELL_SECONDS);
  else if (options->reconnect || behaviour_is_cheat(options->behaviour))
    fprintf(stderr, "tickbox-bots: --stalled and --slow go neither with --reconnect nor with cheats\n");
  else
    return true;
  return false;
}

static bool fits_together(const options *options) {
  if (options->rooms > options->bots)
    fprintf(stderr, "tickbox-bots: %u bots cannot fill %u rooms\n", options->bots, options->rooms);
  else if (options->rooms && *options->room)
    fprintf(stderr, "tickbox-bots: either --room or --rooms\n");
  else if (options->check < 100 && behaviour_is_cheat(options->behaviour))
    fprintf(stderr, "tickbox-bots: cheats are always checked: leave --check out\n");
  else
    return options->stalled + options->slow == 0 || readers_fit(options);
  return false;
}

bool options_parse(options *options, int count, char **arguments) {
  static const struct option known[] = {
      {"url", required_argument, NULL, 'u'},
      {"bots", required_argument, NULL, 'n'},
      {"seconds", required_argument, NULL, 's'},
      {"settle", required_argument, NULL, 'e'},
      {"behaviour", required_argument, NULL, 'w'},
      {"joins", required_argument, NULL, 'c'},
      {"boxes", required_argument, NULL, 'b'},
      {"check", required_argument, NULL, 'k'},
      {"rooms", required_argument, NULL, 'R'},
      {"room", required_argument, NULL, 'r'},
      {"game", required_argument, NULL, 'g'},
      {"options", required_argument, NULL, 'o'},
      {"kinds", required_argument, NULL, 'i'},
      {"chat", required_argument, NULL, 't'},
      {"reconnect", required_argument, NULL, 'l'},
      {"stalled", required_argument, NULL, 'x'},
      {"stall", required_argument, NULL, 'y'},
      {"slow", required_argument, NULL, 'z'},
      {"dump", required_argument, NULL, 'd'},
      {"json", no_argument, NULL, 'j'},
      {"help", no_argument, NULL, 'h'},
      {"version", no_argument, NULL, 'v'},
      {NULL, 0, NULL, 0},
  };
  *options = (struct options){
      .bots = 20, .seconds = 10, .joins = 400, .check = 100, .game = "tag", .stall = READER_STALL_SECONDS};
  take_url(options, "ws://127.0.0.1:8765");
  for (int letter; (letter = getopt_long(count, arguments, "", known, NULL)) != -1;)
    if (!take(options, letter, optarg))
      return false;
  if (optind < count) {
    fprintf(stderr, "tickbox-bots: what is '%s'? See --help\n", arguments[optind]);
    return false;
  }
  if (options->boxes == 0)
    options->boxes = options->bots + BOXES_BESIDE;
  if (options->kind_count == 0)
    strcpy(options->kinds[options->kind_count++], "bot");
  return fits_together(options);
}
