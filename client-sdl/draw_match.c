#include <stdio.h>
#include <string.h>

#include "client-sdl/draw_parts.h"

enum { RED = 1 }; /* of the colors: time is short */

static void describe_self(const session *session, char *out, size_t size) {
  const wire_player *self = roster_find(session->roster, session->own);
  if (self)
    snprintf(out, size, "You are: %s %s", colors[self->color].name, self->name);
  else
    *out = 0;
}

static void describe_line(const draw_scene *scene, char *out, size_t size) {
  uint32_t players = roster_players(scene->session->roster);
  int64_t ping = (scene->session->round_trip + 500) / 1000;
  if (scene->silence > 0)
    snprintf(out, size, "no word from the server for %d s", scene->silence);
  else
    snprintf(out, size, "ping %d ms · %u player%s", (int)ping, players, players == 1 ? "" : "s");
}

static void describe_room(const room *room, char *out, size_t size) {
  const char *game = room->info.relay ? "by a display" : room->info.game;
  bool named = room->info.name[0] && strcmp(room->info.name, room->info.code) != 0;
  snprintf(out, size, "room %s%s%s · %s%s%s", named ? room->info.name : "", named ? " · " : "", room->info.code, game,
           room->info.public ? "" : " · by code only", room->info.locked ? " · locked" : "");
}

static void draw_corner(const canvas *canvas, const draw_scene *scene) {
  const session *session = scene->session;
  int32_t margin = canvas_points(canvas, MARGIN_PT), y = margin;
  char words[300];
  describe_self(session, words, sizeof(words));
  draw_words(canvas, words, margin, y, CORNER_PT, look[LOOK_TEXT]);
  y += draw_line(canvas, CORNER_PT);
  describe_line(scene, words, sizeof(words));
  draw_words(canvas, words, margin, y, CORNER_PT, look[LOOK_DIM]);
  y += draw_line(canvas, CORNER_PT);
  if (!session->room.told)
    return;
  describe_room(&session->room, words, sizeof(words));
  draw_words(canvas, words, margin, y, CORNER_PT, look[LOOK_DIM]);
  if (strcmp(session->hello.kind, "display") != 0)
    return;
  snprintf(words, sizeof(words), "%u messages relayed to this display", session->room.relayed);
  draw_words(canvas, words, margin, y + draw_line(canvas, CORNER_PT), CORNER_PT, look[LOOK_DIM]);
}

static int seconds_left(const session *session) {
  return room_seconds_left(&session->room, replica_stats(session->replica)->shown_tick, session->tick_rate);
}

static int32_t draw_clock(const canvas *canvas, const draw_scene *scene, int32_t y) {
  int seconds = seconds_left(scene->session);
  char words[32];
  if (scene->session->room.match.phase != PHASE_PLAYING || seconds < 0)
    return y;
  snprintf(words, sizeof(words), "%d:%02d", seconds / 60, seconds % 60);
  draw_centered(canvas, words, y, CLOCK_PT, seconds <= 10 ? colors[RED] : look[LOOK_TEXT], 0);
  return y + draw_line(canvas, CLOCK_PT);
}

/* The teams with their points, side by side. */
static int32_t draw_teams(const canvas *canvas, const session *session, int32_t y) {
  enum { GAP = 24 };
  char words[WIRE_WORD_BYTES_MAX + 16];
  int32_t width = 0, chip = canvas_points(canvas, NOTICE_PT) * 9 / 8, gap = canvas_points(canvas, GAP);
  const wire_team *shown;
  for (uint32_t team = 0; (shown = session_next_team(session, &team));) {
    snprintf(words, sizeof(words), "%s %d", shown->name, (int)shown->score);
    width += chip + draw_width(canvas, words, NOTICE_PT) + (width > 0 ? gap : 0);
  }
  int32_t x = (canvas->width - width) / 2;
  for (uint32_t team = 0; (shown = session_next_team(session, &team));) {
    snprintf(words, sizeof(words), "%s %d", shown->name, (int)shown->score);
    x += draw_chip(canvas, x, y, NOTICE_PT, draw_color_at(shown->color, look[LOOK_DIM]));
    x += draw_words(canvas, words, x, y, NOTICE_PT, look[LOOK_TEXT]) + gap;
  }
  return y + draw_line(canvas, NOTICE_PT);
}

/* What the player is in this game, and how many points that brought. */
static void describe_part(const session *session, char *out, size_t size) {
  const wire_standing standing = roster_standing(session->roster, session->own);
  const wire_role *role = room_role(&session->room, standing.role);
  const wire_team *team = room_team(&session->room, standing.team);
  int used = snprintf(out, size, "%s%s%s", role ? role->name : "", role && team ? " · " : "", team ? team->name : "");
  snprintf(out + used, size - (size_t)used, "%s%d point%s", used ? " · " : "", (int)standing.score,
           standing.score == 1 ? "" : "s");
}

static wire_color part_color(const session *session) {
  const wire_standing standing = roster_standing(session->roster, session->own);
  const wire_team *team = room_team(&session->room, standing.team);
  const wire_role *role = draw_marked_role(session, session->own);
  return draw_color_at(team ? team->color : role ? role->color : COLORS, look[LOOK_TEXT]);
}

static bool plays(const session *session) {
  return roster_is(session->roster, session->own, SEAT_PLAYS) && !session_is_watching(session);
}

static int32_t draw_part(const canvas *canvas, const draw_scene *scene, int32_t y) {
  char words[160];
  if (!plays(scene->session))
    return y;
  describe_part(scene->session, words, sizeof(words));
  draw_centered(canvas, words, y, CORNER_PT, part_color(scene->session), 0);
  return y + draw_line(canvas, CORNER_PT);
}

/* What just happened, fading; how the match ended says the table. */
static void draw_event(const canvas *canvas, const draw_scene *scene, int32_t y) {
  uint8_t faded = 0;
  const char *words = room_event(&scene->session->room, scene->now, &faded);
  if (words && scene->session->room.match.phase != PHASE_RESULTS)
    draw_centered(canvas, words, y + canvas_points(canvas, 6), TITLE_PT, look[LOOK_TEXT], faded);
}

/* The clock and all that stands below it. */
static void draw_top(const canvas *canvas, const draw_scene *scene) {
  const room *room = &scene->session->room;
  int32_t y = draw_clock(canvas, scene, canvas_points(canvas, MARGIN_PT));
  if (room_has_parts(room) && room->match.phase == PHASE_PLAYING) {
    y = room_team_count(room) > 0 ? draw_teams(canvas, scene->session, y) : y;
    y = draw_part(canvas, scene, y);
  }
  draw_event(canvas, scene, y);
}

/* What the game is about, below `y`. */
static void draw_about(const canvas *canvas, const room *room, int32_t y) {
  const text_style style = {.x = canvas->width / 2,
                            .y = y,
                            .size = canvas_points(canvas, CORNER_PT),
                            .wrap = canvas->width * 4 / 5,
                            .centered = true,
                            .color = &look[LOOK_TEXT]};
  if (*draw_game_words(room))
    canvas_text(canvas, draw_game_words(room), &style);
}

/* Above the player's own box, which is in the middle. */
static void draw_countdown(const canvas *canvas, const draw_scene *scene) {
  const session *session = scene->session;
  int seconds = seconds_left(session);
  int32_t y = canvas_points(canvas, MARGIN_PT) + draw_line(canvas, CORNER_PT) + draw_line(canvas, TITLE_PT);
  char number[16], words[120];
  if (session->room.match.phase != PHASE_COUNTDOWN || session->room.match.paused)
    return;
  draw_centered(canvas, phase_words[PHASE_COUNTDOWN].words, y - draw_line(canvas, TITLE_PT), TITLE_PT, look[LOOK_TEXT],
                0);
  snprintf(number, sizeof(number), "%d", seconds < 1 ? 1 : seconds);
  draw_centered(canvas, number, y, HUGE_PT, look[LOOK_OWN], 0);
  y += canvas_points(canvas, HUGE_PT) * 5 / 4;
  draw_about(canvas, &session->room, y + draw_line(canvas, TITLE_PT));
  const wire_standing standing = roster_standing(session->roster, session->own);
  const wire_role *role = room_role(&session->room, standing.role);
  const wire_team *team = room_team(&session->room, standing.team);
  if (!plays(session) || (!role && !team))
    return;
  snprintf(words, sizeof(words), "You are: %s%s%s", role ? role->name : "", role && team ? ", " : "",
           team ? team->name : "");
  draw_centered(canvas, words, y, TITLE_PT, part_color(session), 0);
}

static void draw_pause(const canvas *canvas, const draw_scene *scene) {
  if (!scene->session->room.match.paused)
    return;
  int32_t half = canvas_points(canvas, 120), high = canvas_points(canvas, 32), y = canvas->height / 3;
  canvas_panel(canvas, (canvas_rect){canvas->width / 2 - half, y - high, 2 * half, 2 * high}, 200);
  draw_centered(canvas, "Paused", y - canvas_points(canvas, CLOCK_PT) * 2 / 3, CLOCK_PT, look[LOOK_TEXT], 0);
}

/* Who has no box looks at another's. */
static void draw_watching(const canvas *canvas, const draw_scene *scene) {
  const session *session = scene->session;
  const wire_player *player = roster_find(session->roster, scene->controls->follow);
  bool out = !roster_is(session->roster, session->own, SEAT_WATCHING);
  int32_t line = draw_line(canvas, CORNER_PT), half = canvas_points(canvas, 170), pad = canvas_points(canvas, 6);
  int32_t y = canvas->height - canvas_points(canvas, MARGIN_PT) - 2 * line;
  char words[160];
  if (!session_is_watching(session))
    return;
  snprintf(words, sizeof(words), "%sWatching%s%s", out ? "You are out. " : "", player ? " " : "",
           player ? player->name : "");
  canvas_fill(canvas, (canvas_rect){canvas->width / 2 - half, y - pad, 2 * half, 2 * line + pad}, look[LOOK_OUTSIDE],
              150);
  draw_centered(canvas, words, y, CORNER_PT, look[LOOK_TEXT], 0);
  draw_centered(canvas, out ? "← → to watch another" : "← → to watch another · /play to play", y + line, SMALL_PT,
                look[LOOK_DIM], 0);
}

/* In the lower half, where thumbs would be. */
static void draw_buttons(const canvas *canvas, const draw_scene *scene) {
  const wire_button_list *buttons = &scene->session->room.info.buttons;
  int32_t wide = canvas_points(canvas, 130), high = canvas_points(canvas, 54), gap = canvas_points(canvas, MARGIN_PT);
  int32_t x = (canvas->width - (int32_t)buttons->count * (wide + gap) + gap) / 2;
  int32_t y = canvas->height * 3 / 4 - high;
  for (uint32_t at = 0; at < buttons->count; at++, x += wide + gap) {
    const canvas_rect rect = {x, y, wide, high};
    bool held = scene->controls->pressed >> at & 1;
    char words[WIRE_WORD_BYTES_MAX + 16];
    canvas_fill(canvas, rect, look[held ? LOOK_EDGE : LOOK_BLOCK], OPAQUE);
    canvas_outline(canvas, rect, canvas_points(canvas, 2), look[held ? LOOK_OWN : LOOK_EDGE], OPAQUE);
    const wire_button *button = &buttons->items[at];
    snprintf(words, sizeof(words), "%u  %s", at + 1, button->words[0] ? button->words : button->name);
    draw_words(canvas, words, x + (wide - draw_width(canvas, words, CORNER_PT)) / 2,
               y + (high - canvas_points(canvas, CORNER_PT) * 6 / 5) / 2, CORNER_PT, look[LOOK_TEXT]);
  }
}

void draw_match(const canvas *canvas, const draw_scene *scene) {
  draw_corner(canvas, scene);
  draw_top(canvas, scene);
  draw_countdown(canvas, scene);
  draw_watching(canvas, scene);
  draw_buttons(canvas, scene);
  draw_pause(canvas, scene);
}
