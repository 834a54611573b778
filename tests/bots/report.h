/* What the run showed, for people and for programs. */
#ifndef TICKBOX_REPORT_H
#define TICKBOX_REPORT_H

#include <stdio.h>

#include "tests/bots/crowd.h"

/* One line about the second that passed since the last one. */
void report_progress(FILE *out, const crowd *crowd, uint64_t frames_before, int64_t now);

/* What the bots that read poorly saw (reader.h), a part of report_print's; nothing if all read at once. */
void report_readers(FILE *out, const crowd *crowd);

/* The figures; `cpu_us` is what this process used in the measured window. */
void report_print(FILE *out, const crowd *crowd, int64_t cpu_us);

#endif
