// Part of functions.h: logarithms. x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), and with s = f/(2 + f)
// log(1 + f) = 2 atanh(s) = f - f^2/2 + s (f^2/2 + s^2 P(s^2)), where f is exact and the rest is small beside it.
// Source of the arrangement: P. T. P. Tang, Table-driven implementation of the logarithm function, ACM TOMS 16 (1990).

#define FRACTION_MASK (((UNSIGNED)1 << FRACTION_BITS) - 1)
#define ROOT_HALF NAME(bits)(OF(0x1.6a09e667f3bcdp-1, 0x1.6a09e6p-1f))
#define TWO_TO_FRACTION OF(0x1p52, 0x1p23f)

typedef struct {
  REAL m, k;
  UNSIGNED exponent;  // k + BIAS
} NAME(split);

/// x = 2^k m for positive normal x.
SK_INLINE NAME(split) NAME(split_of)(REAL x) {
  UNSIGNED moved = NAME(bits)(x) + (NAME(bits)(1) - ROOT_HALF);
  NAME(split) s;
  s.exponent = moved >> FRACTION_BITS;
  s.m = NAME(number)((moved & FRACTION_MASK) + ROOT_HALF);
  s.k = NAME(number)(s.exponent | NAME(bits)(TWO_TO_FRACTION)) - (TWO_TO_FRACTION + (REAL)BIAS);
  return s;
}

/// k log(2) + log(1 + f + f_low).
SK_INLINE REAL NAME(log_reduced)(REAL k, REAL f, REAL f_low) {
  REAL s = f / (2 + f), z = s * s;
  REAL half_square = (REAL)0.5 * f * f;
  REAL rest = s * (half_square + z * POLYNOMIAL(log)(z)) + (k * LN2_LOW + f_low * (1 - f + f * f));
  return k * LN2_HIGH - ((half_square - rest) - f);
}

SK_INLINE REAL NAME(scalar_log)(REAL x) {
  REAL least_normal = OF(0x1p-1022, 0x1p-126f);
  REAL a = x < least_normal ? x * OF(0x1p54, 0x1p25f) : x;
  NAME(split) s = NAME(split_of)(a);
  REAL k = s.k - (x < least_normal ? OF(54, 25) : (REAL)0);
  REAL y = NAME(log_reduced)(k, s.m - 1, 0);
  y = x == (REAL)INFINITY ? x : y;
  y = x == 0 ? -(REAL)INFINITY : y;
  return x >= 0 ? y : (REAL)NAN;
}

/// log(1 + x + x_low) for x > -1: what the rounding of 1 + x loses is put back.
SK_INLINE REAL NAME(log1p_reduced)(REAL x, REAL x_low) {
  REAL u = 1 + x;
  REAL lost = x > 1 ? 1 - (u - x) : x - (u - 1);
  NAME(split) s = NAME(split_of)(u);
  REAL twice_back = NAME(power_of_two)(2 * BIAS + 1 - s.exponent);  // 0 where k is one more than the largest
  REAL f = s.k == 0 ? x : s.m - 1;
  REAL f_low = s.k == 0 ? x_low : (REAL)0.5 * (lost + x_low) * twice_back;
  return NAME(log_reduced)(s.k, f, f_low);
}

SK_INLINE REAL NAME(scalar_log1p)(REAL x) {
  REAL y = NAME(log1p_reduced)(x, 0);
  y = x == (REAL)INFINITY ? x : y;
  y = x == -1 ? -(REAL)INFINITY : y;
  y = x >= -1 ? y : (REAL)NAN;
  return NAME(magnitude)(x) < OF(0x1p-54, 0x1p-25f) ? x : y;
}

/// max(x, 0) + log1p(exp(-|x|)).
SK_INLINE REAL NAME(scalar_softplus)(REAL x) {
  REAL a = -NAME(magnitude)(x);
  a = a < EXP_LOW ? EXP_LOW : a;
  NAME(reduced_exp) e = NAME(reduce_exp)(a, 0);
  REAL p = e.first + e.rest;
  REAL m = 1 + p;
  REAL m_low = (1 - m) + p;
  NAME(scale) scale = NAME(scale_of)(e.k);
  REAL y = NAME(log1p_reduced)(m * scale.first * scale.second, m_low * scale.first * scale.second);
  y = x > 0 ? x + y : y;
  return x == x ? y : x;
}

#undef FRACTION_MASK
#undef ROOT_HALF
#undef TWO_TO_FRACTION
#undef LOG2_E
#undef LN2_HIGH
#undef LN2_LOW
#undef TO_INTEGER
#undef EXP_HIGH
#undef EXP_LOW
