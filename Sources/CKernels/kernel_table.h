// The kernels compiled for one set of instructions.
#pragma once
#include "include/elementwise.h"

typedef struct {
  void (*apply_f64[sk_function_count])(double *, const double *, size_t);
  void (*apply_f32[sk_function_count])(float *, const float *, size_t);
  void (*pow_f64)(double *, const double *, size_t, double);
  void (*pow_f32)(float *, const float *, size_t, float);
} sk_kernels;

extern const sk_kernels sk_kernels_plain, sk_kernels_avx2, sk_kernels_avx512;

const sk_kernels *sk_kernels_for(sk_instructions set);
