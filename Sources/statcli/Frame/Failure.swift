// The one form in which the program complains, whatever is wrong: where, what, the offending line with a caret, how to mend.

/// A reason to stop, with its exit status. Several of one kind are told together.
struct Failure: Error, Equatable {
  /// One offence.
  struct Item: Equatable {
    /// File and, as far as they are known, physical line and field: `data.csv:3:2`.
    var location: String? = nil
    /// What is wrong, as a sentence without a full stop.
    var text: String
    /// The offending line of the input, and the character in it (from 0) under which the caret stands.
    var excerpt: Excerpt? = nil
    /// Whether it is what is wrong, or another place that the message before it speaks of.
    var role = Role.offence

    enum Role { case offence, remark }
  }

  struct Excerpt: Equatable {
    var line: String
    var caret: Int
  }

  var status: ExitStatus
  /// The offences shown; never empty.
  var items: [Item]
  /// How many more of the kind there are.
  var more = 0
  /// What would mend it, each a line: flags that exist, as they are to be typed.
  var mends: [String] = []

  init(_ status: ExitStatus, _ text: String, at location: String? = nil, mend: String...) {
    self.status = status
    self.items = [Item(location: location, text: text)]
    self.mends = mend
  }

  init(_ status: ExitStatus, items: [Item], more: Int = 0, mends: [String] = []) {
    precondition(!items.isEmpty, "a failure names at least one offence")
    self.status = status
    self.items = items
    self.more = more
    self.mends = mends
  }

  /// A failed system call on `path`.
  static func system(_ status: ExitStatus, _ action: String, _ path: String, code: Int32, mend: String...) -> Failure {
    var failure = Failure(status, "cannot \(action): \(System.message(of: code))", at: path)
    failure.mends = mend
    return failure
  }

  /// Something that cannot happen did.
  static func internalError(_ text: String) -> Failure {
    Failure(
      .internalError, "internal error: \(text)",
      mend: "this is our fault; please report it with the command, \(Version.line)")
  }

  /// The lines for standard error.
  func text(style: Style) -> String {
    var lines: [String] = []
    for item in items {
      let place = item.location.map { "\($0.printable): " } ?? ""
      let word = item.role == .offence ? style.paint("error:", .failure) : style.paint("note:", .hint)
      lines.append("statcli: \(place)\(word) \(item.text.printable)")
      if let excerpt = item.excerpt {
        let (line, caret) = excerpt.window(width: 100)
        lines.append("  " + line)
        lines.append("  " + String(repeating: " ", count: caret) + style.paint("^", .failure))
      }
    }
    if more > 0 { lines.append("  and \(more) more of this kind") }
    for mend in mends { lines.append("  \(style.paint("hint:", .hint)) \(mend.printable)") }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Failure.Excerpt {
  /// The part of the line around the caret that fits `width` cells, and the caret's cell in it.
  func window(width: Int) -> (line: String, caret: Int) {
    let characters = Array(line.printable)
    // Making control characters visible lengthens the text before the caret.
    let before = String(line.prefix(caret)).printable.count
    let start = max(0, min(before - width / 2, characters.count - width))
    let shown = characters[start..<min(characters.count, start + width)]
    let caretCell = characters[start..<min(before, characters.count)].reduce(0) { $0 + $1.cells }
    return (String(shown), caretCell)
  }
}

/// A remark that does not stop the program: a choice that changes the numbers, or a doubt about them.
struct Warning: Equatable {
  /// Stable, so that it can be silenced: `W002`.
  var code: String
  var text: String
  /// A flag or a command that exists, as it is to be typed.
  var mend: String?

  /// The line for standard error.
  func text(style: Style) -> String {
    let way = mend.map { " (hint: \($0))" } ?? ""
    return "statcli: \(style.paint("warning:", .warning)) \(text.printable) [\(code)]\(way.printable)\n"
  }
}
