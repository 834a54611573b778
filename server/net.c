#include "server/net.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "common/pre.h"
#include "server/handshake.h"
#include "server/log.h"
#include "server/net_inside.h"

enum {
  NET_LWS_LINES_MAX = 20, /* of lws's own log, each LOG_WINDOW_SECONDS */
  NET_DESTROY_PASSES = 100
};

/* --- accepting ----------------------------------------------------------------------------------------- */

static void net_watch_listener(void *user);

static void net_pause_accepting(net *self, const char *why) {
  log_line(LOG_WARN, "no room for more connections (%s): accepting pauses", why);
  for (unsigned i = 0; i < self->config.listener->count; i++)
    loop_unwatch(self->config.loop, self->config.listener->sockets[i]);
  self->accepting = false;
  loop_after(self->config.loop, NET_ACCEPT_PAUSE_MS, net_watch_listener, self);
}

/* The end of any connection, WebSocket or not. */
void net_gone(struct lws *wsi) {
  net *self = lws_get_opaque_user_data(wsi);
  if (self)
    self->connections--;
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

/* As many descriptors as clients and dawdlers may need, but no more: lws takes memory for each. */
static uint32_t net_limit_descriptors(uint32_t clients_max) {
  uint32_t needed = clients_max + NET_PAGE_CONNECTIONS + NET_DESCRIPTORS_SPARE;
  uint32_t wanted = clients_max + NET_HALF_OPEN_MAX + NET_DESCRIPTORS_SPARE;
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return NET_PAGE_CONNECTIONS;
  rlim_t soft = limit.rlim_max < wanted ? limit.rlim_max : wanted;
  limit.rlim_cur = soft;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (soft < needed)
    log_line(LOG_WARN, "the system allows %llu descriptors, %u clients may need %u", (unsigned long long)soft,
             clients_max, needed);
  return soft > NET_DESCRIPTORS_SPARE * 2 ? (uint32_t)soft - NET_DESCRIPTORS_SPARE : NET_DESCRIPTORS_SPARE;
}

/* --- guests -------------------------------------------------------------------------------------------- */

bool net_guest_is_here(const net_guest *guest) {
  return guest->client || guest->line;
}

bool net_guest_connect(net *self, net_guest *guest, link_t *link, int64_t now) {
  if (self->config.lag)
    guest->line = lag_connect(self->config.lag, link, now);
  else
    guest->client = host_connect(self->config.host, link, now);
  return net_guest_is_here(guest);
}

void net_guest_receive(net *self, net_guest *guest, const uint8_t *bytes, size_t size, int64_t now) {
  if (guest->line)
    lag_receive(guest->line, bytes, size, now);
  else
    host_receive(self->config.host, guest->client, bytes, size, now);
}

void net_guest_fault(net *self, net_guest *guest, uint32_t code, int64_t now) {
  if (guest->line)
    lag_receive_fault(guest->line, code, now);
  else
    host_receive_fault(self->config.host, guest->client, code);
}

void net_guest_disconnect(net *self, net_guest *guest) {
  if (guest->client)
    host_disconnect(self->config.host, guest->client);
  if (guest->line)
    lag_disconnect(guest->line);
  *guest = (net_guest){NULL, NULL};
}

void net_player_gone(net *self) {
  self->players--;
  if (self->stopping && self->players == 0)
    self->config.on_empty(self->config.user);
}

/* --- lws's memory --------------------------------------------------------------------------------------- */

static size_t lws_bytes;

static void *net_reallocate(void *memory, size_t size, const char *reason) {
  (void)reason;
  size_t before = malloc_usable_size(memory);
  void *made = NULL;
  if (size == 0)
    free(memory);
  else if (!(made = realloc(memory, size)))
    return NULL; /* what there was stays */
  lws_bytes += malloc_usable_size(made) - before;
  return made;
}

size_t net_lws_bytes(void) {
  return lws_bytes;
}

/* --- lws's own life ------------------------------------------------------------------------------------ */

/* Peers can provoke lws's lines at will, so only some of them are let through. */
static void net_log(int level, const char *line) {
  static int64_t since;
  static uint32_t lines;
  int64_t now = loop_now();
  if (now - since > (int64_t)LOG_WINDOW_SECONDS * NET_SECOND) {
    since = now;
    lines = 0;
  }
  if (++lines <= NET_LWS_LINES_MAX)
    log_line(level == LLL_ERR ? LOG_WARN : LOG_DEBUG, "lws: %.*s", (int)strcspn(line, "\n"), line);
}

/* A message is one write, however large. */
#define NET_SUBPROTOCOL(words, format)                                                                                 \
  {                                                                                                                    \
    .name = (words), .callback = net_on_socket, .per_session_data_size = sizeof(connection),                           \
    .rx_buffer_size = WIRE_CLIENT_BYTES_MAX, .tx_packet_size = JSON_WIRE_BYTES_MAX, .id = (format)                     \
  }

static const struct lws_protocols net_protocols[] = {
    {.name = "http", .callback = net_on_http, .per_session_data_size = sizeof(exchange)},
    NET_SUBPROTOCOL(HANDSHAKE_MSGPACK, LINK_MSGPACK),
    NET_SUBPROTOCOL(HANDSHAKE_JSON, LINK_JSON),
    {.name = NULL},
};

/* The host drops the silent, of every WebSocket from its first tick on. lws's own pings, which these zeros turn off,
   would hold a timer for each in one sorted list, which was walked from end to end whenever somebody came: 2.6% of the
   time of a server whose 2,000 players each came back every 50 s. */
static const lws_retry_bo_t net_life_policy = {.secs_since_valid_ping = 0, .secs_since_valid_hangup = 0};

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
  lws_set_allocator(net_reallocate);
  self->context = lws_create_context(&info);
  self->vhost = self->context ? lws_create_vhost(self->context, &info) : NULL;
  return self->vhost != NULL;
}

static void net_before_waiting(void *user) {
  net_flush(user);
}

net *net_create(const net_config *config) {
  net *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->config = *config;
  self->connections_max = net_limit_descriptors(config->clients_max);
  if (!net_start_lws(self) || !net_poll_start(self)) {
    net_destroy(self);
    return NULL;
  }
  loop_before_waiting(config->loop, net_before_waiting, self);
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
  net_poll_stop(self);
  loop_before_waiting(self->config.loop, NULL, NULL);
  /* lws ends in two steps, with the loop's closing of its handles between them. */
  if (self->context)
    lws_context_destroy(self->context);
  for (int i = 0; self->context && i < NET_DESTROY_PASSES; i++)
    loop_run_ready(self->config.loop);
  if (self->context)
    lws_context_destroy(self->context);
  free(self);
}
