// Tests that compare groups: equality of their covariances (likelihood ratio, Box's M) and of their means (Wilks).
import MatDeriv

/// Box's M with its two approximations.
public struct BoxTest: Sendable, Equatable {
  /// `M = nu log det S - sum nu_i log det S_i`, covariances with divisors nu_i = n_i - 1.
  public let m: Double
  /// `(1 - c1) M` by chi-square: for groups of some twenty rows and more.
  public let chiSquare: TestResult
  /// Box's F, also for smaller groups.
  public let f: TestResult
}

/// Wilks' lambda with its two approximations.
public struct WilksTest: Sendable, Equatable {
  /// `det(within) / det(total)` of the scatters.
  public let lambda: Double
  /// Rao's F: exact for two groups, three groups, one column or two columns.
  public let f: TestResult
  /// Bartlett's chi-square.
  public let chiSquare: TestResult
}

/// Groups of rows whose covariances or means are compared.
public struct GroupComparison: Sendable {
  private let groups: [TestedSample]
  /// The covariance within groups, divisor n.
  private let pooled: SampleCovariance
  private let pooledFactor: ScaledFactor
  /// All rows together.
  private let total: Moments

  /// - Parameter groups: names and moments of at least two groups.
  ///
  /// **Throws**: `singularGroups` with every group whose covariance is singular; `testUndefined` for fewer than two groups
  /// or reliability weights; `noRows`, `differentColumns`, `differentWeighting`, `overflow`. **Cost**: d^3 for each group.
  public init(_ groups: [(name: String, moments: Moments)]) throws(GaussFitError) {
    guard groups.count > 1 else {
      throw .testUndefined(name: "covarianceEquals", reason: "it needs at least two groups")
    }
    var samples: [TestedSample] = []
    var singular: [GroupSingularity] = []
    var total = groups[0].moments
    for (index, group) in groups.enumerated() {
      if index > 0 { try total.merge(group.moments) }
      do throws(GaussFitError) {
        samples.append(try TestedSample(group.moments, for: "covarianceEquals"))
      } catch .singular(let singularity) {
        singular.append(GroupSingularity(group: group.name, singularity: singularity))
      }
    }
    guard singular.isEmpty else { throw .singularGroups(singular) }
    self.groups = samples
    self.total = total
    pooled = SampleCovariance(pooling: groups.map(\.moments))
    pooledFactor = try CovarianceEstimate(pooled, structure: .full, ridge: nil).factor
  }

  private var count: Double { Double(groups.count) }
  private var d: Double { Double(pooled.dimension) }
  private var n: Double { groups.reduce(0) { $0 + $1.n } }

  /// log det of the pooled over that of group i, both with divisor n: logarithms of ratios, so that units cancel.
  private var logRatios: [Double] {
    let sd = pooled.standardDeviation
    let whole = pooledFactor.logDeterminant(relativeTo: sd)
    return groups.map { whole - $0.factor.logDeterminant(relativeTo: sd) }
  }

  /// The likelihood-ratio test of equal covariances: `sum n_i (log det S - log det S_i)`, divisors n_i and n, by chi-square
  /// with `(g - 1) d (d + 1) / 2` degrees of freedom. No small-sample correction; see ``box``.
  ///
  /// **Source**: Anderson (2003), eq. 10.2.7; K. V. Mardia, J. T. Kent, J. M. Bibby, Multivariate analysis (1979), eq. 5.3.17.
  public var equalCovariances: TestResult {
    let statistic = zip(groups, logRatios).reduce(0) { $0 + $1.0.n * $1.1 }
    return .chiSquare("covarianceEquals", max(statistic, 0), df: (count - 1) * d * (d + 1) / 2)
  }

  /// Box's M test of equal covariances.
  ///
  /// With `c1 = (sum 1/nu_i - 1/nu) (2 d^2 + 3 d - 1) / (6 (d + 1) (g - 1))` and
  /// `c2 = (sum 1/nu_i^2 - 1/nu^2) (d - 1) (d + 2) / (6 (g - 1))`: `(1 - c1) M` is chi-square with
  /// `a = (g - 1) d (d + 1) / 2` degrees of freedom, and with `b = (a + 2) / |c2 - c1^2|` F(a, b) is
  /// `(1 - c1 - a / b) M / a` if c2 > c1^2, else `b M r / (a (1 - M r))` with `r = (1 - c1 + 2 / b) / b`.
  ///
  /// **Source**: G. E. P. Box, A general distribution theory for a class of likelihood criteria, Biometrika 36 (1949);
  /// Rencher (2002), eq. 7.20 to 7.27.
  public var box: BoxTest {
    let nu = n - count
    // The pooled covariance changes its divisor from n to nu, group i from n_i to nu_i.
    let m = zip(groups, logRatios).reduce(0) { sum, group in
      sum + group.0.nu * (group.1 + d * (Double.log(n / nu) - Double.log(group.0.n / group.0.nu)))
    }
    let inverse = groups.reduce(0) { $0 + 1 / $1.nu } - 1 / nu
    let inverseSquare = groups.reduce(0) { $0 + 1 / ($1.nu * $1.nu) } - 1 / (nu * nu)
    let c1 = inverse * (2 * d * d + 3 * d - 1) / (6 * (d + 1) * (count - 1))
    let c2 = inverseSquare * (d - 1) * (d + 2) / (6 * (count - 1))
    let a = (count - 1) * d * (d + 1) / 2
    let b = (a + 2) / abs(c2 - c1 * c1)
    let statistic = max(m, 0)
    let f: Double
    if c2 > c1 * c1 {
      f = (1 - c1 - a / b) * statistic / a
    } else {
      let r = (1 - c1 + 2 / b) / b
      // Beyond the pole of the approximation no value is compatible with the hypothesis.
      f = statistic * r < 1 ? b * statistic * r / (a * (1 - statistic * r)) : .infinity
    }
    return BoxTest(
      m: statistic, chiSquare: .chiSquare("boxM", max((1 - c1) * statistic, 0), df: a),
      f: .f("boxM", max(f, 0), df: a, df2: b))
  }

  /// Wilks' test of equal means for equal covariances: one-way multivariate analysis of variance.
  ///
  /// With h = g - 1 and e = n - g degrees of freedom between and within, `t = sqrt((d^2 h^2 - 4) / (d^2 + h^2 - 5))` (1 where
  /// that is not positive), `b = (e + h - (d + h + 1) / 2) t - (d h - 2) / 2`:
  /// `(lambda^(-1/t) - 1) b / (d h)` is F(d h, b); `-(e - (d - h + 1) / 2) log lambda` is chi-square with d h.
  ///
  /// **Source**: C. R. Rao, Bull. Int. Stat. Inst. 33 (1951); M. S. Bartlett, Proc. Camb. Phil. Soc. 34 (1938);
  /// Rencher (2002), eq. 6.13 to 6.16.
  public func equalMeans() throws(GaussFitError) -> WilksTest {
    let whole = try TestedSample(total, for: "meanEquals")
    let sd = pooled.standardDeviation
    let logLambda = min(
      pooledFactor.logDeterminant(relativeTo: sd) - whole.factor.logDeterminant(relativeTo: sd), 0)
    let (h, e) = (count - 1, n - count)
    let square = d * d + h * h - 5
    let t = square > 0 ? ((d * d * h * h - 4) / square).squareRoot() : 1
    let b = (e + h - (d + h + 1) / 2) * t - (d * h - 2) / 2
    let factor = e - (d - h + 1) / 2
    guard b > 0 && factor > 0 else {
      throw .testUndefined(name: "meanEquals", reason: "n = \(n) is too small for \(groups.count) groups")
    }
    return WilksTest(
      lambda: Double.exp(logLambda),
      f: .f("meanEquals", Double.expMinusOne(-logLambda / t) * b / (d * h), df: d * h, df2: b),
      chiSquare: .chiSquare("meanEquals", -factor * logLambda, df: d * h))
  }
}
