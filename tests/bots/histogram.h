/* Counts of durations on a scale that is linear within each power of two: a percentile is at most 1% off,
   whatever its size, and memory is fixed (after HdrHistogram). */
#ifndef TICKBOX_HISTOGRAM_H
#define TICKBOX_HISTOGRAM_H

#include <stdint.h>

enum {
  HISTOGRAM_STEPS = 128,     /* buckets a power of two; smaller values are exact */
  HISTOGRAM_STEPS_BITS = 7,  /* so many bits */
  HISTOGRAM_VALUE_BITS = 40, /* larger values count as the largest: 12 days in microseconds */
  HISTOGRAM_BUCKETS = (HISTOGRAM_VALUE_BITS - HISTOGRAM_STEPS_BITS + 1) * HISTOGRAM_STEPS,
};

/* All zero is an empty one. */
typedef struct {
  uint64_t counts[HISTOGRAM_BUCKETS];
  uint64_t total;
  uint64_t max; /* exact */
} histogram;

void histogram_add(histogram *histogram, uint64_t value);

/* The value that `share` (0..1) of all values do not exceed; 0 of an empty histogram. */
uint64_t histogram_percentile(const histogram *histogram, double share);

#endif
