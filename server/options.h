/* What an operator can choose. One table drives the flags, the environment (TICKBOX_PORT), the JSON file,
   --help and docs/options.md. Flags go over environment over file over default; a name that is not in the
   table is refused with the nearest that is. */
#ifndef TICKBOX_OPTIONS_H
#define TICKBOX_OPTIONS_H

#include <stdint.h>
#include <stdio.h>

enum { OPTIONS_TEXT_BYTES = 1024, OPTIONS_ERROR_BYTES = 512 };

/* MS/EVERY: so many milliseconds in every so many; both 0: never. */
typedef struct {
  uint32_t length, every;
} options_share;

typedef struct {
  char host[OPTIONS_TEXT_BYTES]; /* empty: every address of this machine */
  uint32_t port;                 /* 0: any that is free */
  uint32_t tick_rate;            /* ticks a second */
  uint32_t max_clients;
  uint32_t practice_bots;
  uint32_t max_rooms;
  uint32_t room_members;
  uint32_t seat_hold;              /* seconds */
  char rooms[OPTIONS_TEXT_BYTES];  /* NAME:GAME,...; empty: general only */
  char map[OPTIONS_TEXT_BYTES];    /* a file; empty: the map inside the program */
  char www[OPTIONS_TEXT_BYTES];    /* a folder; empty: the page inside the program */
  char trace[OPTIONS_TEXT_BYTES];  /* a file to write; empty: none */
  char config[OPTIONS_TEXT_BYTES]; /* the JSON file; empty: none */
  char log_level[OPTIONS_TEXT_BYTES];
  uint32_t seed;                    /* 0: a different one each time */
  uint32_t sim_latency, sim_jitter; /* ms a round trip */
  options_share sim_stall;
  uint32_t lab; /* 1: clients may ask for the like */
} options;

typedef enum {
  OPTIONS_RUN,
  OPTIONS_HELP,
  OPTIONS_HELP_MARKDOWN,
  OPTIONS_VERSION,
  OPTIONS_BAD_USAGE, /* a flag is wrong */
  OPTIONS_BAD_CONFIG /* the environment or the file is */
} options_outcome;

/* Fills `out`. For the two bad ends one line stands in `error`. `environment` ends with NULL. */
options_outcome options_read(options *out, int argc, char **argv, char **environment, char error[OPTIONS_ERROR_BYTES]);

void options_print_help(FILE *out);
void options_print_markdown(FILE *out);

#endif
