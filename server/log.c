#include "server/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LOG_REMEMBERED = 64 }; /* different lines whose repeats are counted */

typedef struct {
  uint64_t hash;
  time_t since;
  uint32_t written, left_out;
  log_level level;
  char start[80]; /* of the line, to name it */
} log_memory;

static log_level log_lowest = LOG_INFO;
static log_memory log_memories[LOG_REMEMBERED];
static struct {
  time_t since;
  uint32_t written, left_out;
} log_window; /* of lines below a warning, whatever they say */
static const char *const log_names[LOG_LEVELS] = {"debug", "info", "warn", "error"};

void log_set_level(log_level level) {
  log_lowest = level;
}

bool log_level_named(const char *name, log_level *level) {
  for (int i = 0; i < LOG_LEVELS; i++)
    if (strcmp(name, log_names[i]) == 0) {
      *level = (log_level)i;
      return true;
    }
  return false;
}

/* C0, DEL and the C1 controls (in UTF-8: c2 80 to c2 9f), which some terminals obey. */
static bool log_is_control(const unsigned char *at) {
  return at[0] < 0x20 || at[0] == 0x7f || (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f);
}

static void log_escape(char *out, size_t size, const char *text) {
  size_t used = 0;
  for (const unsigned char *at = (const unsigned char *)text; *at && used + 5 < size; at++)
    if (log_is_control(at))
      used += (size_t)snprintf(out + used, size - used, "\\x%02x", at[0]);
    else
      out[used++] = (char)at[0];
  out[used] = 0;
}

static void log_write(time_t now, log_level level, const char *text) {
  struct tm utc;
  char stamp[32], line[LOG_LINE_MAX];
  gmtime_r(&now, &utc);
  strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
  log_escape(line, sizeof line, text);
  fprintf(stderr, "%s %-5s %s\n", stamp, log_names[level], line);
}

static void log_forget(log_memory *memory, time_t now) {
  if (memory->left_out) {
    char text[160];
    snprintf(text, sizeof text, "%u more lines like this were left out: %s", memory->left_out, memory->start);
    log_write(now, memory->level, text);
  }
  memory->written = memory->left_out = 0;
}

static uint64_t log_hash(const char *text) {
  uint64_t hash = 14695981039346656037u;
  for (; *text; text++)
    hash = (hash ^ (unsigned char)*text) * 1099511628211u;
  return hash;
}

/* True if this line has been written too often lately. */
static bool log_is_repeat(time_t now, log_level level, const char *text) {
  uint64_t hash = log_hash(text);
  log_memory *memory = &log_memories[hash % LOG_REMEMBERED];
  if (memory->hash != hash || now - memory->since >= LOG_WINDOW_SECONDS || now < memory->since) {
    log_forget(memory, now);
    *memory = (log_memory){.hash = hash, .since = now, .level = level};
    snprintf(memory->start, sizeof memory->start, "%.*s", (int)sizeof memory->start - 1, text);
  }
  if (memory->written < LOG_REPEATS_MAX) {
    memory->written++;
    return false;
  }
  memory->left_out++;
  return true;
}

static void log_forget_window(time_t now) {
  char text[80];
  if (log_window.left_out) {
    snprintf(text, sizeof text, "%u more lines were left out", log_window.left_out);
    log_write(now, LOG_WARN, text);
  }
  log_window.since = now;
  log_window.written = log_window.left_out = 0;
}

/* True if too much has been written lately for a line of this level. */
static bool log_is_full(time_t now, log_level level) {
  if (now - log_window.since >= LOG_WINDOW_SECONDS || now < log_window.since)
    log_forget_window(now);
  if (level >= LOG_WARN || log_window.written++ < LOG_LINES_MAX)
    return false;
  log_window.left_out++;
  return true;
}

void log_line(log_level level, const char *format, ...) {
  if (level < log_lowest)
    return;
  char text[LOG_LINE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  time_t now = time(NULL);
  if (!log_is_repeat(now, level, text) && !log_is_full(now, level))
    log_write(now, level, text);
}

void log_flush(void) {
  for (int i = 0; i < LOG_REMEMBERED; i++)
    log_forget(&log_memories[i], time(NULL));
  log_forget_window(time(NULL));
}
