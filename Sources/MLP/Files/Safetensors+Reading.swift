// The strict reader of safetensors: whatever does not add up is told. It takes what the format allows, not only what is written here.
import JSONText

extension Safetensors {
  /// Reads a file's content.
  ///
  /// Half precision is widened to single. Arrays come in the order of their bytes.
  /// **Throws**: the defect, with the numbers that do not agree.
  init(parsing bytes: [UInt8]) throws(FileDefect) {
    let (header, start) = try Safetensors.header(bytes)
    var metadata: [(key: String, value: String)] = []
    var places: [Place] = []
    for (name, value) in header {
      if name == "__metadata__" {
        metadata = try Safetensors.metadata(value)
      } else {
        places.append(try Place(name, value))
      }
    }
    places.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var end = 0
    var last = ""
    for place in places {
      if place.begin < end {
        throw FileDefect("its tensors \"\(last)\" and \"\(place.name)\" overlap at byte \(place.begin) of the data")
      }
      if place.begin > end { throw FileDefect("bytes \(end) to \(place.begin) of its data belong to no tensor") }
      (end, last) = (place.end, place.name)
    }
    let data = bytes.count - start
    if data < end { throw FileDefect("it is truncated: its tensors have \(end) bytes, and \(data) are there") }
    if data > end { throw FileDefect("\(data - end) bytes behind its last tensor belong to none") }
    self.init(
      places.map { place in
        Tensor(
          name: place.name, shape: place.shape, values: place.values(bytes[(start + place.begin)..<(start + place.end)])
        )
      }, metadata: metadata)
  }

  /// The members of the header, and where the data begin.
  private static func header(_ bytes: [UInt8]) throws(FileDefect) -> (members: [(String, JSON)], start: Int) {
    guard !bytes.isEmpty else { throw FileDefect("it is empty") }
    if let kind = foreignKind(bytes) { throw FileDefect("it is \(kind), not a safetensors file") }
    guard bytes.count >= 8 else {
      throw FileDefect(
        "it is truncated: it ends after \(bytes.count) of the 8 bytes that tell the length of its header")
    }
    let length = bytes[..<8].littleEndian(UInt64.self)[0]
    guard length <= headerLimit else {
      throw FileDefect(
        "it is no safetensors file: a header of \(length) bytes, where at most \(headerLimit) are allowed")
    }
    guard length > 0 else { throw FileDefect("its header has no bytes") }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw FileDefect("it is truncated: its header has \(length) bytes, and \(bytes.count - 8) are there")
    }
    guard bytes[8] == UInt8(ascii: "{") else {
      throw FileDefect("it is no safetensors file: its header does not begin with {")
    }
    let json: JSON
    do { json = try JSON(parsing: Array(bytes[8..<start])) } catch {
      throw FileDefect("its header is damaged: \(error.reason) in column \(error.column)")
    }
    return (json.objectValue ?? [], start)
  }

  private static func metadata(_ value: JSON) throws(FileDefect) -> [(key: String, value: String)] {
    guard let members = value.objectValue else { throw FileDefect("its __metadata__ is not an object") }
    var texts: [(key: String, value: String)] = []
    for (key, value) in members {
      guard let text = value.stringValue else { throw FileDefect("its metadata \"\(key)\" is not a text") }
      texts.append((key, text))
    }
    return texts
  }

  /// Formats that people take for this one, by their first bytes.
  private static func foreignKind(_ bytes: [UInt8]) -> String? {
    let kinds: [(start: [UInt8], kind: String)] = [
      (Array("PK\u{3}\u{4}".utf8), "a zip archive, such as PyTorch, Keras and NumPy write"),
      ([0x80, 2], "a Python pickle"), ([0x80, 3], "a Python pickle"), ([0x80, 4], "a Python pickle"),
      ([0x80, 5], "a Python pickle"),
      ([0x89, 0x48, 0x44, 0x46], "an HDF5 file"), ([0x93, 0x4E, 0x55, 0x4D], "a NumPy array"),
      ([0x1F, 0x8B], "a file compressed by gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "a file compressed by zstd"),
      (Array("GGUF".utf8), "a GGUF file"),
    ]
    // A length below the limit would be followed by the header's {.
    if bytes.count > 8 && bytes[8] == UInt8(ascii: "{") { return nil }
    if let found = kinds.first(where: { bytes.starts(with: $0.start) }) { return found.kind }
    if ONNX.isLikely(bytes) { return "an ONNX model" }
    let first = bytes.first { ![0x20, 9, 10, 13].contains($0) }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return "JSON" }
    // Lengths of headers have zeros at their end.
    if bytes.prefix(8).allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 9 || $0 == 10 || $0 == 13 }) { return "text" }
    return nil
  }
}

/// What the header tells about a tensor.
private struct Place {
  let name: String
  let type: String
  let shape: [Int]
  let begin: Int
  let end: Int

  static let sizes = [
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2, "I8": 1,
    "U8": 1,
    "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
  ]

  init(_ name: String, _ json: JSON) throws(FileDefect) {
    guard let members = json.objectValue else { throw FileDefect("its header has no object for tensor \"\(name)\"") }
    if let other = members.first(where: { !["dtype", "shape", "data_offsets"].contains($0.0) }) {
      throw FileDefect("tensor \"\(name)\" has \"\(other.0)\" in the header, which the format does not know")
    }
    func counts(_ key: String) throws(FileDefect) -> [Int] {
      guard let values = json[key]?.arrayValue else { throw FileDefect("tensor \"\(name)\" has no array \"\(key)\"") }
      let counts = values.compactMap(\.integerValue).filter { $0 >= 0 }
      guard counts.count == values.count else {
        throw FileDefect("\"\(key)\" of tensor \"\(name)\" are no whole numbers")
      }
      return counts
    }
    guard let type = json["dtype"]?.stringValue else { throw FileDefect("tensor \"\(name)\" has no \"dtype\"") }
    guard let size = Place.sizes[type] else { throw FileDefect("tensor \"\(name)\" has the unknown dtype \"\(type)\"") }
    shape = try counts("shape")
    let offsets = try counts("data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw FileDefect("\"data_offsets\" of tensor \"\(name)\" are not a first and a last byte")
    }
    var bytes = size
    for extent in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflow else {
        throw FileDefect("tensor \"\(name)\" of shape \(Place.text(shape)) has more bytes than can be")
      }
      bytes = product
    }
    guard bytes == offsets[1] - offsets[0] else {
      throw FileDefect(
        "tensor \"\(name)\" of shape \(Place.text(shape)) and dtype \(type) takes \(bytes) bytes, but its data_offsets hold "
          + "\(offsets[1] - offsets[0])")
    }
    self.name = name
    self.type = type
    (begin, end) = (offsets[0], offsets[1])
  }

  static func text(_ shape: [Int]) -> String { shape.isEmpty ? "()" : shape.map(String.init).joined(separator: " x ") }

  func values(_ bytes: ArraySlice<UInt8>) -> Safetensors.Values {
    switch type {
    case "F64": .double(bytes.littleEndian(UInt64.self).map(Double.init(bitPattern:)))
    case "F32": .single(bytes.littleEndian(UInt32.self).map(Float.init(bitPattern:)))
    case "BF16": .single(bytes.littleEndian(UInt16.self).map { Float(bitPattern: UInt32($0) << 16) })
    case "F16": .single(bytes.littleEndian(UInt16.self).map(Float.init(half:)))
    default: .unread(type: type)
    }
  }
}

extension Float {
  /// The number with these bits in half precision (binary16), exactly.
  init(half bits: UInt16) {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10) & 31
    let fraction = Float(bits & 1023)
    self =
      switch exponent {
      case 0: sign * fraction * 0x1p-24
      case 31: fraction == 0 ? sign * .infinity : .nan
      default: Float(sign: sign < 0 ? .minus : .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
      }
  }
}
