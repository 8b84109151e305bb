// Little's test of whether cells are missing completely at random: do the patterns' means agree?
import MatDeriv

/// Little's test that cells are missing completely at random.
///
/// **Source**: R. J. A. Little, A test of missing completely at random for multivariate data with missing values, J. Am. Stat. Assoc. 83 (1988),
/// with the maximum-likelihood covariance.
public struct LittleTest: Sendable {
  public let statistic: Double
  public let degreesOfFreedom: Int
  public let pValue: Double

  /// **Cost**: k^3 / 3 for a pattern of k observed columns.
  public init(_ fit: IncompleteFit, threads: Int = 1) {
    let (sample, estimate) = (fit.sample, fit.estimate)
    let patterns = sample.patterns
    let total = sumByBlocks(rows: patterns.count, of: 64, threads: threads) { range in
      range.reduce(0.0) { $0 + LittleTest.distance(patterns[$1], estimate) }
    }
    statistic = total ?? 0
    degreesOfFreedom = patterns.reduce(0) { $0 + $1.observed.count } - sample.dimension
    pValue = degreesOfFreedom > 0 ? ChiSquare(degreesOfFreedom: Double(degreesOfFreedom)).survival(statistic) : 1
  }

  private static func distance(_ pattern: MissingnessPattern, _ estimate: Estimate) -> Double {
    let o = pattern.observed
    let mean = pattern.moments().mean
    let part = Matrix<Double>(rows: o.count, columns: o.count) { i, j in estimate.covariance[o[i], o[j]] }
    // Parts of a definite matrix are definite.
    guard let factor = try? Cholesky(part) else { return 0 }
    let half = factor.solveLower(o.indices.map { mean[$0] - estimate.mean[o[$0]] })
    return pattern.weight * half.reduce(0) { $0 + $1 * $1 }
  }
}

extension LittleTest {
  /// The test in the form of the others; nil where all rows have the same columns.
  public var result: TestResult? {
    guard degreesOfFreedom > 0 else { return nil }
    return .chiSquare("littleMCAR", statistic, df: Double(degreesOfFreedom))
  }
}
