// Elementary functions of whole arrays, vectorised for the processor at hand, at most 2 ulp from the exact value in double
// and in float over the whole range, subnormal numbers, infinities, NaN and signed zeros included.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The functions of one argument; X(name).
#define SK_FUNCTIONS(X)                                                                                       \
  X(neg) X(abs) X(sign) X(step) X(relu) X(square) X(sqrt) X(reciprocal) X(exp) X(expm1) X(log) X(log1p) X(sin) \
  X(cos) X(tan) X(asin) X(acos) X(atan) X(sinh) X(cosh) X(tanh) X(sigmoid) X(softplus) X(silu) X(elu) X(erf)   \
  X(erfc) X(gelu)

#define X(name) sk_function_##name,
/// step is 1 for positive numbers and 0 for others; sign keeps zeros; gelu is x Phi(x), silu x sigmoid(x); elu is x or expm1(x).
typedef enum : uint8_t { SK_FUNCTIONS(X) sk_function_count } sk_function;
#undef X

/// y[i] = f(x[i]) for i < n. y may be x; other overlaps are not allowed.
void sk_apply_f64(sk_function function, double *y, const double *x, size_t n);
void sk_apply_f32(sk_function function, float *y, const float *x, size_t n);

#define X(name)                                               \
  void sk_##name##_f64(double *y, const double *x, size_t n); \
  void sk_##name##_f32(float *y, const float *x, size_t n);
SK_FUNCTIONS(X)
#undef X

/// y[i] = x[i]^exponent as C's pow has it. Exponents -1, -1/2, 0, 1/2, 1, 3/2, 2, 3 take their own short ways.
void sk_pow_f64(double *y, const double *x, size_t n, double exponent);
void sk_pow_f32(float *y, const float *x, size_t n, float exponent);

/// Sets of instructions that the functions are compiled for.
typedef enum : uint8_t {
  sk_instructions_plain,   ///< what every processor of the kind has
  sk_instructions_avx2,    ///< AVX2 and multiply-add
  sk_instructions_avx512,  ///< AVX-512 F, DQ and VL
} sk_instructions;

/// The best set that this processor has; ck_use_portable(true) makes it `plain`.
sk_instructions sk_best_instructions(void);

/// sk_apply and sk_pow with a set of instructions that the processor must have: for tests and measurements.
void sk_apply_with_f64(sk_instructions set, sk_function function, double *y, const double *x, size_t n);
void sk_apply_with_f32(sk_instructions set, sk_function function, float *y, const float *x, size_t n);
void sk_pow_with_f64(sk_instructions set, double *y, const double *x, size_t n, double exponent);
void sk_pow_with_f32(sk_instructions set, float *y, const float *x, size_t n, float exponent);
