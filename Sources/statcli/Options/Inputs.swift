// Where the command line meets the reader of delimited text: flags become its options, its errors become failures.
import Tabular

/// Which files a command reads.
enum InputPaths {
  /// The paths given; standard input if there are none and it is not a terminal.
  ///
  /// **Throws**: status 64 rather than waiting for someone to type.
  static func resolve(_ paths: [String], command: String) throws(Failure) -> [String] {
    if paths.isEmpty {
      guard !System.isTerminal(0) else {
        throw Failure(.usage, "no file given", mend: "statcli \(command) data.csv", "statcli \(command) --help")
      }
      return ["-"]
    }
    if paths.filter({ $0 == "-" }).count > 1 {
      throw Failure(.usage, "standard input can be read only once: - stands twice")
    }
    for path in paths {
      guard let schema = System.isSpecial(path) ? nil : schema(of: path) else { continue }
      if schema.hasPrefix("statcli.fit/") {
        throw Failure(
          .badData, "is a fitted distribution and holds no data", at: path, mend: "statcli \(command) data.csv")
      }
      if schema.hasPrefix("statcli.moments/"), command == "sniff" || !path.hasSuffix(".gauss") {
        throw Failure(
          .badData, "holds moments, and no table; gauss takes it under a name that ends in .gauss", at: path,
          mend: "statcli gauss fit data.gauss")
      }
    }
    return paths
  }

  /// The schema that a file of ours names in its first line or two; nil for a table.
  private static func schema(of path: String) -> Substring? {
    guard path != "-" else { return nil }
    let head = String(decoding: System.head(of: path, bytes: 64), as: UTF8.self)
    return head.firstMatch(of: /^\s*\{\s*"schema"\s*:\s*"(statcli\.[a-z]+\/)/)?.output.1
  }

  /// **Throws**: status 73 if an output is one of the inputs, which not even `--force` may replace.
  static func keep(_ inputs: [String], from outputs: [String?]) throws(Failure) {
    for case let output? in outputs where output != "-" {
      if inputs.contains(where: { System.isSameFile($0, output) }) {
        throw Failure(
          .cannotCreateOutput, "is also an input, which would be lost", at: output, mend: "another name for the output")
      }
    }
  }
}

extension ReadingFlags {
  var options: Tabular.ReadingOptions {
    var options = Tabular.ReadingOptions()
    options.delimiter = delimiter?.byte
    options.quote =
      switch quote {
      case .character(let byte): .character(byte)
      case .some(.none): Tabular.ReadingOptions.Quote.none
      case nil: nil
      }
    options.decimalMark = decimal.map { UInt8($0.rawValue.utf8.first!) }
    options.header = header
    options.comment = comment?.byte
    options.skippedLines = skip?.value ?? 0
    options.encoding = encoding.flatMap { TextEncoding(rawValue: $0.rawValue) } ?? .utf8
    options.additionalMissing = na
    options.onlyMissing = naOnly.isEmpty ? nil : naOnly
    options.ragged = ragged.flatMap { RaggedPolicy(rawValue: $0.rawValue) } ?? .pad
    return options
  }

  /// The flags as typed, to be repeated in a suggested command.
  var typed: [String] {
    var words: [String] = []
    if let delimiter { words += ["--delimiter", Dialect.word(delimiter.byte)] }
    switch quote {
    case .character(let byte): words += ["--quote", Dialect.word(byte)]
    case .some(.none): words += ["--quote", "none"]
    case nil: break
    }
    if let header { words.append(header ? "--header" : "--no-header") }
    if let decimal { words += ["--decimal", decimal.rawValue] }
    words += na.flatMap { ["--na", shellQuoted($0)] } + naOnly.flatMap { ["--na-only", shellQuoted($0)] }
    if let comment { words += ["--comment", Dialect.word(comment.byte)] }
    if let skip { words += ["--skip", String(skip.value)] }
    if let encoding { words += ["--encoding", encoding.rawValue] }
    if let ragged { words += ["--ragged", ragged.rawValue] }
    return words
  }

  var threadCount: Int { threads?.value ?? Version.processors }
}

extension Dialect {
  /// A character as it is typed after a flag.
  static func word(_ byte: UInt8) -> String {
    switch byte {
    case 9: "tab"
    case 32: "space"
    default: shellQuoted(String(UnicodeScalar(byte)))
    }
  }

  /// The flags that say what was found, so that nothing is left to be found.
  var flags: [String] {
    var words = ["--delimiter", Dialect.word(delimiter), "--quote", quote.map(Dialect.word) ?? "none"]
    words += ["--decimal", String(UnicodeScalar(decimalMark)), hasHeader ? "--header" : "--no-header"]
    if let comment { words += ["--comment", Dialect.word(comment)] }
    if skippedLines > 0 { words += ["--skip", String(skippedLines)] }
    if encoding != .utf8 { words += ["--encoding", encoding.rawValue] }
    if ragged != .pad { words += ["--ragged", ragged.rawValue] }
    let usual = Set(Dialect.defaultMissingSpellings)
    if usual.isSubset(of: missingSpellings) {
      words += missingSpellings.filter { !usual.contains($0) }.flatMap { ["--na", shellQuoted($0)] }
    } else {
      words += missingSpellings.flatMap { ["--na-only", shellQuoted($0)] }
    }
    return words
  }
}

extension Failure {
  init(_ error: TabularError) {
    switch error {
    case .notFound(let path): self.init(.inputMissing, "no such file", at: path)
    case .unreadable(let path, let reason): self.init(.inputMissing, reason, at: path)
    case .badData(let groups):
      let shown = groups.flatMap(\.shown)
      var mends: [String] = []
      for mend in shown.compactMap(\.mend) where !mends.contains(mend) && mends.count < 5 { mends.append(mend) }
      self.init(
        .badData, items: shown.map(Item.init),
        more: groups.reduce(0) { $0 + $1.total - $1.shown.count }, mends: mends)
    }
  }
}

extension Failure.Item {
  init(_ diagnostic: Diagnostic) {
    let place = [diagnostic.line, diagnostic.field].compactMap { $0.map(String.init) }
    location = ([diagnostic.file] + place).joined(separator: ":")
    text = diagnostic.message
    if let line = diagnostic.excerpt {
      excerpt = Failure.Excerpt(line: line, caret: diagnostic.excerptRange?.lowerBound ?? 0)
    }
  }
}

/// Runs a call of the reader, its errors as failures.
func reading<Result: ~Copyable>(_ body: () throws(TabularError) -> Result) throws(Failure) -> Result {
  do throws(TabularError) { return try body() } catch { throw Failure(error) }
}
