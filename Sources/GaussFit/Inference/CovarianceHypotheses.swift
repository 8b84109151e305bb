// Likelihood-ratio tests of the form of one covariance, from moments alone. Each statistic is -2 log of the ratio times a
// factor of Bartlett's kind, which brings its mean to that of the chi-square law to the order 1/n.
import MatDeriv

extension Moments {
  /// Tests that the covariance is `sigma0`, whatever the mean.
  ///
  /// `f nu (log det sigma0 - log det S + tr(inv(sigma0) S) - d)` with S of divisor nu = n - 1 and
  /// `f = 1 - (2d + 1 - 2 / (d + 1)) / (6 nu - 1)`; chi-square with d (d + 1) / 2 degrees of freedom.
  ///
  /// **Shapes**: d x d; traps otherwise. **Throws**: `singular` and the like of ``Fit``; `notPositiveDefinite` for
  /// sigma0; `testUndefined` for reliability weights, or where f is not positive.
  /// **Source**: A. C. Rencher, Methods of multivariate analysis, 2nd ed. (2002), eq. 7.1 and 7.2; Stata `mvtest covariances`.
  public func covarianceTest(equals sigma0: Matrix<Double>) throws(GaussFitError) -> TestResult {
    let name = "covariance"
    let sample = try TestedSample(self, for: name)
    let d = sample.dimension
    require(
      sigma0.rows == d && sigma0.columns == d,
      "a covariance of \(d) columns is \(d) x \(d); the one to be tested is \(sigma0.rows) x \(sigma0.columns)")
    let zero = [Double](repeating: 0, count: d)
    let hypothesis = try Gaussian(mean: zero, covariance: sigma0)
    // The bracket is twice the divergence of N(0, S) from N(0, sigma0): a sum of squares and of x - log(1 + x).
    let unbiased = Gaussian(mean: zero, lower: sample.factor.lower * (sample.n / sample.nu).squareRoot())
    let m = Double(d)
    let factor = sample.nu - sample.nu * (2 * m + 1 - 2 / (m + 1)) / (6 * sample.nu - 1)
    try Self.requirePositive(factor, name, sample)
    return .chiSquare(name, factor * 2 * unbiased.kullbackLeibler(to: hypothesis), df: m * (m + 1) / 2)
  }

  /// Tests that the covariance is a multiple of the identity: independent columns of one variance.
  ///
  /// `(nu - (2 d^2 + d + 2) / (6 d)) (d log(tr S / d) - log det S)`, chi-square with d (d + 1) / 2 - 1 degrees of freedom.
  ///
  /// **Throws**: as ``covarianceTest(equals:)``; `testUndefined` for one column.
  /// **Source**: J. W. Mauchly, Ann. Math. Stat. 11 (1940); Rencher (2002), eq. 7.9.
  public func sphericityTest() throws(GaussFitError) -> TestResult {
    let name = "sphericity"
    try requireSeveralColumns(name)
    let sample = try TestedSample(self, for: name)
    let d = Double(sample.dimension)
    let root = Self.meanVariance(sample).squareRoot()
    let factor = sample.nu - (2 * d * d + d + 2) / (6 * d)
    try Self.requirePositive(factor, name, sample)
    let ratio = -sample.factor.logDeterminant(relativeTo: Array(repeating: root, count: sample.dimension))
    return .chiSquare(name, factor * max(ratio, 0), df: d * (d + 1) / 2 - 1)
  }

  /// Tests that all columns are independent: the blocks test with one column in each block.
  ///
  /// `-(nu - (2 d + 5) / 6) log det R` of the correlation matrix R, chi-square with d (d - 1) / 2 degrees of freedom.
  ///
  /// **Throws**: as ``covarianceTest(equals:)``; `testUndefined` for one column.
  /// **Source**: M. S. Bartlett, J. R. Stat. Soc. B 16 (1954); Rencher (2002), eq. 7.37 and 7.38.
  public func independenceTest() throws(GaussFitError) -> TestResult {
    try requireSeveralColumns("independence")
    return try blocksTest(columns.indices.map { [$0] }, name: "independence")
  }

  /// Tests that blocks of columns are independent of each other, whatever their own covariances.
  ///
  /// `(nu - (2 a3 + 3 a2) / (6 a2)) (sum_b log det S_bb - log det S)` with `a2 = d^2 - sum d_b^2`,
  /// `a3 = d^3 - sum d_b^3`; chi-square with a2 / 2 degrees of freedom.
  ///
  /// **Shapes**: a partition of the columns into at least two blocks, by index; traps otherwise.
  /// **Throws**: as ``covarianceTest(equals:)``.
  /// **Source**: S. S. Wilks, Econometrica 3 (1935); Rencher (2002), eq. 7.33 to 7.36.
  public func blocksTest(_ blocks: [[Int]]) throws(GaussFitError) -> TestResult {
    require(
      blocks.count > 1 && !blocks.contains([]) && blocks.flatMap(\.self).sorted() == Array(columns.indices),
      "blocks have to divide the columns 0..<\(columns.count) into at least two; they are \(blocks)")
    return try blocksTest(blocks, name: "blocks")
  }

  private func blocksTest(_ blocks: [[Int]], name: String) throws(GaussFitError) -> TestResult {
    let sample = try TestedSample(self, for: name)
    let sd = sample.standardDeviation
    // Correlation matrices: the variances cancel between the blocks and the whole.
    var ratio = -sample.factor.logDeterminant(relativeTo: sd)
    for block in blocks where block.count > 1 {
      guard let factor = ScaledFactor(sample.covariance[rows: block, columns: block]) else {
        fatalError("a block of a positive definite matrix is positive definite")
      }
      ratio += factor.logDeterminant(relativeTo: block.map { sd[$0] })
    }
    let d = Double(sample.dimension)
    let sizes = blocks.map { Double($0.count) }
    let a2 = d * d - sizes.reduce(0) { $0 + $1 * $1 }
    let a3 = d * d * d - sizes.reduce(0) { $0 + $1 * $1 * $1 }
    let factor = sample.nu - (2 * a3 + 3 * a2) / (6 * a2)
    try Self.requirePositive(factor, name, sample)
    return .chiSquare(name, factor * max(ratio, 0), df: a2 / 2)
  }

  /// Tests that all variances are equal and all correlations are equal.
  ///
  /// `(nu - d (d + 1)^2 (2 d - 3) / (6 (d - 1) (d^2 + d - 4))) (log det S0 - log det S)` with S0 the estimate of compound
  /// symmetry; chi-square with d (d + 1) / 2 - 2 degrees of freedom.
  ///
  /// **Throws**: as ``covarianceTest(equals:)``; `testUndefined` for one column.
  /// **Source**: G. E. P. Box, Biometrika 36 (1949) and 37 (1950); Rencher (2002), eq. 7.13 and 7.16.
  public func compoundSymmetryTest() throws(GaussFitError) -> TestResult {
    let name = "compoundSymmetry"
    try requireSeveralColumns(name)
    let sample = try TestedSample(self, for: name)
    let d = Double(sample.dimension)
    let variance = Self.meanVariance(sample)
    let (within, between) = Structure.eigenvalues(
      ofCompoundSymmetric: Structure.compoundSymmetry.estimate(from: sample.covariance))
    let restricted = (d - 1) * Double.log(within / variance) + Double.log(between / variance)
    let full = sample.factor.logDeterminant(
      relativeTo: Array(repeating: variance.squareRoot(), count: sample.dimension))
    let factor = sample.nu - d * (d + 1) * (d + 1) * (2 * d - 3) / (6 * (d - 1) * (d * d + d - 4))
    try Self.requirePositive(factor, name, sample)
    return .chiSquare(name, factor * max(restricted - full, 0), df: d * (d + 1) / 2 - 2)
  }

  private func requireSeveralColumns(_ test: String) throws(GaussFitError) {
    guard columns.count > 1 else { throw .testUndefined(name: test, reason: "it needs at least two columns") }
  }

  /// Bartlett's factor is positive but for a handful of rows, where the chi-square law means nothing.
  private static func requirePositive(
    _ factor: Double, _ test: String, _ sample: TestedSample
  ) throws(GaussFitError) {
    guard factor > 0 else {
      throw .testUndefined(
        name: test, reason: "n = \(shortDecimal(sample.n, digits: 6)) is too small for \(sample.dimension) columns")
    }
  }

  private static func meanVariance(_ sample: TestedSample) -> Double {
    sample.covariance.trace / Double(sample.dimension)
  }
}
