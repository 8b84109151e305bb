// Sums, differences, multiples, and whatever is done entry by entry.
// All of it goes through `map` and `zip`, which are inlined into the caller so that the closure costs nothing.

extension Matrix {
  /// The matrix of `transform(entry)`.
  @inlinable
  public func map<Output: Scalar>(_ transform: (Element) throws -> Output) rethrows -> Matrix<Output> {
    let entries = try storage.withUnsafeBufferPointer { source in
      try [Output](unsafeUninitializedCapacity: source.count) { target, initialized in
        for k in 0..<source.count {
          (target.baseAddress! + k).initialize(to: try transform(source[k]))
        }
        initialized = source.count
      }
    }
    return Matrix<Output>(rows: rows, columns: columns, columnMajor: entries)
  }

  /// The matrix of `combine(entry, entry of other)`.
  ///
  /// **Shapes**: both matrices have the same shape; traps otherwise.
  @inlinable
  public func zip<Other: Scalar, Output: Scalar>(
    _ other: Matrix<Other>, _ combine: (Element, Other) throws -> Output
  ) rethrows -> Matrix<Output> {
    require(
      rows == other.rows && columns == other.columns,
      "a \(rows) x \(columns) and a \(other.rows) x \(other.columns) matrix cannot be combined entry by entry")
    let entries = try storage.withUnsafeBufferPointer { a in
      try other.storage.withUnsafeBufferPointer { b in
        try [Output](unsafeUninitializedCapacity: a.count) { target, initialized in
          for k in 0..<a.count {
            (target.baseAddress! + k).initialize(to: try combine(a[k], b[k]))
          }
          initialized = a.count
        }
      }
    }
    return Matrix<Output>(rows: rows, columns: columns, columnMajor: entries)
  }

  /// The matrix in another precision, each entry rounded once.
  @inlinable
  public init<Source: Scalar>(_ source: Matrix<Source>) { self = source.map { Element($0) } }

  /// The sum, entry by entry.
  ///
  /// **Shapes**: both matrices have the same shape; traps otherwise.
  @inlinable
  public static func + (a: Matrix, b: Matrix) -> Matrix { a.zip(b) { $0 + $1 } }

  /// The difference, entry by entry.
  ///
  /// **Shapes**: both matrices have the same shape; traps otherwise.
  @inlinable
  public static func - (a: Matrix, b: Matrix) -> Matrix { a.zip(b) { $0 - $1 } }

  /// The negative, entry by entry.
  @inlinable
  public static prefix func - (a: Matrix) -> Matrix { a.map { -$0 } }

  /// The multiple by a number.
  @inlinable
  public static func * (factor: Element, a: Matrix) -> Matrix { a.map { factor * $0 } }

  /// The multiple by a number.
  @inlinable
  public static func * (a: Matrix, factor: Element) -> Matrix { a.map { $0 * factor } }

  /// Every entry divided by a number.
  @inlinable
  public static func / (a: Matrix, divisor: Element) -> Matrix { a.map { $0 / divisor } }

  /// Adds entry by entry.
  ///
  /// **Shapes**: both matrices have the same shape; traps otherwise.
  @inlinable
  public static func += (a: inout Matrix, b: Matrix) { a = a + b }

  /// Subtracts entry by entry.
  ///
  /// **Shapes**: both matrices have the same shape; traps otherwise.
  @inlinable
  public static func -= (a: inout Matrix, b: Matrix) { a = a - b }

  /// Multiplies every entry.
  @inlinable
  public static func *= (a: inout Matrix, factor: Element) { a = a * factor }
}
