// `statcli sniff`: what a file is taken to be, before anything is computed from it.
import ArgumentParser
import JSONText
import Tabular

struct Sniff: Action {
  static let configuration = CommandConfiguration(
    commandName: "sniff", abstract: "Tell how a file is read: dialect, columns, missing cells, rows.",
    discussion: """
      Examples:
        statcli sniff iris.csv
        statcli sniff iris.csv --json
        statcli sniff airquality.csv --na-only NA

      Reads the whole file, as every other command would, and prints the flags that say what was found.
      """)

  @Argument(
    help: ArgumentHelp("A file of delimited text, plain, gzip or zstd; - is standard input.", valueName: "file"))
  var files: [String] = []

  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func execute() throws(Failure) -> ExitStatus {
    let paths = try InputPaths.resolve(files, command: "sniff")
    try InputPaths.keep(paths, from: [output.file])
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let input = try reading { () throws(TabularError) in try DelimitedInput(paths: paths, options: readingFlags.options)
    }
    let survey = try ProgressLine.during(input, quiet: self.output.quiet) { () throws(Failure) in
      try Survey(input, threads: readingFlags.threadCount)
    }
    return try publisher.publish(report(paths, survey), to: destination)
  }

  private func report(_ paths: [String], _ survey: Survey) -> Report {
    let schema = survey.schema
    let dialect = schema.dialect
    let command = (["statcli gauss"] + dialect.flags + paths.map(shellQuoted)).joined(separator: " ")
    let hasStrays = survey.columns.contains { $0.notNumbers > 0 }
    let table = Table(
      columns: [.number("#"), .text("column"), .text("type"), .number("missing")]
        + (hasStrays ? [.number("not numbers")] : []) + [.number("different")],
      rows: survey.columns.enumerated().map { index, column in
        [.count(index + 1), .text(column.name), .text(column.type), .count(column.missing)]
          + (hasStrays ? [column.isNumeric ? .count(column.notNumbers) : .blank] : [])
          + [column.distinct.map(Table.Cell.count) ?? .blank]
      })
    let numeric = survey.columns.filter(\.isNumeric).count
    let missing = survey.columns.reduce(0) { $0 + $1.missing }
    let verdict =
      "\(paths.map(name).joined(separator: ", ")): \(Numbers.counted(survey.rows, "row")) of "
      + "\(Numbers.counted(schema.columns.count, "column")), \(numeric) numeric, "
      + (missing == 0 ? "no missing cells" : Numbers.counted(missing, "missing cell"))
    return Report(
      verdict: verdict,
      sections: [
        Section("dialect", [.facts(facts(dialect))]),
        Section("columns", note: "different: values that differ, where they are labels", [.table(table)]),
        Section("flags that say the same", [.text(dialect.flags.joined(separator: " "))]),
      ],
      warnings: schema.notes.map(Warning.init), next: command, records: { table },
      json: { json(paths, survey, missingSpellings: dialect.missingSpellings) })
  }

  private func name(_ path: String) -> String { path == "-" ? "standard input" : path }

  private func facts(_ dialect: Dialect) -> [(String, String)] {
    var facts = [
      ("delimiter", Dialect.word(dialect.delimiter)), ("quote", dialect.quote.map(Dialect.word) ?? "none"),
      ("decimal mark", String(UnicodeScalar(dialect.decimalMark))), ("line ends", dialect.lineEnding.rawValue),
      ("header", dialect.hasHeader ? "yes" : "no"), ("encoding", dialect.encoding.rawValue),
    ]
    if let comment = dialect.comment { facts.append(("comments", "lines that begin with " + Dialect.word(comment))) }
    if dialect.skippedLines > 0 { facts.append(("skipped", Numbers.counted(dialect.skippedLines, "line"))) }
    return facts
  }

  private func json(_ paths: [String], _ survey: Survey, missingSpellings: [String]) -> JSON {
    let dialect = survey.schema.dialect
    return [
      "schema": "statcli.sniff/1",
      "command": "statcli sniff",
      "version": .string(Version.number),
      "files": JSON(paths),
      "rows": .integer(survey.rows),
      "dialect": [
        "delimiter": .string(String(UnicodeScalar(dialect.delimiter))),
        "quote": dialect.quote.map { .string(String(UnicodeScalar($0))) } ?? nil,
        "decimal": .string(String(UnicodeScalar(dialect.decimalMark))),
        "lineEnding": .string(dialect.lineEnding.rawValue),
        "header": .bool(dialect.hasHeader),
        "comment": dialect.comment.map { .string(String(UnicodeScalar($0))) } ?? nil,
        "skip": .integer(dialect.skippedLines),
        "encoding": .string(dialect.encoding.rawValue),
        "ragged": .string(dialect.ragged.rawValue),
        "missing": JSON(missingSpellings),
      ],
      "columns": .array(
        survey.columns.map { column in
          [
            "name": .string(column.name), "type": .string(column.type), "missing": .integer(column.missing),
            "notNumbers": .integer(column.notNumbers), "distinct": column.distinct.map(JSON.integer) ?? nil,
          ]
        }),
      "flags": JSON(dialect.flags),
      "notes": .array(survey.schema.notes.map { ["code": .string($0.code), "text": .string($0.text)] }),
    ]
  }
}

extension Warning {
  /// Codes of what the reader decided about a file.
  private static let readingCodes = [
    "no-header": "W101", "row-names": "W102", "trailing-delimiter": "W103",
    "duplicate-name": "W104", "decimal-comma": "W105", "comments": "W106", "ragged": "W107",
  ]

  init(_ note: ReadingNote) {
    self.init(code: Warning.readingCodes[note.code] ?? "W100", text: note.text)
  }
}
