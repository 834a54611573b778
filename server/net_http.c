#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/pre.h"
#include "server/handshake.h"
#include "server/log.h"
#include "server/net_inside.h"

enum { NET_HEADERS_BYTES = 2048, NET_BODY_CHUNK = 8192 };

const char *net_header(struct lws *wsi, enum lws_token_indexes token, char out[HANDSHAKE_VALUE_MAX], bool *oversize) {
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

static bool net_answer_headers(struct lws *wsi, const exchange *http) {
  const page_answer *answer = &http->answer;
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
  if (answer->status == 401)
    headers_add(wsi, &out, "www-authenticate:", "Bearer");
  if (http->closes)
    headers_add(wsi, &out, "connection:", "close");
  return headers_send(wsi, &out);
}

/* Of how many ticks the lateness is asked: `/healthz?ticks=N`, else of all that are remembered. */
static uint32_t net_asked_ticks(struct lws *wsi) {
  char value[HANDSHAKE_VALUE_MAX];
  const char *ticks = lws_get_urlarg_by_name(wsi, "ticks=", value, sizeof value);
  return ticks && *ticks >= '0' && *ticks <= '9' ? (uint32_t)strtoul(ticks, NULL, 10) : UINT32_MAX;
}

/* With `/healthz?interest=1`: what clients see, in the mean; of none it would be no number. */
static size_t net_put_interest(net *self, struct lws *wsi, char *out, size_t size) {
  char value[HANDSHAKE_VALUE_MAX];
  if (!lws_get_urlarg_by_name(wsi, "interest=", value, sizeof value))
    return 0;
  interest_sum sum = host_sight(self->config.host);
  double clients = sum.clients > 0 ? sum.clients : 1;
  return (size_t)snprintf(out, size, ",\"interest\":{\"clients\":%u,\"viewed\":%.3f,\"subscribed\":%.3f}", sum.clients,
                          (double)sum.viewed / clients, (double)sum.subscribed / clients);
}

/* What an operator or a monitor asks: is it alive, and how is it doing. */
static page_answer net_health(net *self, struct lws *wsi, bool with_body) {
  host_counts counts = host_count(self->config.host);
  page_answer answer = {.status = 200, .type = "application/json", .owned = malloc(NET_HEADERS_BYTES)};
  if (!answer.owned)
    return (page_answer){.status = 503, .type = "text/plain"};
  answer.size = (size_t)snprintf(
      (char *)answer.owned, NET_HEADERS_BYTES,
      "{\"status\":\"%s\",\"version\":\"%s\",\"clients\":%u,\"rooms\":%u,\"players\":%u,\"practice_bots\":%u,"
      "\"connections\":%u,"
      "\"tick\":%u,\"ticks_slipped\":%u,\"tick_late_p99_us\":%u,\"frames_sent\":%llu,\"frames_stale\":%llu,"
      "\"bytes_sent\":%llu,\"lws_bytes\":%zu,\"held_max_bytes\":%zu",
      self->stopping ? "stopping" : "ok", TICKBOX_VERSION, counts.clients, counts.rooms, counts.players,
      counts.practice_bots, self->connections, counts.tick, counts.ticks_slipped,
      host_late_p99(self->config.host, net_asked_ticks(wsi)), (unsigned long long)counts.frames_sent,
      (unsigned long long)counts.frames_stale, (unsigned long long)counts.bytes_sent, net_lws_bytes(), self->held_max);
  answer.size += net_put_interest(self, wsi, (char *)answer.owned + answer.size, NET_HEADERS_BYTES - answer.size);
  answer.size += (size_t)snprintf((char *)answer.owned + answer.size, NET_HEADERS_BYTES - answer.size, "}\n");
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
    return net_health(self, wsi, is_get);
  page_request request = {.is_get = is_get,
                          .is_head = is_head,
                          .path = path,
                          .accept_encoding = net_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, encoding, &oversize),
                          .if_none_match = net_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, tags, &oversize)};
  return page_respond(self->config.page, &request);
}

static int net_complete(struct lws *wsi, exchange *http) {
  page_release(&http->answer);
  http->asked = false;
  return http->closes || lws_http_transaction_completed(wsi) ? -1 : 0;
}

int net_answer(struct lws *wsi, exchange *http, page_answer answer) {
  page_release(&http->answer);
  http->sent = 0;
  http->answer = answer;
  if (!net_answer_headers(wsi, http))
    return -1;
  if (!http->answer.body || !http->answer.size)
    return net_complete(wsi, http);
  lws_callback_on_writable(wsi);
  return 0;
}

static bool has_body(struct lws *wsi) {
  return lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0 ||
         lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0;
}

/* Whoever asks again before it was answered is cut: lws would go on with the new request in the middle of the old. */
static int net_requested(struct lws *wsi, exchange *http, const char *path) {
  int result = 0;
  if (http->asked)
    return -1;
  http->asked = true;
  http->bodied = false;
  http->began = loop_now();
  http->closes = false;
  if (net_poll_requested(wsi, http, path, &result))
    return result;
  http->closes = has_body(wsi); /* which nobody reads, and lws would for ever */
  return net_answer(wsi, http, net_find_answer(wsi, path));
}

/* lws gives each byte as long as a whole body should take. */
static int net_body(struct lws *wsi, exchange *http, const char *bytes, size_t size) {
  if (loop_now() - http->began > (int64_t)NET_BODY_SECONDS * NET_SECOND)
    return -1;
  return net_poll_body(wsi, http, bytes, size);
}

/* What follows a body before the answer is out would have lws say that the body has ended, again and again for ever. */
static int net_body_ended(struct lws *wsi, exchange *http) {
  if (http->bodied)
    return -1;
  http->bodied = true;
  return net_poll_body_ended(wsi, http);
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

int net_on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size) {
  exchange *http = user;
  switch (reason) {
  case LWS_CALLBACK_HTTP:
    return net_requested(wsi, http, in);
  case LWS_CALLBACK_HTTP_BODY:
    return net_body(wsi, http, in, size);
  case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    return net_body_ended(wsi, http);
  case LWS_CALLBACK_HTTP_WRITEABLE:
    return http->waits ? net_poll_woken(wsi, http) : net_send_body(wsi, http);
  case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
    return net_confirm_upgrade(wsi, in);
  case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
  case LWS_CALLBACK_CLOSED_HTTP:
    if (http) {
      net_poll_gone(http);
      page_release(&http->answer);
    }
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
