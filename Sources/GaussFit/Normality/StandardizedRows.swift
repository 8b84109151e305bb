// Rows as deviations from their mean, whitened by a triangular factor or mapped by any other matrix, block by block:
// what all tests of normality look at.
import CLinearAlgebra
import MatDeriv

/// Rows in memory with their moments and the factor of their covariance.
struct StandardizedRows: Sendable {
  let rows: Matrix<Double>
  /// `D R D` with `R = L L'`, of the covariance with divisor n.
  let factor: ScaledFactor
  /// inv(L)'.
  private let whitening: Matrix<Double>
  private let high: [Double]
  private let low: [Double]

  init(_ rows: Matrix<Double>, moments: Moments, factor: ScaledFactor) {
    self.rows = rows
    self.factor = factor
    whitening = Matrix(factor.inverseLower.transposed)
    high = moments.shift.map(\.high)
    low = zip(moments.shift, moments.meanDeviation).map { $0.low + $1 }
    _ = LinearAlgebra.threads  // one BLAS thread: blocks are spread over threads here
  }

  var count: Int { rows.rows }
  var dimension: Int { rows.columns }

  /// `inv(D) (x - mean)` for some rows, in columns without gaps.
  func deviations(_ range: Range<Int>, into out: UnsafeMutablePointer<Double>) {
    let m = range.count
    rows.withUnsafeBufferPointer { x in
      for j in 0..<dimension {
        let from = x.baseAddress! + range.lowerBound + j * count
        let to = out + j * m
        // A shift near the mean: the first difference is exact where it matters; 1 / scale is a power of two.
        let (high, low, inverse) = (high[j], low[j], 1 / factor.scale[j])
        for i in 0..<m { to[i] = ((from[i] - high) - low) * inverse }
      }
    }
  }

  /// Some rows of `inv(D) (x - mean)` times a d x k matrix, in columns without gaps.
  ///
  /// - Parameter scratch: room for d numbers a row.
  func mapped(
    _ range: Range<Int>, by map: Matrix<Double>, scratch: UnsafeMutablePointer<Double>,
    into out: UnsafeMutablePointer<Double>
  ) {
    deviations(range, into: scratch)
    let (m, d, k) = (Int32(range.count), Int32(dimension), Int32(map.columns))
    map.withUnsafeBufferPointer { map in
      cblas_dgemm(
        CblasColMajor, CblasNoTrans, CblasNoTrans, m, k, d, 1, scratch, m, map.baseAddress, d, 0, out, m)
    }
  }

  /// Whitened rows `inv(L) inv(D) (x - mean)`: mean 0, covariance I with divisor n.
  func whitened(
    _ range: Range<Int>, scratch: UnsafeMutablePointer<Double>, into out: UnsafeMutablePointer<Double>
  ) {
    mapped(range, by: whitening, scratch: scratch, into: out)
  }

  /// All rows, whitened.
  func whitened() -> Matrix<Double> {
    var z = Matrix<Double>(rows: count, columns: dimension, repeating: 0)
    guard !z.isEmpty else { return z }
    let (n, run) = (count, 512)
    z.withUnsafeMutableBufferPointer { z in
      withTemporary(2 * run * dimension) { room in
        for start in stride(from: 0, to: n, by: run) {
          let range = start..<min(n, start + run)
          let block = room + run * dimension
          whitened(range, scratch: room, into: block)
          for j in 0..<dimension {
            (z.baseAddress! + start + j * n).update(from: block + j * range.count, count: range.count)
          }
        }
      }
    }
    return z
  }

  /// The matrix that turns `inv(D) (x - mean)` into `inv(sqrt C) inv(V) (x - mean)`, V the standard deviations and C the
  /// correlation matrix: of all uncorrelated variables with variance 1 those that are closest to the columns, one by one.
  ///
  /// **Throws**: `testUndefined` if the eigenvalues of C do not converge or reach 0.
  func symmetricWhitening(_ covariance: Matrix<Double>, for test: String) throws(GaussFitError) -> Matrix<Double> {
    let sd = covariance.diagonal.map { $0.squareRoot() }
    let correlation = covariance.scaled(byInverseOf: sd)
    let eigen: SymmetricEigen<Double>
    do throws(LinearAlgebraError) { eigen = try SymmetricEigen(correlation) } catch {
      throw .testUndefined(name: test, reason: "the correlation matrix has no eigenvalues: \(error)")
    }
    guard eigen.values.allSatisfy({ $0 > 0 }) else {
      throw .testUndefined(name: test, reason: "the smallest eigenvalue of the correlation matrix is 0 up to rounding")
    }
    let inverseRoot = eigen.apply { 1 / $0.squareRoot() }
    return Matrix(rows: dimension, columns: dimension) { i, j in factor.scale[i] / sd[i] * inverseRoot[i, j] }
  }
}

/// Calls `body` with room for `count` numbers.
func withTemporary<Result>(_ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Result) -> Result {
  let room = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
  defer { room.deallocate() }
  return body(room)
}
