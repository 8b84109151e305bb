// Wald's intervals of fits that were searched for: the estimate and its standard error, by the normal law; and Student's of a full covariance.
import MatDeriv

extension StructuredFit {
  /// Wald's interval of the mean of column j; nil for a known mean.
  ///
  /// **Domain**: level in (0, 1).
  public func meanInterval(_ j: Int, level: Double = 0.95) -> Interval? {
    guard meanSource == .estimated else { return nil }
    return Interval(wald: gaussian.mean[j], standardError: meanStandardError[j], level: level)
  }

  /// Wald's interval of an entry of the covariance; nil where it has no standard error, or the structure fixes it.
  ///
  /// **Domain**: level in (0, 1).
  public func covarianceInterval(_ i: Int, _ j: Int, level: Double = 0.95) -> Interval? {
    let error = covarianceStandardError[i, j]
    return error > 0 && error.isFinite ? Interval(wald: covariance[i, j], standardError: error, level: level) : nil
  }

  /// Wald's interval of an entry of a parameter; nil where it has no standard error.
  ///
  /// **Domain**: level in (0, 1).
  public func interval(of parameter: Parameter, _ i: Int, _ j: Int, level: Double = 0.95) -> Interval? {
    let error = parameter.standardError[i, j]
    return error.isFinite ? Interval(wald: parameter.value[i, j], standardError: error, level: level) : nil
  }
}

extension GradientFit {
  /// Interval of the mean of column j, by Student's t with n - 1 degrees of freedom, as of the closed form; nil unless n > 1.
  ///
  /// **Domain**: level in (0, 1).
  public func meanInterval(_ j: Int, level: Double = 0.95) -> Interval? {
    let tail = tailProbability(level)
    let n = moments.sampleSize
    guard n > 1 else { return nil }
    let reach = -StudentT(degreesOfFreedom: n - 1).quantile(tail) * (covariance[j, j] / (n - 1)).squareRoot()
    return Interval(lower: gaussian.mean[j] - reach, upper: gaussian.mean[j] + reach)
  }
}
