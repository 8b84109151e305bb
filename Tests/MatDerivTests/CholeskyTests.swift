import MatDeriv
import Testing

@Suite struct CholeskyTests {
  @Test func smoke() throws {
    let a: Matrix<Double> = [[4, 2, 1], [2, 5, 3], [1, 3, 6]]
    let c = try Cholesky(a)
    let back = c.lower * c.lower.transposed
    #expect((back - a).norm(.maximum) < 1e-15 * 10)
    #expect((c.inverse * a - .identity(3)).norm(.maximum) < 1e-15)
    #expect(abs(c.logDeterminant - 4.2046926193909657) < 1e-15 * 10)  // det 67
    let e = try SymmetricEigen(a)
    #expect((e.vectors * Matrix.diagonal(e.values) * e.vectors.transposed - a).norm(.maximum) < 1e-14)
    let x: Matrix<Double> = [[1, 2, 3], [1, 3, 4], [2, 2, 4], [5, 1, 6]]
    let p = try PivotedCholesky(x.transposed * x)
    #expect(p.rank == 2)
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 2, of: 2)) {
      try Cholesky([[1, 2], [2, 1]] as Matrix<Double>)
    }
    print(LinearAlgebra.libraryDescription, LinearAlgebra.threads, c.reciprocalCondition, p)
  }
}
