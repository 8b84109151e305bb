// Stored numbers as inputs of a network.
#pragma once
#include <stddef.h>

/// y = (x - centre)*factor, and `fill` where x is NaN: a row of n stored numbers.
void sk_encode_f32(float *y, const float *x, const float *centre, const float *factor, const float *fill, size_t n);
void sk_encode_f64(double *y, const float *x, const float *centre, const double *factor, const double *fill, size_t n);

/// Asks for memory that is read soon: rows in random order are far apart, and the first number of each would be waited for.
static inline void sk_prefetch(const void *start, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)start + i);
}
