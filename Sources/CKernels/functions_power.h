// Part of functions.h: x^p = 2^k exp(r) with p log(x) in about 100 bits, since an error in the last digit of p log(x) would be one
// in the last ten digits of the power. log(x) = k log(2) + 2s (1 + s^2/3 + s^4/5 + ...), s = (m - 1)/(m + 1), of which the first
// two terms are found to twice the precision.

#define LN2_HIGH 0x1.62e42fefa38p-1
#define LN2_LOW 0x1.ef35793c7673p-45
#define THIRD_HIGH 0x1.5555555555555p-2
#define THIRD_LOW 0x1.5555555555555p-56

/// What x^p is for the x that have no logarithm depends on whether p is an integer, and an odd one.
typedef struct {
  double exponent;
  double negative_sign;  // the factor for negative x: 1, -1 or NaN
  double zero_sign;      // the same for -0, where it cannot be NaN
  double at_zero, at_infinity;
} sk_exponent;

SK_INLINE sk_exponent sk_exponent_of(double p) {
  int integer = p == trunc(p);
  int odd = integer && fabs(p) < 0x1p53 && fmod(p, 2) != 0;
  sk_exponent e = {p, integer ? (odd ? -1 : 1) : NAN, odd ? -1 : 1, p > 0 ? 0 : INFINITY, p > 0 ? INFINITY : 0};
  return e;
}

SK_INLINE double special_power(double x, double a, double y, sk_exponent p) {
  y = x < 0 ? y * p.negative_sign : y;
  // pow(-infinity, p) is that of infinity for all p that are no odd integers.
  double sign = bits_f64(x) >> 63 ? p.zero_sign : 1;
  y = a == 0 ? sign * p.at_zero : y;
  y = a == INFINITY ? sign * p.at_infinity : y;
  return x == x ? y : x;
}

/// For finite p other than 0.
SK_INLINE double scalar_pow_f64(double x, sk_exponent p) {
  double a = magnitude_f64(x);
  double normal = a < 0x1p-1022 ? a * 0x1p54 : a;
  split_f64 c = split_of_f64(normal);
  double k = c.k - (a < 0x1p-1022 ? 54 : 0);
  // s + s_low = f/d
  double f = c.m - 1, d = c.m + 1, d_low = (1 - d) + c.m;
  d_low = c.m > 1 ? (c.m - d) + 1 : d_low;
  double reciprocal = 1 / d;
  double s = f * reciprocal, sd = s * d;
  double s_low = ((f - sd) - product_tail_f64(s, d, sd) - s * d_low) * reciprocal;
  // z + z_low = s^2; w + w_low = z/3 + z^2/5 + ...
  double z = s * s, z_low = product_tail_f64(s, s, z) + 2 * s * s_low;
  double w = z * THIRD_HIGH;
  double w_low = product_tail_f64(z, THIRD_HIGH, w) +
                 (z * THIRD_LOW + z_low * THIRD_HIGH + (0.5 * z) * z * sk_polynomial_pow_f64(z));
  // g + g_low = 2s (1 + w)
  double t = 2 * s, tw = t * w;
  double g = t + tw;
  double g_low = ((t - g) + tw) + (product_tail_f64(t, w, tw) + (t * w_low + 2 * s_low * (1 + w)));
  // l + l_low = k log(2) + g
  double whole = k * LN2_HIGH, l = whole + g;
  double l_low = sum_tail_f64(whole, g, l) + (g_low + k * LN2_LOW);
  double l1 = l + l_low;
  l_low = (l - l1) + l_low;
  // y + y_low = p (l + l_low)
  double y = p.exponent * l1;
  double y_low = product_tail_f64(p.exponent, l1, y) + p.exponent * l_low;
  y_low = y > 710 || y < -746 ? 0 : y_low;
  y = y > 710 ? 710 : y;
  y = y < -746 ? -746 : y;
  reduced_exp_f64 e = reduce_exp_f64(y, y_low);
  scale_f64 scale = scale_of_f64(e.k);
  return special_power(x, a, (1 + (e.first + e.rest)) * scale.first * scale.second, p);
}

/// In double, where one logarithm and one exponential are enough.
SK_INLINE float scalar_pow_f32(float x, sk_exponent p) {
  double a = magnitude_f64(x);
  split_f64 c = split_of_f64(a);
  double s = (c.m - 1) / (c.m + 1), z = s * s;
  double y = p.exponent * (c.k * 0x1.62e42fefa39efp-1 + s * (2 + z * sk_polynomial_log_single(z)));
  y = y > 200 ? 200 : y;
  y = y < -200 ? -200 : y;
  return (float)special_power(x, a, exp_for_single(y), p);
}

#undef LN2_HIGH
#undef LN2_LOW
#undef THIRD_HIGH
#undef THIRD_LOW
