/* The command line. */
#ifndef TICKBOX_CLIENT_OPTIONS_H
#define TICKBOX_CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum { OPTIONS_SCREENSHOTS_MAX = 32 };

typedef struct {
  uint32_t tick; /* since the first confirmed frame */
  const char *path;
} options_screenshot;

typedef struct options {
  const char *address; /* as typed; 127.0.0.1 if none was */
  const char *name;    /* wished for, or "" */
  const char *script;  /* path, or NULL */
  const char *trace;   /* path, or NULL */
  const char *events;  /* path, or NULL */
  const char *room;    /* where to, or "": as the address says, or general */
  const char *kind;    /* of client */
  bool watch;          /* come as a spectator */
  double seconds;      /* quit after these; 0: never */
  options_screenshot screenshots[OPTIONS_SCREENSHOTS_MAX];
  uint32_t screenshot_count;
} options;

/* What to do after reading: play, or end with that status (its words are printed already). */
typedef enum { OPTIONS_PLAY = -1, OPTIONS_DONE = 0, OPTIONS_BAD = 2 } options_result;

/* Reads argv; the strings stay in it. */
options_result options_parse(options *options, int argc, char **argv);

#endif
