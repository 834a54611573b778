/* How a bot reads: at once, as nearly all do, or poorly, as somebody whose page sleeps or whose line is thin: not at
   all for a while, or a little a second. From the begin of the measured window on; well again before its end, so that
   it shows how it catches up. Times in us. */
#ifndef TICKBOX_READER_H
#define TICKBOX_READER_H

#include <stdbool.h>
#include <stdint.h>

enum {
  READER_RECEIVE_BYTES = 4096,  /* that the kernel keeps for a poor one: what does not fit waits at the server */
  READER_STALL_SECONDS = 8,     /* unless --stall says otherwise */
  READER_STALL_SECONDS_MAX = 9, /* after ten without a frame a client goes */
  READER_SLOW_BYTES = 1024,     /* a second */
  READER_SIPS = 8,              /* a second, in which it reads them */
  READER_WELL_SECONDS = 3,      /* so long before the window ends all read at once again */
  READER_BEHIND_TICKS = 3,      /* who is in step is no farther behind the first of its party */
};

typedef enum { READER_PROMPT, READER_STALLED, READER_SLOW, READER_KINDS } reader_kind;

typedef struct reader {
  reader_kind kind;
  bool poor;       /* now */
  int64_t poor_at; /* since when; 0: not yet */
  int64_t until;   /* how long, or how long it did */
  int64_t sip_at;  /* READER_SLOW: the next time it reads */
  int64_t back_at; /* in step with the others again; 0: not yet */

  uint64_t bytes;      /* of messages that came while it read poorly */
  uint64_t frames;     /* in the measured window */
  uint64_t gap_max;    /* between two of them */
  uint32_t checks_off; /* checks and desyncs that its replica had counted when it was back */
  uint32_t desyncs_off;
} reader;

#endif
