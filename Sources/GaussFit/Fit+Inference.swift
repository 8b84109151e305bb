// Standard errors and confidence intervals of a fit. Standard errors come from the expected information of the fitted
// structure; intervals are exact where an exact one exists, and say which approximation they take where not.
// All of them are of the estimate without a ridge: a ridge is no variation of the rows.
import MatDeriv

/// A confidence interval.
public struct Interval: Sendable, Equatable {
  /// The smaller end.
  public let lower: Double
  /// The larger end.
  public let upper: Double

  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Wald's interval: the estimate less and plus its standard error times the normal quantile.
  ///
  /// **Domain**: level in (0, 1).
  public init(wald estimate: Double, standardError: Double, level: Double) {
    let reach = -StandardNormal().quantile(tailProbability(level)) * standardError
    self.init(lower: estimate - reach, upper: estimate + reach)
  }
}

extension Fit {
  /// Standard errors of the mean, `sqrt(s_jj / n)`, with the variances s_jj before a ridge was added; 0 for a known mean.
  public var meanStandardError: [Double] {
    if meanSource == .known { return mean.map { _ in 0 } }
    return estimate.withoutRidge.diagonal.map { ($0 / sampleSize).squareRoot() }
  }

  /// Standard errors of the entries of ``covariance``; 0 for entries that the structure fixes.
  ///
  /// A ridge is a constant: it adds nothing to them, and they are those of the estimate without it.
  /// For the full structure `sqrt((s_ii s_jj + s_ij^2) / n)`.
  public var covarianceStandardError: Matrix<Double> {
    structure.standardErrors(of: estimate.withoutRidge, sampleSize: covarianceSampleSize)
  }

  /// Degrees of freedom of the estimate of one variance: n - 1; of the spherical structure d (n - 1); of compound symmetry
  /// Satterthwaite's approximation. Nil where there are none.
  public var varianceDegreesOfFreedom: Double? {
    guard degreesOfFreedom > 0 else { return nil }
    return structure.varianceDegrees(of: estimate.withoutRidge, columnDegrees: degreesOfFreedom)
  }

  /// Interval of the mean of column j, by Student's t: exact for a Gaussian sample, except for compound symmetry. A ridge
  /// does not widen it.
  ///
  /// **Domain**: level in (0, 1). Nil without degrees of freedom, and for a known mean.
  public func meanInterval(_ j: Int, level: Double = 0.95) -> Interval? {
    let tail = tailProbability(level)
    guard meanSource == .estimated, let degrees = varianceDegreesOfFreedom else { return nil }
    let variance = estimate.withoutRidge[j, j] * (covarianceSampleSize / degreesOfFreedom)
    let reach = -StudentT(degreesOfFreedom: degrees).quantile(tail) * (variance / sampleSize).squareRoot()
    return Interval(lower: mean[j] - reach, upper: mean[j] + reach)
  }

  /// Interval of the variance of column j, by chi-square: exact for a Gaussian sample, except for compound symmetry. It is
  /// that of the rows' variance, without the ridge that ``covariance`` may hold.
  ///
  /// **Domain**: level in (0, 1). Nil without degrees of freedom.
  public func varianceInterval(_ j: Int, level: Double = 0.95) -> Interval? {
    let tail = tailProbability(level)
    guard let degrees = varianceDegreesOfFreedom else { return nil }
    let variance = estimate.withoutRidge[j, j] * (covarianceSampleSize / degreesOfFreedom)
    let chiSquare = ChiSquare(degreesOfFreedom: degrees)
    return Interval(
      lower: variance * (degrees / chiSquare.quantile(1 - tail)), upper: variance * (degrees / chiSquare.quantile(tail))
    )
  }

  /// Interval of the standard deviation of column j: the roots of that of the variance.
  public func standardDeviationInterval(_ j: Int, level: Double = 0.95) -> Interval? {
    varianceInterval(j, level: level).map { Interval(lower: $0.lower.squareRoot(), upper: $0.upper.squareRoot()) }
  }

  /// Interval of the correlation of columns i and j.
  ///
  /// Full structure: Fisher's z with standard error `1 / sqrt(m - 2)`, m the degrees of freedom of a variance (n - 1 for one
  /// sample); nil unless m > 2. Compound symmetry: exact, from the F distribution of the ratio of the two eigenvalues.
  /// Nil where the structure has no correlations, or a column does not vary. Without the ridge, as for the variance.
  ///
  /// **Domain**: level in (0, 1), i != j. **Source**: R. A. Fisher, Metron 1 (1921); for the intraclass correlation
  /// D. G. Bonett, Stat. Med. 21 (2002), eq. 1.
  public func correlationInterval(_ i: Int, _ j: Int, level: Double = 0.95) -> Interval? {
    require(i != j, "the correlation of column \(i) with itself is 1 and has no interval")
    let tail = tailProbability(level)
    switch structure {
    case .diagonal, .spherical:
      return nil
    case .full:
      guard degreesOfFreedom > 2 else { return nil }
      guard let r = sampleCorrelation(i, j) else { return nil }
      let z = Double.atanh(r)
      let reach = -StandardNormal().quantile(tail) / (degreesOfFreedom - 2).squareRoot()
      return Interval(lower: Double.tanh(z - reach), upper: Double.tanh(z + reach))
    case .compoundSymmetry:
      guard degreesOfFreedom > 0 else { return nil }
      guard estimate.withoutRidge[0, 0] > 0 else { return nil }
      let d = Double(dimension)
      let (within, between) = Structure.eigenvalues(ofCompoundSymmetric: estimate.withoutRidge)
      // (between / within) over its true value is F(m, m (d - 1)); r = (q - 1) / (q + d - 1) of the ratio q.
      let f = FisherF(numeratorDegrees: degreesOfFreedom, denominatorDegrees: degreesOfFreedom * (d - 1))
      // With a ridge either eigenvalue may be 0, but for rounding.
      let q = max(between, 0) / max(within, 0)
      func correlation(_ ratio: Double) -> Double { ratio.isFinite ? (ratio - 1) / (ratio + d - 1) : 1 }
      return Interval(lower: correlation(q / f.quantile(1 - tail)), upper: correlation(q / f.quantile(tail)))
    }
  }

  /// Correlation of columns i and j without the ridge; nil where one of them does not vary.
  private func sampleCorrelation(_ i: Int, _ j: Int) -> Double? {
    let s = estimate.withoutRidge
    guard s[i, i] > 0 && s[j, j] > 0 else { return nil }
    return min(max(s[i, j] / s[i, i].squareRoot() / s[j, j].squareRoot(), -1), 1)
  }

}

/// Half of what a confidence level leaves.
func tailProbability(_ level: Double) -> Double {
  require(level > 0 && level < 1, "a confidence level lies between 0 and 1; it is \(level)")
  return (1 - level) / 2
}
