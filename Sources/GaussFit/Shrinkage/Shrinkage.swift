// Covariances shrunk towards a multiple of the identity, with the intensity that the data give: Ledoit and Wolf's and OAS.
// They exist for any number of rows and columns, and say what they cost in likelihood.
import MatDeriv

/// The covariance `(1 - s) S + s m I`, S with divisor n, `m = tr S / d`.
///
/// It depends on the units of the columns, as every multiple of the identity does: standardise columns of different kinds.
public struct Shrinkage: Sendable {
  /// Where the intensity comes from.
  public enum Method: String, Sendable, CaseIterable {
    /// Ledoit and Wolf: the least mean squared error, estimated from fourth moments, whatever the distribution.
    case ledoitWolf
    /// Oracle approximating shrinkage: for a normal distribution, from the covariance alone.
    case oas
  }

  public let method: Method
  /// The intensity s, from 0 (the sample's covariance) to 1 (a multiple of the identity).
  public let intensity: Double
  /// m, the mean variance.
  public let target: Double
  /// The shrunk covariance.
  public let covariance: Matrix<Double>
  /// The distribution with the sample's mean and the shrunk covariance.
  public let gaussian: Gaussian
  /// Log-likelihood of the rows at ``gaussian``, natural logarithm, with all constants.
  public let logLikelihood: Double
  /// The same without shrinkage, the maximum; nil where the sample's covariance is singular.
  public let logLikelihoodWithout: Double?
  /// Names of the columns.
  public let columns: [String]

  /// What shrinkage takes from the log-likelihood, from 0 down; nil where there is nothing to compare with.
  public var logLikelihoodChange: Double? { logLikelihoodWithout.map { min(logLikelihood - $0, 0) } }

  /// **Throws**: `noRows`, `overflow`; `singular` where every column is constant.
  init(_ method: Method, _ moments: Moments, intensity: (Sphere) -> Double) throws(GaussFitError) {
    guard moments.weight > 0 else { throw .noRows }
    try moments.requireFinite()
    let sample = SampleCovariance(moments)
    guard sample.constantColumns.count < sample.dimension else {
      throw .singular(Singularity(of: sample, structure: .spherical, ridge: nil))
    }
    let sphere = Sphere(sample.matrix)
    let s = min(max(intensity(sphere), 0), 1)
    let covariance = Matrix(rows: sample.dimension, columns: sample.dimension) { i, j in
      (1 - s) * sample.matrix[i, j] + (i == j ? s * sphere.meanVariance : 0)
    }
    guard let factor = ScaledFactor(covariance) else {
      // Only where the intensity vanishes beside a singular covariance.
      throw .singular(Singularity(of: sample, structure: .full, ridge: nil))
    }
    let (n, d) = (moments.sampleSize, Double(sample.dimension))
    self.method = method
    self.intensity = s
    self.covariance = covariance
    target = sphere.meanVariance
    columns = moments.columns
    gaussian = Gaussian(mean: moments.mean, lower: factor.lower)
    logLikelihood = -0.5 * n * (d * logTwoPi + factor.logDeterminant + factor.traceOfSolution(sample.matrix))
    logLikelihoodWithout = try? Fit(moments).logLikelihood
  }
}

/// How far a covariance is from a multiple of the identity; in one unit for all columns, so that no square overflows.
struct Sphere: Sendable {
  /// d.
  let dimension: Double
  /// The unit of length: a power of two near the root of the largest variance.
  let unit: Double
  /// `tr S / d`, in the units of the data.
  let meanVariance: Double
  /// `tr S / d`, in units.
  let mean: Double
  /// `sum_ij s_ij^2`, in units.
  let squares: Double

  init(_ covariance: Matrix<Double>) {
    let d = Double(covariance.rows)
    let largest = covariance.diagonal.reduce(0, max).squareRoot()
    let unit = Double(sign: .plus, exponent: largest.exponent, significand: 1)
    dimension = d
    self.unit = unit
    mean = covariance.diagonal.reduce(0) { $0 + $1 / unit / unit } / d
    meanVariance = mean * unit * unit
    squares = covariance.columnMajor.reduce(0) { sum, s in
      let scaled = s / unit / unit
      return sum + scaled * scaled
    }
  }

  /// `sum_ij (s_ij - mean delta_ij)^2`: the squared distance from the identity's multiple.
  var distance: Double { max(squares - dimension * mean * mean, 0) }
}
