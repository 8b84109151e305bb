import MatDeriv
import Testing

@Suite struct PivotedCholeskyTests {
  @Test func reconstructsAtEveryRank() throws {
    try reconstructs(Double.self)
    try reconstructs(Float.self)
  }

  private func reconstructs<E: Scalar>(_: E.Type) throws {
    for (n, r) in [(1, 1), (5, 5), (6, 3), (40, 1), (100, 64), (70, 70)] {
      let a = Matrix<E>.random(n, r, seed: UInt64(n))
      let s = a * a.transposed
      let factor = try PivotedCholesky(s)
      #expect(factor.rank == r && factor.order == n)
      #expect(factor.lower.rows == n && factor.lower.columns == r)
      #expect(isLowerTriangular(factor.lower))
      #expect(factor.permutation.sorted() == Array(0..<n))
      let p = factor.permutation
      let tolerance = E(10 * n) * .ulpOfOne
      #expect((factor.lower * factor.lower.transposed).relativeError(to: s[rows: p, columns: p]) <= tolerance)
      let pivots = factor.lower.diagonal
      #expect(zip(pivots, pivots.dropFirst()).allSatisfy { $0 >= $1 })
    }
  }

  @Test func fullRankAgreesWithCholesky() throws {
    try agrees(Double.self)
    try agrees(Float.self)
  }

  private func agrees<E: Scalar>(_: E.Type) throws {
    let s = Matrix<E>.randomDefinite(20, seed: 4)
    let (pivoted, plain) = (try PivotedCholesky(s), try Cholesky(s))
    let tolerance = 200 * E.ulpOfOne
    let b = Matrix<E>.random(20, 2, seed: 5)
    #expect(try pivoted.solve(b).relativeError(to: plain.solve(b)) <= tolerance)
    #expect(try pivoted.solve(b.column(0)) == pivoted.solve(Matrix(column: b.column(0))).columnMajor)
    #expect(try pivoted.inverse.relativeError(to: plain.inverse) <= tolerance)
    #expect(try (pivoted.logDeterminant - plain.logDeterminant).magnitude <= tolerance)
    #expect((pivoted.reciprocalCondition / plain.reciprocalCondition - 1).magnitude <= tolerance)
    #expect(pivoted.dependent.isEmpty && pivoted.dependencies.columns == 0)
  }

  @Test func dependentColumnsAreExplained() throws {
    // Columns 0, 1, 2 and 3 = 1 + 2 * column 0, of integers: S is exact and has rank 3.
    let x: Matrix<Double> = [[1, 2, 0], [-3, 1, 5], [2, -2, 1], [4, 0, -3], [0, 1, 7]]
    let full = Matrix<Double>(rows: 5, columns: 4) { i, j in j < 3 ? x[i, j] : x[i, 1] + 2 * x[i, 0] }
    let s = full.transposed * full
    let factor = try PivotedCholesky(s)
    #expect(factor.rank == 3)
    #expect(factor.dependent.count == 1 && factor.independent.count == 3)
    let predicted = s[columns: factor.independent] * factor.dependencies
    #expect(predicted.relativeError(to: s[columns: factor.dependent]) <= 1e-14)
    #expect(throws: LinearAlgebraError.rankDeficient(rank: 3, of: 4)) { try factor.solve([1, 2, 3, 4]) }
    #expect(throws: LinearAlgebraError.rankDeficient(rank: 3, of: 4)) { try factor.inverse }
    #expect(throws: LinearAlgebraError.rankDeficient(rank: 3, of: 4)) { try factor.logDeterminant }
    #expect(factor.reciprocalCondition == 0)
  }

  @Test func theToleranceIsRelative() throws {
    let s = Matrix<Double>.diagonal([1e10, 1e4, 1])
    #expect(try PivotedCholesky(s).rank == 3)
    #expect(try PivotedCholesky(s, tolerance: 1e-8).rank == 2)
    #expect(try PivotedCholesky(1e-30 * s, tolerance: 1e-8).rank == 2)
    #expect(try PivotedCholesky(s, tolerance: 0).rank == 3)
    #expect(try PivotedCholesky(s).permutation == [0, 1, 2])
    #expect(try PivotedCholesky(Matrix<Double>.diagonal([1, 3, 2])).permutation == [1, 2, 0])
  }

  @Test func zeroAndEmpty() throws {
    let zero = try PivotedCholesky(Matrix<Double>(rows: 3, columns: 3, repeating: 0))
    #expect(zero.rank == 0 && zero.lower.rows == 3 && zero.lower.columns == 0)
    #expect(zero.dependencies.rows == 0 && zero.dependencies.columns == 3)
    let empty = try PivotedCholesky(Matrix<Double>(rows: 0, columns: 0, repeating: 0))
    #expect(empty.rank == 0 && empty.permutation.isEmpty)
    #expect(try empty.logDeterminant == 0)
  }

  @Test func whatIsRefused() {
    #expect(throws: LinearAlgebraError.notPositiveSemidefinite(rank: 0, row: 1, column: 0, remainder: 1)) {
      try PivotedCholesky([[0, 1], [1, 0]] as Matrix<Double>)
    }
    #expect(throws: LinearAlgebraError.notPositiveSemidefinite(rank: 1, row: 1, column: 1, remainder: -3)) {
      try PivotedCholesky([[1, 2], [2, 1]] as Matrix<Double>)
    }
    #expect(throws: LinearAlgebraError.notPositiveSemidefinite(rank: 0, row: 0, column: 0, remainder: -1)) {
      try PivotedCholesky([[-1]] as Matrix<Float>)
    }
    #expect(throws: LinearAlgebraError.notSquare(operation: "PivotedCholesky", rows: 1, columns: 2)) {
      try PivotedCholesky([[1, 2]] as Matrix<Double>)
    }
    #expect(throws: LinearAlgebraError.notFinite(operation: "PivotedCholesky", row: 0, column: 0, value: .infinity)) {
      try PivotedCholesky([[.infinity]] as Matrix<Double>)
    }
    #expect(
      throws: LinearAlgebraError.notSymmetric(operation: "PivotedCholesky", row: 1, column: 0, value: 0, mirrored: 1)
    ) { try PivotedCholesky([[1, 1], [0, 1]] as Matrix<Double>) }
  }
}
