// The dense matrix: shape, storage, subscripts and buffers.
// Everything else about matrices is an extension in a file of its own; only this one knows how entries are stored.

/// A dense matrix, stored by columns; a value with copy-on-write.
///
/// Vectors are n x 1. Entry (i, j), counted from 0, stands at `i + j * rows` of the storage.
public struct Matrix<Element: Scalar>: Hashable, Sendable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  @usableFromInline var storage: [Element]

  /// A matrix of the given entries, column after column.
  ///
  /// **Shapes**: traps unless there are `rows * columns` of them.
  @inlinable
  public init(rows: Int, columns: Int, columnMajor entries: [Element]) {
    require(
      entries.count == entryCount(rows: rows, columns: columns),
      "a \(rows) x \(columns) matrix has \(entryCount(rows: rows, columns: columns)) entries; \(entries.count) were given"
    )
    self.rows = rows
    self.columns = columns
    storage = entries
  }

  /// A matrix whose entries are all the same.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(rows: Int, columns: Int, repeating value: Element) {
    self.init(
      rows: rows, columns: columns,
      columnMajor: [Element](repeating: value, count: entryCount(rows: rows, columns: columns)))
  }

  /// A matrix whose entry (i, j) is `entry(i, j)`.
  @inlinable
  public init<E: Error>(rows: Int, columns: Int, _ entry: (_ row: Int, _ column: Int) throws(E) -> Element) throws(E) {
    var entries: [Element] = []
    entries.reserveCapacity(entryCount(rows: rows, columns: columns))
    for j in 0..<columns {
      for i in 0..<rows { entries.append(try entry(i, j)) }
    }
    self.init(rows: rows, columns: columns, columnMajor: entries)
  }

  /// Number of entries.
  @inlinable public var count: Int { storage.count }

  /// Whether there are no entries: no rows, or no columns, or neither.
  @inlinable public var isEmpty: Bool { storage.isEmpty }

  /// Whether there are as many rows as columns.
  @inlinable public var isSquare: Bool { rows == columns }

  /// The entry in row `i` and column `j`, counted from 0.
  @inlinable
  public subscript(i: Int, j: Int) -> Element {
    get {
      checkIndex(i, j)
      return storage.withUnsafeBufferPointer { $0[i &+ j &* rows] }
    }
    _modify {
      checkIndex(i, j)
      yield &storage[i &+ j &* rows]
    }
  }

  @inlinable @inline(__always)
  func checkIndex(_ i: Int, _ j: Int) {
    // One unsigned comparison covers both ends.
    if UInt(bitPattern: i) >= UInt(bitPattern: rows) || UInt(bitPattern: j) >= UInt(bitPattern: columns) {
      indexFailure(i, j, rows: rows, columns: columns)
    }
  }

  /// The entries, column after column.
  @inlinable public var columnMajor: [Element] { storage }

  /// Calls `body` with the storage, column after column; the buffer must not escape.
  @inlinable
  public func withUnsafeBufferPointer<Result, E: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(E) -> Result
  ) throws(E) -> Result {
    try storage.withUnsafeBufferPointer(body)
  }

  /// Calls `body` with the storage, made unique first, column after column; the buffer must not escape.
  @inlinable
  public mutating func withUnsafeMutableBufferPointer<Result, E: Error>(
    _ body: (inout UnsafeMutableBufferPointer<Element>) throws(E) -> Result
  ) throws(E) -> Result {
    try storage.withUnsafeMutableBufferPointer(body)
  }
}

/// `rows * columns`, with a trap for negative dimensions and for a product that no memory can hold.
@usableFromInline
func entryCount(rows: Int, columns: Int) -> Int {
  require(rows >= 0 && columns >= 0, "a matrix cannot be \(rows) x \(columns)")
  let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
  require(!overflow, "a \(rows) x \(columns) matrix has more entries than can be counted")
  return count
}

@usableFromInline @inline(never)
func indexFailure(_ i: Int, _ j: Int, rows: Int, columns: Int) -> Never {
  fatalError("entry [\(i), \(j)] is outside a \(rows) x \(columns) matrix")
}
