/* tickbox-limit: what this machine's send() costs, and no game. It waits until so many sockets are connected, sends
   each of them one frame a tick, and reads what they send. tickbox-limit-peers is the other end.

     tickbox-limit SOCKETS TICK-RATE FRAME-BYTES SECONDS

   Prints {"port":N} once it listens, and at the end the CPU time that it used, the frames that it sent and how late its
   ticks began (99 in 100 no more) in the last SECONDS; the second before that, for warming up, counts only in
   total_bytes. */
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
  SOCKETS_MAX = 20000,
  SPARE_FILES = 16,
  EVENTS = 64,
  READ_BYTES = 4096,
  FRAME_MAX = 1 << 20,
  TICKS_MAX = 1 << 20,
};

static int sockets[SOCKETS_MAX];
static int count, rate, frame_bytes, seconds;
static int poller, listener;
static uint8_t frame[FRAME_MAX];
static int64_t late[TICKS_MAX]; /* start behind due time, in us, by tick */
static uint64_t frames_sent, frames_missed, bytes_received, total_bytes;

static void give_up(const char *what) {
  fprintf(stderr, "tickbox-limit: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t clock_us(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec / 1000;
}

static void start_listening(void) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof here;
  struct rlimit files = {(rlim_t)count + SPARE_FILES, (rlim_t)count + SPARE_FILES}, had;
  if (getrlimit(RLIMIT_NOFILE, &had) == 0 && had.rlim_cur < files.rlim_cur) {
    if (had.rlim_max > files.rlim_max)
      files.rlim_max = had.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
      give_up("open files");
  }
  listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&here, size) != 0 || listen(listener, SOMAXCONN) != 0 ||
      getsockname(listener, (struct sockaddr *)&here, &size) != 0)
    give_up("listening");
  printf("{\"port\":%u}\n", ntohs(here.sin_port));
  fflush(stdout);
}

static void accept_all(void) {
  poller = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    sockets[i] = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = sockets[i]};
    if (sockets[i] < 0 || setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) != 0 ||
        epoll_ctl(poller, EPOLL_CTL_ADD, sockets[i], &event) != 0)
      give_up("accepting");
  }
}

/* Reads what is there within `wait` milliseconds. Returns how many peers have said that they are done. */
static int receive(int wait) {
  static uint8_t bytes[READ_BYTES];
  struct epoll_event events[EVENTS];
  int ended = 0, ready = epoll_wait(poller, events, EVENTS, wait);
  for (int i = 0; i < ready; i++) {
    ssize_t got = recv(events[i].data.fd, bytes, sizeof bytes, 0);
    if (got > 0) {
      bytes_received += (uint64_t)got;
    } else if (got == 0) {
      epoll_ctl(poller, EPOLL_CTL_DEL, events[i].data.fd, NULL);
      ended++;
    } else if (errno != EAGAIN) {
      give_up("receiving");
    }
  }
  return ended;
}

static void send_tick(void) {
  for (int i = 0; i < count; i++) {
    ssize_t sent = send(sockets[i], frame, (size_t)frame_bytes, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
      give_up("sending");
    total_bytes += sent > 0 ? (uint64_t)sent : 0;
    if (sent == frame_bytes)
      frames_sent++;
    else
      frames_missed++;
  }
}

static void run_ticks(int64_t ticks) {
  int64_t start = clock_us(CLOCK_MONOTONIC);
  for (int64_t tick = 0; tick < ticks; tick++) {
    int64_t due = start + tick * SECOND / rate, wait;
    while ((wait = due - clock_us(CLOCK_MONOTONIC)) > 0)
      if (receive((int)((wait + 999) / 1000)) > 0)
        give_up("a peer left early");
    late[tick] = -wait;
    send_tick();
  }
}

static int by_size(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static int64_t late_p99(int64_t ticks) {
  qsort(late, (size_t)ticks, sizeof *late, by_size);
  return late[(ticks - 1) * 99 / 100];
}

static void wait_for_the_end(void) {
  for (int i = 0; i < count; i++)
    shutdown(sockets[i], SHUT_WR);
  for (int ended = 0; ended < count;)
    ended += receive(-1);
}

static bool parse(int arguments, char **argument) {
  if (arguments != 5)
    return false;
  count = atoi(argument[1]);
  rate = atoi(argument[2]);
  frame_bytes = atoi(argument[3]);
  seconds = atoi(argument[4]);
  return count > 0 && count <= SOCKETS_MAX && rate > 0 && frame_bytes > 0 && frame_bytes <= FRAME_MAX && seconds > 0 &&
         (int64_t)rate * seconds <= TICKS_MAX;
}

int main(int arguments, char **argument) {
  if (!parse(arguments, argument)) {
    fputs("usage: tickbox-limit SOCKETS TICK-RATE FRAME-BYTES SECONDS\n", stderr);
    return 2;
  }
  start_listening();
  accept_all();
  run_ticks(rate);
  frames_sent = frames_missed = bytes_received = 0;
  int64_t cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID);
  run_ticks((int64_t)rate * seconds);
  cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  uint64_t received = bytes_received;
  wait_for_the_end();
  printf(
      "{\"frames\":%llu,\"missed\":%llu,\"received\":%llu,\"cpu_us\":%lld,\"total_bytes\":%llu,\"late_p99_us\":%lld}\n",
      (unsigned long long)frames_sent, (unsigned long long)frames_missed, (unsigned long long)received, (long long)cpu,
      (unsigned long long)total_bytes, (long long)late_p99((int64_t)rate * seconds));
  return 0;
}
