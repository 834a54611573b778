#include "client-sdl/talk.h"

#include <stdio.h>
#include <string.h>

#include "client-sdl/literal.h"

void talk_clear(talk *talk) {
  memset(talk, 0, sizeof(*talk));
}

void talk_welcome(talk *talk, bool resumed) {
  talk->other_seat = !resumed;
}

static talk_line *add(talk *talk, int64_t now) {
  talk_line *line = &talk->lines[talk->count++ % TALK_KEPT];
  *line = (talk_line){.at = now};
  return line;
}

static void forget_typist(talk *talk, uint32_t person) {
  for (unsigned at = 0; at < TALK_TYPISTS_MAX; at++)
    if (talk->typists[at].who.person == person)
      talk->typists[at].until = 0;
}

void talk_hear(talk *talk, const wire_talk *news, int64_t now) {
  if (news->lines.count > 0 && talk->other_seat && news->lines.items[0].id <= talk->heard)
    talk_clear(talk);
  talk->other_seat = false;
  for (uint32_t at = 0; at < news->lines.count; at++) {
    const wire_line *line = &news->lines.items[at];
    if (line->id <= talk->heard)
      continue;
    talk->heard = line->id;
    add(talk, now)->line = *line;
    forget_typist(talk, line->person);
  }
}

void talk_typing(talk *talk, const wire_typist *typist, int64_t now) {
  unsigned place = 0;
  for (unsigned at = 0; at < TALK_TYPISTS_MAX; at++) {
    if (talk->typists[at].who.person == typist->person) {
      place = at;
      break;
    }
    if (talk->typists[at].until < talk->typists[place].until)
      place = at;
  }
  talk->typists[place].who = *typist;
  talk->typists[place].until = now + WIRE_TYPING_MS * INT64_C(1000);
}

void talk_note(talk *talk, const char *words, int64_t now) {
  talk_line *line = add(talk, now);
  line->note = true;
  literal_copy(line->line.text, TALK_NOTE_MAX, words);
}

const talk_line *talk_back(const talk *talk, uint32_t back) {
  uint32_t kept = talk->count < TALK_KEPT ? talk->count : TALK_KEPT;
  return back < kept ? &talk->lines[(talk->count - 1 - back) % TALK_KEPT] : NULL;
}

void talk_typists(const talk *talk, uint32_t self, int64_t now, char *out, size_t size) {
  const char *names[2] = {"", ""};
  unsigned count = 0;
  for (unsigned at = 0; at < TALK_TYPISTS_MAX; at++)
    if (talk->typists[at].until > now && talk->typists[at].who.person != self) {
      if (count < 2)
        names[count] = talk->typists[at].who.name;
      count++;
    }
  if (count == 0)
    snprintf(out, size, "%s", "");
  else if (count == 1)
    snprintf(out, size, "%s is writing …", names[0]);
  else if (count == 2)
    snprintf(out, size, "%s and %s are writing …", names[0], names[1]);
  else
    snprintf(out, size, "%u people are writing …", count);
}
