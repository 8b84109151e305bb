// Part of functions.h: sin, cos, tan for |x| up to a bound; the array functions give larger arguments to the C library.
// x = k pi/2 + r, |r| <= pi/4; pi/2 is subtracted in three parts of which the first two times k are exact (Cody and Waite).
// No double below the bound comes closer to a multiple of pi/2 than about 2^-57, where 2^-114 remains of the third part.

#define SK_TRIGONOMETRIC_BOUND_F64 40000.0
#define SK_TRIGONOMETRIC_BOUND_F32 1000000.0f
#define TWO_OVER_PI 0x1.45f306dc9c883p-1
#define HALF_PI_1 0x1.921fb54440000p+0
#define HALF_PI_2 0x1.68c234c4c0000p-39
#define HALF_PI_3 0x1.98a2e03707345p-77
#define TO_INTEGER 0x1.8p52

/// The sine and the cosine of r as sums, and the last bits of k.
typedef struct {
  double sine, sine_low, cosine, cosine_low;
  uint64_t k;
} sine_and_cosine;

SK_INLINE sine_and_cosine reduced_sine_and_cosine(double x) {
  double shifted = x * TWO_OVER_PI + TO_INTEGER;
  double k = shifted - TO_INTEGER;
  double first = x - k * HALF_PI_1;
  double part = k * HALF_PI_2, second = first - part;
  double lost = sum_tail_f64(first, -part, second) - k * HALF_PI_3;
  double r = second + lost;
  double r_low = (second - r) + lost;
  double z = r * r;
  double v = (r * z) * sk_polynomial_sin_f64(z) + r_low * (1 - 0.5 * z);
  double half = 0.5 * z, c = 1 - half;
  double u = ((1 - c) - half) + (z * z * sk_polynomial_cos_f64(z) - r * r_low);
  sine_and_cosine y;
  y.sine = r + v;
  y.sine_low = (r - y.sine) + v;
  y.cosine = c + u;
  y.cosine_low = (c - y.cosine) + u;
  y.k = bits_f64(shifted);
  return y;
}

/// x or -x, by a bit that is given at its place in k.
SK_INLINE double negated_if(double x, uint64_t k, uint64_t bit) {
  return number_f64(bits_f64(x) ^ ((k & bit) << (bit == 1 ? 63 : 62)));
}

SK_INLINE double scalar_sin_f64(double x) {
  sine_and_cosine y = reduced_sine_and_cosine(x);
  double s = negated_if(y.k & 1 ? y.cosine : y.sine, y.k, 2);
  return magnitude_f64(x) < 0x1p-27 ? x : s;
}

SK_INLINE double scalar_cos_f64(double x) {
  sine_and_cosine y = reduced_sine_and_cosine(x);
  return negated_if(y.k & 1 ? y.sine : y.cosine, y.k + 1, 2);
}

SK_INLINE double scalar_tan_f64(double x) {
  sine_and_cosine y = reduced_sine_and_cosine(x);
  double n = y.k & 1 ? y.cosine : y.sine, n_low = y.k & 1 ? y.cosine_low : y.sine_low;
  double d = y.k & 1 ? y.sine : y.cosine, d_low = y.k & 1 ? y.sine_low : y.cosine_low;
  double q = n / d;
  double t = negated_if(q + (n_low - q * d_low) / d, y.k, 1);
  return magnitude_f64(x) < 0x1p-27 ? x : t;
}

/// The same for results in float; r in one double is enough.
SK_INLINE sine_and_cosine single_sine_and_cosine(double x) {
  double shifted = x * TWO_OVER_PI + TO_INTEGER;
  double k = shifted - TO_INTEGER;
  double r = (x - k * 0x1.921fb544p+0) - k * 0x1.0b4611a626331p-34;
  double z = r * r;
  sine_and_cosine y;
  y.sine = r * (1 + z * sk_polynomial_sin_single(z));
  y.cosine = 1 + z * (-0.5 + z * sk_polynomial_cos_single(z));
  y.sine_low = y.cosine_low = 0;
  y.k = bits_f64(shifted);
  return y;
}

SK_INLINE float scalar_sin_f32(float x) {
  sine_and_cosine y = single_sine_and_cosine(x);
  return (float)negated_if(y.k & 1 ? y.cosine : y.sine, y.k, 2);
}

SK_INLINE float scalar_cos_f32(float x) {
  sine_and_cosine y = single_sine_and_cosine(x);
  return (float)negated_if(y.k & 1 ? y.sine : y.cosine, y.k + 1, 2);
}

SK_INLINE float scalar_tan_f32(float x) {
  sine_and_cosine y = single_sine_and_cosine(x);
  double n = y.k & 1 ? y.cosine : y.sine, d = y.k & 1 ? y.sine : y.cosine;
  return (float)negated_if(n / d, y.k, 1);
}

#undef TWO_OVER_PI
#undef HALF_PI_1
#undef HALF_PI_2
#undef HALF_PI_3
#undef TO_INTEGER
