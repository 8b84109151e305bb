// M0 to M9 of the formulas: layouts, shapes of zeros, the chain rule. Entries are compared with differences of entries, so that the layout
// itself is what is tested.
import Testing

@testable import MatDeriv

@Suite struct MatrixFormulaTests {
  private func sheet() throws -> Sheet {
    try Sheet(
      "a: scalar", "b: scalar", "u: vector(m)", "x: vector(n)", "y: vector(n)", "A: matrix(m,n)", "B: matrix(m,n)",
      "X: matrix(m,n)", "C: matrix(n,n)", "P: matrix(p,m)", "Q: matrix(n,q)")
  }

  // M0: all nine kinds. The material leaves out v/M, M/v and M/M; they come as d vec(F) / d vec(X)'.
  @Test(arguments: [
    ("s/s", "a^3", "a", "3*a^2"), ("v/s", "a^2*u", "a", "2*a*u"), ("M/s", "a*A + a^2*B", "a", "A + 2*a*B"),
    ("s/v", "x'*C*x", "x", "x'*(C + C')"), ("v/v", "A*x", "x", "A"), ("M/v", "x*u'", "x", "kron(u, eye(n))"),
    ("s/M", "tr(A'*X)", "X", "A'"), ("v/M", "X*y", "X", "kron(y', eye(m))"), ("M/M", "P*X*Q", "X", "kron(Q', P)"),
  ])
  func nineKinds(_ kind: String, _ f: String, _ x: String, _ formula: String) throws {
    let sheet = try sheet()
    try sheet.expect(f, by: x, is: formula)
    let answer = try derivative(of: sheet.read(f), wrt: sheet.read(x))
    #expect(answer.kind == kind)
  }

  /// The derivative, and the difference of f for entry (i,j) of the variable.
  private func compare(
    _ f: String, _ x: String, _ entries: (Matrix<Double>, (Int, Int) throws -> Matrix<Double>) throws -> Void
  ) throws {
    let sheet = try sheet()
    let (expression, answer) = (try sheet.read(f), try sheet.derivative(f, x))
    let values = try sheet.values(of: [expression, answer])
    try entries(try answer.value(at: values)) { i, j in try sheet.difference(expression, x, i, j, at: values) }
  }

  private func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 * (1 + abs(b)) }

  // M1: a scalar by a vector is a row, [du/dx_1 ... du/dx_l].
  @Test func scalarByVector() throws {
    try compare("sin(y'*x) + x'*C*x", "x") { d, difference in
      #expect(d.rows == 1)
      for j in 0..<d.columns {
        let expected = try difference(j, 0)
        #expect(isNear(d[0, j], expected[0, 0]))
      }
    }
  }

  // M2: a scalar by an m x n matrix is n x m, entry (i,j) = du/dX_ji.
  @Test func scalarByMatrix() throws {
    try compare("u'*tanh(X)*x", "X") { d, difference in
      for i in 0..<d.rows {
        for j in 0..<d.columns {
          let expected = try difference(j, i)
          #expect(isNear(d[i, j], expected[0, 0]))
        }
      }
      #expect(d.rows != d.columns)
    }
  }

  // M3: a vector by a scalar is a column. M4: a matrix by a scalar has the shape of the matrix.
  @Test(arguments: ["sin(a*u)", "exp(a*A)"]) func byScalar(_ f: String) throws {
    try compare(f, "a") { d, difference in
      let expected = try difference(0, 0)
      #expect((d.rows, d.columns) == (expected.rows, expected.columns))
      #expect(isClose(d, expected, 1e-9))
    }
  }

  // M5: entry (i,j) of the Jacobian is du_i/dx_j.
  @Test func vectorByVector() throws {
    try compare("sigmoid(A*x).*u", "x") { d, difference in
      for j in 0..<d.columns {
        let column = try difference(j, 0)
        #expect(d.rows == column.rows)
        for i in 0..<d.rows { #expect(isNear(d[i, j], column[i, 0])) }
      }
    }
  }

  // M6: the chain rule keeps the scalar order.
  @Test func chainRule() throws {
    let sheet = try Sheet(
      "x: vector(n)", "A: matrix(m,n)", "S: matrix(m,m)", "c: vector(m)", where: "u = tanh(A*x)", "f = u'*S*u + c'*u")
    sheet.expectSame(try sheet.derivative("f", "x"), try sheet.derivative("f", "u") * sheet.derivative("u", "x"))
    try sheet.expect("f", by: "u", is: "u'*(S + S') + c'")
  }

  // M7: denominator layout is the transpose of each; its chain rule runs in reverse.
  @Test(arguments: [
    ("x'*C*x", "x"), ("tr(A'*X*C)", "X"), ("sin(a*u)", "a"), ("exp(a*A)", "a"), ("sigmoid(A*x)", "x"),
  ])
  func denominatorLayout(_ f: String, _ x: String) throws {
    let sheet = try sheet()
    let (numerator, denominator) = (try sheet.derivative(f, x), try sheet.derivative(f, x, layout: .denominator))
    sheet.expectSame(denominator, numerator.transposed)
    let answer = try derivative(of: sheet.read(f), wrt: sheet.read(x), layout: .denominator)
    #expect(answer.layout == .denominator)
    let result = try answer.check()
    #expect(result.holds, "\(result)")
  }

  // M7
  @Test func chainRuleInDenominatorLayout() throws {
    let sheet = try Sheet("x: vector(n)", "A: matrix(m,n)", "S: matrix(m,m)", where: "u = tanh(A*x)", "f = u'*S*u")
    sheet.expectSame(
      try sheet.derivative("f", "x", layout: .denominator),
      try sheet.derivative("u", "x", layout: .denominator) * sheet.derivative("f", "u", layout: .denominator))
  }

  // M8: the zero has the layout's shape.
  @Test(arguments: [
    ("u", "b", "m x 1"), ("a", "x", "1 x n"), ("u", "x", "m x n"), ("A", "b", "m x n"), ("a", "X", "n x m"),
    ("A", "x", "m*n x n"), ("u", "X", "m x m*n"), ("A", "X", "m*n x m*n"), ("a", "b", "1 x 1"),
  ])
  func constants(_ f: String, _ x: String, _ shape: String) throws {
    let sheet = try sheet()
    let zero = try sheet.derivative(f, x)
    #expect(zero.isZero && zero.shape.description == shape, "\(zero.syntax): \(zero.shape)")
  }

  // M9: d(a*u) = a*du in all five forms.
  @Test(arguments: [
    ("sin(b*u)", "b"), ("sin(y'*x)", "x"), ("sigmoid(A*x)", "x"), ("exp(b*A)", "b"), ("u'*tanh(X)*x", "X"),
  ])
  func constantMultiple(_ u: String, _ x: String) throws {
    let sheet = try sheet()
    sheet.expectSame(try sheet.derivative("a*(\(u))", x), try sheet.read("a") * sheet.derivative(u, x))
  }
}
