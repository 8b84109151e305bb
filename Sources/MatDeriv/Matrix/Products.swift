// Products of matrices: every combination of plain, transposed and block operands as one BLAS call.
// It is cut here so that the choice between gemv, syrk and gemm is made once.
internal import CLinearAlgebra

extension Matrix {
  /// The product of two matrices; entry (i, j) is the sum over k of a(i, k) b(k, j).
  ///
  /// **Shapes**: m x k times k x n; traps otherwise.
  /// **Cost**: 2 m k n operations; half of that for `a.transposed * a` and `a * a.transposed`, where both operands are
  /// one matrix in memory; their result is exactly symmetric.
  public static func * (a: Matrix, b: Matrix) -> Matrix { product(a, .plain, b, .plain) }

  /// The product a' b.
  ///
  /// **Shapes**: k x m, read by rows, times k x n; traps otherwise. **Cost**: 2 m k n operations, no copy of a.
  public static func * (a: Transposed<Element>, b: Matrix) -> Matrix { product(a.transposed, .transposed, b, .plain) }

  /// The product a b'.
  ///
  /// **Shapes**: m x k times n x k, read by rows; traps otherwise. **Cost**: 2 m k n operations, no copy of b.
  public static func * (a: Matrix, b: Transposed<Element>) -> Matrix { product(a, .plain, b.transposed, .transposed) }

  /// The product of a matrix and a vector.
  ///
  /// **Shapes**: m x k times k; traps otherwise. **Cost**: 2 m k operations.
  public static func * (a: Matrix, x: [Element]) -> [Element] { product(a, .plain, Matrix(column: x), .plain).storage }

  @specialized(where Element == Double)
  @specialized(where Element == Float)
  fileprivate static func product(_ a: Matrix, _ aRead: Orientation, _ b: Matrix, _ bRead: Orientation) -> Matrix {
    a.withOperand(aRead) { a in b.withOperand(bRead) { b in a.times(b) } }
  }

  func withOperand<Result>(_ read: Orientation, _ body: (Operand<Element>) -> Result) -> Result {
    storage.withUnsafeBufferPointer { entries in
      body(
        Operand(
          entries: entries.baseAddress, storedRows: rows, storedColumns: columns, stride: max(rows, 1), read: read))
    }
  }
}

extension Transposed {
  /// The product of two transposes.
  ///
  /// **Shapes**: m x k times k x n; traps otherwise. **Cost**: 2 m k n operations.
  public static func * (a: Transposed, b: Transposed) -> Matrix<Element> {
    Matrix.product(a.transposed, .transposed, b.transposed, .transposed)
  }

  /// The product of a transpose and a vector.
  ///
  /// **Shapes**: m x k times k; traps otherwise. **Cost**: 2 m k operations.
  public static func * (a: Transposed, x: [Element]) -> [Element] {
    Matrix.product(a.transposed, .transposed, Matrix(column: x), .plain).storage
  }
}

/// Whether an operand is read as it is or by rows.
enum Orientation {
  case plain, transposed

  var flag: CBLAS_TRANSPOSE { self == .plain ? CblasNoTrans : CblasTrans }
}

/// A factor of a product as BLAS sees it: columns of `storedRows` entries, `stride` apart.
///
/// Valid only inside the closure that it is handed to.
struct Operand<Element: Scalar> {
  let entries: UnsafePointer<Element>?
  let storedRows: Int
  let storedColumns: Int
  let stride: Int
  let read: Orientation

  var rows: Int { read == .plain ? storedRows : storedColumns }
  var columns: Int { read == .plain ? storedColumns : storedRows }
  var leading: Int32 { blasInteger(stride) }

  /// The distance of the entries of a single column.
  private var columnIncrement: Int32 { read == .plain ? 1 : leading }
  /// The distance of the entries of a single row.
  private var rowIncrement: Int32 { read == .plain ? leading : 1 }

  @specialized(where Element == Double)
  @specialized(where Element == Float)
  func times(_ b: Operand) -> Matrix<Element> {
    let (m, k, n) = (rows, columns, b.columns)
    require(k == b.rows, "a \(m) x \(k) matrix cannot be multiplied by a \(b.rows) x \(n) matrix")
    // BLAS adds to what is there (beta = 0 may still read it): start from zeros.
    var c = Matrix<Element>(rows: m, columns: n, repeating: 0)
    if m == 0 || n == 0 || k == 0 { return c }
    c.withUnsafeMutableBufferPointer { c in
      let (m32, n32, k32) = (blasInteger(m), blasInteger(n), blasInteger(k))
      if n == 1 {
        apply(to: b.entries, increment: b.columnIncrement, read: read, into: c.baseAddress)
      } else if m == 1 {
        // (a b)' = b' a'
        let flipped: Orientation = b.read == .plain ? .transposed : .plain
        b.apply(to: entries, increment: rowIncrement, read: flipped, into: c.baseAddress)
      } else if isTranspose(of: b) {
        Element.routines.blas.syrk(
          CblasColMajor, CblasLower, read.flag, n32, k32, 1, entries, leading, 0, c.baseAddress, n32)
        mirrorLower(c, order: n)
      } else {
        Element.routines.blas.gemm(
          CblasColMajor, read.flag, b.read.flag, m32, n32, k32, 1, entries, leading, b.entries, b.leading, 0,
          c.baseAddress, m32)
      }
    }
    return c
  }

  /// y = A x, with A read in the given orientation.
  private func apply(
    to x: UnsafePointer<Element>?, increment: Int32, read: Orientation, into y: UnsafeMutablePointer<Element>?
  ) {
    Element.routines.blas.gemv(
      CblasColMajor, read.flag, blasInteger(storedRows), blasInteger(storedColumns), 1, entries, leading, x, increment,
      0, y, 1)
  }

  /// Whether b is the transpose of this operand, being the same entries in memory.
  private func isTranspose(of b: Operand) -> Bool {
    entries == b.entries && storedRows == b.storedRows && storedColumns == b.storedColumns && stride == b.stride
      && read != b.read
  }
}
