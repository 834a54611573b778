/* tickbox-server: reads the options, puts the parts together, runs them, and takes them apart in mirror order.
   Knows everyone; nobody knows it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmake/embedded.h"
#include "server/address.h"
#include "server/games.h"
#include "server/host.h"
#include "server/lag.h"
#include "server/listen.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/map.h"
#include "server/net.h"
#include "server/options.h"
#include "server/page.h"
#include "server/qr.h"
#include "server/rooms.h"

/* As in sysexits.h, but for usage, where 2 is the custom. */
enum { EXIT_STOPPED = 0, EXIT_USAGE = 2, EXIT_TAKEN = 69, EXIT_TROUBLE = 71, EXIT_CONFIG = 78 };

/* For goodbyes to reach their clients; then whoever is left is cut. */
enum { STOP_MS = 1000 };

extern const embedded_folder page_files;
extern const embedded_folder map_files;

typedef struct {
  options options;
  map *arena;
  FILE *trace;
  listener listener;
  loop *loop;
  host *host;
  lag *lag; /* NULL: the network as it is */
  page page;
  net *net;
} server;

/* --- while it runs ---------------------------------------------------------------------------------------- */

static void server_tick(void *user) {
  server *self = user;
  int64_t now = loop_now();
  if (self->lag)
    lag_run(self->lag, now);
  host_run(self->host, now);
  loop_arm_tick(self->loop, host_next_due(self->host));
}

static void server_lag(void *user) {
  server *self = user;
  lag_run(self->lag, loop_now());
}

static void server_end(void *user) {
  server *self = user;
  loop_break(self->loop);
}

static void server_stop(void *user) {
  server *self = user;
  loop_on_stop_signal(self->loop, NULL, NULL); /* a second one would only put the end off */
  log_line(LOG_INFO, "stopping");
  host_stop(self->host);
  loop_after(self->loop, STOP_MS + (self->lag ? lag_pending_ms(self->lag) : 0), server_end, self);
  net_stop(self->net);
}

/* --- where it listens ------------------------------------------------------------------------------------- */

static const char *server_kind_words(const address *at) {
  switch (address_kind_of(at->interface)) {
  case ADDRESS_VPN:
    return ", a VPN";
  case ADDRESS_CONTAINER:
    return ", containers on this machine";
  default:
    return "";
  }
}

static void server_announce_network(uint16_t port) {
  address list[ADDRESS_MAX];
  char url[ADDRESS_URL_BYTES];
  size_t count = address_list(list);
  printf("Friends on the same network open\n");
  for (size_t i = 0; i < count; i++) {
    address_url(list[i].text, list[i].is_v6, port, url);
    printf("  %s  (%s%s)\n", url, list[i].interface, server_kind_words(&list[i]));
  }
  if (count == 0)
    printf("  nothing yet: this machine has no network\n");
  if (count > 0 && isatty(STDOUT_FILENO)) {
    address_url(list[0].text, list[0].is_v6, port, url);
    qr_print(stdout, url);
  }
}

static void server_announce(const server *self) {
  const char *at = self->options.host;
  uint16_t port = self->listener.port;
  char url[ADDRESS_URL_BYTES];
  address_url(*at ? at : "localhost", strchr(at, ':') != NULL, port, url);
  printf("Tickbox %s listens on port %u at %s.\nPlay at %s\n", TICKBOX_VERSION, port,
         *at ? at : "every address of this machine (--host 127.0.0.1 closes it to other machines)", url);
  if (!*at)
    server_announce_network(port);
  if (*STEPS_UNKNOWN_TO_PAGE)
    printf("Browsers cannot play yet what moves by a step.c that is new: %s. See docs/write-a-game.md, section 7.\n",
           STEPS_UNKNOWN_TO_PAGE);
  printf("Ctrl-C stops it.\n");
  fflush(stdout);
}

/* --- up and down ------------------------------------------------------------------------------------------ */

static int server_fail(int status, const char *words) {
  fprintf(stderr, "tickbox-server: %s\n", words);
  return status;
}

static int server_open_files(server *self) {
  const options *chosen = &self->options;
  char error[MAP_ERROR_BYTES];
  const embedded_file *inside = &map_files.files[0];
  self->arena = *chosen->map ? map_load(chosen->map, error)
                             : map_parse((const char *)inside->bytes, inside->size, inside->path, error);
  if (!self->arena)
    return server_fail(EXIT_CONFIG, error);
  char misfit[GAMES_ERROR_BYTES], wrong[ROOMS_ERROR_BYTES];
  if (!games_check(misfit))
    return server_fail(EXIT_CONFIG, misfit);
  if (!rooms_check(chosen->rooms, chosen->max_rooms, wrong)) {
    snprintf(error, sizeof error, "--rooms: %s", wrong);
    return server_fail(EXIT_CONFIG, error);
  }
  if (*chosen->www && access(chosen->www, R_OK | X_OK) != 0) {
    snprintf(error, sizeof error, "--www %.300s: %s", chosen->www, strerror(errno));
    return server_fail(EXIT_CONFIG, error);
  }
  self->trace = *chosen->trace ? fopen(chosen->trace, "w") : NULL;
  if (*chosen->trace && !self->trace) {
    snprintf(error, sizeof error, "--trace %.300s: %s", chosen->trace, strerror(errno));
    return server_fail(EXIT_CONFIG, error);
  }
  return 0;
}

static int server_listen(server *self) {
  const char *why, *at = self->options.host;
  unsigned port = self->options.port;
  char words[OPTIONS_ERROR_BYTES];
  listen_result result = listen_open(&self->listener, at, (uint16_t)port, &why);
  if (result == LISTEN_OK)
    return 0;
  if (result == LISTEN_TAKEN) {
    snprintf(words, sizeof words, "port %u is taken, perhaps by another Tickbox. Choose another with --port.", port);
    return server_fail(EXIT_TAKEN, words);
  }
  snprintf(words, sizeof words, "cannot listen on port %u at %.200s: %s", port, *at ? at : "any address", why);
  return server_fail(EXIT_CONFIG, words);
}

static uint32_t server_seed(const server *self, int64_t now) {
  return self->options.seed ? self->options.seed : (uint32_t)now ^ (uint32_t)getpid() << 16;
}

/* False if memory is short. */
static bool server_worsen_network(server *self, uint32_t seed, int64_t now) {
  const options *chosen = &self->options;
  lag_config config = {.latency_ms = chosen->sim_latency,
                       .jitter_ms = chosen->sim_jitter,
                       .stall_ms = chosen->sim_stall.length,
                       .stall_every_ms = chosen->sim_stall.every};
  if (!lag_is_on(&config) && !chosen->lab)
    return true;
  self->lag = lag_create(&config, self->host, seed, now);
  if (chosen->lab)
    log_line(LOG_INFO, "clients may ask for a bad network (--lab)");
  if (lag_is_on(&config))
    log_line(LOG_WARN, "the network is made worse on purpose: latency %u ms, jitter %u ms, stalls %u ms every %u ms",
             config.latency_ms, config.jitter_ms, config.stall_ms, config.stall_every_ms);
  return self->lag != NULL;
}

static int server_create(server *self) {
  int64_t now = loop_now();
  host_config config = {.tick_rate = self->options.tick_rate,
                        .clients_max = self->options.max_clients,
                        .practice_bots = self->options.practice_bots,
                        .rooms_max = self->options.max_rooms,
                        .room_members = self->options.room_members,
                        .hold_ms = self->options.seat_hold * 1000,
                        .rooms = self->options.rooms,
                        .wall = time(NULL),
                        .seed = server_seed(self, now),
                        .arena = self->arena,
                        .impair = self->options.lab ? lag_impair : NULL,
                        .trace = self->trace};
  self->loop = loop_create();
  self->host = self->loop ? host_create(&config, now) : NULL;
  if (!self->host || !server_worsen_network(self, config.seed, now))
    return server_fail(EXIT_TROUBLE, "the system is short of memory or descriptors");
  self->page = (page){.files = &page_files, .www = *self->options.www ? self->options.www : NULL};
  net_config sockets = {.loop = self->loop,
                        .host = self->host,
                        .lag = self->lag,
                        .page = &self->page,
                        .listener = &self->listener,
                        .clients_max = self->options.max_clients,
                        .on_empty = server_end,
                        .user = self};
  self->net = net_create(&sockets);
  return self->net ? 0 : server_fail(EXIT_TROUBLE, "libwebsockets cannot start; is libwebsockets-evlib-uv installed?");
}

static void server_run(server *self) {
  loop_on_tick(self->loop, server_tick, self);
  loop_on_stop_signal(self->loop, server_stop, self);
  loop_arm_tick(self->loop, host_next_due(self->host));
  if (self->lag)
    loop_every(self->loop, LAG_GRAIN_MS, server_lag, self);
  loop_run(self->loop);
}

static void server_destroy(server *self) {
  if (self->net)
    net_destroy(self->net);
  if (self->lag)
    lag_destroy(self->lag);
  if (self->host)
    host_destroy(self->host);
  if (self->loop)
    loop_destroy(self->loop);
  listen_close(&self->listener);
  if (self->trace)
    fclose(self->trace);
  if (self->arena)
    map_free(self->arena);
  log_flush();
}

static int server_main(server *self) {
  log_level level;
  if (!token_init())
    return server_fail(EXIT_TROUBLE, "this system gives no randomness");
  if (log_level_named(self->options.log_level, &level))
    log_set_level(level);
  int status = server_open_files(self);
  if (status == 0)
    status = server_listen(self);
  if (status == 0)
    status = server_create(self);
  if (status == 0) {
    server_announce(self);
    server_run(self);
  }
  server_destroy(self);
  return status;
}

int main(int argc, char **argv) {
  static server self;
  char error[OPTIONS_ERROR_BYTES];
  switch (options_read(&self.options, argc, argv, environ, error)) {
  case OPTIONS_HELP:
    return options_print_help(stdout), EXIT_STOPPED;
  case OPTIONS_HELP_MARKDOWN:
    return options_print_markdown(stdout), EXIT_STOPPED;
  case OPTIONS_VERSION:
    return printf("tickbox-server %s\n", TICKBOX_VERSION), EXIT_STOPPED;
  case OPTIONS_BAD_USAGE:
    return server_fail(EXIT_USAGE, error);
  case OPTIONS_BAD_CONFIG:
    return server_fail(EXIT_CONFIG, error);
  case OPTIONS_RUN:
    break;
  }
  return server_main(&self);
}
