// The kernels compiled for one set of instructions.
#pragma once
#include "include/fusion.h"

typedef struct {
  void (*const *apply_f64)(double *, const double *, size_t);  // by sk_function
  void (*const *apply_f32)(float *, const float *, size_t);
  void (*pow_f64)(double *, const double *, size_t, double);
  void (*pow_f32)(float *, const float *, size_t, float);
  void (*run_tiles_f64)(const sk_program *, const sk_input *, const sk_output *, double *, size_t, size_t);
  void (*run_tiles_f32)(const sk_program *, const sk_input *, const sk_output *, double *, size_t, size_t);
  void (*softmax_f64)(double *, double *, const double *, size_t, size_t, size_t, size_t);
  void (*softmax_f32)(float *, float *, const float *, size_t, size_t, size_t, size_t);
  void (*multiply_f64)(double *, const double *, size_t, const double *, size_t, size_t);
  void (*multiply_f32)(float *, const float *, size_t, const float *, size_t, size_t);
  void (*multiply_transposed_f64)(double *, const double *, size_t, const double *, size_t, size_t);
  void (*multiply_transposed_f32)(float *, const float *, size_t, const float *, size_t, size_t);
  void (*multiply_both_f64)(double *, double *, const double *, size_t, const double *, const double *, size_t, size_t);
  void (*multiply_both_f32)(float *, float *, const float *, size_t, const float *, const float *, size_t, size_t);
} sk_kernels;

extern const sk_kernels sk_kernels_plain, sk_kernels_avx2, sk_kernels_avx512;

const sk_kernels *sk_kernels_for(sk_instructions set);
