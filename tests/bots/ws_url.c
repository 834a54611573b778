#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bots/ws.h"

static bool copy(char *out, size_t size, const char *text, size_t length) {
  if (length == 0 || length >= size)
    return false;
  memcpy(out, text, length);
  out[length] = 0;
  return true;
}

static bool parse_port(ws_url *url, const char *text, size_t length) {
  size_t digits = strspn(text, "0123456789");
  return digits == length && copy(url->port, sizeof url->port, text, length) && atoi(url->port) >= 1 &&
         atoi(url->port) <= 65535;
}

bool ws_url_parse(ws_url *url, const char *text) {
  *url = (ws_url){.port = "8765", .path = "/ws"};
  if (!strncmp(text, "ws://", 5))
    text += 5;
  bool bracketed = *text == '[';
  text += bracketed;
  size_t length = strcspn(text, bracketed ? "]" : ":/");
  if (!copy(url->host, sizeof url->host, text, length))
    return false;
  text += length;
  if (bracketed && *text++ != ']')
    return false;
  if (*text == ':') {
    length = strcspn(++text, "/");
    if (!parse_port(url, text, length))
      return false;
    text += length;
  }
  if (text[0] == '/' && text[1])
    return copy(url->path, sizeof url->path, text, strlen(text));
  return !*text || *text == '/';
}
