// How numbers are spelled: for people with six significant digits, for programs so that the same double is read back.
import Glibc

enum Numbers {
  /// Six significant digits, without trailing zeros: `-379.915`, `3.758`, `1.5e+06`.
  static func human(_ value: Double, digits: Int32 = 6) -> String {
    var buffer = [CChar](repeating: 0, count: 32)
    let count = withVaList([digits, value == 0 ? 0 : value]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
    return String(decoding: buffer[..<Int(count)].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The shortest text that reads back to the same double; whole numbers without a fraction.
  static func exact(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A count with its noun: `1 row`, `150 rows`.
  static func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? singular : plural ?? singular + "s")"
  }
}

extension Table.Cell {
  var human: String {
    switch self {
    case .text(let text): text
    case .number(let value): Numbers.human(value)
    case .count(let count), .muted(let count): String(count)
    case .blank: ""
    }
  }

  var exact: String {
    if case .number(let value) = self { return Numbers.exact(value) }
    return human
  }
}
