// Rearrangements of dense matrices by columns, in tiles that stay in the nearest cache: what BLAS has no routine for.
#pragma once
#include <stddef.h>

/// y = x' for an m x n matrix x; y is n x m and does not overlap x.
void sk_transpose_f64(double *y, size_t ldy, const double *x, size_t ldx, size_t m, size_t n);
void sk_transpose_f32(float *y, size_t ldy, const float *x, size_t ldx, size_t m, size_t n);

/// The upper triangle becomes the mirror image of the lower one.
void sk_mirror_lower_f64(double *x, size_t ldx, size_t n);
void sk_mirror_lower_f32(float *x, size_t ldx, size_t n);

/// tr(x y) for x m x n and y n x m, both without gaps; summed in blocks of columns.
double sk_trace_product_f64(const double *x, const double *y, size_t m, size_t n);
double sk_trace_product_f32(const float *x, const float *y, size_t m, size_t n);
