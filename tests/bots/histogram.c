#include "tests/bots/histogram.h"

#include "common/pre.h"

static uint32_t bucket_of(uint64_t value) {
  if (value < HISTOGRAM_STEPS)
    return (uint32_t)value;
  uint32_t shift = 63u - (uint32_t)__builtin_clzll(value) - HISTOGRAM_STEPS_BITS;
  return shift * HISTOGRAM_STEPS + (uint32_t)(value >> shift);
}

static uint64_t middle_of(uint32_t bucket) {
  if (bucket < 2 * HISTOGRAM_STEPS)
    return bucket;
  uint32_t shift = bucket / HISTOGRAM_STEPS - 1;
  uint64_t low = (uint64_t)(bucket - shift * HISTOGRAM_STEPS) << shift;
  return low + ((1ull << shift) - 1) / 2;
}

void histogram_add(histogram *histogram, uint64_t value) {
  const uint64_t largest = (1ull << HISTOGRAM_VALUE_BITS) - 1;
  if (value > largest)
    value = largest;
  histogram->counts[bucket_of(value)]++;
  histogram->total++;
  if (value > histogram->max)
    histogram->max = value;
}

uint64_t histogram_percentile(const histogram *histogram, double share) {
  PRE(share >= 0 && share <= 1);
  double wanted = share * (double)histogram->total;
  uint64_t seen = 0;
  for (uint32_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    seen += histogram->counts[bucket];
    if (seen > 0 && (double)seen >= wanted)
      return middle_of(bucket) < histogram->max ? middle_of(bucket) : histogram->max;
  }
  return 0;
}
