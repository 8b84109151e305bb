// Part of functions.h: asin, acos, atan.

#define HALF_PI_HIGH OF(0x1.921fb54442d18p+0, 0x1.921fb6p+0f)
#define HALF_PI_LOW OF(0x1.1a62633145c07p-54, -0x1.777a5cp-25f)

/// a + a^3 P(a^2) with a = |x| or, above 1, 1/|x|, which is then taken from pi/2.
SK_INLINE REAL NAME(scalar_atan)(REAL x) {
  REAL a = NAME(magnitude)(x);
  REAL t = a > 1 ? 1 / a : a;
  REAL z = t * t;
  REAL rest = (t * z) * POLYNOMIAL(atan)(z);
  REAL y = a > 1 ? HALF_PI_HIGH - (t + (rest - HALF_PI_LOW)) : t + rest;
  return NAME(with_sign_of)(y, x);
}

/// asin(t) = t + rest for t = |x| up to 1/2, else for t = sqrt((1 - |x|)/2), and asin(|x|) = pi/2 - 2 asin(t).
typedef struct {
  REAL t, rest;
} NAME(reduced_asin);

SK_INLINE NAME(reduced_asin) NAME(reduce_asin)(REAL a) {
  REAL z = a > (REAL)0.5 ? (REAL)0.5 * (1 - a) : a * a;
  NAME(reduced_asin) r;
  r.t = a > (REAL)0.5 ? NAME(scalar_sqrt)(z) : a;
  r.rest = (r.t * z) * POLYNOMIAL(asin)(z);
  return r;
}

SK_INLINE REAL NAME(scalar_asin)(REAL x) {
  REAL a = NAME(magnitude)(x);
  NAME(reduced_asin) r = NAME(reduce_asin)(a);
  REAL first = HALF_PI_HIGH - 2 * r.t;
  REAL first_low = (HALF_PI_HIGH - first) - 2 * r.t;
  REAL far = first - ((2 * r.rest - HALF_PI_LOW) - first_low);
  return NAME(with_sign_of)(a > (REAL)0.5 ? far : r.t + r.rest, x);
}

SK_INLINE REAL NAME(scalar_acos)(REAL x) {
  REAL a = NAME(magnitude)(x);
  NAME(reduced_asin) r = NAME(reduce_asin)(a);
  REAL twice = 2 * (r.t + r.rest);
  REAL far = x > 0 ? twice : 2 * HALF_PI_HIGH - (twice - 2 * HALF_PI_LOW);
  REAL t = x > 0 ? r.t : -r.t, rest = x > 0 ? r.rest : -r.rest;
  return a > (REAL)0.5 ? far : HALF_PI_HIGH - (t - (HALF_PI_LOW - rest));
}

#undef HALF_PI_HIGH
#undef HALF_PI_LOW
