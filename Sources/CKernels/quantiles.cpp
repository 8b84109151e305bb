// The one file that includes Boost.Math. Errors go to errno, so that nothing is thrown across the C interface.
#define BOOST_MATH_DISABLE_FLOAT128
#include "quantiles.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/log1p.hpp>

#include <cmath>

namespace {

using namespace boost::math::policies;

using Quiet = policy<domain_error<errno_on_error>, pole_error<errno_on_error>, overflow_error<errno_on_error>,
                     evaluation_error<errno_on_error>, rounding_error<errno_on_error>,
                     underflow_error<ignore_error>, denorm_error<ignore_error>>;

using Normal = boost::math::normal_distribution<double, Quiet>;
using StudentT = boost::math::students_t_distribution<double, Quiet>;
using ChiSquare = boost::math::chi_squared_distribution<double, Quiet>;
using FisherF = boost::math::fisher_f_distribution<double, Quiet>;
using Beta = boost::math::beta_distribution<double, Quiet>;

using boost::math::complement;

/// Boost's root finding gives up on small probabilities (a = 0.5, b = 3, p = 1e-10 becomes 0). Newton's steps for
/// log cdf as a function of log x, which is concave, lead from there, or from the leading term of the series, to the root.
double lower_beta_quantile(double a, double b, double p) {
  double x = quantile(Beta(a, b), p);
  // cdf(x) = x^a / (a B(a, b)) (1 + O(x))
  double leading = std::exp((std::log(p) + std::log(a) + std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b)) / a);
  if (!(x > 0)) x = leading;
  for (int step = 0; step < 50; step++) {
    double value = cdf(Beta(a, b), x);
    double slope = x * pdf(Beta(a, b), x) / value;
    if (!(value > 0 && slope > 0)) break;
    double change = std::log(value / p) / slope;
    x *= std::exp(-change);
    if (std::fabs(change) < 1e-15) break;
  }
  return x;
}

}  // namespace

extern "C" {

double ck_normal_cdf(double x) { return cdf(Normal(), x); }
double ck_normal_survival(double x) { return cdf(complement(Normal(), x)); }
double ck_normal_quantile(double p) { return quantile(Normal(), p); }

double ck_student_t_cdf(double degrees, double x) { return cdf(StudentT(degrees), x); }
double ck_student_t_survival(double degrees, double x) { return cdf(complement(StudentT(degrees), x)); }
double ck_student_t_quantile(double degrees, double p) { return quantile(StudentT(degrees), p); }

double ck_chi_square_cdf(double degrees, double x) { return cdf(ChiSquare(degrees), x); }
double ck_chi_square_survival(double degrees, double x) { return cdf(complement(ChiSquare(degrees), x)); }
double ck_chi_square_quantile(double degrees, double p) { return quantile(ChiSquare(degrees), p); }

double ck_fisher_f_cdf(double degrees1, double degrees2, double x) { return cdf(FisherF(degrees1, degrees2), x); }
double ck_fisher_f_survival(double degrees1, double degrees2, double x) {
  return cdf(complement(FisherF(degrees1, degrees2), x));
}
double ck_fisher_f_quantile(double degrees1, double degrees2, double p) {
  return quantile(FisherF(degrees1, degrees2), p);
}

double ck_beta_cdf(double a, double b, double x) { return cdf(Beta(a, b), x); }
double ck_beta_survival(double a, double b, double x) { return cdf(complement(Beta(a, b), x)); }
double ck_beta_quantile(double a, double b, double p) {
  return p < 0.01 ? lower_beta_quantile(a, b, p) : quantile(Beta(a, b), p);
}

double ck_log1p_minus_x(double x) { return boost::math::log1pmx(x, Quiet()); }

}  // extern "C"
