// Parts of a matrix chosen by lists of indices: what marginals and conditionals take of a covariance.
// A list may repeat and reorder; contiguous parts that need no copy are in Views.swift.

extension Matrix {
  /// The matrix of the given rows and columns, in the given order: `S[rows: observed, columns: missing]`.
  ///
  /// **Domain**: indices counted from 0, in any order, repeated if need be; traps where one is outside.
  public subscript(rows rowIndices: some Collection<Int>, columns columnIndices: some Collection<Int>) -> Matrix {
    let (i, j) = (Array(rowIndices), Array(columnIndices))
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

  /// The matrix of the given rows, all columns.
  public subscript(rows rowIndices: some Collection<Int>) -> Matrix { self[rows: rowIndices, columns: 0..<columns] }

  /// The matrix of the given columns, all rows.
  public subscript(columns columnIndices: some Collection<Int>) -> Matrix {
    self[rows: 0..<rows, columns: columnIndices]
  }
}
