// A = U diag(values) V' of a rectangular matrix, by divide and conquer: rank, spectral norm, pseudoinverse.
// It is the factorization of last resort: it answers for every matrix, at ten times the price of QR.

/// The singular value decomposition of an m x n matrix.
///
/// **Source**: LAPACK gesdd.
public struct SVD<Element: Scalar>: Sendable, Equatable {
  /// What to compute beside the singular values.
  public enum Vectors: Sendable {
    /// Values only.
    case none
    /// min(m, n) vectors on either side: all that the product needs.
    case thin
    /// A full orthonormal basis on either side, that is, of the null spaces too.
    case full
  }

  /// Number of rows of A.
  public let rows: Int
  /// Number of columns of A.
  public let columns: Int
  /// Singular values in descending order, min(m, n) of them.
  public let values: [Element]
  /// Left singular vectors U, by columns: m x min(m, n), m x m if full, m x 0 if none.
  public let left: Matrix<Element>
  /// Right singular vectors V (not its transpose), by columns: n x min(m, n), n x n if full, n x 0 if none.
  public let right: Matrix<Element>

  /// Decomposes a matrix of any shape.
  ///
  /// **Throws**: `notFinite`, `notConverged`, `overflow`, `tooLarge`, `outOfMemory`.
  /// **Cost**: for m >= n about 4 m n^2 - 4 n^3 / 3 operations for the values, 14 m n^2 + 8 n^3 with thin vectors.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: Matrix<Element>, vectors wanted: Vectors = .thin) throws(LinearAlgebraError) {
    try a.requireFinite("SVD")
    let (m, n, k) = (a.rows, a.columns, min(a.rows, a.columns))
    // The workspace of gesdd is about 4 k^2 + max(m, n), which must be a 32-bit integer.
    let limit = 20_000
    if wanted != .none && k > limit { throw .tooLarge(operation: "SVD", order: k, limit: limit) }
    let (job, leftCount, rightCount) =
      switch wanted {
      case .none: (Option.valuesOnly, 0, 0)
      case .thin: (Option.someVectors, k, k)
      case .full: (Option.allVectors, m, n)
      }
    (rows, columns) = (m, n)
    if k == 0 {
      // Nothing to decompose: any orthonormal basis serves.
      values = []
      left = wanted == .full ? .identity(m) : Matrix(rows: m, columns: 0, repeating: 0)
      right = wanted == .full ? .identity(n) : Matrix(rows: n, columns: 0, repeating: 0)
      return
    }
    var scratch = a
    var sigma = [Element](repeating: 0, count: k)
    var u = Matrix<Element>(rows: m, columns: leftCount, repeating: 0)
    var vTransposed = Matrix<Element>(rows: rightCount, columns: n, repeating: 0)
    let info = scratch.withUnsafeMutableBufferPointer { a in
      u.withUnsafeMutableBufferPointer { u in
        vTransposed.withUnsafeMutableBufferPointer { v in
          Element.routines.lapack.gesdd(
            Option.columnMajor, job, blasInteger(m), blasInteger(n), a.baseAddress, blasInteger(m), &sigma,
            u.baseAddress, blasInteger(m), v.baseAddress, blasInteger(max(rightCount, 1)))
        }
      }
    }
    let failed = try positiveInfo(info, "SVD", a)
    if failed > 0 { throw .notConverged(operation: "SVD", rows: m, columns: n, info: failed) }
    try sigma.requireNoOverflow("SVD")
    values = sigma
    left = u
    right = Matrix(vTransposed.transposed)
  }

  /// Number of singular values above a threshold.
  ///
  /// - Parameter tolerance: relative to the largest singular value; max(m, n) rounding units (`ulpOfOne`) unless given.
  public func rank(tolerance: Element? = nil) -> Int {
    require(tolerance.map { $0 >= 0 } ?? true, "the tolerance of a rank cannot be negative")
    let threshold = (tolerance ?? Element(max(rows, columns)) * .ulpOfOne) * spectralNorm
    return values.count { $0 > threshold }
  }

  /// |A|_2: the largest singular value; 0 for an empty matrix.
  public var spectralNorm: Element { values.first ?? 0 }

  /// The smallest singular value over the largest: 0 for a matrix of zeros, 1 for an empty one.
  public var reciprocalCondition: Element {
    guard let largest = values.first, let smallest = values.last else { return 1 }
    return largest == 0 ? 0 : smallest / largest
  }

  /// log |det A|: minus infinity where a singular value is zero.
  ///
  /// **Throws**: `notSquare`.
  public var logAbsoluteDeterminant: Element {
    get throws(LinearAlgebraError) {
      if rows != columns { throw .notSquare(operation: "logAbsoluteDeterminant", rows: rows, columns: columns) }
      return ScaledProduct(values).logMagnitude
    }
  }

  /// The shortest of all x that make |A x - b|_2 smallest.
  ///
  /// Singular values up to the tolerance count as zero.
  ///
  /// - Parameter tolerance: relative to the largest singular value; max(m, n) rounding units (`ulpOfOne`) unless given.
  ///
  /// **Shapes**: b has as many rows as A, and the vectors were computed; traps otherwise.
  public func solve(_ b: Matrix<Element>, tolerance: Element? = nil) -> Matrix<Element> {
    requireRightHandSide(rows: b.rows, order: rows)
    require(
      left.columns >= values.count && right.columns >= values.count,
      "an SVD of values only cannot solve; compute it with vectors")
    let r = rank(tolerance: tolerance)
    // x = V1 diag(1 / values) U1' b
    var coordinates = left[columns: 0..<r].transposed * b
    coordinates.withUnsafeMutableBufferPointer { scaleRows($0, columns: b.columns, by: values[..<r].map { 1 / $0 }) }
    return right[columns: 0..<r] * coordinates
  }

  /// The shortest of all x that make |A x - b|_2 smallest, for one vector.
  public func solve(_ b: [Element], tolerance: Element? = nil) -> [Element] {
    solve(Matrix(column: b), tolerance: tolerance).columnMajor
  }

  /// The Moore-Penrose inverse, n x m: the inverse where A is square and has full rank.
  ///
  /// **Shapes**: the vectors were computed; traps otherwise.
  public func pseudoInverse(tolerance: Element? = nil) -> Matrix<Element> {
    solve(.identity(rows), tolerance: tolerance)
  }

  /// A^-1.
  ///
  /// **Shapes**: the vectors were computed; traps otherwise. **Throws**: `notSquare`, `rankDeficient`.
  public var inverse: Matrix<Element> {
    get throws(LinearAlgebraError) {
      if rows != columns { throw .notSquare(operation: "inverse", rows: rows, columns: columns) }
      let rank = rank()
      if rank < rows { throw .rankDeficient(rank: rank, of: rows) }
      return pseudoInverse()
    }
  }
}
