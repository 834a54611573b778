#include "server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h> /* knows more of tcp_info than <netinet/tcp.h> */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44 /* Linux 6.15 and later; older ones refuse it, and wait as they always did */
#endif

typedef union {
  struct sockaddr_in6 six;
  struct sockaddr_in four;
  struct sockaddr any;
} listen_address;

static void listen_set(int socket, int level, int option, int value) {
  setsockopt(socket, level, option, &value, sizeof value);
}

static uint16_t listen_port(int socket) {
  listen_address address = {.six = {0}};
  socklen_t size = sizeof address;
  if (getsockname(socket, &address.any, &size) != 0)
    return 0;
  return ntohs(address.any.sa_family == AF_INET6 ? address.six.sin6_port : address.four.sin_port);
}

/* Options that an accepted socket inherits are set once, here. */
static void listen_set_options(int socket, const struct sockaddr *address, bool dual) {
  listen_set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (address->sa_family == AF_INET6)
    listen_set(socket, IPPROTO_IPV6, IPV6_V6ONLY, !dual);
  listen_set(socket, SOL_SOCKET, SO_SNDBUF, LISTEN_SEND_BYTES);
  listen_set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  listen_set(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, LISTEN_UNSENT_BYTES);
  listen_set(socket, IPPROTO_TCP, TCP_RTO_MAX_MS, LISTEN_RETRY_MS);
}

static bool listen_add(listener *out, const struct sockaddr *address, socklen_t size, bool dual) {
  int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return false;
  listen_set_options(fd, address, dual);
  if (bind(fd, address, size) != 0 || listen(fd, LISTEN_BACKLOG) != 0) {
    int error = errno;
    close(fd);
    errno = error;
    return false;
  }
  out->sockets[out->count++] = fd;
  out->port = listen_port(fd);
  return true;
}

static bool listen_everywhere(listener *out, uint16_t port) {
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = in6addr_any, .sin6_port = htons(port)};
  if (listen_add(out, (struct sockaddr *)&six, sizeof six, true))
    return true;
  if (errno == EADDRINUSE || errno == EACCES)
    return false;
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_ANY)}, .sin_port = htons(port)};
  return listen_add(out, (struct sockaddr *)&four, sizeof four, false);
}

/* A name such as localhost may stand for an address of either kind: one socket each. */
static bool listen_at(listener *out, const char *host, uint16_t port, const char **why) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
  char service[8];
  snprintf(service, sizeof service, "%u", port);
  int error = getaddrinfo(host, service, &hints, &found);
  if (error != 0) {
    *why = gai_strerror(error);
    return false;
  }
  int first_error = 0;
  for (struct addrinfo *at = found; at && out->count < LISTEN_SOCKETS_MAX; at = at->ai_next)
    if (!listen_add(out, at->ai_addr, at->ai_addrlen, false) && first_error == 0)
      first_error = errno;
  freeaddrinfo(found);
  errno = first_error;
  return out->count > 0 && first_error != EADDRINUSE;
}

listen_result listen_open(listener *out, const char *host, uint16_t port, const char **why) {
  *out = (listener){0};
  *why = NULL;
  if (*host ? listen_at(out, host, port, why) : listen_everywhere(out, port))
    return LISTEN_OK;
  int error = errno;
  listen_close(out);
  if (!*why)
    *why = strerror(error);
  return error == EADDRINUSE ? LISTEN_TAKEN : LISTEN_FAILED;
}

void listen_close(listener *self) {
  for (unsigned i = 0; i < self->count; i++)
    close(self->sockets[i]);
  self->count = 0;
}

int listen_accept(int socket) {
  return accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

uint64_t listen_received(int socket) {
  struct tcp_info info = {.tcpi_bytes_received = 0};
  socklen_t size = sizeof info;
  return getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received : 0;
}

void listen_peer(int socket, char out[LISTEN_ADDRESS_BYTES]) {
  listen_address address = {.six = {0}};
  socklen_t size = sizeof address;
  char text[INET6_ADDRSTRLEN] = "?";
  getpeername(socket, &address.any, &size);
  const struct sockaddr_in6 *six = &address.six;
  const struct sockaddr_in *four = &address.four;
  if (address.any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
    inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, text, sizeof text);
    snprintf(out, LISTEN_ADDRESS_BYTES, "%s:%u", text, ntohs(six->sin6_port));
  } else if (address.any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
    snprintf(out, LISTEN_ADDRESS_BYTES, "[%s]:%u", text, ntohs(six->sin6_port));
  } else {
    inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
    snprintf(out, LISTEN_ADDRESS_BYTES, "%s:%u", text, ntohs(four->sin_port));
  }
}
