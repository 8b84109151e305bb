// Arithmetic in a graph: what is done to columns before the first layer, products with weights, and functions of sums that are spelled out.
import MatDeriv
import RealModule

extension GraphReading {
  // MARK: Columns

  /// Columns with what stands for missing cells.
  func filled(_ features: [ONNX.Feature], _ fill: [Double], _ node: ONNX.Node) throws(FileDefect) -> [ONNX.Feature] {
    var changed: [ONNX.Feature] = []
    for (feature, value) in zip(features, fill) {
      guard case .number(let name, let centre, let factor, let offset, nil) = feature, factor != 0 else {
        throw FileDefect("\(node.description) fills what is no column of numbers")
      }
      // The cell that becomes this value.
      let cell = factor == 1 && offset == 0 ? centre + value : centre + (value - offset) / factor
      changed.append(.number(name: name, centre: centre, factor: factor, offset: offset, fill: cell))
    }
    return changed
  }

  /// Columns plus, minus, times or over a row of numbers.
  func shifted(
    _ features: [ONNX.Feature], _ type: String, _ row: [Double], _ node: ONNX.Node
  ) throws(FileDefect) -> [ONNX.Feature] {
    var changed: [ONNX.Feature] = []
    for (feature, c) in zip(features, row) {
      guard case .number(let name, var centre, var factor, var offset, let fill) = feature else {
        throw FileDefect("\(node.description) changes what is no column of numbers")
      }
      switch type {
      case "Add", "Sum", "Sub":
        let shift = type == "Sub" ? c : -c
        if factor == 1 && offset == 0 { centre += shift } else { offset -= shift }
      case "Mul": (factor, offset) = (factor * c, offset * c)
      case "Div": (factor, offset) = (factor / c, offset / c)
      default: throw FileDefect("\(node.description) is done to columns")
      }
      changed.append(.number(name: name, centre: centre, factor: factor, offset: offset, fill: fill))
    }
    return changed
  }

  func concatenated(_ node: ONNX.Node, _ inputs: [ONNX.Meaning?]) throws(FileDefect) -> ONNX.Meaning {
    let failure = FileDefect(
      "\(node.description) puts together what is no columns, and not both probabilities of two classes")
    guard [1, -1].contains(node.integer("axis") ?? 0) else { throw failure }
    if inputs.count == 2, case .neurons(let other)? = inputs[0], case .neurons(var neurons)? = inputs[1] {
      let (p, q) = (neurons.curve, other.curve)
      guard neurons.identity == other.identity, neurons.width == 1, neurons.link == .plain, other.link == .plain,
        (.number(1) - p).isClose(to: q.value)
      else { throw failure }
      neurons.link = .complement
      neurons.node = node.description
      return .neurons(neurons)
    }
    var features: [ONNX.Feature] = []
    for input in inputs {
      guard case .features(let part)? = input else { throw failure }
      features += part
    }
    return .features(features)
  }

  // MARK: Layers

  /// x*W + b, W as inputs x outputs.
  mutating func product(
    _ node: ONNX.Node, _ x: ONNX.Meaning, _ weight: Matrix<Double>, bias: [Double]?
  ) throws(FileDefect) -> ONNX.Meaning {
    var layer = ImportedLayer(
      weight: Matrix(rows: weight.columns, columns: weight.rows) { weight[$1, $0] }, bias: bias)
    layer.activation = .identity
    let features: [ONNX.Feature]
    var layers: [ImportedLayer] = []
    let width: Int
    switch x {
    case .features(let columns):
      features = columns
      width = columns.reduce(0) { $0 + $1.width }
    case .neurons(let neurons):
      guard neurons.link == .plain, let activation = neurons.curve.activation else {
        throw FileDefect(
          "\(neurons.node): the function before \(node.description) is none of "
            + Activation.allCases.map(\.rawValue).joined(separator: ", "))
      }
      features = neurons.features
      layers = neurons.layers
      layers[layers.count - 1].activation = activation
      width = neurons.width
    default: throw FileDefect("\(node.description) is none of a chain of layers")
    }
    guard width == weight.rows else {
      throw FileDefect("\(node.description) has weights for \(weight.rows) inputs, and \(width) come")
    }
    layers.append(layer)
    return .neurons(
      ONNX.Neurons(
        features: features, layers: layers, identity: newSums(), takesBias: bias == nil, node: node.description))
  }

  /// Sums with mean 0 and variance 1, of each sample or over the batches of training.
  mutating func normalized(
    _ neurons: ONNX.Neurons, _ vectors: [[Double]], _ node: ONNX.Node
  ) throws(FileDefect) -> ONNX.Neurons {
    var neurons = neurons
    let last = neurons.layers.count - 1
    guard let line = neurons.curve.line, line == (1, 0), neurons.link == .plain, !vectors.isEmpty else {
      throw FileDefect("\(node.description) does not follow the sums of a layer")
    }
    let epsilon = node.float("epsilon") ?? 1e-5
    let zeros = Array(repeating: 0.0, count: neurons.width)
    if node.type == "BatchNormalization" {
      guard vectors.count == 4 else { throw FileDefect("\(node.description) has no mean and variance") }
      let factor = zip(vectors[0], vectors[3]).map { $0 / ($1 + epsilon).squareRoot() }
      let shift = zeros.indices.map { vectors[1][$0] - factor[$0] * vectors[2][$0] }
      neurons.layers[last].scale(by: factor, adding: shift)
    } else {
      guard neurons.layers[last].norm == nil, [1, -1].contains(node.integer("axis") ?? -1) else {
        throw FileDefect("\(node.description) does not follow the sums of a layer")
      }
      guard abs(epsilon - Double(Network.normalizationEpsilon)!) < 1e-11 else {
        throw FileDefect(
          "\(node.description) has epsilon \(epsilon); networks here have \(Network.normalizationEpsilon)")
      }
      neurons.layers[last].norm = (vectors[0], vectors.count > 1 ? vectors[1] : zeros)
    }
    neurons.takesBias = false
    neurons.identity = newSums()
    neurons.node = node.description
    return neurons
  }

  // MARK: Functions

  mutating func arithmetic(_ node: ONNX.Node, _ a: ONNX.Meaning, _ b: ONNX.Meaning) throws(FileDefect) -> ONNX.Meaning {
    let unsuitable = FileDefect("\(node.description) is none of a chain of layers")
    switch (a, b) {
    case (.features(let features), .constant(let tensor)):
      guard let row = tensor.row(features.count) else { throw unsuitable }
      return .features(try shifted(features, node.type == "Neg" ? "Mul" : node.type, row, node))
    case (.constant(let tensor), .features(let features)):
      guard let row = tensor.row(features.count), node.type != "Div" else { throw unsuitable }
      guard node.type == "Sub" else { return .features(try shifted(features, node.type, row, node)) }
      // c - x = -x + c
      let negative = try shifted(features, "Mul", row.map { _ in -1 }, node)
      return .features(try shifted(negative, "Add", row, node))
    case (.neurons(let neurons), .constant(let tensor)):
      return .neurons(try changed(neurons, node, tensor, isLeft: true))
    case (.constant(let tensor), .neurons(let neurons)):
      return .neurons(try changed(neurons, node, tensor, isLeft: false))
    case (.neurons(let x), .neurons(let y)):
      guard x.identity == y.identity, x.link == .plain, y.link == .plain else {
        throw FileDefect("\(node.description) joins two layers, which no chain does")
      }
      return .neurons(try x.applying(try combined(node, x.curve, y.curve), node))
    // p_i/sum p
    case (.neurons(var x), .total(let y)):
      guard node.type == "Div", x.identity == y.identity, x.link == .plain else { throw unsuitable }
      x.link = .shares
      x.node = node.description
      return .neurons(x)
    // Whether there is a sum to divide by.
    case (.total, .constant): return a
    default: throw unsuitable
    }
  }

  /// Neurons and a constant: a bias, a scale of the sums, or a part of the function that is applied to them.
  private mutating func changed(
    _ neurons: ONNX.Neurons, _ node: ONNX.Node, _ tensor: ONNX.Tensor, isLeft: Bool
  ) throws(FileDefect) -> ONNX.Neurons {
    var neurons = neurons
    let n = neurons.width
    guard neurons.link == .plain, let row = tensor.row(n) else {
      throw FileDefect("\(node.description) is none of a chain of layers")
    }
    let isAddition = ["Add", "Sum"].contains(node.type) || (node.type == "Sub" && isLeft)
    let isBias = neurons.takesBias && isAddition
    if tensor.count == 1 && !isBias {
      let (z, c) = (neurons.curve, Curve.number(row[0]))
      return try neurons.applying(try isLeft ? combined(node, z, c) : combined(node, c, z), node)
    }
    neurons.node = node.description
    neurons.takesBias = false
    guard let line = neurons.curve.line, line == (1, 0) else {
      throw FileDefect("\(node.description) has another number for each neuron behind an activation")
    }
    let (ones, zeros) = (row.map { _ in 1.0 }, row.map { _ in 0.0 })
    let last = neurons.layers.count - 1
    switch (node.type, isLeft) {
    case ("Add", _), ("Sum", _): neurons.layers[last].scale(by: ones, adding: row)
    case ("Sub", true): neurons.layers[last].scale(by: ones, adding: row.map(-))
    case ("Mul", _): neurons.layers[last].scale(by: row, adding: zeros)
    case ("Div", true): neurons.layers[last].scale(by: row.map { 1 / $0 }, adding: zeros)
    default: throw FileDefect("\(node.description) has another number for each neuron")
    }
    neurons.identity = newSums()
    return neurons
  }

  /// What an operator of two numbers makes of two functions.
  private func combined(_ node: ONNX.Node, _ a: Curve, _ b: Curve) throws(FileDefect) -> Curve {
    switch node.type {
    case "Add", "Sum": return a + b
    case "Sub": return a - b
    case "Mul", "Neg": return a * b
    case "Div": return a / b
    case "Min": return .both(a, b) { min($0, $1) }
    case "Max": return .both(a, b) { max($0, $1) }
    case "Pow": return .both(a, b) { Double.pow($0, $1) }
    // A condition is 1 or 0.
    case "Greater": return .both(a, b) { $0 > $1 ? 1 : 0 }
    case "GreaterOrEqual": return .both(a, b) { $0 >= $1 ? 1 : 0 }
    case "Less": return .both(a, b) { $0 < $1 ? 1 : 0 }
    case "LessOrEqual": return .both(a, b) { $0 <= $1 ? 1 : 0 }
    default: throw FileDefect("\(node.description) is none of a chain of layers")
    }
  }

  /// One of two functions of the same sums, or numbers, by a condition on them.
  func chosen(
    _ node: ONNX.Node, _ condition: ONNX.Neurons, _ a: ONNX.Meaning, _ b: ONNX.Meaning
  ) throws(FileDefect) -> ONNX.Neurons {
    func curve(_ meaning: ONNX.Meaning) throws(FileDefect) -> Curve {
      if case .neurons(let neurons) = meaning, neurons.identity == condition.identity, neurons.link == .plain {
        return neurons.curve
      }
      if case .constant(let tensor) = meaning, tensor.count == 1, let number = tensor.numbers?.first {
        return .number(number)
      }
      throw FileDefect("\(node.description) joins two layers, which no chain does")
    }
    return try condition.applying(.chosen(condition.curve, try curve(a), try curve(b)), node)
  }
}
