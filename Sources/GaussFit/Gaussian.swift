// The multivariate normal distribution: a mean and the lower Cholesky factor of the covariance, never its inverse.
// Everything that a distribution is asked for is a triangular solve or a product with that factor.
import MatDeriv

/// A multivariate normal distribution with a positive definite covariance.
///
/// **Source**: K. V. Mardia, J. T. Kent, J. M. Bibby, Multivariate analysis (1979), chapter 3.
public struct Gaussian: Sendable, Equatable {
  public let mean: [Double]
  /// L, with `covariance = L L'`.
  public let factor: Cholesky<Double>

  /// A distribution with the given mean and covariance, factored after scaling by the standard deviations.
  ///
  /// **Shapes**: d entries, d x d symmetric; the lower triangle is read. **Throws**: `notPositiveDefinite`.
  /// **Cost**: d^3 / 3.
  public init(mean: [Double], covariance: Matrix<Double>) throws(GaussFitError) {
    require(
      covariance.rows == mean.count && covariance.columns == mean.count,
      "a mean of \(mean.count) entries needs a covariance \(mean.count) x \(mean.count); "
        + "this one is \(covariance.rows) x \(covariance.columns)")
    if let j = covariance.diagonal.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .notPositiveDefinite("variance \(j + 1) of \(mean.count) is \(covariance[j, j])")
    }
    guard let scaled = ScaledFactor(covariance) else {
      throw .notPositiveDefinite("its \(mean.count) x \(mean.count) correlation matrix has no Cholesky factor")
    }
    self.init(mean: mean, lower: scaled.lower)
  }

  /// A distribution with the given mean and lower Cholesky factor.
  ///
  /// **Shapes**: traps unless L is d x d, lower triangular and has a positive diagonal.
  public init(mean: [Double], lower: Matrix<Double>) {
    require(
      lower.rows == mean.count,
      "a mean of \(mean.count) entries needs a factor of order \(mean.count), not \(lower.rows)")
    self.mean = mean
    factor = Cholesky(lower: lower)
  }

  public var dimension: Int { mean.count }

  /// L.
  public var lower: Matrix<Double> { factor.lower }

  /// `L L'`, exactly symmetric.
  public var covariance: Matrix<Double> {
    let product = lower * lower.transposed
    return Matrix(rows: dimension, columns: dimension) { product[max($0, $1), min($0, $1)] }
  }

  /// log det of the covariance.
  public var logDeterminant: Double { 2 * lower.diagonal.reduce(0) { $0 + Double.log($1) } }
}

// MARK: Density

extension Gaussian {
  /// Log of the density at x, with all constants.
  ///
  /// **Shapes**: d entries. **Cost**: d^2.
  public func logDensity(_ x: [Double]) -> Double {
    let distance = mahalanobis(x)
    return logDensityAtMean - 0.5 * distance * distance
  }

  /// Log of the density at each row of an n x d matrix.
  public func logDensity(rows: Matrix<Double>) -> [Double] {
    let peak = logDensityAtMean
    return mahalanobis(rows: rows).map { peak - 0.5 * $0 * $0 }
  }

  /// The Mahalanobis distance of x from the mean, `sqrt((x - mu)' inv(S) (x - mu))`: not squared.
  ///
  /// **Shapes**: d entries. **Domain**: infinite for a point with an infinite entry, NaN for one with a NaN. **Cost**: d^2.
  public func mahalanobis(_ x: [Double]) -> Double { mahalanobis(rows: Matrix(rowArrays: [x]))[0] }

  /// The Mahalanobis distance of each row of an n x d matrix.
  public func mahalanobis(rows: Matrix<Double>) -> [Double] {
    let d = dimension
    require(rows.columns == d, "a point of \(rows.columns) entries has no place in \(d) dimensions")
    let whitened = factor.solveLower(Matrix(rows: d, columns: rows.rows) { rows[$1, $0] - mean[$0] })
    return whitened.withUnsafeBufferPointer { z in
      (0..<rows.rows).map { i in
        let distance = length(UnsafeBufferPointer(rebasing: z[(i * d)..<((i + 1) * d)]))
        // Infinities may have met as NaN on the way.
        guard !distance.isFinite else { return distance }
        return (0..<d).contains { rows[i, $0].isNaN } ? .nan : .infinity
      }
    }
  }

  /// `-d/2 log(2 pi) - 1/2 log det S`.
  var logDensityAtMean: Double { -0.5 * (Double(dimension) * logTwoPi + logDeterminant) }
}

/// log(2 pi).
let logTwoPi = 1.8378770664093454836

private func length(_ z: UnsafeBufferPointer<Double>) -> Double {
  let squares = z.reduce(0) { $0 + $1 * $1 }
  if squares > 0x1p-960 && squares < .infinity { return squares.squareRoot() }
  // Squares that overflow, or that may have vanished, are taken over the largest entry; NaN stays NaN.
  let largest = z.reduce(0) { Swift.max($0, abs($1)) }
  guard largest > 0, largest.isFinite else { return squares.isNaN ? squares : largest }
  return largest * z.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
}

// MARK: Correlation

extension Gaussian {
  /// Correlations, with a diagonal of ones.
  public var correlation: Matrix<Double> { covariance.correlation }

  /// Correlation of each two coordinates given all others, `-p_ij / sqrt(p_ii p_jj)` of `P = inv(S)`, with a diagonal of ones.
  public var partialCorrelation: Matrix<Double> { factor.inverse.partialCorrelationOfInverse }
}
