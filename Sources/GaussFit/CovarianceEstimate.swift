// From the covariance of a sample to the estimate of a fit: structure, ridge, factor, and the refusal of what is singular.
// Single fits and tied groups meet here, so that there is one place that decides whether a covariance exists.
import MatDeriv

/// A ridge that was added to the covariance of a fit, and what it did.
public struct Ridge: Sendable, Equatable {
  /// What was added to each variance, in the squared units of the data.
  public let value: Double
  /// The log-likelihood of the same fit without it; nil where that fit does not exist.
  public let logLikelihoodWithout: Double?
}

/// The estimated covariance of a sample in a structure, factored.
struct CovarianceEstimate: Sendable {
  let structure: Structure
  let matrix: Matrix<Double>
  /// The estimate before a ridge was added: what the rows vary by.
  let withoutRidge: Matrix<Double>
  let factor: ScaledFactor
  /// Rank of the sample's correlation matrix, whatever structure and ridge.
  let rank: Int
  let ridge: Double?

  init(_ sample: SampleCovariance, structure: Structure, ridge: Double?) throws(GaussFitError) {
    if let ridge, !(ridge > 0 && ridge.isFinite) { throw .invalidRidge(ridge) }
    let estimate = structure.estimate(from: sample.matrix)
    let matrix = ridge.map { estimate.addingToDiagonal($0) } ?? estimate
    let deviation = matrix.diagonal.map { max($0, 0).squareRoot() }
    // The estimate is as uncertain as the sample it came from, and at least as its own rounding.
    let noise = sample.noise
    let uncertainty: [Double]
    switch structure {
    case .full:
      uncertainty = deviation.indices.map { max(deviation[$0], noise[$0] * sample.standardDeviation[$0]) }
    case .diagonal, .spherical, .compoundSymmetry:
      uncertainty = deviation
    }
    let refused =
      switch structure {
      case .full: ridge == nil && (!sample.constantColumns.isEmpty || sample.rankBound < sample.dimension)
      case .diagonal: ridge == nil && !sample.constantColumns.isEmpty
      case .spherical, .compoundSymmetry: false
      }
    guard !refused, let factor = ScaledFactor(matrix),
      factor.isMeaningful(unit: sample.roundingUnit, uncertainty: uncertainty)
    else { throw .singular(Singularity(of: sample, structure: structure, ridge: ridge)) }
    self.structure = structure
    self.matrix = matrix
    withoutRidge = estimate
    self.factor = factor
    self.ridge = ridge
    rank = structure == .full && ridge == nil ? sample.dimension : sample.rank
  }

  /// log-likelihood of `n` rows whose mean is the fitted one and whose covariance, divisor n, is `sample`.
  ///
  /// `-n/2 (d log 2 pi + log det S + tr(inv(S) sample))`  // M15
  func logLikelihood(of n: Double, covariance sample: Matrix<Double>, isOwnSample: Bool) -> Double {
    let d = Double(matrix.rows)
    // Each structure's estimate makes the trace exactly d on its own sample.
    let trace = isOwnSample && ridge == nil ? d : factor.traceOfSolution(sample)
    return -0.5 * n * (d * logTwoPi + factor.logDeterminant + trace)
  }

  /// The estimate times `factor`, without touching the ridge.
  func scaled(by factor: Double) -> Matrix<Double> {
    let scaled = withoutRidge * factor
    return ridge.map { scaled.addingToDiagonal($0) } ?? scaled
  }
}

extension Matrix<Double> {
  func addingToDiagonal(_ value: Double) -> Matrix {
    var sum = self
    for j in 0..<rows { sum[j, j] += value }
    return sum
  }
}
