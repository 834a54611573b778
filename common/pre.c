#include "common/pre.h"

#include <stdio.h>
#include <stdlib.h>

void pre_failed(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: broken contract: %s\n", file, line, condition);
  abort();
}

void pre_out_of_range(const char *what, long long value, long long low, long long high, const char *file, int line) {
  fprintf(stderr, "%s:%d: broken contract: %s is %lld, not in %lld..%lld\n", file, line, what, value, low, high);
  abort();
}
