// What can be wrong with an expression that was written down: a sentence, the place, what was expected, what would mend it.

/// Why a text is no expression.
public struct LanguageError: Error, Hashable, Sendable {
  /// What is wrong, as a sentence without a full stop.
  public var message: String
  /// The text that was read.
  public var text: String
  /// Where: offsets in UTF-8 of `text`.
  public var range: Range<Int>
  /// A second place that the message speaks of, and what stands there.
  public var related: Related?
  /// What would mend it.
  public var mend: String?

  /// A place, and what stands there.
  public struct Related: Hashable, Sendable {
    /// The text that holds the place.
    public var text: String
    /// Offsets in UTF-8.
    public var range: Range<Int>
    /// What stands there, as a sentence.
    public var message: String
  }

  init(_ message: String, in text: String, at range: Range<Int>, mend: String? = nil) {
    self.message = message
    self.text = text
    self.range = range
    self.mend = mend
  }

  /// The line of the place, counted from 1, its text, and the column in characters, counted from 1.
  public var place: (line: Int, column: Int, excerpt: String) { LanguageError.place(in: text, at: range.lowerBound) }

  static func place(in text: String, at offset: Int) -> (line: Int, column: Int, excerpt: String) {
    let bytes = Array(text.utf8)
    let end = min(offset, bytes.count)
    let start = (bytes[..<end].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let stop = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let line = bytes[..<start].count { $0 == UInt8(ascii: "\n") } + 1
    let before = String(decoding: bytes[start..<end], as: UTF8.self)
    return (line, before.count + 1, String(decoding: bytes[start..<stop], as: UTF8.self))
  }
}

extension LanguageError: CustomStringConvertible {
  /// Message, line with a caret, mend.
  public var description: String {
    let place = self.place
    var lines = ["\(place.line):\(place.column): \(message)", "  " + place.excerpt]
    lines.append("  " + String(repeating: " ", count: place.column - 1) + "^")
    if let related {
      let other = LanguageError.place(in: related.text, at: related.range.lowerBound)
      lines.append("\(other.line):\(other.column): \(related.message)")
      lines.append("  " + other.excerpt)
      lines.append("  " + String(repeating: " ", count: other.column - 1) + "^")
    }
    if let mend { lines.append("hint: \(mend)") }
    return lines.joined(separator: "\n")
  }
}

/// The word of a list that a mistyped word resembles.
func resembling(_ word: String, in words: [String]) -> String? {
  func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
  let letters = Array(word.lowercased())
  // Every letter is one change from every other: a single one resembles only itself in the other case.
  let limit = letters.count == 1 ? 0 : max(1, letters.count / 3)
  return words.map { ($0, distance(letters, Array($0.lowercased()))) }.filter { $0.1 <= limit }
    .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
}
