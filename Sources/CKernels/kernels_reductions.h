// Part of kernels.h: sums over blocks of REAL, in a fixed number of lanes whatever the vectors of the processor are. A last part
// that does not fill the lanes is read with the numbers before it, which are then left out.

#define LANES (128 / sizeof(REAL))
typedef REAL T(lanes) __attribute__((ext_vector_type(128 / sizeof(REAL)), aligned(sizeof(REAL)), may_alias));

#define LOAD(x) (*(const T(lanes) *)(x))

/// Lanes first..<end of v, and `other` in the rest.
static inline void T(keep_lanes)(T(lanes) * v, size_t first, size_t end, REAL other) {
  static const REAL numbers[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                   16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
  T(lanes) index = LOAD(numbers), from = (REAL)(int)first, to = (REAL)(int)end, others = other;
  *v = ((index >= from) & (index < to)) ? *v : others;
}

static inline double T(sum_of_lanes)(const T(lanes) * v) {
  typedef double eight __attribute__((ext_vector_type(8)));
  typedef REAL eight_lanes __attribute__((ext_vector_type(8), aligned(sizeof(REAL)), may_alias));
  eight sum = 0;
  for (size_t k = 0; k < LANES; k += 8) sum += __builtin_convertvector(*(const eight_lanes *)((const REAL *)v + k), eight);
  double s[4];
  for (size_t k = 0; k < 4; k++) s[k] = sum[k] + sum[k + 4];
  return (s[0] + s[2]) + (s[1] + s[3]);
}

static double T(block_sum)(const REAL *x, size_t n) {
  if (n < LANES) {
    double s[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < n; i++) s[i % 4] += x[i];
    return (s[0] + s[2]) + (s[1] + s[3]);
  }
  T(lanes) sum = LOAD(x);
  size_t i = LANES;
  for (; i + LANES <= n; i += LANES) sum += LOAD(x + i);
  if (i < n) {
    T(lanes) rest = LOAD(x + n - LANES);
    T(keep_lanes)(&rest, i - (n - LANES), LANES, 0);
    sum += rest;
  }
  return T(sum_of_lanes)(&sum);
}

static double T(block_dot)(const REAL *x, const REAL *y, size_t n) {
  if (n < LANES) {
    double s[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < n; i++) s[i % 4] += (double)x[i] * y[i];
    return (s[0] + s[2]) + (s[1] + s[3]);
  }
  T(lanes) sum = LOAD(x) * LOAD(y);
  size_t i = LANES;
  for (; i + LANES <= n; i += LANES) sum += LOAD(x + i) * LOAD(y + i);
  if (i < n) {
    T(lanes) rest = LOAD(x + n - LANES) * LOAD(y + n - LANES);
    T(keep_lanes)(&rest, i - (n - LANES), LANES, 0);
    sum += rest;
  }
  return T(sum_of_lanes)(&sum);
}

/// A maximum that NaN takes over.
static inline REAL T(larger)(REAL a, REAL b) { return a >= b || a != a ? a : b; }

static inline REAL T(largest_of_lanes)(const T(lanes) * v) {
  REAL part[LANES];
  memcpy(part, v, sizeof part);
  for (size_t half = LANES / 2; half > 0; half /= 2) {
    for (size_t k = 0; k < half; k++) part[k] = T(larger)(part[k], part[k + half]);
  }
  return part[0];
}

static REAL T(block_largest)(const REAL *x, size_t n) {
  if (n < LANES) {
    REAL largest = x[0];
    for (size_t i = 1; i < n; i++) largest = T(larger)(largest, x[i]);
    return largest;
  }
  T(lanes) m = LOAD(x), v = m;
  __typeof__(v != v) undefined = v != v;
  for (size_t i = LANES; i < n; i += LANES) {
    v = LOAD(x + (i + LANES <= n ? i : n - LANES));
    undefined |= v != v;
    m = v > m ? v : m;
  }
  m = undefined ? (T(lanes))(REAL)NAN : m;
  return T(largest_of_lanes)(&m);
}

#undef LANES
#undef LOAD
