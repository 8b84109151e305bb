// What the plain, AVX2 and AVX-512 compilations of the kernels have in common: each of kernels_*.c sets its instructions and the
// width of its vectors and includes this file. KERNEL(name) carries the name of the set.
#include "kernel_table.h"
#include "long_sum.h"
#include "schedule.h"

#include "functions.h"

#define REAL double
#define T(name) name##_f64
#define WIDTH (VECTOR_BYTES / 8)
#define LIBRARY(name) name
#define TRIGONOMETRIC_BOUND SK_TRIGONOMETRIC_BOUND_F64
#include "kernels_elementwise.h"
#include "kernels_reductions.h"
#include "kernels_fusion.h"
#include "kernels_softmax.h"
#include "kernels_products.h"
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
#include "kernels_reductions.h"
#include "kernels_fusion.h"
#include "kernels_softmax.h"
#include "kernels_products.h"
#undef REAL
#undef T
#undef WIDTH
#undef LIBRARY
#undef TRIGONOMETRIC_BOUND

const sk_kernels KERNEL(sk_kernels) = {
    apply_functions_f64, apply_functions_f32, pow_array_f64,           pow_array_f32,           run_tiles_f64,
    run_tiles_f32,       softmax_f64,         softmax_f32,             multiply_f64,            multiply_f32,
    multiply_transposed_f64, multiply_transposed_f32, multiply_both_f64, multiply_both_f32,
};
