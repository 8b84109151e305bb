// Columns and blocks without copying, as views that live for the length of a closure.
// The views cannot be copied and are only lent, so none outlives its matrix and none holds a reference that would make
// the next write copy the storage.

/// A rectangular part of a matrix, to be read in place.
public struct MatrixView<Element: Scalar>: ~Copyable {
  /// Number of rows of the block.
  public let rows: Int
  /// Number of columns of the block.
  public let columns: Int
  /// Distance of entry (i, j + 1) from entry (i, j).
  public let stride: Int
  @usableFromInline let entries: UnsafePointer<Element>?

  @inlinable
  init(rows: Int, columns: Int, stride: Int, entries: UnsafePointer<Element>?) {
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.entries = entries
  }

  /// The entry in row `i` and column `j` of the block, counted from 0.
  @inlinable
  public subscript(i: Int, j: Int) -> Element {
    if UInt(bitPattern: i) >= UInt(bitPattern: rows) || UInt(bitPattern: j) >= UInt(bitPattern: columns) {
      indexFailure(i, j, rows: rows, columns: columns)
    }
    return entries.unsafelyUnwrapped[i &+ j &* stride]
  }

  /// Calls `body` with column j of the block; the buffer must not escape.
  @inlinable
  public func withColumn<Result, E: Error>(
    _ j: Int, _ body: (UnsafeBufferPointer<Element>) throws(E) -> Result
  ) throws(E) -> Result {
    checkColumn(j, rows: rows, columns: columns)
    return try body(UnsafeBufferPointer(start: entries.map { $0 + j &* stride }, count: rows))
  }

  var operand: Operand<Element> {
    Operand(entries: entries, storedRows: rows, storedColumns: columns, stride: stride, read: .plain)
  }

  /// The product of a block and a matrix, without copying the block.
  ///
  /// **Shapes**: m x k times k x n; traps otherwise. **Cost**: 2 m k n operations.
  public static func * (a: borrowing MatrixView, b: Matrix<Element>) -> Matrix<Element> {
    let a = a.operand
    return b.withOperand(.plain) { a.times($0) }
  }

  /// The product of a matrix and a block, without copying the block.
  ///
  /// **Shapes**: m x k times k x n; traps otherwise. **Cost**: 2 m k n operations.
  public static func * (a: Matrix<Element>, b: borrowing MatrixView) -> Matrix<Element> {
    let b = b.operand
    return a.withOperand(.plain) { $0.times(b) }
  }

  /// The product of a block and a vector, without copying the block.
  public static func * (a: borrowing MatrixView, x: [Element]) -> [Element] {
    (a * Matrix(column: x)).columnMajor
  }
}

/// A rectangular part of a matrix, to be changed in place.
public struct MutableMatrixView<Element: Scalar>: ~Copyable {
  /// Number of rows of the block.
  public let rows: Int
  /// Number of columns of the block.
  public let columns: Int
  /// Distance of entry (i, j + 1) from entry (i, j).
  public let stride: Int
  @usableFromInline let entries: UnsafeMutablePointer<Element>?

  @inlinable
  init(rows: Int, columns: Int, stride: Int, entries: UnsafeMutablePointer<Element>?) {
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.entries = entries
  }

  /// The entry in row `i` and column `j` of the block, counted from 0.
  @inlinable
  public subscript(i: Int, j: Int) -> Element {
    get {
      checkIndex(i, j)
      return entries.unsafelyUnwrapped[i &+ j &* stride]
    }
    set {
      checkIndex(i, j)
      entries.unsafelyUnwrapped[i &+ j &* stride] = newValue
    }
  }

  @inlinable @inline(__always)
  func checkIndex(_ i: Int, _ j: Int) {
    if UInt(bitPattern: i) >= UInt(bitPattern: rows) || UInt(bitPattern: j) >= UInt(bitPattern: columns) {
      indexFailure(i, j, rows: rows, columns: columns)
    }
  }

  /// Calls `body` with column j of the block; the buffer must not escape.
  @inlinable
  public mutating func withMutableColumn<Result, E: Error>(
    _ j: Int, _ body: (UnsafeMutableBufferPointer<Element>) throws(E) -> Result
  ) throws(E) -> Result {
    checkColumn(j, rows: rows, columns: columns)
    return try body(UnsafeMutableBufferPointer(start: entries.map { $0 + j &* stride }, count: rows))
  }

  /// Replaces the entries of the block.
  ///
  /// **Shapes**: the source has the shape of the block; traps otherwise.
  public mutating func assign(_ source: Matrix<Element>) {
    require(
      source.rows == rows && source.columns == columns,
      "a \(source.rows) x \(source.columns) matrix cannot be assigned to a \(rows) x \(columns) block")
    source.withUnsafeBufferPointer { source in
      guard let from = source.baseAddress, let to = entries else { return }
      for j in 0..<columns { (to + j * stride).update(from: from + j * rows, count: rows) }
    }
  }
}

extension Matrix {
  /// Copies a block into a matrix of its own.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ view: borrowing MatrixView<Element>) {
    let (rows, columns, stride, entries) = (view.rows, view.columns, view.stride, view.entries)
    let copy = [Element](unsafeUninitializedCapacity: rows * columns) { target, initialized in
      guard let from = entries, let to = target.baseAddress else { return }
      for j in 0..<columns { (to + j * rows).initialize(from: from + j * stride, count: rows) }
      initialized = rows * columns
    }
    self.init(rows: rows, columns: columns, columnMajor: copy)
  }

  /// Calls `body` with a view of a block; nothing is copied.
  ///
  /// **Shapes**: both ranges lie inside the matrix; traps otherwise.
  @inlinable
  public func withBlock<Result, E: Error>(
    rows: Range<Int>, columns: Range<Int>, _ body: (borrowing MatrixView<Element>) throws(E) -> Result
  ) throws(E) -> Result {
    checkBlock(rows, columns, rows: self.rows, columns: self.columns)
    let (start, stride) = (rows.lowerBound + columns.lowerBound * self.rows, max(self.rows, 1))
    return try storage.withUnsafeBufferPointer { storage throws(E) in
      try body(
        MatrixView(
          rows: rows.count, columns: columns.count, stride: stride, entries: storage.baseAddress.map { $0 + start }))
    }
  }

  /// Calls `body` with a view of a block that may be changed in place; the storage is made unique once.
  ///
  /// **Shapes**: both ranges lie inside the matrix; traps otherwise.
  @inlinable
  public mutating func withMutableBlock<Result, E: Error>(
    rows: Range<Int>, columns: Range<Int>, _ body: (inout MutableMatrixView<Element>) throws(E) -> Result
  ) throws(E) -> Result {
    checkBlock(rows, columns, rows: self.rows, columns: self.columns)
    let (start, stride) = (rows.lowerBound + columns.lowerBound * self.rows, max(self.rows, 1))
    return try storage.withUnsafeMutableBufferPointer { storage throws(E) in
      var view = MutableMatrixView(
        rows: rows.count, columns: columns.count, stride: stride, entries: storage.baseAddress.map { $0 + start })
      return try body(&view)
    }
  }

  /// Calls `body` with column j, where it stands; the buffer must not escape.
  @inlinable
  public func withColumn<Result, E: Error>(
    _ j: Int, _ body: (UnsafeBufferPointer<Element>) throws(E) -> Result
  ) throws(E) -> Result {
    checkColumn(j, rows: rows, columns: columns)
    return try storage.withUnsafeBufferPointer { storage throws(E) in
      try body(UnsafeBufferPointer(rebasing: storage[(j &* rows)..<((j &+ 1) &* rows)]))
    }
  }

  /// Calls `body` with column j, to be changed where it stands; the buffer must not escape.
  @inlinable
  public mutating func withMutableColumn<Result, E: Error>(
    _ j: Int, _ body: (UnsafeMutableBufferPointer<Element>) throws(E) -> Result
  ) throws(E) -> Result {
    checkColumn(j, rows: rows, columns: columns)
    let part = (j &* rows)..<((j &+ 1) &* rows)
    return try storage.withUnsafeMutableBufferPointer { storage throws(E) in
      try body(UnsafeMutableBufferPointer(rebasing: storage[part]))
    }
  }
}

@usableFromInline
func checkColumn(_ j: Int, rows: Int, columns: Int) {
  require(j >= 0 && j < columns, "column \(j) is outside a \(rows) x \(columns) matrix")
}

@usableFromInline
func checkBlock(_ blockRows: Range<Int>, _ blockColumns: Range<Int>, rows: Int, columns: Int) {
  require(
    blockRows.lowerBound >= 0 && blockRows.upperBound <= rows && blockColumns.lowerBound >= 0
      && blockColumns.upperBound <= columns,
    "rows \(blockRows) and columns \(blockColumns) are not inside a \(rows) x \(columns) matrix")
}
