/* The command line of tickbox-bots. */
#ifndef TICKBOX_BOTS_OPTIONS_H
#define TICKBOX_BOTS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/bots/behaviour.h"
#include "tests/bots/ws.h"

typedef struct options {
  const char *url_text; /* as the person wrote it */
  ws_url url;
  uint32_t bots;
  uint32_t seconds;
  uint32_t joins; /* begun a second */
  uint32_t boxes; /* most boxes in a replica */
  uint32_t check; /* percent of the bots that are checked at a time */
  behaviour behaviour;
  bool json, help, version;
} options;

/* False after one line on stderr about what is wrong. */
bool options_parse(options *options, int count, char **arguments);

void options_help(FILE *out);

#endif
