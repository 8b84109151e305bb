// The sampling distributions that intervals and tests of a Gaussian fit need: normal, t, chi-square, F and beta.
// The values come from Boost.Math; here only the domains are checked, so that no NaN can leave this file.
import CKernels

/// The standard normal distribution.
public struct StandardNormal: Sendable {
  public init() {}

  /// `P(Z <= x)`.
  public func cdf(_ x: Double) -> Double { answer(ck_normal_cdf(x)) }

  /// `P(Z > x)`, without cancellation in the upper tail.
  public func survival(_ x: Double) -> Double { answer(ck_normal_survival(x)) }

  /// The x with `P(Z <= x) = p`. **Domain**: 0 < p < 1.
  public func quantile(_ p: Double) -> Double { answer(ck_normal_quantile(checkedProbability(p))) }
}

/// Student's t distribution.
public struct StudentT: Sendable {
  public let degreesOfFreedom: Double

  /// **Domain**: positive, finite degrees of freedom; they need not be whole.
  public init(degreesOfFreedom: Double) { self.degreesOfFreedom = checkedDegrees(degreesOfFreedom) }

  /// `P(T <= x)`.
  public func cdf(_ x: Double) -> Double { answer(ck_student_t_cdf(degreesOfFreedom, x)) }

  /// `P(T > x)`, without cancellation in the upper tail.
  public func survival(_ x: Double) -> Double { answer(ck_student_t_survival(degreesOfFreedom, x)) }

  /// The x with `P(T <= x) = p`. **Domain**: 0 < p < 1.
  public func quantile(_ p: Double) -> Double { answer(ck_student_t_quantile(degreesOfFreedom, checkedProbability(p))) }
}

/// The chi-square distribution.
public struct ChiSquare: Sendable {
  public let degreesOfFreedom: Double

  /// **Domain**: positive, finite degrees of freedom; they need not be whole.
  public init(degreesOfFreedom: Double) { self.degreesOfFreedom = checkedDegrees(degreesOfFreedom) }

  /// `P(X <= x)`.
  public func cdf(_ x: Double) -> Double { onPositiveLine(x, 0, 1) { ck_chi_square_cdf(degreesOfFreedom, $0) } }

  /// `P(X > x)`, without cancellation in the upper tail.
  public func survival(_ x: Double) -> Double {
    onPositiveLine(x, 1, 0) { ck_chi_square_survival(degreesOfFreedom, $0) }
  }

  /// The x with `P(X <= x) = p`. **Domain**: 0 < p < 1.
  public func quantile(_ p: Double) -> Double {
    answer(ck_chi_square_quantile(degreesOfFreedom, checkedProbability(p)))
  }
}

/// Fisher's F distribution.
public struct FisherF: Sendable {
  public let numeratorDegrees: Double
  public let denominatorDegrees: Double

  /// **Domain**: positive, finite degrees of freedom; they need not be whole.
  public init(numeratorDegrees: Double, denominatorDegrees: Double) {
    self.numeratorDegrees = checkedDegrees(numeratorDegrees)
    self.denominatorDegrees = checkedDegrees(denominatorDegrees)
  }

  /// `P(F <= x)`.
  public func cdf(_ x: Double) -> Double {
    onPositiveLine(x, 0, 1) { ck_fisher_f_cdf(numeratorDegrees, denominatorDegrees, $0) }
  }

  /// `P(F > x)`, without cancellation in the upper tail.
  public func survival(_ x: Double) -> Double {
    onPositiveLine(x, 1, 0) { ck_fisher_f_survival(numeratorDegrees, denominatorDegrees, $0) }
  }

  /// The x with `P(F <= x) = p`. **Domain**: 0 < p < 1.
  public func quantile(_ p: Double) -> Double {
    answer(ck_fisher_f_quantile(numeratorDegrees, denominatorDegrees, checkedProbability(p)))
  }
}

/// The beta distribution, on 0...1.
public struct Beta: Sendable {
  public let a: Double
  public let b: Double

  /// **Domain**: positive, finite parameters.
  public init(_ a: Double, _ b: Double) {
    require(a > 0 && b > 0 && a.isFinite && b.isFinite, "beta parameters are positive and finite; they are \(a), \(b)")
    self.a = a
    self.b = b
  }

  /// `P(X <= x)`: the regularised incomplete beta function.
  public func cdf(_ x: Double) -> Double { x <= 0 ? 0 : x >= 1 ? 1 : answer(ck_beta_cdf(a, b, x)) }

  /// `P(X > x)`, without cancellation in the upper tail.
  public func survival(_ x: Double) -> Double { x <= 0 ? 1 : x >= 1 ? 0 : answer(ck_beta_survival(a, b, x)) }

  /// The x with `P(X <= x) = p`. **Domain**: 0 < p < 1.
  public func quantile(_ p: Double) -> Double { answer(ck_beta_quantile(a, b, checkedProbability(p))) }
}

/// `log(1 + x) - x`, without cancellation near 0.
///
/// **Domain**: x > -1.
func log1pMinusX(_ x: Double) -> Double { answer(ck_log1p_minus_x(x)) }

/// A function on the positive half-line, with its limits at both ends.
private func onPositiveLine(
  _ x: Double, _ atZero: Double, _ atInfinity: Double, _ value: (Double) -> Double
) -> Double {
  x <= 0 ? atZero : x == .infinity ? atInfinity : answer(value(x))
}

/// NaN is no answer: it stands for an argument that is NaN or for a failure of the library.
private func answer(_ value: Double) -> Double {
  require(!value.isNaN, "a distribution function has no value at these arguments")
  return value
}

private func checkedDegrees(_ degrees: Double) -> Double {
  require(degrees > 0 && degrees.isFinite, "degrees of freedom are positive and finite; they are \(degrees)")
  return degrees
}

private func checkedProbability(_ p: Double) -> Double {
  require(p > 0 && p < 1, "a quantile needs a probability between 0 and 1; it is \(p)")
  return p
}
