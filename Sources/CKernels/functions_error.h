// Part of functions.h: erf, erfc, gelu. With t = (a - 4)/(a + 4), (1 + 2a) exp(a^2) erfc(a) is a smooth function of t for all
// a >= 0. Source: M. M. Shepherd, J. G. Laframboise, Chebyshev approximation of (1 + 2x) exp(x^2) erfc x, Math. Comp. 36 (1981).
// erfc and gelu in double need all of erfc's digits where it is small: t, the quotients and exp(-a^2) carry their errors along.

#define TWO_OVER_ROOT_PI 0x1.20dd750429b6dp+0
#define ROOT_HALF_HIGH 0x1.6a09e667f3bcdp-1
#define ROOT_HALF_LOW -0x1.bdd3413b26456p-55

/// (first + rest) scale.first scale.second.
typedef struct {
  double first, rest;
  scale_f64 scale;
} scaled_erfc;

/// erfc(b + b_low) for 0.45 <= b <= 28, where (b + b_low)^2 = square + square_low.
SK_INLINE scaled_erfc erfc_parts(double b, double b_low, double square, double square_low) {
  reduced_exp_f64 e = reduce_exp_f64(-square, -square_low);
  double p = e.first + e.rest;
  double m = 1 + p;
  double m_low = (1 - m) + p;
  double n = b - 4, n_low = sum_tail_f64(b, -4, n);
  double d = b + 4, d_low = sum_tail_f64(b, 4, d);
  double w = 2 * b + 1, w_low = sum_tail_f64(2 * b, 1, w) + 2 * b_low;
  // One division for both quotients; their errors are found from the remainders.
  double reciprocal = 1 / (d * w);
  double t = n * (reciprocal * w), td = t * d;
  double missing = (((n - td) - product_tail_f64(t, d, td)) + (n_low - t * d_low)) * (d * 0.125) + b_low;
  double tail = sk_polynomial_erfcx_f64(t);
  double r = 1 + tail;
  double w_reciprocal = reciprocal * d;
  // d/db (1 + 2b) erfcx(b) = R (2/(1 + 2b) + 2b) - (1 + 2b) 2/sqrt(pi).
  double slope = r * (2 * w_reciprocal + 2 * b) - w * TWO_OVER_ROOT_PI;
  double r_low = ((1 - r) + tail) + slope * missing;
  double q = r * w_reciprocal, qw = q * w;
  double q_low = (((r - qw) - product_tail_f64(q, w, qw)) + (r_low - q * w_low)) * w_reciprocal;
  scaled_erfc y;
  y.first = q * m;
  y.rest = product_tail_f64(q, m, y.first) + (q * m_low + q_low * m);
  y.scale = scale_of_f64(e.k);
  return y;
}

SK_INLINE double scalar_erfc_f64(double x) {
  double a = magnitude_f64(x);
  double z = a * a;
  double part = x * sk_polynomial_erf_f64(z);
  double one_minus = 1 - x;
  double near_zero = one_minus + (((1 - one_minus) - x) - part);
  double b = a > 28 ? 28 : a;
  b = b < 0.45 ? 0.45 : b;
  double upper = upper_half_f64(b);
  scaled_erfc e = erfc_parts(b, 0, upper * upper, (b - upper) * (b + upper));
  double far = (e.first + e.rest) * e.scale.first * e.scale.second;
  far = x < 0 ? 2 - far : far;
  return a < 0.5 ? near_zero : far;
}

/// x + x P(x^2) up to 1, else 1 - erfc(|x|), where erfc is at most 0.16 and its last digits do not matter.
SK_INLINE double scalar_erf_f64(double x) {
  double a = magnitude_f64(x);
  double z = a * a;
  double near_zero = a + a * sk_polynomial_erf_f64(z);
  double b = a > 6 ? 6 : a;
  double w = 2 * b + 1;
  double reciprocal = 1 / ((b + 4) * w);
  double t = (b - 4) * (reciprocal * w);
  double far = 1 - scalar_exp_f64(-(b * b)) * ((1 + sk_polynomial_erfcx_f64(t)) * (reciprocal * (b + 4)));
  return with_sign_of_f64(a < 1 ? near_zero : far, x);
}

/// x Phi(x) = x/2 erfc(-x/sqrt(2)).
SK_INLINE double scalar_gelu_f64(double x) {
  double c = x < -39 ? -39 : x;
  double a = magnitude_f64(c);
  double h = c * ROOT_HALF_HIGH;
  double part = h * sk_polynomial_erf_f64(h * h);
  double one_plus = 1 + h;
  double near_zero = one_plus + (((1 - one_plus) + h) + part);
  double a1 = a > 39 ? 39 : a;
  a1 = a1 < 0.65 ? 0.65 : a1;
  double b = a1 * ROOT_HALF_HIGH;
  double b_low = product_tail_f64(a1, ROOT_HALF_HIGH, b) + a1 * ROOT_HALF_LOW;
  double upper = upper_half_f64(a1);
  scaled_erfc e = erfc_parts(b, b_low, 0.5 * (upper * upper), 0.5 * ((a1 - upper) * (a1 + upper)));
  double positive = 2 - (e.first + e.rest) * e.scale.first * e.scale.second;
  int tail = a >= 0.7 && c < 0;
  double w = tail ? e.first : a < 0.7 ? near_zero : positive;
  double first = tail ? e.scale.first : 1, second = tail ? e.scale.second : 1;
  double half = 0.5 * c;
  return (half * w + (tail ? half : 0) * e.rest) * first * second;
}

/// The same as in double, with a polynomial for |x| up to 4, where erf becomes 1.
SK_INLINE float scalar_erf_f32(float x) {
  float a = magnitude_f32(x);
  float near_zero = a + a * sk_polynomial_erf_f32(a * a);
  float b = a > 4 ? 4 : a;
  float w = 2 * b + 1;
  float reciprocal = 1 / ((b + 3) * w);
  float t = (b - 3) * (reciprocal * w);
  float far = 1 - scalar_exp_f32(-(b * b)) * ((1 + sk_polynomial_erfcx_f32(t)) * (reciprocal * (b + 3)));
  return with_sign_of_f32(a < 1 ? near_zero : far, x);
}

/// exp for results in float, evaluated in double.
SK_INLINE double exp_for_single(double x) {
  double shifted = x * 0x1.71547652b82fep+0 + 0x1.8p52;
  double k = shifted - 0x1.8p52;
  double r = x - k * 0x1.62e42fefa39efp-1;
  double y = 1 + (r + (r * r) * sk_polynomial_exp_single(r));
  return y * power_of_two_f64(bits_f64(shifted) - (bits_f64(0x1.8p52) - 1023));
}

/// erfc(|b|) for results in float, evaluated in double, where no digits need to be saved.
SK_INLINE double erfc_for_single(double b) {
  b = magnitude_f64(b);
  b = b > 11 ? 11 : b;
  double w = 2 * b + 1;
  double reciprocal = 1 / ((b + 3) * w);
  double t = (b - 3) * (reciprocal * w);
  return exp_for_single(-(b * b)) * ((1 + sk_polynomial_erfcx_single(t)) * (reciprocal * (b + 3)));
}

SK_INLINE float scalar_erfc_f32(float x) {
  double y = erfc_for_single(x);
  return (float)(x < 0 ? 2 - y : y);
}

SK_INLINE float scalar_gelu_f32(float x) {
  double c = x < -15 ? -15 : (double)x;
  double y = erfc_for_single(c * ROOT_HALF_HIGH);
  return (float)((0.5 * c) * (c < 0 ? y : 2 - y));
}

#undef TWO_OVER_ROOT_PI
#undef ROOT_HALF_HIGH
#undef ROOT_HALF_LOW
