/* Long polling, for clients whose way lets no WebSocket through: the messages of tickbox.json by plain HTTP requests
   with whole bodies, so that a proxy that buffers does no harm. Knows no socket: texts come in, texts go out, and it
   is told the time. server/net_poll.c brings the requests.

     POST /poll/join      a hello                               {"session":"32 hex digits"}
     GET  /poll/messages  waits for news, POLL_WAIT_MS at most  {"batch":7,"messages":[{...},{...}]}
     POST /poll/send      {"batch":3,"messages":[{...}]}        {"batch":3}

   All but the first say `Authorization: Bearer SESSION`. Nothing is lost or doubled if an answer is: a question says
   the highest batch that arrived (Tickbox-After), and an older one is told the same batch again; a batch that is sent
   again is not passed on again. What was refused says why: {"error":"..."}; after the end of a session status 410
   says {"closed":"kicked"}, as the reason of a WebSocket's close would. Times are in microseconds. */
#ifndef TICKBOX_POLL_H
#define TICKBOX_POLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/link.h"

enum {
  POLL_SESSIONS_MAX = 1024,
  POLL_BODY_BYTES_MAX = 8192,    /* of a request: a message of WIRE_CLIENT_BYTES_MAX, or some smaller ones */
  POLL_MESSAGES_MAX = 64,        /* in one body */
  POLL_QUEUE_BYTES_MAX = 262144, /* waiting to be asked for, beside the batch that is not acknowledged */
  POLL_NEWS_BYTES_MAX = 16384,   /* of it, before a frame */
  POLL_WAIT_MS = 20000,          /* a question waits this long for news */
  POLL_ABSENT_MS = 10000,        /* without a question for this long a client is gone */
  POLL_CLOSE_MS = 2000,          /* after a close, to ask for what was sent before it */
  POLL_ADDRESS_BYTES = 80
};

/* The outside. `peer` is what stands for the client there. */
typedef struct {
  void *(*connect)(void *user, link_t *link, int64_t now); /* NULL: there is no place */
  void (*receive)(void *user, void *peer, const uint8_t *bytes, size_t size, int64_t now);
  void (*fault)(void *user, void *peer, uint32_t code, int64_t now);
  void (*disconnect)(void *user, void *peer);
  void (*ended)(void *user);     /* a session is no more: one for each connect */
  void (*wake)(void *waiter);    /* poll_take has an answer for it now */
  void (*replace)(void *waiter); /* it is waiting no longer: another question took its place, or the session ended */
} poll_doors;

/* An answer to a request. */
typedef struct {
  unsigned status; /* 200, 400, 401, 409, 410 or 503; 0: the question waits */
  char *text;      /* JSON, the caller's until poll_release; NULL if memory is short */
  size_t size;
} poll_answer;

typedef struct poll_desk poll_desk; /* all sessions */
typedef struct poll_session poll_session;

poll_desk *poll_create(const poll_doors *doors, void *user); /* NULL if memory is short */
void poll_destroy(poll_desk *desk);                          /* ends all sessions, telling the doors */

uint32_t poll_count(const poll_desk *desk);

/* An answer's text (or NULL) is not needed any more. A batch that is told several times is one text, so that who asks
   again and again without reading costs no memory. */
void poll_release(void *text);

/* An answer that says what was wrong. */
poll_answer poll_refuse(unsigned status, const char *why);

/* The three requests. Headers' values are empty if absent. After status 0 `*session` is what the waiter waits on: it
   is woken or replaced later, or poll_forget says that its connection is gone. */
poll_answer poll_join(poll_desk *desk, const char *address, const char *body, size_t size, int64_t now);
poll_answer poll_send(poll_desk *desk, const char *authorization, const char *body, size_t size, int64_t now);
poll_answer poll_ask(poll_desk *desk, const char *authorization, const char *after, void *waiter, int64_t now,
                     poll_session **session);

/* The waiter's answer, which ends its waiting; status 0: there is none yet. */
poll_answer poll_take(poll_session *session, int64_t now);
void poll_forget(poll_session *session, int64_t now);

/* To be called a few times a second: wakes who waited long enough, ends who is gone. */
void poll_run(poll_desk *desk, int64_t now);

#endif
