#include "client-sdl/controls.h"

#include <stdio.h>
#include <string.h>

#include "common/commands.h"
#include "common/gen/tables.h"

static bool next_member(void *of, uint32_t *cursor, command_name *out) {
  const session *session = of;
  const wire_player *player = roster_next(session->roster, cursor);
  if (player)
    *out = (command_name){player->id, player->name};
  return player != NULL;
}

/* Those of the room, then those of the list of people. */
static bool next_person(void *of, uint32_t *cursor, command_name *out) {
  enum { FIRST_OF_LIST = WIRE_BOX_ID_MAX + 1 };
  const session *session = of;
  const wire_someone_list *list = &session->room.people.people;
  const wire_player *player = *cursor < FIRST_OF_LIST ? roster_next(session->roster, cursor) : NULL;
  if (player) {
    *out = (command_name){player->person, player->name};
    return true;
  }
  uint32_t at = *cursor < FIRST_OF_LIST ? 0 : *cursor - FIRST_OF_LIST;
  *cursor = FIRST_OF_LIST + at + 1;
  if (at >= list->count)
    return false;
  *out = (command_name){list->items[at].person, list->items[at].name};
  return true;
}

static bool send(const controls *controls, session *session, const wire_type *type, const void *message, int64_t now) {
  if (controls->online)
    session_send(session, type, message);
  else
    talk_note(&session->talk, "There is no connection now.", now);
  return controls->online;
}

static void go_to(controls *controls, const char *room) {
  snprintf(controls->go_to, sizeof(controls->go_to), "%s", room);
  controls->panel = PANEL_NONE;
  controls->follow = 0;
}

bool controls_enter(controls *controls, session *session, const char *line, int64_t now) {
  const command_names names = {session, next_member, next_person};
  static command read;
  switch (command_parse(line, &names, &read)) {
  case COMMAND_NOTHING:
    return true;
  case COMMAND_MESSAGE:
    return send(controls, session, read.type, &read.as, now);
  case COMMAND_HELP:
    controls->panel = PANEL_HELP;
    return true;
  case COMMAND_JOIN:
    go_to(controls, read.room);
    return true;
  case COMMAND_FAULT:
    talk_note(&session->talk, read.fault, now);
    return false;
  }
  return false;
}

void controls_open(controls *controls, controls_panel panel) {
  controls->panel = panel;
}

/* Others see that a text is being written; a command is nobody's business. */
static void mark_typing(controls *controls, session *session, int64_t now) {
  const wire_typing typing = {.channel = CHANNEL_ROOM};
  if (!controls->online || now < controls->typing_at || !controls->editor.text[0] || controls->editor.text[0] == '/')
    return;
  controls->typing_at = now + WIRE_TYPING_MS * INT64_C(1000) / 2;
  session_send(session, &wire_typing_type, &typing);
}

static void close_line(controls *controls) {
  controls->typing = false;
  editor_clear(&controls->editor);
}

/* What came to nothing stays, to be mended or sent later. */
static void enter_line(controls *controls, session *session, int64_t now) {
  controls->typing_at = 0;
  if (controls_enter(controls, session, controls->editor.text, now))
    close_line(controls);
}

static void edit(controls *controls, session *session, const key_stroke *stroke, int64_t now) {
  switch (stroke->key) {
  case KEY_TEXT:
    editor_insert(&controls->editor, stroke->text);
    mark_typing(controls, session, now);
    break;
  case KEY_ENTER:
    enter_line(controls, session, now);
    break;
  case KEY_ESCAPE:
    close_line(controls);
    break;
  case KEY_BACKSPACE:
    editor_press(&controls->editor, EDIT_BACKSPACE);
    break;
  case KEY_DELETE:
    editor_press(&controls->editor, EDIT_DELETE);
    break;
  case KEY_LEFT:
    editor_press(&controls->editor, EDIT_LEFT);
    break;
  case KEY_RIGHT:
    editor_press(&controls->editor, EDIT_RIGHT);
    break;
  case KEY_HOME:
    editor_press(&controls->editor, EDIT_HOME);
    break;
  case KEY_END:
    editor_press(&controls->editor, EDIT_END);
    break;
  case KEY_HELP:
  case KEY_READY:
  case KEY_START:
  case KEY_DIGIT:
    break;
  }
}

static void toggle_ready(const controls *controls, session *session, int64_t now) {
  const wire_ready ready = {.on = !roster_is(session->roster, session->own, SEAT_READY)};
  if (session->room.match.phase == PHASE_WAITING && !session->room.info.sandbox)
    send(controls, session, &wire_ready_type, &ready, now);
}

/* Who can be looked at: somebody with a box. */
static bool has_box(const session *session, uint32_t id) {
  return id != session->own && roster_find(session->roster, id) &&
         !roster_is(session->roster, id, SEAT_WATCHING | SEAT_OUT);
}

/* The next such seat after `from`, by id, in either direction and round; 0: there is none. */
static uint32_t neighbour(const session *session, uint32_t from, bool forward) {
  uint32_t first = 0, last = 0, before = 0, after = 0;
  const wire_player *player;
  for (uint32_t cursor = 0; (player = roster_next(session->roster, &cursor));) {
    if (!has_box(session, player->id))
      continue;
    first = first ? first : player->id;
    last = player->id;
    before = player->id < from ? player->id : before;
    after = player->id > from && !after ? player->id : after;
  }
  return forward ? (after ? after : first) : (before ? before : last);
}

void controls_advance(controls *controls, const session *session) {
  if (!has_box(session, controls->follow))
    controls->follow = neighbour(session, controls->follow, true);
}

/* The display hears of a button that is pressed and let go; held is what the hand does, whoever hears of it. */
static void press_button(controls *controls, session *session, const key_stroke *stroke) {
  const wire_button_list *buttons = &session->room.info.buttons;
  uint32_t at = stroke->digit - 1, bit = UINT32_C(1) << at;
  bool held = controls->pressed & bit;
  if (held == stroke->down)
    return;
  controls->pressed ^= bit;
  if (!controls->online || at >= buttons->count)
    return;
  wire_relay relay = {.kind = "display"};
  snprintf(relay.data, sizeof(relay.data), "%s%s", stroke->down ? "+" : "-", buttons->items[at].name);
  session_send(session, &wire_relay_type, &relay);
}

static void press_digit(controls *controls, session *session, const key_stroke *stroke) {
  const wire_listed_list *rooms = &session->room.rooms.rooms;
  if (controls->panel != PANEL_ROOMS)
    press_button(controls, session, stroke);
  else if (stroke->down && stroke->digit <= rooms->count)
    go_to(controls, rooms->items[stroke->digit - 1].code);
}

static void choose(controls *controls, session *session, const key_stroke *stroke, int64_t now) {
  switch (stroke->key) {
  case KEY_ENTER:
    controls->typing = true;
    break;
  case KEY_ESCAPE:
    controls->panel = PANEL_NONE;
    break;
  case KEY_HELP:
    controls->panel = controls->panel == PANEL_HELP ? PANEL_NONE : PANEL_HELP;
    break;
  case KEY_READY:
    toggle_ready(controls, session, now);
    break;
  case KEY_START:
    send(controls, session, &wire_start_type, NULL, now);
    break;
  case KEY_LEFT:
  case KEY_RIGHT:
    controls->follow = neighbour(session, controls->follow, stroke->key == KEY_RIGHT);
    break;
  case KEY_DIGIT:
    press_digit(controls, session, stroke);
    break;
  case KEY_TEXT:
  case KEY_BACKSPACE:
  case KEY_DELETE:
  case KEY_HOME:
  case KEY_END:
    break;
  }
}

void controls_press(controls *controls, session *session, const key_stroke *stroke, int64_t now) {
  if (stroke->key == KEY_DIGIT && !stroke->down)
    press_button(controls, session, stroke);
  else if (controls->typing)
    edit(controls, session, stroke, now);
  else
    choose(controls, session, stroke, now);
}
