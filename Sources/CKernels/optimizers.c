// The entry points of optimizers.h: one text for both precisions.
#include "include/optimizers.h"

#include "kernel_table.h"

static const sk_kernels *kernels(void) { return sk_kernels_for(sk_best_instructions()); }

#define OPTIMIZERS(T, suffix) \
  void sk_descend_##suffix(T *x, const T *g, size_t n, double rate, const sk_adjustment *to) { kernels()->descend_##suffix(x, g, n, rate, to); } \
  void sk_momentum_##suffix(T *x, const T *g, T *v, size_t n, double rate, double momentum, const sk_adjustment *to) { \
    kernels()->momentum_##suffix(x, g, v, n, rate, momentum, to); \
  } \
  void sk_nesterov_##suffix(T *x, const T *g, T *v, size_t n, double rate, double momentum, const sk_adjustment *to) { \
    kernels()->nesterov_##suffix(x, g, v, n, rate, momentum, to); \
  } \
  void sk_rmsprop_##suffix(T *x, const T *g, T *s, size_t n, double rate, double decay, double epsilon, const sk_adjustment *to) { \
    kernels()->rmsprop_##suffix(x, g, s, n, rate, decay, epsilon, to); \
  } \
  void sk_adam_##suffix(T *x, const T *g, T *m, T *v, size_t n, const sk_adam *step, const sk_adjustment *to) { \
    kernels()->adam_##suffix(x, g, m, v, n, step, to); \
  }

OPTIMIZERS(double, f64)
OPTIMIZERS(float, f32)
