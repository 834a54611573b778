#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/log.h"
#include "server/net_inside.h"

enum {
  NET_POLL_EVERY_US = NET_SECOND / 4,
  NET_POLL_SPARE_SECONDS = 10 /* an answer is under way at most so long after its question's time is up */
};

static const char poll_folder[] = "/poll/";

/* --- the desk's doors ------------------------------------------------------------------------------------- */

static void *desk_connect(void *user, link_t *link, int64_t now) {
  net *self = user;
  net_guest *guest = calloc(1, sizeof *guest);
  if (guest && net_guest_connect(self, guest, link, now)) {
    self->players++;
    return guest;
  }
  free(guest);
  return NULL;
}

static void desk_receive(void *user, void *peer, const uint8_t *bytes, size_t size, int64_t now) {
  net_guest_receive(user, peer, bytes, size, now);
}

static void desk_fault(void *user, void *peer, uint32_t code, int64_t now) {
  net_guest_fault(user, peer, code, now);
}

static void desk_disconnect(void *user, void *peer) {
  net_guest_disconnect(user, peer);
  free(peer);
}

static void desk_ended(void *user) {
  net_player_gone(user);
}

static void desk_wake(void *waiter) {
  lws_callback_on_writable(((exchange *)waiter)->wsi);
}

/* Its connection is cut: whoever asks anew has taken its place. */
static void desk_replace(void *waiter) {
  exchange *http = waiter;
  http->waits = NULL;
  lws_set_timeout(http->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
}

static void net_poll_run(lws_sorted_usec_list_t *timer) {
  net *self = lws_container_of(timer, net, desk_timer);
  poll_run(self->desk, loop_now());
  lws_sul_schedule(self->context, 0, &self->desk_timer, net_poll_run, NET_POLL_EVERY_US);
}

bool net_poll_start(net *self) {
  static const poll_doors doors = {desk_connect, desk_receive, desk_fault,  desk_disconnect,
                                   desk_ended,   desk_wake,    desk_replace};
  self->desk = poll_create(&doors, self);
  if (self->desk)
    lws_sul_schedule(self->context, 0, &self->desk_timer, net_poll_run, NET_POLL_EVERY_US);
  return self->desk != NULL;
}

void net_poll_stop(net *self) {
  if (self->desk)
    lws_sul_schedule(self->context, 0, &self->desk_timer, net_poll_run, LWS_SET_TIMER_USEC_CANCEL);
  poll_destroy(self->desk);
  self->desk = NULL;
}

/* --- answers ---------------------------------------------------------------------------------------------- */

static int net_poll_answer(struct lws *wsi, exchange *http, poll_answer said) {
  free(http->body);
  http->body = NULL;
  const unsigned char *text = (const unsigned char *)said.text;
  return net_answer(wsi, http,
                    (page_answer){.status = said.status,
                                  .type = "application/json",
                                  .size = said.size,
                                  .body = text,
                                  .owned = said.text,
                                  .release = poll_release});
}

static int net_poll_refuse(struct lws *wsi, exchange *http, unsigned status, const char *why) {
  char address[LISTEN_ADDRESS_BYTES];
  listen_peer(lws_get_socket_fd(wsi), address);
  log_line(LOG_INFO, "%s: polling refused with %u: %s", address, status, why);
  http->closes = true; /* a body may follow that nobody reads */
  return net_poll_answer(wsi, http, poll_refuse(status, why));
}

int net_poll_woken(struct lws *wsi, exchange *http) {
  poll_answer said = poll_take(http->waits, loop_now());
  if (said.status == 0)
    return 0;
  http->waits = NULL;
  return net_poll_answer(wsi, http, said);
}

void net_poll_gone(exchange *http) {
  if (http->waits)
    poll_forget(http->waits, loop_now());
  http->waits = NULL;
  free(http->body);
  http->body = NULL;
}

/* --- requests --------------------------------------------------------------------------------------------- */

static int net_poll_ask(struct lws *wsi, exchange *http) {
  static const char name[] = "tickbox-after:";
  char after[HANDSHAKE_VALUE_MAX] = "";
  lws_hdr_custom_copy(wsi, after, sizeof after, name, sizeof name - 1);
  poll_answer said = poll_ask(net_of(wsi)->desk, http->authorization, after, http, loop_now(), &http->waits);
  if (said.status != 0)
    return net_poll_answer(wsi, http, said);
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, POLL_WAIT_MS / 1000 + NET_POLL_SPARE_SECONDS);
  return 0;
}

/* The body's length, or the status to refuse it with. */
static unsigned net_poll_length(struct lws *wsi, size_t *length) {
  char digits[HANDSHAKE_VALUE_MAX];
  bool oversize = false;
  net_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, digits, &oversize);
  /* Two ways to say where the body ends are one too many: a proxy may believe the other. */
  if (!*digits || lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
    return oversize ? 413 : 411;
  *length = strlen(digits) > 9 || strspn(digits, "0123456789") != strlen(digits) ? SIZE_MAX : strtoul(digits, NULL, 10);
  return *length > POLL_BODY_BYTES_MAX ? 413 : 0;
}

static int net_poll_expect(struct lws *wsi, exchange *http) {
  unsigned status = net_poll_length(wsi, &http->body_length);
  if (status == 413)
    return net_poll_refuse(wsi, http, status, "the body is too large");
  if (status)
    return net_poll_refuse(wsi, http, status, "there is no Content-Length");
  http->body_size = 0;
  free(http->body);
  http->body = malloc(http->body_length + 1);
  if (!http->body)
    return -1;
  return http->body_length ? 0 : net_poll_body_ended(wsi, http);
}

static int net_poll_begin(struct lws *wsi, exchange *http, const char *path) {
  char origin[HANDSHAKE_VALUE_MAX], place[HANDSHAKE_VALUE_MAX], authorization[HANDSHAKE_VALUE_MAX];
  bool oversize = false, is_get = lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0,
       is_post = lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) > 0;
  net_header(wsi, WSI_TOKEN_ORIGIN, origin, &oversize);
  net_header(wsi, WSI_TOKEN_HOST, place, &oversize);
  net_header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, authorization, &oversize);
  if (oversize)
    return net_poll_refuse(wsi, http, 431, "a header is too long");
  if (!handshake_same_origin(origin, place))
    return net_poll_refuse(wsi, http, 403, "the page asking comes from another origin");
  http->wsi = wsi;
  snprintf(http->path, sizeof http->path, "%.*s", (int)sizeof http->path - 1, path + sizeof poll_folder - 1);
  snprintf(http->authorization, sizeof http->authorization, "%.*s", (int)sizeof http->authorization - 1, authorization);
  if (is_get && strcmp(http->path, "messages") == 0)
    return net_poll_ask(wsi, http);
  if (is_post && (strcmp(http->path, "join") == 0 || strcmp(http->path, "send") == 0))
    return net_poll_expect(wsi, http);
  return net_poll_refuse(wsi, http, 404, "it is POST /poll/join, GET /poll/messages and POST /poll/send");
}

bool net_poll_requested(struct lws *wsi, exchange *http, const char *path, int *result) {
  if (strncmp(path, poll_folder, sizeof poll_folder - 1) != 0)
    return false;
  *result = net_poll_begin(wsi, http, path);
  return true;
}

int net_poll_body(struct lws *wsi, exchange *http, const char *bytes, size_t size) {
  (void)wsi;
  if (!http->body) /* refused: it is read and forgotten */
    return 0;
  if (size > http->body_length - http->body_size)
    return -1;
  memcpy(http->body + http->body_size, bytes, size);
  http->body_size += size;
  return 0;
}

int net_poll_body_ended(struct lws *wsi, exchange *http) {
  net *self = net_of(wsi);
  char address[LISTEN_ADDRESS_BYTES];
  if (!http->body)
    return 0;
  if (strcmp(http->path, "send") == 0)
    return net_poll_answer(wsi, http,
                           poll_send(self->desk, http->authorization, http->body, http->body_size, loop_now()));
  if (self->stopping)
    return net_poll_refuse(wsi, http, 503, "the server stops");
  listen_peer(lws_get_socket_fd(wsi), address);
  return net_poll_answer(wsi, http, poll_join(self->desk, address, http->body, http->body_size, loop_now()));
}
