/* tickbox-bots: connects many bots to a server and tells what they saw. It alone reads the clock. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/bots/crowd.h"
#include "tests/bots/report.h"

enum {
  EXIT_TROUBLE = 1,
  EXIT_USAGE = 2,
  EXIT_NOBODY = 69,
  EXIT_MACHINE = 71,
  SPARE_FILES = 32,
  LOOKS_MAX = 8,
  SECOND = 1000000
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal) {
  (void)signal;
  interrupted = 1;
}

static int64_t clock_us(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec / 1000;
}

static int64_t now_us(void) {
  return clock_us(CLOCK_MONOTONIC);
}

static int64_t cpu_us(void) {
  return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

/* A descriptor a bot. */
static bool raise_limit(uint32_t bots) {
  struct rlimit limit;
  rlim_t wanted = bots + SPARE_FILES;
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= wanted)
    return true;
  limit.rlim_cur = wanted;
  if (limit.rlim_max < wanted)
    limit.rlim_max = wanted; /* root may */
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
    return true;
  fprintf(stderr, "tickbox-bots: %u bots need %llu open files, more than this process may have (ulimit -Hn)\n", bots,
          (unsigned long long)wanted);
  return false;
}

/* Looks at its connections once per turn of the crowd, a millisecond, instead of being woken by every frame: on one
   machine the kernel charges the wake-up to the sender, which would pay as much for it again as for the frame. */
static void step(ws_pool *pool, crowd *crowd) {
  struct timespec turn = {.tv_sec = crowd->pump_at / SECOND, .tv_nsec = crowd->pump_at % SECOND * 1000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &turn, NULL);
  bool all = false;
  for (int i = 0; i < LOOKS_MAX && !all; i++) {
    ws_pool_look(pool);
    int64_t now = now_us();
    all = ws_pool_serve(pool, now);
    if (all)
      crowd_all_read(crowd, now);
  }
  crowd_run(crowd, now_us());
  if (interrupted)
    crowd_stop(crowd, now_us());
}

/* Joins and measures; returns the CPU time of the measured window. */
static int64_t run(ws_pool *pool, crowd *crowd) {
  int64_t progress_at = now_us() + SECOND, cpu_before = cpu_us();
  uint64_t frames_before = 0;
  while (crowd->phase < CROWD_LEAVING) {
    bool measured = crowd->phase >= CROWD_MEASURING;
    step(pool, crowd);
    if (!measured)
      cpu_before = cpu_us();
    if (now_us() < progress_at)
      continue;
    report_progress(stderr, crowd, frames_before, now_us());
    frames_before = crowd->tally.frames;
    progress_at += SECOND;
  }
  return cpu_us() - cpu_before;
}

static int judge(const crowd *crowd) {
  const tally *tally = &crowd->tally;
  if (!crowd_found_nobody(crowd))
    return tally->refused + tally->lost + tally->desyncs > 0 ? EXIT_TROUBLE : 0;
  fprintf(stderr, "tickbox-bots: no Tickbox server answers at %s (%s)\n", crowd->options->url_text,
          tally->names[0].name);
  return EXIT_NOBODY;
}

static int play(const options *options, ws_pool *pool, FILE *dump) {
  crowd *crowd = crowd_create(options, pool, dump, now_us());
  int64_t cpu = run(pool, crowd);
  int status = judge(crowd);
  if (status != EXIT_NOBODY)
    report_print(stdout, crowd, cpu);
  crowd_leave(crowd);
  while (crowd->phase != CROWD_DONE)
    step(pool, crowd);
  crowd_destroy(crowd);
  return status;
}

int main(int count, char **arguments) {
  options options;
  const char *fault;
  if (!options_parse(&options, count, arguments))
    return EXIT_USAGE;
  if (options.help || options.version) {
    if (options.help)
      options_help(stdout);
    else
      puts("tickbox-bots " TICKBOX_VERSION);
    return 0;
  }
  if (!raise_limit(options.bots))
    return EXIT_MACHINE;
  sigaction(SIGINT, &(struct sigaction){.sa_handler = interrupt}, NULL);
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = interrupt}, NULL);
  ws_pool *pool = ws_pool_create(&options.url, "tickbox.msgpack", WIRE_SERVER_BYTES_MAX, &bot_events, &fault);
  if (!pool) {
    fprintf(stderr, "tickbox-bots: %s: %s\n", options.url_text, fault);
    return EXIT_NOBODY;
  }
  FILE *dump = options.dump ? fopen(options.dump, "w") : NULL;
  int status = EXIT_MACHINE;
  if (options.dump && !dump)
    fprintf(stderr, "tickbox-bots: cannot write %s: %s\n", options.dump, strerror(errno));
  else
    status = play(&options, pool, dump);
  ws_pool_destroy(pool);
  if (dump && fclose(dump) != 0) {
    fprintf(stderr, "tickbox-bots: %s is not whole: %s\n", options.dump, strerror(errno));
    status = EXIT_MACHINE;
  }
  return status;
}
