/* What all bots together saw. Trouble (refused, lost, desyncs) counts over the whole run; everything else only
   in the measured window, which begins with tally_open. Frames, bytes, gaps and echoes are those of bots that read at
   once (reader.h). */
#ifndef TICKBOX_TALLY_H
#define TICKBOX_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/bots/histogram.h"

enum { TALLY_NAMES_MAX = 32, TALLY_NAME_BYTES = 48 };

typedef struct {
  char name[TALLY_NAME_BYTES];
  uint32_t count;
} tally_name;

typedef struct {
  bool open; /* the measured window is running */

  uint64_t frames, bytes;    /* bytes: of all messages that came */
  uint64_t sent, sent_bytes; /* messages of ours */
  histogram gap_us;          /* between two frames of one bot */
  histogram echo_us;         /* from an input sent to the frame that first acknowledges it */
  histogram late_us;         /* of this process's own timer: if it is large, the bots were the bottleneck */
  uint64_t checks, corrections, replayed;

  uint64_t said, heard;                       /* lines of talk */
  uint64_t reconnects, same_seat, other_seat; /* by --reconnect */
  uint64_t inputs_doubled;                    /* applied, beyond those sent */
  histogram back_us;                          /* from a lost connection to the first frame of the next */

  uint32_t refused; /* ended before they played */
  uint32_t lost;    /* ended while they played */
  uint64_t desyncs;
  tally_name names[TALLY_NAMES_MAX]; /* why; the last takes what finds no room */
  uint32_t name_count;
  tally_name notices[TALLY_NAMES_MAX]; /* what the server would not do, likewise */
  uint32_t notice_count;

  uint32_t playing; /* now */
  uint32_t away;    /* on their way back to their seats */
  uint32_t tick_rate;
} tally;

/* Begins the measured window. */
void tally_open(tally *tally);

void tally_trouble(tally *tally, bool was_playing, const char *why);

/* The server said no to something, and the connection stayed. */
void tally_notice(tally *tally, const char *name);

#endif
