// An ONNX graph read as a multilayer perceptron: each tensor of the graph means something to a network, or the reason why not; the meaning of
// the outputs is the network.
import JSONText
import MatDeriv

extension ONNX {
  /// Whether bytes begin as ONNX files do, with the version of the format.
  static func isLikely(_ bytes: [UInt8]) -> Bool {
    bytes.count > 8 && bytes[0] == 8 && bytes[1] < 32 && bytes[8] != UInt8(ascii: "{")
      && !bytes[2..<8].allSatisfy { $0 == 0 }
  }

  /// A column on its way into the first layer.
  enum Feature {
    /// (x - centre)*factor + offset.
    case number(name: String, centre: Double, factor: Double, offset: Double, fill: Double?)
    case text(name: String)
    case category(name: String, values: [String])

    var width: Int { if case .category(_, let values) = self { values.count } else { 1 } }
  }

  /// Neurons of one layer, behind all layers before it.
  struct Neurons {
    var features: [Feature]
    var layers: [ImportedLayer]
    /// Which sums these are: a curve of one is none of another.
    var identity: Int
    /// What has been applied to the sums of the last layer.
    var curve = Curve.sum
    /// Whether the sums still lack a bias.
    var takesBias = false
    var link = Link.plain
    /// The names of the classes.
    var names: [String]?
    /// The last node that had a part in the curve.
    var node: String

    enum Link { case plain, softmax, complement, shares }

    var width: Int { layers[layers.count - 1].weight.rows }

    /// The same sums with another function applied, by this node.
    func applying(_ curve: Curve, _ node: Node) throws(FileDefect) -> Neurons {
      guard curve.size <= Curve.sizeLimit else {
        throw FileDefect("\(node.description) ends a function that is no activation")
      }
      var neurons = self
      neurons.curve = curve
      neurons.takesBias = false
      neurons.node = node.description
      return neurons
    }
  }

  /// What a tensor of a graph is to a network.
  enum Meaning {
    case constant(Tensor)
    case features([Feature])
    /// Which cells are missing.
    case missing([Feature])
    case neurons(Neurons)
    /// The sum over neurons.
    case total(Neurons)
    /// The predicted class, by number or name.
    case label(Neurons)
    /// Nothing, for this reason.
    case failed(String)
  }
}

extension Model {
  /// The network that an ONNX graph is. `external` gives the content of a file beside it.
  ///
  /// **Throws**: the first node that is none of a chain of layers.
  static func imported(
    onnx bytes: [UInt8], external: (String) throws(FileDefect) -> [UInt8]
  ) throws(FileDefect) -> Model {
    let graph = try ONNX.Model(parsing: bytes, external: external)
    var chain = GraphReading(graph)
    chain.readInputs()
    for node in graph.nodes { chain.read(node) }
    return try chain.network().model()
  }
}

/// The meanings of a graph's tensors, in the order of its nodes.
struct GraphReading {
  let graph: ONNX.Model
  private var meanings: [String: ONNX.Meaning] = [:]
  private var sums = 0
  var precision = Precision.single
  /// Class names that nodes behind the probabilities tell.
  var names: [String]?

  init(_ graph: ONNX.Model) {
    self.graph = graph
    for tensor in graph.initializers { meanings[tensor.name] = .constant(tensor) }
  }

  /// A number for sums that are new.
  mutating func newSums() -> Int {
    sums += 1
    return sums
  }

  subscript(name: String) -> ONNX.Meaning { meanings[name] ?? .failed("its tensor \"\(name)\" is given by no node") }

  private func metadata(_ key: String) -> String? { graph.metadata.first { $0.key == key }?.value }

  private func metadataTexts(_ key: String) -> [String]? {
    metadata(key).flatMap { try? JSON(parsing: Array($0.utf8)) }?.stringsValue
  }

  // MARK: Inputs

  mutating func readInputs() {
    let ports = graph.inputs.filter { meanings[$0.name] == nil }
    let wide = ports.filter { $0.type != ONNX.ElementType.string.rawValue }
    for port in ports { meanings[port.name] = features(of: port, isOnlyOne: wide.count == 1) }
  }

  private func features(of port: ONNX.Port, isOnlyOne: Bool) -> ONNX.Meaning {
    var width = 1
    for extent in port.shape.dropFirst() {
      guard let extent, extent >= 1, width <= Int(Int32.max) / extent else {
        return .failed("its input \"\(port.name)\" has no fixed number of columns")
      }
      width *= extent
    }
    guard port.shape.count >= 2, width <= 1 << 20 else {
      return .failed("its input \"\(port.name)\" is no table of rows and columns")
    }
    if port.type == ONNX.ElementType.string.rawValue {
      return width == 1
        ? .features([.text(name: port.name)]) : .failed("its input \"\(port.name)\" has \(width) columns of texts")
    }
    let known = isOnlyOne ? metadataTexts("features") : nil
    let names =
      if let known, known.count == width { known } else if isOnlyOne { (1...width).map { "x\($0)" } } else if width == 1
      {
        [port.name]
      } else { (1...width).map { "\(port.name).\($0)" } }
    return .features(names.map { .number(name: $0, centre: 0, factor: 1, offset: 0, fill: nil) })
  }

  // MARK: Nodes

  mutating func read(_ node: ONNX.Node) {
    var meaning: ONNX.Meaning
    let inputs = node.inputs.map { $0.isEmpty ? ONNX.Meaning?.none : self[$0] }
    let failures = inputs.compactMap { input -> String? in if case .failed(let reason)? = input { reason } else { nil }
    }
    if let reason = failures.first {
      meaning = .failed(reason)
    } else {
      do throws(FileDefect) { meaning = try self.meaning(of: node, inputs) } catch { meaning = .failed(error.reason) }
    }
    for (i, output) in node.outputs.enumerated() where !output.isEmpty {
      meanings[output] = i == 0 ? meaning : .failed("\(node.description) has a second output, which no network needs")
    }
  }

  // MARK: The network

  /// What the outputs of the graph tell.
  func network() throws(FileDefect) -> ImportedNetwork {
    var found: ONNX.Neurons?
    var names = self.names
    for port in graph.outputs {
      switch self[port.name] {
      case .failed(let reason): throw FileDefect(reason)
      case .constant, .features, .missing, .total: throw FileDefect("its output \"\(port.name)\" is none of a network")
      case .label(let neurons):
        names = neurons.names ?? names
        found = found ?? neurons
      case .neurons(let neurons):
        names = neurons.names ?? names
        if let other = found, other.identity != neurons.identity {
          throw FileDefect("its output \"\(port.name)\" is of another layer than the outputs before it")
        }
        found = neurons
      }
    }
    guard var neurons = found else { throw FileDefect("its graph has no outputs") }
    let (target, loss) = try answer(&neurons, names: names ?? metadataTexts("classes"))
    // What the columns add goes into the first bias.
    let offsets = neurons.features.flatMap { feature -> [Double] in
      if case .number(_, _, _, let offset, _) = feature { [offset] } else { Array(repeating: 0, count: feature.width) }
    }
    let first = neurons.layers[0].weight
    for i in 0..<first.rows where first.columns == offsets.count {
      neurons.layers[0].bias[i] += offsets.indices.reduce(0) { $0 + first[i, $1] * offsets[$1] }
    }
    var columns: [Encoder.Column] = []
    for feature in neurons.features {
      switch feature {
      case .number(let name, let centre, let factor, _, let fill):
        columns.append(.number(name: name, centre: centre, factor: factor, fill: fill ?? centre))
      case .category(let name, let values): columns.append(.category(name: name, values: values))
      case .text(let name): throw FileDefect("its texts \"\(name)\" become no numbers")
      }
    }
    return ImportedNetwork(columns: columns, layers: neurons.layers, target: target, loss: loss, precision: precision)
  }

  /// How the last layer is read; its curve becomes an activation, or goes into its weights.
  private func answer(_ neurons: inout ONNX.Neurons, names: [String]?) throws(FileDefect) -> (Target, Loss) {
    let last = neurons.layers.count - 1
    let (k, curve) = (neurons.width, neurons.curve)
    let column = metadata("target")
    let count = k == 1 ? 2 : k
    if let names, names.count != count {
      throw FileDefect("it names \(names.count) classes for \(k == 1 ? "one output" : "\(k) outputs")")
    }
    let classes = Target.classes(column: column ?? "label", names: names ?? (0..<count).map(String.init))
    let unknown = FileDefect("\(neurons.node): what it applies to the last layer is none of the known functions")
    if neurons.link == .softmax || (neurons.link == .plain && k > 1 && curve.line != nil) {
      guard let line = curve.line, line.slope != 0, k > 1 else { throw unknown }
      // softmax(s*z + c) = softmax(s*z)
      neurons.layers[last].scale(by: Array(repeating: line.slope, count: k), adding: Array(repeating: 0, count: k))
      return (classes, .crossEntropy)
    }
    let activation = curve.activation
    if activation == .sigmoid {
      neurons.layers[last].activation = .sigmoid
      return (classes, .binaryCrossEntropy)
    }
    if neurons.link == .complement || neurons.link == .shares || k > 1 {
      // Shares are of what is positive.
      let isShare = { (activation: Activation) in
        neurons.link == .shares && curve.isClose(to: { max(activation.value($0), 0) })
      }
      guard let activation = Activation.allCases.first(where: isShare) ?? activation else { throw unknown }
      if activation == .sigmoid {
        neurons.layers[last].activation = activation
        return (classes, .binaryCrossEntropy)
      }
      neurons.layers[last].activation = activation
      return (classes, .squaredError)
    }
    if let line = curve.line, line.slope != 0 {
      return (.number(column: column ?? "y", centre: line.offset, factor: 1 / line.slope), .meanSquaredError)
    }
    if curve.isClose(to: ONNX.exponential) { return (.number(column: column ?? "y", centre: 0, factor: 1), .poisson) }
    guard let scaled = curve.scaledActivation else { throw unknown }
    neurons.layers[last].activation = scaled.activation
    return (.number(column: column ?? "y", centre: scaled.offset, factor: 1 / scaled.slope), .meanSquaredError)
  }
}

extension ONNX.Node {
  /// As messages name it.
  var description: String {
    let type = domain.isEmpty ? type : "\(domain).\(type)"
    return name.isEmpty ? "the node that gives \"\(outputs.first ?? "")\" (\(type))" : "node \"\(name)\" (\(type))"
  }

  func attribute(_ name: String) -> ONNX.Attribute.Value? { attributes.first { $0.name == name }?.value }
  func integer(_ name: String) -> Int? { if case .integer(let value)? = attribute(name) { value } else { nil } }
  func float(_ name: String) -> Double? { if case .float(let value)? = attribute(name) { Double(value) } else { nil } }
  func text(_ name: String) -> String? { if case .text(let value)? = attribute(name) { value } else { nil } }
  func integers(_ name: String) -> [Int]? { if case .integers(let values)? = attribute(name) { values } else { nil } }
  func texts(_ name: String) -> [String]? { if case .texts(let values)? = attribute(name) { values } else { nil } }
  func floats(_ name: String) -> [Double]? {
    switch attribute(name) {
    case .floats(let values)?: values.map(Double.init)
    case .integers(let values)?: values.map(Double.init)
    default: nil
    }
  }
}

extension ONNX.Tensor {
  /// The entries as numbers; nil for texts.
  var numbers: [Double]? {
    switch values {
    case .floats(let values): values.map(Double.init)
    case .doubles(let values): values
    case .integers(let values): values.map(Double.init)
    case .texts: nil
    }
  }

  /// The entries as names.
  var names: [String] {
    switch values {
    case .floats(let values): values.map(\.description)
    case .doubles(let values): values.map(\.description)
    case .integers(let values): values.map(String.init)
    case .texts(let values): values
    }
  }

  /// One number for each of `count` columns; nil if this is no row of them.
  func row(_ count: Int) -> [Double]? {
    guard let numbers else { return nil }
    if numbers.count == 1 { return Array(repeating: numbers[0], count: count) }
    return numbers.count == count && dimensions.last == count ? numbers : nil
  }
}
