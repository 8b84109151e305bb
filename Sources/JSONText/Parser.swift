// Bytes to JSON: one recursive pass over the whole text, strict RFC 8259. Every complaint has its line and column.
// Doubles are correctly rounded, so that what the writer wrote is read back bit for bit.

/// Why a text is not JSON, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Line of the text, from 1.
  public let line: Int
  /// Character of the line, from 1.
  public let column: Int
  /// What is wrong, as a clause: `expected ',' or ']' after an array element`.
  public let reason: String

  public var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSON {
  /// Reads one JSON value and nothing else from `bytes`.
  ///
  /// **Domain**: UTF-8, a byte order mark is skipped; at most `depthLimit` nested arrays and objects; keys of an object differ.
  /// **Throws**: the first offence with line and column, also for a number beyond the range of a double.
  /// **Cost**: one pass; about 0.1 us for a double of 17 digits.
  public init(parsing bytes: [UInt8], depthLimit: Int = 256) throws(JSONError) {
    var parser = Parser(bytes: bytes, depthLimit: depthLimit)
    self = try parser.document()
  }
}

private struct Parser {
  let bytes: [UInt8]
  let depthLimit: Int
  var position = 0
  var depth = 0

  init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func document() throws(JSONError) -> JSON {
    skipBlanks()
    let value = try value()
    skipBlanks()
    if position < bytes.count { throw error("text after the end of the JSON value") }
    return value
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Takes `byte` if it is next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(JSONError) -> JSON {
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case let byte? where byte == UInt8(ascii: "-") || byte &- 48 < 10: return try number()
    case nil: throw error("the text ends where a value is expected")
    default: throw error("expected a value")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let end = position + word.utf8CodeUnitCount
    let fits = end <= bytes.count && word.withUTF8Buffer { $0.elementsEqual(bytes[position..<end]) }
    guard fits else { throw error("expected \(word)") }
    position = end
    return value
  }

  private mutating func enter() throws(JSONError) {
    depth += 1
    if depth > depthLimit { throw error("nested more than \(depthLimit) deep") }
    position += 1
    skipBlanks()
  }

  private mutating func array() throws(JSONError) -> JSON {
    try enter()
    defer { depth -= 1 }
    var values: [JSON] = []
    if take("]") { return .array(values) }
    while true {
      values.append(try value())
      skipBlanks()
      if take("]") { return .array(values) }
      guard take(",") else { throw error("expected ',' or ']' after an array element") }
      skipBlanks()
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    try enter()
    defer { depth -= 1 }
    var members: [(String, JSON)] = []
    var keys: Set<String> = []
    if take("}") { return .object(members) }
    while true {
      guard next == UInt8(ascii: "\"") else { throw error("expected a key in double quotes") }
      let start = position
      let key = try string()
      guard keys.insert(key).inserted else { throw error("key \"\(key)\" stands twice in one object", at: start) }
      skipBlanks()
      guard take(":") else { throw error("expected ':' after key \"\(key)\"") }
      skipBlanks()
      members.append((key, try value()))
      skipBlanks()
      if take("}") { return .object(members) }
      guard take(",") else { throw error("expected ',' or '}' after an object member") }
      skipBlanks()
    }
  }

  // MARK: Numbers

  /// Skips digits, folding them into `significand` as long as it stays exact; returns how many there were.
  private mutating func digits(into significand: inout UInt64, exact: inout Bool) -> Int {
    let start = position
    while let byte = next, byte &- 48 < 10 {
      if significand < 900_719_925_474_099 {  // 10 s + 9 < 2^53
        significand = significand * 10 + UInt64(byte &- 48)
      } else {
        exact = false
      }
      position += 1
    }
    return position - start
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    let negative = take("-")
    var significand: UInt64 = 0
    var exact = true
    var exponent = 0
    var whole = true
    let leadsWithZero = next == UInt8(ascii: "0")
    let wholeDigits = digits(into: &significand, exact: &exact)
    if wholeDigits == 0 { throw error("expected a digit") }
    if leadsWithZero && wholeDigits > 1 { throw error("a number has no leading zero", at: start) }
    if take(".") {
      whole = false
      let fraction = digits(into: &significand, exact: &exact)
      if fraction == 0 { throw error("expected a digit after the decimal point") }
      exponent -= fraction
    }
    if take("e") || take("E") {
      whole = false
      let down = take("-")
      if !down { _ = take("+") }
      var written: UInt64 = 0
      if digits(into: &written, exact: &exact) == 0 { throw error("expected a digit in the exponent") }
      exponent += down ? -Int(written) : Int(written)
    }
    if whole && !(negative && significand == 0) {
      if exact { return .integer(negative ? -Int(significand) : Int(significand)) }
      if let integer = Int(String(decoding: bytes[start..<position], as: UTF8.self)) { return .integer(integer) }
    }
    if exact && abs(exponent) <= 22 {
      // Significand and power of ten are exact doubles, so that one operation rounds correctly (Clinger 1990).
      let magnitude =
        exponent < 0 ? Double(significand) / powersOfTen[-exponent] : Double(significand) * powersOfTen[exponent]
      return .number(negative ? -magnitude : magnitude)
    }
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
      throw error("number beyond the range of a double", at: start)
    }
    return .number(value)
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
    var text = try utf8(start..<position)
    while true {
      switch next {
      case UInt8(ascii: "\""):
        position += 1
        return text
      case UInt8(ascii: "\\"):
        try escape(into: &text)
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        text += try utf8(start..<position)
      case nil: throw error("the text ends inside a string", at: start - 1)
      default: throw error("a string holds no raw control character")
      }
    }
  }

  private func utf8(_ range: Range<Int>) throws(JSONError) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw error("a string is not valid UTF-8", at: range.lowerBound)
    }
    return text
  }

  private mutating func escape(into text: inout String) throws(JSONError) {
    let start = position
    position += 1
    let letter = next
    position += 1
    switch letter {
    case UInt8(ascii: "\""): text += "\""
    case UInt8(ascii: "\\"): text += "\\"
    case UInt8(ascii: "/"): text += "/"
    case UInt8(ascii: "b"): text += "\u{8}"
    case UInt8(ascii: "f"): text += "\u{c}"
    case UInt8(ascii: "n"): text += "\n"
    case UInt8(ascii: "r"): text += "\r"
    case UInt8(ascii: "t"): text += "\t"
    case UInt8(ascii: "u"):
      var code = try fourHexDigits()
      if code & 0xFC00 == 0xD800, take("\\"), take("u") {
        let low = try fourHexDigits()
        guard low & 0xFC00 == 0xDC00 else { throw error("half of a surrogate pair", at: start) }
        code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair", at: start) }
      text.unicodeScalars.append(scalar)
    default: throw error("unknown escape in a string", at: start)
    }
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("expected four hexadecimal digits after \\u")
      }
      code = code << 4 + UInt32(digit)
      position += 1
    }
    return code
  }

  // MARK: Errors

  private func error(_ reason: String, at place: Int? = nil) -> JSONError {
    let before = bytes[..<min(place ?? position, bytes.count)]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let marks = lineStart == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 1 : 0
    return JSONError(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1,
      column: before[lineStart...].count { $0 & 0xC0 != 0x80 } - marks + 1,  // continuation bytes are no characters
      reason: reason)
  }
}

private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]
