#include "server/net.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/handshake.h"
#include "server/log.h"
#include "server/outbox.h"

enum {
  NET_HEADERS_BYTES = 2048,
  NET_BODY_CHUNK = 8192,
  NET_LWS_LINES_MAX = 20, /* of lws's own log, each ten seconds */
  NET_DESTROY_PASSES = 100,
  NET_CONFIRM_SECONDS = 10 /* lws's list of timers is walked at each confirmation */
};

static const int64_t SECOND = 1000000;

struct net {
  net_config config;
  struct lws_context *context;
  struct lws_vhost *vhost;
  uint32_t connections, connections_max; /* of any kind */
  uint32_t players;                      /* WebSockets */
  bool accepting, stopping;
  uint8_t frame[LWS_PRE + WIRE_SERVER_BYTES_MAX]; /* lws puts its header in front of what is sent */
};

/* One WebSocket; lws keeps it, zeroed at first, until the socket is gone. */
typedef struct {
  link_t link;
  struct lws *wsi;
  net *net;
  client *client; /* NULL before host_connect and after host_disconnect */
  char address[LISTEN_ADDRESS_BYTES];
  outbox waiting;
  int64_t confirmed; /* when lws last heard that this peer is alive */

  bool closing, said_why;
  uint32_t code; /* why */

  uint8_t *parts; /* of a message that has not arrived whole: WIRE_CLIENT_BYTES_MAX */
  uint32_t parts_size, parts_count;
} connection;

/* One HTTP exchange. */
typedef struct {
  page_answer answer;
  size_t sent;
} exchange;

static net *net_of(struct lws *wsi) {
  return lws_context_user(lws_get_context(wsi));
}

/* --- sending ------------------------------------------------------------------------------------------- */

static bool net_can_write(const connection *peer) {
  return outbox_is_empty(&peer->waiting) && !lws_partial_buffered(peer->wsi) && !lws_send_pipe_choked(peer->wsi);
}

static bool link_drained(link_t *link) {
  return net_can_write((connection *)link);
}

static bool net_write(connection *peer, const uint8_t *bytes, size_t size) {
  uint8_t *payload = peer->net->frame + LWS_PRE;
  memcpy(payload, bytes, size);
  return lws_write(peer->wsi, payload, size, LWS_WRITE_BINARY) >= 0;
}

static bool link_send(link_t *link, const uint8_t *bytes, size_t size) {
  connection *peer = (connection *)link;
  PRE_RANGE(size, 1, WIRE_SERVER_BYTES_MAX);
  if (peer->closing)
    return true;
  if (net_can_write(peer)) {
    /* A socket that fails is closed by lws at its next event, which is due at once. */
    net_write(peer, bytes, size);
    return true;
  }
  lws_callback_on_writable(peer->wsi);
  return outbox_push(&peer->waiting, bytes, size, NET_QUEUE_BYTES_MAX);
}

static void link_close(link_t *link, uint32_t code) {
  connection *peer = (connection *)link;
  PRE(code < CODE_COUNT);
  if (peer->closing)
    return;
  peer->closing = true;
  peer->code = code;
  if (code == CODE_TOO_SLOW)
    outbox_clear(&peer->waiting);
  lws_set_timeout(peer->wsi, PENDING_TIMEOUT_USER_REASON_BASE, NET_CLOSE_SECONDS);
  lws_callback_on_writable(peer->wsi);
}

static const char *link_address(link_t *link) {
  return ((connection *)link)->address;
}

static const link_ops net_link_ops = {link_drained, link_send, link_close, link_address};

/* Starts lws's closing: our frame goes out, the peer's is awaited, then the socket closes. To return -1 from a
   callback would be the usual way, but Debian's lws is built with _DEBUG and then closes twice in a row under
   libuv, which cuts the socket before the frame is out. */
static void net_say_why(connection *peer) {
  const char *name = code_words[peer->code].name;
  peer->said_why = true;
  lws_close_reason(peer->wsi, NET_CLOSE_STATUS + peer->code, (uint8_t *)(uintptr_t)name, strlen(name));
  lws_close_free_wsi(peer->wsi, LWS_CLOSE_STATUS_NOSTATUS, "tickbox");
}

static int net_writable(connection *peer) {
  size_t size;
  const uint8_t *bytes;
  while (!lws_partial_buffered(peer->wsi) && !lws_send_pipe_choked(peer->wsi) &&
         (bytes = outbox_first(&peer->waiting, &size))) {
    if (!net_write(peer, bytes, size))
      return -1;
    outbox_pop(&peer->waiting);
  }
  if (!outbox_is_empty(&peer->waiting) || lws_partial_buffered(peer->wsi)) {
    lws_callback_on_writable(peer->wsi);
    return 0;
  }
  if (peer->closing && !peer->said_why)
    net_say_why(peer);
  return 0;
}

/* --- receiving ----------------------------------------------------------------------------------------- */

static void net_forget_parts(connection *peer) {
  free(peer->parts);
  peer->parts = NULL;
  peer->parts_size = peer->parts_count = 0;
}

static void net_fault(connection *peer, uint32_t code) {
  net_forget_parts(peer);
  host_receive_fault(peer->net->config.host, peer->client, code);
}

/* Keeps one part of a message. False after a fault. */
static bool net_gather(connection *peer, const uint8_t *bytes, size_t size) {
  if (size > WIRE_CLIENT_BYTES_MAX - peer->parts_size || ++peer->parts_count > NET_FRAGMENTS_MAX) {
    net_fault(peer, CODE_TOO_LARGE);
    return false;
  }
  if (!peer->parts)
    peer->parts = malloc(WIRE_CLIENT_BYTES_MAX);
  if (!peer->parts) {
    net_fault(peer, CODE_INTERNAL);
    return false;
  }
  if (size)
    memcpy(peer->parts + peer->parts_size, bytes, size);
  peer->parts_size += (uint32_t)size;
  return true;
}

static void net_confirm_alive(connection *peer, int64_t now) {
  if (now - peer->confirmed < NET_CONFIRM_SECONDS * SECOND)
    return;
  peer->confirmed = now;
  lws_validity_confirmed(peer->wsi);
}

static int net_received(connection *peer, const uint8_t *bytes, size_t size) {
  if (peer->closing || !peer->client)
    return 0;
  int64_t now = loop_now();
  net_confirm_alive(peer, now);
  bool whole = lws_is_final_fragment(peer->wsi);
  if (!lws_frame_is_binary(peer->wsi))
    net_fault(peer, CODE_TEXT_MESSAGE);
  else if (size > WIRE_CLIENT_BYTES_MAX)
    net_fault(peer, CODE_TOO_LARGE);
  else if (whole && !peer->parts)
    host_receive(peer->net->config.host, peer->client, bytes, size, now);
  else if (net_gather(peer, bytes, size) && whole) {
    host_receive(peer->net->config.host, peer->client, peer->parts, peer->parts_size, now);
    net_forget_parts(peer);
  }
  return 0;
}

/* --- WebSockets come and go ---------------------------------------------------------------------------- */

static int net_opened(connection *peer, struct lws *wsi) {
  net *self = net_of(wsi);
  peer->link.ops = &net_link_ops;
  peer->wsi = wsi;
  peer->net = self;
  listen_peer(lws_get_socket_fd(wsi), peer->address);
  self->players++;
  peer->client = self->stopping ? NULL : host_connect(self->config.host, &peer->link, loop_now());
  return peer->client ? 0 : -1;
}

static void net_closed(connection *peer) {
  if (!peer->net)
    return;
  net *self = peer->net;
  if (peer->client)
    host_disconnect(self->config.host, peer->client);
  peer->client = NULL;
  peer->net = NULL;
  outbox_clear(&peer->waiting);
  net_forget_parts(peer);
  self->players--;
  if (self->stopping && self->players == 0)
    self->config.on_empty(self->config.user);
}

/* The end of any connection, WebSocket or not. */
static void net_gone(struct lws *wsi) {
  net *self = lws_get_opaque_user_data(wsi);
  if (self)
    self->connections--;
}

static int net_on_socket(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size) {
  connection *peer = user;
  switch (reason) {
  case LWS_CALLBACK_ESTABLISHED:
    return net_opened(peer, wsi);
  case LWS_CALLBACK_RECEIVE:
    return net_received(peer, in, size);
  case LWS_CALLBACK_SERVER_WRITEABLE:
    return net_writable(peer);
  case LWS_CALLBACK_CLOSED:
    net_closed(peer);
    return 0;
  case LWS_CALLBACK_WSI_DESTROY:
    net_gone(wsi);
    return 0;
  default:
    return 0;
  }
}

/* --- HTTP ---------------------------------------------------------------------------------------------- */

/* Copies a header's value; empty if absent, and `oversize` is set if it is too long. */
static const char *net_header(struct lws *wsi, enum lws_token_indexes token, char *out, bool *oversize) {
  out[0] = 0;
  if (lws_hdr_total_length(wsi, token) >= HANDSHAKE_VALUE_MAX)
    *oversize = true;
  else if (lws_hdr_total_length(wsi, token) > 0)
    lws_hdr_copy(wsi, out, HANDSHAKE_VALUE_MAX, token);
  return out;
}

typedef struct {
  uint8_t bytes[LWS_PRE + NET_HEADERS_BYTES];
  uint8_t *at, *end;
} headers;

static void headers_add(struct lws *wsi, headers *out, const char *name, const char *value) {
  /* The buffer holds all that we ever send, so this cannot fail. */
  PRE(lws_add_http_header_by_name(wsi, (const uint8_t *)name, (const uint8_t *)value, (int)strlen(value), &out->at,
                                  out->end) == 0);
}

static void headers_start(struct lws *wsi, headers *out, unsigned status) {
  out->at = out->bytes + LWS_PRE;
  out->end = out->bytes + sizeof out->bytes;
  PRE(lws_add_http_header_status(wsi, status, &out->at, out->end) == 0);
  headers_add(wsi, out, "x-content-type-options:", "nosniff");
  headers_add(wsi, out, "referrer-policy:", "no-referrer");
  headers_add(wsi, out, "cache-control:", "no-cache");
}

/* The page runs only its own scripts, and its module; it speaks only to this server. `'self'` covers ws: in
   browsers of 2022 and later, older ones want the name. */
static void headers_add_policy(struct lws *wsi, headers *out) {
  char place[HANDSHAKE_VALUE_MAX], policy[HANDSHAKE_VALUE_MAX * 3];
  bool oversize = false;
  net_header(wsi, WSI_TOKEN_HOST, place, &oversize);
  bool plain = strspn(place, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") == strlen(place);
  if (plain && *place)
    snprintf(policy, sizeof policy,
             "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws://%s wss://%s; "
             "base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
             place, place);
  else
    snprintf(policy, sizeof policy, "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'");
  headers_add(wsi, out, "content-security-policy:", policy);
}

static bool headers_send(struct lws *wsi, headers *out) {
  return lws_finalize_write_http_header(wsi, out->bytes + LWS_PRE, &out->at, out->end) == 0;
}

static bool net_answer_headers(struct lws *wsi, const page_answer *answer) {
  headers out;
  char size[24];
  headers_start(wsi, &out, answer->status);
  snprintf(size, sizeof size, "%zu", answer->size);
  if (answer->status != 304) {
    headers_add(wsi, &out, "content-type:", answer->type);
    headers_add(wsi, &out, "content-length:", size);
    headers_add_policy(wsi, &out);
  }
  if (answer->etag[0]) {
    headers_add(wsi, &out, "etag:", answer->etag);
    headers_add(wsi, &out, "vary:", "accept-encoding");
  }
  if (answer->gzip && answer->status == 200)
    headers_add(wsi, &out, "content-encoding:", "gzip");
  if (answer->status == 405)
    headers_add(wsi, &out, "allow:", "GET, HEAD");
  return headers_send(wsi, &out);
}

/* What an operator or a monitor asks: is it alive, and how is it doing. */
static page_answer net_health(net *self, bool with_body) {
  host_counts counts = host_count(self->config.host);
  page_answer answer = {.status = 200, .type = "application/json", .owned = malloc(NET_HEADERS_BYTES)};
  if (!answer.owned)
    return (page_answer){.status = 503, .type = "text/plain"};
  answer.size = (size_t)snprintf(
      (char *)answer.owned, NET_HEADERS_BYTES,
      "{\"status\":\"%s\",\"version\":\"%s\",\"clients\":%u,\"players\":%u,\"practice_bots\":%u,\"connections\":%u,"
      "\"tick\":%u,\"ticks_slipped\":%u,\"tick_late_p99_us\":%u,\"frames_sent\":%llu,\"frames_stale\":%llu,"
      "\"bytes_sent\":%llu}\n",
      self->stopping ? "stopping" : "ok", TICKBOX_VERSION, counts.clients, counts.players, counts.practice_bots,
      self->connections, counts.tick, counts.ticks_slipped, counts.late_p99_us, (unsigned long long)counts.frames_sent,
      (unsigned long long)counts.frames_stale, (unsigned long long)counts.bytes_sent);
  answer.body = with_body ? answer.owned : NULL;
  return answer;
}

static page_answer net_find_answer(struct lws *wsi, const char *path) {
  net *self = net_of(wsi);
  char encoding[HANDSHAKE_VALUE_MAX], tags[HANDSHAKE_VALUE_MAX];
  bool oversize = false;
  bool is_get = lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0;
  bool is_head = lws_hdr_total_length(wsi, WSI_TOKEN_HEAD_URI) > 0;
  if (strcmp(path, "/healthz") == 0 && (is_get || is_head))
    return net_health(self, is_get);
  page_request request = {.is_get = is_get,
                          .is_head = is_head,
                          .path = path,
                          .accept_encoding = net_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, encoding, &oversize),
                          .if_none_match = net_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, tags, &oversize)};
  return page_respond(self->config.page, &request);
}

static int net_complete(struct lws *wsi, exchange *http) {
  page_release(&http->answer);
  return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int net_requested(struct lws *wsi, exchange *http, const char *path) {
  page_release(&http->answer);
  http->sent = 0;
  http->answer = net_find_answer(wsi, path);
  if (!net_answer_headers(wsi, &http->answer))
    return -1;
  if (!http->answer.body || !http->answer.size)
    return net_complete(wsi, http);
  lws_callback_on_writable(wsi);
  return 0;
}

static int net_send_body(struct lws *wsi, exchange *http) {
  if (!http->answer.body)
    return 0;
  size_t left = http->answer.size - http->sent;
  size_t size = left < NET_BODY_CHUNK ? left : NET_BODY_CHUNK;
  /* HTTP/1.1 needs no room in front, so lws leaves these bytes as they are. */
  unsigned char *bytes = (unsigned char *)(uintptr_t)(http->answer.body + http->sent);
  if (lws_write(wsi, bytes, size, size == left ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
    return -1;
  http->sent += size;
  if (http->sent == http->answer.size)
    return net_complete(wsi, http);
  lws_callback_on_writable(wsi);
  return 0;
}

static handshake_verdict net_judge(struct lws *wsi, const char *upgrade) {
  char path[HANDSHAKE_VALUE_MAX], http_version[HANDSHAKE_VALUE_MAX], place[HANDSHAKE_VALUE_MAX],
      origin[HANDSHAKE_VALUE_MAX], wanted[HANDSHAKE_VALUE_MAX], version[HANDSHAKE_VALUE_MAX], key[HANDSHAKE_VALUE_MAX],
      subprotocols[HANDSHAKE_VALUE_MAX];
  handshake request = {.is_get = lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0, .upgrade = upgrade};
  request.path = net_header(wsi, WSI_TOKEN_GET_URI, path, &request.oversize);
  request.http_version = net_header(wsi, WSI_TOKEN_HTTP, http_version, &request.oversize);
  request.host = net_header(wsi, WSI_TOKEN_HOST, place, &request.oversize);
  request.origin = net_header(wsi, WSI_TOKEN_ORIGIN, origin, &request.oversize);
  request.connection = net_header(wsi, WSI_TOKEN_CONNECTION, wanted, &request.oversize);
  request.version = net_header(wsi, WSI_TOKEN_VERSION, version, &request.oversize);
  request.key = net_header(wsi, WSI_TOKEN_KEY, key, &request.oversize);
  request.subprotocols = net_header(wsi, WSI_TOKEN_PROTOCOL, subprotocols, &request.oversize);
  return handshake_judge(&request);
}

/* 0 lets lws go on with the upgrade; -1 closes after the refusal. */
static int net_confirm_upgrade(struct lws *wsi, const char *upgrade) {
  handshake_verdict verdict = net_judge(wsi, upgrade);
  if (verdict.status == 0)
    return 0;
  char address[LISTEN_ADDRESS_BYTES], size[24];
  listen_peer(lws_get_socket_fd(wsi), address);
  log_line(LOG_INFO, "%s: WebSocket refused with %u: %s", address, verdict.status, verdict.reason);
  headers out;
  headers_start(wsi, &out, verdict.status);
  snprintf(size, sizeof size, "%zu", strlen(verdict.reason));
  headers_add(wsi, &out, "content-type:", "text/plain; charset=utf-8");
  headers_add(wsi, &out, "content-length:", size);
  headers_add(wsi, &out, "connection:", "close");
  if (verdict.status == 426)
    headers_add(wsi, &out, "sec-websocket-version:", "13");
  if (headers_send(wsi, &out))
    lws_write(wsi, (uint8_t *)(uintptr_t)verdict.reason, strlen(verdict.reason), LWS_WRITE_HTTP_FINAL);
  return -1;
}

static int net_on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size) {
  exchange *http = user;
  (void)size;
  switch (reason) {
  case LWS_CALLBACK_HTTP:
    return net_requested(wsi, http, in);
  case LWS_CALLBACK_HTTP_WRITEABLE:
    return net_send_body(wsi, http);
  case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
    return net_confirm_upgrade(wsi, in);
  case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
  case LWS_CALLBACK_CLOSED_HTTP:
    if (http)
      page_release(&http->answer);
    return 0;
  case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    return -1; /* a WebSocket of no subprotocol that we know */
  case LWS_CALLBACK_WSI_DESTROY:
    net_gone(wsi);
    return 0;
  default:
    return 0;
  }
}

/* --- accepting ----------------------------------------------------------------------------------------- */

static void net_watch_listener(void *user);

static void net_pause_accepting(net *self, const char *why) {
  log_line(LOG_WARN, "no room for more connections (%s): accepting pauses", why);
  for (unsigned i = 0; i < self->config.listener->count; i++)
    loop_unwatch(self->config.loop, self->config.listener->sockets[i]);
  self->accepting = false;
  loop_after(self->config.loop, NET_ACCEPT_PAUSE_MS, net_watch_listener, self);
}

static void net_adopt(net *self, int socket) {
  struct lws *wsi = lws_adopt_socket_vhost(self->vhost, socket);
  if (!wsi)
    return;
  lws_set_opaque_user_data(wsi, self);
  self->connections++;
}

/* Accepts what waits on one socket. False if accepting must pause. */
static bool net_accept_from(net *self, int listening) {
  for (int i = 0; i < NET_ACCEPTS_AT_ONCE; i++) {
    if (self->connections >= self->connections_max) {
      net_pause_accepting(self, "--max-clients or the system's limit of descriptors");
      return false;
    }
    int socket = listen_accept(listening);
    if (socket >= 0)
      net_adopt(self, socket);
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      return true;
    else if (errno != EINTR && errno != ECONNABORTED) {
      net_pause_accepting(self, strerror(errno));
      return false;
    }
  }
  return true;
}

static void net_accept(void *user) {
  net *self = user;
  for (unsigned i = 0; self->accepting && i < self->config.listener->count; i++)
    if (!net_accept_from(self, self->config.listener->sockets[i]))
      return;
}

static void net_watch_listener(void *user) {
  net *self = user;
  self->accepting = true;
  for (unsigned i = 0; i < self->config.listener->count; i++)
    PRE(loop_watch(self->config.loop, self->config.listener->sockets[i], net_accept, self));
}

/* As many descriptors as the clients may need, but no more: lws takes memory for each. */
static uint32_t net_limit_descriptors(uint32_t clients_max) {
  uint32_t wanted = clients_max + NET_PAGE_CONNECTIONS + NET_DESCRIPTORS_SPARE;
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return NET_PAGE_CONNECTIONS;
  rlim_t soft = limit.rlim_max < wanted ? limit.rlim_max : wanted;
  limit.rlim_cur = soft;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (soft < wanted)
    log_line(LOG_WARN, "the system allows %llu descriptors, %u clients may need %u", (unsigned long long)soft,
             clients_max, wanted);
  return soft > NET_DESCRIPTORS_SPARE * 2 ? (uint32_t)soft - NET_DESCRIPTORS_SPARE : NET_DESCRIPTORS_SPARE;
}

/* --- lws's own life ------------------------------------------------------------------------------------ */

/* Peers can provoke lws's lines at will, so only some of them are let through. */
static void net_log(int level, const char *line) {
  static int64_t since;
  static uint32_t lines;
  int64_t now = loop_now();
  if (now - since > LOG_WINDOW_SECONDS * SECOND) {
    since = now;
    lines = 0;
  }
  if (++lines <= NET_LWS_LINES_MAX)
    log_line(level == LLL_ERR ? LOG_WARN : LOG_DEBUG, "lws: %.*s", (int)strcspn(line, "\n"), line);
}

static const struct lws_protocols net_protocols[] = {
    {.name = "http", .callback = net_on_http, .per_session_data_size = sizeof(exchange)},
    {.name = HANDSHAKE_SUBPROTOCOL,
     .callback = net_on_socket,
     .per_session_data_size = sizeof(connection),
     .rx_buffer_size = WIRE_CLIENT_BYTES_MAX,
     /* A message is one write, however large. */
     .tx_packet_size = WIRE_SERVER_BYTES_MAX},
    {.name = NULL},
};

static const lws_retry_bo_t net_life_policy = {
    .secs_since_valid_ping = NET_PING_SECONDS,
    .secs_since_valid_hangup = NET_HANGUP_SECONDS,
};

static bool net_start_lws(net *self) {
  void *loops[1] = {loop_native(self->config.loop)};
  struct lws_context_creation_info info = {
      .port = CONTEXT_PORT_NO_LISTEN_SERVER,
      .protocols = net_protocols,
      .extensions = NULL, /* permessage-deflate stalls for good under libuv */
      .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN |
                 LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
      .foreign_loops = loops,
      .retry_and_idle_policy = &net_life_policy,
      .timeout_secs = 5,
      .timeout_secs_ah_idle = 5,
      .keepalive_timeout = 10,
      .vhost_name = "tickbox",
      .server_string = "tickbox",
      .user = self,
      .gid = (gid_t)-1,
      .uid = (uid_t)-1,
  };
  lws_set_log_level(LLL_ERR | LLL_WARN, net_log);
  self->context = lws_create_context(&info);
  self->vhost = self->context ? lws_create_vhost(self->context, &info) : NULL;
  return self->vhost != NULL;
}

net *net_create(const net_config *config) {
  net *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->config = *config;
  self->connections_max = net_limit_descriptors(config->clients_max);
  if (!net_start_lws(self)) {
    net_destroy(self);
    return NULL;
  }
  net_watch_listener(self);
  return self;
}

void net_stop(net *self) {
  self->stopping = true;
  if (self->accepting)
    for (unsigned i = 0; i < self->config.listener->count; i++)
      loop_unwatch(self->config.loop, self->config.listener->sockets[i]);
  self->accepting = false;
  listen_close(self->config.listener);
  if (self->players == 0)
    self->config.on_empty(self->config.user);
}

void net_destroy(net *self) {
  /* lws ends in two steps, with the loop's closing of its handles between them. */
  if (self->context)
    lws_context_destroy(self->context);
  for (int i = 0; self->context && i < NET_DESTROY_PASSES; i++)
    loop_run_ready(self->config.loop);
  if (self->context)
    lws_context_destroy(self->context);
  free(self);
}
