// `statcli gauss score`: log density and Mahalanobis distance of each row under a saved fit, written while the rows are read.
import ArgumentParser
import GaussFit
import Tabular

struct ScoreCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Log density and Mahalanobis distance of each row under a saved fit.",
    discussion: """
      Examples:
        statcli gauss score iris.fit iris.csv -o scores.csv
        statcli gauss score iris.fit iris.csv --format table
        statcli gauss score species.fit iris.csv --json

      Each row has its line in the file, the natural logarithm of its density, its squared Mahalanobis distance and \
      that distance's p-value: chi-square with as many degrees of freedom as the row has cells of the model's \
      columns. A row with missing cells is scored by the marginal of the others. Under a model of groups each row is \
      scored by its own group. csv (the default), tsv and jsonl are written while the file is read, in memory that \
      does not grow with it; table and json are of all rows together.
      """)

  @Argument(help: ArgumentHelp("The model, as fit --save writes it.", valueName: "model.fit"))
  var model: String

  @Argument(help: ArgumentHelp("The table (plain, gzip, zstd; - is standard input).", valueName: "data.csv"))
  var data: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column of the group, for a model of groups (default: the one that it was fitted by).", valueName: "column"))
  var by: String?

  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func execute() throws(Failure) -> ExitStatus {
    let path = try InputPaths.resolve(data.map { [$0] } ?? [], command: "gauss score \(shellQuoted(model))")[0]
    try Model.requireOneStandardInput([model, path])
    try InputPaths.keep([model, path], from: [output.file])
    let model = try Model(model)
    let publisher = Publisher(output)
    let format = output.rowFormat(standard: .csv)
    let stream = format == nil ? nil : try RowStream(output)
    let destination = format == nil ? try publisher.claim() : .standardOutput
    let clock = Stopwatch()
    let input = try reading { () throws(TabularError) in
      try DelimitedInput(paths: [path], options: readingFlags.options)
    }
    let columns = try model.columns(in: input.schema, of: path)
    let group = try model.groupColumn(by, in: input.schema)
    if let groupedBy = model.file.groupedBy, group == nil {
      throw Failure(
        .badData, "the model is of groups of \"\(groupedBy)\", and there is no such column", at: path,
        mend: "--by COLUMN", "statcli gauss classify \(shellQuoted(model.path)) \(shellQuoted(path))")
    }
    let start = ScoreConsumer(model, format, grouped: group != nil)
    let plan = ReadingPlan(values: columns, texts: group.map { [$0] } ?? [], missing: .stays, lines: .counted)
    let total = Lock(ScoreSummary())
    if let stream, stream.write(start.header) == .stop { try stream.finish() }
    try scanRows(input, plan, threads: readingFlags.threadCount, quiet: output.quiet, start) { part in
      total.withLock { $0.merge(part.summary) }
      return stream?.write(part.text) ?? .goOn
    }
    if output.verbose { StandardError.write("statcli: scored \(path.printable) in \(clock.text)\n") }
    let summary = total.withLock { $0 }
    if let stream { return try publisher.finish(stream, summary.warnings) }
    let report = ScoreReport(model: model, path: path, summary: summary, command: Typed.command).report
    return try publisher.publish(report, to: destination)
  }
}

/// What is told of all rows together.
struct ScoreSummary: Sendable {
  /// The p-value below which rows are counted.
  static let level = 0.001
  /// Rows that are shown.
  static let shown = 10

  var rows = 0
  /// Rows with a score, and those of them that lack cells.
  var scored = 0
  var incomplete = 0
  /// Rows of groups that the model does not have.
  var foreign = 0
  var logDensity = 0.0
  var below = 0
  /// The rows of the smallest p-values, smallest first.
  var farthest: [(line: Int, distance: Double, pValue: Double)] = []

  var unscored: Int { rows - scored }

  mutating func merge(_ later: ScoreSummary) {
    rows += later.rows
    scored += later.scored
    incomplete += later.incomplete
    foreign += later.foreign
    logDensity += later.logDensity
    below += later.below
    for row in later.farthest { note(row.line, row.distance, row.pValue) }
  }

  /// Rows of equal p-values (both may be 0) are told apart by their distances, then stay in the order of the file.
  mutating func note(_ line: Int, _ distance: Double, _ pValue: Double) {
    let isNearer = { (row: (line: Int, distance: Double, pValue: Double)) in
      (row.pValue, -row.distance) > (pValue, -distance)
    }
    if farthest.count == ScoreSummary.shown, !isNearer(farthest[farthest.count - 1]) { return }
    farthest.insert((line, distance, pValue), at: farthest.firstIndex(where: isNearer) ?? farthest.count)
    if farthest.count > ScoreSummary.shown { farthest.removeLast() }
  }

  var warnings: [Warning] {
    var warnings: [Warning] = []
    if incomplete > 0 {
      warnings.append(
        Warning(
          code: "W014",
          text: "\(Numbers.counted(incomplete, "row")) with missing cells scored by the others: degrees of freedom are "
            + "the cells that are there"))
    }
    if unscored > 0 {
      let empty = unscored - foreign
      let reasons = [
        (empty, "without any cell of the model"), (foreign, "of groups that the model does not have"),
      ]
      let list = reasons.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      warnings.append(Warning(code: "W015", text: "\(Numbers.counted(unscored, "row")) without a score: \(list)"))
    }
    return warnings
  }
}

/// Scores chunks of rows and writes their records.
struct ScoreConsumer: ChunkConsumer {
  struct Part: Sendable {
    var text: [UInt8] = []
    var summary = ScoreSummary()
  }

  private var text: RowText?
  private var summary = ScoreSummary()
  private var scorings: [Scoring]
  private var groups: RowGroups?
  private let dimension: Int

  init(_ model: Model, _ format: RowFormat?, grouped: Bool) {
    let names = ["line"] + (grouped ? ["group"] : []) + ["logDensity", "squaredDistance", "pValue"]
    text = format.map { RowText($0, names: names) }
    scorings = model.file.distributions.map { Scoring($0.gaussian) }
    groups = grouped ? RowGroups(model.groups) : nil
    dimension = model.columns.count
  }

  var header: [UInt8] { text?.header ?? [] }

  mutating func consume(_ chunk: borrowing Chunk) {
    summary.rows += chunk.rows
    if groups == nil {
      scorings[0].score(chunk.numbers, stride: chunk.stride, rows: chunk.rows)
      let (logs, distances, observed) = (scorings[0].logDensity, scorings[0].squaredDistance, scorings[0].observed)
      for row in 0..<chunk.rows { add(chunk.line(row: row), logs[row], distances[row], observed[row], label: nil) }
      return
    }
    let group = groups!.groups(chunk)
    var logs = [Double](repeating: 0, count: chunk.rows)
    var distances = logs
    var observed = [Int](repeating: 0, count: chunk.rows)
    for g in scorings.indices {
      let members = (0..<chunk.rows).filter { group[$0] == g }
      let cells = chunk.gathered(members, columns: scorings[g].gaussian.dimension)
      cells.withUnsafeBufferPointer { x in
        if let first = x.baseAddress { scorings[g].score(first, stride: members.count, rows: members.count) }
      }
      for (i, row) in members.enumerated() {
        logs[row] = scorings[g].logDensity[i]
        distances[row] = scorings[g].squaredDistance[i]
        observed[row] = scorings[g].observed[i]
      }
    }
    for row in 0..<chunk.rows {
      let label = groups!.label(chunk, row: row)
      if group[row] != nil {
        add(chunk.line(row: row), logs[row], distances[row], observed[row], label: label)
      } else {
        summary.foreign += 1
        write(chunk.line(row: row), label, nil, nil, nil)
      }
    }
  }

  /// Counts and writes a row.
  private mutating func add(_ line: Int, _ log: Double, _ squared: Double, _ observed: Int, label: String?) {
    guard let p = Scoring.pValue(squaredDistance: squared, observed: observed) else {
      return write(line, label, nil, nil, nil)
    }
    summary.scored += 1
    if observed < dimension { summary.incomplete += 1 }
    summary.logDensity += log
    if p < ScoreSummary.level { summary.below += 1 }
    summary.note(line, squared, p)
    write(line, label, log, squared, p)
  }

  private mutating func write(_ line: Int, _ label: String?, _ log: Double?, _ squared: Double?, _ p: Double?) {
    guard text != nil else { return }
    text!.add(line)
    if groups != nil { text!.add(label) }
    text!.add(log)
    text!.add(squared)
    text!.add(p)
    text!.end()
  }

  mutating func finishBlock() -> Part {
    defer { summary = ScoreSummary() }
    return Part(text: text?.take() ?? [], summary: summary)
  }

  static func merge(_ partial: inout Part, with later: Part) {
    partial.text += later.text
    partial.summary.merge(later.summary)
  }
}
