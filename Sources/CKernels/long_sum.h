// Sums of doubles that keep what their additions lose. Source: A. Neumaier, ZAMM 54 (1974), 39-51.
#pragma once

typedef struct {
  double sum, lost;
} sk_long_sum;

static inline void sk_add(sk_long_sum *s, double x) {
  double sum = s->sum + x;
  s->lost += __builtin_fabs(s->sum) >= __builtin_fabs(x) ? (s->sum - sum) + x : (x - sum) + s->sum;
  s->sum = sum;
}

/// An infinite or undefined sum has lost nothing.
static inline double sk_value(sk_long_sum s) { return __builtin_isfinite(s.sum) ? s.sum + s.lost : s.sum; }
