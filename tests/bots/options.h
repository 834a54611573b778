/* The command line of tickbox-bots. */
#ifndef TICKBOX_BOTS_OPTIONS_H
#define TICKBOX_BOTS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/bots/behaviour.h"
#include "tests/bots/member.h"
#include "tests/bots/ws.h"

enum { OPTIONS_KINDS_MAX = 8 };

typedef char options_word[WIRE_WORD_BYTES_MAX + 1];

typedef struct options {
  const char *url_text; /* as the person wrote it */
  ws_url url;
  uint32_t bots;
  uint32_t seconds;
  uint32_t settle; /* seconds from the last one's arrival to the measured window */
  uint32_t joins;  /* begun a second */
  uint32_t boxes;  /* most boxes in a replica */
  uint32_t check;  /* percent of the bots that are checked at a time */
  behaviour behaviour;
  uint32_t rooms;                        /* to make, for the bots to spread over; 0: none is made */
  options_word room;                     /* to go to, if none is made; empty: general */
  options_word game;                     /* of the rooms made */
  member_options host;                   /* what their hosts set */
  uint32_t chat;                         /* lines a minute, a bot */
  uint32_t stalled, slow;                /* bots that read poorly (reader.h), */
  uint32_t stall;                        /* the stalled for so many seconds */
  uint32_t reconnect;                    /* every so many seconds a bot loses its connection; 0: never */
  options_word kinds[OPTIONS_KINDS_MAX]; /* that the bots say they are, in turn */
  uint32_t kind_count;
  const char *dump; /* file for decoded frames; NULL: none */
  bool json, help, version;
} options;

/* False after one line on stderr about what is wrong. */
bool options_parse(options *options, int count, char **arguments);

void options_help(FILE *out);

#endif
