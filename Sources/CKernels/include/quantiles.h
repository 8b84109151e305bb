// Distribution functions of the sampling theory of the Gaussian, from Boost.Math behind a C interface.
// Degrees of freedom are positive reals, probabilities lie strictly between 0 and 1; a call that Boost
// cannot answer returns NaN, which the Swift side turns into a trap: no exception crosses this header.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

double ck_normal_cdf(double x);
double ck_normal_survival(double x);
double ck_normal_quantile(double p);

double ck_student_t_cdf(double degrees, double x);
double ck_student_t_survival(double degrees, double x);
double ck_student_t_quantile(double degrees, double p);

double ck_chi_square_cdf(double degrees, double x);
double ck_chi_square_survival(double degrees, double x);
double ck_chi_square_quantile(double degrees, double p);

double ck_fisher_f_cdf(double degrees1, double degrees2, double x);
double ck_fisher_f_survival(double degrees1, double degrees2, double x);
double ck_fisher_f_quantile(double degrees1, double degrees2, double p);

double ck_beta_cdf(double a, double b, double x);
double ck_beta_survival(double a, double b, double x);
double ck_beta_quantile(double a, double b, double p);

// log(1 + x) - x without cancellation near 0.
double ck_log1p_minus_x(double x);

#ifdef __cplusplus
}
#endif
