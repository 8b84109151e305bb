// S = L L' of a symmetric positive definite matrix: the factor every Gaussian stores.
// One factorization gives solutions, inverse, determinant and condition.
internal import CLinearAlgebra

/// The Cholesky factorization S = L L' of a symmetric positive definite matrix.
///
/// **Source**: LAPACK potrf, potri, pocon; BLAS trsv, trsm.
public struct Cholesky<Element: Scalar>: Sendable, Equatable {
  /// L: lower triangular with a positive diagonal; zero above it.
  public let lower: Matrix<Element>
  /// The 1-norm of S, where S was given.
  private let norm: Element?

  /// Factors a symmetric positive definite matrix, of which the lower triangle is read.
  ///
  /// **Throws**: `notSquare`, `notFinite`, `notSymmetric`, `notPositiveDefinite`. **Cost**: n^3 / 3 operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ s: Matrix<Element>) throws(LinearAlgebraError) {
    try s.requireSymmetric("Cholesky")
    let n = s.rows
    var l = s
    if n > 0 {
      let order = blasInteger(n)
      let info = l.withUnsafeMutableBufferPointer { l in
        let info = Element.routines.lapack.potrf(Option.columnMajor, Option.lower, order, l.baseAddress, order)
        clearUpper(l, rows: n, columns: n)
        return info
      }
      let failed = try positiveInfo(info, "Cholesky", s)
      if failed > 0 { throw .notPositiveDefinite(order: failed, of: n) }
      // No entry of the factor of a definite matrix can overflow, and potrf does not notice a pivot that is NaN.
      if let undefined = l.diagonal.firstIndex(where: { !$0.isFinite }) {
        throw .notPositiveDefinite(order: undefined + 1, of: n)
      }
    }
    lower = l
    norm = s.norm(.one)
  }

  /// Takes a factor that is known already, such as one that was stored.
  ///
  /// **Shapes**: traps unless it is square, lower triangular and has a positive diagonal.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(lower: Matrix<Element>) {
    let n = lower.rows
    require(lower.isSquare, "a Cholesky factor is square; this one is \(n) x \(lower.columns)")
    for (j, pivot) in lower.diagonal.enumerated() {
      require(pivot > 0, "a Cholesky factor has a positive diagonal; entry [\(j), \(j)] is \(pivot)")
    }
    if let (i, j) = lower.withUnsafeBufferPointer({ firstNonZeroAbove($0, order: n) }) {
      fatalError("a Cholesky factor is zero above its diagonal; entry [\(i), \(j)] is \(lower[i, j])")
    }
    self.lower = lower
    norm = nil
  }

  /// Order of S.
  public var order: Int { lower.rows }

  /// S^-1 b.
  ///
  /// **Shapes**: b has as many rows as S; traps otherwise. **Cost**: 2 n^2 operations per column.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func solve(_ b: Matrix<Element>) -> Matrix<Element> {
    // potrs is these two products with triangular inverses, but takes the slow way for one column.
    triangularSolve(.transposed, triangularSolve(.plain, b))
  }

  /// S^-1 b for one vector.
  public func solve(_ b: [Element]) -> [Element] { solve(Matrix(column: b)).columnMajor }

  /// L^-1 b: whitens deviations, whose squared length is then their Mahalanobis distance.
  ///
  /// **Shapes**: b has as many rows as S; traps otherwise. **Cost**: n^2 operations per column.
  public func solveLower(_ b: Matrix<Element>) -> Matrix<Element> { triangularSolve(.plain, b) }

  /// L^-1 b for one vector.
  public func solveLower(_ b: [Element]) -> [Element] { solveLower(Matrix(column: b)).columnMajor }

  /// L'^-1 b, the second half of `solve`.
  ///
  /// **Shapes**: b has as many rows as S; traps otherwise. **Cost**: n^2 operations per column.
  public func solveUpper(_ b: Matrix<Element>) -> Matrix<Element> { triangularSolve(.transposed, b) }

  /// L'^-1 b for one vector.
  public func solveUpper(_ b: [Element]) -> [Element] { solveUpper(Matrix(column: b)).columnMajor }

  /// S^-1, exactly symmetric.
  ///
  /// To apply it, `solve` is faster and more accurate.
  ///
  /// **Cost**: 2 n^3 / 3 operations.
  public var inverse: Matrix<Element> {
    var inverse = lower
    if inverse.isEmpty { return inverse }
    let n = blasInteger(order)
    inverse.withUnsafeMutableBufferPointer { a in
      // potri reports a zero on the diagonal only, which a factor does not have.
      _ = Element.routines.lapack.potri(Option.columnMajor, Option.lower, n, a.baseAddress, n)
      mirrorLower(a, order: order)
    }
    return inverse
  }

  /// log det S = 2 sum of log L(i, i).
  public var logDeterminant: Element {
    @specialized(where Element == Double)
    @specialized(where Element == Float)
    get { 2 * ScaledProduct(lower.diagonal).logMagnitude }
  }

  /// An estimate of 1 / (|S|_1 |S^-1|_1); 1 for a 0 x 0 matrix.
  ///
  /// Near 1 solutions keep all digits, near the rounding unit none.
  ///
  /// **Cost**: a few solves; n^3 / 3 more where the factorization was made from a stored factor.
  public var reciprocalCondition: Element {
    if lower.isEmpty { return 1 }
    let norm = norm ?? (lower * lower.transposed).norm(.one)
    let n = blasInteger(order)
    var reciprocal: Element = 0
    var work = [Element](repeating: 0, count: 3 * order)
    var integers = [Int32](repeating: 0, count: order)
    _ = lower.withUnsafeBufferPointer { l in
      Element.routines.lapack.pocon(
        Option.columnMajor, Option.lower, n, l.baseAddress, n, norm, &reciprocal, &work, &integers)
    }
    return reciprocal
  }

  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private func triangularSolve(_ read: Orientation, _ b: Matrix<Element>) -> Matrix<Element> {
    requireRightHandSide(rows: b.rows, order: order)
    var x = b
    if x.isEmpty { return x }
    let (n, m) = (blasInteger(order), blasInteger(x.columns))
    x.withUnsafeMutableBufferPointer { x in
      lower.withUnsafeBufferPointer { l in
        let blas = Element.routines.blas
        if m == 1 {
          // trsm packs the factor first, which takes longer than using it once.
          blas.trsv(CblasColMajor, CblasLower, read.flag, CblasNonUnit, n, l.baseAddress, n, x.baseAddress, 1)
        } else {
          blas.trsm(
            CblasColMajor, CblasLeft, CblasLower, read.flag, CblasNonUnit, n, m, 1, l.baseAddress, n, x.baseAddress, n)
        }
      }
    }
    return x
  }
}
