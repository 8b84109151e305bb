// Where the text of an expression comes from, and how what is wrong with it is shown: the place, the line with a caret, the other place that
// the message speaks of, and what would mend it.
import ArgumentParser
import MatDeriv

/// The text of an expression, put together from where it stands and from the definitions of `--let`.
struct ExpressionInput {
  /// A part of the text and what it is called in messages.
  private struct Piece {
    let name: String
    let range: Range<Int>
  }

  /// The file, or - for standard input; nil for an argument.
  let path: String?
  let text: String
  private let pieces: [Piece]

  /// - Parameter arguments: the expression, or none if it comes from a file or standard input.
  /// - Parameter example: a command that has an expression.
  /// **Throws**: status 64 rather than waiting for someone to type; 66 and 74 for files.
  init(
    _ arguments: [String], _ flags: ExpressionFlags, command: String, example: String
  ) throws(Failure) {
    if arguments.count > 1 {
      let whole = shellQuoted(arguments.joined(separator: " "))
      throw Failure(
        .usage, "the expression is one argument, and \(arguments.count) are given: it is to be quoted",
        mend: "statcli \(command) \(whole)")
    }
    let (argument, file) = (arguments.first, flags.file)
    let written: String
    let name: String
    if let argument, argument != "-" {
      path = nil
      name = "expression"
      written = argument
    } else {
      if file == nil, argument == nil, System.isTerminal(0) {
        throw Failure(
          .usage, "no expression given", mend: example, "statcli \(command) --help")
      }
      let source = file ?? "-"
      path = source
      name = source == "-" ? "standard input" : source
      if System.isDirectory(source) { throw Failure(.inputMissing, "is a directory", at: source) }
      guard let text = String(validating: try System.read(source), as: UTF8.self) else {
        throw Failure(.badData, "is no text in UTF-8", at: name)
      }
      // What is missing at the end is missing behind the last word, not on the line after it.
      written = String(text.reversed().drop { $0.isWhitespace }.reversed())
    }
    var pieces: [Piece] = []
    var text = ""
    for (name, part) in [(name, written)] + flags.definitions.map({ ("--let", $0) }) {
      // A semicolon ends a part, even if it is unfinished.
      if !pieces.isEmpty { text += "\n;" }
      let start = text.utf8.count
      text += part
      pieces.append(Piece(name: name, range: start..<text.utf8.count))
    }
    self.text = text
    self.pieces = pieces
  }

  /// The failure that tells an error of the language.
  func failure(_ error: LanguageError) -> Failure {
    var items = [item(error.message, error.text, error.range.lowerBound)]
    if let related = error.related {
      var other = item(related.message, related.text, related.range.lowerBound)
      other.role = .remark
      items.append(other)
    }
    var mends = error.mend.map { [$0] } ?? []
    if path == nil, error.text == text, System.exists(text) { mends = ["--file \(shellQuoted(text))"] }
    return Failure(.usage, items: items, mends: mends)
  }

  private func item(_ message: String, _ source: String, _ offset: Int) -> Failure.Item {
    guard source == text else { return ExpressionInput.item("--let", message, source, offset) }
    // The end of a part is where the next one would go on.
    let place = pieces.lastIndex { $0.range.lowerBound <= offset } ?? 0
    let piece = pieces[place]
    let inside = min(offset, piece.range.upperBound) - piece.range.lowerBound
    let part = String(decoding: Array(text.utf8)[piece.range], as: UTF8.self)
    let atEnd = offset >= piece.range.upperBound && place + 1 < pieces.count
    return ExpressionInput.item(
      piece.name, atEnd ? message.replacing("found \";\"", with: "found the end") : message, part, inside)
  }

  static func item(_ name: String, _ message: String, _ text: String, _ offset: Int) -> Failure.Item {
    let bytes = Array(text.utf8)
    let end = min(offset, bytes.count)
    let start = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let stop = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let line = bytes[..<start].count { $0 == UInt8(ascii: "\n") } + 1
    let column = String(decoding: bytes[start..<end], as: UTF8.self).count
    let excerpt = String(decoding: bytes[start..<stop], as: UTF8.self)
    return Failure.Item(
      location: "\(name):\(line):\(column + 1)", text: message,
      excerpt: excerpt.allSatisfy(\.isWhitespace) ? nil : Failure.Excerpt(line: excerpt, caret: column))
  }
}

extension ExpressionFlags {
  func validate(with arguments: [String]) throws {
    if file != nil && !arguments.isEmpty { throw ValidationError("--file and an expression exclude each other") }
  }
}
