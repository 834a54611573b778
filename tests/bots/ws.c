#include "tests/bots/ws.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/pre.h"
#include "common/wander.h"
#include "tests/bots/ws_handshake.h"
#include "tests/bots/ws_parser.h"

enum {
  EVENTS_MAX = 32,     /* served between two looks at the clock */
  READ_MAX = 16384,    /* bytes taken from a socket by one call */
  HEAD_MAX = 2048,     /* the server's answer to the handshake */
  OUTGOING_MAX = 2048, /* waiting for the kernel to take them */
  REASON_MAX = WS_CONTROL_MAX - 2,
  SEGMENT_BYTES = 1460, /* as on an Ethernet */
};

typedef enum { CONNECTING, HANDSHAKE, OPEN, CLOSED } ws_state;

struct ws {
  ws_pool *pool;
  void *user;
  int fd;
  ws_state state;
  int connect_fault; /* an errno known before anything was waited for */
  ws *next_closed;   /* freed by the next wait, when no event can point here any more */
  ws_parser parser;
  char accept[WS_ACCEPT_BYTES + 1];
  char *head; /* of the handshake's answer; freed once open */
  size_t head_size;
  bool paused; /* what comes is left unread */
  uint8_t outgoing[OUTGOING_MAX];
  size_t outgoing_size;
};

struct ws_pool {
  ws_url url;
  const char *subprotocol;
  size_t message_max;
  ws_events events;
  struct sockaddr_storage address;
  socklen_t address_size;
  int epoll;
  uint32_t connections;
  uint32_t random; /* of masks and keys: they keep caches honest, no secret depends on them */
  ws *closed;
  struct epoll_event ready[EVENTS_MAX];
  int ready_count;
  uint8_t bytes[READ_MAX];
};

static const char *look_up(ws_pool *pool) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  int fault = getaddrinfo(pool->url.host, pool->url.port, &hints, &found);
  if (fault)
    return gai_strerror(fault);
  memcpy(&pool->address, found->ai_addr, found->ai_addrlen);
  pool->address_size = found->ai_addrlen;
  freeaddrinfo(found);
  return NULL;
}

ws_pool *ws_pool_create(const ws_url *url, const char *subprotocol, size_t message_max, const ws_events *events,
                        const char **fault) {
  ws_pool *pool = calloc(1, sizeof *pool);
  PRE(pool);
  pool->url = *url;
  pool->subprotocol = subprotocol;
  pool->message_max = message_max;
  pool->events = *events;
  getrandom(&pool->random, sizeof pool->random, 0);
  pool->random |= 1;
  *fault = look_up(pool);
  pool->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (!*fault && pool->epoll < 0)
    *fault = strerror(errno);
  if (!*fault)
    return pool;
  ws_pool_destroy(pool);
  return NULL;
}

static void free_closed(ws_pool *pool) {
  while (pool->closed) {
    ws *socket = pool->closed;
    pool->closed = socket->next_closed;
    ws_parser_free(&socket->parser);
    free(socket->head);
    free(socket);
  }
}

void ws_pool_destroy(ws_pool *pool) {
  PRE_RANGE(pool->connections, 0, 0);
  free_closed(pool);
  if (pool->epoll >= 0)
    close(pool->epoll);
  free(pool);
}

/* Edge-triggered: a socket that was read until nothing was left is not polled again with every wait. */
static void watch(ws *socket, int operation, uint32_t events) {
  struct epoll_event event = {.events = events | EPOLLRDHUP | EPOLLET, .data.ptr = socket};
  epoll_ctl(socket->pool->epoll, operation, socket->fd, &event);
}

/* An open one, for what it may do now. */
static void watch_open(ws *socket) {
  watch(socket, EPOLL_CTL_MOD, (socket->paused ? 0 : EPOLLIN) | (socket->outgoing_size > 0 ? EPOLLOUT : 0));
}

/* As somebody far away is. Loopback's segments are longer than such a buffer: the peer would wait for the next of TCP's
   own probes, seconds apart, to send half a one. */
static void shrink(int fd, int receive_bytes) {
  int segment = SEGMENT_BYTES;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
}

ws *ws_connect(ws_pool *pool, void *user, int receive_bytes) {
  int on = 1;
  int fd = socket(pool->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return NULL;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_bytes)
    shrink(fd, receive_bytes);
  ws *made = calloc(1, sizeof *made);
  PRE(made);
  made->pool = pool;
  made->user = user;
  made->fd = fd;
  ws_parser_init(&made->parser, pool->message_max);
  pool->connections++;
  if (connect(fd, (const struct sockaddr *)&pool->address, pool->address_size) && errno != EINPROGRESS)
    made->connect_fault = errno; /* told by an event, like a later one */
  watch(made, EPOLL_CTL_ADD, EPOLLOUT);
  return made;
}

static void forget(ws *socket) {
  PRE(socket->state != CLOSED);
  socket->state = CLOSED;
  close(socket->fd);
  socket->next_closed = socket->pool->closed;
  socket->pool->closed = socket;
  socket->pool->connections--;
}

static void end(ws *socket, const char *why, int64_t now) {
  forget(socket);
  socket->pool->events.ended(socket->user, why, now);
}

/* Gives bytes to the kernel, or keeps what it does not take. */
static bool push(ws *socket, const uint8_t *bytes, size_t size) {
  ssize_t sent = 0;
  bool first = socket->outgoing_size == 0;
  if (first) {
    sent = send(socket->fd, bytes, size, MSG_NOSIGNAL);
    if (sent == (ssize_t)size)
      return true;
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
      return true; /* the socket's own event is about to say it */
    sent = sent < 0 ? 0 : sent;
  }
  size_t rest = size - (size_t)sent;
  if (rest > OUTGOING_MAX - socket->outgoing_size)
    return false;
  memcpy(socket->outgoing + socket->outgoing_size, bytes + sent, rest);
  socket->outgoing_size += rest;
  if (first)
    watch_open(socket);
  return true;
}

static void flush(ws *socket) {
  while (socket->outgoing_size > 0) {
    ssize_t sent = send(socket->fd, socket->outgoing, socket->outgoing_size, MSG_NOSIGNAL);
    if (sent <= 0)
      return;
    socket->outgoing_size -= (size_t)sent;
    memmove(socket->outgoing, socket->outgoing + sent, socket->outgoing_size);
  }
  watch_open(socket);
}

static bool send_frame(ws *socket, uint8_t opcode, const uint8_t *bytes, size_t size) {
  uint8_t frame[WS_SEND_MAX + WS_HEADER_MAX];
  return push(socket, frame, ws_write_frame(frame, opcode, bytes, size, wander_random(&socket->pool->random)));
}

bool ws_send(ws *socket, const uint8_t *bytes, size_t size) {
  PRE(socket->state == OPEN);
  PRE_RANGE(size, 1, WS_SEND_MAX);
  return send_frame(socket, WS_OPCODE_BINARY, bytes, size);
}

void ws_close(ws *socket) {
  static const uint8_t normal[] = {1000 >> 8, 1000 & 255};
  if (socket->state == OPEN)
    send_frame(socket, WS_OPCODE_CLOSE, normal, sizeof normal);
  forget(socket);
}

void ws_cut(ws *socket) {
  struct linger none = {.l_onoff = 1}; /* a reset: nothing that waits is sent any more */
  setsockopt(socket->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  forget(socket);
}

static void send_handshake(ws *socket) {
  const ws_url *url = &socket->pool->url;
  bool v6 = strchr(url->host, ':');
  uint32_t nonce[WS_NONCE_BYTES / 4];
  char key[WS_KEY_BYTES + 1], text[1024];
  for (size_t i = 0; i < sizeof nonce / sizeof *nonce; i++)
    nonce[i] = wander_random(&socket->pool->random);
  ws_handshake_key(key, (const uint8_t *)nonce);
  ws_handshake_accept(socket->accept, key);
  int size = snprintf(text, sizeof text,
                      "GET %s HTTP/1.1\r\nHost: %s%s%s:%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: %s\r\n\r\n",
                      url->path, v6 ? "[" : "", url->host, v6 ? "]" : "", url->port, key, socket->pool->subprotocol);
  watch(socket, EPOLL_CTL_MOD, EPOLLIN);
  push(socket, (const uint8_t *)text, (size_t)size);
}

static void finish_connect(ws *socket, int64_t now) {
  int fault = socket->connect_fault;
  socklen_t size = sizeof fault;
  if (!fault)
    getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &fault, &size);
  if (fault) {
    end(socket, fault == ECONNREFUSED ? "nobody_answers" : "unreachable", now);
    return;
  }
  socket->state = HANDSHAKE;
  socket->head = calloc(1, HEAD_MAX + 1);
  PRE(socket->head);
  send_handshake(socket);
}

/* The peer's reason, if it is a plain word; it ends in a log line and a table. */
static void end_by_peer(ws *socket, int64_t now) {
  char reason[REASON_MAX + 1] = "closed";
  size_t size = 0;
  for (size_t at = 2; at < socket->parser.event.size; at++) {
    uint8_t byte = socket->parser.event.bytes[at];
    reason[size++] = byte > ' ' && byte < 127 && byte != '"' && byte != '\\' ? (char)byte : '_';
    reason[size] = 0;
  }
  send_frame(socket, WS_OPCODE_CLOSE, socket->parser.event.bytes, size > 0 ? 2 : 0);
  end(socket, reason, now);
}

static void handle_event(ws *socket, int64_t now) {
  ws_bytes event = socket->parser.event;
  switch (socket->parser.event_opcode) {
  case WS_OPCODE_BINARY:
    socket->pool->events.message(socket->user, event.bytes, event.size, now);
    return;
  case WS_OPCODE_PING:
    if (!send_frame(socket, WS_OPCODE_PONG, event.bytes, event.size))
      end(socket, "choked", now);
    return;
  case WS_OPCODE_CLOSE:
    end_by_peer(socket, now);
    return;
  case WS_OPCODE_TEXT:
    end(socket, "text_message", now);
    return;
  }
}

static void read_frames(ws *socket, ws_bytes chunk, int64_t now) {
  while (socket->state == OPEN) {
    ws_progress progress = ws_parser_next(&socket->parser, &chunk);
    if (progress == WS_MORE)
      return;
    if (progress == WS_FAULT)
      end(socket, socket->parser.fault, now);
    else
      handle_event(socket, now);
  }
}

static void read_head(ws *socket, ws_bytes chunk, int64_t now) {
  size_t room = HEAD_MAX - socket->head_size, size = chunk.size < room ? chunk.size : room;
  memcpy(socket->head + socket->head_size, chunk.bytes, size);
  socket->head[socket->head_size + size] = 0;
  char *blank = strstr(socket->head, "\r\n\r\n");
  if (!blank && size == chunk.size) {
    socket->head_size += size;
    return;
  }
  if (blank)
    *blank = 0;
  if (!blank || !ws_handshake_agrees(socket->head, socket->accept, socket->pool->subprotocol)) {
    end(socket, "not_tickbox", now);
    return;
  }
  size_t used = (size_t)(blank + 4 - socket->head) - socket->head_size;
  free(socket->head);
  socket->head = NULL;
  socket->state = OPEN;
  socket->pool->events.opened(socket->user, now);
  read_frames(socket, (ws_bytes){chunk.bytes + used, chunk.size - used}, now);
}

/* What one call can take of what came, at most `most` bytes. True if there may be more: a short read has taken all
   there was, but of an end that came with it no second event tells. */
static bool read_socket(ws *socket, size_t most, bool ended, int64_t now) {
  ssize_t size = recv(socket->fd, socket->pool->bytes, most, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return errno == EINTR;
  if (size <= 0) {
    end(socket, socket->state == HANDSHAKE ? "not_tickbox" : size < 0 ? "reset" : "closed", now);
    return false;
  }
  ws_bytes chunk = {socket->pool->bytes, (size_t)size};
  if (socket->state == HANDSHAKE)
    read_head(socket, chunk, now);
  else
    read_frames(socket, chunk, now);
  return size == (ssize_t)most || ended;
}

void ws_pause(ws *socket) {
  PRE(socket->state == OPEN);
  socket->paused = true;
  watch_open(socket);
}

void ws_resume(ws *socket) {
  PRE(socket->state == OPEN);
  socket->paused = false;
  watch_open(socket); /* tells of what waits, too */
}

void ws_read_some(ws *socket, size_t size, int64_t now) {
  PRE(socket->state == OPEN && socket->paused);
  PRE_RANGE(size, 1, READ_MAX);
  read_socket(socket, size, false, now);
}

void ws_pool_look(ws_pool *pool) {
  free_closed(pool);
  int count = epoll_wait(pool->epoll, pool->ready, EVENTS_MAX, 0);
  pool->ready_count = count > 0 ? count : 0;
}

static void serve(ws *socket, uint32_t events, int64_t now) {
  if (socket->state == CONNECTING) {
    finish_connect(socket, now);
    return;
  }
  if (socket->state != CLOSED && events & EPOLLOUT && socket->outgoing_size > 0)
    flush(socket);
  bool more = events & ((socket->paused ? 0 : EPOLLIN) | EPOLLHUP | EPOLLERR);
  bool ended = events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
  while (socket->state != CLOSED && more)
    more = read_socket(socket, READ_MAX, ended, now);
}

bool ws_pool_serve(ws_pool *pool, int64_t now) {
  int count = pool->ready_count;
  pool->ready_count = 0;
  for (int i = 0; i < count; i++)
    serve(pool->ready[i].data.ptr, pool->ready[i].events, now);
  return count < EVENTS_MAX;
}
