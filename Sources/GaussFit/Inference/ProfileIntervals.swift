// Profile-likelihood intervals of a fit in closed form: all values that the likelihood ratio does not reject, the other parameters being the
// most likely ones for each value.
import MatDeriv
import RealModule

extension Fit {
  /// The profile interval of the mean of column j: `m -+ sqrt(s_jj (e^(q/n) - 1))`, q the chi-square quantile with one degree of freedom.
  ///
  /// **Domain**: level in (0, 1). Nil unless the structure is full or diagonal, of one sample, without a ridge, and the mean was estimated.
  /// **Source**: `-2 log` of the ratio is `n log(1 + (m - mu)^2 / s_jj)`; Anderson (2003), section 5.2, for one column given the others.
  public func profileMeanInterval(_ j: Int, level: Double = 0.95) -> Interval? {
    guard hasProfiles, meanSource == .estimated else { return nil }
    let reach = (covariance[j, j] * Double.expMinusOne(likelihoodDrop(level) / sampleSize)).squareRoot()
    return Interval(lower: mean[j] - reach, upper: mean[j] + reach)
  }

  /// The profile interval of the variance of column j: the values v with `n (s_jj / v - 1 - log(s_jj / v)) = q`.
  ///
  /// **Domain**: as ``profileMeanInterval(_:level:)``, and for a known mean too.
  public func profileVarianceInterval(_ j: Int, level: Double = 0.95) -> Interval? {
    guard hasProfiles else { return nil }
    let drop = likelihoodDrop(level) / sampleSize
    // u = s / v = e^t: e^t - 1 - t = drop, convex, from outside of both roots by Newton's method.
    func root(from start: Double) -> Double {
      var t = start
      for _ in 0..<100 {
        let step = (Double.expMinusOne(t) - t - drop) / Double.expMinusOne(t)
        t -= step
        if abs(step) <= 1e-15 * abs(t) { break }
      }
      return t
    }
    let (above, below) = (root(from: (2 * drop).squareRoot()), root(from: -(drop + 1)))
    return Interval(
      lower: covariance[j, j] * Double.exp(-above), upper: covariance[j, j] * Double.exp(-below))
  }

  /// The profile interval of the correlation of columns i and j: the values rho with
  /// `n log((1 - rho r)^2 / ((1 - rho^2) (1 - r^2))) = q`.
  ///
  /// **Domain**: level in (0, 1), i != j. Nil unless the structure is full, of one sample, without a ridge.
  /// **Source**: Anderson (2003), section 4.2.
  public func profileCorrelationInterval(_ i: Int, _ j: Int, level: Double = 0.95) -> Interval? {
    require(i != j, "the correlation of column \(i) with itself is 1 and has no interval")
    guard hasProfiles, structure == .full else { return nil }
    let r = correlation[i, j]
    let rest = (1 - r) * (1 + r)
    let growth = Double.expMinusOne(likelihoodDrop(level) / sampleSize)
    // (1 - rho r)^2 = k (1 - rho^2) (1 - r^2) with k = 1 + growth: a quadratic in rho.
    let k = 1 + growth
    let reach = rest * (k * growth).squareRoot()
    let divisor = 1 + growth * rest
    return Interval(lower: max((r - reach) / divisor, -1), upper: min((r + reach) / divisor, 1))
  }

  /// Profiles are of one sample at its maximum, in a structure whose columns have variances of their own.
  private var hasProfiles: Bool {
    ridge == nil && sampleSize == covarianceSampleSize && (structure == .full || structure == .diagonal)
  }
}

/// By how much twice the log-likelihood may drop: the chi-square quantile with one degree of freedom.
func likelihoodDrop(_ level: Double) -> Double {
  let z = StandardNormal().quantile(tailProbability(level))
  return z * z
}
