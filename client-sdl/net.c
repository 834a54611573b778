#include "client-sdl/net.h"

#include <libwebsockets.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "client-sdl/ring.h"
#include "common/gen/protocol.h"
#include "common/pre.h"

enum { IN_BYTES = 1 << 20, OUT_BYTES = 1 << 16, RECEIVE_BYTES = 16384, FDS_MAX = 64, GIVE_UP_SECONDS = 2 };

typedef struct lws wire;

struct net {
  /* set once */
  address address;
  char host_header[ADDRESS_WORDS_MAX];
  int64_t (*clock)(void);
  struct lws_context *context;
  pthread_t thread;

  /* between the threads */
  ring in, out;
  _Atomic uint32_t wanted; /* the attempt that the caller wants, 0: none */
  atomic_bool stop, paused;

  /* of the caller's thread */
  uint32_t attempts; /* made so far; also the number of the newest */
  uint8_t *event_bytes;

  /* of the network thread */
  uint32_t current; /* the attempt that is being made or stands, 0: none */
  bool over;        /* it failed or closed, and was told to be */
  wire *wire;       /* its connection, NULL: none */
  bool reached;     /* someone answered, and HTTP began */
  bool open;        /* the WebSocket stands */
  size_t message_size;
  uint8_t *message; /* being put together from fragments */
  uint8_t *sending; /* LWS_PRE bytes, then a message */
};

static void tell(net *net, net_kind kind, const uint8_t *bytes, size_t size) {
  const ring_record record = {(uint32_t)size, kind, net->current, net->clock()};
  PRE(ring_push(&net->in, &record, bytes));
}

static void forget(net *net) {
  net->wire = NULL;
  net->open = net->reached = false;
  net->message_size = 0;
}

static void abandon(net *net) {
  if (net->wire)
    lws_set_timeout(net->wire, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
  forget(net);
}

/* The attempt is over: nothing more is heard of its wire. */
static void finish(net *net, net_kind kind) {
  tell(net, kind, NULL, 0);
  forget(net);
  net->over = true;
}

static void start(net *net) {
  struct lws_client_connect_info info = {
      .context = net->context,
      .address = net->address.host,
      .port = net->address.port,
      .ssl_connection = net->address.tls ? LCCSCF_USE_SSL : 0,
      .path = net->address.path,
      .host = net->host_header,
      .protocol = "tickbox.msgpack",
      .local_protocol_name = "tickbox.msgpack",
      .ietf_version_or_minus_one = -1,
      .alpn = "http/1.1",
      .opaque_user_data = (void *)(uintptr_t)net->current,
  };
  net->over = false;
  wire *made = lws_client_connect_via_info(&info);
  if (net->over)
    return; /* it failed, and said so, inside the call */
  net->wire = made;
  if (!made)
    finish(net, NET_NOBODY);
}

/* Room for one more message of the largest size and an event beside it, so that `tell` always succeeds. */
static bool has_room(net *net) {
  return ring_room(&net->in) >= WIRE_SERVER_BYTES_MAX + 8 * sizeof(ring_record);
}

/* While the caller does not read, nor do we: the server then sends the latest state instead of a backlog. */
static void hold_back(net *net) {
  bool full = !has_room(net);
  if (net->open && full != atomic_load(&net->paused)) {
    atomic_store(&net->paused, full);
    lws_rx_flow_control(net->wire, full ? 0 : 1);
  }
}

/* Something happened on the caller's side: another attempt is wanted, messages wait, or there is room again. */
static void look_around(net *net) {
  uint32_t wanted = atomic_load(&net->wanted);
  if (wanted != net->current) {
    abandon(net);
    atomic_store(&net->paused, false);
    net->current = wanted;
    if (wanted)
      start(net);
  } else if (net->open) {
    hold_back(net);
    lws_callback_on_writable(net->wire);
  }
}

static int receive(net *net, const uint8_t *bytes, size_t size) {
  bool binary = lws_frame_is_binary(net->wire);
  if (!binary || size > WIRE_SERVER_BYTES_MAX - net->message_size) {
    finish(net, NET_NOT_TICKBOX);
    return -1;
  }
  memcpy(net->message + net->message_size, bytes, size);
  net->message_size += size;
  if (!lws_is_final_fragment(net->wire) || lws_remaining_packet_payload(net->wire) > 0)
    return 0;
  tell(net, NET_MESSAGE, net->message, net->message_size);
  net->message_size = 0;
  hold_back(net);
  return 0;
}

/* One message a call; lws calls again as soon as the socket takes more. Leftovers of former attempts are skipped. */
static int send_next(net *net) {
  ring_record record;
  do {
    if (!ring_pop(&net->out, &record, net->sending + LWS_PRE, WIRE_CLIENT_BYTES_MAX))
      return 0;
  } while (record.attempt != net->current);
  lws_callback_on_writable(net->wire);
  return lws_write(net->wire, net->sending + LWS_PRE, record.size, LWS_WRITE_BINARY) < 0 ? -1 : 0;
}

/* TLS fails before the handshake of HTTP, but after someone answered. */
static bool is_connected(wire *wire) {
  struct sockaddr_storage peer;
  socklen_t size = sizeof(peer);
  lws_sockfd_type socket = lws_get_socket_fd(wire);
  return socket != LWS_SOCK_INVALID && getpeername(socket, (struct sockaddr *)&peer, &size) == 0;
}

static int on_own_wire(net *net, wire *wire, enum lws_callback_reasons reason, const uint8_t *bytes, size_t size) {
  switch (reason) {
  case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
    net->reached = true;
    return 0;
  case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    finish(net, net->reached || is_connected(wire) ? NET_NOT_TICKBOX : NET_NOBODY);
    return 0;
  case LWS_CALLBACK_CLIENT_ESTABLISHED:
    net->wire = wire;
    net->open = true;
    tell(net, NET_OPENED, NULL, 0);
    return 0;
  case LWS_CALLBACK_CLIENT_RECEIVE:
    return receive(net, bytes, size);
  case LWS_CALLBACK_CLIENT_WRITEABLE:
    return send_next(net);
  case LWS_CALLBACK_CLIENT_CLOSED:
    finish(net, NET_CLOSED);
    return 0;
  default:
    return 0;
  }
}

/* lws frees some wires without another word; this is the last moment at which ours may be touched. */
static void vanish(net *net, const wire *wire) {
  if (wire == net->wire)
    finish(net, net->open ? NET_CLOSED : net->reached ? NET_NOT_TICKBOX : NET_NOBODY);
}

static int on_event(wire *wire, enum lws_callback_reasons reason, void *user, void *bytes, size_t size) {
  net *net = lws_context_user(lws_get_context(wire));
  (void)user;
  if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) {
    look_around(net);
    return 0;
  }
  if (reason == LWS_CALLBACK_WSI_DESTROY) {
    vanish(net, wire);
    return 0;
  }
  uint32_t attempt = (uint32_t)(uintptr_t)lws_get_opaque_user_data(wire);
  if (attempt != 0 && attempt == net->current && !net->over)
    return on_own_wire(net, wire, reason, bytes, size);
  return attempt != 0 && reason == LWS_CALLBACK_CLIENT_ESTABLISHED ? -1 : 0;
}

static const struct lws_protocols protocols[] = {{"tickbox.msgpack", on_event, 0, RECEIVE_BYTES, 0, NULL, 0},
                                                 {NULL, NULL, 0, 0, 0, NULL, 0}};

static struct lws_context *create_context(net *net) {
  lws_set_log_level(0, NULL); /* what matters is told as events */
  struct lws_context_creation_info info = {
      .port = CONTEXT_PORT_NO_LISTEN,
      .protocols = protocols,
      .user = net,
      .fd_limit_per_thread = FDS_MAX,
      .timeout_secs = 2 * WIRE_CONNECT_MS / 1000, /* ours comes first, and has the right words */
      .connect_timeout_secs = 2,                  /* then the next of a name's addresses has its turn */
      .options = net->address.tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0,
  };
  return lws_create_context(&info);
}

static void *run(void *argument) {
  net *net = argument;
  while (!atomic_load(&net->stop))
    lws_service(net->context, 0);
  lws_context_destroy(net->context);
  return NULL;
}

static void free_memory(net *net) {
  ring_free(&net->in);
  ring_free(&net->out);
  free(net->event_bytes);
  free(net->message);
  free(net->sending);
  free(net);
}

static bool take_memory(net *net) {
  net->event_bytes = malloc(WIRE_SERVER_BYTES_MAX);
  net->message = malloc(WIRE_SERVER_BYTES_MAX);
  net->sending = malloc(LWS_PRE + WIRE_CLIENT_BYTES_MAX);
  bool rings = ring_init(&net->in, IN_BYTES);
  rings = ring_init(&net->out, OUT_BYTES) && rings;
  return rings && net->event_bytes && net->message && net->sending;
}

net *net_create(const address *address, int64_t (*clock)(void)) {
  net *net = calloc(1, sizeof(*net));
  if (!net)
    return NULL;
  net->address = *address;
  net->clock = clock;
  address_words(address, net->host_header);
  net->context = take_memory(net) ? create_context(net) : NULL;
  if (net->context && pthread_create(&net->thread, NULL, run, net) == 0)
    return net;
  if (net->context)
    lws_context_destroy(net->context);
  free_memory(net);
  return NULL;
}

void net_destroy(net *net) {
  struct timespec until;
  atomic_store(&net->stop, true);
  lws_cancel_service(net->context);
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += GIVE_UP_SECONDS;
  if (pthread_timedjoin_np(net->thread, NULL, &until) == 0)
    free_memory(net);
}

void net_connect(net *net) {
  atomic_store(&net->wanted, ++net->attempts);
  lws_cancel_service(net->context);
}

void net_abandon(net *net) {
  atomic_store(&net->wanted, 0);
  lws_cancel_service(net->context);
}

bool net_send(net *net, const uint8_t *bytes, size_t size) {
  PRE_RANGE(size, 1, WIRE_CLIENT_BYTES_MAX);
  const ring_record record = {(uint32_t)size, NET_MESSAGE, net->attempts, 0};
  bool taken = ring_push(&net->out, &record, bytes);
  lws_cancel_service(net->context);
  return taken;
}

bool net_poll(net *net, net_event *event) {
  ring_record record;
  while (ring_pop(&net->in, &record, net->event_bytes, WIRE_SERVER_BYTES_MAX)) {
    if (record.attempt != atomic_load(&net->wanted))
      continue;
    *event = (net_event){(net_kind)record.kind, record.time, net->event_bytes, record.size};
    return true;
  }
  if (atomic_load(&net->paused))
    lws_cancel_service(net->context);
  return false;
}
