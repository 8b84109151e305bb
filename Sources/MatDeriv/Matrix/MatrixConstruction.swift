// Ways to write a matrix down and to read it back: rows, literals, identity, diagonal, text.
// They are cut off from the storage because each is a convenience over one initialiser.

extension Matrix: ExpressibleByArrayLiteral {
  /// A matrix from its rows: `[[1, 2], [3, 4]]`.
  ///
  /// **Shapes**: traps unless all rows have the same length. No rows make a 0 x 0 matrix.
  public init(rowArrays: [[Element]]) {
    let columns = rowArrays.first?.count ?? 0
    for (i, row) in rowArrays.enumerated() {
      require(row.count == columns, "row \(i) has \(row.count) entries; row 0 has \(columns)")
    }
    self.init(rows: rowArrays.count, columns: columns) { rowArrays[$0][$1] }
  }

  /// A matrix from a literal of rows.
  public init(arrayLiteral rows: [Element]...) { self.init(rowArrays: rows) }

  /// The vector of the given entries, as an n x 1 matrix.
  public init(column entries: [Element]) { self.init(rows: entries.count, columns: 1, columnMajor: entries) }

  /// The identity of order n.
  public static func identity(_ n: Int) -> Matrix { diagonal([Element](repeating: 1, count: n)) }

  /// The square matrix with the given diagonal, zero elsewhere.
  public static func diagonal(_ entries: [Element]) -> Matrix {
    let n = entries.count
    var matrix = Matrix(rows: n, columns: n, repeating: 0)
    for i in 0..<n { matrix[i, i] = entries[i] }
    return matrix
  }

  /// The entries as an array of rows.
  public var rowArrays: [[Element]] { (0..<rows).map { row($0) } }

  /// Row i, counted from 0, as a copy.
  public func row(_ i: Int) -> [Element] {
    require(i >= 0 && i < rows, "row \(i) is outside a \(rows) x \(columns) matrix")
    return (0..<columns).map { self[i, $0] }
  }

  /// Column j, counted from 0, as a copy.
  public func column(_ j: Int) -> [Element] {
    require(j >= 0 && j < columns, "column \(j) is outside a \(rows) x \(columns) matrix")
    return Array(storage[(j * rows)..<((j + 1) * rows)])
  }
}

extension Matrix: CustomStringConvertible {
  /// The rows, one to a line, each number with as many digits as it takes to read it back: `[[1.0, 2.0],\n [3.0, 4.0]]`.
  public var description: String {
    if rows == 0 || columns == 0 { return "\(rows) x \(columns) matrix" }
    return "[" + rowArrays.map { "\($0)" }.joined(separator: ",\n ") + "]"
  }
}
