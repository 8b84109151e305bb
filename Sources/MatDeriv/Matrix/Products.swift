// Products of matrices: every combination of plain and transposed operands as one BLAS call.
// It is cut here so that the choice between gemv, syrk and gemm is made once.
internal import CLinearAlgebra

/// Whether an operand is read as it is or by rows.
enum Orientation {
  case plain, transposed

  var flag: CBLAS_TRANSPOSE { self == .plain ? CblasNoTrans : CblasTrans }
}

extension Matrix {
  /// The product of two matrices; entry (i, j) is the sum over k of a(i, k) b(k, j).
  ///
  /// **Shapes**: m x k times k x n; traps otherwise. **Cost**: 2 m k n operations; half of that for `a.transposed * a`
  /// and `a * a.transposed`, whose result is exactly symmetric.
  public static func * (a: Matrix, b: Matrix) -> Matrix { product(a, .plain, b, .plain) }

  public static func * (a: Transposed<Element>, b: Matrix) -> Matrix { product(a.transposed, .transposed, b, .plain) }

  public static func * (a: Matrix, b: Transposed<Element>) -> Matrix { product(a, .plain, b.transposed, .transposed) }

  /// The product of a matrix and a vector.
  ///
  /// **Shapes**: m x k times k; traps otherwise. **Cost**: 2 m k operations.
  public static func * (a: Matrix, x: [Element]) -> [Element] { product(a, .plain, x) }

  fileprivate static func product(_ a: Matrix, _ aRead: Orientation, _ b: Matrix, _ bRead: Orientation) -> Matrix {
    let (m, k) = aRead == .plain ? (a.rows, a.columns) : (a.columns, a.rows)
    let (kOther, n) = bRead == .plain ? (b.rows, b.columns) : (b.columns, b.rows)
    require(k == kOther, "a \(m) x \(k) matrix cannot be multiplied by a \(kOther) x \(n) matrix")
    var c = Matrix(rows: m, columns: n, repeating: 0)
    if m == 0 || n == 0 || k == 0 { return c }
    // A single row or column is contiguous whichever way it is read.
    if n == 1 {
      c.storage = product(a, aRead, b.storage)
    } else if m == 1 {
      c.storage = product(b, bRead == .plain ? .transposed : .plain, a.storage)
    } else if aRead != bRead && a.sharesStorage(with: b) {
      c.storage.withUnsafeMutableBufferPointer { c in
        a.storage.withUnsafeBufferPointer { a in
          let order = blasInteger(n)
          Element.routines.syrk(
            CblasColMajor, CblasLower, aRead.flag, order, blasInteger(k), 1, a.baseAddress,
            aRead == .plain ? order : blasInteger(k), 0, c.baseAddress, order)
        }
        mirrorLower(c, order: n)
      }
    } else {
      c.storage.withUnsafeMutableBufferPointer { c in
        a.storage.withUnsafeBufferPointer { aEntries in
          b.storage.withUnsafeBufferPointer { bEntries in
            Element.routines.gemm(
              CblasColMajor, aRead.flag, bRead.flag, blasInteger(m), blasInteger(n), blasInteger(k), 1,
              aEntries.baseAddress, blasInteger(a.rows), bEntries.baseAddress, blasInteger(b.rows), 0,
              c.baseAddress, blasInteger(m))
          }
        }
      }
    }
    return c
  }

  fileprivate static func product(_ a: Matrix, _ read: Orientation, _ x: [Element]) -> [Element] {
    let (m, k) = read == .plain ? (a.rows, a.columns) : (a.columns, a.rows)
    require(k == x.count, "a \(m) x \(k) matrix cannot be multiplied by a vector of \(x.count)")
    var y = [Element](repeating: 0, count: m)
    if m == 0 || k == 0 { return y }
    y.withUnsafeMutableBufferPointer { y in
      a.storage.withUnsafeBufferPointer { aEntries in
        x.withUnsafeBufferPointer { x in
          Element.routines.gemv(
            CblasColMajor, read.flag, blasInteger(a.rows), blasInteger(a.columns), 1, aEntries.baseAddress,
            blasInteger(a.rows), x.baseAddress, 1, 0, y.baseAddress, 1)
        }
      }
    }
    return y
  }

  /// Whether two values are the same matrix in memory, so that a symmetric product may be computed by halves.
  func sharesStorage(with other: Matrix) -> Bool {
    guard rows == other.rows && columns == other.columns else { return false }
    return storage.withUnsafeBufferPointer { a in
      other.storage.withUnsafeBufferPointer { b in a.baseAddress == b.baseAddress }
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
  public static func * (a: Transposed, x: [Element]) -> [Element] { Matrix.product(a.transposed, .transposed, x) }
}
