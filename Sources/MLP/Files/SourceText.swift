// What sources of programs are made of: numbers to the last bit, texts with everything escaped that a compiler could misread.

enum SourceText {
  /// A hexadecimal number of C99, `0x1.8p+1`: the same bits wherever it is read.
  static func hexadecimal(_ value: Double) -> String {
    precondition(value.isFinite, "no source has a number \(value)")
    let sign = value.sign == .minus ? "-" : ""
    guard value != 0 else { return sign + "0x0p+0" }
    var digits = String(value.magnitude.significand.significandBitPattern, radix: 16)
    digits = String(repeating: "0", count: 13 - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    let exponent = value.exponent
    return "\(sign)0x1\(digits.isEmpty ? "" : ".\(digits)")p\(exponent < 0 ? "" : "+")\(exponent)"
  }

  /// A string of C: what is not plain as octal bytes of UTF-8, a question mark escaped because of trigraphs.
  static func cString(_ text: String) -> String {
    let content = text.utf8.map { byte -> String in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "?"): "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7F: String(UnicodeScalar(byte))
      default:
        "\\" + String(repeating: "0", count: byte < 8 ? 2 : byte < 64 ? 1 : 0) + String(byte, radix: 8)
      }
    }
    return "\"" + content.joined() + "\""
  }

  /// A string of Swift.
  static func swiftString(_ text: String) -> String {
    let content = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": "\\" + String(scalar)
      default: scalar.properties.generalCategory.isPlain ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return "\"" + content.joined() + "\""
  }

  /// A text inside a comment of either language: on its line, and without the comment's end.
  static func comment(_ text: String) -> String {
    let plain = text.unicodeScalars.map { $0.properties.generalCategory.isPlain ? String($0) : "\u{FFFD}" }.joined()
    return plain.replacing("*/", with: "* /").replacing("/*", with: "/ *").replacing("\\", with: "/")
  }

  /// Items with commas, in lines of at most `width` characters.
  static func lines(_ items: [String], indentation: String, width: Int = 110) -> String {
    var lines: [String] = []
    var line = indentation
    for (i, item) in items.enumerated() {
      let piece = item + (i + 1 < items.count ? "," : "")
      if line.utf8.count > indentation.utf8.count, line.utf8.count + piece.utf8.count + 1 > width {
        lines.append(line)
        line = indentation
      }
      line += (line.utf8.count > indentation.utf8.count ? " " : "") + piece
    }
    return (lines + [line]).joined(separator: "\n")
  }

  /// RFC 4648, section 4.
  static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < group.count ? UInt32(group[start + $1]) : 0) }
      for k in 0..<4 {
        text.append(k <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * k)) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether a text is a name in C and Swift.
  static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }
  }
}

extension Unicode.GeneralCategory {
  /// Characters that a source may hold as they are: no controls, no line ends, nothing invisible.
  fileprivate var isPlain: Bool {
    switch self {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

extension Model {
  /// What every exported source says about itself, line by line.
  func sourceHeading(_ subject: String) -> [String] {
    let program = record.version.isEmpty ? "statcli" : "statcli \(record.version)"
    return [
      "\(subject): a \(network.shape) multilayer perceptron for \"\(SourceText.comment(target.column))\", written by "
        + SourceText.comment(program) + ".",
      "It needs nothing else: cells of a row in, "
        + (target.classes == nil ? "the predicted number out." : "probabilities of the classes out."),
    ]
  }
}
