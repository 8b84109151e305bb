// An ONNX model as values, and its bytes. Numbers of fields are those of onnx.proto3; what no network needs is left out.

/// The messages of an ONNX file.
///
/// **Source**: onnx/onnx, onnx/onnx.proto3.
enum ONNX {
  /// Types of entries.
  enum ElementType: Int {
    case float = 1
    case uint8 = 2
    case int8 = 3
    case int32 = 6
    case int64 = 7
    case string = 8
    case bool = 9
    case float16 = 10
    case double = 11
    case bfloat16 = 16
  }

  struct Tensor: Equatable {
    enum Values: Equatable {
      case floats([Float])
      case doubles([Double])
      case integers([Int])
      case texts([String])
    }

    var name = ""
    /// No dimension for a number.
    var dimensions: [Int]
    /// By rows.
    var values: Values
  }

  struct Attribute: Equatable {
    enum Value: Equatable {
      case float(Float)
      case integer(Int)
      case text(String)
      case tensor(Tensor)
      case floats([Float])
      case integers([Int])
      case texts([String])
    }

    var name: String
    var value: Value
  }

  struct Node: Equatable {
    var type: String
    /// Empty for the operators of ONNX itself.
    var domain = ""
    var name = ""
    var inputs: [String]
    var outputs: [String]
    var attributes: [Attribute] = []
  }

  /// An input or output of the graph; a dimension that varies is nil.
  struct Port: Equatable {
    var name: String
    var type: Int
    var shape: [Int?]
  }

  /// The graph with what is told about it.
  struct Model {
    var producer = ""
    var producerVersion = ""
    var documentation = ""
    var nodes: [Node] = []
    var initializers: [Tensor] = []
    var inputs: [Port] = []
    var outputs: [Port] = []
    var metadata: [(key: String, value: String)] = []
  }
}

// MARK: Writing

extension ONNX.Model {
  /// IR version 8 with opset 17 and ai.onnx.ml 3, the widest that has all operators needed.
  func bytes(graph name: String) -> [UInt8] {
    var graph = ProtocolBuffer()
    for node in nodes { graph.add(1, node.message) }
    graph.add(2, name)
    for tensor in initializers { graph.add(5, tensor.message) }
    for port in inputs { graph.add(11, port.message) }
    for port in outputs { graph.add(12, port.message) }
    var model = ProtocolBuffer()
    model.add(1, 8)
    model.add(2, producer)
    model.add(3, producerVersion)
    model.add(6, documentation)
    model.add(7, graph)
    for (domain, version) in [("", 17), ("ai.onnx.ml", 3)] {
      var opset = ProtocolBuffer()
      opset.add(1, domain)
      opset.add(2, version)
      model.add(8, opset)
    }
    for (key, value) in metadata {
      var entry = ProtocolBuffer()
      entry.add(1, key)
      entry.add(2, value)
      model.add(14, entry)
    }
    return model.bytes
  }
}

extension ONNX.Node {
  fileprivate var message: ProtocolBuffer {
    var node = ProtocolBuffer()
    for input in inputs { node.add(1, input) }
    for output in outputs { node.add(2, output) }
    node.add(3, name)
    node.add(4, type)
    for attribute in attributes { node.add(5, attribute.message) }
    if !domain.isEmpty { node.add(7, domain) }
    return node
  }
}

extension ONNX.Attribute {
  fileprivate var message: ProtocolBuffer {
    var attribute = ProtocolBuffer()
    attribute.add(1, name)
    let type: Int
    switch value {
    case .float(let value):
      type = 1
      attribute.add(2, value)
    case .integer(let value):
      type = 2
      attribute.add(3, value)
    case .text(let value):
      type = 3
      attribute.add(4, value)
    case .tensor(let value):
      type = 4
      attribute.add(5, value.message)
    case .floats(let values):
      type = 6
      attribute.add(packed: 7, values)
    case .integers(let values):
      type = 7
      attribute.add(packed: 8, values)
    case .texts(let values):
      type = 8
      for value in values { attribute.add(9, value) }
    }
    attribute.add(20, type)
    return attribute
  }
}

extension ONNX.Tensor {
  fileprivate var message: ProtocolBuffer {
    var tensor = ProtocolBuffer()
    tensor.add(packed: 1, dimensions)
    var raw: [UInt8] = []
    let type: ONNX.ElementType
    switch values {
    case .floats(let values):
      type = .float
      raw.appendLittleEndian(values)
    case .doubles(let values):
      type = .double
      raw.appendLittleEndian(values)
    case .integers(let values):
      type = .int64
      for value in values { raw.appendLittleEndian(Int64(value)) }
    case .texts(let values):
      type = .string
      for value in values { tensor.add(6, value) }
    }
    tensor.add(2, type.rawValue)
    tensor.add(8, name)
    if type != .string { tensor.add(9, raw) }
    return tensor
  }
}

extension ONNX.Port {
  /// A dimension that varies is called N.
  fileprivate var message: ProtocolBuffer {
    var shape = ProtocolBuffer()
    for extent in self.shape {
      var dimension = ProtocolBuffer()
      if let extent { dimension.add(1, extent) } else { dimension.add(2, "N") }
      shape.add(1, dimension)
    }
    var tensor = ProtocolBuffer()
    tensor.add(1, type)
    tensor.add(2, shape)
    var value = ProtocolBuffer()
    value.add(1, tensor)
    var port = ProtocolBuffer()
    port.add(1, name)
    port.add(2, value)
    return port
  }
}
