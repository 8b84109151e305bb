// Part of kernels.h: the passes of optimizers.h.

/// The gradient that is gone along: g[i] scaled, and the penalties' share of it.
#define ADJUSTED(i) (scale * g[i] + l2 * x[i] + (x[i] > 0 ? l1 : x[i] < 0 ? -l1 : 0))
#define ADJUSTMENT REAL scale = (REAL)to->scale, l1 = (REAL)to->l1, l2 = (REAL)to->l2

static void T(descend)(REAL *restrict x, const REAL *restrict g, size_t n, double rate,
                       const sk_adjustment *to) {
  ADJUSTMENT;
  REAL a = (REAL)rate;
  for (size_t i = 0; i < n; i++) x[i] -= a * ADJUSTED(i);
}

static void T(momentum)(REAL *restrict x, const REAL *restrict g, REAL *restrict v, size_t n, double rate, double momentum,
                        const sk_adjustment *to) {
  ADJUSTMENT;
  REAL a = (REAL)rate, mu = (REAL)momentum;
  for (size_t i = 0; i < n; i++) {
    REAL u = mu * v[i] + ADJUSTED(i);
    v[i] = u;
    x[i] -= a * u;
  }
}

static void T(nesterov)(REAL *restrict x, const REAL *restrict g, REAL *restrict v, size_t n, double rate, double momentum,
                        const sk_adjustment *to) {
  ADJUSTMENT;
  REAL a = (REAL)rate, mu = (REAL)momentum;
  for (size_t i = 0; i < n; i++) {
    REAL h = ADJUSTED(i);
    REAL u = mu * v[i] + h;
    v[i] = u;
    x[i] -= a * (h + mu * u);
  }
}

static void T(rmsprop)(REAL *restrict x, const REAL *restrict g, REAL *restrict s, size_t n, double rate, double decay,
                       double epsilon, const sk_adjustment *to) {
  ADJUSTMENT;
  REAL a = (REAL)rate, rho = (REAL)decay, rest = (REAL)(1 - decay), e = (REAL)epsilon;
  for (size_t i = 0; i < n; i++) {
    REAL h = ADJUSTED(i);
    REAL u = rho * s[i] + rest * h * h;
    s[i] = u;
    x[i] -= a * h / (__builtin_elementwise_sqrt(u) + e);
  }
}

static void T(adam)(REAL *restrict x, const REAL *restrict g, REAL *restrict m, REAL *restrict v, size_t n,
                    const sk_adam *step, const sk_adjustment *to) {
  ADJUSTMENT;
  REAL b1 = (REAL)step->first_decay, b2 = (REAL)step->second_decay, r1 = (REAL)(1 - step->first_decay);
  REAL r2 = (REAL)(1 - step->second_decay), e = (REAL)step->epsilon, keep = (REAL)step->shrinkage;
  // Both corrections as factors of whole arrays: 1/c1 in the rate, 1/c2 under the root.
  REAL a = (REAL)(step->rate / step->first_correction), c2 = (REAL)(1 / step->second_correction);
  for (size_t i = 0; i < n; i++) {
    REAL h = ADJUSTED(i);
    REAL p = b1 * m[i] + r1 * h;
    REAL q = b2 * v[i] + r2 * h * h;
    m[i] = p;
    v[i] = q;
    x[i] = keep * x[i] - a * p / (__builtin_elementwise_sqrt(q * c2) + e);
  }
}

#undef ADJUSTED
#undef ADJUSTMENT
