// The wire format of protocol buffers, as much of it as ONNX needs: numbers of varying length, floats, and bytes with their length before them.
// Messages, texts and packed arrays are all such bytes.

/// A message that is being written, field by field.
///
/// **Source**: protobuf.dev, Encoding.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// The number of a field and how its value is written.
  private mutating func append(tag field: Int, wire: UInt64) { append(varint: UInt64(field) << 3 | wire) }

  mutating func add(_ field: Int, _ value: Int) {
    append(tag: field, wire: 0)
    append(varint: UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: Float) {
    append(tag: field, wire: 5)
    bytes.appendLittleEndian(value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: [UInt8]) {
    append(tag: field, wire: 2)
    append(varint: UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  mutating func add(_ field: Int, _ value: String) { add(field, Array(value.utf8)) }
  mutating func add(_ field: Int, _ message: ProtocolBuffer) { add(field, message.bytes) }

  /// An array of integers in one field.
  mutating func add(packed field: Int, _ values: [Int]) {
    var array = ProtocolBuffer()
    for value in values { array.append(varint: UInt64(bitPattern: Int64(value))) }
    add(field, array)
  }

  /// An array of floats in one field.
  mutating func add(packed field: Int, _ values: [Float]) {
    var array: [UInt8] = []
    array.appendLittleEndian(values)
    add(field, array)
  }
}

/// A field of a message that is read.
struct ProtocolField {
  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  let number: Int
  let value: Value

  /// The fields of a message in their order.
  ///
  /// **Throws**: where the bytes are no fields.
  static func all(of message: ArraySlice<UInt8>) throws(FileDefect) -> [ProtocolField] {
    var fields: [ProtocolField] = []
    var rest = message
    while !rest.isEmpty {
      let place = rest.startIndex
      let tag = try varint(&rest)
      guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw FileDefect("no field begins at byte \(place)") }
      let value: Value
      switch tag & 7 {
      case 0: value = .varint(try varint(&rest))
      case 1: value = .fixed64(try take(8, &rest).littleEndian(UInt64.self)[0])
      case 2:
        let length = try varint(&rest)
        guard length <= UInt64(rest.count) else {
          throw FileDefect("the field at byte \(place) has \(length) bytes, and \(rest.count) are there")
        }
        value = .bytes(try take(Int(length), &rest))
      case 5: value = .fixed32(try take(4, &rest).littleEndian(UInt32.self)[0])
      default: throw FileDefect("the field at byte \(place) is of the unknown kind \(tag & 7)")
      }
      fields.append(ProtocolField(number: Int(tag >> 3), value: value))
    }
    return fields
  }

  private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(FileDefect) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw FileDefect("it ends at byte \(rest.endIndex) inside a field") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws(FileDefect) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw FileDefect("it ends at byte \(rest.endIndex) inside a number") }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw FileDefect("a number before byte \(rest.startIndex) has more than 64 bits")
  }

  private func unexpected() -> FileDefect { FileDefect("field \(number) is of another kind than it should be") }

  /// **Throws**: where the field is of another kind.
  var bytes: ArraySlice<UInt8> {
    get throws(FileDefect) {
      guard case .bytes(let bytes) = value else { throw unexpected() }
      return bytes
    }
  }

  var text: String {
    get throws(FileDefect) {
      guard let text = String(validating: try bytes, as: UTF8.self) else {
        throw FileDefect("a text is not valid UTF-8")
      }
      return text
    }
  }

  var integer: Int {
    get throws(FileDefect) {
      guard case .varint(let bits) = value else { throw unexpected() }
      return Int(Int64(bitPattern: bits))
    }
  }

  var float: Float {
    get throws(FileDefect) {
      guard case .fixed32(let bits) = value else { throw unexpected() }
      return Float(bitPattern: bits)
    }
  }

  /// One integer, or a packed array.
  var integers: [Int] {
    get throws(FileDefect) {
      guard case .bytes(var rest) = value else { return [try integer] }
      var values: [Int] = []
      while !rest.isEmpty { values.append(Int(Int64(bitPattern: try ProtocolField.varint(&rest)))) }
      return values
    }
  }

  /// One float, or a packed array.
  var floats: [Float] {
    get throws(FileDefect) {
      guard case .bytes(let packed) = value else { return [try float] }
      return packed.littleEndian(UInt32.self).map(Float.init(bitPattern:))
    }
  }

  /// One double, or a packed array.
  var doubles: [Double] {
    get throws(FileDefect) {
      switch value {
      case .fixed64(let bits): return [Double(bitPattern: bits)]
      case .bytes(let packed): return packed.littleEndian(UInt64.self).map(Double.init(bitPattern:))
      default: throw unexpected()
      }
    }
  }
}
