// Sums and cross products of blocks of columns: the loop under every covariance.
#pragma once
#include <stddef.h>

/// Rows are processed in groups of this many; blocks are padded with zeros up to a multiple of it.
enum { ck_row_group = 8 };

/// Writes `x - center` to `out` and adds the columns' (weighted) sums to `sum`.
/// Column c starts at `x + c * x_stride` and `out + c * out_stride`; `out_stride` is at least `rows` rounded up to
/// `ck_row_group`, and the rows between are set to zero. With `weights`, `weighted` (same layout) gets w (x - center).
void ck_center(const double *x, size_t x_stride, size_t rows, size_t columns, const double *center,
               const double *weights, double *out, double *weighted, size_t out_stride, double *sum);

/// scatter[j * columns + i] += sum over rows of x_i y_j for i >= j: the lower triangle, column-major.
/// `rows` is a multiple of `ck_row_group`; for a symmetric result y is x, or x times weights.
void ck_add_scatter(const double *x, const double *y, size_t stride, size_t rows, size_t columns, double *scatter);

/// scatter += other + factor v v' in the lower triangles, column-major: how the scatters of two parts become one.
void ck_merge_scatter(double *scatter, const double *other, const double *v, double factor, size_t columns);
