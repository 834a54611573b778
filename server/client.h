/* What a client said, and saying things to it. Messages only fill mailboxes here: a wish to join, inputs by
   tick; the tick empties them. A fault ends the client, once and by name. */
#ifndef TICKBOX_CLIENT_H
#define TICKBOX_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "server/interest.h"
#include "server/link.h"
#include "server/names.h"
#include "server/schedule.h"

typedef enum {
  CLIENT_AWAITING_HELLO,
  CLIENT_JOINING, /* said hello; the next tick admits it */
  CLIENT_PLAYING,
  CLIENT_CLOSING, /* ended; its link will report the disconnect */
} client_state;

enum {
  CLIENT_INPUT_SLOTS = 64, /* more ticks than WIRE_INPUT_AHEAD_MS at WIRE_TICK_RATE_MAX */
  CLIENT_SLACK_MAX = 9999, /* ms, as the frame's field */
  /* Whatever they are: an honest message has some twenty, so that this is far above any that may be sent. */
  CLIENT_BYTES_PER_SECOND_MAX = WIRE_MESSAGES_PER_SECOND_MAX * 256,
};

typedef struct {
  uint32_t seq; /* 0: nothing here */
  uint32_t buttons;
  int32_t slack; /* ms from its arrival to the due time of the tick it was meant for */
} client_input;

/* Counted over all clients. */
typedef struct {
  uint64_t frames_sent, frames_stale, bytes_sent;
} client_tally;

/* The present, as the host tells it. */
typedef struct {
  int64_t now;              /* us */
  uint32_t tick;            /* last run */
  const schedule *schedule; /* when ticks are due */
  uint32_t clients_max;     /* for CODE_FULL */
} client_present;

typedef struct client {
  link_t *link;
  client_tally *tally;
  client_state state;
  bool extra; /* above clients_max: hello is answered by CODE_FULL */

  /* by hello */
  char name[NAME_SIZE]; /* cleaned wish, maybe empty */
  char kind[WIRE_WORD_BYTES_MAX + 1];

  /* by every message */
  uint32_t heard_tick; /* the last tick run before it spoke, or connected */
  int64_t allowance;   /* messages it may still send now, in millionths */
  int64_t allowed_at;  /* when that was counted, in us */

  /* by whatever else came */
  uint64_t received;      /* bytes */
  uint32_t received_tick; /* when that was counted */

  /* by view */
  uint32_t view_width, view_height; /* the window's shape */

  /* by inputs */
  client_input inputs[CLIENT_INPUT_SLOTS]; /* by tick, modulo */
  uint32_t seq_received;                   /* highest */
  uint32_t input_tick;                     /* the last tick run before an input came */

  /* by the tick */
  uint32_t id;           /* of its box, while playing */
  uint32_t seq_applied;  /* highest */
  int32_t slack;         /* of the input applied last */
  uint32_t written_tick; /* of the last frame written, or as welcome said */
  uint32_t written_seq;  /* the ack that the frames written so far add up to */
  interest interest;
  uint8_t *known; /* a bit for every box id that it was told the name of; the host's memory */
} client;

client client_start(link_t *link, client_tally *tally, bool extra, const client_present *present);

/* One whole message: answers it, keeps it, or ends the client. */
void client_receive(client *client, const uint8_t *bytes, size_t size, const client_present *present,
                    wire_arena *arena);

/* Takes the input kept for `tick` out of its mailbox. True if the box shall hold *buttons from this tick on,
   which may be those it holds. After WIRE_INPUT_HOLD_MS without an input that is none. */
bool client_take_input(client *client, uint32_t tick, uint32_t tick_rate, uint32_t *buttons);

/* Ends it by a code: says so (refused before welcome, goodbye after), logs it and closes the link. Nothing if
   it is ended already. */
void client_end(client *client, uint32_t code, const char *param);

/* The same with the parameter that belongs to the code, such as the limit that was passed. */
void client_end_by(client *client, uint32_t code);

/* Ends it if it has been silent, or without hello, for too many of the ticks that were run. */
void client_check_silence(client *client, uint32_t tick, uint32_t tick_rate);

/* Ends it if in the last second of ticks more bytes came than its messages may have: a flood of what is no
   message, such as pings of WebSocket's own. */
void client_check_flood(client *client, uint32_t tick, uint32_t tick_rate);

/* Sends a control message. One that finds no room ends the client with CODE_TOO_SLOW. */
void client_send(client *client, const uint8_t *bytes, size_t size);

#endif
