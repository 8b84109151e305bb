// Part of kernels.h: functions of arrays of REAL. The loops run over whole groups of vectors, and what remains is padded: short
// arrays then cost no more per vector than long ones.

#define GROUP (2 * WIDTH)

/// y = value for n < count, whole groups. y is x or apart from it, so that there is nothing to check.
#define VECTOR_LOOP                                                                                     \
  _Pragma("clang loop vectorize(assume_safety) vectorize_width(WIDTH) interleave_count(2)")

/// The function over n numbers of which only whole groups are computed by `groups`.
#define PADDED(groups, ...)                                  \
  size_t whole = n - n % GROUP;                              \
  if (whole) groups(y, x, whole, ##__VA_ARGS__);             \
  if (whole < n) {                                           \
    REAL rest[GROUP] = {0};                                  \
    memcpy(rest, x + whole, (n - whole) * sizeof(REAL));     \
    groups(rest, rest, GROUP, ##__VA_ARGS__);                \
    memcpy(y + whole, rest, (n - whole) * sizeof(REAL));     \
  }

#define ARRAY_FUNCTION(name)                                                                            \
  __attribute__((noinline)) static void T(name##_groups)(REAL * y, const REAL *x, size_t n) {           \
    n -= n % GROUP;                                                                                     \
    VECTOR_LOOP                                                                                         \
    for (size_t i = 0; i < n; i++) y[i] = T(scalar_##name)(x[i]);                                       \
  }                                                                                                     \
  static void T(name##_array)(REAL * y, const REAL *x, size_t n) { PADDED(T(name##_groups)) }

ARRAY_FUNCTION(neg)
ARRAY_FUNCTION(abs)
ARRAY_FUNCTION(sign)
ARRAY_FUNCTION(step)
ARRAY_FUNCTION(relu)
ARRAY_FUNCTION(square)
ARRAY_FUNCTION(sqrt)
ARRAY_FUNCTION(reciprocal)
ARRAY_FUNCTION(exp)
ARRAY_FUNCTION(expm1)
ARRAY_FUNCTION(log)
ARRAY_FUNCTION(log1p)
ARRAY_FUNCTION(asin)
ARRAY_FUNCTION(acos)
ARRAY_FUNCTION(atan)
ARRAY_FUNCTION(sinh)
ARRAY_FUNCTION(cosh)
ARRAY_FUNCTION(tanh)
ARRAY_FUNCTION(sigmoid)
ARRAY_FUNCTION(softplus)
ARRAY_FUNCTION(silu)
ARRAY_FUNCTION(elu)
ARRAY_FUNCTION(erf)
ARRAY_FUNCTION(erfc)
ARRAY_FUNCTION(gelu)

/// With the C library where an argument is large: by the argument alone, whatever else is in the array.
#define PERIODIC_FUNCTION(name)                                                                          \
  __attribute__((noinline)) static void T(name##_groups)(REAL * y, const REAL *x, size_t n) {            \
    for (size_t start = 0; start < n; start += BLOCK) {                                                  \
      size_t count = n - start < BLOCK ? n - start : BLOCK;                                              \
      count -= count % GROUP;                                                                            \
      REAL copy[BLOCK];                                                                                  \
      int large = 0;                                                                                     \
      for (size_t i = 0; i < count; i++) large |= T(magnitude)(x[start + i]) > TRIGONOMETRIC_BOUND;      \
      if (large) memcpy(copy, x + start, count * sizeof(REAL));                                          \
      VECTOR_LOOP                                                                                        \
      for (size_t i = 0; i < count; i++) y[start + i] = T(scalar_##name)(x[start + i]);                  \
      for (size_t i = 0; large && i < count; i++) {                                                      \
        if (T(magnitude)(copy[i]) > TRIGONOMETRIC_BOUND) y[start + i] = LIBRARY(name)(copy[i]);          \
      }                                                                                                  \
    }                                                                                                    \
  }                                                                                                      \
  static void T(name##_array)(REAL * y, const REAL *x, size_t n) { PADDED(T(name##_groups)) }

#define BLOCK 256
PERIODIC_FUNCTION(sin)
PERIODIC_FUNCTION(cos)
PERIODIC_FUNCTION(tan)
#undef BLOCK

__attribute__((noinline)) static void T(pow_groups)(REAL *y, const REAL *x, size_t n, sk_exponent exponent) {
  n -= n % GROUP;
  VECTOR_LOOP
  for (size_t i = 0; i < n; i++) y[i] = T(scalar_pow)(x[i], exponent);
}

/// y = value for any n, without padding: for plain arithmetic.
#define SIMPLE_LOOP(value)                                                        \
  {                                                                               \
    _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < n; i++) \
        y[i] = (value);                                                           \
    return;                                                                       \
  }

static void T(pow_array)(REAL *y, const REAL *x, size_t n, REAL exponent) {
  if (exponent == 0) SIMPLE_LOOP(1)
  if (exponent == 1) SIMPLE_LOOP(x[i])
  if (exponent == 2) SIMPLE_LOOP(x[i] * x[i])
  if (exponent == 3) SIMPLE_LOOP(x[i] * x[i] * x[i])
  if (exponent == -1) SIMPLE_LOOP(1 / x[i])
  // The powers with a root take -0 for 0 and, unlike the root, -infinity for infinity.
  if (exponent == (REAL)0.5) SIMPLE_LOOP(x[i] == -(REAL)INFINITY ? (REAL)INFINITY : T(scalar_sqrt)(x[i]) + 0)
  if (exponent == (REAL)-0.5) SIMPLE_LOOP(x[i] == -(REAL)INFINITY ? (REAL)0 : 1 / (T(scalar_sqrt)(x[i]) + 0))
  if (exponent == (REAL)1.5) SIMPLE_LOOP(x[i] == -(REAL)INFINITY ? (REAL)INFINITY : x[i] * T(scalar_sqrt)(x[i]))
  if (!(T(magnitude)(exponent) < (REAL)INFINITY)) {
    for (size_t i = 0; i < n; i++) y[i] = LIBRARY(pow)(x[i], exponent);
    return;
  }
  sk_exponent p = sk_exponent_of((double)exponent);
  PADDED(T(pow_groups), p)
}

#define ENTRY(name) [sk_function_##name] = T(name##_array),
static void (*const T(apply_functions)[sk_function_count])(REAL *, const REAL *, size_t) = {SK_FUNCTIONS(ENTRY)};
#undef ENTRY

#undef GROUP
#undef VECTOR_LOOP
#undef PADDED
#undef SIMPLE_LOOP
#undef ARRAY_FUNCTION
#undef PERIODIC_FUNCTION
