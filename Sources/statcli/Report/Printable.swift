// Text of the user's files on its way to a terminal: control characters are made visible (a header must not move the cursor or
// change colours), and widths are counted in cells.

extension String {
  /// The text with its control characters written as escapes.
  var printable: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\t": text += "\\t"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case _ where scalar.isControl: text += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Cells that the text takes in a terminal.
  var cells: Int { utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.cells } }

  /// The text cut to `limit` cells, with `ellipsis` in the place of what is left out.
  func cut(to limit: Int, ellipsis: String) -> String {
    guard cells > limit else { return self }
    var text = ""
    var used = ellipsis.cells
    for character in self {
      used += character.cells
      if used > limit { break }
      text.append(character)
    }
    return text + ellipsis
  }

  func padded(left: Int) -> String { String(repeating: " ", count: max(0, left - cells)) + self }
  func padded(right: Int) -> String { self + String(repeating: " ", count: max(0, right - cells)) }
}

extension Unicode.Scalar {
  /// C0, C1, delete, and the marks that turn the direction of writing.
  var isControl: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F: true
    default: false
    }
  }
}

extension Character {
  /// Two cells for East Asian wide characters and pictures, else one.
  ///
  /// **Source**: Unicode Standard Annex 11, the blocks that are wide as a whole.
  var cells: Int {
    guard let first = unicodeScalars.first else { return 0 }
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return first.properties.generalCategory == .nonspacingMark ? 0 : 1
    }
  }
}
