// Part of kernels.h: the passes of optimizers.h.

static void T(descend)(REAL *restrict x, const REAL *restrict g, size_t n, double rate) {
  REAL a = (REAL)rate;
  for (size_t i = 0; i < n; i++) x[i] -= a * g[i];
}

static void T(momentum)(REAL *restrict x, const REAL *restrict g, REAL *restrict v, size_t n, double rate, double momentum) {
  REAL a = (REAL)rate, mu = (REAL)momentum;
  for (size_t i = 0; i < n; i++) {
    REAL u = mu * v[i] + g[i];
    v[i] = u;
    x[i] -= a * u;
  }
}

static void T(nesterov)(REAL *restrict x, const REAL *restrict g, REAL *restrict v, size_t n, double rate, double momentum) {
  REAL a = (REAL)rate, mu = (REAL)momentum;
  for (size_t i = 0; i < n; i++) {
    REAL u = mu * v[i] + g[i];
    v[i] = u;
    x[i] -= a * (g[i] + mu * u);
  }
}

static void T(rmsprop)(REAL *restrict x, const REAL *restrict g, REAL *restrict s, size_t n, double rate, double decay,
                       double epsilon) {
  REAL a = (REAL)rate, rho = (REAL)decay, rest = (REAL)(1 - decay), e = (REAL)epsilon;
  for (size_t i = 0; i < n; i++) {
    REAL u = rho * s[i] + rest * g[i] * g[i];
    s[i] = u;
    x[i] -= a * g[i] / (__builtin_elementwise_sqrt(u) + e);
  }
}

static void T(adam)(REAL *restrict x, const REAL *restrict g, REAL *restrict m, REAL *restrict v, size_t n,
                    const sk_adam *step) {
  REAL b1 = (REAL)step->first_decay, b2 = (REAL)step->second_decay, r1 = (REAL)(1 - step->first_decay);
  REAL r2 = (REAL)(1 - step->second_decay), e = (REAL)step->epsilon, keep = (REAL)step->shrinkage;
  // Both corrections as factors of whole arrays: 1/c1 in the rate, 1/c2 under the root.
  REAL a = (REAL)(step->rate / step->first_correction), c2 = (REAL)(1 / step->second_correction);
  for (size_t i = 0; i < n; i++) {
    REAL p = b1 * m[i] + r1 * g[i];
    REAL q = b2 * v[i] + r2 * g[i] * g[i];
    m[i] = p;
    v[i] = q;
    x[i] = keep * x[i] - a * p / (__builtin_elementwise_sqrt(q * c2) + e);
  }
}
