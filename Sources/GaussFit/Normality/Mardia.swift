// Mardia's measures and what follows from them: large-sample and small-sample tests. Where the two measures come from,
// rows or co-moments, is the business of other files.

/// Mardia's multivariate skewness and kurtosis with their tests.
///
/// `z = inv(L) (x - mean)` with the covariance L L' of divisor n:
/// `b1 = 1/n^2 sum_ij (z_i' z_j)^3`, `b2 = 1/n sum_i (z_i' z_i)^2`.
///
/// **Source**: K. V. Mardia, Measures of multivariate skewness and kurtosis with applications, Biometrika 57 (1970), eq. 2.23
/// and 3.12.
public struct Mardia: Sendable, Equatable {
  /// b1; 0 for a symmetric distribution.
  public let b1: Double
  /// b2; d (d + 2) for a normal distribution.
  public let b2: Double
  /// Number of rows n.
  public let rows: Int
  /// Number of columns d.
  public let dimension: Int

  /// **Domain**: at least one row and one column; traps otherwise.
  public init(b1: Double, b2: Double, rows: Int, dimension: Int) {
    require(rows > 0 && dimension > 0, "Mardia's measures of \(rows) rows and \(dimension) columns do not exist")
    self.b1 = b1
    self.b2 = b2
    self.rows = rows
    self.dimension = dimension
  }

  private var n: Double { Double(rows) }
  private var d: Double { Double(dimension) }

  /// `n b1 / 6`, chi-square with d (d + 1) (d + 2) / 6 degrees of freedom: for large samples.
  ///
  /// **Source**: Mardia (1970), eq. 2.26.
  public var skewness: TestResult {
    .chiSquare("mardiaSkewness", max(n * b1 / 6, 0), df: d * (d + 1) * (d + 2) / 6)
  }

  /// The same times `(d + 1) (n + 1) (n + 3) / (n ((n + 1) (d + 1) - 6))`, which makes its mean that of the chi-square law.
  ///
  /// Nil where the factor is not positive: for fewer than 3 rows.
  /// **Source**: K. V. Mardia, Applications of some measures of multivariate skewness and kurtosis in testing normality and
  /// robustness studies, Sankhya B 36 (1974), eq. 5.5.
  public var skewnessSmallSample: TestResult? {
    let rest = (n + 1) * (d + 1) - 6
    guard rest > 0 else { return nil }
    let factor = (d + 1) * (n + 1) * (n + 3) / (n * rest)
    return .chiSquare("mardiaSkewnessSmallSample", max(n * b1 / 6 * factor, 0), df: d * (d + 1) * (d + 2) / 6)
  }

  /// `(b2 - d (d + 2)) / sqrt(8 d (d + 2) / n)`, standard normal, two-sided: for large samples.
  ///
  /// **Source**: Mardia (1970), eq. 3.23.
  public var kurtosis: TestResult {
    .normal("mardiaKurtosis", (b2 - d * (d + 2)) / (8 * d * (d + 2) / n).squareRoot())
  }

  /// b2 standardised by its exact mean and variance under normality, taken as standard normal, two-sided.
  ///
  /// Mean `d (d + 2) (n - 1) / (n + 1)`, variance
  /// `8 d (d + 2) (n - 3) (n - d - 1) (n - d + 1) / ((n + 1)^2 (n + 3) (n + 5))`.
  /// Nil where the variance is not positive: unless n > 3 and n > d + 1.
  /// **Source**: Mardia (1974), eq. 3.6 and 3.7.
  public var kurtosisSmallSample: TestResult? {
    guard n > 3 && n > d + 1 else { return nil }
    let mean = d * (d + 2) * (n - 1) / (n + 1)
    let variance =
      8 * d * (d + 2) / ((n + 1) * (n + 1)) * ((n - 3) / (n + 3)) * ((n - d - 1) / (n + 5)) * (n - d + 1)
    return .normal("mardiaKurtosisSmallSample", (b2 - mean) / variance.squareRoot())
  }
}
