#include "client-sdl/connection.h"

#include <stdio.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "common/wander.h"
#include "common/words.h"

enum {
  SECOND_US = 1000000,
  CONNECT_US = WIRE_CONNECT_MS * 1000,
  SILENT_US = WIRE_SILENT_MS * 1000,
  SETTLED_US = 5 * SECOND_US,
  AGAIN_US = 300000,
};

/* The waits in seconds; the last holds for all that follow. */
static const int waits[] = {1, 2, 3, 5, 8, 10};
enum { WAITS = sizeof(waits) / sizeof(waits[0]) };

static void enter(connection *connection, unsigned state, int64_t now) {
  connection->state = state;
  connection->since = now;
  connection->retry_at = 0;
}

static bool has_socket(const connection *connection) {
  return connection->state == STATE_CONNECTING || connection->state == STATE_JOINING ||
         connection->state == STATE_PLAYING;
}

/* An eighth more or less, so that not everybody comes back at once. */
static int64_t next_wait(connection *connection) {
  int64_t wait = (int64_t)waits[connection->failures < WAITS ? connection->failures : WAITS - 1] * SECOND_US;
  connection->failures++;
  return wait - wait / 8 + wander_random(&connection->random) % (wait / 4);
}

/* Enters a state that ends by itself. Having played for a while forgives earlier failures, and what is lost then is
   tried again almost at once: it is mostly the network that hiccuped, or changed. */
static void wait_in(connection *connection, unsigned state, int64_t now) {
  bool settled = connection->state == STATE_PLAYING && now - connection->since >= SETTLED_US;
  if (settled)
    connection->failures = 0;
  bool at_once = settled && state == STATE_LOST;
  int64_t wait = at_once ? wander_random(&connection->random) % AGAIN_US : next_wait(connection);
  enter(connection, state, now);
  connection->retry_at = now + wait;
}

void connection_init(connection *connection, const char *address, uint32_t seed, int64_t now) {
  *connection = (struct connection){.random = seed ? seed : 1};
  snprintf(connection->address, sizeof(connection->address), "%s", address);
  enter(connection, STATE_CONNECTING, now);
}

/* The next connection_advance asks for a new socket in place of the one there is. */
static void start_over(connection *connection, int64_t now) {
  connection->move_at = 0;
  connection->failures = 0;
  connection->socket = false;
  enter(connection, STATE_CONNECTING, now);
}

static void check_times(connection *connection, int64_t now) {
  bool attempt = connection->state == STATE_CONNECTING || connection->state == STATE_JOINING;
  if (connection->move_at && now >= connection->move_at)
    start_over(connection, now);
  else if (attempt && connection->socket && now - connection->since >= CONNECT_US)
    wait_in(connection, STATE_TIMED_OUT, now);
  else if (connection->state == STATE_PLAYING && now - connection->heard >= SILENT_US)
    wait_in(connection, STATE_LOST, now);
  else if (connection->retry_at && now >= connection->retry_at)
    enter(connection, STATE_CONNECTING, now);
}

connection_order connection_advance(connection *connection, int64_t now) {
  check_times(connection, now);
  if (connection->socket == has_socket(connection))
    return CONNECTION_KEEP;
  connection->socket = !connection->socket;
  return connection->socket ? CONNECTION_CONNECT : CONNECTION_ABANDON;
}

void connection_opened(connection *connection, int64_t now) {
  if (connection->state == STATE_CONNECTING)
    enter(connection, STATE_JOINING, now);
}

void connection_failed(connection *connection, unsigned state, int64_t now) {
  PRE(state == STATE_NOBODY || state == STATE_NOT_TICKBOX);
  if (connection->move_at)
    start_over(connection, now);
  else if (has_socket(connection))
    wait_in(connection, state, now);
}

void connection_closed(connection *connection, int64_t now) {
  if (connection->move_at)
    start_over(connection, now);
  else if (has_socket(connection))
    wait_in(connection, STATE_LOST, now);
}

void connection_welcomed(connection *connection, int64_t now) {
  if (connection->state == STATE_JOINING)
    enter(connection, STATE_PLAYING, now);
  connection->heard = now;
}

void connection_heard(connection *connection, int64_t now) {
  connection->heard = now;
}

int connection_silence(const connection *connection, int64_t now) {
  return connection->state == STATE_PLAYING ? (int)((now - connection->heard) / SECOND_US) : 0;
}

/* A full or locked room may open again; one that is gone, or that sent us away, will not. */
static bool can_heal(uint32_t code) {
  switch (code) {
  case CODE_VERSION_DIFFERS:
  case CODE_UNKNOWN_ROOM:
  case CODE_LEFT:
  case CODE_TAKEN_OVER:
  case CODE_KICKED:
  case CODE_ROOM_ENDED:
    return false;
  default:
    return true;
  }
}

void connection_ended(connection *connection, uint32_t code, const char *param, int64_t now) {
  char version[16];
  if (connection->move_at) {
    start_over(connection, now);
    return;
  }
  snprintf(version, sizeof(version), "%08x", WIRE_VERSION);
  words_of_code(connection->reason, sizeof(connection->reason), code, param, version);
  if (!has_socket(connection))
    return;
  if (can_heal(code))
    wait_in(connection, STATE_ENDED, now);
  else
    enter(connection, STATE_REFUSED, now);
}

void connection_move(connection *connection, int64_t now) {
  if (connection->state == STATE_PLAYING)
    connection->move_at = now + CONNECTION_FAREWELL_US;
  else
    start_over(connection, now);
}

bool connection_is_final(const connection *connection) {
  return !has_socket(connection) && !connection->retry_at;
}

void connection_words(const connection *connection, char *out, size_t size, int64_t now) {
  char seconds[24], waited[24];
  int64_t left = connection->retry_at - now;
  snprintf(seconds, sizeof(seconds), "%d", left > 0 ? (int)((left + SECOND_US - 1) / SECOND_US) : 1);
  snprintf(waited, sizeof(waited), "%d", WIRE_CONNECT_MS / 1000);
  const words_place places[] = {
      {"address", connection->address}, {"seconds", seconds}, {"waited", waited}, {"reason", connection->reason}};
  words_fill(out, size, state_words[connection->state].words, places, sizeof(places) / sizeof(places[0]));
}
