#include "include/encoding.h"

#if defined(__x86_64__)
#define CLONED __attribute__((target_clones("default", "arch=haswell", "arch=x86-64-v4")))
#else
#define CLONED
#endif

CLONED void sk_encode_f32(float *restrict y, const float *restrict x, const float *restrict centre,
                          const float *restrict factor, const float *restrict fill, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = x[i] == x[i] ? (x[i] - centre[i]) * factor[i] : fill[i];
}

CLONED void sk_encode_f64(double *restrict y, const float *restrict x, const float *restrict centre,
                          const double *restrict factor, const double *restrict fill, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = x[i] == x[i] ? ((double)x[i] - centre[i]) * factor[i] : fill[i];
}
