#include "server/letter.h"

#include <stdlib.h>

#include "common/pre.h"
#include "server/json_wire.h"

bool letter_init(letter *letter) {
  static const size_t capacity[LINK_FORMATS] = {WIRE_SERVER_BYTES_MAX, JSON_WIRE_BYTES_MAX};
  for (int format = 0; format < LINK_FORMATS; format++) {
    letter->written[format] = (wire_buffer){.bytes = malloc(capacity[format]), .capacity = capacity[format]};
    if (!letter->written[format].bytes)
      return false;
  }
  return true;
}

void letter_free(letter *letter) {
  for (int format = 0; format < LINK_FORMATS; format++)
    free(letter->written[format].bytes);
}

void letter_begin(letter *letter, const wire_type *type, const void *message) {
  letter->type = type;
  letter->message = message;
  for (int format = 0; format < LINK_FORMATS; format++)
    letter->written[format].size = 0;
}

void letter_send(letter *letter, client *client) {
  link_format format = client->link->format;
  wire_buffer *written = &letter->written[format];
  if (written->size == 0)
    PRE(format == LINK_JSON ? json_wire_encode(written, letter->type, letter->message)
                            : wire_encode(written, letter->type, letter->message));
  client_send(client, written->bytes, written->size);
}
