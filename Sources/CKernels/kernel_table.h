// The kernels compiled for one set of instructions.
#pragma once
#include "include/fusion.h"
#include "include/optimizers.h"

/// What there is in either precision.
#define SK_KERNELS_OF(T, suffix)                                                                                \
  void (*const *apply_##suffix)(T *, const T *, size_t); /* by sk_function */                                   \
  void (*pow_##suffix)(T *, const T *, size_t, T);                                                              \
  void (*run_tiles_##suffix)(const sk_program *, const sk_input *, const sk_output *, double *, size_t, size_t);\
  void (*softmax_##suffix)(T *, T *, const T *, size_t, size_t, size_t, size_t);                                \
  void (*multiply_##suffix)(T *, const T *, size_t, const T *, size_t, size_t);                                 \
  void (*multiply_transposed_##suffix)(T *, const T *, size_t, const T *, size_t, size_t);                      \
  void (*multiply_both_##suffix)(T *, T *, const T *, size_t, const T *, const T *, size_t, size_t);            \
  void (*gemm_##suffix)(size_t, size_t, size_t, T, const T *, size_t, const T *, size_t, size_t, T *, size_t);  \
  void (*descend_##suffix)(T *, const T *, size_t, double, const sk_adjustment *);                              \
  void (*momentum_##suffix)(T *, const T *, T *, size_t, double, double, const sk_adjustment *);                \
  void (*nesterov_##suffix)(T *, const T *, T *, size_t, double, double, const sk_adjustment *);                \
  void (*rmsprop_##suffix)(T *, const T *, T *, size_t, double, double, double, const sk_adjustment *);         \
  void (*adam_##suffix)(T *, const T *, T *, T *, size_t, const sk_adam *, const sk_adjustment *);

typedef struct {
  SK_KERNELS_OF(double, f64)
  SK_KERNELS_OF(float, f32)
} sk_kernels;

#undef SK_KERNELS_OF

extern const sk_kernels sk_kernels_plain, sk_kernels_avx2, sk_kernels_avx512;

const sk_kernels *sk_kernels_for(sk_instructions set);
