// The operators of ONNX that a multilayer perceptron can be written with, and what each makes of what its inputs mean.
import MatDeriv
import RealModule

extension ONNX {
  static func exponential(_ z: Double) -> Double { .exp(z) }

  /// Functions of one number, by the operator and its attributes.
  static func function(_ node: Node) -> ((Double) -> Double)? {
    let alpha = node.float("alpha")
    switch node.type {
    case "Relu": return { max($0, 0) }
    case "Sigmoid": return Activation.sigmoid.value
    case "Tanh": return Activation.tanh.value
    case "Softplus": return Activation.softplus.value
    case "Mish": return Activation.mish.value
    case "Gelu":
      guard node.text("approximate") == "tanh" else { return Activation.gelu.value }
      return { z in z / 2 * (1 + Double.tanh((2 / Double.pi).squareRoot() * (z + 0.044715 * z * z * z))) }
    case "Swish": return { z in z / (1 + Double.exp(-(alpha ?? 1) * z)) }
    case "Elu": return { z in z > 0 ? z : (alpha ?? 1) * Double.expMinusOne(z) }
    case "Selu":
      let gamma = node.float("gamma") ?? 1.05070102214813232421875
      return { z in gamma * (z > 0 ? z : (alpha ?? 1.67326319217681884765625) * Double.expMinusOne(z)) }
    case "LeakyRelu": return { z in z > 0 ? z : (alpha ?? 0.01) * z }
    case "Erf": return { Double.erf($0) }
    case "Exp": return { Double.exp($0) }
    case "Log": return { Double.log($0) }
    case "Abs": return { abs($0) }
    case "Sqrt": return { $0.squareRoot() }
    case "Reciprocal": return { 1 / $0 }
    default: return nil
    }
  }
}

extension GraphReading {
  /// What a node makes of its inputs; nil of an input that is left out.
  mutating func meaning(of node: ONNX.Node, _ inputs: [ONNX.Meaning?]) throws(FileDefect) -> ONNX.Meaning {
    let unsuitable = FileDefect("\(node.description) is none of a chain of layers")
    func input(_ i: Int) throws(FileDefect) -> ONNX.Meaning {
      guard i < inputs.count, let input = inputs[i] else { throw FileDefect("\(node.description) lacks an input") }
      return input
    }
    func constant(_ i: Int) throws(FileDefect) -> ONNX.Tensor {
      guard case .constant(let tensor) = try input(i) else { throw unsuitable }
      return tensor
    }
    guard ["", "ai.onnx.ml", "com.microsoft"].contains(node.domain) else { throw unsuitable }
    switch node.type {
    case "Constant": return .constant(try self.constant(of: node))
    case "Identity", "Dropout", "Cast", "CastLike": return try input(0)
    case "Flatten", "Reshape", "Squeeze", "Unsqueeze":
      return try reshaped(try input(0), node, shape: inputs.count > 1 ? try constant(1) : nil)
    case "Transpose": return .constant(try transposed(try constant(0), node))
    case "IsNaN":
      guard case .features(let features) = try input(0) else { throw unsuitable }
      return .missing(features)
    case "Where":
      if case .neurons(let condition) = try input(0) {
        return .neurons(try chosen(node, condition, try input(1), try input(2)))
      }
      if case .total = try input(0) { return try input(1) }
      guard case .missing = try input(0), case .features(let features) = try input(2),
        let fill = try constant(1).row(features.count)
      else { throw unsuitable }
      return .features(try filled(features, fill, node))
    case "Imputer":
      guard case .features(let features) = try input(0),
        let values = node.floats("imputed_value_floats") ?? node.floats("imputed_value_int64s"),
        node.float("replaced_value_float")?.isNaN ?? true,
        let fill = ONNX.Tensor(dimensions: [values.count], values: .doubles(values)).row(features.count)
      else { throw unsuitable }
      return .features(try filled(features, fill, node))
    case "Scaler":
      guard case .features(var features) = try input(0) else { throw unsuitable }
      // (x - offset)*scale
      for (type, values) in [("Sub", node.floats("offset")), ("Mul", node.floats("scale"))] {
        guard let values,
          let row = ONNX.Tensor(dimensions: [values.count], values: .doubles(values)).row(features.count)
        else {
          throw unsuitable
        }
        features = try shifted(features, type, row, node)
      }
      return .features(features)
    case "OneHotEncoder":
      guard case .features(let features) = try input(0), features.count == 1, case .text(let name) = features[0],
        let values = node.texts("cats_strings"), !values.isEmpty
      else { throw unsuitable }
      return .features([.category(name: name, values: values)])
    case "Concat": return try concatenated(node, inputs)
    case "Add", "Sub", "Mul", "Div", "Sum", "Min", "Max", "Pow", "Greater", "Less", "GreaterOrEqual", "LessOrEqual":
      guard inputs.count == 2 else { throw unsuitable }
      return try arithmetic(node, try input(0), try input(1))
    case "Neg":
      return try arithmetic(node, try input(0), .constant(ONNX.Tensor(dimensions: [], values: .doubles([-1]))))
    case "MatMul": return try product(node, try input(0), try matrix(try constant(1), node), bias: nil)
    case "Gemm":
      var weight = try matrix(try constant(1), node)
      if node.integer("transB") ?? 0 != 0 {
        weight = Matrix(rows: weight.columns, columns: weight.rows) { weight[$1, $0] }
      }
      let (alpha, beta) = (node.float("alpha") ?? 1, node.float("beta") ?? 1)
      if alpha != 1 { weight = Matrix(rows: weight.rows, columns: weight.columns) { alpha * weight[$0, $1] } }
      guard node.integer("transA") ?? 0 == 0 else { throw unsuitable }
      let bias = inputs.count > 2 && inputs[2] != nil ? try constant(2) : nil
      guard let row = bias.map({ $0.row(weight.columns) }) ?? .some([]) else { throw unsuitable }
      return try product(node, try input(0), weight, bias: bias == nil ? nil : row.map { beta * $0 })
    case "LayerNormalization", "BatchNormalization":
      guard case .neurons(let neurons) = try input(0) else { throw unsuitable }
      var vectors: [[Double]] = []
      for i in 1..<max(1, inputs.count) {
        guard let row = try constant(i).row(neurons.width) else { throw unsuitable }
        vectors.append(row)
      }
      return .neurons(try normalized(neurons, vectors, node))
    case "Softmax", "LogSoftmax":
      guard case .neurons(var neurons) = try input(0), neurons.link == .plain, neurons.curve.line != nil,
        [1, -1].contains(node.integer("axis") ?? -1)
      else { throw unsuitable }
      neurons.link = .softmax
      neurons.node = node.description
      return .neurons(neurons)
    case "ReduceSum":
      let axes: [Double]? = if let axes = node.floats("axes") { axes } else { try constant(1).numbers }
      guard case .neurons(let neurons) = try input(0), axes == [1] || axes == [-1], node.integer("keepdims") ?? 1 == 1
      else {
        throw unsuitable
      }
      return .total(neurons)
    case "ArgMax":
      guard case .neurons(let neurons) = try input(0) else { throw unsuitable }
      return .label(neurons)
    case "ZipMap":
      guard case .neurons = try input(0) else { throw unsuitable }
      names = node.texts("classlabels_strings") ?? node.integers("classlabels_int64s")?.map(String.init)
      return try input(0)
    case "ArrayFeatureExtractor", "Gather":
      guard case .label(var neurons) = try input(1) else { throw unsuitable }
      neurons.names = try constant(0).names
      return .label(neurons)
    case "LabelEncoder":
      guard case .label(var neurons) = try input(0) else { throw unsuitable }
      neurons.names = try encoded(node)
      return .label(neurons)
    default:
      guard let function = ONNX.function(node), case .neurons(let neurons) = try input(0), neurons.link == .plain else {
        throw unsuitable
      }
      return .neurons(try neurons.applying(neurons.curve.then(function), node))
    }
  }

  // MARK: Constants

  private func constant(of node: ONNX.Node) throws(FileDefect) -> ONNX.Tensor {
    switch node.attributes.first?.value {
    case .tensor(let tensor)?: return tensor
    case .float(let value)?: return ONNX.Tensor(dimensions: [], values: .floats([value]))
    case .floats(let values)?: return ONNX.Tensor(dimensions: [values.count], values: .floats(values))
    case .integer(let value)?: return ONNX.Tensor(dimensions: [], values: .integers([value]))
    case .integers(let values)?: return ONNX.Tensor(dimensions: [values.count], values: .integers(values))
    case .text(let value)?: return ONNX.Tensor(dimensions: [], values: .texts([value]))
    case .texts(let values)?: return ONNX.Tensor(dimensions: [values.count], values: .texts(values))
    case nil: throw FileDefect("\(node.description) has no value")
    }
  }

  private mutating func matrix(_ tensor: ONNX.Tensor, _ node: ONNX.Node) throws(FileDefect) -> Matrix<Double> {
    guard tensor.dimensions.count == 2, let numbers = tensor.numbers, !numbers.isEmpty else {
      throw FileDefect("\(node.description) has no matrix of weights")
    }
    if case .doubles = tensor.values { precision = .double }
    return Matrix(rows: tensor.dimensions[0], columns: tensor.dimensions[1], rowMajor: numbers)
  }

  private func transposed(_ tensor: ONNX.Tensor, _ node: ONNX.Node) throws(FileDefect) -> ONNX.Tensor {
    guard tensor.dimensions.count == 2, node.integers("perm") ?? [1, 0] == [1, 0] else {
      throw FileDefect("\(node.description) turns no matrix")
    }
    let (rows, columns) = (tensor.dimensions[0], tensor.dimensions[1])
    func turned<T>(_ x: [T]) -> [T] { (0..<x.count).map { x[$0 % rows * columns + $0 / rows] } }
    let values: ONNX.Tensor.Values =
      switch tensor.values {
      case .floats(let x): .floats(turned(x))
      case .doubles(let x): .doubles(turned(x))
      case .integers(let x): .integers(turned(x))
      case .texts(let x): .texts(turned(x))
      }
    return ONNX.Tensor(name: tensor.name, dimensions: [columns, rows], values: values)
  }

  /// The names of classes 0, 1, ...
  private func encoded(_ node: ONNX.Node) throws(FileDefect) -> [String] {
    let names = node.texts("values_strings") ?? node.integers("values_int64s")?.map(String.init)
    guard let keys = node.integers("keys_int64s"), let names, names.count == keys.count,
      keys.sorted() == Array(0..<keys.count)
    else { throw FileDefect("\(node.description) gives no names to classes 0, 1, ...") }
    return zip(keys, names).sorted { $0.0 < $1.0 }.map(\.1)
  }

  // MARK: Shapes

  private func reshaped(
    _ value: ONNX.Meaning, _ node: ONNX.Node, shape: ONNX.Tensor?
  ) throws(FileDefect) -> ONNX.Meaning {
    let failure = FileDefect("\(node.description) changes more than the shape of a row")
    /// Whether a row of `width` entries stays one.
    func keeps(_ width: Int) -> Bool {
      switch node.type {
      case "Flatten": return node.integer("axis") ?? 1 == 1
      case "Reshape":
        guard let shape = shape?.numbers, shape.count == 2 else { return false }
        return shape[1] == Double(width) || (shape[1] == -1 && shape[0] != Double(width))
      default: return width == 1
      }
    }
    switch value {
    case .label, .failed: return value
    case .constant(var tensor):
      guard node.type == "Reshape", let numbers = shape?.numbers,
        numbers.allSatisfy({ $0 >= 1 && $0 <= Double(Int32.max) }),
        numbers.reduce(1, *) == Double(tensor.count)
      else { throw failure }
      tensor.dimensions = numbers.map { Int($0) }
      return .constant(tensor)
    case .features(let features):
      guard keeps(features.reduce(0) { $0 + $1.width }) else { throw failure }
      return value
    case .neurons(let neurons):
      guard keeps(neurons.width) else { throw failure }
      return value
    case .missing, .total: throw failure
    }
  }
}
