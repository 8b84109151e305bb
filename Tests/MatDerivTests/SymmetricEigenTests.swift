import MatDeriv
import RealModule
import Testing

@Suite struct SymmetricEigenTests {
  @Test func reconstructs() throws {
    try reconstructs(Double.self)
    try reconstructs(Float.self)
  }

  private func reconstructs<E: Scalar>(_: E.Type) throws {
    for n in [1, 2, 3, 30, 101] {
      let a = Matrix<E>.random(n, n, seed: UInt64(n))
      let s = a + a.transposed
      let eigen = try SymmetricEigen(s)
      let tolerance = E(10 * n) * .ulpOfOne
      let v = eigen.vectors
      #expect((v * Matrix.diagonal(eigen.values) * v.transposed).relativeError(to: s) <= tolerance)
      #expect((v.transposed * v).relativeError(to: .identity(n)) <= tolerance)
      #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(eigen.apply { $0 }.relativeError(to: s) <= tolerance)
      let only = try SymmetricEigen(s, vectors: .none)
      #expect(only.vectors.columns == 0)
      #expect(Matrix(column: only.values).relativeError(to: Matrix(column: eigen.values)) <= tolerance)
      let definite = Matrix<E>.randomDefinite(n, seed: 3)
      let b = Matrix<E>.random(n, 2, seed: 4)
      let decomposed = try SymmetricEigen(definite)
      #expect((definite * (try decomposed.solve(b))).relativeError(to: b) <= tolerance)
      #expect((definite * (try decomposed.inverse)).relativeError(to: .identity(n)) <= tolerance)
      #expect(try decomposed.inverse == Matrix(decomposed.inverse.transposed))
    }
  }

  @Test func secondDifferenceHasKnownEigenvalues() throws {
    let n = 50
    let values = try SymmetricEigen(Matrix<Double>.secondDifference(n), vectors: .none).values
    for k in 1...n {
      // 2 - 2 cos(k pi / (n + 1)) = 4 sin^2(k pi / (2 (n + 1)))
      let half = Double.sin(Double(k) * .pi / Double(2 * (n + 1)))
      #expect(abs(values[k - 1] - 4 * half * half) <= 1e-14)
    }
  }

  @Test func knownValues() throws {
    // mpmath, mp.dps = 60: eigsy(S, eigvals_only=True), absolute accuracy n eps |S|
    let sample = try SymmetricEigen(Matrix<Double>.sample)
    for (value, exact) in zip(sample.values, [1.9213469419616898468, 3.7301591236882586439, 9.3484939343500515093]) {
      #expect(abs(value - exact) <= 1e-14)
    }
    #expect(abs(sample.reciprocalCondition - 1.9213469419616898468 / 9.3484939343500515093) <= 1e-15)
    #expect(abs(try sample.logDeterminant - 4.2046926193909660597) <= 4e-15)
    let hilbert = try SymmetricEigen(Matrix<Double>.hilbert(6, 6, times: 27720)).values
    let exact = [
      0.0030015201712157039584, 0.34846138743917040327, 17.068544377943271379, 452.43257098695778929,
      6718.2433323448087852, 44875.904089382679768,
    ]
    for (value, exact) in zip(hilbert, exact) { #expect(abs(value - exact) <= 6 * 44876 * Double.ulpOfOne) }
    let single = try SymmetricEigen(Matrix<Float>.sample).values
    for (value, exact) in zip(single, [1.9213469, 3.7301591, 9.3484939] as [Float]) {
      #expect(abs(value - exact) <= 5e-6)
    }
    // mpmath: expm(matrix([[4, 2, 1], [2, 5, 3], [1, 3, 6]]))
    let exponential: Matrix<Double> = [
      [1556.9862058536497967, 2671.8209096543766304, 2829.4718111298303955],
      [2671.8209096543766304, 4658.0146272203242069, 4958.1795003105189967],
      [2829.4718111298303955, 4958.1795003105189967, 5315.0335564554024856],
    ]
    #expect(sample.apply { .exp($0) }.relativeError(to: exponential) <= 1e-14)
  }

  @Test func signsAndRank() throws {
    let eigen = try SymmetricEigen(Matrix<Double>.diagonal([-2, 0, 1]))
    #expect(eigen.values == [-2, 0, 1] && eigen.rank() == 2 && eigen.reciprocalCondition == 0)
    #expect(eigen.rank(tolerance: 0.5) == 1)
    #expect(eigen.logAbsoluteDeterminant == -.infinity)
    #expect(throws: LinearAlgebraError.rankDeficient(rank: 2, of: 3)) { try eigen.inverse }
    #expect(throws: LinearAlgebraError.determinantNotPositive(sign: 0)) { try eigen.logDeterminant }
    #expect(throws: LinearAlgebraError.determinantNotPositive(sign: -1)) {
      try SymmetricEigen(Matrix<Double>.diagonal([-2, 1])).logDeterminant
    }
  }

  @Test func emptyMatrix() throws {
    let eigen = try SymmetricEigen(Matrix<Double>(rows: 0, columns: 0, repeating: 0))
    #expect(eigen.values.isEmpty && eigen.reciprocalCondition == 1 && eigen.rank() == 0)
    #expect(try eigen.logDeterminant == 0 && eigen.inverse.isEmpty && eigen.solve([]).isEmpty)
  }

  @Test func whatIsRefused() async {
    #expect(
      throws: LinearAlgebraError.notSymmetric(operation: "SymmetricEigen", row: 1, column: 0, value: 3, mirrored: 2)
    ) {
      try SymmetricEigen([[1, 2], [3, 4]] as Matrix<Double>)
    }
    #expect(throws: LinearAlgebraError.notFinite(operation: "SymmetricEigen", row: 0, column: 0, value: .infinity)) {
      try SymmetricEigen([[.infinity]] as Matrix<Double>)
    }
    #expect(throws: LinearAlgebraError.overflow(operation: "SymmetricEigen")) {
      try SymmetricEigen(Matrix<Double>(rows: 2, columns: 2, repeating: 1.5e308))
    }
    let vectors = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try SymmetricEigen(Matrix<Double>.identity(2), vectors: .none).inverse
    }
    #expect(lastWords(vectors).contains("an eigendecomposition of values only cannot do this"))
  }
}
