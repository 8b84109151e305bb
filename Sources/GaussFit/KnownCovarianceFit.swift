// The Gaussian whose covariance is given: only the mean is estimated.
import MatDeriv

/// The maximum-likelihood Gaussian of a known covariance: its mean is that of the sample.
///
/// **Source**: T. W. Anderson, An introduction to multivariate statistical analysis, 3rd ed. (2003), section 3.3.
public struct KnownCovarianceFit: Sendable {
  /// The moments that were fitted.
  public let moments: Moments
  /// The fitted distribution.
  public let gaussian: Gaussian
  /// The covariance as it was given.
  public let covariance: Matrix<Double>
  /// Log-likelihood of the rows, with all constants.
  public let logLikelihood: Double

  /// **Shapes**: d x d, symmetric; traps otherwise. **Throws**: `noRows`, `overflow`, `notPositiveDefinite`. **Cost**: d^3.
  public init(_ moments: Moments, covariance: Matrix<Double>) throws(GaussFitError) {
    guard moments.weight > 0 else { throw .noRows }
    try moments.requireFinite()
    let d = moments.columns.count
    gaussian = try Gaussian(mean: moments.mean, covariance: covariance)
    guard let factor = ScaledFactor(covariance) else {
      throw .notPositiveDefinite("its \(d) x \(d) correlation matrix has no Cholesky factor")
    }
    self.moments = moments
    self.covariance = covariance
    let trace = factor.traceOfSolution(moments.scatter / moments.weight)
    logLikelihood = -0.5 * moments.sampleSize * (Double(d) * logTwoPi + factor.logDeterminant + trace)
  }

  /// Standard errors of the mean, `sqrt(s_jj / n)`.
  public var meanStandardError: [Double] {
    covariance.diagonal.map { ($0 / moments.sampleSize).squareRoot() }
  }

  /// Interval of the mean of column j, by the normal law: exact.
  ///
  /// **Domain**: level in (0, 1).
  public func meanInterval(_ j: Int, level: Double = 0.95) -> Interval {
    Interval(wald: gaussian.mean[j], standardError: meanStandardError[j], level: level)
  }

  /// The information criteria; only the mean has parameters.
  public var criteria: Criteria {
    Criteria(logLikelihood: logLikelihood, parameters: moments.columns.count, sampleSize: moments.sampleSize)
  }
}
