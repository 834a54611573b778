#include <stdio.h>

#include "client-sdl/draw_parts.h"
#include "common/commands.h"

enum { PAD_PT = 18, HELP_WIDE = 790, LIST_WIDE = 600, LIST_MAX = 18 };

static const struct {
  const char *keys, *doc;
} help[] = {{"Arrows, WASD", "walk"},          {"Space, Shift", "act, if the game has acts"},
            {"R", "ready, or not any more"},   {"F5", "host: start"},
            {"Enter", "write, send"},          {"Esc", "close"},
            {"Tab", "scores, while held"},     {"← →", "watching: another player"},
            {"1 to 8", "a display's buttons"}, {"F1", "this help"}};
enum { HELP_KEYS = sizeof(help) / sizeof(help[0]) };

/* A panel in the middle with its title; returns the place of its first line. */
static canvas_rect open_panel(const canvas *canvas, const char *title, int32_t wide_points, uint32_t lines) {
  int32_t pad = canvas_points(canvas, PAD_PT), line = draw_line(canvas, SMALL_PT),
          wide = canvas_points(canvas, wide_points);
  int32_t high = 2 * pad + draw_line(canvas, TITLE_PT) + (int32_t)lines * line;
  const canvas_rect panel = {(canvas->width - wide) / 2, (canvas->height - high) / 2, wide, high};
  canvas_panel(canvas, panel, 240);
  draw_words(canvas, title, panel.x + pad, panel.y + pad, TITLE_PT, look[LOOK_TEXT]);
  return (canvas_rect){panel.x + pad, panel.y + pad + draw_line(canvas, TITLE_PT), wide - 2 * pad, line};
}

static void draw_pair(const canvas *canvas, const char *left, const char *right, int32_t x, int32_t y, int32_t gap) {
  draw_words(canvas, left, x, y, SMALL_PT, look[LOOK_TEXT]);
  draw_words(canvas, right, x + canvas_points(canvas, gap), y, SMALL_PT, look[LOOK_DIM]);
}

static void draw_help(const canvas *canvas) {
  enum { KEYS_GAP = 118, COMMANDS_AT = 335, COMMANDS_GAP = 75 };
  canvas_rect place = open_panel(canvas, "Keys and commands", HELP_WIDE, COMMANDS + COMMAND_LOCALS);
  for (int32_t at = 0; at < HELP_KEYS; at++)
    draw_pair(canvas, help[at].keys, help[at].doc, place.x, place.y + at * place.h, KEYS_GAP);
  int32_t x = place.x + canvas_points(canvas, COMMANDS_AT);
  for (unsigned at = 0; at < COMMANDS; at++, place.y += place.h)
    draw_pair(canvas, commands[at].words, commands[at].doc, x, place.y, COMMANDS_GAP);
  for (unsigned at = 0; at < COMMAND_LOCALS; at++, place.y += place.h)
    draw_pair(canvas, command_locals[at].words, command_locals[at].doc, x, place.y, COMMANDS_GAP);
}

static void draw_listed(const canvas *canvas, const wire_listed *listed, uint32_t number, canvas_rect place) {
  const wire_color color = look[listed->locked ? LOOK_DIM : LOOK_TEXT];
  char words[32];
  snprintf(words, sizeof(words), "%u", number);
  if (number <= KEYS_DIGITS)
    draw_words(canvas, words, place.x, place.y, SMALL_PT, look[LOOK_DIM]);
  draw_words(canvas, listed->name[0] ? listed->name : listed->code, place.x + place.w * 5 / 100, place.y, SMALL_PT,
             color);
  draw_words(canvas, listed->code, place.x + place.w * 42 / 100, place.y, SMALL_PT, color);
  draw_words(canvas, listed->game[0] ? listed->game : "by a display", place.x + place.w * 54 / 100, place.y, SMALL_PT,
             color);
  draw_words(canvas, listed->locked ? "locked" : phase_words[listed->phase].words, place.x + place.w * 68 / 100,
             place.y, SMALL_PT, color);
  snprintf(words, sizeof(words), "%u of %u", listed->players, listed->members_max);
  draw_words(canvas, words, place.x + place.w - draw_width(canvas, words, SMALL_PT), place.y, SMALL_PT, color);
}

static void draw_rooms(const canvas *canvas, const room *room) {
  const wire_listed_list *rooms = &room->rooms.rooms;
  uint32_t shown = rooms->count < LIST_MAX ? rooms->count : LIST_MAX;
  canvas_rect place = open_panel(canvas, "Rooms", LIST_WIDE, shown ? shown + 2 : 3);
  if (shown == 0)
    draw_words(canvas, "No public rooms yet.", place.x, place.y, SMALL_PT, look[LOOK_DIM]);
  for (uint32_t at = 0; at < shown; at++, place.y += place.h)
    draw_listed(canvas, &rooms->items[at], at + 1, place);
  place.y += place.h * (shown ? 1 : 2);
  draw_words(canvas, "1 to 9 go there · /join CODE · /create GAME NAME makes one · Esc closes", place.x, place.y,
             SMALL_PT, look[LOOK_DIM]);
}

static void draw_people(const canvas *canvas, const session *session) {
  const wire_people *people = &session->room.people;
  uint32_t shown = people->people.count < LIST_MAX ? people->people.count : LIST_MAX;
  canvas_rect place = open_panel(canvas, "People on this server", LIST_WIDE, shown + 2);
  char words[120];
  for (uint32_t at = 0; at < shown; at++, place.y += place.h) {
    const wire_someone *someone = &people->people.items[at];
    draw_words(canvas, someone->name, place.x, place.y, SMALL_PT, look[LOOK_TEXT]);
    snprintf(words, sizeof(words), someone->room[0] ? "in %s" : "in a private room%s", someone->room);
    draw_words(canvas, someone->person == session->person ? "you" : words, place.x + place.w / 2, place.y, SMALL_PT,
               look[LOOK_DIM]);
  }
  snprintf(words, sizeof(words), "and %u more", people->count - shown);
  if (people->count > shown)
    draw_words(canvas, words, place.x, place.y, SMALL_PT, look[LOOK_DIM]);
  draw_words(canvas, "/msg NAME TEXT writes to one of them · Esc closes", place.x, place.y + place.h, SMALL_PT,
             look[LOOK_DIM]);
}

void draw_panel(const canvas *canvas, const draw_scene *scene) {
  switch (scene->controls->panel) {
  case PANEL_NONE:
    break;
  case PANEL_HELP:
    draw_help(canvas);
    break;
  case PANEL_ROOMS:
    draw_rooms(canvas, &scene->session->room);
    break;
  case PANEL_PEOPLE:
    draw_people(canvas, scene->session);
    break;
  }
}
