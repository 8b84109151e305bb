// The information of mean and Cholesky factor, in coordinates in which it is diagonal: what L-BFGS corrects.
import CLinearAlgebra
import MatDeriv

/// The information of mean m and log-diagonal factor K for one row, at one point at a time.
///
/// With dL = L*A it is |inv(L)*dm|^2 plus the sum of a_ij^2*v_jj and once more that of a_ii^2*v_ii, of the diagonal of
/// V = inv(L)*(C + (b - m)*(b - m)')*inv(L)': diagonal in A. At the maximum V is the identity and this the Fisher information; far from it, where variances
/// have to grow by orders of magnitude, it keeps steps within reach.
///
/// **Source**: tr((inv(S)*dS)^2)/2 with dS = dL*L' + L*dL', T. W. Anderson, An introduction to multivariate statistical analysis, 3rd ed. (2003), theorem
/// 3.4.4; V for I: the second derivative of M15 along L.
final class FactorInformation {
  private let sample: StandardizedSample
  private var point: [Double] = []
  private var lower: Matrix<Double>
  /// The diagonal of V, at least one.
  private var spread: [Double] = []

  init(_ sample: StandardizedSample) {
    self.sample = sample
    lower = .identity(sample.dimension)
  }

  /// - Parameter values: m and K there; asked for only if the point is another one than before.
  func move(to x: [Double], _ values: () -> (mean: [Double], k: Matrix<Double>)) {
    if x == point { return }
    point = x
    let (mean, k) = values()
    let d = k.rows
    lower = Matrix(rows: d, columns: d) { i, j in i < j ? 0 : i == j ? Double.exp(k[i, i]) : k[i, j] }
    let factor = Cholesky(lower: lower)
    let inverse = factor.solveLower(.identity(d))
    let product = FactorInformation.product(inverse, CblasNoTrans, sample.covariance)
    let gap = factor.solveLower((0..<d).map { sample.mean[$0] - mean[$0] })
    spread = (0..<d).map { i in
      max(1, (0...i).reduce(gap[i] * gap[i]) { $0 + product[i, $1] * inverse[i, $1] })
    }
  }

  /// The solution for the derivative by K: L*A with A from tril(L'*G).
  func solve(_ slope: Matrix<Double>) -> Matrix<Double> {
    let d = slope.rows
    let g = Matrix<Double>(rows: d, columns: d) { i, j in
      i < j ? 0 : i == j ? slope[i, i] / lower[i, i] : slope[i, j]
    }
    let turned = FactorInformation.product(lower, CblasTrans, g)
    let a = Matrix<Double>(rows: d, columns: d) { i, j in
      i < j ? 0 : turned[i, j] / (i == j ? 2 * spread[j] : spread[j])
    }
    var step = FactorInformation.product(lower, CblasNoTrans, a)
    for i in 0..<d { step[i, i] /= lower[i, i] }
    return step
  }

  /// The solution for the derivative by m: L*L'*g.
  func solve(mean slope: Matrix<Double>) -> Matrix<Double> { lower * (lower.transposed * slope) }

  /// L*B or L'*B of a lower triangular L.
  private static func product(_ l: Matrix<Double>, _ form: CBLAS_TRANSPOSE, _ b: Matrix<Double>) -> Matrix<Double> {
    var result = b
    let (d, n) = (Int32(l.rows), Int32(b.columns))
    l.withUnsafeBufferPointer { l in
      result.withUnsafeMutableBufferPointer { b in
        cblas_dtrmm(
          CblasColMajor, CblasLeft, CblasLower, form, CblasNonUnit, d, n, 1, l.baseAddress, d, b.baseAddress, d)
      }
    }
    return result
  }
}
