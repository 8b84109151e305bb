// What can be wrong with the numbers of a matrix, as a sentence with the numbers in it.
// Wrong shapes in Swift code trap instead; what depends on data is thrown from here.

/// Why a matrix could not be factored or a system could not be solved.
///
/// Rows and columns are counted from 0, as in the subscripts of `Matrix`.
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// The leading minor of this order is not positive: the Cholesky factorization stops there.
  case notPositiveDefinite(order: Int, of: Int)
  /// What remains after `rank` pivots is not zero, though no pivot is left: the matrix has a negative eigenvalue.
  case notPositiveSemidefinite(rank: Int, row: Int, column: Int, remainder: Double)
  /// A pivot (counted from 1) is exactly zero.
  case singular(pivot: Int, of: Int)
  /// Fewer independent columns than a unique solution needs.
  case rankDeficient(rank: Int, of: Int)
  /// The logarithm of a determinant that is negative (-1) or zero (0).
  case determinantNotPositive(sign: Int)
  /// Fewer equations than unknowns.
  case underdetermined(rows: Int, columns: Int)
  /// A column lies in the span of the columns before it.
  case dependentColumn(Int, of: Int)
  /// An iteration ended without the accuracy asked for; `info` is what LAPACK says about it.
  case notConverged(operation: String, rows: Int, columns: Int, info: Int)
  /// More or fewer rows than columns.
  case notSquare(operation: String, rows: Int, columns: Int)
  /// Mirrored entries that differ by more than rounding explains.
  case notSymmetric(operation: String, row: Int, column: Int, value: Double, mirrored: Double)
  /// An entry that is infinite or not a number.
  case notFinite(operation: String, row: Int, column: Int, value: Double)
  /// The entries are finite, but a result exceeds the largest number of the type.
  case overflow(operation: String)
  /// The workspace of the routine cannot be addressed with 32 bits.
  case tooLarge(operation: String, order: Int, limit: Int)
  /// No memory for the workspace of the routine.
  case outOfMemory(operation: String, rows: Int, columns: Int)
}

extension LinearAlgebraError: CustomStringConvertible {
  /// The sentence that is shown to people.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let order, let n):
      "matrix is not positive definite: its leading minor of order \(order) of \(n) is not positive"
    case .notPositiveSemidefinite(let rank, let row, let column, let remainder):
      "matrix is not positive semidefinite: "
        + "after \(rank) pivot\(rank == 1 ? "" : "s"), entry [\(row), \(column)] leaves \(remainder)"
    case .singular(let pivot, let n):
      "matrix is singular: pivot \(pivot) of \(n) is zero"
    case .rankDeficient(let rank, let n):
      "matrix is singular to working precision: its rank is \(rank) of \(n)"
    case .determinantNotPositive(let sign):
      "the determinant is \(sign < 0 ? "negative" : "zero"); it has no logarithm"
    case .underdetermined(let rows, let columns):
      "least squares needs at least as many rows as columns; the matrix is \(rows) x \(columns)"
    case .dependentColumn(let column, let n):
      "columns are dependent: column \(column) of \(n), counted from 0, is a combination of those before it"
    case .notConverged(let operation, let rows, let columns, let info):
      "\(operation) of a \(rows) x \(columns) matrix did not converge (LAPACK info \(info))"
    case .notSquare(let operation, let rows, let columns):
      "\(operation) needs a square matrix; this one is \(rows) x \(columns)"
    case .notSymmetric(let operation, let row, let column, let value, let mirrored):
      "\(operation) needs a symmetric matrix; "
        + "entry [\(row), \(column)] is \(value), but [\(column), \(row)] is \(mirrored)"
    case .notFinite(let operation, let row, let column, let value):
      "\(operation) needs finite numbers; entry [\(row), \(column)] is \(value)"
    case .overflow(let operation):
      "\(operation) overflows: divide the matrix by its largest entry first"
    case .tooLarge(let operation, let order, let limit):
      "\(operation) of order \(order) is too large: its 32-bit workspace allows \(limit)"
    case .outOfMemory(let operation, let rows, let columns):
      "\(operation) of a \(rows) x \(columns) matrix ran out of memory"
    }
  }
}
