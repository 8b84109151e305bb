// Part of kernels.h: C = alpha A B where the columns of A lie along vectors already. Neither factor is packed: a strip of C stays in registers
// while its rows of A are read as vectors and its columns of B as numbers. Small and middle-sized products gain what packing costs.
//
// An entry of C is a sum over k = 0, 1, ... by fused multiply-adds, whatever strip it is in: no bit depends on how C is cut.

#if VECTOR_BYTES == 64
#define STRIP_VECTORS 4
#else
#define STRIP_VECTORS 2
#endif
#define STRIP_COLUMNS 12
#define VECTOR(x) (*(T(vector) *)(x))

/// Columns of a strip that is so many vectors high: as many accumulators as there are registers, less those for A and B.
static const uint8_t T(strip_columns)[5] = {0, STRIP_COLUMNS, VECTOR_BYTES == 64 ? 12 : 6, 8, 6};

/// A strip of `vectors` times `columns`: the first vectors are WIDTH apart, the last begins at row `last` of the strip.
static inline __attribute__((always_inline)) void T(strip)(const size_t vectors, const size_t columns, size_t last, size_t k,
                                                           REAL alpha, const REAL *restrict a, size_t lda,
                                                           const REAL *restrict b, size_t inner, size_t outer,
                                                           REAL *restrict c, size_t ldc) {
  T(vector) sums[STRIP_VECTORS][STRIP_COLUMNS];
#pragma clang loop unroll(full)
  for (size_t v = 0; v < vectors; v++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < columns; j++) sums[v][j] = 0;
  for (size_t i = 0; i < k; i++) {
    T(vector) x[STRIP_VECTORS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) x[v] = VECTOR(a + (v + 1 < vectors ? v * WIDTH : last));
#pragma clang loop unroll(full)
    for (size_t j = 0; j < columns; j++) {
      T(vector) y = b[j * outer];
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) sums[v][j] = __builtin_elementwise_fma(x[v], y, sums[v][j]);
    }
    a += lda;
    b += inner;
  }
#pragma clang loop unroll(full)
  for (size_t j = 0; j < columns; j++)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) VECTOR(c + j * ldc + (v + 1 < vectors ? v * WIDTH : last)) = sums[v][j] * alpha;
}

#define STRIP(v, n) \
  case n: T(strip)(v, n, last, k, alpha, a, lda, b, inner, outer, c, ldc); break;

#define STRIPS(v, cases)                                                                                             \
  static __attribute__((noinline)) void T(strips_##v)(size_t columns, size_t last, size_t k, REAL alpha, const REAL *a, \
                                                      size_t lda, const REAL *b, size_t inner, size_t outer, REAL *c,  \
                                                      size_t ldc) {                                                    \
    switch (columns) { cases }                                                                                         \
  }

#define SIX(v) STRIP(v, 1) STRIP(v, 2) STRIP(v, 3) STRIP(v, 4) STRIP(v, 5) STRIP(v, 6)
#define EIGHT(v) SIX(v) STRIP(v, 7) STRIP(v, 8)
#define TWELVE(v) EIGHT(v) STRIP(v, 9) STRIP(v, 10) STRIP(v, 11) STRIP(v, 12)
STRIPS(1, TWELVE(1))
#if VECTOR_BYTES == 64
STRIPS(2, TWELVE(2))
STRIPS(3, EIGHT(3))
STRIPS(4, SIX(4))
#else
STRIPS(2, SIX(2))
#endif

/// The height of the next strip where so many vectors are left: no strip of one vector behind tall ones.
static inline size_t T(strip_vectors)(size_t left) {
  if (STRIP_VECTORS == 2) return left == 1 ? 1 : 2;
  return left >= 7 || left == 4 ? 4 : left == 5 || left == 6 ? 3 : left;
}

static void T(gemm)(size_t m, size_t n, size_t k, REAL alpha, const REAL *a, size_t lda, const REAL *b, size_t inner,
                    size_t outer, REAL *c, size_t ldc) {
  size_t vectors = (m + WIDTH - 1) / WIDTH;
  for (size_t v = 0, height; v < vectors; v += height) {
    height = T(strip_vectors)(vectors - v);
    size_t row = v * WIDTH;
    // The last vector reaches back into rows that are computed already, and computes them again.
    size_t last = (row + height * WIDTH <= m ? row + (height - 1) * WIDTH : m - WIDTH) - row;
    // One vector that reaches back begins before its strip.
    const REAL *from = a + row;
    REAL *to = c + row;
    if (height == 1) {
      from += (ptrdiff_t)last;
      to += (ptrdiff_t)last;
      last = 0;
    }
    size_t width = T(strip_columns)[height];
    size_t strips = (n + width - 1) / width;
    for (size_t s = 0, j = 0, columns; s < strips; s++, j += columns) {
      // Strips of nearly equal width.
      columns = (n - j + (strips - s) - 1) / (strips - s);
      const REAL *part = b + j * outer;
      REAL *result = to + j * ldc;
      switch (height) {
        case 1: T(strips_1)(columns, last, k, alpha, from, lda, part, inner, outer, result, ldc); break;
#if VECTOR_BYTES == 64
        case 3: T(strips_3)(columns, last, k, alpha, from, lda, part, inner, outer, result, ldc); break;
        case 4: T(strips_4)(columns, last, k, alpha, from, lda, part, inner, outer, result, ldc); break;
#endif
        default: T(strips_2)(columns, last, k, alpha, from, lda, part, inner, outer, result, ldc); break;
      }
    }
  }
}

#undef VECTOR
#undef STRIP_VECTORS
#undef STRIP_COLUMNS
#undef STRIP
#undef STRIPS
#undef SIX
#undef EIGHT
#undef TWELVE
