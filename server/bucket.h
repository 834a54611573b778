/* A token bucket: how often somebody may do something. It fills at an even rate up to a few at once, and
   each time takes one out. */
#ifndef TICKBOX_BUCKET_H
#define TICKBOX_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/* `rate` times in `period_us`, on average; after a rest `capacity` at once. */
typedef struct {
  uint32_t rate;     /* at least 1 */
  int64_t period_us; /* at least 1 */
  uint32_t capacity; /* at least 1 */
} bucket_rule;

typedef struct {
  int64_t level; /* times still free, each counted as period_us, so that a microsecond adds `rate` */
  int64_t at;    /* when that was counted, in us */
} bucket;

bucket bucket_full(const bucket_rule *rule, int64_t now);

/* Once more. False if that would be too often: then nothing is taken out, and time alone makes it good. */
bool bucket_take(bucket *bucket, const bucket_rule *rule, int64_t now);

/* So many times at once, for what may be dear: it needs only one to be free, and whatever it takes beyond what is there
   must fill up first. */
bool bucket_spend(bucket *bucket, const bucket_rule *rule, uint32_t times, int64_t now);

#endif
