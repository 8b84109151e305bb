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
  // Comparisons with NaN are false: it is counted apart, so that no choice is a branch.
  var undefined = 0
  var (largest0, largest1, largest2, largest3) = (Element.zero, Element.zero, Element.zero, Element.zero)
  var k = 0
  while k &+ 4 <= a.count {
    let (x0, x1, x2, x3) = (a[k].magnitude, a[k &+ 1].magnitude, a[k &+ 2].magnitude, a[k &+ 3].magnitude)
    largest0 = x0 > largest0 ? x0 : largest0
    largest1 = x1 > largest1 ? x1 : largest1
    largest2 = x2 > largest2 ? x2 : largest2
    largest3 = x3 > largest3 ? x3 : largest3
    undefined |= (x0 + x1).isNaN || (x2 + x3).isNaN ? 1 : 0
    k &+= 4
  }
  var largest = max(max(largest0, largest1), max(largest2, largest3))
  while k < a.count {
    let x = a[k].magnitude
    largest = x > largest ? x : largest
    undefined |= x.isNaN ? 1 : 0
    k &+= 1
  }
  return undefined > 0 ? .nan : largest
}

/// The sums of magnitudes of the columns.
@specialized(where Element == Double)
@specialized(where Element == Float)
func columnSums<Element: Scalar>(_ a: UnsafeBufferPointer<Element>, rows m: Int, columns n: Int) -> [Element] {
  (0..<n).map { j in
    // Four sums side by side: a single one would wait for each addition to end.
    var (sum0, sum1, sum2, sum3) = (Element.zero, Element.zero, Element.zero, Element.zero)
    let end = (j &+ 1) &* m
    var k = j &* m
    while k &+ 4 <= end {
      sum0 += a[k].magnitude
      sum1 += a[k &+ 1].magnitude
      sum2 += a[k &+ 2].magnitude
      sum3 += a[k &+ 3].magnitude
      k &+= 4
    }
    var sum = (sum0 + sum1) + (sum2 + sum3)
    while k < end {
      sum += a[k].magnitude
      k &+= 1
    }
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
      let (iEnd, jEnd) = (min(iTile + tile, n), min(jTile + tile, n))
      var bad = 0
      for j in jTile..<jEnd {
        for i in iTile..<iEnd { bad &+= (a[i &+ j &* n] - a[j &+ i &* n]).magnitude > tolerance ? 1 : 0 }
      }
      if bad == 0 { continue }
      for j in jTile..<jEnd {
        for i in max(iTile, j + 1)..<iEnd where (a[i &+ j &* n] - a[j &+ i &* n]).magnitude > tolerance {
          return (i, j)
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
  [Element](unsafeUninitializedCapacity: rows.count * columns.count) { target, initialized in
    for j in columns {
      for i in rows {
        target.initializeElement(at: initialized, to: a[i &+ j &* stride])
        initialized &+= 1
      }
    }
  }
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
