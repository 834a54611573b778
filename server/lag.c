#include "server/lag.h"

#include <stdlib.h>
#include <string.h>

#include "common/gen/protocol.h"
#include "common/pre.h"
#include "common/wander.h"
#include "server/json_wire.h"

enum { LAG_MS = 1000 }; /* in microseconds */

/* Stands before each message held. */
typedef struct {
  int64_t at;    /* due */
  uint32_t size; /* of the message behind it */
  uint32_t code; /* CODE_COUNT: a message; otherwise a fault, and size is 0 */
} lag_record;

/* Records in order, oldest at `head`. */
typedef struct {
  uint8_t *bytes;
  size_t head, tail, capacity;
  int64_t last; /* due time of the newest ever */
} lag_queue;

struct lag_line {
  link_t link; /* what the host knows */
  link_t *far; /* the real one */
  lag *lag;
  client *client;
  lag_config config;
  int64_t since; /* stalls are counted from here */
  lag_queue down, up;

  bool closing, closed; /* asked by the host; passed on */
  int64_t close_at;
  uint32_t code;

  lag_line *before, *after; /* in the lag's list */
};

struct lag {
  lag_config config;
  host *host;
  uint32_t random;
  int64_t now;
  lag_line *lines;
};

static bool lag_is_possible(const lag_config *config) {
  return config->latency_ms <= LAG_LATENCY_MS_MAX && config->jitter_ms <= LAG_JITTER_MS_MAX &&
         config->stall_ms <= LAG_STALL_MS_MAX && config->stall_every_ms <= LAG_STALL_EVERY_MS_MAX &&
         (config->stall_ms == 0 || config->stall_ms < config->stall_every_ms);
}

/* --- when something is due ------------------------------------------------------------------------------- */

static int64_t due_after_stall(const lag_config *config, int64_t since, int64_t at) {
  int64_t period = (int64_t)config->stall_every_ms * LAG_MS, stall = (int64_t)config->stall_ms * LAG_MS;
  if (stall == 0)
    return at;
  int64_t passed = (at - since) % period;
  return passed < period - stall ? at : at + period - passed;
}

/* Half of what a round trip shall take longer, but never before what was sent earlier. */
static int64_t due_time(lag_line *line, lag_queue *queue, int64_t now) {
  const lag_config *config = &line->config;
  uint32_t jitter = config->jitter_ms * LAG_MS / 2;
  int64_t at = now + (int64_t)config->latency_ms * LAG_MS / 2 + wander_random(&line->lag->random) % (jitter + 1);
  at = due_after_stall(config, line->since, at);
  queue->last = at > queue->last ? at : queue->last;
  return queue->last;
}

/* --- a queue --------------------------------------------------------------------------------------------- */

static size_t queue_waiting(const lag_queue *queue) {
  return queue->tail - queue->head;
}

static void queue_append(lag_queue *queue, const void *bytes, size_t size) {
  if (size)
    memcpy(queue->bytes + queue->tail, bytes, size);
  queue->tail += size;
}

/* False, and nothing changed, if it has no room. Moving to the front only when that at least halves the way
   keeps both the memory touched and the bytes moved within twice what waits. */
static bool queue_push(lag_queue *queue, lag_record record, const uint8_t *bytes) {
  size_t waiting = queue_waiting(queue), more = sizeof record + record.size;
  if (waiting + more > queue->capacity)
    return false;
  if (queue->head >= waiting || queue->tail + more > queue->capacity) {
    memmove(queue->bytes, queue->bytes + queue->head, waiting);
    queue->head = 0;
    queue->tail = waiting;
  }
  queue_append(queue, &record, sizeof record);
  queue_append(queue, bytes, record.size);
  return true;
}

/* True if the oldest is due. */
static bool queue_due(const lag_queue *queue, int64_t now, lag_record *record) {
  if (queue_waiting(queue) == 0)
    return false;
  memcpy(record, queue->bytes + queue->head, sizeof *record);
  return record->at <= now;
}

/* Takes the oldest out; its bytes stay valid until the next push. */
static const uint8_t *queue_pop(lag_queue *queue, const lag_record *record) {
  const uint8_t *bytes = queue->bytes + queue->head + sizeof *record;
  queue->head += sizeof *record + record->size;
  return bytes;
}

/* True if nothing holds what is due then: neither the network, nor what came before it. */
static bool passes_at_once(const lag_queue *queue, int64_t at, int64_t now) {
  return at <= now && queue_waiting(queue) == 0;
}

/* --- what the host sends --------------------------------------------------------------------------------- */

static size_t largest_message(const link_t *link) {
  return link->format == LINK_JSON ? JSON_WIRE_BYTES_MAX : WIRE_SERVER_BYTES_MAX;
}

static bool line_drained(link_t *link) {
  lag_line *line = (lag_line *)link;
  return queue_waiting(&line->down) < LAG_FLIGHT_BYTES_MAX && line->far->ops->drained(line->far);
}

static bool line_send(link_t *link, const uint8_t *bytes, size_t size) {
  lag_line *line = (lag_line *)link;
  PRE_RANGE(size, 1, largest_message(link));
  if (line->closing)
    return true;
  int64_t at = due_time(line, &line->down, line->lag->now);
  if (passes_at_once(&line->down, at, line->lag->now))
    return line->far->ops->send(line->far, bytes, size);
  return queue_push(&line->down, (lag_record){at, (uint32_t)size, CODE_COUNT}, bytes);
}

/* Who is too slow gets nothing of what waits, as with any link. */
static void line_close(link_t *link, uint32_t code) {
  lag_line *line = (lag_line *)link;
  if (line->closing)
    return;
  line->closing = true;
  line->code = code;
  if (code == CODE_TOO_SLOW)
    line->down.head = line->down.tail = 0;
  line->close_at = due_time(line, &line->down, line->lag->now);
}

static uint64_t line_received(link_t *link) {
  lag_line *line = (lag_line *)link;
  return line->far->ops->received(line->far);
}

static const char *line_address(link_t *link) {
  lag_line *line = (lag_line *)link;
  return line->far->ops->address(line->far);
}

static const link_ops line_ops = {line_drained, line_send, line_close, line_received, line_address};

/* What the link cannot take yet stays here, where drained sees it. But a goodbye may not wait for a peer that
   never reads: the link has a bound and a time-out for that. */
static void line_pass_down(lag_line *line, int64_t now) {
  const link_ops *far = line->far->ops;
  bool ending = line->closing && line->close_at <= now;
  lag_record record;
  while (queue_due(&line->down, now, &record) && (ending || far->drained(line->far))) {
    const uint8_t *bytes = queue_pop(&line->down, &record);
    far->send(line->far, bytes, record.size);
  }
  if (ending && !line->closed) {
    line->closed = true;
    far->close(line->far, line->code);
  }
}

/* --- what the client says -------------------------------------------------------------------------------- */

static void line_hear(lag_line *line, lag_record record, const uint8_t *bytes) {
  if (!queue_push(&line->up, record, bytes))
    host_receive_fault(line->lag->host, line->client, CODE_TOO_FAST);
}

void lag_receive_fault(lag_line *line, uint32_t code, int64_t now) {
  PRE(code < CODE_COUNT);
  line_hear(line, (lag_record){due_time(line, &line->up, now), 0, code}, NULL);
}

/* The body of a request may be longer than any message (server/poll.h). */
void lag_receive(lag_line *line, const uint8_t *bytes, size_t size, int64_t now) {
  if (size > WIRE_CLIENT_BYTES_MAX) {
    lag_receive_fault(line, CODE_TOO_LARGE, now);
    return;
  }
  int64_t at = due_time(line, &line->up, now);
  if (passes_at_once(&line->up, at, now))
    host_receive(line->lag->host, line->client, bytes, size, now);
  else
    line_hear(line, (lag_record){at, (uint32_t)size, CODE_COUNT}, bytes);
}

static void line_pass_up(lag_line *line, int64_t now) {
  lag_record record;
  while (queue_due(&line->up, now, &record)) {
    const uint8_t *bytes = queue_pop(&line->up, &record);
    if (record.code == CODE_COUNT)
      host_receive(line->lag->host, line->client, bytes, record.size, now);
    else
      host_receive_fault(line->lag->host, line->client, record.code);
  }
}

/* --- lines come and go ----------------------------------------------------------------------------------- */

static void line_free(lag_line *line) {
  free(line->down.bytes);
  free(line->up.bytes);
  free(line);
}

static bool queue_init(lag_queue *queue, size_t capacity) {
  queue->capacity = capacity;
  queue->bytes = malloc(capacity);
  return queue->bytes != NULL;
}

lag_line *lag_connect(lag *lag, link_t *link, int64_t now) {
  lag_line *line = calloc(1, sizeof *line);
  if (!line)
    return NULL;
  *line = (lag_line){.link = {&line_ops, link->format},
                     .far = link,
                     .lag = lag,
                     .config = lag->config,
                     .since = now,
                     .after = lag->lines};
  size_t down = LAG_FLIGHT_BYTES_MAX + sizeof(lag_record) + largest_message(link);
  bool fine = queue_init(&line->down, down) && queue_init(&line->up, LAG_HEARD_BYTES_MAX);
  line->client = fine ? host_connect(lag->host, &line->link, now) : NULL;
  if (!line->client) {
    line_free(line);
    return NULL;
  }
  if (lag->lines)
    lag->lines->before = line;
  lag->lines = line;
  return line;
}

link_t *lag_link(lag_line *line) {
  return &line->link;
}

void lag_impair(link_t *link, const wire_lab *wish) {
  PRE(link->ops == &line_ops);
  lag_line *line = (lag_line *)link;
  line->config = (lag_config){wish->latency, wish->jitter, wish->stall, wish->stall_every};
  PRE(lag_is_possible(&line->config));
  line->since = line->lag->now;
}

void lag_disconnect(lag_line *line) {
  host_disconnect(line->lag->host, line->client);
  if (line->before)
    line->before->after = line->after;
  else
    line->lag->lines = line->after;
  if (line->after)
    line->after->before = line->before;
  line_free(line);
}

void lag_run(lag *lag, int64_t now) {
  lag->now = now;
  for (lag_line *line = lag->lines; line; line = line->after) {
    line_pass_up(line, now);
    line_pass_down(line, now);
  }
}

bool lag_is_on(const lag_config *config) {
  return config->latency_ms > 0 || config->jitter_ms > 0 || config->stall_ms > 0;
}

lag *lag_create(const lag_config *config, host *host, uint32_t seed, int64_t now) {
  PRE(lag_is_possible(config));
  lag *created = calloc(1, sizeof *created);
  if (created)
    *created = (struct lag){.config = *config, .host = host, .random = seed ? seed : 1, .now = now};
  return created;
}

void lag_destroy(lag *lag) {
  PRE(lag->lines == NULL);
  free(lag);
}

uint32_t lag_pending_ms(const lag *lag) {
  int64_t last = lag->now;
  for (const lag_line *line = lag->lines; line; line = line->after)
    last = line->down.last > last ? line->down.last : last;
  return (uint32_t)((last - lag->now + LAG_MS - 1) / LAG_MS);
}
