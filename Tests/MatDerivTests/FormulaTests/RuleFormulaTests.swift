// R1 to R8 of the formulas: the rules of scalar functions, softmax, and networks of sigmoids under a squared error. In R5 to R7 weights are
// indexed (input, output), the transpose of the B rows' W.
import Testing

@testable import MatDeriv

@Suite struct RuleFormulaTests {
  private func sheet() throws -> Sheet { try Sheet("x: scalar positive", "c: scalar", "k: scalar") }

  /// f and g, functions of x.
  private static let f = "sin(x)*x"
  private static let g = "(exp(x) + x^2)"

  private func compare(
    _ whole: String,
    _ rule: (_ d: (String) throws -> Expression, _ r: (String) throws -> Expression) throws -> Expression
  ) throws {
    let sheet = try sheet()
    let d = { (text: String) in try sheet.derivative(text, "x") }
    sheet.expectSame(try d(whole), try rule(d) { try sheet.read($0) })
    try sheet.expectConfirmed(whole, by: "x")
  }

  // R1, constant multiple: c*f -> c*f'.
  @Test func constantMultiple() throws { try compare("c*\(Self.f)") { d, r in try r("c") * d(Self.f) } }

  // R1, power: x^n -> n*x^(n-1), for numbers and for a symbol.
  @Test func power() throws {
    let sheet = try sheet()
    try sheet.expect("x^5", by: "x", is: "5*x^4")
    try sheet.expect("x^-3", by: "x", is: "-3*x^-4")
    try sheet.expect("x^0.5", by: "x", is: "0.5*x^-0.5")
    try sheet.expect("x^k", by: "x", is: "k*x^(k - 1)")
  }

  // R1, sum: f + g -> f' + g'.
  @Test func sum() throws { try compare("\(Self.f) + \(Self.g)") { d, _ in try d(Self.f) + d(Self.g) } }

  // R1, difference: f - g -> f' - g'.
  @Test func difference() throws { try compare("\(Self.f) - \(Self.g)") { d, _ in try d(Self.f) - d(Self.g) } }

  // R1, product: f*g -> f*g' + f'*g.
  @Test func product() throws {
    try compare("\(Self.f)*\(Self.g)") { d, r in try r(Self.f) * d(Self.g) + d(Self.f) * r(Self.g) }
  }

  // R1, quotient: f/g -> (f'*g - g'*f)/g^2. A later line of the material has a plus sign and drops a prime: wrong.
  @Test func quotient() throws {
    try compare("\(Self.f)/\(Self.g)") { d, r in
      try (d(Self.f) * r(Self.g) - d(Self.g) * r(Self.f)) / (r(Self.g).power(2))
    }
    let sheet = try sheet()
    let wrong = try sheet.read("(sin(x) + x*cos(x) + \(Self.g)*\(Self.f))/\(Self.g)^2")
    #expect(try (sheet.derivative("\(Self.f)/\(Self.g)", "x") - wrong).simplified.isZero == false)
  }

  // R1, reciprocal: 1/f -> -f'/f^2.
  @Test func reciprocal() throws { try compare("1/\(Self.g)") { d, r in try -(d(Self.g) / r(Self.g).power(2)) } }

  // R1, chain: f(g(x)) -> f'(g(x))*g'(x), dy/dx = dy/du*du/dx.
  @Test func chain() throws {
    try compare("cos\(Self.g)") { d, r in try -r("sin\(Self.g)") * d(Self.g) }
    let sheet = try Sheet("x: scalar", where: "u = exp(x) + x^2", "y = cos(u)")
    sheet.expectSame(try sheet.derivative("y", "x"), try sheet.derivative("y", "u") * sheet.derivative("u", "x"))
  }

  // R2: (x^4)' through x^2*x^2.
  @Test func fourthPowerAsAProduct() throws {
    let sheet = try Sheet("x: scalar", where: "p = x^2", "q = x^2")
    sheet.expectSame(sheet.inlined(try sheet.derivative("p*q", "x")), try sheet.read("4*x^3"))
    try sheet.expect("x^4", by: "x", is: "4*x^3")
    let parts = try sheet.derivative("p", "x") * sheet.read("q") + sheet.read("p") * sheet.derivative("q", "x")
    sheet.expectSame(sheet.inlined(parts), try sheet.read("4*x^3"))
  }

  // R3: dp_i/da_j = p_i*(1{i=j} - p_j). The material derives i = j only, and writes p_i*(1 - p_j) for it.
  @Test func softmaxJacobian() throws {
    let sheet = try Sheet("a: vector(n)")
    try sheet.expect("softmax(a)", by: "a", is: "diag(softmax(a)) - softmax(a)*softmax(a)'")
    try sheet.expect(
      "exp(a)/sum(exp(a))", by: "a", is: "diag(exp(a)/sum(exp(a))) - exp(a)/sum(exp(a))*(exp(a)/sum(exp(a)))'")
    let jacobian = try sheet.derivative("softmax(a)", "a")
    let a = [0.5, -1.0, 2.0, 0.25]
    let d = try jacobian.value(at: Values(["a": Matrix(column: a)]))
    let weights = a.map { Double.exp($0) }
    let p = weights.map { $0 / weights.reduce(0, +) }
    let expected = Matrix<Double>(rows: 4, columns: 4) { i, j in p[i] * ((i == j ? 1 : 0) - p[j]) }
    #expect(isClose(d, expected, 1e-15))
  }

  // R4: y1 = x*w1 + b1, y2 = y1*w2 + b2: dy2/dw1 = w2*x, 2 at the numbers of the material.
  @Test func twoLinearLayers() throws {
    let sheet = try Sheet(
      "x: scalar", "w1: scalar", "b1: scalar", "w2: scalar", "b2: scalar",
      where: "y1 = x*w1 + b1", "y2 = y1*w2 + b2")
    try sheet.expect("y2", by: "w1", is: "w2*x")
    let product = try sheet.derivative("y2", "y1") * sheet.derivative("y1", "w1")
    let whole = try sheet.derivative("y2", "w1")
    sheet.expectSame(whole, product)
    let numbers = Values<Double>(["x": [[1]], "w1": [[2]], "b1": [[1]], "w2": [[2]], "b2": [[1]]])
    #expect(try whole.value(at: numbers) == [[2]])
    #expect(try product.value(at: numbers) == [[2]])
    #expect(try sheet.read("y2").value(at: numbers) == [[7]])
  }

  // R5: dE/dw_jk = (O_k - t_k)*O_k*(1 - O_k)*x_j.
  @Test func singleLayer() throws {
    let sheet = try Sheet(
      "x: vector(n)", "t: vector(m)", "W: matrix(n,m)", where: "O = sigmoid(W'*x)", "E = norm2(O - t)^2/2")
    let answer = try sheet.derivative("E", "W")
    // In numerator layout entry (k,j) belongs to w_jk.
    sheet.expectSame(sheet.inlined(answer), sheet.inlined(try sheet.read("((O - t).*O.*(ones(m,1) - O))*x'")))
    let values = try sheet.values(of: [answer])
    let d = try answer.value(at: values)
    let (o, t, x) = (try sheet.read("O").value(at: values), values["t"]!, values["x"]!)
    for j in 0..<x.rows {
      for k in 0..<o.rows {
        let expected = (o[k, 0] - t[k, 0]) * o[k, 0] * (1 - o[k, 0]) * x[j, 0]
        #expect(abs(d[k, j] - expected) < 1e-14)
      }
    }
    try sheet.expectConfirmed("E", by: "W")
  }

  /// Three layers of sigmoids, weights indexed (input, output).
  private func network() throws -> Sheet {
    try Sheet(
      "x: vector(n)", "t: vector(r)", "W1: matrix(n,p)", "W2: matrix(p,q)", "W3: matrix(q,r)",
      where: "x1 = W1'*x", "O1 = sigmoid(x1)", "x2 = W2'*O1", "O2 = sigmoid(x2)", "x3 = W3'*O2", "O3 = sigmoid(x3)",
      "E = norm2(O3 - t)^2/2", "delta3 = O3.*(ones(r,1) - O3).*(O3 - t)",
      "delta2 = O2.*(ones(q,1) - O2).*(W3*delta3)", "delta1 = O1.*(ones(p,1) - O1).*(W2*delta2)")
  }

  // R6: at the output, dE/dW_jk = O_j*delta_k with delta_k = O_k*(1 - O_k)*(O_k - t_k).
  // R7: at hidden nodes, dE/dW_ij = O_i*delta_j with delta_j = O_j*(1 - O_j)*sum_k delta_k*W_jk; here through two of them.
  @Test(arguments: [("W3", "O2", "delta3"), ("W2", "O1", "delta2"), ("W1", "x", "delta1")])
  func threeLayers(_ weights: String, _ output: String, _ delta: String) throws {
    let sheet = try network()
    let answer = try sheet.derivative("E", weights)
    // Numerator layout: (O*delta')' = delta*O'.
    let formula = try sheet.read("\(delta)*\(output)'")
    sheet.expectSame(sheet.inlined(answer), sheet.inlined(formula))
    try sheet.expectConfirmed("E", by: weights)
  }

  // R6, R7: the deltas are the derivatives by the inputs of the nodes.
  @Test(arguments: [("x3", "delta3"), ("x2", "delta2"), ("x1", "delta1")])
  func deltas(_ input: String, _ delta: String) throws {
    let sheet = try network()
    sheet.expectSame(
      sheet.inlined(try sheet.derivative("E", input)), sheet.inlined(try sheet.read("\(delta)'")))
  }

  // R8: every path summed. The material drops the sum and the last factor's w.
  @Test func everyPathIsSummed() throws {
    let sheet = try Sheet(
      "s: scalar", "t: scalar", "w: scalar", "u1: scalar", "u2: scalar", "u3: scalar", "t1: scalar", "t2: scalar",
      "t3: scalar",
      where: "x1 = w*s + t", "O1 = sigmoid(x1)", "y1 = sigmoid(u1*O1)", "y2 = sigmoid(u2*O1)", "y3 = sigmoid(u3*O1)",
      "E = ((y1 - t1)^2 + (y2 - t2)^2 + (y3 - t3)^2)/2")
    func d(_ f: String, _ x: String) throws -> Expression { try sheet.derivative(f, x) }
    let paths = try ["y1", "y2", "y3"].map { y in try d("E", y) * d(y, "O1") * d("O1", "x1") * d("x1", "w") }
    sheet.expectSame(sheet.inlined(try d("E", "w")), sheet.inlined(paths[0] + paths[1] + paths[2]))
    try sheet.expectConfirmed("E", by: "w")
    // Without the sum it is something else.
    #expect(!sheet.inlined(try d("E", "w") - paths[0]).simplified.isZero)
  }
}
