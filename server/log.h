/* The server's log: one line each on standard error, with UTC time and level. Control characters are escaped,
   so that a peer's words cannot forge lines or reach a terminal. A line that repeats is cut to
   LOG_REPEATS_MAX in LOG_WINDOW_SECONDS, and in all there are LOG_LINES_MAX in that time below a warning, as
   peers can provoke them at will; how many were left out is said when that time is over. */
#ifndef TICKBOX_LOG_H
#define TICKBOX_LOG_H

#include <stdbool.h>

typedef enum { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_LEVELS } log_level;

enum { LOG_LINE_MAX = 1024, LOG_REPEATS_MAX = 5, LOG_LINES_MAX = 1000, LOG_WINDOW_SECONDS = 10 };

/* Lines below this level are not written. LOG_INFO at the start. */
void log_set_level(log_level level);

/* The level called "debug", "info", "warn" or "error"; false if there is none of that name. */
bool log_level_named(const char *name, log_level *level);

void log_line(log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says what was left out so far; at the end of the program. */
void log_flush(void);

#endif
