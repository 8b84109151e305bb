// The expectation of rows with missing entries: small Cholesky factors, one for each pattern.
#include "include/expectation.h"

#include <math.h>

void ck_row_deviations(double *z, const double *y, const double *root_weight, const double *mean, size_t d,
                       const ck_pattern *patterns, size_t count, const uint32_t *indices) {
  size_t row = 0;
  for (size_t p = 0; p < count; p++) {
    const uint32_t *missing = indices + patterns[p].first;
    for (uint32_t r = 0; r < patterns[p].rows; r++, row++) {
      double *to = z + row * d;
      const double *from = y + row * d;
      double w = root_weight[row];
      for (size_t j = 0; j < d; j++) to[j] = from[j] - mean[j] * w;
      for (uint32_t i = 0; i < patterns[p].missing; i++) to[missing[i]] = 0;
    }
  }
}

/// Lower Cholesky factor of the m x m matrix `a` (row after row) in place, with the reciprocals of its diagonal on the diagonal. Returns the
/// logarithm of the product of the diagonal, NaN if the matrix is not positive definite.
static double factor(double *a, size_t m) {
  double logarithm = 0, product = 1;
  for (size_t i = 0; i < m; i++) {
    for (size_t j = 0; j <= i; j++) {
      double sum = a[i * m + j];
      for (size_t k = 0; k < j; k++) sum -= a[i * m + k] * a[j * m + k];
      if (i != j) {
        a[i * m + j] = sum * a[j * m + j];
        continue;
      }
      if (!(sum > 0)) return NAN;
      double root = __builtin_elementwise_sqrt(sum);
      product *= root;
      // One logarithm for many factors, as long as their product is in range.
      if (!(product > 0x1p-400 && product < 0x1p400)) {
        logarithm += log(product);
        product = 1;
      }
      a[i * m + i] = 1 / root;
    }
  }
  return logarithm + log(product);
}

/// The inverse of the matrix that `l` is the factor of, its lower triangle row after row; `t` holds the inverse of the factor.
static void invert(const double *l, double *t, double *inverse, size_t m) {
  for (size_t j = 0; j < m; j++) {
    t[j * m + j] = l[j * m + j];
    for (size_t i = j + 1; i < m; i++) {
      double sum = 0;
      for (size_t k = j; k < i; k++) sum += l[i * m + k] * t[k * m + j];
      t[i * m + j] = -sum * l[i * m + i];
    }
  }
  for (size_t i = 0; i < m; i++) {
    for (size_t j = 0; j <= i; j++) {
      double sum = 0;
      for (size_t k = i; k < m; k++) sum += t[k * m + i] * t[k * m + j];
      inverse[i * m + j] = sum;
    }
  }
}

double ck_complete_rows(double *z, const double *g, const double *precision, size_t d, const ck_pattern *patterns,
                        size_t count, const uint32_t *indices, double *covariance, double *scratch) {
  double *l = scratch, *t = l + d * d, *inverse = t + d * d;
  double total = 0;
  size_t row = 0;
  for (size_t p = 0; p < count; p++) {
    const uint32_t *missing = indices + patterns[p].first;
    size_t m = patterns[p].missing;
    double weight = patterns[p].weight;
    for (size_t i = 0; i < m; i++) {
      for (size_t j = 0; j <= i; j++) l[i * m + j] = precision[missing[i] + missing[j] * d];
    }
    double root = factor(l, m);
    if (!(root == root)) return NAN;
    total += 2 * weight * root;
    invert(l, t, inverse, m);
    for (size_t i = 0; i < m; i++) {
      for (size_t j = 0; j <= i; j++) covariance[missing[i] + missing[j] * d] += weight * inverse[i * m + j];
    }
    for (uint32_t r = 0; r < patterns[p].rows; r++, row++) {
      for (size_t i = 0; i < m; i++) {
        double sum = 0;
        for (size_t j = 0; j <= i; j++) sum += inverse[i * m + j] * g[row * d + missing[j]];
        for (size_t j = i + 1; j < m; j++) sum += inverse[j * m + i] * g[row * d + missing[j]];
        z[row * d + missing[i]] = -sum;
      }
    }
  }
  return total;
}
