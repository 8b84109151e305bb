// P' S P = L L' of a symmetric positive semidefinite matrix, largest pivot first: its rank, and which columns
// depend on which. This is what explains a singular covariance by name.

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

  /// Factors a symmetric positive semidefinite matrix, of which the lower triangle is read.
  ///
  /// Scale to a unit diagonal first where variables have different units: the rank depends on it.
  ///
  /// - Parameter tolerance: pivots up to this multiple of the largest diagonal entry count as zero; n times the rounding
  ///   unit (`ulpOfOne`) unless given.
  ///
  /// **Throws**: `notSquare`, `notFinite`, `notSymmetric`, `notPositiveSemidefinite`. **Cost**: n r^2 operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
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
      let info = Element.routines.lapack.pstrf(
        Option.columnMajor, Option.lower, order, a.baseAddress, order, &pivots, &rank32, threshold, &work)
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

  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private func requireNoRemainder(of s: Matrix<Element>, beyond noise: Element) throws(LinearAlgebraError) {
    let n = lower.rows
    if rank == n { return }
    let trailing = lower[rows: rank..<n]
    let explained = trailing * trailing.transposed
    for k in 0..<(n - rank) {
      for l in k..<(n - rank) {
        let (i, j) = (permutation[rank + l], permutation[rank + k])
        let remainder = s[max(i, j), min(i, j)] - explained[l, k]
        if !(remainder.magnitude <= noise) {
          throw .notPositiveSemidefinite(rank: rank, row: i, column: j, remainder: Double(remainder))
        }
      }
    }
  }

  /// Order of S.
  public var order: Int { lower.rows }

  /// Positions of the rows and columns whose pivots were above the tolerance, in the order of elimination.
  public var independent: [Int] { Array(permutation[..<rank]) }

  /// Positions of the others: each a combination of the independent ones, by `dependencies`.
  public var dependent: [Int] { Array(permutation[rank...]) }

  /// The rank x (n - rank) coefficients C with S(:, dependent) = S(:, independent) C.
  ///
  /// Where S is a covariance, they write each dependent variable as a combination of the independent ones, plus a constant.
  public var dependencies: Matrix<Element> {
    // S11 = L11 L11' and S12 = L11 L21', hence C = S11^-1 S12 = L11'^-1 L21'
    let trailing = lower[rows: rank..<order]
    return Cholesky(lower: lower[rows: 0..<rank]).solveUpper(Matrix(trailing.transposed))
  }

  /// S^-1 b.
  ///
  /// **Shapes**: b has as many rows as S; traps otherwise. **Throws**: `rankDeficient`. **Cost**: 2 n^2 operations per column.
  public func solve(_ b: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
    requireRightHandSide(rows: b.rows, order: order)
    // P' S P = L L', hence S^-1 b = P (L L')^-1 P' b
    return try fullRankFactor.solve(b[rows: permutation])[rows: inversePermutation]
  }

  /// S^-1 b for one vector.
  public func solve(_ b: [Element]) throws(LinearAlgebraError) -> [Element] { try solve(Matrix(column: b)).columnMajor }

  /// S^-1, exactly symmetric.
  ///
  /// **Throws**: `rankDeficient`. **Cost**: 2 n^3 / 3 operations.
  public var inverse: Matrix<Element> {
    get throws(LinearAlgebraError) {
      let back = inversePermutation
      return try fullRankFactor.inverse[rows: back, columns: back]
    }
  }

  /// log det S = 2 sum of log L(i, i).
  ///
  /// **Throws**: `rankDeficient`, where the determinant is zero to working precision.
  public var logDeterminant: Element {
    get throws(LinearAlgebraError) { try fullRankFactor.logDeterminant }
  }

  /// An estimate of 1 / (|S|_1 |S^-1|_1): 0 where the rank is not full, 1 for a 0 x 0 matrix.
  ///
  /// **Cost**: n^3 / 3 operations.
  public var reciprocalCondition: Element { (try? fullRankFactor)?.reciprocalCondition ?? 0 }

  private var fullRankFactor: Cholesky<Element> {
    get throws(LinearAlgebraError) {
      if rank < order { throw .rankDeficient(rank: rank, of: order) }
      return Cholesky(lower: lower)
    }
  }

  private var inversePermutation: [Int] {
    var inverse = permutation
    for (k, position) in permutation.enumerated() { inverse[position] = k }
    return inverse
  }
}
