// Numbers that sum up a matrix: norms and trace, and the diagonal they are often taken of.
// A NaN entry makes every norm NaN, as in LAPACK.

/// The norms that need no factorization.
///
/// The spectral norm is the first singular value of `SVD`.
public enum Norm: Sendable {
  /// The largest sum of magnitudes in a column.
  case one
  /// The largest sum of magnitudes in a row.
  case infinity
  /// The square root of the sum of squares, without overflow or underflow on the way.
  case frobenius
  /// The largest magnitude. Not submultiplicative.
  case maximum
}

extension Matrix {
  /// A norm; zero for an empty matrix.
  ///
  /// **Cost**: one pass over the entries.
  public func norm(_ kind: Norm) -> Element {
    withUnsafeBufferPointer { entries in
      switch kind {
      case .one: columnSums(entries, rows: rows, columns: columns).withUnsafeBufferPointer(largestMagnitude)
      case .infinity: rowSums(entries, rows: rows, columns: columns).withUnsafeBufferPointer(largestMagnitude)
      case .maximum: largestMagnitude(entries)
      case .frobenius: euclideanLength(entries)
      }
    }
  }

  /// The entries (i, i), as many as the smaller dimension.
  public var diagonal: [Element] {
    @specialized(where Element == Double)
    @specialized(where Element == Float)
    get { (0..<min(rows, columns)).map { self[$0, $0] } }
  }

  /// The sum of the diagonal.
  ///
  /// **Shapes**: traps unless the matrix is square.
  public var trace: Element {
    require(isSquare, "trace needs a square matrix; this one is \(rows) x \(columns)")
    return diagonal.reduce(0, +)
  }
}

/// The length of a vector.
///
/// The BLAS routine counts in 32 bits: longer vectors are measured by parts.
private func euclideanLength<Element: Scalar>(_ x: UnsafeBufferPointer<Element>) -> Element {
  let longest = 1 << 30
  var length: Element = 0
  for start in stride(from: 0, to: x.count, by: longest) {
    let part = UnsafeBufferPointer(rebasing: x[start..<min(start + longest, x.count)])
    length = .hypot(length, Element.routines.blas.nrm2(blasInteger(part.count), part.baseAddress, 1))
  }
  return length
}
