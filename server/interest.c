#include "server/interest.h"

#include "common/pre.h"

interest interest_in_all(uint32_t cells) {
  PRE_RANGE(cells, 1, INTEREST_CELLS_MAX);
  interest all = {.count = cells};
  for (uint32_t i = 0; i < cells; i++)
    all.cells[i] = (interest_cell){(uint16_t)i, true};
  return all;
}

void interest_refresh_all(interest *interest) {
  for (uint32_t i = 0; i < interest->count; i++)
    interest->cells[i].fresh = true;
}

void interest_refresh(interest *interest, uint32_t cell) {
  for (uint32_t i = 0; i < interest->count; i++)
    if (interest->cells[i].cell == cell)
      interest->cells[i].fresh = true;
}

void interest_written(interest *interest) {
  for (uint32_t i = 0; i < interest->count; i++)
    interest->cells[i].fresh = false;
}
