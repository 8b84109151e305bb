// The entry points of elementwise.h: which compilation of the kernels is called.
#include "include/elementwise.h"

#include "kernel_table.h"
#include "processor.h"

sk_instructions sk_best_instructions(void) {
  return ck_has_avx512() ? sk_instructions_avx512 : ck_has_avx2() ? sk_instructions_avx2 : sk_instructions_plain;
}

const sk_kernels *sk_kernels_for(sk_instructions set) {
#if defined(__x86_64__)
  if (set == sk_instructions_avx512) return &sk_kernels_avx512;
  if (set == sk_instructions_avx2) return &sk_kernels_avx2;
#endif
  (void)set;
  return &sk_kernels_plain;
}

void sk_apply_with_f64(sk_instructions set, sk_function function, double *y, const double *x, size_t n) {
  sk_kernels_for(set)->apply_f64[function](y, x, n);
}

void sk_apply_with_f32(sk_instructions set, sk_function function, float *y, const float *x, size_t n) {
  sk_kernels_for(set)->apply_f32[function](y, x, n);
}

void sk_apply_f64(sk_function function, double *y, const double *x, size_t n) {
  sk_apply_with_f64(sk_best_instructions(), function, y, x, n);
}

void sk_apply_f32(sk_function function, float *y, const float *x, size_t n) {
  sk_apply_with_f32(sk_best_instructions(), function, y, x, n);
}

#define X(name)                                                                                                    \
  void sk_##name##_f64(double *y, const double *x, size_t n) { sk_apply_f64(sk_function_##name, y, x, n); }        \
  void sk_##name##_f32(float *y, const float *x, size_t n) { sk_apply_f32(sk_function_##name, y, x, n); }
SK_FUNCTIONS(X)
#undef X

void sk_pow_with_f64(sk_instructions set, double *y, const double *x, size_t n, double exponent) {
  sk_kernels_for(set)->pow_f64(y, x, n, exponent);
}

void sk_pow_with_f32(sk_instructions set, float *y, const float *x, size_t n, float exponent) {
  sk_kernels_for(set)->pow_f32(y, x, n, exponent);
}

void sk_pow_f64(double *y, const double *x, size_t n, double exponent) {
  sk_pow_with_f64(sk_best_instructions(), y, x, n, exponent);
}

void sk_pow_f32(float *y, const float *x, size_t n, float exponent) {
  sk_pow_with_f32(sk_best_instructions(), y, x, n, exponent);
}
