// Products of matrices that BLAS would pack at a cost: small and middle-sized ones.
#pragma once
#include <stdbool.h>
#include <stddef.h>

/// Whether this processor computes such a product faster by `sk_gemm` than BLAS does, as far as is known: m x k times k x n, the right
/// factor as it lies or as its transpose.
bool sk_gemm_is_faster_f64(size_t m, size_t n, size_t k, bool transposed);
bool sk_gemm_is_faster_f32(size_t m, size_t n, size_t k, bool transposed);

/// C = alpha A B for A m x k and C m x n by columns; entry (i, j) of B lies at `b + i * inner + j * outer`. At least a vector of rows:
/// m >= 16 in single precision, 8 in double. Each entry is summed in the order of i by fused multiply-adds: wherever a product is cut
/// into columns or rows, the bits are the same. For processors with AVX2.
void sk_gemm_f64(size_t m, size_t n, size_t k, double alpha, const double *a, size_t lda, const double *b, size_t inner,
                 size_t outer, double *c, size_t ldc);
void sk_gemm_f32(size_t m, size_t n, size_t k, float alpha, const float *a, size_t lda, const float *b, size_t inner,
                 size_t outer, float *c, size_t ldc);
