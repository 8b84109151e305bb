// Standard errors and confidence intervals of a fit. Standard errors come from the expected information of the fitted
// structure; intervals are exact where an exact one exists, and say which approximation they take where not.
import MatDeriv

/// A confidence interval.
public struct Interval: Sendable, Equatable {
  public let lower: Double
  public let upper: Double
}

extension Fit {
  /// `sqrt(s_jj / n)`.
  public var meanStandardError: [Double] { covariance.diagonal.map { ($0 / sampleSize).squareRoot() } }

  /// Standard errors of the entries of ``covariance``; 0 for entries that the structure fixes.
  ///
  /// For the full structure `sqrt((s_ii s_jj + s_ij^2) / n)`.
  public var covarianceStandardError: Matrix<Double> {
    structure.standardErrors(of: covariance, sampleSize: covarianceSampleSize)
  }

  /// Degrees of freedom of the estimate of one variance: n - 1; of the spherical structure d (n - 1); of compound symmetry
  /// Satterthwaite's approximation. Nil where there are none.
  public var varianceDegreesOfFreedom: Double? {
    guard degreesOfFreedom > 0 else { return nil }
    return structure.varianceDegrees(of: covariance, columnDegrees: degreesOfFreedom)
  }

  /// Interval of the mean of column j, by Student's t: exact for a Gaussian sample, except for compound symmetry.
  ///
  /// **Domain**: level in (0, 1). Nil without degrees of freedom.
  public func meanInterval(_ j: Int, level: Double = 0.95) -> Interval? {
    let tail = tailProbability(level)
    guard let degrees = varianceDegreesOfFreedom else { return nil }
    let variance = covariance[j, j] * (covarianceSampleSize / degreesOfFreedom)
    let reach = -StudentT(degreesOfFreedom: degrees).quantile(tail) * (variance / sampleSize).squareRoot()
    return Interval(lower: mean[j] - reach, upper: mean[j] + reach)
  }

  /// Interval of the variance of column j, by chi-square: exact for a Gaussian sample, except for compound symmetry.
  ///
  /// **Domain**: level in (0, 1). Nil without degrees of freedom.
  public func varianceInterval(_ j: Int, level: Double = 0.95) -> Interval? {
    let tail = tailProbability(level)
    guard let degrees = varianceDegreesOfFreedom else { return nil }
    let variance = covariance[j, j] * (covarianceSampleSize / degreesOfFreedom)
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
  /// Nil where the structure has no correlations.
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
      let z = Double.atanh(correlation(i, j))
      let reach = -StandardNormal().quantile(tail) / (degreesOfFreedom - 2).squareRoot()
      return Interval(lower: Double.tanh(z - reach), upper: Double.tanh(z + reach))
    case .compoundSymmetry:
      guard degreesOfFreedom > 0 else { return nil }
      let d = Double(dimension)
      let (within, between) = Structure.eigenvalues(ofCompoundSymmetric: covariance)
      // (between / within) over its true value is F(m, m (d - 1)); r = (q - 1) / (q + d - 1) of the ratio q.
      let f = FisherF(numeratorDegrees: degreesOfFreedom, denominatorDegrees: degreesOfFreedom * (d - 1))
      func correlation(_ ratio: Double) -> Double { (ratio - 1) / (ratio + d - 1) }
      return Interval(
        lower: correlation(between / within / f.quantile(1 - tail)),
        upper: correlation(between / within / f.quantile(tail)))
    }
  }

  private func correlation(_ i: Int, _ j: Int) -> Double {
    covariance[i, j] / covariance[i, i].squareRoot() / covariance[j, j].squareRoot()
  }

  private func tailProbability(_ level: Double) -> Double {
    require(level > 0 && level < 1, "a confidence level lies between 0 and 1; it is \(level)")
    return (1 - level) / 2
  }
}
