#include "server/code.h"

#include <string.h>

const char CODE_ALPHABET[] = "CDFHJKMNPRTWXY679";
enum { SYMBOLS = sizeof CODE_ALPHABET - 1 };

void code_make(uint32_t random, char out[CODE_SIZE]) {
  for (int i = 0; i < WIRE_CODE_LETTERS; i++, random /= SYMBOLS)
    out[i] = CODE_ALPHABET[random % SYMBOLS];
  out[WIRE_CODE_LETTERS] = 0;
}

bool code_read(const char *typed, char out[CODE_SIZE]) {
  int letters = 0;
  memset(out, 0, CODE_SIZE);
  for (; *typed; typed++) {
    if (*typed == ' ' || *typed == '-')
      continue;
    const char symbol = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;
    if (letters == WIRE_CODE_LETTERS || !strchr(CODE_ALPHABET, symbol)) {
      out[0] = 0;
      return false;
    }
    out[letters++] = symbol;
  }
  if (letters < WIRE_CODE_LETTERS)
    out[0] = 0;
  return letters == WIRE_CODE_LETTERS;
}
