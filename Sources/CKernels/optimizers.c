// The entry points of optimizers.h: one text for both precisions.
#include "include/optimizers.h"

#include "kernel_table.h"

static const sk_kernels *kernels(void) { return sk_kernels_for(sk_best_instructions()); }

#define OPTIMIZERS(T, suffix)                                                                                     \
  void sk_descend_##suffix(T *x, const T *g, size_t n, double rate) { kernels()->descend_##suffix(x, g, n, rate); } \
  void sk_momentum_##suffix(T *x, const T *g, T *v, size_t n, double rate, double momentum) {                     \
    kernels()->momentum_##suffix(x, g, v, n, rate, momentum);                                                     \
  }                                                                                                               \
  void sk_nesterov_##suffix(T *x, const T *g, T *v, size_t n, double rate, double momentum) {                     \
    kernels()->nesterov_##suffix(x, g, v, n, rate, momentum);                                                     \
  }                                                                                                               \
  void sk_rmsprop_##suffix(T *x, const T *g, T *s, size_t n, double rate, double decay, double epsilon) {         \
    kernels()->rmsprop_##suffix(x, g, s, n, rate, decay, epsilon);                                                \
  }                                                                                                               \
  void sk_adam_##suffix(T *x, const T *g, T *m, T *v, size_t n, const sk_adam *step) {                            \
    kernels()->adam_##suffix(x, g, m, v, n, step);                                                                \
  }

OPTIMIZERS(double, f64)
OPTIMIZERS(float, f32)
