// The bytes of an ONNX file as values: all that a network can be in; tensors may lie in files beside it, as PyTorch writes them.

extension ONNX.Model {
  /// Reads a file's content. `external` gives the content of a file beside it.
  ///
  /// **Throws**: what is wrong with the bytes.
  init(parsing bytes: [UInt8], external: (String) throws(FileDefect) -> [UInt8]) throws(FileDefect) {
    guard !bytes.isEmpty else { throw FileDefect("it is empty") }
    var hasGraph = false
    let fields: [ProtocolField]
    do throws(FileDefect) { fields = try ProtocolField.all(of: bytes[...]) } catch {
      throw FileDefect("it is no ONNX model, or damaged: \(error.reason)")
    }
    for field in fields {
      switch field.number {
      case 2: producer = try field.text
      case 3: producerVersion = try field.text
      case 6: documentation = try field.text
      case 7:
        hasGraph = true
        try readGraph(try field.bytes, external)
      case 14:
        let entry = try ProtocolField.all(of: try field.bytes)
        metadata.append((try entry.last { $0.number == 1 }.text, try entry.last { $0.number == 2 }.text))
      default: break
      }
    }
    guard hasGraph else { throw FileDefect("it is no ONNX model: it has no graph") }
  }

  private mutating func readGraph(
    _ message: ArraySlice<UInt8>, _ external: (String) throws(FileDefect) -> [UInt8]
  ) throws(FileDefect) {
    for field in try ProtocolField.all(of: message) {
      switch field.number {
      case 1: nodes.append(try ONNX.Node(try field.bytes, external))
      case 5: initializers.append(try ONNX.Tensor(try field.bytes, external))
      case 11: inputs.append(try ONNX.Port(try field.bytes))
      case 12: outputs.append(try ONNX.Port(try field.bytes))
      case 15: throw FileDefect("its graph has sparse weights, which are not read")
      default: break
      }
    }
  }
}

extension ProtocolField? {
  /// The text of a field; empty where it is not there.
  fileprivate var text: String { get throws(FileDefect) { try self?.text ?? "" } }
}

extension ONNX.Node {
  fileprivate init(_ message: ArraySlice<UInt8>, _ external: (String) throws(FileDefect) -> [UInt8]) throws(FileDefect)
  {
    self.init(type: "", inputs: [], outputs: [])
    for field in try ProtocolField.all(of: message) {
      switch field.number {
      case 1: inputs.append(try field.text)
      case 2: outputs.append(try field.text)
      case 3: name = try field.text
      case 4: type = try field.text
      case 5: if let attribute = try ONNX.Attribute(try field.bytes, external) { attributes.append(attribute) }
      case 7: domain = try field.text
      default: break
      }
    }
    if domain == "ai.onnx" { domain = "" }
  }
}

extension ONNX.Attribute {
  /// Nil for attributes that no operator of a network has, such as graphs.
  fileprivate init?(
    _ message: ArraySlice<UInt8>, _ external: (String) throws(FileDefect) -> [UInt8]
  ) throws(FileDefect) {
    var name = ""
    var type: Int?
    var float: Float = 0
    var integer = 0
    var text = ""
    var tensor: ONNX.Tensor?
    var floats: [Float] = []
    var integers: [Int] = []
    var texts: [String] = []
    for field in try ProtocolField.all(of: message) {
      switch field.number {
      case 1: name = try field.text
      case 2: float = try field.float
      case 3: integer = try field.integer
      case 4: text = try field.text
      case 5: tensor = try ONNX.Tensor(try field.bytes, external)
      case 7: floats += try field.floats
      case 8: integers += try field.integers
      case 9: texts.append(try field.text)
      case 20: type = try field.integer
      default: break
      }
    }
    self.name = name
    switch type {
    case 1: value = .float(float)
    case 2: value = .integer(integer)
    case 3: value = .text(text)
    case 4:
      guard let tensor else { throw FileDefect("its attribute \"\(name)\" has no tensor") }
      value = .tensor(tensor)
    case 6: value = .floats(floats)
    case 7: value = .integers(integers)
    case 8: value = .texts(texts)
    default: return nil
    }
  }
}

extension ONNX.Tensor {
  fileprivate init(_ message: ArraySlice<UInt8>, _ external: (String) throws(FileDefect) -> [UInt8]) throws(FileDefect)
  {
    self.init(dimensions: [], values: .floats([]))
    var type = 0
    var floats: [Float] = []
    var doubles: [Double] = []
    var integers: [Int] = []
    var texts: [String] = []
    var raw: ArraySlice<UInt8>?
    var place: [String: String] = [:]
    for field in try ProtocolField.all(of: message) {
      switch field.number {
      case 1: dimensions += try field.integers
      case 2: type = try field.integer
      case 4: floats += try field.floats
      case 5, 7: integers += try field.integers
      case 6: texts.append(try field.text)
      case 8: name = try field.text
      case 9: raw = try field.bytes
      case 10: doubles += try field.doubles
      case 13:
        let entry = try ProtocolField.all(of: try field.bytes)
        place[try entry.last { $0.number == 1 }.text] = try entry.last { $0.number == 2 }.text
      default: break
      }
    }
    if let location = place["location"] { raw = try ONNX.Tensor.slice(try external(location), place, location) }
    guard let elements = ONNX.ElementType(rawValue: type) else {
      throw FileDefect("its tensor \"\(name)\" is of element type \(type), which is not read")
    }
    switch elements {
    case .float: values = .floats(raw.map { $0.littleEndian(UInt32.self).map(Float.init(bitPattern:)) } ?? floats)
    case .double: values = .doubles(raw.map { $0.littleEndian(UInt64.self).map(Double.init(bitPattern:)) } ?? doubles)
    case .float16:
      let bits = raw?.littleEndian(UInt16.self) ?? integers.map { UInt16(truncatingIfNeeded: $0) }
      values = .floats(bits.map(Float.init(half:)))
    case .bfloat16:
      let bits = raw?.littleEndian(UInt16.self) ?? integers.map { UInt16(truncatingIfNeeded: $0) }
      values = .floats(bits.map { Float(bitPattern: UInt32($0) << 16) })
    case .int64: values = .integers(raw.map { $0.littleEndian(Int64.self).map { Int($0) } } ?? integers)
    case .int32: values = .integers(raw.map { $0.littleEndian(Int32.self).map { Int($0) } } ?? integers)
    case .int8: values = .integers(raw.map { $0.map { Int(Int8(bitPattern: $0)) } } ?? integers)
    case .uint8, .bool: values = .integers(raw.map { $0.map { Int($0) } } ?? integers)
    case .string: values = .texts(texts)
    }
    var count = 1
    for extent in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw FileDefect("its tensor \"\(name)\" has the dimensions \(dimensions)") }
      count = product
    }
    guard count == self.count else {
      throw FileDefect("its tensor \"\(name)\" of dimensions \(dimensions) has \(self.count) entries")
    }
  }

  /// The part of a file beside the model that a tensor is.
  private static func slice(
    _ file: [UInt8], _ place: [String: String], _ location: String
  ) throws(FileDefect) -> ArraySlice<UInt8> {
    let offset = place["offset"].flatMap { Int($0) } ?? 0
    guard (0...file.count).contains(offset) else {
      throw FileDefect("its weights begin behind the end of \"\(location)\"")
    }
    let length = place["length"].flatMap { Int($0) } ?? file.count - offset
    guard (0...file.count - offset).contains(length) else {
      throw FileDefect("its weights end at byte \(offset) + \(length) of \"\(location)\", which has \(file.count)")
    }
    return file[offset..<(offset + length)]
  }

  var count: Int {
    switch values {
    case .floats(let values): values.count
    case .doubles(let values): values.count
    case .integers(let values): values.count
    case .texts(let values): values.count
    }
  }
}

extension ONNX.Port {
  fileprivate init(_ message: ArraySlice<UInt8>) throws(FileDefect) {
    self.init(name: "", type: 0, shape: [])
    for field in try ProtocolField.all(of: message) {
      switch field.number {
      case 1: name = try field.text
      case 2:
        // Anything but a tensor has type 0.
        for kind in try ProtocolField.all(of: try field.bytes) where kind.number == 1 { try readTensor(try kind.bytes) }
      default: break
      }
    }
  }

  private mutating func readTensor(_ message: ArraySlice<UInt8>) throws(FileDefect) {
    for field in try ProtocolField.all(of: message) {
      switch field.number {
      case 1: type = try field.integer
      case 2:
        for dimension in try ProtocolField.all(of: try field.bytes) where dimension.number == 1 {
          let extent = try ProtocolField.all(of: try dimension.bytes).last { $0.number == 1 }
          shape.append(try extent?.integer)
        }
      default: break
      }
    }
  }
}
