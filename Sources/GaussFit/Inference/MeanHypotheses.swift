// Hotelling's tests of one and two means, and Fisher's test of a correlation: exact F laws, from moments alone.
import MatDeriv

/// Hotelling's T^2 with the F test that follows from it.
public struct HotellingTest: Sendable, Equatable {
  /// The squared distance of the means in units of its own covariance.
  public let tSquared: Double
  /// The F test; exact for Gaussian rows.
  public let result: TestResult
}

extension Moments {
  /// Hotelling's one-sample test that the mean is `mu0`.
  ///
  /// `T^2 = n (m - mu0)' inv(S) (m - mu0)` with S of divisor n - 1; `(n - d) / (d (n - 1)) T^2` is F(d, n - d).
  ///
  /// **Shapes**: d entries; traps otherwise. **Throws**: `singular` and the like of ``Fit``; `testUndefined` for
  /// reliability weights. **Cost**: d^3.
  /// **Source**: H. Hotelling, Ann. Math. Stat. 2 (1931); T. W. Anderson, An introduction to multivariate statistical
  /// analysis, 3rd ed. (2003), corollary 5.2.1.
  public func hotellingTest(mean mu0: [Double]) throws(GaussFitError) -> HotellingTest {
    let name = "hotelling"
    require(
      mu0.count == columns.count, "the mean of \(columns.count) columns cannot be tested with \(mu0.count) numbers")
    let sample = try TestedSample(self, for: name)
    // By shift and deviation: a large offset of the data costs no digits of the difference.
    let difference = mu0.indices.map { (shift[$0] - DoubleDouble(mu0[$0]) + meanDeviation[$0]).rounded }
    let tSquared = sample.nu * sample.factor.squaredLength(difference)
    return try HotellingTest(name, tSquared, columns: columns.count, n: sample.n, nu: sample.nu)
  }

  /// Hotelling's two-sample test that two means are equal, for equal covariances.
  ///
  /// `T^2 = (n1 n2 / (n1 + n2)) (m1 - m2)' inv(S) (m1 - m2)` with the pooled S of divisor n1 + n2 - 2;
  /// `(n1 + n2 - d - 1) / (d (n1 + n2 - 2)) T^2` is F(d, n1 + n2 - d - 1).
  ///
  /// **Throws**: as ``hotellingTest(mean:)``; `differentColumns`, `differentWeighting`. **Cost**: d^3.
  /// **Source**: Anderson (2003), section 5.3.4.
  public func hotellingTest(against other: Moments) throws(GaussFitError) -> HotellingTest {
    let name = "hotelling"
    try requireSameColumns(as: other)
    for moments in [self, other] { try moments.requireTestable(name) }
    let pooled = SampleCovariance(pooling: [self, other])
    let factor = try CovarianceEstimate(pooled, structure: .full, ridge: nil).factor
    let (n1, n2) = (sampleSize, other.sampleSize)
    let nu = n1 + n2 - 2
    let difference = columns.indices.map { j in
      (shift[j] - other.shift[j] + meanDeviation[j] + -other.meanDeviation[j]).rounded
    }
    // The factor is that of divisor n1 + n2.
    let tSquared = n1 / (n1 + n2) * n2 * (nu / (n1 + n2)) * factor.squaredLength(difference)
    return try HotellingTest(name, tSquared, columns: columns.count, n: nu + 1, nu: nu)
  }

  /// Fisher's test that the correlation of columns i and j is `r0`.
  ///
  /// `(atanh r - atanh r0) sqrt(n - 3)`, standard normal; intervals are ``Fit/correlationInterval(_:_:level:)``.
  ///
  /// **Domain**: -1 < r0 < 1, i != j. **Throws**: `singular` where a column is constant or both are proportional,
  /// `testUndefined` unless n > 3 and for reliability weights.
  /// **Source**: R. A. Fisher, Metron 1 (1921).
  public func correlationTest(_ i: Int, _ j: Int, equals r0: Double = 0) throws(GaussFitError) -> TestResult {
    let name = "correlation"
    require(i != j, "the correlation of column \(i) with itself is 1 and cannot be tested")
    require(abs(r0) < 1, "a correlation lies between -1 and 1; the one to be tested is \(r0)")
    let sample = try TestedSample(selecting([i, j]), for: name)
    guard sample.n > 3 else { throw .testUndefined(name: name, reason: "it needs more than 3 rows; n = \(sample.n)") }
    let sd = sample.standardDeviation
    let r = min(max(sample.covariance[1, 0] / sd[0] / sd[1], -1), 1)
    // atanh r - atanh r0 = atanh((r - r0) / (1 - r r0)): no cancellation where they are close
    return .normal(name, Double.atanh((r - r0) / (1 - r * r0)) * (sample.n - 3).squareRoot())
  }
}

extension HotellingTest {
  /// From T^2 on nu degrees of freedom: `(n - d) / (d nu) T^2` is F(d, n - d), with n = nu + 1.
  fileprivate init(
    _ name: String, _ tSquared: Double, columns d: Int, n: Double, nu: Double
  ) throws(GaussFitError) {
    let rest = n - Double(d)
    guard rest > 0 else {
      throw .testUndefined(name: name, reason: "\(nu) degrees of freedom are too few for \(d) columns")
    }
    self.tSquared = tSquared
    result = .f(name, rest / (Double(d) * nu) * tSquared, df: Double(d), df2: rest)
  }
}

extension ScaledFactor {
  /// `v' inv(S) v`.
  func squaredLength(_ v: [Double]) -> Double {
    factor.solveLower(zip(v, scale).map { $0 / $1 }).reduce(0) { $0 + $1 * $1 }
  }
}
