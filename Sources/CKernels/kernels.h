// What the plain, AVX2 and AVX-512 compilations of the kernels have in common: each of kernels_*.c sets its instructions and
// vector widths and includes this file. KERNEL(name) carries the name of the set.
#include "kernel_table.h"

#include "functions.h"

#define INTERLEAVE 1

#define REAL double
#define T(name) name##_f64
#define WIDTH (VECTOR_BYTES / 8)
#define LIBRARY(name) name
#define TRIGONOMETRIC_BOUND SK_TRIGONOMETRIC_BOUND_F64
#include "kernels_elementwise.h"
#undef REAL
#undef T
#undef WIDTH
#undef LIBRARY
#undef TRIGONOMETRIC_BOUND

#define REAL float
#define T(name) name##_f32
#define WIDTH (VECTOR_BYTES / 4)
#define LIBRARY(name) name##f
#define TRIGONOMETRIC_BOUND SK_TRIGONOMETRIC_BOUND_F32
#include "kernels_elementwise.h"
#undef REAL
#undef T
#undef WIDTH
#undef LIBRARY
#undef TRIGONOMETRIC_BOUND

#define F64(name) [sk_function_##name] = name##_array_f64,
#define F32(name) [sk_function_##name] = name##_array_f32,
const sk_kernels KERNEL(sk_kernels) = {
    {SK_FUNCTIONS(F64)},
    {SK_FUNCTIONS(F32)},
    pow_array_f64,
    pow_array_f32,
};
