/* Who may open a WebSocket here: a pure judgement over the request's headers. lws checks only the key, so
   everything else that RFC 6455 asks of a client's handshake (section 4.2.1) is asked here. */
#ifndef TICKBOX_HANDSHAKE_H
#define TICKBOX_HANDSHAKE_H

#include <stdbool.h>

#define HANDSHAKE_PATH "/ws"
#define HANDSHAKE_MSGPACK "tickbox.msgpack" /* subprotocols: binary messages, */
#define HANDSHAKE_JSON "tickbox.json"       /* or text */

enum { HANDSHAKE_VALUE_MAX = 256 }; /* a header longer than this is refused */

/* The headers' values; empty if absent. */
typedef struct {
  bool is_get;
  bool oversize; /* one of these headers was longer than HANDSHAKE_VALUE_MAX */
  const char *path, *http_version;
  const char *host, *origin;
  const char *upgrade, *connection;
  const char *version, *key, *subprotocols;
} handshake;

typedef struct {
  unsigned status;    /* 0 if the socket may open, else the HTTP status to refuse with */
  const char *reason; /* a sentence for the peer and the log */
} handshake_verdict;

handshake_verdict handshake_judge(const handshake *request);

/* True if a comma-separated list has this word, whatever its case if `any_case`. */
bool handshake_list_has(const char *list, const char *word, bool any_case);

/* True if a page of this origin was served by this host: the same name and port. An absent origin is no
   browser's and is fine. Two origins arrive joined and match nothing. */
bool handshake_same_origin(const char *origin, const char *host);

#endif
