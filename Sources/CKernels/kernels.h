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
#include "kernels_gemm.h"
#include "kernels_optimizers.h"
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
#include "kernels_gemm.h"
#include "kernels_optimizers.h"
#undef REAL
#undef T
#undef WIDTH
#undef LIBRARY
#undef TRIGONOMETRIC_BOUND

#define KERNELS_OF(suffix)                                                                                   \
  .apply_##suffix = apply_functions_##suffix, .pow_##suffix = pow_array_##suffix,                             \
  .run_tiles_##suffix = run_tiles_##suffix, .softmax_##suffix = softmax_##suffix,                             \
  .multiply_##suffix = multiply_##suffix, .multiply_transposed_##suffix = multiply_transposed_##suffix,       \
  .multiply_both_##suffix = multiply_both_##suffix, .gemm_##suffix = gemm_##suffix, .descend_##suffix = descend_##suffix,                     \
  .momentum_##suffix = momentum_##suffix, .nesterov_##suffix = nesterov_##suffix,                             \
  .rmsprop_##suffix = rmsprop_##suffix, .adam_##suffix = adam_##suffix

const sk_kernels KERNEL(sk_kernels) = {KERNELS_OF(f64), KERNELS_OF(f32)};
