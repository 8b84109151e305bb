// Arrays with names in the format of Hugging Face: the length of a header, the header as JSON, the bytes of all arrays. Models, checkpoints
// and the weights of other programs are such files. The reader is in a file of its own.
import JSONText

/// What is wrong with the content of a file, as a sentence; whoever knows the file's name adds it.
struct FileDefect: Error, Equatable {
  let reason: String
  init(_ reason: String) { self.reason = reason }

  func of(_ name: String) -> MLPError { .file(name, reason) }
}

/// The content of a safetensors file.
///
/// **Source**: huggingface/safetensors, README, section Format.
struct Safetensors: Equatable {
  /// The entries of an array.
  enum Values: Equatable, Sendable {
    case single([Float])
    case double([Double])
    /// Those of another type, which no network has.
    case unread(type: String)

    var count: Int {
      switch self {
      case .single(let values): values.count
      case .double(let values): values.count
      case .unread: 0
      }
    }

    /// The entries, widened exactly; nil for another type.
    var doubles: [Double]? {
      switch self {
      case .single(let values): values.map(Double.init)
      case .double(let values): values
      case .unread: nil
      }
    }
  }

  /// An array, its entries by rows.
  struct Tensor: Equatable, Sendable {
    var name: String
    var shape: [Int]
    var values: Values
  }

  var tensors: [Tensor]
  var metadata: [(key: String, value: String)]

  init(_ tensors: [Tensor] = [], metadata: [(key: String, value: String)] = []) {
    self.tensors = tensors
    self.metadata = metadata
  }

  static func == (a: Safetensors, b: Safetensors) -> Bool {
    a.tensors == b.tensors && a.metadata.map(\.key) == b.metadata.map(\.key)
      && a.metadata.map(\.value) == b.metadata.map(\.value)
  }

  /// The longest header that readers take.
  static let headerLimit = 100_000_000

  subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// The file: arrays of doubles first, so that each lies on a multiple of its entries' size, otherwise in their order.
  ///
  /// **Shapes**: traps where a shape does not have as many entries as there are, or two arrays have one name.
  var bytes: [UInt8] {
    precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors have one name")
    var members: [(String, JSON)] = []
    if !metadata.isEmpty {
      members.append(("__metadata__", .object(metadata.map { ($0.key, .string($0.value)) })))
    }
    let ordered = tensors.filter(\.isDouble) + tensors.filter { !$0.isDouble }
    var end = 0
    for tensor in ordered {
      precondition(
        tensor.shape.reduce(1, *) == tensor.values.count,
        "\(tensor.name) of shape \(tensor.shape) has \(tensor.values.count) entries")
      let start = end
      end += tensor.values.count * (tensor.isDouble ? 8 : 4)
      members.append(
        (
          tensor.name,
          .object([
            ("dtype", .string(tensor.isDouble ? "F64" : "F32")), ("shape", .array(tensor.shape.map(JSON.integer))),
            ("data_offsets", .array([.integer(start), .integer(end)])),
          ])
        ))
    }
    var header = JSON.object(members).utf8(indented: false)
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    precondition(header.count <= Safetensors.headerLimit, "a header of \(header.count) bytes is read by nobody")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + end)
    bytes.appendLittleEndian(UInt64(header.count))
    bytes.append(contentsOf: header)
    for tensor in ordered {
      switch tensor.values {
      case .single(let values): bytes.appendLittleEndian(values)
      case .double(let values): bytes.appendLittleEndian(values)
      case .unread(let type): preconditionFailure("\(tensor.name) of type \(type) cannot be written")
      }
    }
    return bytes
  }
}

extension Safetensors.Tensor {
  fileprivate var isDouble: Bool { if case .double = values { true } else { false } }
}

extension [UInt8] {
  mutating func appendLittleEndian<Integer: FixedWidthInteger>(_ value: Integer) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  mutating func appendLittleEndian(_ values: [Float]) {
    values.map(\.bitPattern.littleEndian).withUnsafeBytes { append(contentsOf: $0) }
  }

  mutating func appendLittleEndian(_ values: [Double]) {
    values.map(\.bitPattern.littleEndian).withUnsafeBytes { append(contentsOf: $0) }
  }
}

extension ArraySlice<UInt8> {
  /// All integers of a type; bytes at the end that are no whole one are left out.
  func littleEndian<Integer: FixedWidthInteger>(_: Integer.Type) -> [Integer] {
    let size = MemoryLayout<Integer>.size
    return withUnsafeBytes { bytes in
      (0..<bytes.count / size).map {
        Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Integer.self))
      }
    }
  }
}
