#include <stdio.h>

#include "client-sdl/draw_parts.h"

enum { LINES_SHOWN = 8, LINES_TYPING = 16, STAY_US = 10000000, FADE_US = 1500000, WIDE_PT = 430, GROUND_ALPHA = 130 };

/* Who wrote it, to whom: what stands before the text. Empty for the server's lines and the client's own remarks. */
static void describe_author(const session *session, const talk_line *said, char *out, size_t size) {
  const wire_line *line = &said->line;
  const wire_player *reader = roster_of_person(session->roster, line->to);
  *out = 0;
  if (said->note || line->person == 0)
    return;
  if (line->channel == CHANNEL_ROOM)
    snprintf(out, size, "%s: ", line->name);
  else if (line->channel == CHANNEL_DIRECT && line->person == session->person)
    snprintf(out, size, "%s %s to %s: ", channel_words[CHANNEL_DIRECT].words, line->name,
             reader ? reader->name : "somebody");
  else
    snprintf(out, size, "%s %s: ", channel_words[line->channel].words, line->name);
}

static wire_color author_color(const session *session, uint32_t person) {
  const wire_player *author = roster_of_person(session->roster, person);
  return author ? colors[author->color] : look[LOOK_DIM];
}

/* 0 while a line is fresh, 255 once it is gone. */
static uint8_t faded_of(const draw_scene *scene, const talk_line *said) {
  int64_t left = said->at + STAY_US - scene->now;
  if (scene->controls->typing || left >= FADE_US)
    return 0;
  return left <= 0 ? 255 : (uint8_t)(255 - 255 * left / FADE_US);
}

/* Draws one line whose foot is at `foot`; returns where it begins. The text wraps beside its author. */
static int32_t draw_said(const canvas *canvas, const draw_scene *scene, const talk_line *said, int32_t foot,
                         uint8_t faded) {
  const session *session = scene->session;
  char author[260];
  int32_t x = canvas_points(canvas, MARGIN_PT), width = 0, height = 0, before = 0;
  bool plain = !said->note && said->line.person != 0;
  describe_author(session, said, author, sizeof(author));
  if (author[0])
    before = draw_width(canvas, author, SMALL_PT);
  const wire_color own = author_color(session, said->line.person);
  text_style style = {.size = canvas_points(canvas, SMALL_PT),
                      .wrap = canvas_points(canvas, WIDE_PT) - before,
                      .faded = faded,
                      .color = &look[plain ? LOOK_TEXT : LOOK_DIM]};
  if (style.wrap < canvas_points(canvas, WIDE_PT / 3))
    style.wrap = canvas_points(canvas, WIDE_PT / 3);
  canvas_measure(canvas, said->line.text, &style, &width, &height);
  style.x = x + before;
  style.y = foot - height;
  const canvas_rect ground = {x - canvas_points(canvas, 5), style.y - canvas_points(canvas, 1),
                              before + width + canvas_points(canvas, 10), height + canvas_points(canvas, 3)};
  canvas_fill(canvas, ground, look[LOOK_OUTSIDE], (uint8_t)(GROUND_ALPHA * (255 - faded) / 255));
  canvas_text(canvas, said->line.text, &style);
  const text_style head = {.x = x, .y = style.y, .size = style.size, .faded = faded, .color = &own};
  if (author[0])
    canvas_text(canvas, author, &head);
  return style.y - canvas_points(canvas, 3);
}

/* From the newest upwards, as far as they are to be seen; returns the top. */
static int32_t draw_lines(const canvas *canvas, const draw_scene *scene, int32_t foot) {
  int32_t top = canvas->height / (scene->controls->typing ? 4 : 3);
  uint32_t most = scene->controls->typing ? LINES_TYPING : LINES_SHOWN;
  const talk_line *said;
  for (uint32_t back = 0; back < most && foot > top && (said = talk_back(&scene->session->talk, back)); back++) {
    uint8_t faded = faded_of(scene, said);
    if (faded == 255)
      break;
    foot = draw_said(canvas, scene, said, foot, faded);
  }
  return foot;
}

/* The end of the line that fits, with the cursor in it. */
static void draw_editor(const canvas *canvas, const draw_scene *scene, canvas_rect rect) {
  const editor *editor = &scene->controls->editor;
  char before[sizeof(editor->text)];
  int32_t x = rect.x + canvas_points(canvas, 6), y = rect.y + canvas_points(canvas, 4);
  int32_t room = rect.w - canvas_points(canvas, 16);
  const char *from = editor->text;
  canvas_panel(canvas, rect, 235);
  if (!editor->text[0])
    draw_words(canvas, "Say something, or /help", x, y, SMALL_PT, look[LOOK_DIM]);
  snprintf(before, sizeof(before), "%.*s", (int)editor->cursor, editor->text);
  while (*from && from < editor->text + editor->cursor &&
         draw_width(canvas, before + (from - editor->text), SMALL_PT) > room)
    do
      from++;
    while (((unsigned char)*from & 0xc0) == 0x80);
  int32_t width =
      from < editor->text + editor->cursor ? draw_width(canvas, before + (from - editor->text), SMALL_PT) : 0;
  draw_words(canvas, from, x, y, SMALL_PT, look[LOOK_TEXT]);
  if (scene->now / 500000 % 2 == 0)
    canvas_fill(canvas, (canvas_rect){x + width, y, canvas_points(canvas, 2), canvas_points(canvas, SMALL_PT + 4)},
                look[LOOK_OWN], OPAQUE);
}

void draw_talk(const canvas *canvas, const draw_scene *scene) {
  int32_t margin = canvas_points(canvas, MARGIN_PT), line = draw_line(canvas, SMALL_PT);
  int32_t high = canvas_points(canvas, SMALL_PT + 12), foot = canvas->height - margin - high;
  char typists[240];
  talk_typists(&scene->session->talk, scene->session->person, scene->now, typists, sizeof(typists));
  if (scene->controls->typing)
    draw_editor(canvas, scene, (canvas_rect){margin, foot, canvas_points(canvas, WIDE_PT), high});
  foot -= line;
  if (typists[0])
    draw_words(canvas, typists, margin, foot, SMALL_PT, look[LOOK_DIM]);
  draw_lines(canvas, scene, foot - canvas_points(canvas, 2));
}
