// `statcli gauss classify`: the group that each row most likely belongs to, by a saved fit of groups, written while the rows are read.
import ArgumentParser
import GaussFit
import Tabular

struct ClassifyCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "The group that each row most likely belongs to.",
    discussion: """
      Examples:
        statcli gauss classify species.fit iris.csv
        statcli gauss classify species.fit iris.csv -o classes.csv
        statcli gauss classify species.fit iris.csv --priors equal --json

      The model is of groups: fit --by gives quadratic discriminant analysis, fit --by --covariance tied the linear \
      one. Where the data name the group of each row, the page has the confusion matrix and the accuracy. csv, tsv \
      and jsonl hold line, group and posterior probabilities of each row, and are written while the file is read. A \
      row with missing cells is classified by the others.
      """)

  @Argument(help: ArgumentHelp("The model, as fit --by --save writes it.", valueName: "model.fit"))
  var model: String

  @Argument(help: ArgumentHelp("The table (plain, gzip, zstd; - is standard input).", valueName: "data.csv"))
  var data: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Prior probabilities of the groups: sizes (of the sample), or equal.", valueName: "name"))
  var priors: MixtureWeights = .priors

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column that holds the true group (default: the one that the model was fitted by).", valueName: "column"))
  var by: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Level of confidence intervals (default: 0.95).", valueName: "level"))
  var level: Real?

  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if let level, !(level.value > 0 && level.value < 1) {
      throw ValidationError("--level lies between 0 and 1; it is \(Numbers.exact(level.value))")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    let path = try InputPaths.resolve(data.map { [$0] } ?? [], command: "gauss classify \(shellQuoted(model))")[0]
    try Model.requireOneStandardInput([model, path])
    try InputPaths.keep([model, path], from: [output.file])
    let model = try Model(model)
    guard model.file.groupedBy != nil else {
      throw Failure(
        .badData, "the model has no groups", at: model.path,
        mend: "statcli gauss data.csv --by COLUMN --save model.fit")
    }
    let publisher = Publisher(output)
    let format = output.rowFormat(standard: nil)
    let stream = format == nil ? nil : try RowStream(output)
    let destination = format == nil ? try publisher.claim() : .standardOutput
    let clock = Stopwatch()
    let input = try reading { () throws(TabularError) in
      try DelimitedInput(paths: [path], options: readingFlags.options)
    }
    let columns = try model.columns(in: input.schema, of: path)
    let label = try model.groupColumn(by, in: input.schema)
    let start = ClassifyConsumer(model, priors, format, labelled: label != nil)
    let plan = ReadingPlan(values: columns, texts: label.map { [$0] } ?? [], missing: .stays, lines: .counted)
    let total = Lock(Confusion(groups: model.groups.count))
    if let stream, stream.write(start.header) == .stop { try stream.finish() }
    try scanRows(input, plan, threads: readingFlags.threadCount, quiet: output.quiet, start) { part in
      total.withLock { $0.merge(part.confusion) }
      return stream?.write(part.text) ?? .goOn
    }
    if output.verbose { StandardError.write("statcli: classified \(path.printable) in \(clock.text)\n") }
    let confusion = total.withLock { $0 }
    let report = ClassifyReport(
      model: model, path: path, label: label.map { input.schema.names[$0] }, priors: priors,
      level: level?.value ?? 0.95, confusion: confusion, command: Typed.command)
    if let stream { return try publisher.finish(stream, report.warnings) }
    return try publisher.publish(report.report, to: destination)
  }
}

extension MixtureWeights: ExpressibleByArgument {}

/// Rows by their true and their predicted group.
struct Confusion: Sendable {
  var rows = 0
  /// Rows with missing cells, and those without any, which have nothing but the priors.
  var incomplete = 0
  var empty = 0
  /// Rows that are predicted to be of each group.
  var predicted: [Int]
  /// Of each label of the data, in the order of first appearance: rows predicted to be of each group.
  var labels: [(name: String, predicted: [Int])] = []
  /// Rows without a label.
  var unlabelled = 0

  init(groups: Int) { predicted = Array(repeating: 0, count: groups) }

  mutating func merge(_ later: Confusion) {
    rows += later.rows
    incomplete += later.incomplete
    empty += later.empty
    unlabelled += later.unlabelled
    for k in predicted.indices { predicted[k] += later.predicted[k] }
    for label in later.labels {
      let place = self.place(of: label.name)
      for k in predicted.indices { labels[place].predicted[k] += label.predicted[k] }
    }
  }

  mutating func note(label: String, component: Int) { labels[place(of: label)].predicted[component] += 1 }

  private mutating func place(of name: String) -> Int {
    if let place = labels.firstIndex(where: { $0.name == name }) { return place }
    labels.append((name, Array(repeating: 0, count: predicted.count)))
    return labels.count - 1
  }
}

/// Classifies chunks of rows and writes their records.
struct ClassifyConsumer: ChunkConsumer {
  struct Part: Sendable {
    var text: [UInt8]
    var confusion: Confusion
  }

  /// Labels that are counted; a column with more of them holds something else.
  static let mostLabels = 1000

  private let groups: [String]
  private let dimension: Int
  private var text: RowText?
  private var confusion: Confusion
  private var classification: Classification
  private var labels: RowGroups?

  init(_ model: Model, _ weights: MixtureWeights, _ format: RowFormat?, labelled: Bool) {
    groups = model.groups
    dimension = model.columns.count
    let names = ["line"] + (labelled ? ["label"] : []) + ["group"] + groups.map { "posterior \($0)" }
    text = format.map { RowText($0, names: names) }
    confusion = Confusion(groups: groups.count)
    classification = Classification(model.file.mixture(weights))
    labels = labelled ? RowGroups(groups) : nil
  }

  var header: [UInt8] { text?.header ?? [] }

  mutating func consume(_ chunk: borrowing Chunk) {
    classification.classify(chunk.numbers, stride: chunk.stride, rows: chunk.rows)
    confusion.rows += chunk.rows
    for row in 0..<chunk.rows {
      let component = classification.component[row]
      confusion.predicted[component] += 1
      let observed = (0..<dimension).count { !chunk.numbers[$0 * chunk.stride + row].isNaN }
      if observed < dimension { confusion.incomplete += 1 }
      if observed == 0 { confusion.empty += 1 }
      let label = labels == nil ? nil : labels!.label(chunk, row: row)
      if labels != nil {
        if let label, !label.isEmpty, confusion.labels.count < ClassifyConsumer.mostLabels {
          confusion.note(label: label, component: component)
        } else {
          confusion.unlabelled += 1
        }
      }
      guard text != nil else { continue }
      text!.add(chunk.line(row: row))
      if labels != nil { text!.add(label) }
      text!.add(groups[component])
      for k in groups.indices { text!.add(classification.posterior[k * chunk.rows + row]) }
      text!.end()
    }
  }

  mutating func finishBlock() -> Part {
    defer { confusion = Confusion(groups: groups.count) }
    return Part(text: text?.take() ?? [], confusion: confusion)
  }

  static func merge(_ partial: inout Part, with later: Part) {
    partial.text += later.text
    partial.confusion.merge(later.confusion)
  }
}
