/* What a person types to say where the server is: an IP, a name, with or without a port, or a whole URL as
   copied from a browser. Pure text work; nothing is looked up. */
#ifndef TICKBOX_CLIENT_ADDRESS_H
#define TICKBOX_CLIENT_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/gen/protocol.h"

enum { ADDRESS_HOST_MAX = 253, ADDRESS_PATH_MAX = 200, ADDRESS_PORT = 8765, ADDRESS_PORT_TLS = 443 };

typedef struct {
  char host[ADDRESS_HOST_MAX + 1]; /* name or IP; IPv6 without its brackets */
  char path[ADDRESS_PATH_MAX + 1]; /* of the WebSocket, such as /ws */
  uint16_t port;
  bool tls;                           /* https:// and wss:// */
  char room[WIRE_WORD_BYTES_MAX + 1]; /* of a link to a room, as in /r/CODE; else empty */
} address;

/* Reads `text` into out. Accepts 192.168.1.7, box.local, either with :8765, ::1, [::1]:8765, and URLs that begin
   with http://, https://, ws:// or wss://. The port is 8765 if none is named, or 443 with TLS. A page's URL
   leads to `ws` beside the page, and /r/CODE at its end names a room there. False if it is no address; out is then
   unspecified. */
bool address_parse(const char *text, address *out);

/* Room for any address in words. */
enum { ADDRESS_WORDS_MAX = ADDRESS_HOST_MAX + 16 };

/* The address as host:port, an IPv6 host in brackets. */
void address_words(const address *address, char out[ADDRESS_WORDS_MAX]);

#endif
