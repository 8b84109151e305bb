// The covariance that a test looks at: a sample whose size means what the tests' laws assume, with a factor that rounding
// leaves meaningful. Every test of moments passes through here, so that refusals are the same for all.
import MatDeriv

/// A sample with a positive definite covariance.
struct TestedSample: Sendable {
  let moments: Moments
  /// Covariance, divisor n.
  let covariance: Matrix<Double>
  let factor: ScaledFactor
  /// Sample size n.
  let n: Double
  /// Degrees of freedom n - 1.
  let nu: Double

  /// **Throws**: `noRows`, `overflow`, `singular`; `testUndefined` for reliability weights.
  init(_ moments: Moments, for test: String) throws(GaussFitError) {
    try moments.requireTestable(test)
    let sample = SampleCovariance(moments)
    self.moments = moments
    covariance = sample.matrix
    factor = try CovarianceEstimate(sample, structure: .full, ridge: nil).factor
    n = moments.sampleSize
    nu = n - 1
    guard nu > 0 else {
      throw .testUndefined(name: test, reason: "frequency weights that sum to \(n) leave no degrees of freedom")
    }
  }

  var dimension: Int { covariance.rows }

  /// Standard deviations, divisor n.
  var standardDeviation: [Double] { covariance.diagonal.map { $0.squareRoot() } }
}

extension Moments {
  /// Makes sure that there are rows, finite moments and weights that count rows.
  ///
  /// Laws of test statistics hold for a number of independent rows of one distribution. Frequency weights count such rows;
  /// reliability weights change their variances.
  func requireTestable(_ test: String) throws(GaussFitError) {
    guard weight > 0 else { throw .noRows }
    try requireFinite()
    guard weighting != .reliability else {
      throw .testUndefined(
        name: test, reason: "with reliability weights the rows have different variances; its law is for equal ones")
    }
  }
}

extension ScaledFactor {
  /// log det of `inv(D) S inv(D)` for a diagonal D: the units cancel before logarithms are taken, column by column.
  func logDeterminant(relativeTo d: [Double]) -> Double {
    2 * d.indices.reduce(0) { $0 + Double.log(factor.lower[$1, $1] * (scale[$1] / d[$1])) }
  }
}
