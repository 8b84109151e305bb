// Part of functions.h: bits of numbers, errors of sums and products, and the functions that are plain arithmetic.

SK_INLINE UNSIGNED NAME(bits)(REAL x) {
  UNSIGNED bits;
  memcpy(&bits, &x, sizeof x);
  return bits;
}

SK_INLINE REAL NAME(number)(UNSIGNED bits) {
  REAL x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

#define SIGN_BIT ((UNSIGNED)1 << (sizeof(REAL) * 8 - 1))

SK_INLINE REAL NAME(magnitude)(REAL x) { return NAME(number)(NAME(bits)(x) & ~SIGN_BIT); }

SK_INLINE REAL NAME(with_sign_of)(REAL magnitude, REAL x) {
  return NAME(number)(NAME(bits)(magnitude) | (NAME(bits)(x) & SIGN_BIT));
}

#undef SIGN_BIT

/// x with the lower half of its digits cut off: the square of the result is exact.
SK_INLINE REAL NAME(upper_half)(REAL x) {
  return NAME(number)(NAME(bits)(x) & ~(((UNSIGNED)1 << ((FRACTION_BITS + 2) / 2)) - 1));
}

/// a b - product, where product is a b rounded.
SK_INLINE REAL NAME(product_tail)(REAL a, REAL b, REAL product) {
#if SK_FMA
  return IS_DOUBLE ? (REAL)__builtin_fma(a, b, -product) : (REAL)__builtin_fmaf((float)a, (float)b, -(float)product);
#else
  REAL a1 = NAME(upper_half)(a), b1 = NAME(upper_half)(b);
  REAL a2 = a - a1, b2 = b - b1;
  return ((a1 * b1 - product) + (a1 * b2 + a2 * b1)) + a2 * b2;
#endif
}

/// a + b - sum, where sum is a + b rounded. Source: Knuth, TAOCP 2, 4.2.2, theorem B.
SK_INLINE REAL NAME(sum_tail)(REAL a, REAL b, REAL sum) {
  REAL b1 = sum - a;
  REAL a1 = sum - b1;
  return (a - a1) + (b - b1);
}

/// 2^(exponent - bias) for exponents of normal numbers.
SK_INLINE REAL NAME(power_of_two)(UNSIGNED exponent) { return NAME(number)(exponent << FRACTION_BITS); }

SK_INLINE REAL NAME(scalar_sqrt)(REAL x) { return __builtin_elementwise_sqrt(x); }
SK_INLINE REAL NAME(scalar_abs)(REAL x) { return NAME(magnitude)(x); }
SK_INLINE REAL NAME(scalar_neg)(REAL x) { return -x; }
SK_INLINE REAL NAME(scalar_square)(REAL x) { return x * x; }
SK_INLINE REAL NAME(scalar_reciprocal)(REAL x) { return 1 / x; }
/// -1, 1, or zero and NaN as they are.
SK_INLINE REAL NAME(scalar_sign)(REAL x) { return x > 0 ? (REAL)1 : x < 0 ? (REAL)-1 : x; }
SK_INLINE REAL NAME(scalar_step)(REAL x) { return x > 0 ? (REAL)1 : (REAL)0; }
/// The sum turns -0 into 0.
SK_INLINE REAL NAME(scalar_relu)(REAL x) { return (x < 0 ? (REAL)0 : x) + (REAL)0; }
