// The rows of a block by which of their cells are missing, and what is computed once for each such pattern.
// Rows of a pattern share a marginal or a regression, whose factor costs far more than its use on a row.

/// Which columns are missing: bit c % 64 of word c / 64 stands for column c.
typealias PatternKey = [UInt64]

enum BlockPatterns {
  /// The rows of each pattern, in the order of first appearance; nil if no cell is missing.
  ///
  /// Column c begins at `x + c * stride`; NaN is a missing cell.
  static func group(
    _ x: UnsafePointer<Double>, stride: Int, rows: Int, columns: Int
  ) -> [(key: PatternKey, rows: [Int])]? {
    let incomplete = (0..<columns).filter { c in
      // A sum is NaN if an entry is; infinities, whose sum may be NaN as well, are told apart below.
      let column = UnsafeBufferPointer(start: x + c * stride, count: rows)
      return column.reduce(0) { $0 + $1 * 0 } != 0
    }
    if incomplete.isEmpty { return nil }
    let words = (columns + 63) / 64
    var keys = [UInt64](repeating: 0, count: words * rows)
    for c in incomplete {
      let (word, bit) = (c / 64, UInt64(1) << UInt64(c % 64))
      for row in 0..<rows where x[c * stride + row].isNaN { keys[row * words + word] |= bit }
    }
    var groups: [(key: PatternKey, rows: [Int])] = []
    var places: [PatternKey: Int] = [:]
    for row in 0..<rows {
      let key = Array(keys[(row * words)..<((row + 1) * words)])
      if let place = places[key] {
        groups[place].rows.append(row)
      } else {
        places[key] = groups.count
        groups.append((key, [row]))
      }
    }
    return groups
  }

  /// The columns that a pattern has, and those that it lacks, ascending.
  static func columns(of key: PatternKey, count: Int) -> (observed: [Int], missing: [Int]) {
    let isMissing = { (c: Int) in key[c / 64] >> UInt64(c % 64) & 1 == 1 }
    return ((0..<count).filter { !isMissing($0) }, (0..<count).filter(isMissing))
  }
}

/// Results by pattern. Data with more patterns than fit begin again, so that memory is bounded.
struct PatternCache<Value: Sendable>: Sendable {
  private var values: [PatternKey: Value] = [:]
  private let limit: Int

  /// - Parameter dimension: columns; a value is taken to hold about the square of it.
  init(dimension: Int) { limit = max(16, min(4096, (1 << 23) / max(1, dimension * dimension))) }

  mutating func value(for key: PatternKey, make: () -> Value) -> Value {
    if let known = values[key] { return known }
    if values.count >= limit { values.removeAll(keepingCapacity: true) }
    let made = make()
    values[key] = made
    return made
  }
}
