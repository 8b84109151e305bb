// Layers that were found in a file of another program, and the model that they make. What the file does not tell has names like x1 and 0, 1, 2.
import MatDeriv

/// A layer of weights with what follows it.
struct ImportedLayer {
  /// Outputs x inputs.
  var weight: Matrix<Double>
  var bias: [Double]
  var norm: (gain: [Double], shift: [Double])?
  var activation = Activation.identity

  init(weight: Matrix<Double>, bias: [Double]? = nil) {
    self.weight = weight
    self.bias = bias ?? Array(repeating: 0, count: weight.rows)
  }

  /// Multiplies the sums, normalized ones where they are, and adds to them.
  mutating func scale(by factor: [Double], adding shift: [Double]) {
    let scaled = { (values: [Double]) in zip(zip(values, factor), shift).map { $0.0 * $0.1 + $1 } }
    if let norm {
      self.norm = (zip(norm.gain, factor).map { $0 * $1 }, scaled(norm.shift))
    } else {
      weight = Matrix(rows: weight.rows, columns: weight.columns) { weight[$0, $1] * factor[$0] }
      bias = scaled(bias)
    }
  }
}

/// A network of another program.
struct ImportedNetwork {
  var columns: [Encoder.Column]
  var layers: [ImportedLayer]
  var target: Target
  var loss: Loss
  var precision: Precision

  /// Columns x1, x2, ... as they are.
  static func plainColumns(_ count: Int) -> [Encoder.Column] {
    (1...count).map { .number(name: "x\($0)", centre: 0, factor: 1, fill: 0) }
  }

  /// What sums without anything behind them are taken for: several are logits of classes 0, 1, ..., one is a number.
  static func plainTarget(outputs: Int, column: String? = nil, classes: [String]? = nil) -> (Target, Loss) {
    outputs == 1
      ? (.number(column: column ?? "y", centre: 0, factor: 1), .meanSquaredError)
      : (.classes(column: column ?? "label", names: classes ?? (0..<outputs).map(String.init)), .crossEntropy)
  }

  /// The model: columns of numbers before those of texts, whichever order the weights had.
  ///
  /// **Throws**: where parts do not fit together, or a weight is not finite.
  func model() throws(FileDefect) -> Model {
    let starts = columns.reduce(into: [0]) { $0.append($0.last! + $1.width) }
    let order = columns.indices.filter { columns[$0].isNumber } + columns.indices.filter { !columns[$0].isNumber }
    let inputs = order.flatMap { starts[$0]..<starts[$0 + 1] }
    var layers = layers
    let first = layers[0].weight
    guard first.columns == starts.last! else {
      throw FileDefect("its first layer has \(first.columns) inputs for \(starts.last!) columns")
    }
    layers[0].weight = Matrix(rows: first.rows, columns: first.columns) { first[$0, inputs[$1]] }
    for layer in layers {
      let values = layer.weight.columnMajor + layer.bias + (layer.norm.map { $0.gain + $0.shift } ?? [])
      guard values.allSatisfy(\.isFinite) else { throw FileDefect("its weights are not all finite") }
    }
    let hidden = layers.dropLast().map {
      Layer($0.weight.rows, $0.activation, normalization: $0.norm == nil ? .none : .layer)
    }
    let last = layers[layers.count - 1]
    guard last.norm == nil else { throw FileDefect("its last layer is normalized") }
    let network = Network(
      inputs: inputs.count, hidden: Array(hidden), outputs: last.weight.rows,
      outputActivation: loss.link == nil ? last.activation : .identity, loss: loss)
    let encoder = Encoder(order.map { columns[$0] })
    try network.requireReadable(encoder, target)
    let parameters = network.parameters.map { parameter in
      let layer = layers[parameter.layer - 1]
      let value =
        switch parameter.role {
        case .weight: layer.weight
        case .bias: Matrix(column: layer.bias)
        case .gain: Matrix(column: layer.norm!.gain)
        case .shift: Matrix(column: layer.norm!.shift)
        }
      return (name: parameter.name, value: value)
    }
    return Model(
      network: network, encoder: encoder, target: target, members: [Parameters(parameters)], precision: precision)
  }
}

extension Model {
  /// A network of another program: an ONNX graph that is a chain of layers, or a safetensors file of weights that follow each other, such as the
  /// state of PyTorch's `nn.Sequential`; also a model of this one.
  ///
  /// Of weights alone the hidden layers have `activation`, which such a file does not tell.
  /// **Throws**: `system` if the file cannot be read, `file` with the node or tensor that is none of a multilayer perceptron.
  public static func imported(from path: String, activation: Activation = .relu) throws(MLPError) -> Model {
    let bytes = try AtomicFile.read(path)
    do throws(FileDefect) {
      if path.hasSuffix(".onnx") || ONNX.isLikely(bytes) {
        return try imported(onnx: bytes) { (name) throws(FileDefect) in try readBeside(path, name) }
      }
      let file = try Safetensors(parsing: bytes)
      if let format = file.metadata.first(where: { $0.key == "format" })?.value,
        format.hasPrefix(Model.formatName + "/")
      {
        return try Model(file)
      }
      return try imported(safetensors: file, activation: activation)
    } catch { throw error.of(path) }
  }

  /// A file in the folder of another one.
  private static func readBeside(_ path: String, _ name: String) throws(FileDefect) -> [UInt8] {
    guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
      throw FileDefect("its weights lie in \"\(name)\", which is outside its folder")
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    do throws(MLPError) { return try AtomicFile.read(folder + name) } catch {
      throw FileDefect("its weights lie in another file: \(error)")
    }
  }
}
