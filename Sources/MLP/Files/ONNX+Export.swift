// A model as an ONNX graph with all of its preprocessing inside: raw cells in, labels and probabilities, or the predicted number, out.
import JSONText
import MatDeriv

extension Model {
  /// The model as an ONNX file of opset 17 and ai.onnx.ml 3.
  ///
  /// Inputs: `X`, double, N x columns of numbers in their order, NaN where a cell is missing; for each column of texts one input of its name, string,
  /// N x 1. Doubles, because the difference to the centre of a column loses digits in single precision. Outputs: `label`, string, N, and
  /// `probabilities`, N x classes in the model's precision; of a number `prediction`, double, N x 1. In double precision Erf is taken in single
  /// precision (gelu), since runtimes have no other.
  func onnx(name: String) -> [UInt8] {
    var graph = GraphWriter(precision)
    graph.model.producer = "statcli"
    graph.model.producerVersion = record.version
    graph.model.documentation = onnxDocumentation
    let x = graph.inputs(of: self)
    let outputs = exportedMembers.enumerated().map { k, layers in
      graph.network(layers, x, readout, prefix: members.count == 1 ? "" : "member\(k + 1)/")
    }
    var mean = outputs[0]
    if outputs.count > 1 {
      mean = graph.add("Sum", outputs)
      mean = graph.add("Mul", [mean, graph.number(1 / Double(outputs.count))])
    }
    graph.answer(of: self, mean)
    graph.model.metadata = onnxMetadata
    return graph.model.bytes(graph: name)
  }

  private var onnxDocumentation: String {
    let numbers = numberColumns.count
    var inputs =
      numbers == 0
      ? [] : ["X: float64[N, \(numbers)], raw numbers in the order of metadata \"features\", NaN where missing"]
    inputs += categoryColumns.map { "\($0.name): string[N, 1]" }
    return (["\(network.shape) multilayer perceptron for \"\(target.column)\". Inputs:"] + inputs).joined(
      separator: "\n")
  }

  private var onnxMetadata: [(key: String, value: String)] {
    var values: [(String, JSON)] = [("features", JSON(numberColumns.map(\.name))), ("target", .string(target.column))]
    if let classes = target.classes { values.append(("classes", JSON(classes))) }
    values.append(("fingerprint", .string(record.fingerprint)))
    return values.map { ($0, $1.stringValue ?? $1.text(indented: false)) }
  }
}

/// A graph that is being written; tensors inside begin with a slash, so that no column has the name of one.
private struct GraphWriter {
  var model = ONNX.Model()
  let precision: Precision
  private var constants: [Double: String] = [:]

  init(_ precision: Precision) { self.precision = precision }

  var type: ONNX.ElementType { precision == .single ? .float : .double }

  /// Adds a node and returns the name of its output.
  mutating func add(
    _ type: String, _ inputs: [String], _ attributes: [ONNX.Attribute] = [], domain: String = "", output: String? = nil
  ) -> String {
    let name = "/\(model.nodes.count + 1)/\(type)"
    let output = output ?? name
    model.nodes.append(
      ONNX.Node(
        type: type, domain: domain, name: String(name.dropFirst()), inputs: inputs, outputs: [output],
        attributes: attributes))
    return output
  }

  mutating func constant(_ name: String, _ dimensions: [Int], _ values: [Double], _ precision: Precision) -> String {
    model.initializers.append(
      ONNX.Tensor(
        name: "/" + name, dimensions: dimensions,
        values: precision == .single ? .floats(values.map(Float.init)) : .doubles(values)))
    return "/" + name
  }

  /// A number in the model's precision.
  mutating func number(_ value: Double) -> String {
    if let name = constants[value] { return name }
    let name = constant("\(value)", [], [value], precision)
    constants[value] = name
    return name
  }

  // MARK: Inputs

  /// The inputs of the network, N x d in the model's precision.
  mutating func inputs(of model: Model) -> String {
    var parts: [String] = []
    let numbers = model.numberColumns
    if !numbers.isEmpty {
      self.model.inputs.append(
        ONNX.Port(name: "X", type: ONNX.ElementType.double.rawValue, shape: [nil, numbers.count]))
      let shape = [1, numbers.count]
      let fill = constant("fill", shape, numbers.map(\.fill), .double)
      let centre = constant("centre", shape, numbers.map(\.centre), .double)
      let factor = constant("factor", shape, numbers.map(\.factor), .double)
      let filled = add("Where", [add("IsNaN", ["X"]), fill, "X"])
      parts.append(cast(add("Mul", [add("Sub", [filled, centre]), factor]), from: .double))
    }
    var taken: Set<String> = ["", "X", "label", "probabilities", "prediction"]
    for column in model.categoryColumns {
      var name = column.name.hasPrefix("/") ? "_" + column.name : column.name
      while !taken.insert(name).inserted { name += "_" }
      self.model.inputs.append(ONNX.Port(name: name, type: ONNX.ElementType.string.rawValue, shape: [nil, 1]))
      let encoded = add(
        "OneHotEncoder", [name],
        [.init(name: "cats_strings", value: .texts(column.values)), .init(name: "zeros", value: .integer(1))],
        domain: "ai.onnx.ml")
      parts.append(cast(add("Flatten", [encoded], [.init(name: "axis", value: .integer(1))]), from: .float))
    }
    return parts.count == 1 ? parts[0] : add("Concat", parts, [.init(name: "axis", value: .integer(1))])
  }

  private mutating func cast(_ x: String, from other: ONNX.ElementType) -> String { cast(x, from: other, to: type) }

  private mutating func cast(_ x: String, from: ONNX.ElementType, to: ONNX.ElementType) -> String {
    from == to ? x : add("Cast", [x], [.init(name: "to", value: .integer(to.rawValue))])
  }

  // MARK: Layers

  mutating func network(_ layers: [ExportedLayer], _ x: String, _ readout: Readout, prefix: String) -> String {
    var a = x
    for (i, layer) in layers.enumerated() {
      let (rows, columns) = (layer.weight.rows, layer.weight.columns)
      let w = constant("\(prefix)W\(i + 1)", [rows, columns], layer.weight.rowMajor, precision)
      let b = constant("\(prefix)b\(i + 1)", [rows], layer.bias, precision)
      a = add("Gemm", [a, w, b], [.init(name: "transB", value: .integer(1))])
      if let norm = layer.norm {
        let gain = constant("\(prefix)g\(i + 1)", [rows], norm.gain, precision)
        let shift = constant("\(prefix)q\(i + 1)", [rows], norm.shift, precision)
        a = add(
          "LayerNormalization", [a, gain, shift],
          [
            .init(name: "axis", value: .integer(-1)),
            .init(name: "epsilon", value: .float(Float(Network.normalizationEpsilon)!)),
          ])
      }
      a = activation(layer.activation, a)
    }
    switch readout {
    case .softmax: return add("Softmax", [a], [.init(name: "axis", value: .integer(1))])
    case .exponential: return add("Exp", [a])
    case .complement:
      let other = add("Sub", [number(1), a])
      return add("Concat", [other, a], [.init(name: "axis", value: .integer(1))])
    case .shares:
      let positive = add("Relu", [a])
      model.initializers.append(ONNX.Tensor(name: "/\(prefix)axes", dimensions: [1], values: .integers([1])))
      let total = add("ReduceSum", [positive, "/\(prefix)axes"], [.init(name: "keepdims", value: .integer(1))])
      let share = add("Div", [positive, total])
      return add("Where", [add("Greater", [total, number(0)]), share, number(1 / Double(layers.last!.bias.count))])
    case .plain: return a
    }
  }

  /// Operators that runtimes have in double precision too, and those of single precision where they have a name.
  private mutating func activation(_ activation: Activation, _ z: String) -> String {
    switch activation {
    case .identity: z
    case .sigmoid: add("Sigmoid", [z])
    case .tanh: add("Tanh", [z])
    case .relu: add("Relu", [z])
    case .scaledTanh: scaled(1.7159, add("Tanh", [scaled(2.0 / 3, z)]))
    case .leakyRelu: add("Sub", [add("Relu", [z]), scaled(0.01, negative(z))])
    case .elu: precision == .single ? add("Elu", [z]) : add("Add", [add("Relu", [z]), exponential(z)])
    case .selu:
      add(
        "Add",
        [
          scaled(Double(Activation.seluConstants.scale)!, add("Relu", [z])),
          scaled(Double(Activation.seluConstants.negative)!, exponential(z)),
        ])
    case .gelu: add("Mul", [z, scaled(0.5, add("Add", [erf(scaled(0.5.squareRoot(), z)), number(1)]))])
    case .silu: add("Mul", [z, add("Sigmoid", [z])])
    case .mish: add("Mul", [z, add("Tanh", [softplus(z)])])
    case .softplus: softplus(z)
    }
  }

  private mutating func scaled(_ factor: Double, _ z: String) -> String { add("Mul", [z, number(factor)]) }
  /// max(-z, 0)
  private mutating func negative(_ z: String) -> String { add("Relu", [add("Neg", [z])]) }
  /// exp(min(z, 0)) - 1
  private mutating func exponential(_ z: String) -> String {
    add("Sub", [add("Exp", [add("Neg", [negative(z)])]), number(1)])
  }
  private mutating func erf(_ z: String) -> String {
    cast(add("Erf", [cast(z, from: type, to: .float)]), from: .float, to: type)
  }
  /// max(z, 0) + log(1 + exp(-|z|))
  private mutating func softplus(_ z: String) -> String {
    if precision == .single { return add("Softplus", [z]) }
    let rest = add("Log", [add("Add", [add("Exp", [add("Neg", [add("Abs", [z])])]), number(1)])])
    return add("Add", [add("Relu", [z]), rest])
  }

  // MARK: Outputs

  mutating func answer(of model: Model, _ outputs: String) {
    switch model.target {
    case .classes(_, let names):
      let probabilities = add("Identity", [outputs], output: "probabilities")
      let index = add(
        "ArgMax", [probabilities],
        [.init(name: "axis", value: .integer(1)), .init(name: "keepdims", value: .integer(0))])
      let label = add(
        "LabelEncoder", [index],
        [
          .init(name: "keys_int64s", value: .integers(Array(names.indices))),
          .init(name: "values_strings", value: .texts(names)),
        ], domain: "ai.onnx.ml", output: "label")
      self.model.outputs = [
        ONNX.Port(name: label, type: ONNX.ElementType.string.rawValue, shape: [nil]),
        ONNX.Port(name: probabilities, type: type.rawValue, shape: [nil, names.count]),
      ]
    case .number(_, let centre, let factor):
      let divisor = constant("scale", [1, 1], [factor], .double)
      let shift = constant("shift", [1, 1], [centre], .double)
      let wide = cast(outputs, from: type, to: .double)
      let prediction = add("Add", [add("Div", [wide, divisor]), shift], output: "prediction")
      self.model.outputs = [ONNX.Port(name: prediction, type: ONNX.ElementType.double.rawValue, shape: [nil, 1])]
    }
  }
}
