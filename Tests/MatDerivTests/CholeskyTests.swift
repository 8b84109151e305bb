import MatDeriv
import Testing

@Suite struct CholeskyTests {
  @Test func factorsAndSolves() throws {
    try factorsAndSolves(Double.self)
    try factorsAndSolves(Float.self)
  }

  /// Higham, Accuracy and Stability, theorems 10.3 and 10.4: errors of a small multiple of n rounding units.
  private func factorsAndSolves<E: Scalar>(_: E.Type) throws {
    for n in [1, 2, 3, 31, 64, 130] {
      let s = Matrix<E>.randomDefinite(n, seed: UInt64(n))
      let factor = try Cholesky(s)
      let tolerance = E(10 * n) * .ulpOfOne
      #expect(isLowerTriangular(factor.lower))
      #expect((factor.lower * factor.lower.transposed).relativeError(to: s) <= tolerance)
      let b = Matrix<E>.random(n, 3, seed: 9)
      #expect((s * factor.solve(b)).relativeError(to: b) <= tolerance)
      #expect((factor.lower * factor.solveLower(b)).relativeError(to: b) <= tolerance)
      #expect((factor.lower.transposed * factor.solveUpper(b)).relativeError(to: b) <= tolerance)
      #expect(factor.solveUpper(factor.solveLower(b)).relativeError(to: factor.solve(b)) <= tolerance)
      #expect(factor.solve(b.column(1)) == factor.solve(Matrix(column: b.column(1))).columnMajor)
      #expect((s * factor.inverse).relativeError(to: .identity(n)) <= tolerance)
      #expect(factor.inverse == Matrix(factor.inverse.transposed))
    }
  }

  @Test func exactFactors() throws {
    // min(i, j) + 1 = sum of ones: L is all ones, the determinant is 1.
    let factor = try Cholesky(Matrix<Double>.minimum(40))
    #expect(factor.lower == Matrix(rows: 40, columns: 40) { $0 >= $1 ? 1 : 0 })
    #expect(factor.logDeterminant == 0)
    let single = try Cholesky(Matrix<Float>.minimum(40))
    #expect(single.lower == Matrix(rows: 40, columns: 40) { $0 >= $1 ? 1 : 0 })
    // 67 S^-1 is [[21, -9, 1], [-9, 23, -10], [1, -10, 16]]; sympy: Matrix([[4, 2, 1], [2, 5, 3], [1, 3, 6]]).inv() * 67
    let inverse = try Cholesky(Matrix<Double>.sample).inverse
    #expect((67 * inverse).relativeError(to: [[21, -9, 1], [-9, 23, -10], [1, -10, 16]]) <= 4e-16)
  }

  @Test func logDeterminant() throws {
    // mpmath, 60 digits: log(67), log(101)
    #expect(abs(try Cholesky(Matrix<Double>.sample).logDeterminant - 4.2046926193909660597) <= 2e-15)
    #expect(abs(try Cholesky(Matrix<Double>.secondDifference(100)).logDeterminant - 4.6151205168412594509) <= 2e-14)
    // Rounding each of the entries 2 changes the logarithm by eps 2 trace(S^-1), and that trace is n (n + 2) / 6.
    let single = try Cholesky(Matrix<Float>.secondDifference(100)).logDeterminant
    #expect(abs(single - 4.61512052) <= Float.ulpOfOne * 2 * 100 * 102 / 6)
    // mpmath, mp.dps = 60: log(det(matrix(n, n, lambda i, j: mpf(m) / (i + j + 1)))) with n = 6, m = 27720 and n = 8,
    // m = 360360; condition numbers (1-norm) 29070279 and 33872791095 bound the loss of digits.
    let six = try Cholesky(Matrix<Double>.hilbert(6, 6, times: 27720))
    #expect(abs(six.logDeterminant - 21.613250013725376712) <= 6 * 29_070_279 * Double.ulpOfOne)
    let eight = try Cholesky(Matrix<Double>.hilbert(8, 8, times: 360_360))
    #expect(abs(eight.logDeterminant - 27.38044315696252875) <= 8 * 33_872_791_095 * Double.ulpOfOne)
    // Far outside the range of the determinant itself: 2000 log(1e-300)
    let tiny = try Cholesky(Matrix<Double>.diagonal([Double](repeating: 1e-300, count: 2000)))
    #expect(abs(tiny.logDeterminant / -1381551.0557964274104 - 1) <= 1e-15)
  }

  @Test func condition() throws {
    // The estimate of potrf's condition is exact for these: mpmath 1 / (mnorm(S, 1) * mnorm(S**-1, 1))
    #expect(abs(try Cholesky(Matrix<Double>.sample).reciprocalCondition - 0.15952380952380952381) <= 1e-15)
    let hilbert = try Cholesky(Matrix<Double>.hilbert(6, 6, times: 27720))
    #expect(abs(hilbert.reciprocalCondition * 29_070_279 - 1) <= 1e-7)
    #expect(abs(Cholesky(lower: hilbert.lower).reciprocalCondition * 29_070_279 - 1) <= 1e-7)
    #expect(abs(try Cholesky(Matrix<Float>.sample).reciprocalCondition - 0.15952381) <= 1e-6)
  }

  @Test func aStoredFactor() throws {
    let factor = try Cholesky(Matrix<Double>.sample)
    let stored = Cholesky(lower: factor.lower)
    #expect(stored.lower == factor.lower && stored.logDeterminant == factor.logDeterminant)
    #expect(stored.inverse == factor.inverse)
  }

  @Test func emptyMatrix() throws {
    let factor = try Cholesky(Matrix<Double>(rows: 0, columns: 0, repeating: 0))
    #expect(factor.order == 0 && factor.logDeterminant == 0 && factor.reciprocalCondition == 1)
    #expect(factor.inverse.isEmpty && factor.solve([]).isEmpty)
    #expect(factor.solveLower(Matrix(rows: 0, columns: 3, repeating: 0)).columns == 3)
  }

  @Test func whatIsRefused() {
    refuses([[1, 2], [2, 1]], .notPositiveDefinite(order: 2, of: 2))
    refuses([[-1, 0], [0, 1]], .notPositiveDefinite(order: 1, of: 2))
    refuses([[0]], .notPositiveDefinite(order: 1, of: 1))
    refuses([[1, 2, 3], [2, 1, 4]], .notSquare(operation: "Cholesky", rows: 2, columns: 3))
    refuses([[1, 2], [3, 9]], .notSymmetric(operation: "Cholesky", row: 1, column: 0, value: 3, mirrored: 2))
    refuses(
      [[1, 0], [-.infinity, 1]], .notFinite(operation: "Cholesky", row: 1, column: 0, value: -.infinity))
    // An overflow on the way makes a pivot NaN, which potrf does not notice.
    refuses([[1e-300, 0, 1e300], [0, 1, 0], [1e300, 0, 1e300]], .notPositiveDefinite(order: 3, of: 3))
    #expect(throws: LinearAlgebraError.self) { try Cholesky([[1, .nan], [.nan, 1]] as Matrix<Float>) }
  }

  private func refuses(_ s: Matrix<Double>, _ error: LinearAlgebraError) {
    #expect(throws: error) { try Cholesky(s) }
  }

  @Test func asymmetryOfRoundingIsAccepted() throws {
    var s = Matrix<Double>.sample
    s[0, 1] += 1e-12
    #expect(try Cholesky(s).lower == Cholesky(.sample).lower)  // the lower triangle is what is read
  }

  @Test func wrongUseTraps() async {
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try Cholesky(Matrix<Double>.identity(3)).solve([1, 2])
    }
    #expect(lastWords(shape).contains("a right-hand side of 2 rows does not fit a factorization of 3 rows"))
    let factor = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Cholesky(lower: [[1, 2], [0, 1]] as Matrix<Double>)
    }
    #expect(lastWords(factor).contains("a Cholesky factor is zero above its diagonal; entry [0, 1] is 2.0"))
  }
}
