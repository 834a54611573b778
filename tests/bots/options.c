#include "tests/bots/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "common/gen/protocol.h"

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
      "  --joins N         begin so many connections a second (default 400)\n"
      "  --check PERCENT   how many of the bots have a replica at a time, whose checksums are verified (default 100);\n"
      "                    the others read only the heads of frames. Who has one changes: each has it for 10 s\n"
      "  --boxes N         room in each bot's world (default: the bots and 1024 more)\n"
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

static bool take(options *options, int letter, const char *value) {
  switch (letter) {
  case 'u':
    return take_url(options, value);
  case 'n':
    return number("bots", value, BOTS_MAX, &options->bots);
  case 's':
    return number("seconds", value, SECONDS_MAX, &options->seconds);
  case 'w':
    return take_behaviour(options, value);
  case 'c':
    return number("joins", value, JOINS_MAX, &options->joins);
  case 'b':
    return number("boxes", value, WIRE_BOX_ID_MAX, &options->boxes);
  case 'k':
    return number("check", value, 100, &options->check);
  case 'j':
    return options->json = true;
  case 'h':
    return options->help = true;
  case 'v':
    return options->version = true;
  }
  return false; /* getopt has said what is wrong */
}

bool options_parse(options *options, int count, char **arguments) {
  static const struct option known[] = {
      {"url", required_argument, NULL, 'u'},
      {"bots", required_argument, NULL, 'n'},
      {"seconds", required_argument, NULL, 's'},
      {"behaviour", required_argument, NULL, 'w'},
      {"joins", required_argument, NULL, 'c'},
      {"boxes", required_argument, NULL, 'b'},
      {"check", required_argument, NULL, 'k'},
      {"json", no_argument, NULL, 'j'},
      {"help", no_argument, NULL, 'h'},
      {"version", no_argument, NULL, 'v'},
      {NULL, 0, NULL, 0},
  };
  *options = (struct options){.bots = 20, .seconds = 10, .joins = 400, .check = 100};
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
  return true;
}
