#include "client-sdl/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/gen/protocol.h"
#include "common/wire.h"

static const char help[] =
    "tickbox [ADDRESS] [options]: plays Tickbox in a window.\n"
    "\n"
    "ADDRESS is where the server is: 192.168.1.7, box.local, either with :PORT, [::1]:8765,\n"
    "or a URL with http://, https://, ws:// or wss://; a link to a room ends in /r/CODE. The\n"
    "port is 8765 (443 with https:// and wss://) unless you name another. Without an address,\n"
    "this machine is tried. Walk with the arrow keys or W A S D; F1 shows all keys and commands.\n"
    "\n"
    "  --name NAME                  the name you wish for\n"
    "  --room CODE                  the room to go to, in place of the address's\n"
    "  --watch                      come as a spectator\n"
    "  --kind WORD                  say that this is another kind of client than 'sdl', such as\n"
    "                               'controller' or 'display'\n"
    "  --script FILE                hold buttons by tick; lines such as '30 right+down',\n"
    "                               '90 none', '60 ready', '70 type Hello', '200 quit'\n"
    "  --screenshot-at TICK=FILE    write a PNG picture at that tick; may be repeated\n"
    "  --trace FILE                 write what is drawn as JSON lines, one a drawn frame\n"
    "  --events FILE                write what the server says as JSON lines, frames left out\n"
    "  --seconds S                  quit after S seconds\n"
    "  --help                       show this\n"
    "  --version                    show the version\n"
    "\n"
    "Ticks count from the first frame that the server sends.\n";

enum { NAME = 256, ROOM, KIND, WATCH, SCRIPT, SCREENSHOT, TRACE, EVENTS, SECONDS, HELP, VERSION };

static const struct option table[] = {
    {"name", required_argument, NULL, NAME},       {"room", required_argument, NULL, ROOM},
    {"kind", required_argument, NULL, KIND},       {"watch", no_argument, NULL, WATCH},
    {"script", required_argument, NULL, SCRIPT},   {"screenshot-at", required_argument, NULL, SCREENSHOT},
    {"trace", required_argument, NULL, TRACE},     {"events", required_argument, NULL, EVENTS},
    {"seconds", required_argument, NULL, SECONDS}, {"help", no_argument, NULL, HELP},
    {"version", no_argument, NULL, VERSION},       {NULL, 0, NULL, 0}};

static bool read_text(const char **place, const char *flag, const char *text, size_t most) {
  *place = text;
  if (strlen(text) <= most && wire_is_utf8(text, strlen(text)))
    return true;
  fprintf(stderr, "tickbox: --%s takes at most %zu bytes of UTF-8\n", flag, most);
  return false;
}

static bool read_screenshot(options *options, const char *text) {
  char *after;
  unsigned long tick = strtoul(text, &after, 10);
  bool good = *text >= '0' && *text <= '9' && after - text <= 9 && after[0] == '=' && after[1];
  if (!good) {
    fprintf(stderr, "tickbox: --screenshot-at takes TICK=FILE, such as 60=picture.png\n");
    return false;
  }
  if (options->screenshot_count == OPTIONS_SCREENSHOTS_MAX) {
    fprintf(stderr, "tickbox: at most %d screenshots\n", OPTIONS_SCREENSHOTS_MAX);
    return false;
  }
  options->screenshots[options->screenshot_count++] = (options_screenshot){(uint32_t)tick, after + 1};
  return true;
}

static bool read_seconds(options *options, const char *text) {
  char *after;
  options->seconds = strtod(text, &after);
  if (after != text && !*after && options->seconds > 0 && options->seconds <= 1e6)
    return true;
  fprintf(stderr, "tickbox: --seconds takes a number above 0\n");
  return false;
}

static bool read_value(options *options, int option, const char *value) {
  switch (option) {
  case NAME:
    return read_text(&options->name, "name", value, WIRE_NAME_BYTES_MAX);
  case ROOM:
    return read_text(&options->room, "room", value, WIRE_WORD_BYTES_MAX);
  case KIND:
    return read_text(&options->kind, "kind", value, WIRE_WORD_BYTES_MAX);
  case WATCH:
    options->watch = true;
    return true;
  case SCREENSHOT:
    return read_screenshot(options, value);
  case SECONDS:
    return read_seconds(options, value);
  case SCRIPT:
    options->script = value;
    return true;
  case TRACE:
    options->trace = value;
    return true;
  case EVENTS:
    options->events = value;
    return true;
  default: /* getopt has said what is wrong */
    fprintf(stderr, "Try 'tickbox --help'.\n");
    return false;
  }
}

static options_result read_address(options *options, int count, char **words) {
  if (count > 1) {
    fprintf(stderr, "tickbox: one address is enough, '%s' is a second one\n", words[1]);
    return OPTIONS_BAD;
  }
  options->address = count == 1 ? words[0] : "127.0.0.1";
  return OPTIONS_PLAY;
}

options_result options_parse(options *options, int argc, char **argv) {
  *options = (struct options){.name = "", .room = "", .kind = "sdl"};
  int option;
  while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
    if (option == HELP || option == VERSION) {
      fputs(option == HELP ? help : "tickbox " TICKBOX_VERSION "\n", stdout);
      return OPTIONS_DONE;
    }
    if (!read_value(options, option, optarg))
      return OPTIONS_BAD;
  }
  return read_address(options, argc - optind, argv + optind);
}
