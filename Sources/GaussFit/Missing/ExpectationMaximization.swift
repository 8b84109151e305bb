// EM for a sample with missing cells: what the missing cells are expected to be, then the fit to that. Steps are joined by Anderson's mixing in the
// metric of the complete rows' information, which makes the way as short as conjugate gradients would; a step that loses likelihood is taken back.
import CLinearAlgebra
import MatDeriv

/// Mean and covariance in the units of a sample.
struct Estimate: Sendable {
  var mean: [Double]
  var covariance: Matrix<Double>
}

/// EM steps of a sample.
///
/// **Source**: A. P. Dempster, N. M. Laird, D. B. Rubin, Maximum likelihood from incomplete data via the EM algorithm, J. R. Stat. Soc. B 39
/// (1977), section 4.1.1; R. J. A. Little, D. B. Rubin, Statistical analysis with missing data (2002), section 11.2.
struct ExpectationMaximization {
  let sample: IncompleteSample
  private let expectation: any Expectation
  /// The complete rows, if there are some.
  private let complete: (mean: [Double], covariance: Matrix<Double>, weight: Double)?
  let threads: Int

  init(sample: IncompleteSample, threads: Int = 1) {
    self.sample = sample
    self.threads = threads
    complete = sample.patterns.first { $0.missing.isEmpty }.map {
      let (mean, covariance) = $0.moments()
      return (mean, covariance, $0.weight)
    }
    expectation =
      sample.dimension <= RowExpectation.mostColumns ? RowExpectation(sample) : PatternExpectation(sample)
  }

  /// A step: the new estimate, and the log-likelihood per row of the one before, without d/2 log(2 pi).
  struct Step {
    var new: Estimate
    var logLikelihood: Double
    /// By how much rounding may have moved it.
    var noise: Double
    /// The factor of the old covariance, and its inverse.
    var factor: Cholesky<Double>
    var precision: Matrix<Double>
  }

  /// Nil where the covariance is not positive definite.
  func step(_ old: Estimate) -> Step? {
    let d = sample.dimension
    guard let factor = try? Cholesky(old.covariance) else { return nil }
    let precision = factor.inverse
    var sums = CompletedSums(dimension: d)
    if let complete { sums.add(complete.mean, complete.covariance, weight: complete.weight, about: old.mean) }
    guard let completed = expectation.sums(old, precision, threads: threads) else { return nil }
    sums.add(completed)
    let n = sample.sampleSize
    // log det S_oo = log det S + log det K_mm; the missing entries add nothing to z'*K*z.
    var (distance, magnitude) = (0.0, 0.0)
    for j in 0..<d {
      for i in j..<d {
        let term = (i == j ? 1 : 2) * precision[i, j] * sums.second[i + j * d]
        distance += term
        magnitude += abs(term)
      }
    }
    let value = -0.5 * (factor.logDeterminant + sums.logDeterminant / n + distance / n)
    let shift = sums.first.map { $0 / n }
    let covariance = Matrix<Double>(rows: d, columns: d) { i, j in
      let place = max(i, j) + min(i, j) * d
      return (sums.second[place] + sums.conditional[place]) / n - shift[i] * shift[j]
    }
    return Step(
      new: Estimate(mean: zip(old.mean, shift).map(+), covariance: covariance), logLikelihood: value,
      noise: 16 * .ulpOfOne * (magnitude / n + abs(factor.logDeterminant) + abs(sums.logDeterminant) / n),
      factor: factor, precision: precision)
  }
}

/// Sums over rows whose missing cells are replaced by what they are expected to be.
struct CompletedSums: BlockSum {
  /// Deviations from the old mean, and the lower triangle of their products.
  var first: [Double]
  var second: [Double]
  /// The conditional covariance of the missing cells, lower triangle.
  var conditional: [Double]
  /// log det K_mm, by weight.
  var logDeterminant = 0.0

  init(dimension d: Int) {
    first = Array(repeating: 0, count: d)
    second = Array(repeating: 0, count: d * d)
    conditional = second
  }

  mutating func add(_ other: CompletedSums) {
    first.add(other.first)
    second.add(other.second)
    conditional.add(other.conditional)
    logDeterminant += other.logDeterminant
  }

  /// Complete rows.
  mutating func add(_ mean: [Double], _ covariance: Matrix<Double>, weight: Double, about old: [Double]) {
    let d = mean.count
    let gap = zip(mean, old).map { $0 - $1 }
    for j in 0..<d {
      first[j] += weight * gap[j]
      for i in j..<d { second[i + j * d] += weight * (covariance[i, j] + gap[i] * gap[j]) }
    }
  }
}

/// The expectation of the incomplete rows.
protocol Expectation: Sendable {
  /// Nil where some K_mm is not positive definite.
  func sums(_ old: Estimate, _ precision: Matrix<Double>, threads: Int) -> CompletedSums?
}
