#include "tests/bots/party.h"

#include <stdlib.h>
#include <string.h>

#include "common/pre.h"

void party_free(party *party) {
  free(party->lines);
  party->lines = NULL;
}

/* Where the first line not below `line` stands. */
static uint32_t place_of(const party *party, uint32_t line) {
  uint32_t low = 0, high = party->line_count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (party->lines[middle] < line)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void remember(party *party, uint32_t line) {
  uint32_t at = place_of(party, line);
  if (at < party->line_count && party->lines[at] == line)
    return;
  if (party->line_count == party->line_capacity) {
    party->line_capacity = party->line_capacity ? 2 * party->line_capacity : 64;
    party->lines = realloc(party->lines, party->line_capacity * sizeof *party->lines);
    PRE(party->lines);
  }
  memmove(party->lines + at + 1, party->lines + at, (party->line_count - at) * sizeof *party->lines);
  party->lines[at] = line;
  party->line_count++;
}

void party_hear(party *party, party_ear *ear, uint32_t line) {
  remember(party, line);
  if (line <= ear->last) {
    ear->doubled++;
    return;
  }
  if (!ear->first)
    ear->first = line;
  ear->last = line;
  ear->count++;
}

uint32_t party_missed(const party *party, const party_ear *ear) {
  if (!ear->first)
    return 0;
  return place_of(party, ear->last + 1) - place_of(party, ear->first) - ear->count;
}

void party_tick(party *party, uint32_t tick) {
  if (tick > party->tick)
    party->tick = tick;
}
