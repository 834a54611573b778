#include <stdio.h>
#include <stdlib.h>

#include "client-sdl/draw_parts.h"

enum { GREEN = 2, YELLOW = 3 }; /* of the colors: is ready, and joy */
enum {
  MEMBERS_MAX = SESSION_BOXES_MAX,
  ROWS_MAX = 16,
  WAITING_WIDE = 340,
  TABLE_WIDE = 560,
  PAD_PT = 16,
  CHEER_PT = 44
};

typedef struct {
  const wire_player *player;
  wire_standing standing;
} row;

static int compare(const void *one, const void *other) {
  const wire_standing *first = &((const row *)one)->standing, *second = &((const row *)other)->standing;
  int won = (int)(second->flags & SEAT_WON) - (int)(first->flags & SEAT_WON);
  if (won != 0)
    return won;
  if (first->score != second->score)
    return first->score < second->score ? 1 : -1;
  if (first->victories != second->victories)
    return first->victories < second->victories ? 1 : -1;
  return first->id < second->id ? -1 : 1;
}

/* Members of a kind, the best first; returns how many there are in all, of which the first ROWS_MAX count. */
static uint32_t collect(const session *session, bool players_only, row *rows, uint32_t most) {
  const wire_player *player;
  uint32_t count = 0;
  for (uint32_t cursor = 0; count < most && (player = roster_next(session->roster, &cursor));) {
    const wire_standing standing = roster_standing(session->roster, player->id);
    if (!players_only || standing.flags & SEAT_PLAYS)
      rows[count++] = (row){player, standing};
  }
  if (players_only)
    qsort(rows, count, sizeof(*rows), compare);
  return count;
}

/* --- the waiting room -------------------------------------------------------------------------------------- */

static void draw_member(const canvas *canvas, const session *session, const row *row, canvas_rect place) {
  const uint32_t flags = row->standing.flags;
  const wire_color color = look[flags & SEAT_AWAY ? LOOK_DIM : LOOK_TEXT];
  char words[160], end[64];
  int32_t x = place.x + draw_chip(canvas, place.x, place.y, SMALL_PT, colors[row->player->color]);
  snprintf(words, sizeof(words), "%s%s%s%s", flags & SEAT_HOST ? "★ " : "", row->player->name,
           row->player->id == session->own ? " (you)" : "",
           flags & SEAT_AWAY       ? " · away"
           : flags & SEAT_WATCHING ? " · watching"
                                   : "");
  draw_words(canvas, words, x, place.y, SMALL_PT, color);
  int used = row->standing.victories > 0 ? snprintf(end, sizeof(end), "%u victor%s", row->standing.victories,
                                                    row->standing.victories == 1 ? "y" : "ies")
                                         : 0;
  snprintf(end + used, sizeof(end) - (size_t)used, "%s", flags & SEAT_READY ? used ? "  ✓" : "✓" : "");
  draw_words(canvas, end, place.x + place.w - draw_width(canvas, end, SMALL_PT), place.y, SMALL_PT,
             flags & SEAT_READY ? colors[GREEN] : look[LOOK_DIM]);
}

/* What one waits for, and which key helps. */
static void describe_waiting(const session *session, const row *rows, uint32_t count, char *first, char *second,
                             size_t size) {
  uint32_t playing = 0, asked = 0, ready = 0, least = session->room.info.players_min;
  for (uint32_t at = 0; at < count; at++) {
    bool plays = !(rows[at].standing.flags & (SEAT_WATCHING | SEAT_AWAY));
    playing += plays;
    asked += plays && !(rows[at].standing.flags & SEAT_PRACTICE);
    ready += (rows[at].standing.flags & SEAT_READY) != 0;
  }
  bool host = roster_is(session->roster, session->own, SEAT_HOST);
  if (session->room.info.relay)
    snprintf(first, size, "The display starts the game.");
  else if (playing < least)
    snprintf(first, size, "A match needs %u players.", least);
  else
    snprintf(first, size, "%u of %u ready", ready, asked);
  if (session->room.info.relay)
    snprintf(second, size, "1 to %d press its buttons.", WIRE_BUTTONS_MAX);
  else
    snprintf(second, size, "%s · %s", session_is_watching(session) ? "/play to play" : "R ready",
             host ? "F5 start" : "the host starts");
}

/* One line in two colors, the second part at its end. */
static void draw_fact(const canvas *canvas, canvas_rect *place, const char *words, const char *value) {
  draw_words(canvas, words, place->x, place->y, SMALL_PT, look[LOOK_DIM]);
  draw_words(canvas, value, place->x + place->w - draw_width(canvas, value, SMALL_PT), place->y, SMALL_PT,
             look[LOOK_TEXT]);
  place->y += place->h;
}

/* Words that wrap; without a renderer's work if only their height is asked for. */
static void draw_wrapped(const canvas *canvas, canvas_rect *place, const char *words, int32_t wrap, bool paint) {
  int32_t width, height;
  const text_style style = {
      .x = place->x, .y = place->y, .size = canvas_points(canvas, SMALL_PT), .wrap = wrap, .color = &look[LOOK_DIM]};
  canvas_measure(canvas, words, &style, &width, &height);
  if (paint)
    canvas_text(canvas, words, &style);
  place->y += height < place->h ? place->h : height + place->h / 4;
}

/* Whoever sets an option does it by its name; the others read what it means. */
static void draw_choice(const canvas *canvas, const wire_choice *choice, bool host, canvas_rect *place, bool paint) {
  char value[64];
  int at = host ? snprintf(value, sizeof(value), "%s ", choice->name) : 0;
  if (!host && choice->min == 0 && choice->max == 1)
    snprintf(value, sizeof(value), "%s", choice->value ? "yes" : "no");
  else
    snprintf(value + at, sizeof(value) - (size_t)at, "%d", (int)choice->value);
  int32_t width = draw_width(canvas, value, SMALL_PT);
  if (paint)
    draw_words(canvas, value, place->x + place->w - width, place->y, SMALL_PT, look[LOOK_TEXT]);
  draw_wrapped(canvas, place, choice->words, place->w - width - canvas_points(canvas, PAD_PT), paint);
}

/* What is played, and how it is set. */
static void draw_settings(const canvas *canvas, const session *session, canvas_rect *place, bool paint) {
  const room *room = &session->room;
  bool host = roster_is(session->roster, session->own, SEAT_HOST);
  if (paint)
    draw_words(canvas, room->info.relay ? "A display runs the game here." : room->info.game, place->x, place->y,
               SMALL_PT, look[LOOK_TEXT]);
  place->y += place->h;
  if (*draw_game_words(room))
    draw_wrapped(canvas, place, draw_game_words(room), place->w, paint);
  for (uint32_t at = 0; at < room->info.choices.count; at++)
    draw_choice(canvas, &room->choices[at], host, place, paint);
}

static void draw_members(const canvas *canvas, const session *session, const row *rows, uint32_t count,
                         canvas_rect *place) {
  char words[40];
  for (uint32_t at = 0; at < count && at < ROWS_MAX; at++, place->y += place->h)
    draw_member(canvas, session, &rows[at], *place);
  if (count <= ROWS_MAX)
    return;
  snprintf(words, sizeof(words), "and %u more", count - ROWS_MAX);
  draw_fact(canvas, place, words, "");
}

/* The command that chooses a game, with those that can be chosen. */
static void describe_games(const room *room, char *out, size_t size) {
  size_t used = (size_t)snprintf(out, size, "/game");
  for (uint32_t at = 0; at < room->info.offers.count && used < size; at++)
    used += (size_t)snprintf(out + used, size - used, "%s %s", at > 0 ? " |" : "", room->offers[at].name);
}

static void draw_hints(const canvas *canvas, const session *session, const row *rows, uint32_t count,
                       canvas_rect *place) {
  char first[120], second[120], games[120];
  bool host = roster_is(session->roster, session->own, SEAT_HOST) && !session->room.info.relay;
  describe_games(&session->room, games, sizeof(games));
  describe_waiting(session, rows, count, first, second, sizeof(first));
  draw_words(canvas, first, place->x, place->y, SMALL_PT, look[LOOK_TEXT]);
  draw_words(canvas, second, place->x, place->y + place->h, SMALL_PT, look[LOOK_TEXT]);
  draw_words(canvas, host ? games : "Enter talk · Tab scores", place->x, place->y + 2 * place->h, SMALL_PT,
             look[LOOK_DIM]);
  draw_words(canvas, host ? "/set OPTION NUMBER · F1 more" : "F1 all keys and commands", place->x,
             place->y + 3 * place->h, SMALL_PT, look[LOOK_DIM]);
}

static void draw_waiting(const canvas *canvas, const draw_scene *scene) {
  static row rows[MEMBERS_MAX];
  const session *session = scene->session;
  const wire_room *info = &session->room.info;
  uint32_t count = collect(session, false, rows, MEMBERS_MAX);
  uint32_t lines = (count < ROWS_MAX ? count : ROWS_MAX) + (count > ROWS_MAX) + 5;
  int32_t pad = canvas_points(canvas, PAD_PT), line = draw_line(canvas, SMALL_PT);
  int32_t wide = canvas_points(canvas, WAITING_WIDE), margin = canvas_points(canvas, MARGIN_PT);
  canvas_rect settings = {0, 0, wide - 2 * pad, line};
  draw_settings(canvas, session, &settings, false);
  const canvas_rect panel = {canvas->width - wide - margin, margin, wide,
                             2 * pad + draw_line(canvas, NOTICE_PT) + (int32_t)lines * line + line + settings.y};
  canvas_rect place = {panel.x + pad, panel.y + pad, wide - 2 * pad, line};
  char words[120], here[48];
  canvas_panel(canvas, panel, 225);
  draw_words(canvas, phase_words[PHASE_WAITING].words, place.x, place.y, NOTICE_PT, look[LOOK_TEXT]);
  place.y += draw_line(canvas, NOTICE_PT);
  snprintf(words, sizeof(words), "code %s", info->code);
  snprintf(here, sizeof(here), "%u of %u here", roster_players(session->roster), info->members_max);
  draw_fact(canvas, &place, words, here);
  draw_members(canvas, session, rows, count, &place);
  place.y += line / 2;
  draw_settings(canvas, session, &place, true);
  place.y += line / 2;
  draw_hints(canvas, session, rows, count, &place);
}

/* --- the table of scores ----------------------------------------------------------------------------------- */

/* Where the columns end, in hundredths of the table's width. */
enum { NAME_AT = 0, ROLE_AT = 46, TEAM_AT = 62, POINTS_END = 86, VICTORIES_END = 100 };

static int32_t column(canvas_rect place, int at) {
  return place.x + place.w * at / 100;
}

static void draw_number(const canvas *canvas, canvas_rect place, int end, int32_t value, wire_color color) {
  char words[16];
  snprintf(words, sizeof(words), "%d", (int)value);
  draw_words(canvas, words, column(place, end) - draw_width(canvas, words, CORNER_PT), place.y, CORNER_PT, color);
}

static void draw_heads(const canvas *canvas, const room *room, canvas_rect place) {
  const wire_color dim = look[LOOK_DIM];
  draw_words(canvas, "Player", place.x, place.y, SMALL_PT, dim);
  if (room->info.roles.count > 0)
    draw_words(canvas, "Role", column(place, ROLE_AT), place.y, SMALL_PT, dim);
  if (room_team_count(room) > 0)
    draw_words(canvas, "Team", column(place, TEAM_AT), place.y, SMALL_PT, dim);
  draw_words(canvas, "Points", column(place, POINTS_END) - draw_width(canvas, "Points", SMALL_PT), place.y, SMALL_PT,
             dim);
  draw_words(canvas, "Wins", column(place, VICTORIES_END) - draw_width(canvas, "Wins", SMALL_PT), place.y, SMALL_PT,
             dim);
}

static void draw_row(const canvas *canvas, const session *session, const row *row, canvas_rect place) {
  const room *room = &session->room;
  const wire_role *role = room_role(room, row->standing.role);
  const wire_team *team = room_team(room, row->standing.team);
  bool won = room->match.phase == PHASE_RESULTS && row->standing.flags & SEAT_WON;
  const wire_color color = look[row->standing.flags & SEAT_AWAY ? LOOK_DIM : LOOK_TEXT];
  char words[160];
  if (row->player->id == session->own)
    canvas_fill(
        canvas,
        (canvas_rect){place.x - canvas_points(canvas, 6), place.y, place.w + canvas_points(canvas, 12), place.h},
        look[LOOK_BLOCK], 200);
  int32_t x = place.x + draw_chip(canvas, place.x, place.y, CORNER_PT, colors[row->player->color]);
  snprintf(words, sizeof(words), "%s%s%s", won ? "★ " : "", row->player->name,
           row->standing.flags & SEAT_OUT ? " (out)" : "");
  draw_words(canvas, words, x, place.y, CORNER_PT, color);
  if (role)
    draw_words(canvas, role->name, column(place, ROLE_AT), place.y, CORNER_PT, draw_color_at(role->color, color));
  if (team)
    draw_words(canvas, team->name, column(place, TEAM_AT), place.y, CORNER_PT, draw_color_at(team->color, color));
  draw_number(canvas, place, POINTS_END, row->standing.score, color);
  draw_number(canvas, place, VICTORIES_END, (int32_t)row->standing.victories, color);
}

static void describe_teams(const session *session, char *out, size_t size) {
  size_t used = 0;
  const wire_team *shown;
  *out = 0;
  for (uint32_t team = 0; used < size && (shown = session_next_team(session, &team));)
    used +=
        (size_t)snprintf(out + used, size - used, "%s%s %d", used > 0 ? "  ·  " : "", shown->name, (int)shown->score);
}

/* What the match brought the player; empty if they only watched, or nobody won. The rows have the winners first. */
static const char *words_of_outcome(const session *session, const row *rows, uint32_t count) {
  if (session->room.match.phase != PHASE_RESULTS || count == 0 || !(rows[0].standing.flags & SEAT_WON))
    return "";
  if (!roster_is(session->roster, session->own, SEAT_PLAYS))
    return "";
  return roster_is(session->roster, session->own, SEAT_WON) ? "★ You won! ★" : "You lost.";
}

static void draw_table(const canvas *canvas, const draw_scene *scene, const char *title, const char *foot) {
  static row rows[MEMBERS_MAX];
  const session *session = scene->session;
  uint32_t count = collect(session, true, rows, MEMBERS_MAX), shown = count < ROWS_MAX ? count : ROWS_MAX;
  int32_t pad = canvas_points(canvas, PAD_PT), line = draw_line(canvas, CORNER_PT);
  int32_t wide = canvas_points(canvas, TABLE_WIDE), teams = room_team_count(&session->room) > 0 ? line : 0;
  int32_t width, height;
  text_style head = {.size = canvas_points(canvas, TITLE_PT),
                     .wrap = wide - 2 * pad,
                     .x = canvas->width / 2,
                     .centered = true,
                     .color = &look[LOOK_TEXT]};
  const char *outcome = words_of_outcome(session, rows, count);
  bool won = *outcome && roster_is(session->roster, session->own, SEAT_WON);
  int32_t cheer = *outcome ? draw_line(canvas, won ? CHEER_PT : CORNER_PT) : 0;
  canvas_measure(canvas, title, &head, &width, &height);
  int32_t high = 2 * pad + cheer + height + teams + (int32_t)(shown + 1) * line + line * (*foot ? 2 : 1);
  const canvas_rect panel = {(canvas->width - wide) / 2, (canvas->height - high) / 2, wide, high};
  canvas_rect place = {panel.x + pad, panel.y + pad, wide - 2 * pad, line};
  char words[200];
  canvas_panel(canvas, panel, 235);
  draw_centered(canvas, outcome, place.y, won ? CHEER_PT : CORNER_PT, won ? colors[YELLOW] : look[LOOK_DIM], 0);
  place.y += cheer;
  head.y = place.y;
  canvas_text(canvas, title, &head);
  place.y += height + line / 2;
  describe_teams(session, words, sizeof(words));
  draw_centered(canvas, words, place.y, CORNER_PT, look[LOOK_TEXT], 0);
  place.y += teams;
  draw_heads(canvas, &session->room, place);
  place.y += line;
  for (uint32_t at = 0; at < shown; at++, place.y += line)
    draw_row(canvas, session, &rows[at], place);
  draw_centered(canvas, foot, place.y + line / 2, SMALL_PT, look[LOOK_DIM], 0);
}

void draw_standings(const canvas *canvas, const draw_scene *scene) {
  const room *room = &scene->session->room;
  const char *name = room->info.name[0] ? room->info.name : room->info.code;
  if (!room->told)
    return;
  bool matches = !room->info.sandbox, host = roster_is(scene->session->roster, scene->session->own, SEAT_HOST);
  if (matches && room->match.phase == PHASE_RESULTS && scene->controls->panel == PANEL_NONE)
    draw_table(canvas, scene, room->match.result[0] ? room->match.result : "The match is over.",
               host && !room->info.relay ? "F5 plays again" : "");
  else if (scene->scores)
    draw_table(canvas, scene, name, matches && room->match.number == 0 ? "Nothing has been played yet." : "");
  else if (matches && room->match.phase == PHASE_WAITING && scene->controls->panel == PANEL_NONE)
    draw_waiting(canvas, scene);
}
