// B1 to B6 of the formulas: backpropagation in numerator layout, with respect to the named intermediates of a network of three layers.
import Testing

@testable import MatDeriv

@Suite struct BackpropagationFormulaTests {
  /// Two elementwise layers of different widths, then softmax.
  private func network() throws -> Sheet {
    try Sheet(
      "x: vector(n)", "t: vector(r)", "W1: matrix(p,n)", "b1: vector(p)", "W2: matrix(q,p)", "b2: vector(q)",
      "W3: matrix(r,q)", "b3: vector(r)",
      where: "z1 = W1*x + b1", "a1 = tanh(z1)", "z2 = W2*a1 + b2", "a2 = sigmoid(z2)", "z3 = W3*a2 + b3",
      "yhat = softmax(z3)", "L = -t'*log(yhat)")
  }

  // B1: the loss is a forward pass. Against loops over numbers.
  @Test func lossIsAForwardPass() throws {
    let sheet = try network()
    let loss = try sheet.read("L")
    let values = try sheet.values(of: [loss])
    func layer(_ l: Int, _ input: [Double]) -> [Double] {
      let (w, b) = (values["W\(l)"]!, values["b\(l)"]!)
      return (0..<w.rows).map { i in (0..<w.columns).reduce(b[i, 0]) { $0 + w[i, $1] * input[$1] } }
    }
    let a1 = layer(1, values["x"]!.columnMajor).map { Double.tanh($0) }
    let a2 = layer(2, a1).map { 1 / (1 + Double.exp(-$0)) }
    let weights = layer(3, a2).map { Double.exp($0) }
    let total = weights.reduce(0, +)
    let expected = zip(values["t"]!.columnMajor, weights).reduce(0) { $0 - $1.0 * Double.log($1.1 / total) }
    #expect(abs(try loss.value(at: values)[0, 0] - expected) < 1e-12 * (1 + abs(expected)))
  }

  // B2: delta_l' = dL/dz_l is a row; delta_L' = dL/da_L * dh_L/dz_L. The material puts delta_L in R^(n_l); it is R^(n_L).
  @Test func deltaOfTheLastLayer() throws {
    let sheet = try network()
    let delta = try sheet.derivative("L", "z3")
    #expect(delta.shape == Shape(.one, "r"))
    sheet.expectSame(
      delta, try sheet.derivative("L", "yhat") * sheet.derivative("yhat", "z3"))
    try sheet.expect("L", by: "yhat", is: "-(t./yhat)'")
    try sheet.expectConfirmed("L", by: "z3")
  }

  // B3: dL/dW_l = a_(l-1)*delta_l' (n_(l-1) x n_l); dz_l/dW_l is of third order, in vec form a_(l-1)' (x) I.
  @Test(arguments: [(1, "x"), (2, "a1"), (3, "a2")]) func weights(_ l: Int, _ input: String) throws {
    let sheet = try network()
    let delta = try sheet.derivative("L", "z\(l)")
    let answer = try sheet.derivative("L", "W\(l)")
    sheet.expectSame(answer, try sheet.read(input) * delta)
    try sheet.expectConfirmed("L", by: "W\(l)")
    let size = ["p", "q", "r"][l - 1]
    try sheet.expect("z\(l)", by: "W\(l)", is: "kron(\(input)', eye(\(size)))")
    // delta_l' dz_l/dW_l is the same numbers in vec order.
    let row = delta * (try sheet.derivative("z\(l)", "W\(l)"))
    sheet.expectSame(row, vec(answer.transposed).transposed)
  }

  // B4: dz_l/db_l = I, so dL/db_l = delta_l'.
  @Test(arguments: [1, 2, 3]) func biases(_ l: Int) throws {
    let sheet = try network()
    try sheet.expect("z\(l)", by: "b\(l)", is: "eye(\(["p", "q", "r"][l - 1]))")
    sheet.expectSame(
      try sheet.derivative("L", "b\(l)"), try sheet.derivative("L", "z\(l)"))
    try sheet.expectConfirmed("L", by: "b\(l)")
  }

  // B5: dz_l/da_(l-1) = W_l.
  @Test func inputs() throws {
    let sheet = try network()
    try sheet.expect("z1", by: "x", is: "W1")
    try sheet.expect("z2", by: "a1", is: "W2")
    try sheet.expect("z3", by: "a2", is: "W3")
  }

  // B6: delta_(l-1)' = delta_l' W_l dh_(l-1)/dz_(l-1), the last factor diag(h'(z)) for elementwise h. The material writes delta_L at the
  // end of its chain; it is delta_l.
  @Test func deltasOfHiddenLayers() throws {
    let sheet = try network()
    let deltas = try (1...3).map { try sheet.derivative("L", "z\($0)") }
    for l in [2, 3] {
      let chain =
        deltas[l - 1] * (try sheet.read("W\(l)")) * (try sheet.derivative("a\(l - 1)", "z\(l - 1)"))
      sheet.expectSame(deltas[l - 2], chain)
      try sheet.expectConfirmed("L", by: "z\(l - 1)")
    }
    try sheet.expect("a2", by: "z2", is: "diag(a2.*(ones(q,1) - a2))")
    try sheet.expect("a1", by: "z1", is: "diag(ones(p,1) - a1.^2)")
  }

  // B6 with softmax inside: its Jacobian is that of R3.
  @Test func softmaxAsAHiddenLayer() throws {
    let sheet = try Sheet(
      "x: vector(n)", "y: vector(q)", "W1: matrix(p,n)", "W2: matrix(q,p)",
      where: "z1 = W1*x", "a1 = softmax(z1)", "z2 = W2*a1", "L = (z2 - y)'*(z2 - y)/2")
    try sheet.expect("a1", by: "z1", is: "diag(a1) - a1*a1'")
    sheet.expectSame(
      try sheet.derivative("L", "z1"),

      try sheet.derivative("L", "z2") * sheet.read("W2") * sheet.derivative("a1", "z1"))
    try sheet.expectConfirmed("L", by: "z1")
  }

  // B2, B6 as a text book prints them: the deltas in terms of the names of the input.
  @Test func deltasKeepNames() throws {
    let sheet = try network()
    try sheet.expect("L", by: "z3", is: "(sum(t)*yhat - t)'")
    try sheet.expect("L", by: "z2", is: "((W3'*(sum(t)*yhat - t)).*a2.*(ones(q,1) - a2))'")
    let delta = try sheet.derivative("L", "z2").syntax.description
    #expect(delta == "(a2.*(a2 - ones(q, 1)).*(W3'*(t - sum(t)*yhat)))'")
  }
}
