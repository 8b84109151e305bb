// Rows with missing cells, sorted into patterns while they are read. A pattern keeps as many rows as it has columns, or a few times that: more are
// turned into that many with the same sums, so that memory grows with the number of patterns alone.
import CLinearAlgebra

/// The rows that have a cell in the same columns: each as `[u, u*y]` with the root u of its weight and its cells y.
struct PatternRows: Sendable {
  /// The columns that are there, ascending.
  let observed: [Int]
  /// Rows that were read, and the sum of their weights.
  private(set) var count = 0
  private(set) var weight = 0.0
  /// Row after row, 1 + observed.count numbers each. Of `A'A` of these rows A alone depend all sums.
  private(set) var cells: [Double] = []

  init(observed: [Int]) { self.observed = observed }

  /// Numbers of a row.
  var width: Int { observed.count + 1 }
  /// Rows that are kept.
  var kept: Int { cells.count / width }

  /// Takes a row that lies as it is kept.
  mutating func append(_ row: UnsafeBufferPointer<Double>) {
    count += 1
    weight += row[0] * row[0]
    cells += row
    if kept >= 4 * width { shorten() }
  }

  mutating func append(_ later: PatternRows) {
    count += later.count
    weight += later.weight
    cells += later.cells
    if kept >= 4 * width { shorten() }
  }

  /// `A' = L*Q`: the columns of L are rows with the same `A'A`, the first of them the mean, all others of weight zero.
  private mutating func shorten() {
    let (m, n) = (width, kept)
    var tau = [Double](repeating: 0, count: m)
    let info = LAPACKE_dgelqf(LAPACK_COL_MAJOR, Int32(m), Int32(n), &cells, Int32(m), &tau)
    require(info == 0, "an orthogonal factorization takes any matrix")
    cells.removeLast(m * (n - m))
    for j in 1..<m { for i in 0..<j { cells[i + j * m] = 0 } }
  }

  /// The rows `[u, (u*y - u*centre)/scale]`.
  func standardized(centre: [Double], scale: [Double]) -> [Double] {
    var result = cells
    let (c, s) = (observed.map { centre[$0] }, observed.map { 1 / scale[$0] })
    for start in stride(from: 0, to: result.count, by: width) {
      let u = result[start]
      for i in c.indices { result[start + 1 + i] = (result[start + 1 + i] - u * c[i]) * s[i] }
    }
    return result
  }
}

/// Patterns by which columns they have.
struct PatternTable: Sendable {
  let columns: Int
  /// 64 columns to a word: a bit for each cell that is there.
  let words: Int
  private(set) var patterns: [PatternRows] = []
  private var keys: [UInt64] = []
  /// Open addressing: a pattern's number, -1 for none; twice as many slots as patterns at least.
  private var slots: [Int32] = Array(repeating: -1, count: 64)

  init(columns: Int) {
    self.columns = columns
    words = (columns + 63) / 64
  }

  static func words(columns: Int) -> Int { (columns + 63) / 64 }

  mutating func append(_ row: UnsafeBufferPointer<Double>, key: UnsafePointer<UInt64>) {
    patterns[number(key)].append(row)
  }

  mutating func append(_ later: PatternTable) {
    later.keys.withUnsafeBufferPointer { keys in
      for (i, pattern) in later.patterns.enumerated() {
        patterns[number(keys.baseAddress! + i * words)].append(pattern)
      }
    }
  }

  private mutating func number(_ key: UnsafePointer<UInt64>) -> Int {
    var slot = PatternTable.hash(key, words) & (slots.count - 1)
    while slots[slot] >= 0 {
      let known = Int(slots[slot])
      if (0..<words).allSatisfy({ keys[known * words + $0] == key[$0] }) { return known }
      slot = (slot + 1) & (slots.count - 1)
    }
    let new = patterns.count
    slots[slot] = Int32(new)
    keys += UnsafeBufferPointer(start: key, count: words)
    patterns.append(PatternRows(observed: (0..<columns).filter { key[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }))
    if 2 * patterns.count > slots.count { enlarge() }
    return new
  }

  private mutating func enlarge() {
    slots = Array(repeating: -1, count: 2 * slots.count)
    keys.withUnsafeBufferPointer { keys in
      for i in patterns.indices {
        var slot = PatternTable.hash(keys.baseAddress! + i * words, words) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(i)
      }
    }
  }

  /// Multiplication and shifts mix the bits; the same on every machine, so that nothing depends on chance.
  private static func hash(_ key: UnsafePointer<UInt64>, _ words: Int) -> Int {
    var h: UInt64 = 0
    for i in 0..<words {
      h = (h ^ key[i]) &* 0x9e37_79b9_7f4a_7c15
      h ^= h >> 32
    }
    return Int(truncatingIfNeeded: h >> 1)
  }
}
