// D0 to D16 of the formulas: differentials, the moves of the trace method, and softmax regression with one and two layers.
import Testing

@testable import MatDeriv

@Suite struct DifferentialFormulaTests {
  private func sheet() throws -> Sheet {
    try Sheet(
      "X: matrix(m,n)", "Y: matrix(m,n)", "Z: matrix(n,p)", "EX: matrix(m,n)", "EY: matrix(m,n)", "EZ: matrix(n,p)",
      "S: matrix(n,n)", "ES: matrix(n,n)", "T: matrix(n,n) invertible", "ET: matrix(n,n)", "A: matrix(n,m)")
  }

  private func expect(_ f: String, _ differential: String, _ names: String...) throws {
    let sheet = try sheet()
    let moves = Dictionary(uniqueKeysWithValues: names.map { ($0, "E" + $0) })
    let (df, stated) = (try sheet.differential(f, moves), try sheet.read(differential))
    sheet.expectSame(df, stated)
    // The change along the line X + t*EX, where EX is the direction dX.
    let expression = try sheet.read(f)
    let values = try sheet.values(of: [expression, stated])
    func along(_ t: Matrix<Double>) throws(EvaluationError) -> Matrix<Double> {
      var moved = values
      for name in names { moved[name] = values[name]! + t[0, 0] * values["E" + name]! }
      return try expression.value(at: moved)
    }
    let change = try CentralDifference().derivative(along, at: [[0]], along: [[1]], step: 1e-3)
    #expect(isClose(try stated.value(at: values), change, 1e-8))
  }

  // D0: df = sum_ij (df/dX_ij) dX_ij = tr((df/dX)*dX) in numerator layout. The material drops the dX_ij inside the sum.
  @Test(arguments: ["tr(A*X*X'*X)", "sum(sin(X).*Y)", "log(1 + norm2(X)^2)"]) func definition(_ f: String) throws {
    let sheet = try sheet()
    let derivative = try sheet.derivative(f, "X")
    let df = try sheet.differential(f, ["X": "EX"])
    sheet.expectSame(try tr(derivative * sheet.read("EX")), df)
    let expression = try sheet.read(f)
    let values = try sheet.values(of: [expression, df])
    let direction = values["EX"]!
    var sum = 0.0
    for i in 0..<direction.rows {
      for j in 0..<direction.columns {
        sum += try sheet.difference(expression, "X", i, j, at: values)[0, 0] * direction[i, j]
      }
    }
    #expect(abs(try df.value(at: values)[0, 0] - sum) < 1e-8 * (1 + abs(sum)))
  }

  // D1
  @Test func sums() throws {
    try expect("X + Y", "EX + EY", "X", "Y")
    try expect("X - Y", "EX - EY", "X", "Y")
  }

  // D2
  @Test func product() throws { try expect("X*Z", "EX*Z + X*EZ", "X", "Z") }

  // D3
  @Test func transpose() throws { try expect("X'", "EX'", "X") }

  // D4
  @Test func trace() throws {
    try expect("tr(S)", "tr(ES)", "S")
    try expect("tr(A*X)", "tr(A*EX)", "X")
  }

  // D5
  @Test func inverse() throws { try expect("inv(T)", "-inv(T)*ET*inv(T)", "T") }

  // D6: with the adjugate for any X, with the inverse where X is invertible.
  @Test func determinant() throws {
    try expect("det(S)", "tr(adj(S)*ES)", "S")
    try expect("det(T)", "det(T)*tr(inv(T)*ET)", "T")
  }

  // D7
  @Test func hadamard() throws { try expect("X.*Y", "EX.*Y + X.*EY", "X", "Y") }

  // D8
  @Test func elementwise() throws {
    try expect("sin(X)", "cos(X).*EX", "X")
    try expect("exp(X)", "exp(X).*EX", "X")
    try expect("sigmoid(X)", "sigmoid(X).*(ones(m,n) - sigmoid(X)).*EX", "X")
    try expect("X.^3", "3*X.^2.*EX", "X")
  }

  // D9: a scalar is its trace. D10: the trace of the transpose. D11: of a sum. D12: of a rotated product. D13: Hadamard exchange, not square.
  // D14: 1'(u .* v) = u'v.
  @Test(arguments: [
    ("tr(u'*X*v)", "u'*X*v"), ("tr(S')", "tr(S)"), ("tr(S + T)", "tr(S) + tr(T)"), ("tr(S - T)", "tr(S) - tr(T)"),
    ("tr(A*X)", "tr(X*A)"), ("tr(X'*Y)", "tr(Y*X')"), ("tr(A*X*S)", "tr(S*A*X)"),
    ("tr(X'*(Y.*B))", "tr((X.*Y)'*B)"), ("ones(1,m)*(u.*w)", "u'*w"),
  ])
  func moves(_ before: String, _ after: String) throws {
    let sheet = try Sheet(
      "u: vector(m)", "w: vector(m)", "v: vector(n)", "X: matrix(m,n)", "Y: matrix(m,n)", "B: matrix(m,n)",
      "A: matrix(n,m)", "S: matrix(n,n)", "T: matrix(n,n)")
    try sheet.expectSame(before, after)
  }

  // D15: dl/da = softmax(a) - y as a gradient needs 1'y = 1; in general (1'y)*softmax(a) - y.
  @Test(arguments: ["-y'*log(softmax(a))", "sum(y)*logsumexp(a) - y'*a"]) func softmaxLoss(_ l: String) throws {
    try Sheet("a: vector(n)", "y: vector(n)").expect(l, by: "a", is: "(sum(y)*softmax(a) - y)'")
    let distribution = try Sheet("a: vector(n)", "y: vector(n) stochastic")
    distribution.expectSame(try distribution.derivative(l, "a"), try distribution.read("(softmax(a) - y)'"))
    try Sheet("a: vector(n)", "y: vector(n)")
      .expect(l, by: "a", is: "sum(y)*softmax(a) - y", layout: .denominator)
  }

  // D15 written with exp and sum: the engine finds it by itself.
  @Test func softmaxLossWrittenOut() throws {
    try Sheet("a: vector(n)", "y: vector(n)")
      .expect("-y'*log(exp(a)/sum(exp(a)))", by: "a", is: "(sum(y)*exp(a)/sum(exp(a)) - y)'")
  }

  private func twoLayers() throws -> Sheet {
    try Sheet(
      "x: vector(n)", "y: vector(q) stochastic", "W1: matrix(p,n)", "W2: matrix(q,p)",
      where: "a1 = W1*x", "h1 = sigmoid(a1)", "a2 = W2*h1", "l = -y'*log(softmax(a2))")
  }

  // D16 is in denominator layout: gradients. The numerator layout results are their transposes.
  @Test func twoLayerGradients() throws {
    let sheet = try twoLayers()
    func gradient(_ x: String) throws -> Expression {
      sheet.inlined(try sheet.derivative("l", x, layout: .denominator))
    }
    func read(_ text: String) throws -> Expression { sheet.inlined(try sheet.read(text)) }
    let (d2, dh) = (try gradient("a2"), try gradient("h1"))
    let (h1, w2) = (try read("h1"), try read("W2"))
    sheet.expectSame(d2, try read("softmax(a2) - y"))
    sheet.expectSame(try gradient("W2"), d2 * h1.transposed)
    sheet.expectSame(dh, w2.transposed * d2)
    let d1 = try gradient("a1")
    sheet.expectSame(d1, try dh .* read("sigmoid(a1).*(ones(p,1) - sigmoid(a1))"))
    sheet.expectSame(try gradient("W1"), try d1 * read("x").transposed)
  }

  // D16
  @Test(arguments: ["W1", "a1", "h1", "W2", "a2"]) func twoLayersInNumeratorLayout(_ x: String) throws {
    let sheet = try twoLayers()
    let answer = try derivative(of: sheet.read("l"), wrt: sheet.read(x))
    let result = try answer.check()
    #expect(result.holds, "\(result)")
    sheet.expectSame(answer.value, try sheet.derivative("l", x, layout: .denominator).transposed)
  }
}
