#include "server/handshake.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { HANDSHAKE_KEY_CHARACTERS = 24 }; /* 16 bytes in base64, padding included */

bool handshake_list_has(const char *list, const char *word, bool any_case) {
  size_t size = strlen(word);
  for (const char *at = list; *at; at += strcspn(at, ",")) {
    at += strspn(at, ", \t");
    size_t found = strcspn(at, ", \t");
    if (found == size && (any_case ? strncasecmp(at, word, size) : strncmp(at, word, size)) == 0)
      return true;
  }
  return false;
}

/* The default port may be written or left out. */
static bool handshake_same_place(const char *left, const char *right, const char *port) {
  size_t left_size = strlen(left), right_size = strlen(right), port_size = strlen(port);
  if (left_size > port_size && strcmp(left + left_size - port_size, port) == 0)
    left_size -= port_size;
  if (right_size > port_size && strcmp(right + right_size - port_size, port) == 0)
    right_size -= port_size;
  return left_size > 0 && left_size == right_size && strncasecmp(left, right, left_size) == 0;
}

bool handshake_same_origin(const char *origin, const char *host) {
  if (!*origin)
    return true;
  if (strncmp(origin, "http://", 7) == 0)
    return handshake_same_place(origin + 7, host, ":80");
  if (strncmp(origin, "https://", 8) == 0)
    return handshake_same_place(origin + 8, host, ":443");
  return false;
}

static bool handshake_is_key(const char *key) {
  size_t size = strlen(key);
  if (size != HANDSHAKE_KEY_CHARACTERS || strcmp(key + size - 2, "==") != 0)
    return false;
  for (size_t i = 0; i < size - 2; i++)
    if (!isalnum((unsigned char)key[i]) && key[i] != '+' && key[i] != '/')
      return false;
  return true;
}

handshake_verdict handshake_judge(const handshake *request) {
  if (strcasecmp(request->upgrade, "websocket") != 0)
    return (handshake_verdict){400, "Upgrade is not websocket"};
  if (request->oversize)
    return (handshake_verdict){431, "a header is too long"};
  if (!request->is_get)
    return (handshake_verdict){405, "the method is not GET"};
  if (strcmp(request->path, HANDSHAKE_PATH) != 0)
    return (handshake_verdict){404, "the WebSocket is at " HANDSHAKE_PATH};
  if (strcmp(request->http_version, "HTTP/1.1") != 0)
    return (handshake_verdict){400, "the request is not HTTP/1.1"};
  if (!*request->host)
    return (handshake_verdict){400, "there is no Host"};
  if (!handshake_list_has(request->connection, "upgrade", true))
    return (handshake_verdict){400, "Connection does not say Upgrade"};
  if (strcmp(request->version, "13") != 0)
    return (handshake_verdict){426, "Sec-WebSocket-Version is not 13"};
  if (!handshake_is_key(request->key))
    return (handshake_verdict){400, "Sec-WebSocket-Key is not 16 bytes in base64"};
  if (!handshake_list_has(request->subprotocols, HANDSHAKE_MSGPACK, false) &&
      !handshake_list_has(request->subprotocols, HANDSHAKE_JSON, false))
    return (handshake_verdict){400, "the subprotocol is neither " HANDSHAKE_MSGPACK " nor " HANDSHAKE_JSON};
  if (!handshake_same_origin(request->origin, request->host))
    return (handshake_verdict){403, "the page asking comes from another origin"};
  return (handshake_verdict){0, ""};
}
