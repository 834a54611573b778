#include "tests/bots/tally.h"

#include <stdio.h>
#include <string.h>

void tally_open(tally *tally) {
  tally->open = true;
  tally->frames = tally->bytes = tally->sent = tally->sent_bytes = tally->checks = tally->corrections =
      tally->replayed = 0;
  memset(&tally->late_us, 0, sizeof tally->late_us);
}

static tally_name *name_of(tally *tally, const char *why) {
  char cut[TALLY_NAME_BYTES];
  snprintf(cut, sizeof cut, "%s", why);
  for (uint32_t i = 0; i < tally->name_count; i++)
    if (!strcmp(tally->names[i].name, cut))
      return &tally->names[i];
  if (tally->name_count == TALLY_NAMES_MAX)
    return &tally->names[TALLY_NAMES_MAX - 1];
  tally_name *made = &tally->names[tally->name_count++];
  snprintf(made->name, sizeof made->name, "%s", tally->name_count == TALLY_NAMES_MAX ? "others" : cut);
  return made;
}

void tally_trouble(tally *tally, bool was_playing, const char *why) {
  if (was_playing)
    tally->lost++;
  else
    tally->refused++;
  name_of(tally, why)->count++;
}
