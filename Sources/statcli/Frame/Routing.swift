// What stands before the argument parser: it finds the subcommand and the verb wherever flags stand, inserts the verb that was left
// out, answers `help`, and says "did you mean" for a mistyped word. Pure, so that every route is a line of a table in the tests.

/// Where a command line leads.
enum Route: Equatable {
  /// To the argument parser, in this form: subcommand, verb, then the rest in the given order.
  case command([String])
  /// To the help of a subcommand; empty for the program's own.
  case help([String])
  case topic(Topic)
  case version(json: Bool)
  case failure(Failure)

  /// - Parameter exists: whether a path names something.
  init(_ arguments: [String], exists: (String) -> Bool) {
    var words = Words(arguments)
    guard let first = words.takeFirst() else {
      let flags = words.rest
      if flags.contains("--version") {
        self = .version(json: flags.contains("--json"))
      } else if flags.allSatisfy({ ["-h", "--help"].contains($0) }) {
        self = .help([])
      } else {
        // Options of the root, such as those that print completions; or an error that the parser words.
        self = .command(flags)
      }
      return
    }
    if first == "help" {
      self = Route.help(on: words.plain)
      return
    }
    guard let verbs = Statcli.verbs[first] else {
      self = .failure(Route.unknown(first, exists: exists))
      return
    }
    guard let standard = verbs.first else {
      if [Deriv._commandName, Minimize._commandName].contains(first) { words.separateExpressions() }
      self = Route.command([first], words)
      return
    }
    var afterVerb = words
    switch afterVerb.takeFirst() {
    case "help": self = Route.help(on: [first] + afterVerb.plain)
    case let verb? where verbs.contains(verb): self = Route.command([first, verb], afterVerb)
    case let word?:
      let resembled = word == "-" || word.contains("/") || exists(word) ? nil : Similar.nearest(to: word, in: verbs)
      if let resembled {
        self = .failure(
          Failure(
            .usage, "\"\(word)\" is neither a verb of \(first) nor a file; did you mean \"\(resembled)\"?",
            mend: "statcli \(first) \(resembled) ..."))
      } else {
        self = Route.command([first, standard], words)
      }
    case nil: self = words.askForHelp ? .help([first]) : .command([first, standard] + words.rest)
    }
  }

  private static func command(_ path: [String], _ words: Words) -> Route {
    words.askForHelp ? .help(path) : .command(path + words.rest)
  }

  private static func help(on words: [String]) -> Route {
    guard let first = words.first else { return .help([]) }
    if let topic = Topic(rawValue: first) { return .topic(topic) }
    if let verbs = Statcli.verbs[first] {
      guard words.count > 1 else { return .help([first]) }
      if verbs.contains(words[1]) { return .help([first, words[1]]) }
      return .failure(unknownWord(words[1], "a verb of \(first)", in: verbs, prefix: "statcli help \(first)"))
    }
    return .failure(
      unknownWord(
        first, "a subcommand or a help topic", in: Statcli.verbs.keys + Topic.allCases.map(\.rawValue),
        prefix: "statcli help"))
  }

  private static func unknown(_ word: String, exists: (String) -> Bool) -> Failure {
    if exists(word) {
      return Failure(.usage, "\"\(word)\" is a file, not a subcommand", mend: "statcli gauss \(word)")
    }
    return unknownWord(word, "a subcommand", in: Statcli.verbs.keys + ["help"], prefix: "statcli")
  }

  private static func unknownWord(_ word: String, _ kind: String, in words: [String], prefix: String) -> Failure {
    if let resembled = Similar.nearest(to: word, in: words) {
      return Failure(
        .usage, "\"\(word)\" is not \(kind); did you mean \"\(resembled)\"?", mend: "\(prefix) \(resembled)")
    }
    return Failure(.usage, "\"\(word)\" is not \(kind)", mend: "statcli help")
  }
}

/// The arguments in order, from which the first word that is no flag and no value of one can be taken.
private struct Words {
  private(set) var rest: [String]

  init(_ arguments: [String]) { rest = arguments }

  /// Whether `-h` or `--help` stands among the flags.
  var askForHelp: Bool {
    var index = 0
    while index < rest.count, rest[index] != "--" {
      if rest[index] == "-h" || rest[index] == "--help" { return true }
      index += Statcli.flagsWithValue.contains(rest[index]) ? 2 : 1
    }
    return false
  }

  /// What is left without flags and their values.
  var plain: [String] {
    var words = self
    var found: [String] = []
    while let word = words.takeFirst() { found.append(word) }
    return found
  }

  /// Puts expressions that begin with a minus behind `--`, where the parser takes them as they are.
  mutating func separateExpressions() {
    var kept: [String] = []
    var expressions: [String] = []
    var index = 0
    while index < rest.count, rest[index] != "--" {
      let argument = rest[index]
      if Words.isNegative(argument) {
        expressions.append(argument)
      } else {
        kept.append(argument)
        if Statcli.flagsWithValue.contains(argument), index + 1 < rest.count {
          index += 1
          kept.append(rest[index])
        }
      }
      index += 1
    }
    let last = expressions + rest[index...].dropFirst()
    rest = kept + (last.isEmpty ? [] : ["--"] + last)
  }

  /// Whether a minus begins an expression and no flag: `-x'*A*x`, `--x'*y`, but not `-v`, `--wrt` and `--wrt=X`.
  private static func isNegative(_ argument: String) -> Bool {
    guard argument.hasPrefix("-"), argument != "-" else { return false }
    if argument.hasPrefix("--") {
      return !argument.dropFirst(2).prefix { $0 != "=" }.allSatisfy { $0.isLetter && $0.isASCII || $0 == "-" }
    }
    return !argument.dropFirst().prefix { $0 != "=" }.allSatisfy { "fhoqv".contains($0) }
  }

  mutating func takeFirst() -> String? {
    var index = 0
    while index < rest.count {
      let argument = rest[index]
      if argument == "--" { return nil }
      if argument == "-" || !argument.hasPrefix("-") { return rest.remove(at: index) }
      // `--flag=value` carries its value; `--flag value` takes the next argument with it.
      index += Statcli.flagsWithValue.contains(argument) ? 2 : 1
    }
    return nil
  }
}
