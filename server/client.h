/* What a client said, and saying things to it. Messages only fill mailboxes here: a wish to join, inputs by
   tick, wishes for the match; the tick empties them. What goes from player to player (talk, relayed messages) is
   handed on at once. A fault ends the client, once and by name. */
#ifndef TICKBOX_CLIENT_H
#define TICKBOX_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "server/bucket.h"
#include "server/interest.h"
#include "server/link.h"
#include "server/names.h"
#include "server/schedule.h"
#include "server/token.h"

/* What takes long to answer, so that the tick does, and not too often. */
typedef enum { CLIENT_ASKS_ROOMS = 1, CLIENT_ASKS_PEOPLE = 2, CLIENT_ASKS_LAB = 4 } client_question;

typedef enum {
  CLIENT_AWAITING_HELLO,
  CLIENT_JOINING, /* said hello; the next tick admits it */
  CLIENT_PLAYING,
  CLIENT_CLOSING, /* ended; its link will report the disconnect */
} client_state;

enum {
  CLIENT_WISHES_MAX = 8,   /* in one tick; a client that wishes for more is ended as too fast */
  CLIENT_INPUT_SLOTS = 64, /* more ticks than WIRE_INPUT_AHEAD_MS at WIRE_TICK_RATE_MAX */
  CLIENT_ANSWER_BYTES = 2048,
  CLIENT_NOTICE_SECONDS = 1, /* a flood is told of at most this often */
  CLIENT_SLACK_MAX = 9999,   /* ms, as the frame's field */
  /* Whatever they are: an honest message has some twenty, if it relays nothing, so that this is far above
     any that may be sent. */
  CLIENT_BYTES_PER_SECOND_MAX = WIRE_MESSAGES_PER_SECOND_MAX * 256 + WIRE_RELAYS_PER_SECOND_MAX * WIRE_RELAY_BYTES_MAX,
  CLIENT_COPIES_PER_SECOND_MAX = 10000, /* some 5% of a core; in a room of 64 more than all may say */
  CLIENT_COPIES_AT_ONCE = 1000,
  CLIENT_RELAYED_AT_ONCE = 250, /* these may be twenty times longer than what one writes */
};

typedef struct {
  uint32_t seq; /* 0: nothing here */
  uint32_t buttons;
  int32_t slack; /* ms from its arrival to the due time of the tick it was meant for */
} client_input;

/* What a player wants of its room: one of the messages ready to option. The tick does it. */
typedef struct {
  uint32_t message;                   /* WIRE_READY and so on */
  uint32_t id;                        /* kick, promote: whom */
  int32_t value;                      /* of option; 0 or 1 of those that switch */
  char word[WIRE_WORD_BYTES_MAX + 1]; /* choose: the game; option: its name */
} client_wish;

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
  wire_arena *arena;        /* for one message's lists */
} client_present;

typedef struct client {
  link_t *link;
  client_tally *tally;
  client_state state;
  bool extra; /* above clients_max: hello is answered by CODE_FULL, unless its seat has a connection already */

  /* by hello */
  char name[NAME_SIZE]; /* cleaned wish, maybe empty */
  char kind[WIRE_WORD_BYTES_MAX + 1];
  char room_word[WIRE_WORD_BYTES_MAX + 1]; /* where to: a name, a code, or empty */
  token shown;                             /* to come back to a seat, or none */
  uint32_t talk_heard;                     /* the highest line it says it has */
  bool wants_to_watch;

  /* by every message */
  uint32_t heard_tick; /* the last tick run before it spoke, or connected */
  bool confirmed;      /* it said something after its welcome */
  bucket messages;
  bucket talks, relays, creations; /* those of which fewer are allowed */
  int64_t told_at[3];              /* when it was last told that one of these came too often; us, 0: never */

  /* by whatever else came */
  uint64_t received;      /* bytes */
  uint32_t received_tick; /* when that was counted */

  /* by questions */
  uint32_t asked;         /* a bit for each that is not answered yet */
  wire_lab lab;           /* the last such wish */
  uint32_t answered_tick; /* 0: never */

  /* by view */
  uint32_t view_width, view_height; /* the window's shape */
  uint32_t follow;                  /* a spectator looks at this box */

  /* by wishes */
  client_wish wishes[CLIENT_WISHES_MAX];
  uint32_t wish_count;

  /* by inputs */
  client_input inputs[CLIENT_INPUT_SLOTS]; /* by tick, modulo */
  uint32_t seq_received;                   /* highest */
  uint32_t input_tick;                     /* the last tick run before an input came */

  /* by the tick */
  struct room *room;     /* where it has a seat, while playing */
  uint32_t id, person;   /* of its seat, and its box if it has one */
  uint32_t talk_told;    /* while talk_behind: the highest line that it was told */
  bool talk_behind;      /* it is told the talk so far, piece by piece */
  uint32_t typed_tick;   /* when its typing was last passed on */
  uint32_t ended_by;     /* a code, once it is CLIENT_CLOSING by us */
  uint32_t seq_applied;  /* highest */
  uint32_t held;         /* the buttons that were taken out of its mailbox last */
  int32_t slack;         /* of the input applied last */
  uint32_t written_tick; /* of the last frame written, or as welcome said */
  uint32_t written_seq;  /* the ack that the frames written so far add up to */
  interest interest;
  uint8_t *known; /* a bit for every box id that it was told the name of; the host's memory */
} client;

client client_start(link_t *link, client_tally *tally, bool extra, const client_present *present);

/* True for the kinds that have no box: a display, a controller. */
bool client_is_screen(const client *client);

/* One whole message: answers it, keeps it, or ends the client. True if it is one that the caller must pass on, in
   `message`: create, list, who, say, typing, relay or report. */
bool client_receive(client *client, const uint8_t *bytes, size_t size, const client_present *present,
                    wire_message *message);

/* Takes the input kept for `tick` out of its mailbox. True if the box shall hold *buttons from this tick on,
   which may be those it holds. After WIRE_INPUT_HOLD_MS without an input that is none. */
bool client_take_input(client *client, uint32_t tick, uint32_t tick_rate, uint32_t *buttons);

/* Ends it by a code: says so (refused before welcome, goodbye after), logs it and closes the link. Nothing if
   it is ended already. */
void client_end(client *client, uint32_t code, const char *param);

/* The same with the parameter that belongs to the code, such as the limit that was passed. */
void client_end_by(client *client, uint32_t code);

/* The same for CODE_FULL. */
void client_end_as_full(client *client, uint32_t clients_max);

/* Ends it if it has been silent, or without hello, for too many of the ticks that were run. */
void client_check_silence(client *client, uint32_t tick, uint32_t tick_rate);

/* Ends it if in the last second of ticks more bytes came than its messages may have: a flood of what is no
   message, such as pings of WebSocket's own. */
void client_check_flood(client *client, uint32_t tick, uint32_t tick_rate);

/* Sends a small message of its own: CLIENT_ANSWER_BYTES in either format. */
void client_tell(client *client, const wire_type *type, const void *message);

/* A message was not done, and why. */
void client_notice(client *client, uint32_t code, const char *param);

/* The same for what comes too often: told at most once in CLIENT_NOTICE_SECONDS, so that a flood is not answered by
 * one. */
typedef enum { CLIENT_TALKS, CLIENT_RELAYS, CLIENT_CREATIONS } client_limit;
bool client_may(client *client, client_limit limit, int64_t now);

/* The same for what goes to so many others: all who write to them share `copies`, which begins as client_copies of that
   limit. Each copy is a message sent, so that a few who write to hundreds would else hold up the tick. */
bucket client_copies(client_limit limit, int64_t now);
bool client_may_tell(client *client, client_limit limit, bucket *copies, uint32_t others, int64_t now);

/* Sends one encoded message, which may be a frame. One that finds no room ends the client with CODE_TOO_SLOW. */
void client_send(client *client, const uint8_t *bytes, size_t size);

#endif
