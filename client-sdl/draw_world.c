#include "client-sdl/draw_parts.h"
#include "common/view.h"

enum {
  GRID_UNITS = 100,
  EDGE_UNITS = 4,
  LINE_UNITS = 3,
  GAP_UNITS = 2,
  NAME_UNITS = 16,
  NAME_GAP_UNITS = 5,
  NAME_LEAST_PX = 11,
  MARK_WORDS_UNITS = 28,
  TEAM_UNITS = 5,
  HEART_PERCENT = 50, /* of a box: the square in the middle of one in its role's color */
  MARK_ALPHA = 56,
  AWAY_ALPHA = 102,
};

/* The world as this picture sees it. */
typedef struct {
  const canvas *canvas;
  const draw_scene *scene;
  const session *session;
  const wire_map *map;
  wire_view_fit view;
} picture;

/* A length of the world in pixels, and its places in the window; lengths in 1/16 unit. */
static int32_t pixels(const picture *picture, int64_t length) {
  int64_t scaled = length * (int64_t)picture->view.scale, one = (int64_t)WIRE_SUBUNITS << 16;
  return (int32_t)((scaled + (scaled < 0 ? -one : one) / 2) / one);
}

static int32_t pixel_x(const picture *picture, int64_t x) {
  return pixels(picture, x - picture->view.left);
}

static int32_t pixel_y(const picture *picture, int64_t y) {
  return pixels(picture, y - picture->view.top);
}

static canvas_rect rect_of(const picture *picture, int64_t x, int64_t y, int64_t w, int64_t h) {
  int32_t left = pixel_x(picture, x), top = pixel_y(picture, y);
  return (canvas_rect){left, top, pixel_x(picture, x + w) - left, pixel_y(picture, y + h) - top};
}

static bool is_seen(const picture *picture, canvas_rect rect) {
  return canvas_sees(picture->canvas, rect);
}

static void fill(const picture *picture, canvas_rect rect, wire_color color) {
  canvas_fill(picture->canvas, rect, color, OPAQUE);
}

static void outline(const picture *picture, canvas_rect rect, int32_t line, wire_color color) {
  canvas_outline(picture->canvas, rect, line, color, OPAQUE);
}

static int32_t line_of(const picture *picture, int units) {
  int32_t line = pixels(picture, (int64_t)units * WIRE_SUBUNITS);
  return line < 1 ? 1 : line;
}

/* Where the floor fills the window, one clearing does. */
static void draw_floor(const picture *picture) {
  const canvas *canvas = picture->canvas;
  const canvas_rect floor = rect_of(picture, 0, 0, picture->map->width, picture->map->height);
  bool fills =
      floor.x <= 0 && floor.y <= 0 && floor.x + floor.w >= canvas->width && floor.y + floor.h >= canvas->height;
  canvas_clear(canvas, look[fills ? LOOK_FLOOR : LOOK_OUTSIDE]);
  if (!fills)
    fill(picture, floor, look[LOOK_FLOOR]);
}

static void draw_grid(const picture *picture) {
  const int64_t step = GRID_UNITS * WIRE_SUBUNITS, width = picture->map->width, height = picture->map->height;
  int32_t line = (int32_t)picture->canvas->density < 1 ? 1 : (int32_t)picture->canvas->density;
  for (int64_t x = step; x < width; x += step) {
    canvas_rect rect = rect_of(picture, x, 0, 0, height);
    rect.w = line;
    if (is_seen(picture, rect))
      fill(picture, rect, look[LOOK_GRID]);
  }
  for (int64_t y = step; y < height; y += step) {
    canvas_rect rect = rect_of(picture, 0, y, width, 0);
    rect.h = line;
    if (is_seen(picture, rect))
      fill(picture, rect, look[LOOK_GRID]);
  }
}

static void draw_blocks(const picture *picture) {
  const wire_block_list *blocks = &picture->map->blocks;
  for (uint32_t at = 0; at < blocks->count; at++) {
    const wire_block *block = &blocks->items[at];
    const canvas_rect rect = rect_of(picture, block->x, block->y, block->w, block->h);
    if (is_seen(picture, rect))
      fill(picture, rect, look[LOOK_BLOCK]);
  }
}

/* An area that means something: tinted, with its words in the middle. */
static void draw_mark(const picture *picture, const wire_mark *mark) {
  const canvas *canvas = picture->canvas;
  const canvas_rect rect = rect_of(picture, mark->x, mark->y, mark->w, mark->h);
  const wire_color color = draw_color_at(mark->color, look[LOOK_DIM]);
  int32_t width, height;
  text_style style = {.size = line_of(picture, MARK_WORDS_UNITS), .centered = true, .color = &look[LOOK_TEXT]};
  if (!is_seen(picture, rect))
    return;
  canvas_fill(canvas, rect, color, MARK_ALPHA);
  canvas_outline(canvas, rect, line_of(picture, LINE_UNITS), color, OPAQUE);
  if (!mark->words[0])
    return;
  canvas_measure(canvas, mark->words, &style, &width, &height);
  style.x = rect.x + rect.w / 2;
  style.y = rect.y + (rect.h - height) / 2;
  canvas_text(canvas, mark->words, &style);
}

static void draw_marks(const picture *picture) {
  const wire_mark_list *marks = &picture->session->room.marks.marks;
  for (uint32_t at = 0; at < marks->count; at++)
    draw_mark(picture, &marks->items[at]);
}

static void draw_edge(const picture *picture) {
  const canvas_rect rect = rect_of(picture, 0, 0, picture->map->width, picture->map->height);
  outline(picture, rect, line_of(picture, EDGE_UNITS), look[LOOK_EDGE]);
}

static wire_color darker(wire_color color) {
  return (wire_color){color.name, color.red * 3 / 5, color.green * 3 / 5, color.blue * 3 / 5};
}

/* In the team's color, or a darker one of the box's; one's own is white, around the team's, with a dark gap that keeps
   it apart from boxes of its own color. */
static void draw_border(const picture *picture, canvas_rect rect, wire_color color, const wire_team *team, bool own,
                        uint8_t alpha) {
  const canvas *canvas = picture->canvas;
  int32_t line = line_of(picture, LINE_UNITS), gap = own ? line + line_of(picture, GAP_UNITS) : 0;
  if (team)
    canvas_outline(canvas, rect, gap + line_of(picture, TEAM_UNITS), draw_color_at(team->color, look[LOOK_DIM]), alpha);
  else if (!own)
    canvas_outline(canvas, rect, line, darker(color), alpha);
  if (!own)
    return;
  canvas_outline(canvas, rect, gap, look[LOOK_OUTSIDE], alpha);
  canvas_outline(canvas, rect, line, look[LOOK_OWN], alpha);
}

/* A box in its role's color has the player's own in its middle: so a red runner is no chaser in red. */
static void draw_heart(const picture *picture, canvas_rect box, wire_color color, uint8_t alpha) {
  int32_t inset = box.w * (100 - HEART_PERCENT) / 200;
  const canvas_rect heart = {box.x + inset, box.y + inset, box.w - 2 * inset, box.h - 2 * inset};
  canvas_fill(picture->canvas, heart, color, alpha);
  canvas_outline(picture->canvas, heart, line_of(picture, LINE_UNITS), look[LOOK_OUTSIDE], alpha);
}

static void draw_box(const picture *picture, const wire_draw_item *item) {
  const room *room = &picture->session->room;
  const wire_standing standing = roster_standing(picture->session->roster, item->id);
  const wire_color color = draw_color_of(picture->session, item->id);
  const wire_team *team = room_has_parts(room) ? room_team(room, standing.team) : NULL;
  uint8_t alpha = standing.flags & SEAT_AWAY ? AWAY_ALPHA : OPAQUE;
  int64_t edge = picture->map->box;
  canvas_rect rect = rect_of(picture, item->x, item->y, edge, edge);
  if (!is_seen(picture, rect))
    return;
  rect.w = rect.h = pixels(picture, edge); /* never a pixel more or less while it moves */
  canvas_fill(picture->canvas, rect, color, alpha);
  draw_border(picture, rect, color, team, item->own, alpha);
  const wire_player *player = roster_find(picture->session->roster, item->id);
  if (player && draw_marked_role(picture->session, item->id))
    draw_heart(picture, rect, colors[player->color], alpha);
}

static int32_t name_size(const picture *picture) {
  int32_t size = line_of(picture, NAME_UNITS), least = (int32_t)(NAME_LEAST_PX * picture->canvas->density);
  return size < least ? least : size;
}

/* `wanted`, moved as little as keeps `length` within the window; its beginning counts more than its end. */
static int32_t kept_within(int32_t wanted, int32_t length, int32_t window) {
  int32_t most = window - length;
  int32_t kept = wanted < most ? wanted : most;
  return kept < 0 ? 0 : kept;
}

/* Words around `middle`, as far as the window is wide enough. */
static void draw_label(const picture *picture, const char *words, int32_t middle, int32_t y, wire_color color) {
  text_style style = {.y = y, .size = name_size(picture), .color = &color};
  int32_t width, height;
  canvas_measure(picture->canvas, words, &style, &width, &height);
  style.x = kept_within(middle - width / 2, width, picture->canvas->width);
  canvas_text(picture->canvas, words, &style);
}

/* The name above the box, or below it where the window ends; and below, what its role is if it is marked by that. */
static void draw_name(const picture *picture, const wire_draw_item *item) {
  const wire_player *player = roster_find(picture->session->roster, item->id);
  const int32_t edge = (int32_t)picture->map->box, gap = line_of(picture, NAME_GAP_UNITS);
  const canvas_rect box = rect_of(picture, item->x, item->y, edge, edge);
  if (!player || !is_seen(picture, box))
    return;
  int32_t line = name_size(picture) * 7 / 6, middle = pixel_x(picture, item->x + edge / 2);
  int32_t above = box.y - gap - line, below = box.y + box.h + gap;
  draw_label(picture, player->name, middle, above < 0 ? below : above, look[LOOK_TEXT]);
  const wire_role *role = draw_marked_role(picture->session, item->id);
  if (role)
    draw_label(picture, role->name, middle, above < 0 ? below + line : below, colors[role->color]);
}

/* One's own box and name come last, over the others. */
static void draw_boxes(const picture *picture) {
  const draw_scene *scene = picture->scene;
  for (uint32_t own = 0; own <= 1; own++)
    for (uint32_t at = 0; at < scene->count; at++)
      if (scene->items[at].own == own)
        draw_box(picture, &scene->items[at]);
  for (uint32_t own = 0; own <= 1; own++)
    for (uint32_t at = 0; at < scene->count; at++)
      if (scene->items[at].own == own)
        draw_name(picture, &scene->items[at]);
}

void draw_world(const canvas *canvas, const draw_scene *scene) {
  const wire_map *map = &scene->session->map;
  const picture picture = {.canvas = canvas,
                           .scene = scene,
                           .session = scene->session,
                           .map = map,
                           .view = view_fit(canvas->width, canvas->height, (int32_t)map->width, (int32_t)map->height,
                                            scene->center_x, scene->center_y)};
  draw_floor(&picture);
  draw_grid(&picture);
  draw_marks(&picture);
  draw_blocks(&picture);
  draw_edge(&picture);
  draw_boxes(&picture);
}
