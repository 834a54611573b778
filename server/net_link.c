#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/gen/tables.h"
#include "common/pre.h"
#include "server/net_inside.h"

/* --- sending ------------------------------------------------------------------------------------------- */

static void net_note_held(connection *peer) {
  size_t held = peer->waiting.capacity + (lws_partial_buffered(peer->wsi) ? peer->kept : 0);
  if (held > peer->net->held_max)
    peer->net->held_max = held;
}

/* What is written to one peer, message after message, gathers and leaves by one send(), which costs more than all else
   that a frame needs: when another peer's turn comes, and before the loop waits. What the kernel does not take, lws
   keeps and sends before anything else. A socket that fails is closed by lws at its next event, due at once. */
void net_flush(net *self) {
  connection *peer = self->writing;
  if (!peer)
    return;
  self->writing = NULL;
  ssize_t sent = 0;
  if (!lws_partial_buffered(peer->wsi))
    sent = send(lws_get_socket_fd(peer->wsi), self->written, self->written_size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent == (ssize_t)self->written_size || (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
    return;
  size_t taken = sent > 0 ? (size_t)sent : 0;
  peer->kept = (uint32_t)(self->written_size - taken);
  /* LWS_WRITE_HTTP: as it is, without a header in front. */
  lws_write(peer->wsi, self->written + taken, peer->kept, LWS_WRITE_HTTP);
  net_note_held(peer);
}

/* True if a message would leave at once. The kernel is asked (a system call) only when so much has gone to it since it
   last said yes that it may be full. */
static bool net_can_write(connection *peer) {
  if (!outbox_is_empty(&peer->waiting) || lws_partial_buffered(peer->wsi))
    return false;
  if (peer->unasked < NET_UNASKED_BYTES)
    return true;
  if (peer->net->writing == peer)
    net_flush(peer->net);
  if (lws_send_pipe_choked(peer->wsi))
    return false;
  peer->unasked = 0;
  return true;
}

static bool link_drained(link_t *link) {
  return net_can_write((connection *)link);
}

/* Puts the header of a whole message of WebSocket's (RFC 6455, 5.2). Returns its size. */
static size_t net_put_header(uint8_t *out, size_t size, link_format format) {
  enum { FINAL_TEXT = 0x81, FINAL_BINARY = 0x82, SHORT_MAX = 125, TWO_BYTES = 126, EIGHT_BYTES = 127 };
  size_t more = size <= SHORT_MAX ? 0 : size <= UINT16_MAX ? 2 : 8;
  out[0] = format == LINK_JSON ? FINAL_TEXT : FINAL_BINARY;
  out[1] = more == 0 ? (uint8_t)size : more == 2 ? TWO_BYTES : EIGHT_BYTES;
  for (size_t i = 0; i < more; i++)
    out[2 + i] = (uint8_t)(size >> 8 * (more - 1 - i));
  return 2 + more;
}

/* PRE: nothing is pending before it but what is being written. */
static void net_write(connection *peer, const uint8_t *bytes, size_t size) {
  net *self = peer->net;
  if (self->writing != peer || self->written_size + NET_HEADER_MAX + size > sizeof self->written) {
    net_flush(self);
    self->written_size = 0;
    self->writing = peer;
  }
  size_t header = net_put_header(self->written + self->written_size, size, peer->link.format);
  memcpy(self->written + self->written_size + header, bytes, size);
  self->written_size += header + size;
  peer->unasked += (uint32_t)(header + size);
}

static bool link_send(link_t *link, const uint8_t *bytes, size_t size) {
  connection *peer = (connection *)link;
  PRE_RANGE(size, 1, JSON_WIRE_BYTES_MAX);
  if (peer->closing)
    return true;
  if (net_can_write(peer)) {
    net_write(peer, bytes, size);
    return true;
  }
  lws_callback_on_writable(peer->wsi);
  bool taken = outbox_push(&peer->waiting, bytes, size, NET_QUEUE_BYTES_MAX);
  net_note_held(peer);
  return taken;
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
  /* lws answers pings before it asks us what to write, so that in a flood of them we would never be asked, and it keeps
     our reason where it keeps a ping's payload. So nothing is read from here on until it has our reason; and then its
     turn to write comes before its turn to read. (But for what came in one piece with a message that we close for.) */
  lws_rx_flow_control(peer->wsi, 0);
  lws_callback_on_writable(peer->wsi);
}

static uint64_t link_received(link_t *link) {
  return listen_received(lws_get_socket_fd(((connection *)link)->wsi));
}

static const char *link_address(link_t *link) {
  return ((connection *)link)->address;
}

static const link_ops net_link_ops = {link_drained, link_send, link_close, link_received, link_address};

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
  net_flush(peer->net);
  while (!lws_send_pipe_choked(peer->wsi) && (bytes = outbox_first(&peer->waiting, &size))) {
    net_write(peer, bytes, size);
    net_flush(peer->net);
    outbox_pop(&peer->waiting);
  }
  /* What is choked is not told why yet: lws would read before it can write that. */
  bool must_wait = peer->closing && !peer->said_why && lws_send_pipe_choked(peer->wsi);
  if (!outbox_is_empty(&peer->waiting) || lws_partial_buffered(peer->wsi) || must_wait) {
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
  net_guest_fault(peer->net, &peer->guest, code, loop_now());
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

static int net_received(connection *peer, const uint8_t *bytes, size_t size) {
  if (peer->closing || !net_guest_is_here(&peer->guest))
    return 0;
  int64_t now = loop_now();
  bool whole = lws_is_final_fragment(peer->wsi);
  bool is_json = peer->link.format == LINK_JSON;
  if (is_json == (bool)lws_frame_is_binary(peer->wsi))
    net_fault(peer, is_json ? CODE_BAD_JSON : CODE_TEXT_MESSAGE);
  else if (size > WIRE_CLIENT_BYTES_MAX)
    net_fault(peer, CODE_TOO_LARGE);
  else if (whole && !peer->parts)
    net_guest_receive(peer->net, &peer->guest, bytes, size, now);
  else if (net_gather(peer, bytes, size) && whole) {
    net_guest_receive(peer->net, &peer->guest, peer->parts, peer->parts_size, now);
    net_forget_parts(peer);
  }
  return 0;
}

/* --- WebSockets come and go ---------------------------------------------------------------------------- */

static int net_opened(connection *peer, struct lws *wsi) {
  net *self = net_of(wsi);
  peer->link = (link_t){&net_link_ops, (link_format)lws_get_protocol(wsi)->id};
  peer->wsi = wsi;
  peer->net = self;
  listen_peer(lws_get_socket_fd(wsi), peer->address);
  self->players++;
  if (self->stopping)
    return -1;
  return net_guest_connect(self, &peer->guest, &peer->link, loop_now()) ? 0 : -1;
}

static void net_closed(connection *peer) {
  if (!peer->net)
    return;
  net *self = peer->net;
  if (self->writing == peer)
    self->writing = NULL;
  peer->closing = true; /* nothing is written to it from here on */
  net_guest_disconnect(self, &peer->guest);
  peer->net = NULL;
  outbox_clear(&peer->waiting);
  net_forget_parts(peer);
  net_player_gone(self);
}

int net_on_socket(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size) {
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
