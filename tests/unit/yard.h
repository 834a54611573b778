/* Two in the yard, a room where tag is played: Ada, who is its host, and Bob. Beside tag a game of the tests' own,
   whose hooks count their calls: everybody gets role 1, and whoever is touched is out. */
#ifndef TICKBOX_YARD_H
#define TICKBOX_YARD_H

#include "tests/unit/party.h"

typedef struct {
  uint32_t starts, joins, leaves, ticks, contacts, actions, ends, thinks;
  uint32_t left; /* players, after a contact */
} yard_calls;

extern yard_calls yard_called;
extern const game_rules yard_made;

typedef struct {
  stage stage;
  peer ada, bob;
  peer *both[2];
  room *yard;
} yard;

void yard_open(yard *yard);
void yard_close(yard *yard);
void yard_run(yard *yard, uint32_t ticks); /* both say something now and then */

/* Chooses the shortest limit, or the game of the tests, and runs to the first tick that is played. */
void yard_play(yard *yard);
void yard_play_made(yard *yard);

/* What this one is told next of the match, or of the step. */
wire_match yard_next_match(peer *peer);
wire_step yard_next_step(peer *peer);

bool yard_has_box(yard *yard, const peer *peer);
uint32_t yard_flags(yard *yard, const peer *peer);

#endif
