// Elementary functions without branches, one number at a time, to be inlined into loops that the compiler vectorises.
// The parts below are written for a type REAL and included for double (names end in _f64) and for float (_f32). An
// error of 0.5 ulp is that of the last rounding; every function stays within 2 ulp of the exact value on the whole range.
//
// Nothing relies on fused multiply-add: products that must be exact have factors with enough trailing zeros. The
// including file defines SK_FMA to 1 where the target has the instruction, which makes `product_tail` cheaper.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

/// Always inlined: a loop with a call in it is not vectorised.
#define SK_INLINE static inline __attribute__((always_inline))

#include "polynomials.h"

#define SK_JOIN(a, b) a##b
#define SK_EXPAND(a, b) SK_JOIN(a, b)
#define NAME(name) SK_EXPAND(name, SUFFIX)
#define POLYNOMIAL(name) SK_EXPAND(sk_polynomial_##name, SUFFIX)
/// A constant of the type at hand: double, float.
#define OF(f64, f32) ((REAL)(IS_DOUBLE ? (f64) : (f32)))

#define REAL double
#define UNSIGNED uint64_t
#define SUFFIX _f64
#define IS_DOUBLE 1
#define FRACTION_BITS 52
#define BIAS UINT64_C(1023)
#include "functions_arithmetic.h"
#include "functions_exponential.h"
#include "functions_logarithm.h"
#include "functions_inverse.h"
#undef REAL
#undef UNSIGNED
#undef SUFFIX
#undef IS_DOUBLE
#undef FRACTION_BITS
#undef BIAS

#define REAL float
#define UNSIGNED uint32_t
#define SUFFIX _f32
#define IS_DOUBLE 0
#define FRACTION_BITS 23
#define BIAS UINT32_C(127)
#include "functions_arithmetic.h"
#include "functions_exponential.h"
#include "functions_logarithm.h"
#include "functions_inverse.h"
#undef REAL
#undef UNSIGNED
#undef SUFFIX
#undef IS_DOUBLE
#undef FRACTION_BITS
#undef BIAS

#include "functions_error.h"
#include "functions_power.h"
#include "functions_trigonometric.h"

#undef NAME
#undef POLYNOMIAL
#undef OF
