// The Cholesky factor of a covariance, taken after scaling, and the decision whether rounding leaves it any meaning.
// Units of the columns must not matter: a raw condition number of 1e17 is no obstacle, dependent columns are.
import MatDeriv

/// `S = D R D` with `R = L L'`, D the standard deviations rounded to powers of two, so that scaling loses nothing.
struct ScaledFactor: Sendable {
  /// The diagonal of D.
  let scale: [Double]
  /// L.
  let factor: Cholesky<Double>
  /// inv(L).
  let inverseLower: Matrix<Double>

  /// Nil if a variance is not positive or R is not positive definite.
  init?(_ covariance: Matrix<Double>) {
    let diagonal = covariance.diagonal
    guard diagonal.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    scale = diagonal.map { Double(sign: .plus, exponent: $0.squareRoot().exponent, significand: 1) }
    guard let factor = try? Cholesky(covariance.scaled(byInverseOf: scale)) else { return nil }
    self.factor = factor
    inverseLower = factor.solveLower(.identity(scale.count))
  }

  /// Whether every pivot exceeds what rounding alone could have made of a zero.
  ///
  /// Row j of inv(L) is the residual of column j given the columns before it, scaled to variance 1. If the entries (k, l)
  /// of S are uncertain by `unit u_k u_l`, the variance of that residual is uncertain by `unit (sum_k |inv(L)_jk| u_k / D_k)^2`.
  func isMeaningful(unit: Double, uncertainty u: [Double]) -> Bool {
    let d = scale.count
    var sums = [Double](repeating: 0, count: d)
    inverseLower.withUnsafeBufferPointer { inverse in
      for k in 0..<d {
        let weight = u[k] / scale[k]
        for j in k..<d { sums[j] += abs(inverse[j + k * d]) * weight }
      }
    }
    return sums.allSatisfy { unit * $0 * $0 < 1 }
  }

  /// D L: the lower Cholesky factor of S itself.
  var lower: Matrix<Double> {
    let d = scale.count
    return Matrix(rows: d, columns: d) { i, j in scale[i] * factor.lower[i, j] }
  }

  /// log det S.
  var logDeterminant: Double {
    var sum = 0.0
    var exponents = 0.0  // of D: whole numbers, summed apart
    for (j, s) in scale.enumerated() {
      sum += Double.log(factor.lower[j, j])
      exponents += Double(s.exponent)
    }
    return 2 * (sum + exponents * 0x1.62E42FEFA39EFp-1)
  }

  /// tr(inv(S) M) of a symmetric M.
  func traceOfSolution(_ m: Matrix<Double>) -> Double {
    // tr(inv(L) N inv(L)') with N = inv(D) M inv(D)
    let half = inverseLower * m.scaled(byInverseOf: scale)
    let d = scale.count
    return inverseLower.withUnsafeBufferPointer { a in
      half.withUnsafeBufferPointer { b in (0..<(d * d)).reduce(0) { $0 + a[$1] * b[$1] } }
    }
  }

  /// inv(R): the inverse of S in units of the scale.
  var scaledInverse: Matrix<Double> { inverseLower.transposed * inverseLower }
}

extension Matrix<Double> {
  /// `inv(D) S inv(D)` for a diagonal D.
  func scaled(byInverseOf d: [Double]) -> Matrix {
    var scaled = self
    let n = rows
    scaled.withUnsafeMutableBufferPointer { s in
      for j in 0..<n {
        for i in 0..<n { s[i + j * n] = s[i + j * n] / d[i] / d[j] }
      }
    }
    return scaled
  }
}
