#include "tests/bots/tally.h"

#include <stdio.h>
#include <string.h>

void tally_open(tally *tally) {
  tally->open = true;
  tally->frames = tally->bytes = tally->sent = tally->sent_bytes = tally->checks = tally->corrections =
      tally->replayed = 0;
  memset(&tally->late_us, 0, sizeof tally->late_us);
}

static void count_name(tally_name names[TALLY_NAMES_MAX], uint32_t *count, const char *why) {
  char cut[TALLY_NAME_BYTES];
  snprintf(cut, sizeof cut, "%s", why);
  uint32_t at = 0;
  while (at < *count && strcmp(names[at].name, cut))
    at++;
  if (at == TALLY_NAMES_MAX)
    at = TALLY_NAMES_MAX - 1;
  else if (at == *count)
    snprintf(names[(*count)++].name, sizeof cut, "%s", at == TALLY_NAMES_MAX - 1 ? "others" : cut);
  names[at].count++;
}

void tally_trouble(tally *tally, bool was_playing, const char *why) {
  if (was_playing)
    tally->lost++;
  else
    tally->refused++;
  count_name(tally->names, &tally->name_count, why);
}

void tally_notice(tally *tally, const char *name) {
  count_name(tally->notices, &tally->notice_count, name);
}
