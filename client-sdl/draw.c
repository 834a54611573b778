#include "client-sdl/draw.h"

#include <SDL.h>
#include <stdbool.h>

#include "common/view.h"

enum {
  GRID_UNITS = 100,
  EDGE_UNITS = 4,
  LINE_UNITS = 3,
  GAP_UNITS = 2,
  NAME_UNITS = 16,
  NAME_GAP_UNITS = 5,
  NAME_LEAST_PX = 11,
  CORNER_PX = 16,
  NOTICE_PX = 20,
  MARGIN_PX = 12
};

/* One picture being made. */
typedef struct {
  SDL_Renderer *renderer;
  text *text;
  const draw_scene *scene;
  int32_t width, height; /* of the window, in pixels */
  float density;         /* pixels a point */
  wire_view_fit view;
} picture;

/* A length of the world in pixels, and its places in the window; lengths in 1/16 unit. */
static int pixels(const picture *picture, int64_t length) {
  int64_t scaled = length * (int64_t)picture->view.scale, one = (int64_t)WIRE_SUBUNITS << 16;
  return (int)((scaled + (scaled < 0 ? -one : one) / 2) / one);
}

static int pixel_x(const picture *picture, int64_t x) {
  return pixels(picture, x - picture->view.left);
}

static int pixel_y(const picture *picture, int64_t y) {
  return pixels(picture, y - picture->view.top);
}

static SDL_Rect rect_of(const picture *picture, int64_t x, int64_t y, int64_t w, int64_t h) {
  int left = pixel_x(picture, x), top = pixel_y(picture, y);
  return (SDL_Rect){left, top, pixel_x(picture, x + w) - left, pixel_y(picture, y + h) - top};
}

static bool is_seen(const picture *picture, const SDL_Rect *rect) {
  return rect->x < picture->width && rect->y < picture->height && rect->x + rect->w > 0 && rect->y + rect->h > 0;
}

static void fill(const picture *picture, const SDL_Rect *rect, wire_color color) {
  SDL_SetRenderDrawColor(picture->renderer, color.red, color.green, color.blue, 255);
  SDL_RenderFillRect(picture->renderer, rect);
}

/* The inner `line` pixels of a rectangle's border. */
static void outline(const picture *picture, const SDL_Rect *rect, int line, wire_color color) {
  const SDL_Rect sides[] = {{rect->x, rect->y, rect->w, line},
                            {rect->x, rect->y + rect->h - line, rect->w, line},
                            {rect->x, rect->y + line, line, rect->h - 2 * line},
                            {rect->x + rect->w - line, rect->y + line, line, rect->h - 2 * line}};
  SDL_SetRenderDrawColor(picture->renderer, color.red, color.green, color.blue, 255);
  SDL_RenderFillRects(picture->renderer, sides, 4);
}

static void clear(const picture *picture, wire_color color) {
  SDL_SetRenderDrawColor(picture->renderer, color.red, color.green, color.blue, 255);
  SDL_RenderClear(picture->renderer);
}

/* Where the floor fills the window, one clearing does. */
static void draw_floor(const picture *picture) {
  const wire_map *map = picture->scene->map;
  const SDL_Rect floor = rect_of(picture, 0, 0, map->width, map->height);
  bool fills =
      floor.x <= 0 && floor.y <= 0 && floor.x + floor.w >= picture->width && floor.y + floor.h >= picture->height;
  clear(picture, look[fills ? LOOK_FLOOR : LOOK_OUTSIDE]);
  if (!fills)
    fill(picture, &floor, look[LOOK_FLOOR]);
}

static void draw_grid(const picture *picture) {
  const int64_t step = GRID_UNITS * WIRE_SUBUNITS, width = picture->scene->map->width,
                height = picture->scene->map->height;
  int line = (int)picture->density < 1 ? 1 : (int)picture->density;
  for (int64_t x = step; x < width; x += step) {
    SDL_Rect rect = rect_of(picture, x, 0, 0, height);
    rect.w = line;
    if (is_seen(picture, &rect))
      fill(picture, &rect, look[LOOK_GRID]);
  }
  for (int64_t y = step; y < height; y += step) {
    SDL_Rect rect = rect_of(picture, 0, y, width, 0);
    rect.h = line;
    if (is_seen(picture, &rect))
      fill(picture, &rect, look[LOOK_GRID]);
  }
}

static void draw_blocks(const picture *picture) {
  const wire_block_list *blocks = &picture->scene->map->blocks;
  for (uint32_t at = 0; at < blocks->count; at++) {
    const wire_block *block = &blocks->items[at];
    const SDL_Rect rect = rect_of(picture, block->x, block->y, block->w, block->h);
    if (is_seen(picture, &rect))
      fill(picture, &rect, look[LOOK_BLOCK]);
  }
}

static int line_of(const picture *picture, int units) {
  int line = pixels(picture, (int64_t)units * WIRE_SUBUNITS);
  return line < 1 ? 1 : line;
}

static void draw_edge(const picture *picture) {
  const wire_map *map = picture->scene->map;
  const SDL_Rect rect = rect_of(picture, 0, 0, map->width, map->height);
  outline(picture, &rect, line_of(picture, EDGE_UNITS), look[LOOK_EDGE]);
}

static wire_color darker(wire_color color) {
  return (wire_color){color.name, color.red * 3 / 5, color.green * 3 / 5, color.blue * 3 / 5};
}

/* A dark gap keeps the outline apart from boxes of its own color. */
static void outline_own(const picture *picture, SDL_Rect rect) {
  int line = line_of(picture, LINE_UNITS);
  outline(picture, &rect, line + line_of(picture, GAP_UNITS), look[LOOK_OUTSIDE]);
  outline(picture, &rect, line, look[LOOK_OWN]);
}

static void draw_box(const picture *picture, const wire_draw_item *item) {
  const wire_player *player = roster_find(picture->scene->roster, item->id);
  const wire_color color = player ? colors[player->color] : look[LOOK_DIM];
  int64_t edge = picture->scene->map->box;
  SDL_Rect rect = rect_of(picture, item->x, item->y, edge, edge);
  if (!is_seen(picture, &rect))
    return;
  rect.w = rect.h = pixels(picture, edge); /* never a pixel more or less while it moves */
  fill(picture, &rect, color);
  if (item->own)
    outline_own(picture, rect);
  else
    outline(picture, &rect, line_of(picture, LINE_UNITS), darker(color));
}

static int name_size(const picture *picture) {
  int size = line_of(picture, NAME_UNITS), least = (int)(NAME_LEAST_PX * picture->density);
  return size < least ? least : size;
}

/* `wanted`, moved as little as keeps `length` within the window; its beginning counts more than its end. */
static int32_t kept_within(int32_t wanted, int32_t length, int32_t window) {
  int32_t most = window - length;
  int32_t kept = wanted < most ? wanted : most;
  return kept < 0 ? 0 : kept;
}

/* Above the box, or below it where the window ends. */
static void draw_name(const picture *picture, const wire_draw_item *item) {
  const wire_player *player = roster_find(picture->scene->roster, item->id);
  const int32_t edge = (int32_t)picture->scene->map->box, gap = line_of(picture, NAME_GAP_UNITS);
  const SDL_Rect box = rect_of(picture, item->x, item->y, edge, edge);
  if (!player || !is_seen(picture, &box))
    return;
  text_style style = {.size = name_size(picture), .color = &look[LOOK_TEXT]};
  int32_t width, height, line = style.size * 7 / 6;
  text_measure(picture->text, player->name, &style, &width, &height);
  style.x = kept_within(pixel_x(picture, item->x + edge / 2) - width / 2, width, picture->width);
  style.y = box.y - gap - line < 0 ? box.y + box.h + gap : box.y - gap - line;
  text_draw(picture->text, player->name, &style);
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

static void draw_corner(const picture *picture) {
  int size = (int)(CORNER_PX * picture->density), margin = (int)(MARGIN_PX * picture->density);
  text_style style = {.x = margin, .y = margin, .size = size, .color = &look[LOOK_TEXT]};
  text_draw(picture->text, picture->scene->corner[0], &style);
  style.y += size * 3 / 2;
  style.color = &look[LOOK_DIM];
  text_draw(picture->text, picture->scene->corner[1], &style);
}

static void draw_notice(const picture *picture) {
  int32_t width, height, margin = (int32_t)(MARGIN_PX * 2 * picture->density);
  int32_t wrap = (int32_t)(560 * picture->density), most = picture->width - 4 * margin;
  text_style style = {.x = picture->width / 2,
                      .size = (int32_t)(NOTICE_PX * picture->density),
                      .wrap = wrap < most ? wrap
                              : most > 40 ? most
                                          : 40,
                      .centered = true,
                      .color = &look[LOOK_TEXT]};
  text_measure(picture->text, picture->scene->notice, &style, &width, &height);
  style.y = (picture->height - height) / 2;
  const SDL_Rect panel = {(picture->width - width) / 2 - margin, style.y - margin, width + 2 * margin,
                          height + 2 * margin};
  SDL_SetRenderDrawColor(picture->renderer, look[LOOK_OUTSIDE].red, look[LOOK_OUTSIDE].green, look[LOOK_OUTSIDE].blue,
                         215);
  SDL_RenderFillRect(picture->renderer, &panel);
  outline(picture, &panel, (int)picture->density < 1 ? 1 : (int)picture->density, look[LOOK_EDGE]);
  text_draw(picture->text, picture->scene->notice, &style);
}

static void draw_world(picture *picture) {
  const draw_scene *scene = picture->scene;
  picture->view = view_fit(picture->width, picture->height, (int32_t)scene->map->width, (int32_t)scene->map->height,
                           scene->center_x, scene->center_y);
  draw_floor(picture);
  draw_grid(picture);
  draw_blocks(picture);
  draw_edge(picture);
  draw_boxes(picture);
}

void draw_picture(const window *window, text *text, const draw_scene *scene) {
  picture picture = {.renderer = window_renderer(window), .text = text, .scene = scene};
  window_size(window, &picture.width, &picture.height, &picture.density);
  if (scene->map)
    draw_world(&picture);
  else
    clear(&picture, look[LOOK_OUTSIDE]);
  draw_corner(&picture);
  if (scene->notice)
    draw_notice(&picture);
}
