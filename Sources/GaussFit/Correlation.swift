// Correlations of a covariance and of its inverse: one way for fits and for distributions.
import MatDeriv

extension Matrix<Double> {
  /// Of a covariance the correlations, with a diagonal of ones.
  var correlation: Matrix {
    let sd = diagonal.map { $0.squareRoot() }
    return Matrix(rows: rows, columns: columns) { $0 == $1 ? 1 : self[$0, $1] / sd[$0] / sd[$1] }
  }

  /// Of the inverse P of a covariance, whose columns may be scaled, the partial correlations `-p_ij / sqrt(p_ii p_jj)`, with a diagonal of ones.
  var partialCorrelationOfInverse: Matrix {
    let root = diagonal.map { $0.squareRoot() }
    return Matrix(rows: rows, columns: columns) { i, j in
      i == j ? 1 : -self[max(i, j), min(i, j)] / root[i] / root[j] + 0  // + 0: no negative zero
    }
  }
}
