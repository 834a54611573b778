#include "client-sdl/draw.h"

#include <string.h>

#include "client-sdl/draw_parts.h"

wire_color draw_color_at(uint32_t index, wire_color other) {
  return index < COLORS ? colors[index] : other;
}

const wire_role *draw_marked_role(const session *session, uint32_t id) {
  const wire_role *role = room_role(&session->room, roster_standing(session->roster, id).role);
  return role && role->color < COLORS && room_has_parts(&session->room) ? role : NULL;
}

wire_color draw_color_of(const session *session, uint32_t id) {
  const wire_player *player = roster_find(session->roster, id);
  const wire_role *role = draw_marked_role(session, id);
  return role ? colors[role->color] : player ? colors[player->color] : look[LOOK_DIM];
}

const char *draw_game_words(const room *room) {
  for (uint32_t at = 0; at < room->info.offers.count && !room->info.relay; at++)
    if (strcmp(room->offers[at].name, room->info.game) == 0)
      return room->offers[at].words;
  return "";
}

int32_t draw_words(const canvas *canvas, const char *words, int32_t x, int32_t y, int32_t points, wire_color color) {
  const text_style style = {.x = x, .y = y, .size = canvas_points(canvas, points), .color = &color};
  return canvas_text(canvas, words, &style);
}

int32_t draw_centered(const canvas *canvas, const char *words, int32_t y, int32_t points, wire_color color,
                      uint8_t faded) {
  const text_style style = {.x = canvas->width / 2,
                            .y = y,
                            .size = canvas_points(canvas, points),
                            .centered = true,
                            .faded = faded,
                            .color = &color};
  return canvas_text(canvas, words, &style);
}

int32_t draw_width(const canvas *canvas, const char *words, int32_t points) {
  int32_t width, height;
  const text_style style = {.size = canvas_points(canvas, points)};
  canvas_measure(canvas, words, &style, &width, &height);
  return width;
}

int32_t draw_line(const canvas *canvas, int32_t points) {
  return canvas_points(canvas, points) * 3 / 2;
}

int32_t draw_chip(const canvas *canvas, int32_t x, int32_t y, int32_t points, wire_color color) {
  int32_t edge = canvas_points(canvas, points) * 3 / 4, drop = canvas_points(canvas, points) / 4;
  canvas_fill(canvas, (canvas_rect){x, y + drop, edge, edge}, color, OPAQUE);
  return edge + edge / 2;
}

/* A panel in the middle, with the hint in its last line. */
static void draw_notice(const canvas *canvas, const draw_scene *scene) {
  int32_t width, height, margin = canvas_points(canvas, 2 * MARGIN_PT), wrap = canvas_points(canvas, 560);
  int32_t most = canvas->width - 4 * margin, line = scene->hint ? draw_line(canvas, SMALL_PT) : 0;
  text_style style = {.x = canvas->width / 2,
                      .size = canvas_points(canvas, NOTICE_PT),
                      .wrap = wrap < most ? wrap
                              : most > 40 ? most
                                          : 40,
                      .centered = true,
                      .color = &look[LOOK_TEXT]};
  canvas_measure(canvas, scene->notice, &style, &width, &height);
  if (scene->hint && draw_width(canvas, scene->hint, SMALL_PT) > width)
    width = draw_width(canvas, scene->hint, SMALL_PT);
  style.y = (canvas->height - height - line) / 2;
  const canvas_rect panel = {(canvas->width - width) / 2 - margin, style.y - margin, width + 2 * margin,
                             height + line + 2 * margin};
  canvas_panel(canvas, panel, 215);
  canvas_text(canvas, scene->notice, &style);
  if (scene->hint)
    draw_centered(canvas, scene->hint, style.y + height + line / 3, SMALL_PT, look[LOOK_DIM], 0);
}

void draw_picture(const canvas *canvas, const draw_scene *scene) {
  if (session_is_ready(scene->session))
    draw_world(canvas, scene);
  else
    canvas_clear(canvas, look[LOOK_OUTSIDE]);
  if (!scene->notice) {
    draw_match(canvas, scene);
    draw_standings(canvas, scene);
  }
  draw_talk(canvas, scene);
  if (scene->notice)
    draw_notice(canvas, scene);
  draw_panel(canvas, scene);
}
