// Rearrangements of dense matrices: one text for both precisions.
#include "include/dense.h"

#include "kernel_table.h"

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
  void sk_add_transposed_##suffix(T *restrict y, const T *restrict x, size_t m) {                               \
    for (size_t j0 = 0; j0 < m; j0 += tile) {                                                                   \
      size_t j1 = LESSER(j0 + tile, m);                                                                         \
      for (size_t i0 = j0; i0 < m; i0 += tile) {                                                                \
        size_t i1 = LESSER(i0 + tile, m);                                                                       \
        T sums[tile][tile];                                                                                     \
        for (size_t i = i0; i < i1; i++)                                                                        \
          for (size_t j = j0; j < j1; j++) sums[j - j0][i - i0] = x[j + i * m];                                 \
        for (size_t j = j0; j < j1; j++)                                                                        \
          for (size_t i = i0; i < i1; i++) y[i + j * m] = sums[j - j0][i - i0] += x[i + j * m];                 \
        for (size_t i = i0; i < i1; i++)                                                                        \
          for (size_t j = j0; j < j1; j++) y[j + i * m] = sums[j - j0][i - i0];                                 \
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
  }                                                                                                             \
  void sk_scale_rows_##suffix(T *restrict y, size_t ldy, const T *restrict x, size_t ldx, const T *restrict w,  \
                              size_t m, size_t n) {                                                             \
    for (size_t j = 0; j < n; j++)                                                                              \
      for (size_t i = 0; i < m; i++) y[i + j * ldy] = w[i] * x[i + j * ldx];                                    \
  }                                                                                                             \
  void sk_scale_columns_##suffix(T *restrict y, size_t ldy, const T *restrict x, size_t ldx, const T *restrict w, \
                                 size_t m, size_t n) {                                                          \
    for (size_t j = 0; j < n; j++)                                                                              \
      for (size_t i = 0; i < m; i++) y[i + j * ldy] = w[j] * x[i + j * ldx];                                    \
  }                                                                                                             \
  void sk_multiply_##suffix(T *y, const T *a, size_t lda, const T *x, size_t m, size_t n) {                     \
    sk_kernels_for(sk_best_instructions())->multiply_##suffix(y, a, lda, x, m, n);                              \
  }                                                                                                             \
  void sk_multiply_transposed_##suffix(T *z, const T *a, size_t lda, const T *w, size_t m, size_t n) {          \
    sk_kernels_for(sk_best_instructions())->multiply_transposed_##suffix(z, a, lda, w, m, n);                   \
  }                                                                                                             \
  void sk_multiply_both_##suffix(T *y, T *z, const T *a, size_t lda, const T *x, const T *w, size_t m, size_t n) { \
    sk_kernels_for(sk_best_instructions())->multiply_both_##suffix(y, z, a, lda, x, w, m, n);                   \
  }

DENSE(double, f64)
DENSE(float, f32)
