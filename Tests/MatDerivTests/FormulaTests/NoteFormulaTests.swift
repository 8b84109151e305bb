// N1 to N10 of the formulas: forward and backward pass, neuron by neuron.
import Testing

@testable import MatDeriv

@Suite struct NoteFormulaTests {
  // N1: C(y, t) = -sum t_i ln y_i. The notes write the target as y-hat and the output as y.
  @Test func crossEntropy() throws {
    let sheet = try Sheet("y: vector(n) positive", "t: vector(n)")
    try sheet.expect("-t'*log(y)", by: "y", is: "-(t./y)'")
    let value = try sheet.read("-t'*log(y)").value(
      at: Values<Double>(["y": [[0.5], [0.25], [0.25]], "t": [[0], [1], [0]]]))
    #expect(abs(value[0, 0] - 1.3862943611198906) < 1e-15)  // ln 4
  }

  // N2: the gradient of the total loss is the sum of the samples' gradients; the columns of X and T are the samples.
  @Test func totalLoss() throws {
    let sheet = try Sheet(
      "W: matrix(p,n)", "X: matrix(n,3)", "T: matrix(p,3)", "x: vector(n)", "t: vector(p)")
    try sheet.expect(
      "sum(logsumexp(W*X)) - tr(T'*W*X)", by: "W", is: "X*(softmax(W*X) - T)'")
    let total = try sheet.derivative("sum(logsumexp(W*X)) - tr(T'*W*X)", "W")
    let one = try sheet.derivative("logsumexp(W*x) - t'*W*x", "W")
    var values = try sheet.values(of: [total, one])
    let whole = try total.value(at: values)
    let (x, t) = (values["X"]!, values["T"]!)
    var sum = Matrix<Double>(rows: whole.rows, columns: whole.columns, repeating: 0)
    for j in 0..<3 {
      values["x"] = Matrix(column: Array(x.column(j)))
      values["t"] = Matrix(column: Array(t.column(j)))
      sum += try one.value(at: values)
    }
    #expect(isClose(whole, sum, 1e-13))
    // The same with the samples written out.
    let written = try Sheet("w: vector(n)", "x: vector(n)", "y: vector(n)", "z: vector(n)", "a: scalar")
    let parts = try ["x", "y", "z"].map { try written.derivative("(sigmoid(w'*\($0)) - a)^2", "w") }
    written.expectSame(
      try written.derivative("(sigmoid(w'*x) - a)^2 + (sigmoid(w'*y) - a)^2 + (sigmoid(w'*z) - a)^2", "w"),
      parts[0] + parts[1] + parts[2])
  }

  // N3: theta <- theta - eta grad L(theta); on a quadratic with known minimiser the steps reach it.
  @Test func gradientDescent() throws {
    let sheet = try Sheet("p: vector(n)", "S: matrix(n,n) spd", "h: vector(n)")
    let gradient = try sheet.derivative("p'*S*p/2 - h'*p", "p")
    sheet.expectSame(gradient, try sheet.read("p'*S - h'"))
    // S*p = h at p = (1, 2).
    var values = Values<Double>(["S": [[2, 0.5], [0.5, 1]], "h": [[3], [2.5]], "p": [[0], [0]]])
    for _ in 0..<200 { values["p"]! -= 0.5 * Matrix(try gradient.value(at: values).transposed) }
    #expect(isClose(values["p"]!, [[1], [2]], 1e-12))
  }

  // N4: one path.
  @Test func chainRuleOfOnePath() throws {
    let sheet = try Sheet("x: scalar", "a: scalar", where: "y = sin(a*x)", "z = exp(y)*y")
    sheet.expectSame(try sheet.derivative("z", "x"), try sheet.derivative("z", "y") * sheet.derivative("y", "x"))
    try sheet.expect("z", by: "y", is: "exp(y)*(y + 1)")
  }

  // N5: two paths add.
  @Test func chainRuleOfTwoPaths() throws {
    let sheet = try Sheet("s: scalar", where: "x = sin(s)", "y = exp(s)", "z = x^2*y + y^3")
    sheet.expectSame(
      try sheet.derivative("z", "s"),
      try sheet.derivative("z", "x") * sheet.derivative("x", "s") + sheet.derivative("z", "y")
        * sheet.derivative("y", "s"))
    try sheet.expect("z", by: "y", is: "x^2 + 3*y^2")
  }

  /// N9's network: neurons 1, 2 -> 3, 4 -> 5, 6 -> y1, y2. w3 and w4 leave neuron 1, w1 and w2 leave neuron 3.
  private func network() throws -> Sheet {
    try Sheet(
      "x1: scalar", "x2: scalar", "v1: scalar", "v2: scalar", "v3: scalar", "v4: scalar", "w1: scalar", "w2: scalar",
      "w3: scalar", "w4: scalar", "w5: scalar", "w6: scalar", "w7: scalar", "w8: scalar", "b1: scalar", "b2: scalar",
      "b3: scalar", "b4: scalar", "b5: scalar", "b6: scalar", "t1: scalar", "t2: scalar",
      where: "z1 = v1*x1 + v2*x2 + b1", "z2 = v3*x1 + v4*x2 + b2", "a1 = sigmoid(z1)", "a2 = sigmoid(z2)",
      "z3 = w3*a1 + w7*a2 + b3", "z4 = w4*a1 + w8*a2 + b4", "a3 = sigmoid(z3)", "a4 = sigmoid(z4)",
      "z5 = w1*a3 + w5*a4 + b5", "z6 = w2*a3 + w6*a4 + b6", "y1 = sigmoid(z5)", "y2 = sigmoid(z6)",
      "L = -t1*log(y1) - t2*log(y2)")
  }

  // N6: dC/dw = dC/dz dz/dw, and dz/dw is the input that w multiplies. The notes call both factors forward; only the second is.
  @Test func backwardTimesForward() throws {
    let sheet = try network()
    for (w, z, input) in [
      ("v1", "z1", "x1"), ("w3", "z3", "a1"), ("w4", "z4", "a1"), ("w1", "z5", "a3"), ("w6", "z6", "a4"),
    ] {
      try sheet.expect(z, by: w, is: input)
      sheet.expectSame(try sheet.derivative("L", w), try sheet.derivative("L", z) * sheet.read(input))
      try sheet.expectConfirmed("L", by: w)
    }
  }

  // N7: dC/da = w3 dC/dz' + w4 dC/dz'', dC/dz = sigma'(z) times it. The notes also write dC/da = w3 + w4 and drop terms in their summary.
  @Test func hiddenNeuron() throws {
    let sheet = try network()
    let (d3, d4) = (try sheet.derivative("L", "z3"), try sheet.derivative("L", "z4"))
    let sum = try sheet.read("w3") * d3 + sheet.read("w4") * d4
    sheet.expectSame(sheet.inlined(try sheet.derivative("L", "a1")), sheet.inlined(sum))
    sheet.expectSame(
      sheet.inlined(try sheet.derivative("L", "z1")),
      sheet.inlined(try sheet.read("sigmoid(z1)*(1 - sigmoid(z1))") * sum))
  }

  // N8: dC/dz' = sigma'(z') dC/dy1.
  @Test func outputNeuron() throws {
    let sheet = try network()
    sheet.expectSame(
      sheet.inlined(try sheet.derivative("L", "z5")),
      sheet.inlined(try sheet.read("sigmoid(z5)*(1 - sigmoid(z5))") * sheet.derivative("L", "y1")))
    try sheet.expect("L", by: "y1", is: "-t1/y1")
  }

  // N9
  @Test func workedNetwork() throws {
    let sheet = try network()
    func d(_ f: String, _ x: String) throws -> Expression { try sheet.derivative(f, x) }
    func slope(_ z: String) throws -> Expression { try sheet.read("sigmoid(\(z))*(1 - sigmoid(\(z)))") }
    func expect(_ a: Expression, _ b: Expression) { sheet.expectSame(sheet.inlined(a), sheet.inlined(b)) }
    expect(try d("L", "z5"), try d("L", "y1") * d("y1", "z5"))
    expect(try d("L", "z6"), try d("L", "y2") * d("y2", "z6"))
    expect(
      try d("L", "z3"),
      try slope("z3") * (sheet.read("w1") * d("L", "z5") + sheet.read("w2") * d("L", "z6")))
    expect(
      try d("L", "z1"),
      try slope("z1") * (sheet.read("w3") * d("L", "z3") + sheet.read("w4") * d("L", "z4")))
    for z in ["z1", "z2", "z3", "z4", "z5", "z6"] {
      try sheet.expectConfirmed("L", by: z)
    }
  }

  // N10: the derivatives of a network with 256 inputs (16 x 16 digits) and 10 outputs have the shapes of its transposed weights.
  @Test func digitNetwork() throws {
    let sheet = try Sheet(
      "x: vector(256)", "t: vector(10)", "W1: matrix(32,256)", "b1: vector(32)", "W2: matrix(10,32)", "b2: vector(10)",
      where: "z1 = W1*x + b1", "a1 = sigmoid(z1)", "z2 = W2*a1 + b2", "L = logsumexp(z2) - t'*z2")
    for (name, shape) in [("W1", Shape(256, 32)), ("b1", Shape(1, 32)), ("W2", Shape(32, 10)), ("b2", Shape(1, 10))] {
      let d = try sheet.derivative("L", name)
      #expect(d.shape == shape)
      let value = try d.value(at: sheet.values(of: [d]))
      #expect((value.rows, value.columns) == (shape.rows.constant, shape.columns.constant))
      #expect(value.columnMajor.allSatisfy(\.isFinite) && value.norm(.maximum) > 0)
    }
    try sheet.expect("L", by: "z2", is: "(softmax(z2) - t)'")
  }
}
