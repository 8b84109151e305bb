// Part of kernels.h: products of a matrix and vectors, eight columns at a time. BLAS has A x and A' w; it cannot give both in one
// reading of A, and its interface cannot go block by block without packing anew.

typedef REAL T(vector) __attribute__((ext_vector_type(WIDTH), aligned(sizeof(REAL)), may_alias));

#define PANEL 8
#define VECTOR(x) (*(T(vector) *)(x))

/// What is left of n columns behind the panels, one column at a time: y += A x if y, z += A' w if z.
static void T(multiply_columns)(REAL *y, REAL *z, const REAL *a, size_t lda, const REAL *x, const REAL *w, size_t m, size_t n) {
  for (size_t j = 0; j < n; j++) {
    const REAL *column = a + j * lda;
    REAL sum = 0;
    for (size_t i = 0; z && i < m; i++) sum += column[i] * w[i];
    for (size_t i = 0; y && i < m; i++) y[i] += column[i] * x[j];
    if (z) z[j] += sum;
  }
}

/// y += A x for a panel, z += A' w for it, or both; constant flags make three loops of one text.
static inline __attribute__((always_inline)) void T(multiply_panel)(
    REAL *restrict y, REAL *restrict z, const REAL *restrict a, size_t lda, const REAL *restrict x,
    const REAL *restrict w, size_t m, bool by_rows, bool by_columns) {
  T(vector) sums[PANEL] = {0};
  size_t i = 0;
  for (; i + WIDTH <= m; i += WIDTH) {
    T(vector) from = 0, to = 0;
    if (by_columns) from = VECTOR(w + i);
    if (by_rows) to = VECTOR(y + i);
#pragma clang loop unroll(full)
    for (size_t c = 0; c < PANEL; c++) {
      T(vector) v = VECTOR(a + i + c * lda);
      if (by_rows) to += v * x[c];
      if (by_columns) sums[c] += v * from;
    }
    if (by_rows) VECTOR(y + i) = to;
  }
  for (size_t c = 0; c < PANEL; c++) {
    REAL sum = 0;
    for (size_t k = 0; k < WIDTH; k++) sum += sums[c][k];
    for (size_t k = i; k < m; k++) {
      if (by_rows) y[k] += a[k + c * lda] * x[c];
      if (by_columns) sum += a[k + c * lda] * w[k];
    }
    if (by_columns) z[c] += sum;
  }
}

/// y += A x
static void T(multiply)(REAL *y, const REAL *a, size_t lda, const REAL *x, size_t m, size_t n) {
  size_t j = 0;
  for (; j + PANEL <= n; j += PANEL) T(multiply_panel)(y, NULL, a + j * lda, lda, x + j, NULL, m, true, false);
  T(multiply_columns)(y, NULL, a + j * lda, lda, x + j, NULL, m, n - j);
}

/// z += A' w
static void T(multiply_transposed)(REAL *z, const REAL *a, size_t lda, const REAL *w, size_t m, size_t n) {
  size_t j = 0;
  for (; j + PANEL <= n; j += PANEL) T(multiply_panel)(NULL, z + j, a + j * lda, lda, NULL, w, m, false, true);
  T(multiply_columns)(NULL, z + j, a + j * lda, lda, NULL, w, m, n - j);
}

/// y += A x and z += A' w
static void T(multiply_both)(REAL *y, REAL *z, const REAL *a, size_t lda, const REAL *x, const REAL *w, size_t m, size_t n) {
  // Blocks of rows, of which y and w stay in the nearest cache.
  enum { most_rows = 1024 };
  for (size_t first = 0; first < m; first += most_rows) {
    size_t rows = m - first < most_rows ? m - first : most_rows;
    const REAL *block = a + first;
    size_t j = 0;
    for (; j + PANEL <= n; j += PANEL) {
      T(multiply_panel)(y + first, z + j, block + j * lda, lda, x + j, w + first, rows, true, true);
    }
    T(multiply_columns)(y + first, z + j, block + j * lda, lda, x + j, w + first, rows, n - j);
  }
}

#undef PANEL
#undef VECTOR
