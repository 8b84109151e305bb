// One step of the first-order methods of optimisation: one pass over parameters, gradient and what the method remembers.
// Every entry is by itself, so a vector may be cut anywhere, by threads or otherwise, without a change of a bit.
#pragma once
#include <stddef.h>

/// What is done to the gradient first, here and below: g becomes scale*g + l2*x + l1*sign(x), with sign(0) = 0.
typedef struct {
  double scale, l2, l1;
} sk_adjustment;

/// x -= rate*g
void sk_descend_f64(double *x, const double *g, size_t n, double rate, const sk_adjustment *adjustment);
void sk_descend_f32(float *x, const float *g, size_t n, double rate, const sk_adjustment *adjustment);

/// v = momentum*v + g; x -= rate*v
void sk_momentum_f64(double *x, const double *g, double *v, size_t n, double rate, double momentum,
                     const sk_adjustment *adjustment);
void sk_momentum_f32(float *x, const float *g, float *v, size_t n, double rate, double momentum,
                     const sk_adjustment *adjustment);

/// v = momentum*v + g; x -= rate*(g + momentum*v)
void sk_nesterov_f64(double *x, const double *g, double *v, size_t n, double rate, double momentum,
                     const sk_adjustment *adjustment);
void sk_nesterov_f32(float *x, const float *g, float *v, size_t n, double rate, double momentum,
                     const sk_adjustment *adjustment);

/// s = decay*s + (1 - decay)*g^2; x -= rate*g/(sqrt(s) + epsilon)
void sk_rmsprop_f64(double *x, const double *g, double *s, size_t n, double rate, double decay, double epsilon,
                    const sk_adjustment *adjustment);
void sk_rmsprop_f32(float *x, const float *g, float *s, size_t n, double rate, double decay, double epsilon,
                    const sk_adjustment *adjustment);

/// What is the same for all entries in a step of Adam. The corrections are 1 - decay^t in step t = 1, 2, ...
typedef struct {
  double rate, first_decay, second_decay, epsilon;
  double first_correction, second_correction;
  double shrinkage;  ///< x is multiplied by it first: 1, or 1 - rate*decay of weights
} sk_adam;

/// m = b1*m + (1 - b1)*g; v = b2*v + (1 - b2)*g^2; x = shrinkage*x - rate*(m/c1)/(sqrt(v/c2) + epsilon)
void sk_adam_f64(double *x, const double *g, double *m, double *v, size_t n, const sk_adam *step,
                 const sk_adjustment *adjustment);
void sk_adam_f32(float *x, const float *g, float *m, float *v, size_t n, const sk_adam *step,
                 const sk_adjustment *adjustment);
