// Rows with missing entries under a Gaussian, given its precision matrix K = inv(S): the missing entries m of a row have the conditional
// precision K_mm and the conditional mean -inv(K_mm)*K_mo*z_o. Few missing entries make small systems, however many columns there are.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Consecutive rows that lack the same entries.
typedef struct {
  uint32_t first;    ///< of its indices in the list of missing ones
  uint32_t missing;  ///< how many entries
  uint32_t rows;
  double weight;     ///< of the rows together
} ck_pattern;

/// z = y - mean*w' by rows of d entries, with zeros for what is missing.
void ck_row_deviations(double *z, const double *y, const double *root_weight, const double *mean, size_t d,
                       const ck_pattern *patterns, size_t count, const uint32_t *indices);

/// Replaces the zeros of z by conditional means, from g = z*K; adds weight*inv(K_mm) to the lower triangle of `covariance` (d x d by
/// columns). Returns the sum of weight*log det K_mm, or NaN if some K_mm is not positive definite. `scratch` has room for 3*d*d.
double ck_complete_rows(double *z, const double *g, const double *precision, size_t d, const ck_pattern *patterns,
                        size_t count, const uint32_t *indices, double *covariance, double *scratch);
