// The sample in units in which a search is well scaled: deviations from the shift over standard deviations. Estimates go back the same way.
import MatDeriv

/// Mean and covariance of a sample in units of its standard deviations, measured from its shift.
struct StandardizedSample {
  let moments: Moments
  /// Standard deviations, divisor n.
  let scale: [Double]
  /// The mean in these units.
  let mean: [Double]
  /// The correlation matrix.
  let covariance: Matrix<Double>

  init(_ moments: Moments) {
    self.moments = moments
    let sample = moments.scatter / moments.weight
    let scale = sample.diagonal.map { $0.squareRoot() }
    self.scale = scale
    mean = zip(moments.meanDeviation, scale).map { $0 / $1 }
    covariance = Matrix(rows: scale.count, columns: scale.count) { i, j in
      i == j ? 1 : sample[max(i, j), min(i, j)] / scale[i] / scale[j]
    }
  }

  var dimension: Int { scale.count }

  /// Zero in the units of the data; the shift for a column that lies so far from zero that a search would only make its way there.
  var start: [Double] {
    zip(moments.shift, scale).map { shift, scale in
      let zero = -shift.rounded / scale
      return abs(zero) <= 1000 ? zero : 0
    }
  }

  /// A mean in the units of the data.
  func mean(_ standardized: [Double]) -> [Double] {
    standardized.indices.map { j in (moments.shift[j] + scale[j] * standardized[j]).rounded }
  }

  /// A lower factor in the units of the data.
  func lower(_ standardized: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: dimension, columns: dimension) { i, j in i < j ? 0 : scale[i] * standardized[i, j] }
  }

  /// What the log-likelihood of n rows is in the units of the data, when `value` is the negative mean log-likelihood in these units without its
  /// constant.
  func logLikelihood(_ value: Double, sampleSize n: Double) -> Double {
    let d = Double(dimension)
    let logScale = scale.reduce(0) { $0 + Double.log($1) }
    return -n * (value + 0.5 * d * logTwoPi + logScale)
  }
}
