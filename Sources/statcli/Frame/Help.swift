// The texts of help. The parser writes the lists of options; the first lines, purpose and examples, are written here and
// with each command, and every example is run by a test.
import ArgumentParser

enum Help {
  /// Help of the program (empty path), of a subcommand or of a verb.
  static func text(_ path: [String]) -> String {
    guard let name = path.first,
      let command = Statcli.configuration.subcommands.first(where: { $0._commandName == name })
    else { return root }
    let verbs = command.configuration.subcommands
    if path.count > 1, let verb = verbs.first(where: { $0._commandName == path[1] }) {
      return plain(Statcli.helpMessage(for: verb)) + "\n"
    }
    guard let standard = verbs.first else { return plain(Statcli.helpMessage(for: command)) + "\n" }
    // A subcommand with verbs shows them, and then the options of the verb that may be left out.
    let width = verbs.map { $0._commandName.count }.max() ?? 0
    let list = verbs.map { verb in
      let note = verb == standard ? " (may be left out)" : ""
      return "  \(verb._commandName.padded(right: width))  \(verb.configuration.abstract)\(note)\n"
    }
    let options = plain(Statcli.helpMessage(for: standard))
    let start = options.range(of: "USAGE:").map { options[$0.lowerBound...] } ?? options[...]
    return """
      \(command.configuration.abstract)

      \(wrapped(standard.configuration.discussion))

      VERBS:
      \(list.joined())
      \(start)
      See 'statcli help \(name) VERB' for the other verbs.

      """
  }

  /// Paragraphs in lines of 80 cells, as the parser sets its lists; lines that are indented stay.
  private static func wrapped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
      paragraph.hasPrefix(" ")
        ? String(paragraph) : Page.wrap(String(paragraph), indent: "", width: 80).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The parser's text without the word before the purpose.
  static func plain(_ message: String) -> String {
    let marker = "OVERVIEW: "
    return message.hasPrefix(marker) ? String(message.dropFirst(marker.count)) : message
  }

  /// What the parser says about a wrong command line, in the form of all other errors.
  static func usageFailure(_ message: String, command: some Sequence<String>) -> Failure {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    let values = lines.dropFirst().prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
    let first = (lines.first ?? "wrong usage") + (values.isEmpty ? "" : " " + values.joined(separator: ", "))
    let text = first.hasSuffix(".") ? String(first.dropLast()) : first
    let sentence = text.prefix(1).lowercased() + text.dropFirst()
    let words = (["statcli"] + command + ["--help"]).joined(separator: " ")
    return Failure(.usage, sentence, mend: words)
  }

  static let examples = [
    "statcli gauss data.csv", "statcli gauss data.csv --by species --json", "statcli mlp iris.csv --force",
    "statcli deriv 'logdet(X)' --wrt X",
    "statcli sniff data.csv",
  ]

  static var root: String {
    """
    Statistics from CSV files and matrix derivatives: an answer in milliseconds, to publish.

    Examples:
    \(examples.map { "  " + $0 }.joined(separator: "\n"))

    fit
      gauss        \(Gauss.configuration.abstract)
    learn
      mlp          \(MLPCommand.configuration.abstract)
    derive
      deriv        \(Deriv.configuration.abstract)
      minimize     \(Minimize.configuration.abstract)
    data
      sniff        \(Sniff.configuration.abstract)
    help
      help TOPIC   \(Topic.allCases.map(\.rawValue).joined(separator: ", "))
      SUBCOMMAND --help, --version

    """
  }
}

extension String {
  /// The first place of `part`.
  func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
