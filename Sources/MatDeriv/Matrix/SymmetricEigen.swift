// S = V diag(values) V' of a symmetric matrix, by divide and conquer.
// It is cut here because it is the only factorization that symmetric indefinite matrices share with covariances.
internal import CLinearAlgebra

/// The eigenvalues, and on demand the eigenvectors, of a symmetric matrix.
///
/// **Source**: LAPACK syevd.
public struct SymmetricEigen<Element: Scalar>: Sendable, Equatable {
  /// What to compute beside the eigenvalues.
  public enum Vectors: Sendable {
    case none, all
  }

  /// Eigenvalues in ascending order.
  public let values: [Element]
  /// Orthonormal eigenvectors: column k belongs to `values[k]`; n x 0 where they were not asked for.
  public let vectors: Matrix<Element>

  /// Decomposes a symmetric matrix. Its lower triangle is read.
  ///
  /// **Throws**: `notSquare`, `notFinite`, `notSymmetric`, `notConverged`, `tooLarge`, `outOfMemory`.
  /// **Cost**: about 4 n^3 / 3 operations for the values, 9 n^3 with vectors.
  public init(_ s: Matrix<Element>, vectors wanted: Vectors = .all) throws(LinearAlgebraError) {
    try s.requireSymmetric("SymmetricEigen")
    let n = s.rows
    // The workspace of syevd is 1 + 6 n + 2 n^2, which must be a 32-bit integer.
    let limit = 32_766
    if wanted == .all && n > limit { throw .tooLarge(operation: "SymmetricEigen", order: n, limit: limit) }
    var a = s
    var w = [Element](repeating: 0, count: n)
    if n > 0 {
      let order = blasInteger(n)
      let info = a.withUnsafeMutableBufferPointer { a in
        Element.routines.syevd(
          columnMajor, wanted == .all ? Option.vectors : Option.valuesOnly, Option.lower, order, a.baseAddress, order,
          &w)
      }
      let remaining = try positiveInfo(info, "SymmetricEigen", s)
      if remaining > 0 { throw .notConverged(operation: "SymmetricEigen", remaining: remaining, of: n) }
    }
    values = w
    vectors = wanted == .all ? a : Matrix(rows: n, columns: 0, repeating: 0)
  }
}
