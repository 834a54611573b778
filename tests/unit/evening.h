/* An evening by chance, on a clock and wires of our own: people behind slow lines come to several rooms of the real
   host, walk, push, talk, play matches, lose their connections, come back, take their own seats over, and leave. A seed
   says all of it. Every other world has cells so short that boxes cross them all the time, are put on their borders,
   and are gone in the same tick; now and then a crowd comes.

   Short evenings are wild. Long ones (seeds from EVENING_LONG on) are often calmer, so that matches are played to their
   end, and again; and nearly everybody goes where matches are. */
#ifndef TICKBOX_EVENING_H
#define TICKBOX_EVENING_H

#include "server/room.h"
#include "tests/unit/lagged.h"

enum {
  EVENING_RATE = 30, /* ticks a second */
  EVENING_ROOMS = 4,
  EVENING_PLAYERS = 20, /* at most; at least 8 */
  EVENING_CROWD = 200,  /* at most, in one evening of EVENING_CROWD_EVERY */
  EVENING_CROWD_EVERY = 20,
  EVENING_SECONDS = 10,
  EVENING_LONG = 1000000,
  EVENING_LONG_SECONDS = 120,
};

/* What happened, over all evenings. */
typedef struct {
  uint32_t checks, resumed, taken_over, lines, teleports, vanished;
  uint32_t matches, ended; /* begun; come to their results */
  uint64_t played;         /* ticks of matches that were played, pauses left out */
  uint64_t sent, stale;    /* frames: one of both for each client in each tick */
} evening_tally;

typedef struct {
  lagged *line;
  lagged *former; /* the line before, which stays open for a while after the seat was taken over */
  int64_t former_until;
  wire_welcome welcome; /* the last one, to come back by */
  uint32_t heard;
  uint32_t buttons, room;
  bool keen; /* goes for the others, and for the hill */
} somebody;

typedef struct evening {
  evening_tally *seen;
  uint32_t random;
  uint32_t seconds;
  uint32_t calm; /* of so many chances to do more than to steer one is taken */
  map *arena;
  host *host;
  int64_t now; /* us */
  somebody people[EVENING_CROWD];
  uint32_t count;
  uint32_t phases[EVENING_ROOMS]; /* of the rooms' matches, in the tick before */
} evening;

/* Everybody is at the door. */
void evening_begin(evening *evening, uint32_t seed, evening_tally *seen);

/* A millisecond passes. */
void evening_pass(evening *evening);

/* People do what they do about ten times a second. */
void evening_act(evening *evening);

/* Nobody does anything any more, until all lines have drained. */
void evening_drain(evening *evening);

/* Everybody goes; all is freed. */
void evening_end(evening *evening);

#endif
