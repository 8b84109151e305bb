import MatDeriv
import Testing

@Suite struct LUTests {
  /// Integers -9...9; det and solution below by mpmath: B = matrix(...); det(B); lu_solve(B, [1, 2, 3, 4, 5]).
  private let b: Matrix<Double> = [
    [-5, 9, -7, -1, -6], [6, 5, 6, 3, -3], [-6, 6, -9, 3, 4], [-9, 5, -1, -2, 9], [-6, 1, -9, -9, -9],
  ]

  @Test func factorsAndSolves() throws {
    try factorsAndSolves(Double.self)
    try factorsAndSolves(Float.self)
  }

  private func factorsAndSolves<E: Scalar>(_: E.Type) throws {
    for n in [1, 2, 5, 33, 100] {
      let a = Matrix<E>.random(n, n, seed: UInt64(n)) + E(n) * Matrix<E>.identity(n)[rows: (0..<n).reversed()]
      let factor = try LU(a)
      let tolerance = E(20 * n) * .ulpOfOne
      #expect(isLowerTriangular(factor.lower) && isLowerTriangular(Matrix(factor.upper.transposed)))
      #expect(factor.lower.diagonal.allSatisfy { $0 == 1 } && factor.lower.norm(.maximum) <= 1)
      #expect((factor.lower * factor.upper).relativeError(to: a[rows: factor.permutation]) <= tolerance)
      let b = Matrix<E>.random(n, 3, seed: 9)
      #expect((a * (try factor.solve(b))).relativeError(to: b) <= tolerance)
      #expect((a.transposed * (try factor.solveTransposed(b))).relativeError(to: b) <= tolerance)
      #expect(try factor.solve(b.column(0)) == factor.solve(Matrix(column: b.column(0))).columnMajor)
      #expect((a * (try factor.inverse)).relativeError(to: .identity(n)) <= tolerance)
    }
  }

  @Test func knownValues() throws {
    let factor = try LU(b)
    #expect(abs(factor.determinant / 28485 - 1) <= 1e-14)
    #expect(factor.determinantSign == 1)
    #expect(abs(factor.logAbsoluteDeterminant - 10.257132911914495945) <= 1e-14)
    #expect(abs(try factor.logDeterminant - 10.257132911914495945) <= 1e-14)
    let x: Matrix<Double> = [
      [2.400596805336141829], [1.2525539757767245919], [-1.2031244514656836932], [-2.3147621555204493593],
      [1.5011058451816745656],
    ]
    #expect(Matrix(column: try factor.solve([1, 2, 3, 4, 5])).relativeError(to: x) <= 1e-14)
    #expect(
      Matrix(column: try LU(Matrix<Float>(b)).solve([1, 2, 3, 4, 5])).relativeError(to: Matrix<Float>(x)) <= 1e-5)
    // mpmath: 1 / (mnorm(B, 1) * mnorm(B**-1, 1)); the estimate may be up to three times too large, not too small.
    let reciprocal = factor.reciprocalCondition
    #expect(reciprocal >= 0.024385170118343195 * (1 - 1e-14) && reciprocal <= 3 * 0.024385170118343195)
  }

  @Test func signOfTheDeterminant() throws {
    #expect(try LU([[0, 1], [1, 0]] as Matrix<Double>).determinant == -1)
    #expect(try LU([[0, 1, 0], [0, 0, 1], [1, 0, 0]] as Matrix<Double>).determinant == 1)
    #expect(try LU([[-2]] as Matrix<Float>).determinantSign == -1)
    #expect(try LU(Matrix<Double>.diagonal([-1, -3])).determinant == 3)
    #expect(throws: LinearAlgebraError.determinantNotPositive(sign: -1)) {
      try LU([[0, 1], [1, 0]] as Matrix<Double>).logDeterminant
    }
  }

  @Test func aSingularMatrixHasADeterminantButNoInverse() throws {
    let factor = try LU([[1, 2], [2, 4]] as Matrix<Double>)
    #expect(!factor.isInvertible && factor.reciprocalCondition == 0)
    #expect(factor.determinant == 0 && factor.determinantSign == 0 && factor.logAbsoluteDeterminant == -.infinity)
    #expect(throws: LinearAlgebraError.singular(pivot: 2, of: 2)) { try factor.inverse }
    #expect(throws: LinearAlgebraError.singular(pivot: 2, of: 2)) { try factor.solve([1, 1]) }
    #expect(throws: LinearAlgebraError.determinantNotPositive(sign: 0)) { try factor.logDeterminant }
  }

  @Test func emptyMatrix() throws {
    let factor = try LU(Matrix<Double>(rows: 0, columns: 0, repeating: 0))
    #expect(factor.determinant == 1 && factor.reciprocalCondition == 1 && factor.permutation.isEmpty)
    #expect(try factor.solve(Matrix(rows: 0, columns: 2, repeating: 0)).columns == 2)
    #expect(try factor.inverse.isEmpty)
  }

  @Test func whatIsRefused() {
    #expect(throws: LinearAlgebraError.notSquare(operation: "LU", rows: 1, columns: 2)) {
      try LU([[1, 2]] as Matrix<Double>)
    }
    #expect(throws: LinearAlgebraError.notFinite(operation: "LU", row: 0, column: 1, value: .infinity)) {
      try LU([[1, .infinity], [1, 2]] as Matrix<Double>)
    }
    #expect(throws: LinearAlgebraError.overflow(operation: "LU")) {
      try LU([[1e308, 1e308], [-1e308, 1e308]] as Matrix<Double>)
    }
  }
}
