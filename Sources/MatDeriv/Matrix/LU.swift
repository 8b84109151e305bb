// A(p, :) = L U of a general square matrix, rows exchanged so that no multiplier exceeds 1.
// A singular matrix has this factorization too: only what divides by its pivots is refused.

/// The LU factorization with partial pivoting of a square matrix.
///
/// With p the permutation, A(p, :) = L U.
///
/// **Source**: LAPACK getrf, getrs, getri, gecon.
public struct LU<Element: Scalar>: Sendable, Equatable {
  /// L below the diagonal, U on and above it.
  private let packed: Matrix<Element>
  /// Row i was exchanged with row `exchanges[i] - 1`, in this order.
  private let exchanges: [Int32]
  /// The first zero pivot, counted from 1; 0 where there is none.
  private let zeroPivot: Int
  /// The 1-norm of A.
  private let norm: Element

  /// Factors a square matrix.
  ///
  /// **Throws**: `notSquare`, `notFinite`, `overflow`. **Cost**: 2 n^3 / 3 operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: Matrix<Element>) throws(LinearAlgebraError) {
    try a.requireSquare("LU")
    try a.requireFinite("LU")
    var factor = a
    var pivots = [Int32](repeating: 0, count: a.rows)
    var info: Int32 = 0
    if !a.isEmpty {
      let n = blasInteger(a.rows)
      info = factor.withUnsafeMutableBufferPointer { a in
        Element.routines.lapack.getrf(Option.columnMajor, n, n, a.baseAddress, n, &pivots)
      }
    }
    zeroPivot = try positiveInfo(info, "LU", a)
    try factor.columnMajor.requireNoOverflow("LU")
    packed = factor
    exchanges = pivots
    norm = a.norm(.one)
  }

  /// Order of A.
  public var order: Int { packed.rows }

  /// Whether no pivot is exactly zero.
  ///
  /// `reciprocalCondition` tells how far from singular the matrix is.
  public var isInvertible: Bool { zeroPivot == 0 }

  /// L: unit lower triangular.
  public var lower: Matrix<Element> {
    var lower = packed
    lower.withUnsafeMutableBufferPointer { clearUpper($0, rows: order, columns: order) }
    for i in 0..<order { lower[i, i] = 1 }
    return lower
  }

  /// U: upper triangular.
  public var upper: Matrix<Element> {
    var upper = packed
    upper.withUnsafeMutableBufferPointer { clearLower($0, rows: order, columns: order) }
    return upper
  }

  /// Row k of L U is row `permutation[k]` of A.
  public var permutation: [Int] {
    var order = Array(0..<self.order)
    for (i, other) in exchanges.enumerated() { order.swapAt(i, Int(other) - 1) }
    return order
  }

  /// A^-1 b.
  ///
  /// **Shapes**: b has as many rows as A; traps otherwise. **Throws**: `singular`. **Cost**: 2 n^2 operations per column.
  public func solve(_ b: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> { try solve(Option.plain, b) }

  /// A^-1 b for one vector.
  public func solve(_ b: [Element]) throws(LinearAlgebraError) -> [Element] { try solve(Matrix(column: b)).columnMajor }

  /// A'^-1 b.
  ///
  /// **Shapes**: b has as many rows as A; traps otherwise. **Throws**: `singular`. **Cost**: 2 n^2 operations per column.
  public func solveTransposed(_ b: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
    try solve(Option.transposed, b)
  }

  /// A'^-1 b for one vector.
  public func solveTransposed(_ b: [Element]) throws(LinearAlgebraError) -> [Element] {
    try solveTransposed(Matrix(column: b)).columnMajor
  }

  private func solve(_ read: CChar, _ b: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
    requireRightHandSide(rows: b.rows, order: order)
    try requireInvertible()
    var x = b
    if x.isEmpty { return x }
    let (n, m) = (blasInteger(order), blasInteger(x.columns))
    _ = x.withUnsafeMutableBufferPointer { x in
      packed.withUnsafeBufferPointer { a in
        Element.routines.lapack.getrs(Option.columnMajor, read, n, m, a.baseAddress, n, exchanges, x.baseAddress, n)
      }
    }
    return x
  }

  /// A^-1.
  ///
  /// To apply it, `solve` is faster and more accurate.
  ///
  /// **Throws**: `singular`, `outOfMemory`. **Cost**: 4 n^3 / 3 operations.
  public var inverse: Matrix<Element> {
    get throws(LinearAlgebraError) {
      try requireInvertible()
      var inverse = packed
      if inverse.isEmpty { return inverse }
      let n = blasInteger(order)
      let info = inverse.withUnsafeMutableBufferPointer { a in
        Element.routines.lapack.getri(Option.columnMajor, n, a.baseAddress, n, exchanges)
      }
      _ = try positiveInfo(info, "inverse", packed)
      return inverse
    }
  }

  private var pivotProduct: ScaledProduct<Element> { ScaledProduct(packed.diagonal) }

  /// -1, 0 or 1: the sign of the determinant.
  public var determinantSign: Int {
    let magnitude = pivotProduct.significand
    if magnitude == 0 { return 0 }
    let exchanged = exchanges.enumerated().count { Int($1) != $0 + 1 }
    return (magnitude > 0) == exchanged.isMultiple(of: 2) ? 1 : -1
  }

  /// log |det A|: minus infinity for a singular matrix.
  public var logAbsoluteDeterminant: Element { pivotProduct.logMagnitude }

  /// det A, rounded to zero or infinity only where it is outside the range of the type.
  public var determinant: Element { Element(determinantSign) * pivotProduct.value.magnitude }

  /// log det A.
  ///
  /// **Throws**: `determinantNotPositive`.
  public var logDeterminant: Element {
    get throws(LinearAlgebraError) {
      let sign = determinantSign
      guard sign > 0 else { throw .determinantNotPositive(sign: sign) }
      return logAbsoluteDeterminant
    }
  }

  /// An estimate of 1 / (|A|_1 |A^-1|_1): 0 for a singular matrix, 1 for a 0 x 0 matrix.
  ///
  /// **Cost**: a few solves.
  public var reciprocalCondition: Element {
    if packed.isEmpty { return 1 }
    if !isInvertible { return 0 }
    let n = blasInteger(order)
    var reciprocal: Element = 0
    var work = [Element](repeating: 0, count: 4 * order)
    var integers = [Int32](repeating: 0, count: order)
    _ = packed.withUnsafeBufferPointer { a in
      Element.routines.lapack.gecon(
        Option.columnMajor, Option.oneNorm, n, a.baseAddress, n, norm, &reciprocal, &work, &integers)
    }
    return reciprocal
  }

  private func requireInvertible() throws(LinearAlgebraError) {
    if !isInvertible { throw .singular(pivot: zeroPivot, of: order) }
  }
}
