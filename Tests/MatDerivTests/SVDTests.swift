import MatDeriv
import Testing

@Suite struct SVDTests {
  @Test func reconstructs() throws {
    try reconstructs(Double.self)
    try reconstructs(Float.self)
  }

  private func reconstructs<E: Scalar>(_: E.Type) throws {
    for (m, n) in [(1, 1), (5, 3), (3, 5), (60, 40), (40, 60), (200, 3)] {
      let a = Matrix<E>.random(m, n, seed: UInt64(m + n))
      let k = min(m, n)
      let tolerance = E(10 * max(m, n)) * .ulpOfOne
      let (thin, full, only) = (try SVD(a), try SVD(a, vectors: .full), try SVD(a, vectors: .none))
      #expect(thin.left.columns == k && thin.right.rows == n && thin.right.columns == k)
      #expect(full.left.columns == m && full.right.columns == n)
      #expect(only.left.columns == 0 && only.right.columns == 0 && only.left.rows == m && only.right.rows == n)
      #expect(zip(thin.values, thin.values.dropFirst()).allSatisfy { $0 >= $1 })
      #expect((thin.left * Matrix.diagonal(thin.values) * thin.right.transposed).relativeError(to: a) <= tolerance)
      #expect((full.left.transposed * full.left).relativeError(to: .identity(m)) <= tolerance)
      #expect((full.right.transposed * full.right).relativeError(to: .identity(n)) <= tolerance)
      for other in [full.values, only.values] {
        #expect(Matrix(column: other).relativeError(to: Matrix(column: thin.values)) <= tolerance)
      }
      // Moore-Penrose: A A+ A = A, A+ A A+ = A+, both products symmetric.
      let inverse = thin.pseudoInverse()
      let (outer, inner) = (a * inverse, inverse * a)
      let loose = tolerance / thin.reciprocalCondition
      #expect((outer * a).relativeError(to: a) <= loose && (inner * inverse).relativeError(to: inverse) <= loose)
      #expect(outer.relativeError(to: Matrix(outer.transposed)) <= loose)
      #expect(inner.relativeError(to: Matrix(inner.transposed)) <= loose)
      #expect(full.solve(Matrix.identity(m)).relativeError(to: inverse) <= loose)
    }
  }

  @Test func knownValues() throws {
    // mpmath, mp.dps = 60: svd_r(matrix(6, 4, lambda i, j: mpf(27720) / (i + j + 1)), compute_uv=False)
    let exact = [43110.952525762127997, 5572.9976638704098701, 287.08739470866967089, 6.647388836161922563]
    let svd = try SVD(Matrix<Double>.hilbert(6, 4, times: 27720))
    for (value, exact) in zip(svd.values, exact) { #expect(abs(value - exact) <= 6 * 43111 * Double.ulpOfOne) }
    #expect(svd.spectralNorm == svd.values[0])
    #expect(abs(svd.reciprocalCondition * 43110.952525762127997 / 6.647388836161922563 - 1) <= 1e-11)
    let single = try SVD(Matrix<Float>.hilbert(6, 4, times: 27720)).values
    for (value, exact) in zip(single, exact) { #expect(abs(value - Float(exact)) <= 6 * 43111 * Float.ulpOfOne) }
    #expect(abs(try SVD(Matrix<Double>.sample).logAbsoluteDeterminant - 4.2046926193909660597) <= 4e-15)
  }

  @Test func rankAndShortestSolution() throws {
    let a: Matrix<Double> = [[1, 2], [2, 4], [3, 6]]
    let svd = try SVD(a)
    #expect(svd.rank() == 1)
    // A = u (1, 2): of all x with x0 + 2 x1 = 1, the shortest is (1, 2) / 5.
    let x = svd.solve([1, 2, 3])
    #expect(abs(x[0] - 0.2) <= 1e-15 && abs(x[1] - 0.4) <= 1e-15)
    #expect(throws: LinearAlgebraError.notSquare(operation: "inverse", rows: 3, columns: 2)) { try svd.inverse }
    #expect(throws: LinearAlgebraError.rankDeficient(rank: 1, of: 2)) {
      try SVD([[1, 2], [2, 4]] as Matrix<Double>).inverse
    }
    let inverse = try SVD(Matrix<Double>.sample).inverse
    #expect((67 * inverse).relativeError(to: [[21, -9, 1], [-9, 23, -10], [1, -10, 16]]) <= 4e-15)
    #expect(try SVD(Matrix<Double>(rows: 2, columns: 2, repeating: 0)).rank() == 0)
  }

  @Test(arguments: [(0, 0), (3, 0), (0, 3)])
  func emptyMatrices(rows: Int, columns: Int) throws {
    let a = Matrix<Double>(rows: rows, columns: columns, repeating: 0)
    let svd = try SVD(a, vectors: .full)
    #expect(svd.values.isEmpty && svd.spectralNorm == 0 && svd.reciprocalCondition == 1 && svd.rank() == 0)
    #expect(svd.left == .identity(rows) && svd.right == .identity(columns))
    #expect(svd.pseudoInverse() == Matrix(rows: columns, columns: rows, repeating: 0))
    #expect(try SVD(a).left == Matrix(rows: rows, columns: 0, repeating: 0))
  }

  @Test func whatIsRefused() async {
    #expect(throws: LinearAlgebraError.notFinite(operation: "SVD", row: 0, column: 1, value: .infinity)) {
      try SVD([[1, .infinity]] as Matrix<Double>)
    }
    #expect(throws: LinearAlgebraError.overflow(operation: "SVD")) {
      try SVD(Matrix<Double>(rows: 2, columns: 2, repeating: 1.5e308))
    }
    let vectors = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try SVD(Matrix<Double>.identity(2), vectors: .none).solve([1, 2])
    }
    #expect(lastWords(vectors).contains("an SVD of values only cannot solve; compute it with vectors"))
  }
}
