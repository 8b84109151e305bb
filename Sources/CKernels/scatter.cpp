// Cross products by tiles of columns: a tile of T x T sums stays in registers while the rows stream past.
// One template, compiled for three instruction sets and chosen when it is called.
extern "C" {
#include "CKernels.h"
#include "processor.h"
}

#include <cstdint>
#include <cstring>

namespace {

template <int W>
struct Vector {
  typedef double type __attribute__((vector_size(W * sizeof(double)), aligned(8), may_alias));
};

template <int W>
__attribute__((always_inline)) inline double total(const typename Vector<W>::type &v) {
  double sum = 0;
  for (int i = 0; i < W; i++) sum += v[i];
  return sum;
}

template <int W>
__attribute__((always_inline)) inline void center(const double *x, size_t x_stride, size_t rows, size_t columns,
                                                  const double *center, const double *weights, double *out,
                                                  double *weighted, size_t out_stride, double *sum) {
  using V = typename Vector<W>::type;
  size_t padded = (rows + ck_row_group - 1) / ck_row_group * ck_row_group;
  size_t whole = rows / W * W;
  for (size_t c = 0; c < columns; c++) {
    const double *from = x + c * x_stride;
    double *to = out + c * out_stride;
    double *to_weighted = weights ? weighted + c * out_stride : nullptr;
    V even = {}, odd = {};
    double rest = 0, middle = center[c];
    size_t r = 0;
    if (!weights) {
      for (; r + 2 * W <= whole; r += 2 * W) {
        // The next chunk of this column lies beyond the page, where the hardware does not look ahead.
        __builtin_prefetch(from + rows + r, 0, 2);
        if (2 * W * sizeof(double) > 64) __builtin_prefetch(from + rows + r + W, 0, 2);
        V a = *reinterpret_cast<const V *>(from + r) - middle;
        V b = *reinterpret_cast<const V *>(from + r + W) - middle;
        *reinterpret_cast<V *>(to + r) = a;
        *reinterpret_cast<V *>(to + r + W) = b;
        even += a;
        odd += b;
      }
    }
    for (; r < rows; r++) {
      double deviation = from[r] - middle;
      to[r] = deviation;
      if (weights) to_weighted[r] = deviation *= weights[r];
      rest += deviation;
    }
    for (; r < padded; r++) {
      to[r] = 0;
      if (weights) to_weighted[r] = 0;
    }
    sum[c] += total<W>(even + odd) + rest;
  }
}

/// Adds the tile of rows i0..., columns j0... of the scatter. Columns beyond the last are read from `zeros`.
template <int W, int T>
__attribute__((always_inline)) inline void add_tile(const double *x, const double *y, size_t stride, size_t rows,
                                                    size_t columns, size_t i0, size_t j0, const double *zeros,
                                                    double *scatter) {
  using V = typename Vector<W>::type;
  const double *left[T], *right[T];
  for (int t = 0; t < T; t++) {
    left[t] = i0 + t < columns ? x + (i0 + t) * stride : zeros;
    right[t] = j0 + t < columns ? y + (j0 + t) * stride : zeros;
  }
  V sums[T][T] = {};
  for (size_t r = 0; r < rows; r += W) {
    V b[T];
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) b[t] = *reinterpret_cast<const V *>(right[t] + r);
#pragma clang loop unroll(full)
    for (int s = 0; s < T; s++) {
      V a = *reinterpret_cast<const V *>(left[s] + r);
#pragma clang loop unroll(full)
      for (int t = 0; t < T; t++) sums[s][t] += a * b[t];
    }
  }
  for (int s = 0; s < T; s++) {
    for (int t = 0; t < T; t++) {
      size_t i = i0 + s, j = j0 + t;
      if (i < columns && j <= i) scatter[j * columns + i] += total<W>(sums[s][t]);
    }
  }
}

template <int W, int T>
__attribute__((always_inline)) inline void add_scatter(const double *x, const double *y, size_t stride, size_t rows,
                                                       size_t columns, double *scatter) {
  // Rows are taken in runs that fit the zero column and keep one tile's columns in the first-level cache.
  constexpr size_t run = 512;
  static const double zeros[run] = {};
  for (size_t r = 0; r < rows; r += run) {
    size_t here = rows - r < run ? rows - r : run;
    for (size_t i0 = 0; i0 < columns; i0 += T) {
      for (size_t j0 = 0; j0 <= i0; j0 += T) {
        add_tile<W, T>(x + r, y + r, stride, here, columns, i0, j0, zeros, scatter);
      }
    }
  }
}

__attribute__((always_inline)) inline void merge_scatter(double *__restrict scatter, const double *__restrict other,
                                                         const double *__restrict v, double factor, size_t columns) {
  for (size_t j = 0; j < columns; j++) {
    double scale = factor * v[j];
    for (size_t i = j; i < columns; i++) scatter[j * columns + i] += other[j * columns + i] + v[i] * scale;
  }
}

typedef void (*center_function)(const double *, size_t, size_t, size_t, const double *, const double *, double *,
                                double *, size_t, double *);
typedef void (*scatter_function)(const double *, const double *, size_t, size_t, size_t, double *);
typedef void (*merge_function)(double *, const double *, const double *, double, size_t);

#define CK_VARIANT(name, W, T, ...)                                                                                 \
  __VA_ARGS__ void center_##name(const double *x, size_t x_stride, size_t rows, size_t columns,                     \
                                 const double *middle, const double *weights, double *out, double *weighted,        \
                                 size_t out_stride, double *sum) {                                                   \
    center<W>(x, x_stride, rows, columns, middle, weights, out, weighted, out_stride, sum);                         \
  }                                                                                                                 \
  __VA_ARGS__ void scatter_##name(const double *x, const double *y, size_t stride, size_t rows, size_t columns,     \
                                  double *scatter) {                                                                 \
    add_scatter<W, T>(x, y, stride, rows, columns, scatter);                                                        \
  }                                                                                                                 \
  __VA_ARGS__ void merge_##name(double *scatter, const double *other, const double *v, double factor,               \
                                size_t columns) {                                                                    \
    merge_scatter(scatter, other, v, factor, columns);                                                              \
  }

CK_VARIANT(baseline, 2, 3)
#if defined(__x86_64__)
CK_VARIANT(avx2, 4, 3, __attribute__((target("avx2,fma"))))
CK_VARIANT(avx512, 8, 5, __attribute__((target("avx512f,avx512dq,avx512vl"))))
#endif

struct Variants {
  center_function center;
  scatter_function scatter;
  merge_function merge;
};

Variants choose() {
#if defined(__x86_64__)
  if (ck_has_avx512()) return {center_avx512, scatter_avx512, merge_avx512};
  if (ck_has_avx2()) return {center_avx2, scatter_avx2, merge_avx2};
#endif
  return {center_baseline, scatter_baseline, merge_baseline};
}

}  // namespace

extern "C" void ck_center(const double *x, size_t x_stride, size_t rows, size_t columns, const double *center,
                          const double *weights, double *out, double *weighted, size_t out_stride, double *sum) {
  choose().center(x, x_stride, rows, columns, center, weights, out, weighted, out_stride, sum);
}

extern "C" void ck_add_scatter(const double *x, const double *y, size_t stride, size_t rows, size_t columns,
                               double *scatter) {
  choose().scatter(x, y, stride, rows, columns, scatter);
}

extern "C" void ck_merge_scatter(double *scatter, const double *other, const double *v, double factor,
                                 size_t columns) {
  choose().merge(scatter, other, v, factor, columns);
}
