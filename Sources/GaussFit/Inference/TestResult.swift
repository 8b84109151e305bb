// What a test of a hypothesis returns: one value for all of them, so that reports and JSON need one way to write it.

/// The outcome of a test: its statistic, the law that holds under the hypothesis, and the p-value.
public struct TestResult: Sendable, Equatable {
  /// The law of the statistic under the hypothesis, exact or approximate as the test says.
  public enum Law: String, Sendable {
    /// Chi-square with ``TestResult/df`` degrees of freedom; large values reject.
    case chiSquare
    /// F with ``TestResult/df`` and ``TestResult/df2`` degrees of freedom; large values reject.
    case f
    /// Standard normal; values far from 0 on either side reject.
    case normal
    /// Log-normal; large values reject.
    case logNormal
  }

  /// The test, in the word that JSON has for it.
  public let name: String
  public let statistic: Double
  public let law: Law
  /// Degrees of freedom, of F those of the numerator; nil for a law that has none. They need not be whole.
  public let df: Double?
  /// Degrees of freedom of the denominator of F.
  public let df2: Double?
  /// Probability, under the hypothesis, of a statistic at least as far out.
  public let pValue: Double
}

extension TestResult {
  static func chiSquare(_ name: String, _ statistic: Double, df: Double) -> TestResult {
    TestResult(
      name: name, statistic: statistic, law: .chiSquare, df: df, df2: nil,
      pValue: ChiSquare(degreesOfFreedom: df).survival(statistic))
  }

  static func f(_ name: String, _ statistic: Double, df: Double, df2: Double) -> TestResult {
    TestResult(
      name: name, statistic: statistic, law: .f, df: df, df2: df2,
      pValue: FisherF(numeratorDegrees: df, denominatorDegrees: df2).survival(statistic))
  }

  /// Two-sided.
  static func normal(_ name: String, _ z: Double) -> TestResult {
    TestResult(
      name: name, statistic: z, law: .normal, df: nil, df2: nil, pValue: 2 * StandardNormal().survival(abs(z)))
  }

  /// A statistic whose logarithm has the given mean and standard deviation.
  static func logNormal(_ name: String, _ statistic: Double, logMean: Double, logDeviation: Double) -> TestResult {
    let above = Double.log(max(statistic, .leastNormalMagnitude)) - logMean
    // A law that is one point but for rounding, as for thousands of columns, has no other tail probabilities.
    let p = logDeviation > 0 ? StandardNormal().survival(above / logDeviation) : above > 0 ? 0 : 1
    return TestResult(name: name, statistic: statistic, law: .logNormal, df: nil, df2: nil, pValue: p)
  }
}

extension Fit {
  /// The likelihood-ratio test of this fit against one of a wider structure on the same rows: `2 (l1 - l0)`, by chi-square
  /// with the difference of the numbers of parameters.
  ///
  /// **Shapes**: traps unless both are of the same columns and sample size, and `wider` has more parameters.
  /// **Domain**: the structure of `wider` contains this one; the smaller has no ridge.
  /// **Source**: S. S. Wilks, The large-sample distribution of the likelihood ratio, Ann. Math. Stat. 9 (1938).
  public func likelihoodRatio(against wider: Fit) -> TestResult {
    require(
      columns == wider.columns && sampleSize == wider.sampleSize,
      "a likelihood ratio needs two fits of the same rows; these have \(columns.count) and \(wider.columns.count) columns, "
        + "n = \(sampleSize) and \(wider.sampleSize)")
    require(
      wider.parameters > parameters,
      "the wider fit of a likelihood ratio has more parameters; these have \(wider.parameters) and \(parameters)")
    return .chiSquare(
      "likelihoodRatio", max(2 * (wider.logLikelihood - logLikelihood), 0), df: Double(wider.parameters - parameters))
  }
}
