/* tickbox-limit-peers: the other end of tickbox-limit. So many sockets that read whatever comes, and each send so
   many messages a second, at times as uneven as those of tickbox-bots.

     tickbox-limit-peers PORT SOCKETS MESSAGE-BYTES MESSAGES-A-SECOND

   Ends when the other end does, and prints the bytes that came. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  SECOND = 1000000,
  PUMP_US = 1000, /* as the bots: so often they look what has come, and send what is due */
  SOCKETS_MAX = 20000,
  SPARE_FILES = 16,
  EVENTS = 256,
  READ_BYTES = 1 << 16,
  MESSAGE_MAX = 4096,
};

typedef struct {
  int fd;          /* -1 once it has ended */
  int64_t send_at; /* when its next message is due, in us */
} peer;

static peer peers[SOCKETS_MAX];
static int port, count, message_bytes;
static double period_us; /* between two messages of a peer */
static int poller;
static uint64_t bytes_received;

static void give_up(const char *what) {
  fprintf(stderr, "tickbox-limit-peers: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec / 1000;
}

static void raise_files(void) {
  struct rlimit files = {(rlim_t)count + SPARE_FILES, (rlim_t)count + SPARE_FILES}, had;
  if (getrlimit(RLIMIT_NOFILE, &had) != 0 || had.rlim_cur >= files.rlim_cur)
    return;
  if (had.rlim_max > files.rlim_max)
    files.rlim_max = had.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &files) != 0)
    give_up("open files");
}

static void connect_all(void) {
  struct sockaddr_in there = {
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
  poller = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &peers[i]};
    if (fd < 0 || connect(fd, (struct sockaddr *)&there, sizeof there) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) != 0 ||
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0)
      give_up("connecting");
    peers[i] = (peer){fd, now_us() + (int64_t)(drand48() * period_us)};
  }
}

/* Reads from one peer. True if it ended. */
static bool read_from(peer *peer) {
  static uint8_t bytes[READ_BYTES];
  ssize_t got = recv(peer->fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (got < 0 && errno != EAGAIN)
    give_up("receiving");
  bytes_received += got > 0 ? (uint64_t)got : 0;
  if (got != 0)
    return false;
  close(peer->fd);
  peer->fd = -1;
  return true;
}

/* Reads what is there. Returns how many peers ended. */
static int receive(void) {
  struct epoll_event events[EVENTS];
  int ended = 0, ready;
  do {
    ready = epoll_wait(poller, events, EVENTS, 0);
    for (int i = 0; i < ready; i++)
      ended += read_from(events[i].data.ptr);
  } while (ready == EVENTS);
  return ended;
}

static void send_due(int64_t now) {
  static const uint8_t message[MESSAGE_MAX];
  for (int i = 0; i < count; i++) {
    if (peers[i].fd < 0 || now < peers[i].send_at)
      continue;
    peers[i].send_at += (int64_t)((0.5 + drand48()) * period_us);
    if (send(peers[i].fd, message, (size_t)message_bytes, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN)
      give_up("sending");
  }
}

static void run(void) {
  int64_t pump_at = now_us();
  for (int ended = 0; ended < count;) {
    struct timespec turn = {.tv_sec = pump_at / SECOND, .tv_nsec = pump_at % SECOND * 1000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &turn, NULL);
    ended += receive();
    int64_t now = now_us();
    send_due(now);
    pump_at = pump_at + PUMP_US > now ? pump_at + PUMP_US : now + PUMP_US;
  }
}

static bool parse(int arguments, char **argument) {
  if (arguments != 5)
    return false;
  port = atoi(argument[1]);
  count = atoi(argument[2]);
  message_bytes = atoi(argument[3]);
  period_us = SECOND / atof(argument[4]);
  return port > 0 && count > 0 && count <= SOCKETS_MAX && message_bytes > 0 && message_bytes <= MESSAGE_MAX &&
         period_us > 0;
}

int main(int arguments, char **argument) {
  if (!parse(arguments, argument)) {
    fputs("usage: tickbox-limit-peers PORT SOCKETS MESSAGE-BYTES MESSAGES-A-SECOND\n", stderr);
    return 2;
  }
  raise_files();
  connect_all();
  run();
  printf("{\"received\":%llu}\n", (unsigned long long)bytes_received);
  return 0;
}
