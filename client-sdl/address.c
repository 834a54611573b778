#include "client-sdl/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/pre.h"

typedef struct {
  const char *prefix;
  bool tls, page; /* page: the URL of a web page, with the WebSocket beside it */
} scheme;

static const scheme schemes[] = {
    {"http://", false, true}, {"https://", true, true}, {"ws://", false, false}, {"wss://", true, false}};

static const scheme *read_scheme(const char **text) {
  for (size_t at = 0; at < sizeof(schemes) / sizeof(schemes[0]); at++) {
    size_t length = strlen(schemes[at].prefix);
    if (strncasecmp(*text, schemes[at].prefix, length) == 0) {
      *text += length;
      return &schemes[at];
    }
  }
  return NULL;
}

static bool is_ipv6(const char *host) {
  char bare[ADDRESS_HOST_MAX + 1];
  struct in6_addr ignored;
  snprintf(bare, sizeof(bare), "%s", host);
  char *zone = strchr(bare, '%');
  if (zone) {
    *zone = 0;
    if (!zone[1] ||
        strspn(zone + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != strlen(zone + 1))
      return false;
  }
  return inet_pton(AF_INET6, bare, &ignored) == 1;
}

/* Labels of letters, digits, - and _, parted by single dots; one dot may end it. All digits means an IPv4. */
static bool is_name(const char *host) {
  struct in_addr ignored;
  if (strspn(host, "0123456789.") == strlen(host))
    return inet_pton(AF_INET, host, &ignored) == 1;
  if (strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != strlen(host))
    return false;
  return host[0] != '.' && host[0] != '-' && !strstr(host, "..");
}

static bool read_port(const char *text, size_t length, uint16_t *port) {
  uint32_t value = 0;
  if (length < 1 || length > 5)
    return false;
  for (size_t at = 0; at < length; at++) {
    if (text[at] < '0' || text[at] > '9')
      return false;
    value = value * 10 + (uint32_t)(text[at] - '0');
  }
  *port = (uint16_t)value;
  return value >= 1 && value <= 65535;
}

static bool copy_host(address *out, const char *text, size_t length) {
  if (length < 1 || length > ADDRESS_HOST_MAX)
    return false;
  memcpy(out->host, text, length);
  out->host[length] = 0;
  return true;
}

/* host, host:port, [v6], [v6]:port, or a v6 without brackets, which leaves no place for a port. */
static bool read_authority(const char *text, size_t length, address *out) {
  const char *end = text + length;
  if (length > 0 && text[0] == '[') {
    const char *close = memchr(text, ']', length);
    if (!close || !copy_host(out, text + 1, (size_t)(close - text - 1)) || !is_ipv6(out->host))
      return false;
    return close + 1 == end || (close[1] == ':' && read_port(close + 2, (size_t)(end - close - 2), &out->port));
  }
  const char *colon = memchr(text, ':', length);
  if (colon && memchr(colon + 1, ':', (size_t)(end - colon - 1)))
    return copy_host(out, text, length) && is_ipv6(out->host);
  if (colon && !read_port(colon + 1, (size_t)(end - colon - 1), &out->port))
    return false;
  return copy_host(out, text, colon ? (size_t)(colon - text) : length) && is_name(out->host);
}

/* Takes /r/CODE off the end of a page's path of that length, and returns what is left of it. */
static size_t read_room(const char *text, size_t length, address *out) {
  size_t end = length > 0 && text[length - 1] == '/' ? length - 1 : length, begin = end;
  while (begin > 0 && text[begin - 1] != '/')
    begin--;
  if (begin < 3 || memcmp(text + begin - 3, "/r/", 3) != 0 || end == begin || end - begin > WIRE_WORD_BYTES_MAX)
    return length;
  memcpy(out->room, text + begin, end - begin);
  out->room[end - begin] = 0;
  return begin - 2;
}

/* A page at /game/ or /game/index.html has its WebSocket at /game/ws; ws:// names the path itself. */
static bool read_path(const char *text, bool page, address *out) {
  size_t length = strcspn(text, "?#");
  for (const char *at = text; *at; at++)
    if (*at <= ' ' || *at > '~')
      return false;
  if (page)
    length = read_room(text, length, out);
  while (page && length > 0 && text[length - 1] != '/')
    length--;
  bool bare = length == 0 || (length == 1 && text[0] == '/');
  if (length > ADDRESS_PATH_MAX - 3)
    return false;
  if (bare)
    strcpy(out->path, "/ws");
  else
    snprintf(out->path, sizeof(out->path), "%.*s%s", (int)length, text, page ? "ws" : "");
  return true;
}

bool address_parse(const char *text, address *out) {
  PRE(text && out);
  const scheme *scheme = read_scheme(&text);
  *out = (address){.tls = scheme && scheme->tls};
  out->port = out->tls ? ADDRESS_PORT_TLS : ADDRESS_PORT;
  size_t length = strcspn(text, "/?#");
  if (!read_authority(text, length, out))
    return false;
  return read_path(text + length, !scheme || scheme->page, out);
}

void address_words(const address *address, char out[ADDRESS_WORDS_MAX]) {
  const char *form = strchr(address->host, ':') ? "[%s]:%u" : "%s:%u";
  snprintf(out, ADDRESS_WORDS_MAX, form, address->host, (unsigned)address->port);
}
