// Rows with missing cells as blocks of a reading hand them on: appended in the order of the input, sorted into patterns when there are many.

struct IncompleteRows: Sendable {
  let columns: Int
  private var table: PatternTable
  private var pending: [Batch] = []
  private var pendingCells = 0
  /// Rows that have some cells.
  private(set) var count = 0
  /// Rows without any cell.
  private(set) var emptyRows = 0

  /// Rows one after another: their keys, and their numbers as a pattern keeps them.
  private struct Batch: Sendable {
    var keys: [UInt64] = []
    var cells: [Double] = []
  }

  /// Numbers that wait to be sorted: merging is cheap as long as it moves nothing.
  private static let mostPending = 1 << 22

  init(columns: Int) {
    self.columns = columns
    table = PatternTable(columns: columns)
  }

  /// Takes the rows among these that lack a cell, but not all; column c begins at `x + c * stride`. Weights are one for each row.
  ///
  /// Returns the rows that lack nothing.
  mutating func append(
    _ x: UnsafePointer<Double>, stride: Int, rows: Int, weights: UnsafePointer<Double>? = nil
  ) -> [Int] {
    let words = table.words
    var keys = [UInt64](repeating: 0, count: rows * words)
    keys.withUnsafeMutableBufferPointer { keys in
      for c in 0..<columns {
        let (column, word, bit) = (x + c * stride, c / 64, UInt64(c % 64))
        for i in 0..<rows { keys[i * words + word] |= UInt64(column[i].isNaN ? 0 : 1) << bit }
      }
    }
    var complete: [Int] = []
    var batch = Batch()
    for i in 0..<rows {
      let present = (0..<words).reduce(0) { $0 + keys[i * words + $1].nonzeroBitCount }
      if present == columns {
        complete.append(i)
      } else if present == 0 {
        emptyRows += 1
      } else {
        let root = weights.map { $0[i].squareRoot() } ?? 1
        batch.keys += keys[(i * words)..<((i + 1) * words)]
        batch.cells.append(root)
        for c in 0..<columns where keys[i * words + c / 64] >> UInt64(c % 64) & 1 == 1 {
          batch.cells.append(root * x[c * stride + i])
        }
      }
    }
    if !batch.keys.isEmpty {
      count += batch.keys.count / words
      pendingCells += batch.cells.count
      pending.append(batch)
      if pendingCells > IncompleteRows.mostPending { sort() }
    }
    return complete
  }

  mutating func append(_ later: IncompleteRows) {
    emptyRows += later.emptyRows
    count += later.count
    if !later.table.patterns.isEmpty {
      sort()
      table.append(later.table)
    }
    pending += later.pending
    pendingCells += later.pendingCells
    if pendingCells > IncompleteRows.mostPending { sort() }
  }

  private mutating func sort() {
    let words = table.words
    for batch in pending {
      batch.cells.withUnsafeBufferPointer { cells in
        batch.keys.withUnsafeBufferPointer { keys in
          var start = 0
          for row in 0..<(keys.count / words) {
            let key = keys.baseAddress! + row * words
            let width = 1 + (0..<words).reduce(0) { $0 + key[$1].nonzeroBitCount }
            table.append(UnsafeBufferPointer(rebasing: cells[start..<(start + width)]), key: key)
            start += width
          }
        }
      }
    }
    pending = []
    pendingCells = 0
  }

  /// The patterns, in the order of their first rows.
  func patterns() -> [PatternRows] {
    var sorted = self
    sorted.sort()
    return sorted.table.patterns
  }
}
