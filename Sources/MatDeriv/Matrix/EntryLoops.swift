// The loops over entries that have no BLAS routine: transposition, mirroring of a triangle, checks.
// They are cut here so that each is specialised for Float and Double and none runs through generic arithmetic.

/// Side of a square tile: two tiles of doubles (16 KiB) stay in the first-level cache.
private let tile = 32

/// Writes the transpose of the m x n matrix `from` into `to`, both by columns.
@specialized(where Element == Double)
@specialized(where Element == Float)
func transpose<Element: Scalar>(
  _ from: UnsafeBufferPointer<Element>, rows m: Int, columns n: Int, into to: UnsafeMutableBufferPointer<Element>
) {
  for jTile in stride(from: 0, to: n, by: tile) {
    for iTile in stride(from: 0, to: m, by: tile) {
      for j in jTile..<min(jTile + tile, n) {
        for i in iTile..<min(iTile + tile, m) { to[j &+ i &* n] = from[i &+ j &* m] }
      }
    }
  }
}

/// Copies the strictly lower triangle of a square matrix of order n onto its upper triangle.
@specialized(where Element == Double)
@specialized(where Element == Float)
func mirrorLower<Element: Scalar>(_ a: UnsafeMutableBufferPointer<Element>, order n: Int) {
  for jTile in stride(from: 0, to: n, by: tile) {
    for iTile in stride(from: jTile, to: n, by: tile) {
      for j in jTile..<min(jTile + tile, n) {
        for i in max(iTile, j + 1)..<max(iTile + tile, j + 1) where i < n { a[j &+ i &* n] = a[i &+ j &* n] }
      }
    }
  }
}

/// Sets to zero what lies strictly above the diagonal of a matrix with m rows.
@specialized(where Element == Double)
@specialized(where Element == Float)
func clearUpper<Element: Scalar>(_ a: UnsafeMutableBufferPointer<Element>, rows m: Int, columns n: Int) {
  for j in 0..<n {
    for i in 0..<min(j, m) { a[i &+ j &* m] = 0 }
  }
}

/// Sets to zero what lies strictly below the diagonal of a matrix with m rows.
@specialized(where Element == Double)
@specialized(where Element == Float)
func clearLower<Element: Scalar>(_ a: UnsafeMutableBufferPointer<Element>, rows m: Int, columns n: Int) {
  for j in 0..<min(n, m) {
    for i in (j + 1)..<m { a[i &+ j &* m] = 0 }
  }
}

/// The first entry (i, j) above the diagonal that is not zero.
@specialized(where Element == Double)
@specialized(where Element == Float)
func firstNonZeroAbove<Element: Scalar>(_ a: UnsafeBufferPointer<Element>, order n: Int) -> (row: Int, column: Int)? {
  for j in 0..<n {
    for i in 0..<j where a[i &+ j &* n] != 0 { return (i, j) }
  }
  return nil
}

/// The position of the first entry that is infinite or not a number.
@specialized(where Element == Double)
@specialized(where Element == Float)
func firstNonFinite<Element: Scalar>(_ a: UnsafeBufferPointer<Element>) -> Int? {
  var bad = 0
  for value in a { bad &+= value.isFinite ? 0 : 1 }  // without a branch, so that it vectorises
  return bad == 0 ? nil : a.firstIndex { !$0.isFinite }
}

/// The largest magnitude, NaN where there is one.
@specialized(where Element == Double)
@specialized(where Element == Float)
func largestMagnitude<Element: Scalar>(_ a: UnsafeBufferPointer<Element>) -> Element {
  var largest: Element = 0
  var undefined = 0
  for value in a {
    // Comparisons with NaN are false: count it apart, so that both choices stay without a branch.
    let magnitude = value.magnitude
    largest = magnitude > largest ? magnitude : largest
    undefined &+= magnitude.isNaN ? 1 : 0
  }
  return undefined > 0 ? .nan : largest
}

/// The sums of magnitudes of the columns.
@specialized(where Element == Double)
@specialized(where Element == Float)
func columnSums<Element: Scalar>(_ a: UnsafeBufferPointer<Element>, rows m: Int, columns n: Int) -> [Element] {
  (0..<n).map { j in
    var sum: Element = 0
    for i in 0..<m { sum += a[i &+ j &* m].magnitude }
    return sum
  }
}

/// The sums of magnitudes of the rows.
@specialized(where Element == Double)
@specialized(where Element == Float)
func rowSums<Element: Scalar>(_ a: UnsafeBufferPointer<Element>, rows m: Int, columns n: Int) -> [Element] {
  var sums = [Element](repeating: 0, count: m)
  for j in 0..<n {
    for i in 0..<m { sums[i] += a[i &+ j &* m].magnitude }
  }
  return sums
}

/// The first entry (i, j) below the diagonal that differs from its mirror image by more than `tolerance`.
@specialized(where Element == Double)
@specialized(where Element == Float)
func firstAsymmetry<Element: Scalar>(
  _ a: UnsafeBufferPointer<Element>, order n: Int, tolerance: Element
) -> (row: Int, column: Int)? {
  for jTile in stride(from: 0, to: n, by: tile) {
    for iTile in stride(from: jTile, to: n, by: tile) {
      for j in jTile..<min(jTile + tile, n) {
        for i in iTile..<min(iTile + tile, n) where (a[i &+ j &* n] - a[j &+ i &* n]).magnitude > tolerance {
          return i > j ? (i, j) : (j, i)
        }
      }
    }
  }
  return nil
}

/// The entries of the given rows and columns, column after column; the indices are inside.
@specialized(where Element == Double)
@specialized(where Element == Float)
func gather<Element: Scalar>(
  _ a: UnsafeBufferPointer<Element>, stride: Int, rows: [Int], columns: [Int]
) -> [Element] {
  var entries: [Element] = []
  entries.reserveCapacity(rows.count * columns.count)
  for j in columns {
    for i in rows { entries.append(a[i &+ j &* stride]) }
  }
  return entries
}

/// Multiplies column j of a matrix with m rows by `factors[j]`.
@specialized(where Element == Double)
@specialized(where Element == Float)
func scaleColumns<Element: Scalar>(_ a: UnsafeMutableBufferPointer<Element>, rows m: Int, by factors: [Element]) {
  for j in 0..<factors.count {
    for i in 0..<m { a[i &+ j &* m] *= factors[j] }
  }
}

/// Multiplies row i of a matrix by `factors[i]`.
@specialized(where Element == Double)
@specialized(where Element == Float)
func scaleRows<Element: Scalar>(_ a: UnsafeMutableBufferPointer<Element>, columns n: Int, by factors: [Element]) {
  let m = factors.count
  for j in 0..<n {
    for i in 0..<m { a[i &+ j &* m] *= factors[i] }
  }
}
