#include "server/bucket.h"

#include "common/pre.h"

static int64_t full(const bucket_rule *rule) {
  PRE(rule->rate > 0 && rule->period_us > 0 && rule->capacity > 0);
  return rule->period_us * rule->capacity;
}

bucket bucket_full(const bucket_rule *rule, int64_t now) {
  return (bucket){.level = full(rule), .at = now};
}

/* Time that ran backwards counts for nothing until it has caught up. */
static void fill(bucket *bucket, const bucket_rule *rule, int64_t now) {
  const int64_t missing = full(rule) - bucket->level, passed = now - bucket->at;
  if (passed <= 0)
    return;
  bucket->at = now;
  bucket->level += passed > missing / rule->rate ? missing : passed * rule->rate;
}

bool bucket_spend(bucket *bucket, const bucket_rule *rule, uint32_t times, int64_t now) {
  fill(bucket, rule, now);
  if (bucket->level < rule->period_us)
    return false;
  bucket->level -= rule->period_us * times;
  return true;
}

bool bucket_take(bucket *bucket, const bucket_rule *rule, int64_t now) {
  return bucket_spend(bucket, rule, 1, now);
}
