// What a factorization asks of its input before LAPACK sees it, and how LAPACK's answer is read afterwards.
// Infinite and undefined entries are refused by name here: LAPACK would return them as NaN or never return.

extension Matrix {
  func requireFinite(_ operation: String) throws(LinearAlgebraError) {
    guard let position = withUnsafeBufferPointer({ firstNonFinite($0) }) else { return }
    throw .notFinite(
      operation: operation, row: position % rows, column: position / rows, value: Double(storage[position]))
  }

  func requireSquare(_ operation: String) throws(LinearAlgebraError) {
    guard isSquare else { throw .notSquare(operation: operation, rows: rows, columns: columns) }
  }

  /// Square, finite and symmetric up to rounding: mirrored entries differ by at most sqrt(eps) times the largest entry.
  ///
  /// Factorizations of symmetric matrices read the lower triangle only, and would silently ignore a different upper one.
  /// The bound is wide, since the rounding errors of a product such as B S B' are relative to its factors.
  func requireSymmetric(_ operation: String) throws(LinearAlgebraError) {
    try requireSquare(operation)
    let largest = norm(.maximum)
    if !largest.isFinite { try requireFinite(operation) }
    let tolerance = Element.ulpOfOne.squareRoot() * largest
    let asymmetry = withUnsafeBufferPointer { firstAsymmetry($0, order: rows, tolerance: tolerance) }
    guard let (i, j) = asymmetry else { return }
    throw .notSymmetric(
      operation: operation, row: i, column: j, value: Double(self[i, j]), mirrored: Double(self[j, i]))
  }
}

extension Array where Element: Scalar {
  /// Results of a factorization of finite numbers: one that is not finite has overflowed.
  func requireNoOverflow(_ operation: String) throws(LinearAlgebraError) {
    if withUnsafeBufferPointer({ firstNonFinite($0) }) != nil { throw .overflow(operation: operation) }
  }
}

/// LAPACK's `info`, once its routine's own positive values are excluded.
///
/// - Returns: `info` where it is not negative.
func positiveInfo<Element>(
  _ info: Int32, _ operation: String, _ a: Matrix<Element>
) throws(LinearAlgebraError) -> Int {
  if info == -1010 || info == -1011 {  // LAPACK_WORK_MEMORY_ERROR, LAPACK_TRANSPOSE_MEMORY_ERROR
    throw .outOfMemory(operation: operation, rows: a.rows, columns: a.columns)
  }
  require(info >= 0, "LAPACK refused argument \(-info) of \(operation) for a \(a.rows) x \(a.columns) matrix")
  return Int(info)
}

/// The right-hand side of a system has one row for each of its equations.
func requireRightHandSide(rows: Int, order: Int) {
  require(rows == order, "a right-hand side of \(rows) rows does not fit a factorization of \(order) rows")
}
