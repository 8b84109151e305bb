// The entry points of gemm.h, and where each routine wins, as measured beside OpenBLAS 0.3.21.
#include "include/gemm.h"

#include "kernel_table.h"

/// `lanes`: numbers in a vector.
static bool is_faster(size_t m, size_t n, size_t k, bool transposed, sk_instructions set, size_t lanes) {
  if (set == sk_instructions_plain || m < lanes || k < 32 || k > 2048 || n < 8 || m > 4096 || n > 8192) return false;
  double products = (double)m * (double)n * (double)k;
  // A vector that reaches back repeats work, and BLAS has kernels for small products that do not.
  if (m % lanes != 0 && products < 1e6) return false;
  // Strips of two vectors read the right factor too often where its rows are far apart.
  return set == sk_instructions_avx512 || !transposed || k <= 128;
}

static size_t lanes(sk_instructions set, size_t size) { return (set == sk_instructions_avx512 ? 64 : 32) / size; }

#define GEMM(T, suffix)                                                                                              \
  bool sk_gemm_is_faster_##suffix(size_t m, size_t n, size_t k, bool transposed) {                                  \
    sk_instructions set = sk_best_instructions();                                                                   \
    return is_faster(m, n, k, transposed, set, lanes(set, sizeof(T)));                                              \
  }                                                                                                                 \
  void sk_gemm_##suffix(size_t m, size_t n, size_t k, T alpha, const T *a, size_t lda, const T *b, size_t inner,    \
                        size_t outer, T *c, size_t ldc) {                                                           \
    sk_kernels_for(sk_best_instructions())->gemm_##suffix(m, n, k, alpha, a, lda, b, inner, outer, c, ldc);         \
  }

GEMM(double, f64)
GEMM(float, f32)
