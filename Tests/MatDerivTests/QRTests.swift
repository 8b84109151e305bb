import MatDeriv
import Testing

@Suite struct QRTests {
  @Test func reconstructs() throws {
    try reconstructs(Double.self)
    try reconstructs(Float.self)
  }

  private func reconstructs<E: Scalar>(_: E.Type) throws {
    for (m, n) in [(1, 1), (5, 3), (3, 5), (60, 40), (40, 60), (33, 33)] {
      let a = Matrix<E>.random(m, n, seed: UInt64(m + n))
      let factor = try QR(a)
      let (q, r) = (try factor.q, factor.r)
      let tolerance = E(10 * max(m, n)) * .ulpOfOne
      #expect(q.rows == m && q.columns == min(m, n) && r.rows == min(m, n) && r.columns == n)
      #expect((q * r).relativeError(to: a) <= tolerance)
      #expect((q.transposed * q).relativeError(to: .identity(min(m, n))) <= tolerance)
      #expect(isLowerTriangular(Matrix(r.transposed)))
      let b = Matrix<E>.random(m, 2, seed: 8)
      let rotated = try factor.applyTransposedQ(b)
      #expect(rotated[rows: 0..<min(m, n)].relativeError(to: q.transposed * b) <= tolerance)
      #expect((rotated.norm(.frobenius) / b.norm(.frobenius) - 1).magnitude <= tolerance)
      if m >= n {
        // The residual of least squares is orthogonal to the columns.
        let residual = b - a * (try factor.solve(b))
        #expect((a.transposed * residual).norm(.maximum) <= 10 * tolerance * b.norm(.maximum))
        #expect(((try factor.inverse) * a).relativeError(to: .identity(n)) <= 100 * tolerance)
      }
    }
  }

  /// NIST StRD, Longley: certified values of a regression that loses 12 digits if the normal equations are formed.
  @Test func longley() throws {
    let rows: [[Double]] = [
      [60323, 83.0, 234289, 2356, 1590, 107608, 1947], [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
      [60171, 88.2, 258054, 3682, 1616, 109773, 1949], [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
      [63221, 96.2, 328975, 2099, 3099, 112075, 1951], [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
      [64989, 99.0, 365385, 1870, 3547, 115094, 1953], [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
      [66019, 101.2, 397469, 2904, 3048, 117388, 1955], [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
      [68169, 108.4, 442769, 2936, 2798, 120445, 1957], [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
      [68655, 112.6, 482704, 3813, 2552, 123366, 1959], [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
      [69331, 115.7, 518173, 4806, 2572, 127852, 1961], [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ]
    let certified = [
      -3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683, -1.03322686717359,
      -0.0511041056535807, 1829.15146461355,
    ]
    let x = Matrix(rowArrays: rows.map { [1] + $0[1...] })
    let estimate = try QR(x).solve(rows.map { $0[0] })
    for (value, exact) in zip(estimate, certified) { #expect(abs(value / exact - 1) <= 1e-10) }
  }

  /// NIST StRD, Wampler 1: y = 1 + x + ... + x^5 at x = 0...20; all coefficients are 1.
  @Test func wampler() throws {
    let x = Matrix<Double>(rows: 21, columns: 6) { i, j in (0..<j).reduce(1) { power, _ in power * Double(i) } }
    for value in try QR(x).solve(x.rowArrays.map { $0.reduce(0, +) }) { #expect(abs(value - 1) <= 1e-9) }
  }

  @Test func determinantAndCondition() throws {
    let factor = try QR(Matrix<Double>.sample)
    #expect(abs(factor.logAbsoluteDeterminant - 4.2046926193909660597) <= 4e-15)  // log 67
    // R'R = S'S, hence |R|_1 and |R^-1|_1 follow from explicit inverses.
    let exact = 1 / (factor.r.norm(.one) * (try LU(factor.r).inverse).norm(.one))
    #expect(factor.reciprocalCondition >= exact * (1 - 1e-14) && factor.reciprocalCondition <= 3 * exact)
    #expect(try QR([[3, 0], [4, 0]] as Matrix<Double>).reciprocalCondition == 0)
  }

  @Test func dependentColumnsAreFoundInAnyUnits() throws {
    // The third column is 1e-20 times the sum of the others.
    let a: Matrix<Double> = [[1, 2, 3e-20], [4, 5, 9e-20], [7, 8, 15e-20], [2, 2, 4e-20]]
    #expect(try QR(a).firstDependentColumn == 2)
    #expect(throws: LinearAlgebraError.dependentColumn(2, of: 3)) { try QR(a).solve([1, 2, 3, 4]) }
    let independent: Matrix<Double> = [[1, 0], [0, 1e-200], [0, 0]]
    #expect(try QR(independent).solve([1, 1e-200, 5]) == [1, 1])
    #expect(throws: LinearAlgebraError.dependentColumn(0, of: 1)) {
      try QR([[0], [0]] as Matrix<Float>).solve([1, 1])
    }
  }

  @Test func whatIsRefused() throws {
    #expect(throws: LinearAlgebraError.underdetermined(rows: 1, columns: 2)) {
      try QR([[1, 2]] as Matrix<Double>).solve([1])
    }
    #expect(throws: LinearAlgebraError.notFinite(operation: "QR", row: 0, column: 1, value: .infinity)) {
      try QR([[1, .infinity]] as Matrix<Double>)
    }
    #expect(throws: LinearAlgebraError.overflow(operation: "QR")) {
      try QR([[1.5e308], [1.5e308]] as Matrix<Double>)
    }
  }

  @Test func emptyMatrices() throws {
    let noColumns = try QR(Matrix<Double>(rows: 3, columns: 0, repeating: 0))
    #expect(try noColumns.q.rows == 3 && noColumns.r.isEmpty && noColumns.reciprocalCondition == 1)
    #expect(try noColumns.solve([1, 2, 3]).isEmpty)
    let noRows = try QR(Matrix<Double>(rows: 0, columns: 0, repeating: 0))
    #expect(try noRows.solve([]).isEmpty && noRows.logAbsoluteDeterminant == 0)
    #expect(try QR(Matrix<Double>(rows: 0, columns: 2, repeating: 0)).r.columns == 2)
  }
}
