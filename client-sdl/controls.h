/* What a player does beside walking: types, chooses, looks things up. Told of keys and lines, sends messages through
   the session, and remembers what is open on the screen. Knows no screen. */
#ifndef TICKBOX_CLIENT_CONTROLS_H
#define TICKBOX_CLIENT_CONTROLS_H

#include <stdbool.h>
#include <stdint.h>

#include "client-sdl/editor.h"
#include "client-sdl/keys.h"
#include "client-sdl/session.h"

typedef enum { PANEL_NONE, PANEL_HELP, PANEL_ROOMS, PANEL_PEOPLE } controls_panel;

typedef struct controls {
  bool online; /* set by the caller: messages can be sent */
  bool typing; /* a line is open; keys are letters */
  editor editor;
  int64_t typing_at; /* when the next typing mark may be sent */
  controls_panel panel;
  uint32_t follow;                     /* a spectator looks at this box; 0: none chosen */
  uint32_t pressed;                    /* bits of the display's buttons held */
  char go_to[WIRE_WORD_BYTES_MAX + 1]; /* the room that the player wants to go to, or ""; the caller clears it */
} controls;

/* Does what a key means now. */
void controls_press(controls *controls, session *session, const key_stroke *stroke, int64_t now);

/* Enters a line as if it had been typed: a command or a text to say. False if nothing came of it, as a note says. */
bool controls_enter(controls *controls, session *session, const char *line, int64_t now);

/* Lets time pass: a spectator looks at somebody, if there is anybody. */
void controls_advance(controls *controls, const session *session);

/* The list that was asked for has come, or is wanted no more. */
void controls_open(controls *controls, controls_panel panel);

#endif
