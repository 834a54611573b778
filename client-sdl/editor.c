#include "client-sdl/editor.h"

#include <string.h>

#include "client-sdl/literal.h"
#include "common/wire.h"

void editor_clear(editor *editor) {
  *editor = (struct editor){0};
}

void editor_insert(editor *editor, const char *text) {
  char clean[COMMAND_LINE_MAX + 1];
  size_t length = strlen(text), used = strlen(editor->text);
  if (length > COMMAND_LINE_MAX - used || !wire_is_utf8(text, length))
    return;
  literal_copy(clean, sizeof(clean), text);
  length = strlen(clean);
  memmove(editor->text + editor->cursor + length, editor->text + editor->cursor, used - editor->cursor + 1);
  memcpy(editor->text + editor->cursor, clean, length);
  editor->cursor += length;
}

static bool is_inside(const char *at) {
  return ((unsigned char)*at & 0xc0) == 0x80;
}

static size_t before(const editor *editor) {
  size_t at = editor->cursor;
  while (at > 0 && is_inside(editor->text + --at))
    continue;
  return at;
}

static size_t after(const editor *editor) {
  size_t at = editor->cursor;
  if (editor->text[at])
    at++;
  while (is_inside(editor->text + at))
    at++;
  return at;
}

static void cut(editor *editor, size_t from, size_t to) {
  memmove(editor->text + from, editor->text + to, strlen(editor->text + to) + 1);
  editor->cursor = from;
}

void editor_press(editor *editor, editor_key key) {
  switch (key) {
  case EDIT_BACKSPACE:
    cut(editor, before(editor), editor->cursor);
    break;
  case EDIT_DELETE:
    cut(editor, editor->cursor, after(editor));
    break;
  case EDIT_LEFT:
    editor->cursor = before(editor);
    break;
  case EDIT_RIGHT:
    editor->cursor = after(editor);
    break;
  case EDIT_HOME:
    editor->cursor = 0;
    break;
  case EDIT_END:
    editor->cursor = strlen(editor->text);
    break;
  }
}
