// Text into tokens with their places.

struct Token: Hashable {
  enum Kind: Hashable {
    case number(Coefficient)
    case name(String)
    /// An operator or a bracket.
    case mark(String)
    /// A line end or a semicolon outside brackets.
    case separator
    case end
  }

  var kind: Kind
  var range: Range<Int>
  /// Whether blanks stand before it: they separate blocks in brackets.
  var followsBlank: Bool
}

enum Lexer {
  private static let marks = [".*", "./", ".^", "+", "-", "*", "/", "^", "'", "(", ")", "[", "]", ",", ";", ":", "="]

  static func tokens(_ text: String) throws(LanguageError) -> [Token] {
    let bytes = Array(text.utf8)
    var tokens: [Token] = []
    var place = 0
    var blank = false
    func isDigit(_ i: Int) -> Bool { i < bytes.count && bytes[i] >= 48 && bytes[i] <= 57 }
    func isLetter(_ i: Int) -> Bool {
      guard i < bytes.count else { return false }
      let c = bytes[i]
      return (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c == 95 || c >= 0x80
    }
    func add(_ kind: Token.Kind, to end: Int) {
      tokens.append(Token(kind: kind, range: place..<end, followsBlank: blank))
      place = end
      blank = false
    }
    while place < bytes.count {
      let c = bytes[place]
      if c == 32 || c == 9 || c == 13 {
        place += 1
        blank = true
      } else if c == 10 {
        add(.separator, to: place + 1)
      } else if c == 35 {
        while place < bytes.count, bytes[place] != 10 { place += 1 }
      } else if isDigit(place) || (c == 46 && isDigit(place + 1)) {
        var end = place
        while isDigit(end) { end += 1 }
        // `1./x` divides; only a digit makes the point decimal.
        if end < bytes.count, bytes[end] == 46, isDigit(end + 1) {
          end += 1
          while isDigit(end) { end += 1 }
        }
        if end < bytes.count, bytes[end] == 101 || bytes[end] == 69 {
          let sign = end + 1 < bytes.count && (bytes[end + 1] == 43 || bytes[end + 1] == 45) ? 1 : 0
          if isDigit(end + 1 + sign) {
            end += 1 + sign
            while isDigit(end) { end += 1 }
          }
        }
        let digits = String(decoding: bytes[place..<end], as: UTF8.self)
        guard let number = Coefficient(decimal: digits) else {
          throw LanguageError("\(digits) is too large for a number", in: text, at: place..<end)
        }
        add(.number(number), to: end)
      } else if isLetter(place) {
        var end = place
        while isLetter(end) || isDigit(end) { end += 1 }
        add(.name(String(decoding: bytes[place..<end], as: UTF8.self)), to: end)
      } else if let mark = marks.first(where: { bytes[place...].starts(with: $0.utf8) }) {
        add(mark == ";" ? .mark(";") : .mark(mark), to: place + mark.utf8.count)
      } else {
        let character = String(decoding: bytes[place...].prefix(4), as: UTF8.self).first.map(String.init) ?? "?"
        throw LanguageError("\"\(character)\" has no meaning in an expression", in: text, at: place..<(place + 1))
      }
    }
    add(.end, to: place)
    return tokens
  }
}

extension Coefficient {
  /// The exact value of decimal text, as far as it fits; nil if it is infinite.
  init?(decimal text: String) {
    let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let digits = mantissa.joined()
    let places = mantissa.count > 1 ? mantissa[1].count : 0
    let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - places
    if let value = Int(digits), abs(exponent) <= 18 {
      let power = (0..<abs(exponent)).reduce(1) { p, _ in p * 10 }
      let (product, overflow) = value.multipliedReportingOverflow(by: power)
      // Longer decimals are roundings of something else: as fractions they would only grow.
      if exponent < 0, digits.count <= 9 {
        self = Coefficient(value, over: power)
        return
      }
      if exponent >= 0, !overflow {
        self = Coefficient(product)
        return
      }
    }
    guard let value = Double(text.hasPrefix(".") ? "0" + text : text), value.isFinite else { return nil }
    self.init(real: value)
  }
}
