// The networks of the textbook: R5 to R7, N9 and D16, as symbols and as numbers.
import MatDeriv
import RealModule
import Testing

@testable import MLP

@Suite struct TextbookTests {
  private func sigma(_ z: Double) -> Double { 1 / (1 + Double.exp(-z)) }

  /// R5: E = 1/2 sum_k (O_k - t_k)^2, dE/dw_jk = (O_k - t_k) O_k (1 - O_k) x_j.
  @Test func singleLayer() {
    let network = Network(inputs: 3, hidden: [], outputs: 2, outputActivation: .sigmoid, loss: .squaredError)
    let rig = Rig(network, batch: 1)
    _ = rig.loss()
    let w = rig.layout.parameters(rig.parameters.start)
    let g = rig.layout.parameters(rig.gradient.start)
    for k in 0..<2 {
      let z = (0..<3).reduce(w["b1"][k, 0]) { $0 + w["W1"][k, $1] * rig.compiled.x[$1] }
      let o = sigma(z)
      let delta = (o - rig.compiled.y![k]) * o * (1 - o)
      for j in 0..<3 { #expect(abs(g["W1"][k, j] - delta * rig.compiled.x[j]) < 1e-15) }
      #expect(abs(g["b1"][k, 0] - delta) < 1e-15)
    }
  }

  /// R6 and R7, with the sum over samples of N2 as a mean.
  @Test func hiddenLayer() {
    let network = Network(
      inputs: 3, hidden: [Layer(4, .sigmoid)], outputs: 2, outputActivation: .sigmoid, loss: .squaredError)
    let m = 5
    let rig = Rig(network, batch: m)
    _ = rig.loss()
    let w = rig.layout.parameters(rig.parameters.start)
    let g = rig.layout.parameters(rig.gradient.start)
    var expected = [[[Double]]](repeating: [], count: 2)
    expected[0] = Array(repeating: Array(repeating: 0, count: 3), count: 4)
    expected[1] = Array(repeating: Array(repeating: 0, count: 4), count: 2)
    for n in 0..<m {
      let x = (0..<3).map { rig.compiled.x[n * 3 + $0] }
      let h = (0..<4).map { j in sigma((0..<3).reduce(w["b1"][j, 0]) { $0 + w["W1"][j, $1] * x[$1] }) }
      let o = (0..<2).map { k in sigma((0..<4).reduce(w["b2"][k, 0]) { $0 + w["W2"][k, $1] * h[$1] }) }
      let deltaK = (0..<2).map { k in o[k] * (1 - o[k]) * (o[k] - rig.compiled.y![n * 2 + k]) }
      let deltaJ = (0..<4).map { j in h[j] * (1 - h[j]) * (0..<2).reduce(0) { $0 + deltaK[$1] * w["W2"][$1, j] } }
      for k in 0..<2 { for j in 0..<4 { expected[1][k][j] += h[j] * deltaK[k] / Double(m) } }
      for j in 0..<4 { for i in 0..<3 { expected[0][j][i] += x[i] * deltaJ[j] / Double(m) } }
    }
    for k in 0..<2 { for j in 0..<4 { #expect(abs(g["W2"][k, j] - expected[1][k][j]) < 1e-14) } }
    for j in 0..<4 { for i in 0..<3 { #expect(abs(g["W1"][j, i] - expected[0][j][i]) < 1e-14) } }
  }

  /// The derivative by the sums of the last layer is R6's delta: O.*(1 - O).*(O - t).
  @Test func deltaOfTheOutput() throws {
    let network = Network(
      inputs: 3, hidden: [Layer(4, .sigmoid)], outputs: 2, outputActivation: .sigmoid, loss: .squaredError)
    let program = network.program(.loss(weighted: false, penalized: false))
    let delta = try derivative(of: program.expression, wrt: program.variable("z2")!).value
    let textbook = try Program(
      "(sigmoid(z2).*(ones(k, m) - sigmoid(z2)).*(sigmoid(z2) - Y))'/m",
      Declarations(["Y: matrix(k, m)", "z2: matrix(k, m)"]))
    var values = Values<Double>(sizes: ["k": 2, "m": 3, "d": 3, "h1": 4])
    var numbers = TestNumbers(3)
    for (name, rows, columns) in [("X", 3, 3), ("W1", 4, 3), ("b1", 4, 1), ("W2", 2, 4), ("b2", 2, 1), ("Y", 2, 3)] {
      values[name] = Matrix(rows: rows, columns: columns, columnMajor: numbers.array(rows * columns))
    }
    let scores = try network.program(.scores).expression.value(at: values)
    let derived = try delta.value(at: values)
    values["z2"] = scores
    let expected = try textbook.expression.value(at: values)
    for i in 0..<3 { for j in 0..<2 { #expect(abs(derived[i, j] - expected[i, j]) < 1e-15) } }
  }

  /// N9: three layers of two neurons without biases; every delta follows from those behind it.
  @Test func workedNetwork() {
    let network = Network(
      inputs: 2, hidden: [Layer(2, .sigmoid), Layer(2, .sigmoid)], outputs: 2, outputActivation: .sigmoid,
      loss: .squaredError)
    let rig = Rig(network, batch: 1)
    for l in 1...3 {
      for slice in rig.layout.slices where slice.parameter.name == "b\(l)" {
        for i in slice.range { rig.parameters.start[i] = 0 }
      }
    }
    _ = rig.loss()
    let w = rig.layout.parameters(rig.parameters.start)
    let g = rig.layout.parameters(rig.gradient.start)
    let x = [rig.compiled.x[0], rig.compiled.x[1]]
    func layer(_ name: String, _ a: [Double]) -> [Double] {
      (0..<2).map { i in sigma(w[name][i, 0] * a[0] + w[name][i, 1] * a[1]) }
    }
    let a1 = layer("W1", x)
    let a3 = layer("W2", a1)
    let y = layer("W3", a3)
    // dL/dz5 = dL/dy1 dy1/dz5; dL/dz3 = sigma'(z3)(w1 dL/dz5 + w2 dL/dz6); dL/dz1 = sigma'(z1)(w3 dL/dz3 + w4 dL/dz4)
    let d5 = (0..<2).map { (y[$0] - rig.compiled.y![$0]) * y[$0] * (1 - y[$0]) }
    let d3 = (0..<2).map { i in a3[i] * (1 - a3[i]) * (w["W3"][0, i] * d5[0] + w["W3"][1, i] * d5[1]) }
    let d1 = (0..<2).map { i in a1[i] * (1 - a1[i]) * (w["W2"][0, i] * d3[0] + w["W2"][1, i] * d3[1]) }
    for i in 0..<2 {
      for j in 0..<2 {
        #expect(abs(g["W3"][i, j] - d5[i] * a3[j]) < 1e-15)
        #expect(abs(g["W2"][i, j] - d3[i] * a1[j]) < 1e-15)
        #expect(abs(g["W1"][i, j] - d1[i] * x[j]) < 1e-15)
      }
    }
  }

  /// D16: gradients dl/da2 = softmax(a2) - y, dl/dW2 = dl/da2 h1', dl/da1 = (W2' dl/da2).*s'(a1), dl/dW1 = dl/da1 x'.
  @Test func softmaxNetwork() {
    let network = Network(inputs: 3, hidden: [Layer(4, .tanh)], outputs: 3)
    let rig = Rig(network, batch: 1)
    _ = rig.loss()
    let w = rig.layout.parameters(rig.parameters.start)
    let g = rig.layout.parameters(rig.gradient.start)
    let x = (0..<3).map { rig.compiled.x[$0] }
    let h = (0..<4).map { j in Double.tanh((0..<3).reduce(w["b1"][j, 0]) { $0 + w["W1"][j, $1] * x[$1] }) }
    let a2 = (0..<3).map { k in (0..<4).reduce(w["b2"][k, 0]) { $0 + w["W2"][k, $1] * h[$1] } }
    let total = a2.reduce(0) { $0 + Double.exp($1) }
    let d2 = (0..<3).map { Double.exp(a2[$0]) / total - rig.compiled.y![$0] }
    let d1 = (0..<4).map { j in (1 - h[j] * h[j]) * (0..<3).reduce(0) { $0 + w["W2"][$1, j] * d2[$1] } }
    for k in 0..<3 { for j in 0..<4 { #expect(abs(g["W2"][k, j] - d2[k] * h[j]) < 1e-14) } }
    for j in 0..<4 { for i in 0..<3 { #expect(abs(g["W1"][j, i] - d1[j] * x[i]) < 1e-14) } }
  }
}
