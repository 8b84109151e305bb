// Every formula that is printed has the value that the compiled plan computes: backpropagation by hand, one formula after the other, ends
// in the gradients of training.
import MatDeriv
import Testing

@testable import MLP

private let networks: [Network] = [
  Network(inputs: 3, hidden: [], outputs: 3),
  Network(inputs: 4, hidden: [Layer(5, .tanh)], outputs: 3),
  Network(inputs: 4, hidden: [Layer(5, .relu), Layer(3, .silu)], outputs: 2),
  Network(
    inputs: 2, hidden: [Layer(3, .sigmoid), Layer(4, .sigmoid)], outputs: 2, outputActivation: .sigmoid,
    loss: .squaredError),
  Network(inputs: 3, hidden: [Layer(4, .gelu, dropout: 0.5)], outputs: 1, loss: .meanSquaredError),
  Network(inputs: 3, hidden: [Layer(4, .tanh, normalization: .layer)], outputs: 1, loss: .binaryCrossEntropy),
  Network(inputs: 3, hidden: [Layer(4, .softplus, normalization: .batch), Layer(3, .elu)], outputs: 3),
]

/// Values that lie off all kinks.
private func filled(_ rows: Int, _ columns: Int, _ seed: Int) -> Matrix<Double> {
  Matrix(rows: rows, columns: columns) { i, j in
    let phase = Double(7 * i + 13 * j + 29 * seed)
    return 0.8 * (phase * 0.618034 - (phase * 0.618034).rounded(.down)) - 0.37
  }
}

@Suite struct ExplanationTests {
  @Test(arguments: networks.indices) func formulasHaveTheValuesOfThePlan(_ index: Int) throws {
    let network = networks[index]
    let m = 6
    var values = Values<Double>(sizes: network.sizeValues(batch: m))
    for (k, p) in network.parameters.enumerated() { values[p.name] = filled(p.rows, p.columns, k + 1) }
    values["X"] = filled(network.inputs, m, 20)
    values["Y"] = Matrix(rows: network.outputs, columns: m) { i, j in j % network.outputs == i ? 1 : 0 }
    for (l, layer) in network.hidden.enumerated() where layer.dropout > 0 {
      values["D\(l + 1)"] = Matrix(rows: layer.width, columns: m) { i, j in (i + j) % 2 == 0 ? 2 : 0 }
    }
    let layout = ParameterLayout(network)
    let compiled = CompiledNetwork<Double>(network, .loss(weighted: false, penalized: false), batch: m)
    let (vector, gradient) = (AlignedArray<Double>(count: layout.count), AlignedArray<Double>(count: layout.count))
    layout.write(Parameters(network.parameters.map { ($0.name, values[$0.name]!) }), to: vector.start)
    compiled.bind(layout, parameters: vector.start)
    compiled.bind(layout, gradient: gradient.start)
    for (i, x) in values["X"]!.columnMajor.enumerated() { compiled.x[i] = x }
    for (i, y) in values["Y"]!.columnMajor.enumerated() { compiled.y![i] = y }
    for (layer, mask) in compiled.masks {
      for (i, d) in values["D\(layer)"]!.columnMajor.enumerated() { mask[i] = d }
    }
    compiled.run()
    let expected = layout.parameters(gradient.start)

    let explanation = try network.explanation()
    var checked: Set<String> = []
    for step in explanation.backward + explanation.whole {
      let value = try step.derivative.value.value(at: values)
      if let name = step.name { values[name] = value }
      // Numerator layout: the transpose of the gradient (M2).
      guard let parameter = network.parameters.first(where: { $0.name == step.variable }) else { continue }
      checked.insert(parameter.name)
      let g = expected[parameter.name]
      #expect(value.rows == g.columns && value.columns == g.rows, "\(step.left)")
      let scale = g.columnMajor.reduce(1e-3) { max($0, abs($1)) }
      for i in 0..<g.rows {
        for j in 0..<g.columns {
          #expect(abs(value[j, i] - g[i, j]) <= 1e-12 * scale, "\(step.left) of \(network.shape) at \(i), \(j)")
        }
      }
    }
    #expect(checked.count == network.parameters.count)
    let deltas = explanation.backward.compactMap(\.name).filter { $0.hasPrefix("Delta") }
    #expect(deltas == (1...network.depth).reversed().map { "Delta\($0)" })
  }

  /// B1-B6, D15: the textbook's forms, as they are known.
  @Test func textbookForms() throws {
    let softmax = try Network(inputs: 4, hidden: [Layer(5, .relu)], outputs: 3).explanation()
    let texts = softmax.backward.map { "\($0.left) = \($0.derivative.value.syntax)" }
    #expect(
      texts == [
        "Delta2 = dL/dz2 = (softmax(z2)' - Y')/m", "dL/dW2 = a1*Delta2", "dL/db2 = ones(1, m)*Delta2",
        "dL/da1 = Delta2*W2", "Delta1 = dL/dz1 = Delta2*W2.*step(z1)'", "dL/dW1 = X*Delta1",
        "dL/db1 = ones(1, m)*Delta1",
      ])
    #expect(softmax.backward.map(\.rules) == [["B2", "R3", "D15"], ["B3"], ["B4"], ["B5"], ["B6"], ["B3"], ["B4"]])
    let textbook = try networks[3].explanation()
    let first = textbook.backward.prefix(2).map { "\($0.left) = \($0.derivative.value.syntax)" }
    #expect(first[0] == "G3 = dL/da3 = (a3 - Y)'/m")
    #expect(first[1] == "Delta3 = dL/dz3 = G3.*a3' - G3.*a3'.^2")
    #expect(textbook.backward.filter { $0.rules.contains("R7") }.map(\.variable) == ["z2", "W2", "z1", "W1"])
    #expect(textbook.backward.filter { $0.rules.contains("R6") }.map(\.variable) == ["z3", "W3"])
  }

  @Test func namesOfTheForwardPass() throws {
    let explanation = try networks[1].explanation()
    #expect(try explanation.loss(by: "a1")?.derivative.value.shape.description == "m x h1")
    #expect(try explanation.loss(by: "W1")?.left == "dL/dW1")
    #expect(try explanation.loss(by: "W3")?.left == nil)
  }
}
