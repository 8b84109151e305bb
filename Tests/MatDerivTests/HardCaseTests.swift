// Where derivatives of matrix expressions usually break: singular determinants, norms at zero, repeated eigenvalues, under- and overflow,
// empty and 1 x 1 matrices, rows by columns, kinks.
import Testing

@testable import MatDeriv

@Suite struct HardCaseTests {
  /// The derivative of a text at given numbers.
  private func value(
    _ text: String, _ declarations: [String], by x: String, _ numbers: [String: Matrix<Double>],
    sizes: [String: Int] = [:]
  ) throws -> Matrix<Double> {
    let sheet = try Program(text, Declarations(declarations))
    let answer = try derivative(of: sheet.expression, wrt: #require(sheet.variable(x)))
    return try answer.value.value(at: Values(numbers, sizes: sizes))
  }

  private func conditions(_ text: String, _ declarations: [String], by x: String) throws -> [String] {
    let program = try Program(text, Declarations(declarations))
    let answer = try derivative(of: program.expression, wrt: #require(program.variable(x)))
    return answer.conditions.map { "\($0.text.subject) \($0.text.predicate)" }
  }

  /// Cofactors by definition: determinants of minors by expansion.
  private func adjugate(_ x: Matrix<Double>) -> Matrix<Double> {
    func determinant(_ rows: [[Double]]) -> Double {
      guard let first = rows.first else { return 1 }
      return first.indices.reduce(0) { total, j in
        let minor = rows.dropFirst().map { row in row.indices.filter { $0 != j }.map { row[$0] } }
        return total + (j % 2 == 0 ? 1 : -1) * first[j] * determinant(minor)
      }
    }
    return Matrix(rows: x.rows, columns: x.columns) { i, j in
      let minor = (0..<x.rows).filter { $0 != j }.map { r in (0..<x.columns).filter { $0 != i }.map { x[r, $0] } }
      return ((i + j) % 2 == 0 ? 1 : -1) * determinant(minor)
    }
  }

  // D6 at rank n, n - 1 and n - 2: the adjugate is the derivative at all of them, and zero at the last.
  @Test func determinantAtAnyRank() throws {
    let u = Matrix<Double>.random(4, 4, seed: 1)
    let v = Matrix<Double>.random(4, 4, seed: 2)
    for rank in 2...4 {
      let middle = Matrix<Double>(rows: 4, columns: 4) { $0 == $1 && $0 < rank ? 1 : 0 }
      let x = u * middle * v
      let d = try value("det(X)", ["X: matrix(n,n)"], by: "X", ["X": x])
      #expect(isClose(d, adjugate(x), 1e-13), "rank \(rank)")
      let difference = Matrix<Double>(rows: 4, columns: 4) { i, j in
        let e = Matrix<Double>(rows: 4, columns: 4) { ($0, $1) == (j, i) ? 1 : 0 }
        // det is linear in one entry: the difference is exact.
        return (adjugateDeterminant(x + e) - adjugateDeterminant(x - e)) / 2
      }
      #expect(isClose(d, difference, 1e-12), "rank \(rank)")
      if rank == 2 { #expect(d.norm(.maximum) < 1e-13) } else { #expect(d.norm(.maximum) > 1e-3) }
    }
    #expect(try conditions("det(X)", ["X: matrix(n,n)"], by: "X").isEmpty)
  }

  private func adjugateDeterminant(_ x: Matrix<Double>) -> Double { (x * adjugate(x)).trace / Double(x.rows) }

  @Test func squaredNormAtZero() throws {
    for text in ["norm2(x)^2", "norm2(x)*norm2(x)", "x'*x", "sum(x.^2)", "norm2(A*x)^2"] {
      let zero = Matrix<Double>(rows: 3, columns: 1, repeating: 0)
      let declarations = ["x: vector(n)", "A: matrix(n,n)"]
      let d = try value(text, declarations, by: "x", ["x": zero, "A": .identity(3)])
      #expect(d.columnMajor == [0, 0, 0], "\(text): \(d)")
      #expect(try conditions(text, declarations, by: "x").isEmpty, "\(text)")
    }
  }

  @Test func normAtZeroIsACondition() throws {
    #expect(try !conditions("norm2(x)", ["x: vector(n)"], by: "x").isEmpty)
    #expect(try !conditions("norm2(X)", ["X: matrix(m,n)"], by: "X").isEmpty)
    #expect(try !conditions("x/norm2(x)", ["x: vector(n)"], by: "x").isEmpty)
  }

  @Test func squareRootsOfRepeatedEigenvalues() throws {
    // tr(A*sqrtm(S)) at S = 4*I: d sqrtm = dS/4.
    let a: Matrix<Double> = [[1, 2], [3, 4]]
    let d = try value(
      "tr(A*sqrtm(S))", ["A: matrix(n,n)", "S: matrix(n,n) spd"], by: "S", ["A": a, "S": [[4, 0], [0, 4]]])
    #expect(isClose(d, [[0.25, 0.625], [0.625, 1]], 1e-13))
    // tr(A*expm(X)) at X = I: the derivative is e*A.
    let e = try value("tr(A*expm(X))", ["A: matrix(n,n)", "X: matrix(n,n)"], by: "X", ["A": a, "X": .identity(2)])
    #expect(isClose(e, Double.exp(1) * a, 1e-13))
    // A Jordan block has no eigenvectors to divide by: expm([0 1; 0 0]), against the integral of expm(s*X) A expm((1-s)*X).
    let jordan = try value(
      "tr(A*expm(X))", ["A: matrix(n,n)", "X: matrix(n,n)"], by: "X", ["A": a, "X": [[0, 1], [0, 0]]])
    #expect(isClose(jordan, [[1 + 1.5, 2 + 0.5 + 2 + 0.5], [3, 4 + 1.5]], 1e-12))
  }

  // The largest eigenvalue must be simple: that is a condition, and an eigenvector that may turn freely is refused by name.
  @Test func largestEigenvalueRepeated() throws {
    let declarations = ["S: matrix(n,n) symmetric", "u: vector(n)"]
    for text in ["eigmax(S)", "u'*eigvecmax(S)"] {
      let found = try conditions(text, declarations, by: "S")
      #expect(found.contains { $0.hasSuffix("with a simple largest eigenvalue") }, "\(found)")
    }
    let repeated: Matrix<Double> = [[2, 0, 0], [0, 2, 0], [0, 0, 1]]
    #expect {
      try value("u'*eigvecmax(S)", declarations, by: "S", ["S": repeated, "u": [[1], [2], [3]]])
    } throws: { error in
      guard case .domain(let primitive, let reason)? = error as? EvaluationError else { return false }
      return primitive.contains("eigvecmax") && reason.contains("gauge") && reason.contains("2")
    }
    // The other eigenvalues may repeat.
    let d = try value(
      "eigmax(S)", declarations, by: "S", ["S": [[3, 0, 0], [0, 1, 0], [0, 0, 1]]])
    #expect(isClose(d, [[1, 0, 0], [0, 0, 0], [0, 0, 0]], 1e-14))
  }

  // log(det(X)) where det(X) is 1e-600 or 1e600: finite, and its derivative inv(X).
  @Test(arguments: [1e-3, 1e3]) func logarithmOfExtremeDeterminants(_ scale: Double) throws {
    let x = scale * Matrix<Double>.identity(200)
    let program = try Program("log(det(X))", Declarations(["X: matrix(n,n) posdet"]))
    let value = try program.expression.value(at: Values(["X": x]))
    #expect(abs(value[0, 0] - 200 * Double.log(scale)) < 1e-10)
    let answer = try derivative(of: program.expression, wrt: #require(program.variable("X")))
    #expect(isClose(try answer.value.value(at: Values(["X": x])), (1 / scale) * .identity(200), 1e-12))
    #expect(answer.value.syntax.description == "inv(X)")
  }

  @Test(arguments: [
    ("tr(A*X*B)", "X"), ("logdet(X)", "X"), ("det(X)", "X"), ("inv(X)", "X"), ("kron(X, A)", "X"), ("x'*A*x", "x"),
    ("sqrtm(X)", "X"), ("chol(X)", "X"), ("expm(X)", "X"), ("softmax(x)", "x"), ("adj(X)", "X"), ("pinv(X)", "X"),
  ])
  func oneByOne(_ text: String, _ x: String) throws {
    let declarations = ["X: matrix(n,n) posdet", "A: matrix(n,n)", "B: matrix(n,n)", "x: vector(n)"]
    let program = try Program(text, Declarations(declarations))
    let answer = try derivative(of: program.expression, wrt: #require(program.variable(x)))
    // The same formula read with scalars in place of 1 x 1 matrices.
    let names = Values<Double>(["X": [[1.7]], "A": [[-0.6]], "B": [[2.3]], "x": [[0.4]]], sizes: ["n": 1])
    let d = try answer.value.value(at: names)
    let h = 1e-5
    func f(_ shift: Double) throws -> Double {
      var moved = names
      moved[x] = [[names[x]![0, 0] + shift]]
      return try program.expression.value(at: moved)[0, 0]
    }
    let difference = (try f(h) - f(-h)) / (2 * h)
    #expect(d.count == 1 && abs(d[0, 0] - difference) < 1e-8)
  }

  @Test func emptyMatrices() throws {
    func empty(_ rows: Int, _ columns: Int) -> Matrix<Double> { Matrix(rows: rows, columns: columns, repeating: 0) }
    let none: [String: Matrix<Double>] = ["X": empty(0, 0), "x": empty(0, 1), "A": empty(0, 0), "M": empty(0, 3)]
    let declarations = ["X: matrix(n,n) invertible", "x: vector(n)", "A: matrix(n,n)", "M: matrix(n,p)"]
    let sizes = ["n": 0, "p": 3]
    for (text, expected) in [("det(X)", 1.0), ("logdet(X)", 0), ("tr(A*X)", 0), ("sum(x)", 0), ("x'*A*x", 0)] {
      let program = try Program(text, Declarations(declarations))
      #expect(try program.expression.value(at: Values(none)) == [[expected]], "\(text)")
      let variable = text.contains("X") ? "X" : "x"
      let d = try value(text, declarations, by: variable, none, sizes: sizes)
      #expect(d.rows * d.columns == 0, "\(text): \(d)")
    }
    #expect(try value("A*M", declarations, by: "M", none, sizes: sizes).isEmpty)
    // An inner size of zero: the product of 3 x 0 and 0 x 3 is zero, 3 x 3.
    let program = try Program("M'*M", Declarations(declarations))
    #expect(try program.expression.value(at: Values(none)) == Matrix(rows: 3, columns: 3, repeating: 0))
  }

  // A row by a column: d x'/dx.
  @Test func rowByColumn() throws {
    let program = try Program("x'", Declarations(["x: vector(n)"]))
    let answer = try derivative(of: program.expression, wrt: #require(program.variable("x")))
    #expect(answer.form == .vecjac && answer.value.syntax.description == "eye(n)")
    let scaled = try Program("x'*A", Declarations(["x: vector(n)", "A: matrix(n,m)"]))
    let other = try derivative(of: scaled.expression, wrt: #require(scaled.variable("x")))
    #expect(other.form == .vecjac && other.value.syntax.description == "A'")
    let result = try other.check()
    #expect(result.holds)
  }

  @Test func kinks() throws {
    // Away from the kink the derivative is exact, at it the stated convention holds and a condition is printed.
    let x: Matrix<Double> = [[-2], [0], [3]]
    #expect(try value("sum(relu(x))", ["x: vector(n)"], by: "x", ["x": x]).columnMajor == [0, 0, 1])
    #expect(try value("norm1(x)", ["x: vector(n)"], by: "x", ["x": x]).columnMajor == [-1, 0, 1])
    for text in ["sum(relu(x))", "norm1(x)", "sum(sign(x).*x)", "sum(step(x))"] {
      #expect(try !conditions(text, ["x: vector(n)"], by: "x").isEmpty, "\(text)")
    }
  }
}
