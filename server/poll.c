#include "server/poll.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/json.h"
#include "server/log.h"
#include "server/outbox.h"
#include "server/token.h"

enum { MILLISECOND = 1000, TEXT_MAX = 256 };

struct poll_session {
  link_t link;
  poll_desk *desk;
  void *peer; /* NULL once disconnected */
  token token;
  char address[POLL_ADDRESS_BYTES];
  uint64_t received; /* bytes of bodies */

  outbox queue;
  char *kept; /* the text of batch `given` until it is acknowledged, or NULL */
  size_t kept_size;
  uint32_t given; /* the last batch that was made; 0: none */
  uint32_t taken; /* the last batch that came; 0: none */

  void *waiter;  /* a question that has no answer yet, or NULL */
  int64_t asked; /* when a question came, or stopped waiting */

  bool closing, told; /* told: the peer knows that it is over */
  uint32_t code;      /* why */
  int64_t closed;     /* when that was noticed; 0: not yet */
};

struct poll_desk {
  poll_doors doors;
  void *user;
  poll_session *sessions[POLL_SESSIONS_MAX];
  uint32_t count;
};

/* --- texts ------------------------------------------------------------------------------------------------ */

typedef struct {
  uint32_t holders;
  char bytes[];
} poll_text;

static char *make_text(size_t size) {
  poll_text *made = malloc(sizeof *made + size);
  if (!made)
    return NULL;
  made->holders = 1;
  return made->bytes;
}

static poll_text *text_of(void *bytes) {
  return (poll_text *)((char *)bytes - offsetof(poll_text, bytes));
}

static char *hold_text(char *bytes) {
  text_of(bytes)->holders++;
  return bytes;
}

void poll_release(void *text) {
  if (text && --text_of(text)->holders == 0)
    free(text_of(text));
}

/* --- answers ---------------------------------------------------------------------------------------------- */

static poll_answer answer(unsigned status, const char *text, size_t size) {
  poll_answer made = {status, make_text(size + 1), size};
  if (!made.text)
    return (poll_answer){503, NULL, 0};
  memcpy(made.text, text, size);
  made.text[size] = 0;
  return made;
}

/* `what` is of ours and short, but may quote a character of JSON's own. */
static poll_answer say(unsigned status, const char *word, const char *what) {
  char text[TEXT_MAX * 2], *at = text + sprintf(text, "{\"%s\":\"", word);
  for (; *what && at < text + TEXT_MAX; *at++ = *what++)
    if (*what == '"' || *what == '\\')
      *at++ = '\\';
  return answer(status, text, (size_t)(at + sprintf(at, "\"}") - text));
}

static poll_answer say_batch(uint32_t batch) {
  char text[TEXT_MAX];
  int size = snprintf(text, sizeof text, "{\"batch\":%u}", batch);
  return answer(200, text, (size_t)size);
}

poll_answer poll_refuse(unsigned status, const char *why) {
  return say(status, "error", why);
}

/* --- the link --------------------------------------------------------------------------------------------- */

static bool has_few_news(const poll_session *session) {
  return session->queue.tail - session->queue.head < POLL_NEWS_BYTES_MAX;
}

/* A frame is worth sending only if it leaves at once: it would be old when it is asked for. Some news may stand before
   it, as who asks next has both at once: else who comes and goes in every tick would leave those who poll no frames. */
static bool link_drained(link_t *link) {
  const poll_session *session = (poll_session *)link;
  return outbox_is_empty(&session->queue) ? session->waiter != NULL : has_few_news(session);
}

static bool link_send(link_t *link, const uint8_t *bytes, size_t size) {
  poll_session *session = (poll_session *)link;
  if (session->closing)
    return true;
  size_t limit = has_few_news(session) ? SIZE_MAX : POLL_QUEUE_BYTES_MAX; /* a frame has room behind them */
  if (!outbox_push(&session->queue, bytes, size, limit))
    return false;
  if (session->waiter)
    session->desk->doors.wake(session->waiter);
  return true;
}

static void link_close(link_t *link, uint32_t code) {
  poll_session *session = (poll_session *)link;
  PRE(code < CODE_COUNT);
  if (session->closing)
    return;
  session->closing = true;
  session->code = code;
  if (code == CODE_TOO_SLOW)
    outbox_clear(&session->queue);
  if (session->waiter)
    session->desk->doors.wake(session->waiter);
}

static uint64_t link_received(link_t *link) {
  return ((poll_session *)link)->received;
}

static const char *link_address(link_t *link) {
  return ((poll_session *)link)->address;
}

static const link_ops poll_link_ops = {link_drained, link_send, link_close, link_received, link_address};

/* --- sessions --------------------------------------------------------------------------------------------- */

poll_desk *poll_create(const poll_doors *doors, void *user) {
  poll_desk *desk = calloc(1, sizeof *desk);
  if (desk) {
    desk->doors = *doors;
    desk->user = user;
  }
  return desk;
}

uint32_t poll_count(const poll_desk *desk) {
  return desk->count;
}

static void free_session(poll_session *session) {
  token_clear(&session->token);
  outbox_clear(&session->queue);
  poll_release(session->kept);
  free(session);
}

static void disconnect(poll_session *session) {
  if (session->peer)
    session->desk->doors.disconnect(session->desk->user, session->peer);
  session->peer = NULL;
}

static void end_session(poll_desk *desk, uint32_t index) {
  poll_session *session = desk->sessions[index];
  desk->sessions[index] = desk->sessions[--desk->count];
  disconnect(session);
  if (session->waiter)
    desk->doors.replace(session->waiter);
  free_session(session);
  desk->doors.ended(desk->user);
}

void poll_destroy(poll_desk *desk) {
  while (desk && desk->count > 0)
    end_session(desk, desk->count - 1);
  free(desk);
}

static poll_session *find_session(const poll_desk *desk, const char *authorization) {
  static const char scheme[] = "Bearer ";
  token wanted;
  if (strncmp(authorization, scheme, sizeof scheme - 1) != 0 ||
      !token_from_hex(authorization + sizeof scheme - 1, &wanted))
    return NULL;
  for (uint32_t i = 0; i < desk->count; i++)
    if (token_equal(&desk->sessions[i]->token, &wanted))
      return desk->sessions[i];
  return NULL;
}

static poll_answer unknown_session(void) {
  return poll_refuse(401, "there is no such session");
}

static poll_answer closed_session(poll_session *session) {
  session->told = true;
  return say(410, "closed", code_words[session->code].name);
}

/* --- joining ---------------------------------------------------------------------------------------------- */

static poll_session *start_session(poll_desk *desk, const char *address, int64_t now) {
  poll_session *session = desk->count < POLL_SESSIONS_MAX ? calloc(1, sizeof *session) : NULL;
  if (!session)
    return NULL;
  session->link = (link_t){&poll_link_ops, LINK_JSON};
  session->desk = desk;
  session->token = token_make();
  session->asked = now;
  snprintf(session->address, sizeof session->address, "%s (polling)", address);
  session->peer = desk->doors.connect(desk->user, &session->link, now);
  if (!session->peer) {
    free_session(session);
    return NULL;
  }
  return desk->sessions[desk->count++] = session;
}

poll_answer poll_join(poll_desk *desk, const char *address, const char *body, size_t size, int64_t now) {
  char hex[TOKEN_HEX_SIZE];
  if (size == 0)
    return poll_refuse(400, "the body is not a hello");
  poll_session *session = start_session(desk, address, now);
  if (!session)
    return poll_refuse(503, "the server is full");
  session->received += size;
  desk->doors.receive(desk->user, session->peer, (const uint8_t *)body, size, now);
  token_to_hex(&session->token, hex);
  return say(200, "session", hex);
}

/* --- what clients say ------------------------------------------------------------------------------------- */

/* Passes on one after another, as long as the client is welcome. */
static void pass_on(poll_session *session, const json_span *messages, uint32_t count, int64_t now) {
  poll_desk *desk = session->desk;
  for (uint32_t i = 0; i < count && !session->closing; i++)
    desk->doors.receive(desk->user, session->peer, (const uint8_t *)messages[i].text, messages[i].size, now);
}

/* The batch's number, 0 after a fault. */
static uint32_t read_batch(const json *document, const json **messages) {
  int64_t batch;
  *messages = json_is_object(document) ? json_get(document, "messages") : NULL;
  if (!*messages || json_count(document) != 2 || !json_is_array(*messages) ||
      json_count(*messages) > POLL_MESSAGES_MAX || !json_get(document, "batch") ||
      !json_integer(json_get(document, "batch"), 1, UINT32_MAX, &batch))
    return 0;
  return (uint32_t)batch;
}

static poll_answer take_batch(poll_session *session, const char *body, size_t size, const json *document, int64_t now) {
  json_span spans[POLL_MESSAGES_MAX];
  const json *messages;
  uint32_t batch = read_batch(document, &messages);
  if (batch == 0)
    return poll_refuse(400, "the body is not a batch with its messages");
  if (batch > session->taken + 1)
    return poll_refuse(409, "a batch is missing before this one");
  if (batch == session->taken + 1) {
    session->taken = batch;
    pass_on(session, spans, json_elements(body, size, document, messages, spans, POLL_MESSAGES_MAX), now);
  }
  return say_batch(session->taken);
}

poll_answer poll_send(poll_desk *desk, const char *authorization, const char *body, size_t size, int64_t now) {
  char error[JSON_ERROR_BYTES];
  poll_session *session = find_session(desk, authorization);
  if (!session)
    return unknown_session();
  if (session->closing)
    return closed_session(session);
  session->received += size;
  json *document = json_parse_message(body, size, error);
  poll_answer said = document ? take_batch(session, body, size, document, now) : poll_refuse(400, error);
  json_free(document);
  if (said.status == 400) /* as on a WebSocket: who cannot be read is not played with */
    desk->doors.fault(desk->user, session->peer, CODE_BAD_JSON, now);
  return said;
}

/* --- what they are told ----------------------------------------------------------------------------------- */

/* Puts what waits into one batch, which is kept. False if memory is short. */
static bool make_batch(poll_session *session) {
  size_t waiting = session->queue.tail - session->queue.head, size;
  char *text = make_text(TEXT_MAX + waiting), *at = text;
  const uint8_t *message;
  if (!text)
    return false;
  at += sprintf(at, "{\"batch\":%u,\"messages\":[", ++session->given);
  for (bool first = true; (message = outbox_first(&session->queue, &size)); first = false) {
    if (!first)
      *at++ = ',';
    memcpy(at, message, size);
    at += size;
    outbox_pop(&session->queue);
  }
  memcpy(at, "]}", sizeof "]}");
  session->kept = text;
  session->kept_size = (size_t)(at + 2 - text);
  return true;
}

static bool has_news(const poll_session *session) {
  return session->kept || session->closing || !outbox_is_empty(&session->queue);
}

static poll_answer tell_news(poll_session *session) {
  char text[TEXT_MAX];
  if (!session->kept && !outbox_is_empty(&session->queue) && !make_batch(session))
    return poll_refuse(503, "memory is short");
  if (session->kept)
    return (poll_answer){200, hold_text(session->kept), session->kept_size};
  if (session->closing)
    return closed_session(session);
  int size = snprintf(text, sizeof text, "{\"batch\":%u,\"messages\":[]}", session->given);
  return answer(200, text, (size_t)size);
}

static bool read_after(const char *after, uint32_t *out) {
  char *end;
  if (strspn(after, "0123456789") != strlen(after) || strlen(after) == 0 || strlen(after) > 10)
    return false;
  unsigned long long number = strtoull(after, &end, 10);
  *out = (uint32_t)number;
  return number <= UINT32_MAX;
}

/* Forgets the batch that arrived. False for one that was never given, or is forgotten. */
static bool acknowledge(poll_session *session, uint32_t after) {
  if (after != session->given)
    return session->kept && after == session->given - 1;
  poll_release(session->kept);
  session->kept = NULL;
  return true;
}

poll_answer poll_ask(poll_desk *desk, const char *authorization, const char *after, void *waiter, int64_t now,
                     poll_session **out) {
  uint32_t number;
  poll_session *session = find_session(desk, authorization);
  if (!session)
    return unknown_session();
  if (!read_after(after, &number))
    return poll_refuse(400, "Tickbox-After is not a batch");
  if (!acknowledge(session, number))
    return poll_refuse(409, "Tickbox-After is not the last batch, nor the one before");
  if (session->waiter)
    desk->doors.replace(session->waiter);
  session->waiter = NULL;
  session->asked = now;
  if (has_news(session))
    return tell_news(session);
  session->waiter = waiter;
  *out = session;
  return (poll_answer){0, NULL, 0};
}

static bool waited_long(const poll_session *session, int64_t now) {
  return now - session->asked >= (int64_t)POLL_WAIT_MS * MILLISECOND;
}

poll_answer poll_take(poll_session *session, int64_t now) {
  PRE(session->waiter);
  if (!has_news(session) && !waited_long(session, now))
    return (poll_answer){0, NULL, 0};
  session->waiter = NULL;
  session->asked = now;
  return tell_news(session);
}

void poll_forget(poll_session *session, int64_t now) {
  session->waiter = NULL;
  session->asked = now;
}

/* --- the time --------------------------------------------------------------------------------------------- */

/* True if the session is over. */
static bool run_closing(poll_session *session, int64_t now) {
  disconnect(session);
  if (session->closed == 0)
    session->closed = now;
  return session->told || now - session->closed >= (int64_t)POLL_CLOSE_MS * MILLISECOND;
}

static bool run_session(poll_session *session, int64_t now) {
  if (session->closing)
    return run_closing(session, now);
  if (session->waiter && waited_long(session, now))
    session->desk->doors.wake(session->waiter);
  if (session->waiter || now - session->asked < (int64_t)POLL_ABSENT_MS * MILLISECOND)
    return false;
  log_line(LOG_INFO, "%s asks no more", session->address);
  return true;
}

void poll_run(poll_desk *desk, int64_t now) {
  for (uint32_t i = desk->count; i > 0; i--)
    if (run_session(desk->sessions[i - 1], now))
      end_session(desk, i - 1);
}
