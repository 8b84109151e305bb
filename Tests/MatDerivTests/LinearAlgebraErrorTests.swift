import MatDeriv
import Testing

@Suite struct LinearAlgebraErrorTests {
  @Test(arguments: [
    (
      LinearAlgebraError.notPositiveDefinite(order: 2, of: 4),
      "matrix is not positive definite: its leading minor of order 2 of 4 is not positive"
    ),
    (
      .notPositiveSemidefinite(rank: 1, row: 2, column: 1, remainder: -0.5),
      "matrix is not positive semidefinite: after 1 pivot, entry [2, 1] leaves -0.5"
    ),
    (.singular(pivot: 3, of: 4), "matrix is singular: pivot 3 of 4 is zero"),
    (.rankDeficient(rank: 3, of: 4), "matrix is singular to working precision: its rank is 3 of 4"),
    (
      .dependentColumn(2, of: 4),
      "columns are dependent: column 2 of 4, counted from 0, is a combination of those before it"
    ),
    (.determinantNotPositive(sign: -1), "the determinant is negative; it has no logarithm"),
    (.determinantNotPositive(sign: 0), "the determinant is zero; it has no logarithm"),
    (
      .underdetermined(rows: 2, columns: 3),
      "least squares needs at least as many rows as columns; the matrix is 2 x 3"
    ),
    (
      .notConverged(operation: "SVD", rows: 3, columns: 4, info: 2),
      "SVD of a 3 x 4 matrix did not converge (LAPACK info 2)"
    ),
    (.notSquare(operation: "Cholesky", rows: 3, columns: 4), "Cholesky needs a square matrix; this one is 3 x 4"),
    (
      .notSymmetric(operation: "Cholesky", row: 1, column: 0, value: 2, mirrored: 3),
      "Cholesky needs a symmetric matrix; entry [1, 0] is 2.0, but [0, 1] is 3.0"
    ),
    (
      .notFinite(operation: "LU", row: 1, column: 0, value: -.infinity),
      "LU needs finite numbers; entry [1, 0] is -inf"
    ),
    (.overflow(operation: "LU"), "LU overflows: divide the matrix by its largest entry first"),
    (
      .tooLarge(operation: "SVD", order: 30000, limit: 20000),
      "SVD of order 30000 is too large: its 32-bit workspace allows 20000"
    ),
    (
      .outOfMemory(operation: "SVD", rows: 3, columns: 4),
      "SVD of a 3 x 4 matrix ran out of memory"
    ),
  ])
  func everyCaseIsASentenceWithItsNumbers(error: LinearAlgebraError, text: String) {
    #expect("\(error)" == text)
  }
}
