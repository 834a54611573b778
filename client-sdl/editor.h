/* A line of text being typed: UTF-8, with a cursor between its characters. */
#ifndef TICKBOX_CLIENT_EDITOR_H
#define TICKBOX_CLIENT_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "common/commands.h"

typedef struct editor {
  char text[COMMAND_LINE_MAX + 1];
  size_t cursor; /* in bytes, never inside a character */
} editor;

typedef enum { EDIT_BACKSPACE, EDIT_DELETE, EDIT_LEFT, EDIT_RIGHT, EDIT_HOME, EDIT_END } editor_key;

void editor_clear(editor *editor);

/* Puts text in at the cursor; what is no text or does not fit is left out as a whole. */
void editor_insert(editor *editor, const char *text);

void editor_press(editor *editor, editor_key key);

#endif
