// Matrices as they are typed: 'X = [2 1; 1 2], a = -0.5'. Rows end at semicolons or line ends, entries at blanks or commas; a quote behind the
// bracket transposes.
import MatDeriv

/// A value with its name, as it was given.
struct NamedValue {
  let name: String
  var matrix: Matrix<Double>
  /// A list of numbers, which is a column or a row as its name asks.
  let isList: Bool
  /// Where it was given, for messages.
  let origin: Failure.Item
}

enum MatrixText {
  /// Reads `name = value` any number of times, separated by commas, semicolons or line ends.
  ///
  /// - Parameter flag: what the text stands behind, for messages.
  /// **Throws**: status 64 with the place.
  static func parse(_ text: String, flag: String = "--at") throws(Failure) -> [NamedValue] {
    var scanner = Scanner(text, flag)
    return try scanner.values()
  }
}

private struct Scanner {
  let text: String
  let flag: String
  let bytes: [UInt8]
  var place = 0

  init(_ text: String, _ flag: String) {
    self.text = text
    self.flag = flag
    bytes = Array(text.utf8)
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func isOneOf(_ characters: String) -> Bool { next.map { characters.utf8.contains($0) } ?? false }

  private mutating func skip(_ characters: String) { while isOneOf(characters) { place += 1 } }

  private mutating func take(_ character: Character) -> Bool {
    guard next == character.asciiValue else { return false }
    place += 1
    return true
  }

  private func item(_ message: String, at offset: Int) -> Failure.Item {
    ExpressionInput.item(flag, message, text, offset)
  }

  private func failure(_ message: String, at offset: Int? = nil) -> Failure {
    Failure(.usage, items: [item(message, at: offset ?? place)], mends: ["\(flag) 'X = [2 1; 1 2]'"])
  }

  private var found: String {
    guard let next else { return "the end" }
    return next == 10
      ? "the end of the line" : "\"\(String(decoding: bytes[place...].prefix(4), as: UTF8.self).prefix(1))\""
  }

  mutating func values() throws(Failure) -> [NamedValue] {
    var values: [NamedValue] = []
    skip(" \t\r\n,;")
    while next != nil {
      values.append(try value())
      skip(" \t\r")
      guard next == nil || isOneOf(",;\n") else {
        throw failure("expected a comma before the next name and found \(found)")
      }
      skip(" \t\r\n,;")
    }
    if values.isEmpty { throw failure("there is no value", at: 0) }
    return values
  }

  private mutating func value() throws(Failure) -> NamedValue {
    let start = place
    while let byte = next, byte >= 0x80 || byte == 95 || isLetterOrDigit(byte), !(place == start && isDigit(byte)) {
      place += 1
    }
    guard place > start else { throw failure("expected a name and found \(found)") }
    let name = String(decoding: bytes[start..<place], as: UTF8.self)
    skip(" \t\r\n")
    guard take("=") else { throw failure("expected \"=\" after \(name) and found \(found)") }
    skip(" \t\r\n")
    let origin = item("", at: start)
    guard isOneOf("[") else {
      return NamedValue(name: name, matrix: [[try number()]], isList: false, origin: origin)
    }
    var matrix = try bracket()
    if take("'") { matrix = Matrix(matrix.transposed) }
    return NamedValue(name: name, matrix: matrix, isList: matrix.rows == 1, origin: origin)
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  private func isLetterOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 32 >= 97 && byte | 32 <= 122) }

  private mutating func bracket() throws(Failure) -> Matrix<Double> {
    let opened = place
    place += 1
    var rows: [[Double]] = [[]]
    while true {
      skip(" \t\r,")
      if take("]") { break }
      if isOneOf(";\n") {
        place += 1
        if !rows[rows.count - 1].isEmpty { rows.append([]) }
        continue
      }
      guard next != nil else {
        throw Failure(
          .usage,
          items: [
            item("expected \"]\" and found the end", at: place), item("this bracket is still open", at: opened).remark,
          ],
          mends: ["\(flag) 'X = [2 1; 1 2]'"])
      }
      rows[rows.count - 1].append(try number())
    }
    if rows[rows.count - 1].isEmpty { rows.removeLast() }
    guard rows.allSatisfy({ $0.count == rows[0].count }) else {
      throw failure(
        "rows need as many entries each; these have \(rows.map { String($0.count) }.joined(separator: ", "))",
        at: opened)
    }
    return Matrix(rows: rows.count, columns: rows.first?.count ?? 0) { rows[$0][$1] }
  }

  private mutating func number() throws(Failure) -> Double {
    let start = place
    while let byte = next, isDigit(byte) || isOneOf("+-.eE") { place += 1 }
    let word = String(decoding: bytes[start..<place], as: UTF8.self)
    if word.isEmpty { throw failure("expected a number and found \(found)") }
    let padded = word.hasPrefix(".") ? "0" + word : word
    guard let value = Double(padded), value.isFinite else { throw failure("\"\(word)\" is no number", at: start) }
    return value
  }
}
