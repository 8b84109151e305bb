// The transpose as a promise: a matrix and the wish to read it by rows.
// Products fold it into the BLAS call, so that no transposed copy is ever made for them.

/// The transpose of a matrix, not yet carried out.
///
/// Products take it as it is; `Matrix(_:)` carries it out.
public struct Transposed<Element: Scalar>: Hashable, Sendable {
  /// The matrix to be read by rows.
  public let transposed: Matrix<Element>

  @inlinable
  init(_ matrix: Matrix<Element>) { transposed = matrix }

  /// Number of rows: the columns of the matrix.
  @inlinable public var rows: Int { transposed.columns }

  /// Number of columns: the rows of the matrix.
  @inlinable public var columns: Int { transposed.rows }

  /// The entry (j, i) of the matrix.
  @inlinable
  public subscript(i: Int, j: Int) -> Element { transposed[j, i] }
}

extension Matrix {
  /// The transpose, carried out only when it must be: `a.transposed * b` is one call of gemm.
  ///
  /// **Cost**: none.
  @inlinable public var transposed: Transposed<Element> { Transposed(self) }

  /// The transpose, carried out.
  ///
  /// **Cost**: rows * columns moves, by tiles.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ promise: Transposed<Element>) {
    let source = promise.transposed
    self.init(rows: source.columns, columns: source.rows, repeating: 0)
    let (m, n) = (source.rows, source.columns)
    withUnsafeMutableBufferPointer { to in
      source.withUnsafeBufferPointer { from in transpose(from, rows: m, columns: n, into: to) }
    }
  }
}

extension Matrix {
  /// The sum with a transpose: `0.5 * (a + a.transposed)` is the symmetric part of a.
  ///
  /// **Shapes**: both operands have the same shape; traps otherwise.
  public static func + (a: Matrix, b: Transposed<Element>) -> Matrix { a + Matrix(b) }

  /// The sum with a transpose.
  public static func + (a: Transposed<Element>, b: Matrix) -> Matrix { Matrix(a) + b }

  /// The difference from a transpose: `0.5 * (a - a.transposed)` is the skew part of a.
  ///
  /// **Shapes**: both operands have the same shape; traps otherwise.
  public static func - (a: Matrix, b: Transposed<Element>) -> Matrix { a - Matrix(b) }

  /// The difference from a transpose.
  public static func - (a: Transposed<Element>, b: Matrix) -> Matrix { Matrix(a) - b }
}
