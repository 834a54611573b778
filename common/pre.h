/* Contracts, always on. A broken one is our own mistake: it stops the program with values and place.
   Freestanding: the WebAssembly module traps instead of printing. */
#ifndef TICKBOX_PRE_H
#define TICKBOX_PRE_H

#if defined(__wasm__)
#define PRE(condition) ((condition) ? (void)0 : __builtin_trap())
#define PRE_RANGE(value, low, high) PRE((value) >= (low) && (value) <= (high))
#else
_Noreturn void pre_failed(const char *condition, const char *file, int line);
_Noreturn void pre_out_of_range(const char *what, long long value, long long low, long long high, const char *file,
                                int line);

/* `condition` holds here. */
#define PRE(condition) ((condition) ? (void)0 : pre_failed(#condition, __FILE__, __LINE__))

/* `value` lies in low..high, both included. */
#define PRE_RANGE(value, low, high)                                                                                    \
  ((long long)(value) >= (long long)(low) && (long long)(value) <= (long long)(high)                                   \
       ? (void)0                                                                                                       \
       : pre_out_of_range(#value, (long long)(value), (long long)(low), (long long)(high), __FILE__, __LINE__))
#endif

#endif
