// S = V diag(values) V' of a symmetric matrix, by divide and conquer.
// It is cut here because it is the only factorization that symmetric indefinite matrices share with covariances.
internal import CLinearAlgebra

/// The eigenvalues, and on demand the eigenvectors, of a symmetric matrix.
///
/// **Source**: LAPACK syevd.
public struct SymmetricEigen<Element: Scalar>: Sendable, Equatable {
  /// What to compute beside the eigenvalues.
  public enum Vectors: Sendable {
    /// Whether eigenvectors are wanted.
    case none, all
  }

  /// Eigenvalues in ascending order.
  public let values: [Element]
  /// Orthonormal eigenvectors: column k belongs to `values[k]`; n x 0 where they were not asked for.
  public let vectors: Matrix<Element>

  /// Decomposes a symmetric matrix, of which the lower triangle is read.
  ///
  /// **Throws**: `notSquare`, `notFinite`, `notSymmetric`, `notConverged`, `overflow`, `tooLarge`, `outOfMemory`.
  /// **Cost**: about 4 n^3 / 3 operations for the values, 9 n^3 with vectors.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ s: Matrix<Element>, vectors wanted: Vectors = .all) throws(LinearAlgebraError) {
    try s.requireSymmetric("SymmetricEigen")
    let n = s.rows
    // The workspace of syevd is 1 + 6 n + 2 n^2, which must be a 32-bit integer.
    let limit = 32_766
    if wanted == .all && n > limit { throw .tooLarge(operation: "SymmetricEigen", order: n, limit: limit) }
    var a = s
    var w = [Element](repeating: 0, count: n)
    if n > 0 {
      let order = blasInteger(n)
      let info = a.withUnsafeMutableBufferPointer { a in
        Element.routines.lapack.syevd(
          Option.columnMajor, wanted == .all ? Option.vectors : Option.valuesOnly, Option.lower, order, a.baseAddress,
          order,
          &w)
      }
      let failed = try positiveInfo(info, "SymmetricEigen", s)
      if failed > 0 { throw .notConverged(operation: "SymmetricEigen", rows: n, columns: n, info: failed) }
    }
    try w.requireNoOverflow("SymmetricEigen")
    values = w
    vectors = wanted == .all ? a : Matrix(rows: n, columns: 0, repeating: 0)
  }

  /// Order of S.
  public var order: Int { values.count }

  /// Number of eigenvalues whose magnitude is above a threshold.
  ///
  /// - Parameter tolerance: relative to the largest magnitude; n rounding units (`ulpOfOne`) unless given.
  public func rank(tolerance: Element? = nil) -> Int {
    require(tolerance.map { $0 >= 0 } ?? true, "the tolerance of a rank cannot be negative")
    let threshold = (tolerance ?? Element(order) * .ulpOfOne) * largestMagnitude
    return values.count { $0.magnitude > threshold }
  }

  /// |S|_2: the largest magnitude of an eigenvalue; 0 for a 0 x 0 matrix.
  private var largestMagnitude: Element { values.map(\.magnitude).max() ?? 0 }

  /// The smallest magnitude of an eigenvalue over the largest: 1 / (|S|_2 |S^-1|_2).
  ///
  /// 0 for a matrix of zeros, 1 for a 0 x 0 matrix.
  public var reciprocalCondition: Element {
    guard let smallest = values.map(\.magnitude).min() else { return 1 }
    return smallest == 0 ? 0 : smallest / largestMagnitude
  }

  /// log |det S|: minus infinity where an eigenvalue is zero.
  public var logAbsoluteDeterminant: Element { ScaledProduct(values).logMagnitude }

  /// log det S.
  ///
  /// **Throws**: `determinantNotPositive`.
  public var logDeterminant: Element {
    get throws(LinearAlgebraError) {
      let significand = ScaledProduct(values).significand
      guard significand > 0 else { throw .determinantNotPositive(sign: significand < 0 ? -1 : 0) }
      return logAbsoluteDeterminant
    }
  }

  /// The matrix function V diag(f(values)) V', exactly symmetric: `eigen.apply { .exp($0) }` is the exponential of S.
  ///
  /// **Shapes**: the vectors were computed; traps otherwise. **Cost**: 2 n^3 operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func apply(_ f: (Element) -> Element) -> Matrix<Element> {
    requireVectors()
    var scaled = vectors
    let images = values.map(f)
    scaled.withUnsafeMutableBufferPointer { scaleColumns($0, rows: order, by: images) }
    var result = scaled * vectors.transposed
    result.withUnsafeMutableBufferPointer { mirrorLower($0, order: order) }
    return result
  }

  /// S^-1 b.
  ///
  /// **Shapes**: b has as many rows as S, and the vectors were computed; traps otherwise. **Throws**: `rankDeficient`.
  /// **Cost**: 4 n^2 operations per column.
  public func solve(_ b: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
    requireRightHandSide(rows: b.rows, order: order)
    requireVectors()
    try requireFullRank()
    var coordinates = vectors.transposed * b
    coordinates.withUnsafeMutableBufferPointer { scaleRows($0, columns: b.columns, by: values.map { 1 / $0 }) }
    return vectors * coordinates
  }

  /// S^-1 b for one vector.
  public func solve(_ b: [Element]) throws(LinearAlgebraError) -> [Element] { try solve(Matrix(column: b)).columnMajor }

  /// S^-1, exactly symmetric.
  ///
  /// **Shapes**: the vectors were computed; traps otherwise. **Throws**: `rankDeficient`. **Cost**: 2 n^3 operations.
  public var inverse: Matrix<Element> {
    get throws(LinearAlgebraError) {
      try requireFullRank()
      return apply { 1 / $0 }
    }
  }

  private func requireVectors() {
    require(vectors.columns == order, "an eigendecomposition of values only cannot do this; compute it with vectors")
  }

  private func requireFullRank() throws(LinearAlgebraError) {
    let rank = rank()
    if rank < order { throw .rankDeficient(rank: rank, of: order) }
  }
}
