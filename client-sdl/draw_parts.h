/* The inside of the picture, for draw*.c only: its layers, from the ground up. */
#ifndef TICKBOX_CLIENT_DRAW_PARTS_H
#define TICKBOX_CLIENT_DRAW_PARTS_H

#include "client-sdl/draw.h"

enum { SMALL_PT = 14, CORNER_PT = 16, NOTICE_PT = 20, TITLE_PT = 24, CLOCK_PT = 30, HUGE_PT = 110, MARGIN_PT = 12 };

/* Floor, marks, blocks, boxes and names. */
void draw_world(const canvas *canvas, const draw_scene *scene);

/* The corner, clock, scores, events, pause, whom a spectator watches, and a display's buttons. */
void draw_match(const canvas *canvas, const draw_scene *scene);

/* The last lines that were said, the line that is being typed, and who else is writing. */
void draw_talk(const canvas *canvas, const draw_scene *scene);

/* The waiting room, the results and the scores. */
void draw_standings(const canvas *canvas, const draw_scene *scene);

/* Help, the list of rooms, the list of people. */
void draw_panel(const canvas *canvas, const draw_scene *scene);

/* The color of a player's box in the room's game: the role's, or the player's own. */
wire_color draw_color_of(const session *session, uint32_t id);

/* The role that a box is marked by: one with a color of its own; NULL: none. */
const wire_role *draw_marked_role(const session *session, uint32_t id);

/* The sentence of the room's game; empty in a relay room. */
const char *draw_game_words(const room *room);

/* A color of a message: one of the colors, or `other` where it says 12. */
wire_color draw_color_at(uint32_t index, wire_color other);

/* Text in one color; y is its top. Returns its width. */
int32_t draw_words(const canvas *canvas, const char *words, int32_t x, int32_t y, int32_t points, wire_color color);
int32_t draw_centered(const canvas *canvas, const char *words, int32_t y, int32_t points, wire_color color,
                      uint8_t faded);

/* The width of text, and the height of a line of it. */
int32_t draw_width(const canvas *canvas, const char *words, int32_t points);
int32_t draw_line(const canvas *canvas, int32_t points);

/* A square in a color, as high as text; returns the room that it takes. */
int32_t draw_chip(const canvas *canvas, int32_t x, int32_t y, int32_t points, wire_color color);

#endif
