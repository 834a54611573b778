/* Buttons and typed lines by tick, read from a file, so that a client can be played without hands:

       # walk right for two seconds, say something, then leave
       20 ready
       30 right
       90 right+down
       100 none
       120 type Hello, all # this is said too
       130 type /watch
       200 quit

   A line's buttons hold from its tick to the next line's that has buttons. `type` enters a line as a player would, a
   command or a text; `ready` is short for `type /ready`. Ticks count from the first confirmed frame. */
#ifndef TICKBOX_CLIENT_SCRIPT_H
#define TICKBOX_CLIENT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCRIPT_LINES_MAX = 10000, SCRIPT_FAULT_MAX = 200, SCRIPT_LINE_MAX = 1100 };

typedef struct {
  uint32_t tick;
  uint32_t buttons;
  bool quit;
  char *typed; /* a line to enter, or NULL: then the buttons count */
} script_line;

typedef struct script {
  script_line *lines;
  size_t count;
  size_t next;   /* the line that has not been reached */
  size_t typed;  /* the line from which script_typed goes on */
  uint32_t held; /* by the last line reached */
} script;

/* Reads the whole text. False with the fault, naming its line, if a line is wrong. */
bool script_parse(script *script, const char *text, char fault[SCRIPT_FAULT_MAX]);

/* Reads a file; the fault names it. */
bool script_load(script *script, const char *path, char fault[SCRIPT_FAULT_MAX]);

void script_free(script *script);

/* The buttons to hold at this tick, never earlier than the tick of the last call. A button that was pressed and
   released since that call is among them. Sets *quit when the script says so. */
uint32_t script_buttons(script *script, uint32_t tick, bool *quit);

/* The next line to be entered, of those that script_buttons has reached, or NULL. */
const char *script_typed(script *script);

#endif
