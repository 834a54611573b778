/* What was said: the last lines of the talk, who is writing, and what the client itself has to remark. Ids of lines
   rise for good: a line that does not is one that was heard already, told twice around a reconnect. */
#ifndef TICKBOX_CLIENT_TALK_H
#define TICKBOX_CLIENT_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/gen/protocol.h"

enum { TALK_KEPT = 200, TALK_TYPISTS_MAX = 8, TALK_NOTE_MAX = 400 };

typedef struct {
  wire_line line; /* of a note only the text */
  int64_t at;     /* when it came */
  bool note;      /* a remark of the client's own */
} talk_line;

typedef struct talk {
  talk_line lines[TALK_KEPT];
  uint32_t count;  /* lines ever put in; the newest is at (count - 1) % TALK_KEPT */
  uint32_t heard;  /* highest id of a line */
  bool other_seat; /* the connection did not bring back the seat: the ids may begin anew */
  struct {
    wire_typist who;
    int64_t until;
  } typists[TALK_TYPISTS_MAX];
} talk;

/* Forgets all, for another room. */
void talk_clear(talk *talk);

/* A connection was welcomed. If it did not bring back the seat, the talk may be another's, which shows by ids that do
   not rise: then the lines so far are forgotten. */
void talk_welcome(talk *talk, bool resumed);

/* Takes lines that came at `now`. */
void talk_hear(talk *talk, const wire_talk *news, int64_t now);

/* Somebody is writing. */
void talk_typing(talk *talk, const wire_typist *typist, int64_t now);

/* Puts a remark of the client's own below the lines. */
void talk_note(talk *talk, const char *words, int64_t now);

/* The line that is `back` before the newest, or NULL. */
const talk_line *talk_back(const talk *talk, uint32_t back);

/* "Ada is writing", "Ada and Bob are writing" or "3 people are writing"; empty if nobody is but `self`. */
void talk_typists(const talk *talk, uint32_t self, int64_t now, char *out, size_t size);

#endif
