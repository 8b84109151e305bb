// A = Q R of a rectangular matrix by Householder reflections: least squares without squaring the condition.
// Q is kept as reflections; it is written out only when asked for.
internal import CLinearAlgebra

/// The QR factorization of an m x n matrix.
///
/// With k = min(m, n), A = Q R where Q is m x k with orthonormal columns and R is k x n and upper triangular.
///
/// **Source**: LAPACK geqrf, ormqr, orgqr, trcon.
public struct QR<Element: Scalar>: Sendable, Equatable {
  /// R on and above the diagonal, the reflections below it.
  private let packed: Matrix<Element>
  /// The factors of the reflections.
  private let scales: [Element]

  /// Factors a matrix of any shape.
  ///
  /// **Throws**: `notFinite`, `overflow`, `outOfMemory`. **Cost**: 2 n^2 (m - n / 3) operations for m >= n.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: Matrix<Element>) throws(LinearAlgebraError) {
    try a.requireFinite("QR")
    var factor = a
    var tau = [Element](repeating: 0, count: min(a.rows, a.columns))
    if !a.isEmpty {
      let (m, n) = (blasInteger(a.rows), blasInteger(a.columns))
      let info = factor.withUnsafeMutableBufferPointer { a in
        Element.routines.lapack.geqrf(Option.columnMajor, m, n, a.baseAddress, m, &tau)
      }
      _ = try positiveInfo(info, "QR", a)
      try factor.columnMajor.requireNoOverflow("QR")
    }
    packed = factor
    scales = tau
  }

  /// Number of rows of A.
  public var rows: Int { packed.rows }

  /// Number of columns of A.
  public var columns: Int { packed.columns }

  /// R: min(m, n) x n, upper triangular; its diagonal may be negative.
  public var r: Matrix<Element> {
    var r = packed[rows: 0..<scales.count]
    r.withUnsafeMutableBufferPointer { clearLower($0, rows: scales.count, columns: columns) }
    return r
  }

  /// Q: m x min(m, n), with orthonormal columns.
  ///
  /// **Throws**: `outOfMemory`. **Cost**: 2 n^2 (m - n / 3) operations for m >= n.
  public var q: Matrix<Element> {
    get throws(LinearAlgebraError) {
      var q = packed[columns: 0..<scales.count]
      if q.isEmpty { return q }
      let (m, k) = (blasInteger(rows), blasInteger(scales.count))
      let info = q.withUnsafeMutableBufferPointer { q in
        Element.routines.lapack.orgqr(Option.columnMajor, m, k, k, q.baseAddress, m, scales)
      }
      _ = try positiveInfo(info, "QR", packed)
      return q
    }
  }

  /// Q'b with all m rows: the first min(m, n) are the coordinates of b in the columns of Q, the rest has the length of the residual.
  ///
  /// **Shapes**: b has as many rows as A; traps otherwise. **Throws**: `outOfMemory`. **Cost**: 4 m n operations per column.
  public func applyTransposedQ(_ b: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
    requireRightHandSide(rows: b.rows, order: rows)
    var c = b
    if c.isEmpty || scales.isEmpty { return c }
    let (m, n, k) = (blasInteger(rows), blasInteger(c.columns), blasInteger(scales.count))
    let info = c.withUnsafeMutableBufferPointer { c in
      packed.withUnsafeBufferPointer { a in
        Element.routines.lapack.ormqr(
          Option.columnMajor, Option.left, Option.transposed, m, n, k, a.baseAddress, m, scales, c.baseAddress, m)
      }
    }
    _ = try positiveInfo(info, "QR", packed)
    return c
  }

  /// The x that makes |A x - b|_2 smallest; the solution of A x = b where A is square.
  ///
  /// Columns count as dependent where what is left of one, after those before it are taken out, is at most max(m, n)
  /// rounding units of it. This does not depend on the units of the columns.
  ///
  /// **Shapes**: b has as many rows as A; traps otherwise. **Throws**: `underdetermined`, `dependentColumn`, `outOfMemory`.
  /// **Cost**: 4 m n operations per column.
  public func solve(_ b: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
    if rows < columns { throw .underdetermined(rows: rows, columns: columns) }
    if let dependent = firstDependentColumn { throw .dependentColumn(dependent, of: columns) }
    var x = try applyTransposedQ(b)[rows: 0..<columns]
    if x.isEmpty { return x }
    let (m, n, count) = (blasInteger(rows), blasInteger(columns), blasInteger(x.columns))
    x.withUnsafeMutableBufferPointer { x in
      packed.withUnsafeBufferPointer { a in
        Element.routines.blas.trsm(
          CblasColMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, n, count, 1, a.baseAddress, m,
          x.baseAddress, n)
      }
    }
    return x
  }

  /// The x that makes |A x - b|_2 smallest, for one vector.
  public func solve(_ b: [Element]) throws(LinearAlgebraError) -> [Element] { try solve(Matrix(column: b)).columnMajor }

  /// The inverse of A; its left inverse (A'A)^-1 A' where m > n.
  ///
  /// **Throws**: `underdetermined`, `dependentColumn`, `outOfMemory`. **Cost**: 4 m^2 n operations.
  public var inverse: Matrix<Element> {
    get throws(LinearAlgebraError) { try solve(.identity(rows)) }
  }

  /// The first column in the span of those before it; `nil` where the columns are independent (or R is wider than high).
  public var firstDependentColumn: Int? {
    let tolerance = Element(max(rows, columns)) * .ulpOfOne
    return (0..<scales.count).first { j in
      let length = packed.withColumn(j) { column in
        Element.routines.blas.nrm2(blasInteger(j + 1), column.baseAddress, 1)
      }
      return packed[j, j].magnitude <= tolerance * length
    }
  }

  /// log |det A|, and for m > n half of log det A'A: the volume that the columns span.
  ///
  /// Minus infinity where R has a zero on its diagonal.
  ///
  /// **Shapes**: m >= n; traps otherwise.
  public var logAbsoluteDeterminant: Element {
    require(rows >= columns, "the columns of a \(rows) x \(columns) matrix span no volume")
    return ScaledProduct(packed.diagonal).logMagnitude
  }

  /// An estimate of 1 / (|R|_1 |R^-1|_1): 0 where R is singular, 1 where it is empty.
  ///
  /// **Shapes**: m >= n; traps otherwise. **Cost**: a few triangular solves.
  public var reciprocalCondition: Element {
    require(
      rows >= columns, "the condition of a QR factorization needs as many rows as columns; R is \(rows) x \(columns)")
    if scales.isEmpty { return 1 }
    let n = blasInteger(columns)
    var reciprocal: Element = 0
    var work = [Element](repeating: 0, count: 3 * columns)
    var integers = [Int32](repeating: 0, count: columns)
    _ = packed.withUnsafeBufferPointer { a in
      Element.routines.lapack.trcon(
        Option.columnMajor, Option.oneNorm, Option.upper, Option.nonUnit, n, a.baseAddress, blasInteger(rows),
        &reciprocal,
        &work, &integers)
    }
    return reciprocal
  }
}
