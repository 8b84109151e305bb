// Dense matrices by columns: what BLAS has no routine for.
#pragma once
#include <stddef.h>

/// y = x' for an m x n matrix x; y is n x m and does not overlap x.
void sk_transpose_f64(double *y, size_t ldy, const double *x, size_t ldx, size_t m, size_t n);
void sk_transpose_f32(float *y, size_t ldy, const float *x, size_t ldx, size_t m, size_t n);

/// The upper triangle becomes the mirror image of the lower one.
void sk_mirror_lower_f64(double *x, size_t ldx, size_t n);
void sk_mirror_lower_f32(float *x, size_t ldx, size_t n);

/// y = x + x' for an m x m matrix x, both without gaps; y does not overlap x.
void sk_add_transposed_f64(double *y, const double *x, size_t m);
void sk_add_transposed_f32(float *y, const float *x, size_t m);

/// tr(x y) for x m x n and y n x m, both without gaps; summed in blocks of columns.
double sk_trace_product_f64(const double *x, const double *y, size_t m, size_t n);
double sk_trace_product_f32(const float *x, const float *y, size_t m, size_t n);

/// y = diag(w) x for an m x n matrix x, and y = x diag(w).
void sk_scale_rows_f64(double *y, size_t ldy, const double *x, size_t ldx, const double *w, size_t m, size_t n);
void sk_scale_rows_f32(float *y, size_t ldy, const float *x, size_t ldx, const float *w, size_t m, size_t n);
void sk_scale_columns_f64(double *y, size_t ldy, const double *x, size_t ldx, const double *w, size_t m, size_t n);
void sk_scale_columns_f32(float *y, size_t ldy, const float *x, size_t ldx, const float *w, size_t m, size_t n);

/// y += A x for an m x n matrix A. Nothing overlaps, here and below.
void sk_multiply_f64(double *y, const double *a, size_t lda, const double *x, size_t m, size_t n);
void sk_multiply_f32(float *y, const float *a, size_t lda, const float *x, size_t m, size_t n);

/// z += A' w
void sk_multiply_transposed_f64(double *z, const double *a, size_t lda, const double *w, size_t m, size_t n);
void sk_multiply_transposed_f32(float *z, const float *a, size_t lda, const float *w, size_t m, size_t n);

/// y += A x and z += A' w in one reading of A.
void sk_multiply_both_f64(double *y, double *z, const double *a, size_t lda, const double *x, const double *w, size_t m,
                          size_t n);
void sk_multiply_both_f32(float *y, float *z, const float *a, size_t lda, const float *x, const float *w, size_t m,
                          size_t n);
