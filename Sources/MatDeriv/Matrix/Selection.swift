// Parts of a matrix chosen by lists of indices: what marginals and conditionals take of a covariance.
// A list may repeat and reorder; contiguous parts that need no copy are in Views.swift.

extension Matrix {
  /// The matrix of the given rows and columns, in the given order: `S[rows: observed, columns: missing]`.
  ///
  /// **Domain**: indices counted from 0, in any order, repeated if need be; traps where one is outside.
  @inlinable
  public subscript(rows rowIndices: some Collection<Int>, columns columnIndices: some Collection<Int>) -> Matrix {
    selecting(rows: Array(rowIndices), columns: Array(columnIndices))
  }

  /// The matrix of the given rows, all columns.
  @inlinable
  public subscript(rows rowIndices: some Collection<Int>) -> Matrix {
    selecting(rows: Array(rowIndices), columns: Array(0..<columns))
  }

  /// The matrix of the given columns, all rows.
  @inlinable
  public subscript(columns columnIndices: some Collection<Int>) -> Matrix {
    selecting(rows: Array(0..<rows), columns: Array(columnIndices))
  }

  @usableFromInline
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  func selecting(rows i: [Int], columns j: [Int]) -> Matrix {
    if let outside = i.first(where: { $0 < 0 || $0 >= rows }) {
      fatalError("row \(outside) is outside a \(rows) x \(columns) matrix")
    }
    if let outside = j.first(where: { $0 < 0 || $0 >= columns }) {
      fatalError("column \(outside) is outside a \(rows) x \(columns) matrix")
    }
    return withUnsafeBufferPointer { entries in
      Matrix(
        rows: i.count, columns: j.count, columnMajor: gather(entries, stride: rows, rows: i, columns: j))
    }
  }
}
