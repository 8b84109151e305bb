// Part of kernels.h: softmax and log of the sum of exponentials of columns, shifted by the largest number of each.

/// The shift of a column: its largest number, or 0 where that is infinite, which then shows in the result.
static inline REAL T(finite_or_zero)(REAL x) { return x - x == 0 ? x : (REAL)0; }

#define NARROW 16
typedef REAL T(narrow) __attribute__((ext_vector_type(NARROW), aligned(sizeof(REAL)), may_alias));
typedef REAL T(half) __attribute__((ext_vector_type(NARROW / 2)));
typedef REAL T(quarter) __attribute__((ext_vector_type(NARROW / 4)));

/// Columns of at most 16 numbers, each in a vector of its own: -infinity behind it becomes 0 by exp.
static REAL T(shift_narrow)(REAL *to, const REAL *x, size_t m) {
  static const REAL numbers[NARROW] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  T(narrow) count = (REAL)(int)m, nothing = -(REAL)INFINITY;
  T(narrow) v = *(const T(narrow) *)numbers < count ? *(const T(narrow) *)x : nothing;
  T(half) h = v.lo > v.hi ? v.lo : v.hi;
  T(quarter) q = h.lo > h.hi ? h.lo : h.hi;
  REAL a = q[0] > q[2] ? q[0] : q[2], b = q[1] > q[3] ? q[1] : q[3];
  REAL largest = T(finite_or_zero)(a > b ? a : b);
  *(T(narrow) *)to = v - largest;
  return largest;
}

static REAL T(normalise_narrow)(REAL *x) {
  T(narrow) v = *(const T(narrow) *)x;
  T(half) h = v.lo + v.hi;
  T(quarter) q = h.lo + h.hi;
  REAL sum = (q[0] + q[2]) + (q[1] + q[3]);
  *(T(narrow) *)x = v * (1 / sum);
  return sum;
}

static void T(softmax_narrow)(REAL *y, REAL *logsumexp, const REAL *x, size_t m, size_t n, size_t ldy, size_t ldx) {
  REAL block[SK_BLOCK] __attribute__((aligned(64)));
  REAL shift[SK_BLOCK / NARROW], sum[SK_BLOCK / NARROW];
  for (size_t first = 0; first < n; first += SK_BLOCK / NARROW) {
    size_t count = n - first < SK_BLOCK / NARROW ? n - first : SK_BLOCK / NARROW;
    for (size_t j = 0; j < count; j++) {
      const REAL *column = x + (first + j) * ldx;
      REAL copy[NARROW] = {0};
      // Behind the last columns of the matrix there may be nothing to read.
      bool inside = (n - 1 - (first + j)) * ldx + m >= NARROW;
      if (!inside) memcpy(copy, column, m * sizeof(REAL));
      shift[j] = T(shift_narrow)(block + j * NARROW, inside ? column : copy, m);
    }
    T(exp_array)(block, block, count * NARROW);
    for (size_t j = 0; j < count; j++) sum[j] = T(normalise_narrow)(block + j * NARROW);
    for (size_t j = 0; y && j < count; j++) {
      REAL *to = y + (first + j) * ldy;
      // What is written behind a column is overwritten by the next one of the same block, where that stands close.
      if (ldy == m && (count - 1 - j) * m + m >= NARROW) {
        *(T(narrow) *)to = *(const T(narrow) *)(block + j * NARROW);
      } else {
        for (size_t i = 0; i < m; i++) to[i] = block[j * NARROW + i];
      }
    }
    if (logsumexp) {
      T(log_array)(sum, sum, count);
      for (size_t j = 0; j < count; j++) logsumexp[first + j] = shift[j] + sum[j];
    }
  }
}

#undef NARROW

/// Short columns, as many at a time as a block holds: one call of exp for all of them.
static void T(softmax_short)(REAL *y, REAL *logsumexp, const REAL *x, size_t m, size_t n, size_t ldy, size_t ldx) {
  REAL block[SK_BLOCK], shift[SK_BLOCK], sum[SK_BLOCK];
  size_t at_once = SK_BLOCK / m;
  for (size_t first = 0; first < n; first += at_once) {
    size_t count = n - first < at_once ? n - first : at_once;
    for (size_t j = 0; j < count; j++) {
      const REAL *column = x + (first + j) * ldx;
      shift[j] = T(finite_or_zero)(T(block_largest)(column, m));
      for (size_t i = 0; i < m; i++) block[j * m + i] = column[i] - shift[j];
    }
    T(exp_array)(block, block, count * m);
    for (size_t j = 0; j < count; j++) {
      sum[j] = (REAL)T(block_sum)(block + j * m, m);
      REAL factor = 1 / sum[j];
      REAL *to = y + (first + j) * ldy;
      for (size_t i = 0; y && i < m; i++) to[i] = block[j * m + i] * factor;
    }
    if (logsumexp) {
      T(log_array)(sum, sum, count);
      for (size_t j = 0; j < count; j++) logsumexp[first + j] = shift[j] + sum[j];
    }
  }
}

/// A column longer than a block. Exponentials wait in y, if there is one, until their sum is known.
static void T(softmax_long)(REAL *y, REAL *logsumexp, const REAL *x, size_t m) {
  REAL block[SK_BLOCK];
  REAL largest = T(finite_or_zero)(T(block_largest)(x, m));
  double sum = 0;
  for (size_t first = 0; first < m; first += SK_BLOCK) {
    size_t count = m - first < SK_BLOCK ? m - first : SK_BLOCK;
    REAL *to = y ? y + first : block;
    for (size_t i = 0; i < count; i++) block[i] = x[first + i] - largest;
    T(exp_array)(to, block, count);
    sum += T(block_sum)(to, count);
  }
  if (y) {
    REAL factor = (REAL)(1 / sum);
    for (size_t i = 0; i < m; i++) y[i] *= factor;
  }
  if (logsumexp) *logsumexp = (REAL)(largest + log(sum));
}

static void T(softmax)(REAL *y, REAL *logsumexp, const REAL *x, size_t m, size_t n, size_t ldy, size_t ldx) {
  if (m > 0 && m <= 16) return T(softmax_narrow)(y, logsumexp, x, m, n, ldy, ldx);
  if (m > 0 && m <= SK_BLOCK) return T(softmax_short)(y, logsumexp, x, m, n, ldy, ldx);
  for (size_t j = 0; j < n; j++) {
    if (m == 0) {
      if (logsumexp) logsumexp[j] = -(REAL)INFINITY;
    } else {
      T(softmax_long)(y ? y + j * ldy : NULL, logsumexp ? logsumexp + j : NULL, x + j * ldx, m);
    }
  }
}
