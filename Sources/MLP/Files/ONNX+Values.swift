// What nodes and constants of a graph hold, in the form in which a network needs it.

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
    case .floats(let values)?: values.map { Double($0) }
    case .integers(let values)?: values.map { Double($0) }
    default: nil
    }
  }
}

extension ONNX.Tensor {
  /// The entries as numbers; nil for texts.
  var numbers: [Double]? {
    switch values {
    case .floats(let values): values.map { Double($0) }
    case .doubles(let values): values
    case .integers(let values): values.map { Double($0) }
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
