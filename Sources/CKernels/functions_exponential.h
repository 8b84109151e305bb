// Part of functions.h: exp and what is made of it. exp(x) = 2^k exp(r), x = k log(2) + r, |r| <= log(2)/2; k log(2) is
// subtracted in two parts, the first of them exact. Source of the reduction: W. Cody, W. Waite, Software Manual for the
// Elementary Functions (1980), chapter 6.

#define LOG2_E OF(0x1.71547652b82fep+0, 0x1.715476p+0f)
#define LN2_HIGH OF(0x1.62e42fefa38p-1, 0x1.62e4p-1f)
#define LN2_LOW OF(0x1.ef35793c7673p-45, 0x1.7f7d1cp-20f)
/// Added to a number, it leaves the nearest integer in the last bits.
#define TO_INTEGER OF(0x1.8p52, 0x1.8p23f)
/// exp is infinite above, and zero below.
#define EXP_HIGH OF(710, 89)
#define EXP_LOW OF(-746, -104)

/// exp(r) - 1 = first + rest to half an ulp of `first` at least, and k.
typedef struct {
  REAL first, rest;
  UNSIGNED k;  // k + 2 BIAS: positive
} NAME(reduced_exp);

/// For x + x_low, EXP_LOW <= x <= EXP_HIGH or somewhat beyond, |x_low| <= 2^-12.
SK_INLINE NAME(reduced_exp) NAME(reduce_exp)(REAL x, REAL x_low) {
  REAL shifted = x * LOG2_E + TO_INTEGER;
  REAL k = shifted - TO_INTEGER;
  REAL high = x - k * LN2_HIGH;
  REAL low = k * LN2_LOW;
  REAL r1 = high - low;
  REAL r1_low = (high - r1) - low;
  REAL r = r1 + x_low;
  REAL r_low = ((r1 - r) + x_low) + r1_low;
  NAME(reduced_exp) e;
  e.first = r;
  e.rest = r_low + (r * r) * POLYNOMIAL(exp)(r);
  e.k = NAME(bits)(shifted) - (NAME(bits)(TO_INTEGER) - 2 * BIAS);
  return e;
}

/// 2^k as a product of two factors, so that results may be subnormal and are rounded once.
typedef struct {
  REAL first, second;
} NAME(scale);

SK_INLINE NAME(scale) NAME(scale_of)(UNSIGNED k) {
  UNSIGNED first = k >> 1;
  NAME(scale) s = {NAME(power_of_two)(first), NAME(power_of_two)(k - first)};
  return s;
}

SK_INLINE REAL NAME(scalar_exp)(REAL x) {
  x = x > EXP_HIGH ? EXP_HIGH : x;
  x = x < EXP_LOW ? EXP_LOW : x;
  REAL shifted = x * LOG2_E + TO_INTEGER;
  REAL k = shifted - TO_INTEGER;
  REAL r = (x - k * LN2_HIGH) - k * LN2_LOW;
  REAL y = 1 + (r + (r * r) * POLYNOMIAL(exp)(r));
  NAME(scale) s = NAME(scale_of)(NAME(bits)(shifted) - (NAME(bits)(TO_INTEGER) - 2 * BIAS));
  return y * s.first * s.second;
}

/// 2^k (exp(r) - 1) + (2^k - 1): the large terms are added exactly. With 2^(k-1), so that 2^1024 is not met.
SK_INLINE REAL NAME(scalar_expm1)(REAL x) {
  REAL a = x > EXP_HIGH ? EXP_HIGH : x;
  a = a < -OF(40, 20) ? -OF(40, 20) : a;
  NAME(reduced_exp) e = NAME(reduce_exp)(a, 0);
  REAL half_scale = NAME(power_of_two)(e.k - BIAS - 1);
  REAL p = half_scale * e.first, c = half_scale - (REAL)0.5;
  REAL sum = p + c;
  REAL y = 2 * (sum + (NAME(sum_tail)(p, c, sum) + half_scale * e.rest));
  return NAME(magnitude)(x) < OF(0x1p-54, 0x1p-25f) ? x : y;
}

/// x + x^3 P(x^2) for |x| <= 0.55, else 1 - 2/(exp(2|x|) + 1).
SK_INLINE REAL NAME(scalar_tanh)(REAL x) {
  REAL a = NAME(magnitude)(x), z = a * a;
  REAL near_zero = a + (a * z) * POLYNOMIAL(tanh)(z);
  REAL twice = 2 * a;
  twice = twice > OF(44, 22) ? OF(44, 22) : twice;
  REAL shifted = twice * LOG2_E + TO_INTEGER;
  REAL k = shifted - TO_INTEGER;
  REAL r = (twice - k * LN2_HIGH) - k * LN2_LOW;
  REAL e = (1 + (r + (r * r) * POLYNOMIAL(exp)(r))) *
           NAME(power_of_two)(NAME(bits)(shifted) - (NAME(bits)(TO_INTEGER) - BIAS));
  REAL far = 1 - 2 / (e + 1);
  return NAME(with_sign_of)(a < (REAL)0.55 ? near_zero : far, x);
}

/// exp(a)/2 for 0 <= a, infinite where cosh is.
SK_INLINE REAL NAME(half_exp)(REAL a) {
  a = a > OF(711, 90) ? OF(711, 90) : a;
  NAME(reduced_exp) e = NAME(reduce_exp)(a, 0);
  NAME(scale) s = NAME(scale_of)(e.k - 1);
  return (1 + (e.first + e.rest)) * s.first * s.second;
}

SK_INLINE REAL NAME(scalar_cosh)(REAL x) {
  REAL h = NAME(half_exp)(NAME(magnitude)(x));
  return h + (REAL)0.25 / h;
}

SK_INLINE REAL NAME(scalar_sinh)(REAL x) {
  REAL a = NAME(magnitude)(x), z = a * a;
  REAL h = NAME(half_exp)(a);
  REAL near_zero = a + (a * z) * POLYNOMIAL(sinh)(z);
  return NAME(with_sign_of)(a < 1 ? near_zero : h - (REAL)0.25 / h, x);
}

/// 1/(1 + exp(-x)) = 2^k/(2^k + exp(-r)), x = k log(2) + r, with the denominator as a sum.
typedef struct {
  REAL denominator, rest;
  NAME(scale) scale;
} NAME(reduced_sigmoid);

/// Beyond 40 the function is 1 in both types.
#define SIGMOID_HIGH ((REAL)40)
/// x exp(x) is zero below.
#define SIGMOID_LOW OF(-764, -120)

SK_INLINE NAME(reduced_sigmoid) NAME(reduce_sigmoid)(REAL x) {
  x = x > SIGMOID_HIGH ? SIGMOID_HIGH : x;
  x = x < SIGMOID_LOW ? SIGMOID_LOW : x;
  REAL shifted = x * LOG2_E + TO_INTEGER;
  REAL k = shifted - TO_INTEGER;
  REAL r = (k * LN2_HIGH - x) + k * LN2_LOW;
  REAL p = r + (r * r) * POLYNOMIAL(exp)(r);
  NAME(reduced_sigmoid) s;
  s.scale = NAME(scale_of)(NAME(bits)(shifted) - (NAME(bits)(TO_INTEGER) - 2 * BIAS));
  // In the denominator a power below 2^-100 does not count.
  REAL bounded = shifted < TO_INTEGER - 100 ? TO_INTEGER - 100 : shifted;
  REAL power = NAME(power_of_two)(NAME(bits)(bounded) - (NAME(bits)(TO_INTEGER) - BIAS));
  REAL sum = power + 1;
  s.denominator = sum + p;
  s.rest = ((sum - s.denominator) + p) + ((1 - sum) + power);
  return s;
}

/// With q = 1/d, 1/(d + rest) = q - q^2 rest to first order.
SK_INLINE REAL NAME(scalar_sigmoid)(REAL x) {
  NAME(reduced_sigmoid) s = NAME(reduce_sigmoid)(x);
  REAL q = 1 / s.denominator;
  return (q - q * (q * s.rest)) * s.scale.first * s.scale.second;
}

/// x times the logistic function; -0 at -infinity.
SK_INLINE REAL NAME(scalar_silu)(REAL x) {
  NAME(reduced_sigmoid) s = NAME(reduce_sigmoid)(x);
  REAL n = x < SIGMOID_LOW ? SIGMOID_LOW : x;
  REAL reciprocal = 1 / s.denominator;
  REAL q = n * reciprocal, product = q * s.denominator;
  REAL remainder = ((n - product) - NAME(product_tail)(q, s.denominator, product)) - q * s.rest;
  REAL y = (q + reciprocal * remainder) * s.scale.first * s.scale.second;
  return x > SIGMOID_HIGH ? x : NAME(with_sign_of)(y, x);
}

#undef SIGMOID_HIGH
#undef SIGMOID_LOW

SK_INLINE REAL NAME(scalar_elu)(REAL x) { return x > 0 ? x : NAME(scalar_expm1)(x); }
