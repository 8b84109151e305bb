// The passes of optimizers.h: one text for both precisions, compiled for three sets of instructions on x86-64 and once elsewhere.
#include "include/optimizers.h"

#if defined(__x86_64__) && defined(__linux__)
#define CLONED __attribute__((target_clones("default", "arch=haswell", "arch=x86-64-v4")))
#else
#define CLONED
#endif

#define OPTIMIZERS(T, suffix)                                                                                     \
  CLONED void sk_descend_##suffix(T *restrict x, const T *restrict g, size_t n, double rate) {                    \
    T a = (T)rate;                                                                                                \
    for (size_t i = 0; i < n; i++) x[i] -= a * g[i];                                                              \
  }                                                                                                               \
  CLONED void sk_momentum_##suffix(T *restrict x, const T *restrict g, T *restrict v, size_t n, double rate,      \
                                   double momentum) {                                                             \
    T a = (T)rate, mu = (T)momentum;                                                                              \
    for (size_t i = 0; i < n; i++) {                                                                              \
      T u = mu * v[i] + g[i];                                                                                     \
      v[i] = u;                                                                                                   \
      x[i] -= a * u;                                                                                              \
    }                                                                                                             \
  }                                                                                                               \
  CLONED void sk_nesterov_##suffix(T *restrict x, const T *restrict g, T *restrict v, size_t n, double rate,      \
                                   double momentum) {                                                             \
    T a = (T)rate, mu = (T)momentum;                                                                              \
    for (size_t i = 0; i < n; i++) {                                                                              \
      T u = mu * v[i] + g[i];                                                                                     \
      v[i] = u;                                                                                                   \
      x[i] -= a * (g[i] + mu * u);                                                                                \
    }                                                                                                             \
  }                                                                                                               \
  CLONED void sk_rmsprop_##suffix(T *restrict x, const T *restrict g, T *restrict s, size_t n, double rate,       \
                                  double decay, double epsilon) {                                                 \
    T a = (T)rate, rho = (T)decay, rest = (T)(1 - decay), e = (T)epsilon;                                         \
    for (size_t i = 0; i < n; i++) {                                                                              \
      T u = rho * s[i] + rest * g[i] * g[i];                                                                      \
      s[i] = u;                                                                                                   \
      x[i] -= a * g[i] / (__builtin_elementwise_sqrt(u) + e);                                                     \
    }                                                                                                             \
  }                                                                                                               \
  CLONED void sk_adam_##suffix(T *restrict x, const T *restrict g, T *restrict m, T *restrict v, size_t n,        \
                               const sk_adam *step) {                                                             \
    T b1 = (T)step->first_decay, b2 = (T)step->second_decay, r1 = (T)(1 - step->first_decay);                     \
    T r2 = (T)(1 - step->second_decay), e = (T)step->epsilon, keep = (T)step->shrinkage;                          \
    /* Both corrections as factors of whole arrays: 1/c1 in the rate, 1/c2 under the root. */                     \
    T a = (T)(step->rate / step->first_correction), c2 = (T)(1 / step->second_correction);                        \
    for (size_t i = 0; i < n; i++) {                                                                              \
      T p = b1 * m[i] + r1 * g[i];                                                                                \
      T q = b2 * v[i] + r2 * g[i] * g[i];                                                                         \
      m[i] = p;                                                                                                   \
      v[i] = q;                                                                                                   \
      x[i] = keep * x[i] - a * p / (__builtin_elementwise_sqrt(q * c2) + e);                                      \
    }                                                                                                             \
  }

OPTIMIZERS(double, f64)
OPTIMIZERS(float, f32)
