#include "server/interest.h"

#include "common/pre.h"

interest interest_in_all(uint32_t cells) {
  PRE_RANGE(cells, 1, INTEREST_CELLS_MAX);
  interest all = {.count = cells};
  for (uint32_t i = 0; i < cells; i++)
    all.cells[i] = (interest_cell){.cell = (uint16_t)i, .fresh = true};
  return all;
}

void interest_refresh_all(interest *interest) {
  for (uint32_t i = 0; i < interest->count; i++)
    interest->cells[i].fresh = true;
}

void interest_ask(interest *interest, uint32_t cell, uint32_t tick, uint32_t rest) {
  for (uint32_t i = 0; i < interest->count; i++) {
    interest_cell *seen = &interest->cells[i];
    if (seen->cell != cell || tick < seen->ask_tick)
      continue;
    seen->fresh = true;
    seen->ask_tick = tick + rest;
  }
}

void interest_written(interest *interest) {
  for (uint32_t i = 0; i < interest->count; i++)
    interest->cells[i].fresh = false;
}
