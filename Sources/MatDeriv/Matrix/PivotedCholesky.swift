// P' S P = L L' of a symmetric positive semidefinite matrix, largest pivot first: its rank, and which columns
// depend on which. This is what explains a singular covariance by name.
internal import CLinearAlgebra

/// The Cholesky factorization with complete pivoting of a symmetric positive semidefinite matrix.
///
/// With p the permutation and r the rank, S(p, p) = L L' where L is n x r.
///
/// **Source**: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed. (2002), section 10.3; LAPACK pstrf.
public struct PivotedCholesky<Element: Scalar>: Sendable, Equatable {
  /// Number of pivots above the tolerance.
  public let rank: Int
  /// Position k of the factor belongs to row and column `permutation[k]` of S.
  public let permutation: [Int]
  /// L: n x rank, zero above its diagonal, which is positive and does not increase.
  public let lower: Matrix<Element>

  /// Factors a symmetric positive semidefinite matrix. Its lower triangle is read.
  ///
  /// Scale to a unit diagonal first where variables have different units: the rank depends on it.
  ///
  /// - Parameter tolerance: pivots up to this multiple of the largest diagonal entry count as zero; n times the rounding
  ///   unit (`ulpOfOne`) unless given.
  ///
  /// **Throws**: `notSquare`, `notFinite`, `notSymmetric`, `notPositiveSemidefinite`. **Cost**: n r^2 operations.
  public init(_ s: Matrix<Element>, tolerance: Element? = nil) throws(LinearAlgebraError) {
    require(tolerance.map { $0 >= 0 } ?? true, "the tolerance of a rank cannot be negative")
    try s.requireSymmetric("PivotedCholesky")
    let n = s.rows
    guard n > 0 else {
      (rank, permutation, lower) = (0, [], s)
      return
    }
    let largest = s.diagonal.max()!
    let threshold = (tolerance ?? Element(n) * .ulpOfOne) * max(largest, 0)
    var factor = s
    var rank32: Int32 = 0
    var pivots = [Int32](repeating: 0, count: n)
    var work = [Element](repeating: 0, count: 2 * n)
    let order = blasInteger(n)
    let info = factor.withUnsafeMutableBufferPointer { a in
      let info = Element.routines.pstrf(
        columnMajor, Option.lower, order, a.baseAddress, order, &pivots, &rank32, threshold, &work)
      clearUpper(a, rows: n, columns: n)
      return info
    }
    _ = try positiveInfo(info, "PivotedCholesky", s)  // 1 says that the rank is not full
    let r = Int(rank32)
    rank = r
    permutation = pivots.map { Int($0) - 1 }
    lower = Matrix(rows: n, columns: r, columnMajor: Array(factor.columnMajor[..<(n * r)]))
    // A semidefinite matrix leaves nothing but rounding errors behind its last pivot.
    let noise = threshold + Element(8 * n) * .ulpOfOne * s.norm(.maximum)
    try requireNoRemainder(of: s, beyond: noise)
  }

  private func requireNoRemainder(of s: Matrix<Element>, beyond noise: Element) throws(LinearAlgebraError) {
    let n = lower.rows
    if rank == n { return }
    let trailing = Matrix(rows: n - rank, columns: rank) { lower[rank + $0, $1] }
    let explained = trailing * trailing.transposed
    for k in 0..<(n - rank) {
      for l in k..<(n - rank) {
        let (i, j) = (permutation[rank + l], permutation[rank + k])
        let remainder = s[max(i, j), min(i, j)] - explained[l, k]
        if remainder.magnitude > noise {
          throw .notPositiveSemidefinite(rank: rank, row: i, column: j, remainder: Double(remainder))
        }
      }
    }
  }

  /// Order of S.
  public var order: Int { lower.rows }
}
