#include "server/names.h"

#include <stdio.h>
#include <string.h>

#include "server/text.h"

void name_clean(const char *wish, char out[NAME_SIZE]) {
  text_clean_to(wish, WIRE_NAME_CHARACTERS_MAX, out, NAME_SIZE);
}

void name_number(const char *base, uint32_t number, char out[NAME_SIZE]) {
  char suffix[16];
  int length = snprintf(suffix, sizeof suffix, " %u", number);
  text_cut(base, (uint32_t)(WIRE_NAME_CHARACTERS_MAX - length), out, NAME_SIZE - (size_t)length);
  memcpy(out + strlen(out), suffix, (size_t)length + 1);
}

void name_invent(uint32_t random, char out[NAME_SIZE]) {
  static const char *const moods[] = {"Brave", "Calm",   "Clever", "Cosy",  "Eager", "Gentle", "Happy",  "Jolly",
                                      "Keen",  "Kind",   "Lucky",  "Merry", "Noble", "Proud",  "Quick",  "Quiet",
                                      "Shiny", "Sleepy", "Sunny",  "Swift", "Tidy",  "Witty",  "Daring", "Breezy"};
  static const char *const animals[] = {"Otter", "Badger", "Beaver", "Crane",  "Dolphin", "Falcon", "Fox",    "Gecko",
                                        "Hare",  "Heron",  "Ibex",   "Koala",  "Lemur",   "Lynx",   "Marten", "Moose",
                                        "Newt",  "Owl",    "Panda",  "Puffin", "Raven",   "Seal",   "Tapir",  "Wombat"};
  enum { MOODS = sizeof moods / sizeof *moods, ANIMALS = sizeof animals / sizeof *animals };
  snprintf(out, NAME_SIZE, "%s %s", moods[random % MOODS], animals[random / MOODS % ANIMALS]);
}

uint64_t name_key(const char *name) {
  return text_key(name);
}
