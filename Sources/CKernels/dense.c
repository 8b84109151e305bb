// Rearrangements of dense matrices: one text for both precisions.
#include "include/dense.h"

enum { tile = 16 };

#define LESSER(a, b) ((a) < (b) ? (a) : (b))

#define DENSE(T, suffix)                                                                                        \
  void sk_transpose_##suffix(T *restrict y, size_t ldy, const T *restrict x, size_t ldx, size_t m, size_t n) {   \
    for (size_t j0 = 0; j0 < n; j0 += tile) {                                                                   \
      size_t j1 = LESSER(j0 + tile, n);                                                                         \
      for (size_t i0 = 0; i0 < m; i0 += tile) {                                                                 \
        size_t i1 = LESSER(i0 + tile, m);                                                                       \
        for (size_t i = i0; i < i1; i++)                                                                        \
          for (size_t j = j0; j < j1; j++) y[j + i * ldy] = x[i + j * ldx];                                     \
      }                                                                                                         \
    }                                                                                                           \
  }                                                                                                             \
  void sk_mirror_lower_##suffix(T *x, size_t ldx, size_t n) {                                                   \
    for (size_t j0 = 0; j0 < n; j0 += tile) {                                                                   \
      size_t j1 = LESSER(j0 + tile, n);                                                                         \
      for (size_t i0 = 0; i0 < j1; i0 += tile) {                                                                \
        size_t i1 = LESSER(i0 + tile, n);                                                                       \
        for (size_t j = j0; j < j1; j++)                                                                        \
          for (size_t i = i0; i < i1 && i < j; i++) x[i + j * ldx] = x[j + i * ldx];                            \
      }                                                                                                         \
    }                                                                                                           \
  }                                                                                                             \
  double sk_trace_product_##suffix(const T *x, const T *y, size_t m, size_t n) {                                \
    double total = 0;                                                                                           \
    for (size_t j0 = 0; j0 < n; j0 += tile) {                                                                   \
      size_t j1 = LESSER(j0 + tile, n);                                                                         \
      for (size_t i0 = 0; i0 < m; i0 += tile) {                                                                 \
        size_t i1 = LESSER(i0 + tile, m);                                                                       \
        double part = 0;                                                                                        \
        for (size_t i = i0; i < i1; i++)                                                                        \
          for (size_t j = j0; j < j1; j++) part += (double)x[i + j * m] * (double)y[j + i * n];                 \
        total += part;                                                                                          \
      }                                                                                                         \
    }                                                                                                           \
    return total;                                                                                               \
  }

DENSE(double, f64)
DENSE(float, f32)
