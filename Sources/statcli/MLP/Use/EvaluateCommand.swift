// `statcli mlp evaluate`: the predictions of a network beside the truth, gathered while the rows are read.
import ArgumentParser
import MLP
import Tabular

struct EvaluateCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "How well a network predicts rows whose answers are known.",
    discussion: """
      Examples:
        statcli mlp evaluate species.mlp iris.csv
        statcli mlp evaluate species.mlp iris.csv --json
        statcli mlp evaluate species.mlp iris.csv --require-accuracy 0.9

      Of classes: accuracy with its Wilson interval, log-loss, Brier score, calibration error before and after the \
      temperature of the model, precision and recall of each class, the confusion matrix, the pairs that are taken \
      for each other most often. Of numbers: root mean squared error, mean absolute error, R2. Rows without an \
      answer, or of classes that the model does not know, are counted and left out.
      """)

  @Argument(help: ArgumentHelp("The model, as mlp train writes it.", valueName: "model.mlp"))
  var model: String

  @Argument(help: ArgumentHelp("The table (plain, gzip, zstd; - is standard input).", valueName: "data.csv"))
  var data: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column that holds the truth (default: the one that the model was trained on).", valueName: "column"))
  var target: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("End with status 1 if the accuracy is below this share: 0.97 or 97%.", valueName: "share"))
  var requireAccuracy: Share?

  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func execute() throws(Failure) -> ExitStatus {
    let path = try InputPaths.resolve(data.map { [$0] } ?? [], command: "mlp evaluate \(shellQuoted(model))")[0]
    try Model.requireOneStandardInput([model, path])
    try InputPaths.keep([model, path], from: [output.file])
    let file = try NetworkFile(model)
    if requireAccuracy != nil, file.model.target.classes == nil {
      throw Failure(
        .usage, "--require-accuracy is of classes, and the model predicts a number, \"\(file.model.target.column)\"",
        at: NetworkFile.name(model))
    }
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let input = try reading { () throws(TabularError) in
      try DelimitedInput(paths: [path], options: readingFlags.options)
    }
    let places = try file.places(in: input.schema, of: path)
    let truth = try file.target(target, in: input.schema, of: path)
    let isOfClasses = file.model.target.classes != nil
    let plan = ReadingPlan(
      values: places.numbers + (isOfClasses ? [] : [truth]), texts: places.categories + (isOfClasses ? [truth] : []),
      missing: .stays)
    let start = EvaluateConsumer(file.model, schema: input.schema)
    let total = Lock(EvaluateFigures(file.model))
    try scanRows(input, plan, threads: readingFlags.threadCount, quiet: output.quiet, start) { part in
      total.withLock { $0.add(part) }
      return .goOn
    }
    let figures = total.withLock { $0 }
    guard figures.judged > 0 else {
      throw Failure(
        .badData,
        figures.withoutTruth + figures.foreign.reduce(0) { $0 + $1.rows } == 0
          ? "there are no rows"
          : "no row has an answer that the model knows in column "
            + "\"\(input.schema.names[truth])\"", at: NetworkFile.name(path),
        mend: "statcli mlp info \(shellQuoted(model))")
    }
    let report = EvaluateReport(
      file: file, path: path, target: input.schema.names[truth], figures: figures, required: requireAccuracy?.value,
      command: Typed.command)
    return try publisher.publish(report.report, to: destination)
  }
}

/// Figures of rows that were judged, and counts of those that were not.
struct EvaluateFigures: Sendable {
  var evaluation: Evaluation
  /// The same with a temperature of one; nil where the model has no other.
  var uncalibrated: Evaluation?
  var withoutTruth = 0
  /// Labels that the model does not know, in the order of first appearance, and their rows.
  var foreign: [(label: String, rows: Int)] = []
  var gaps: ChunkPredictor.Gaps

  var judged: Int { evaluation.rows }

  init(_ model: MLP.Model) {
    evaluation = Evaluation(model.target)
    uncalibrated = model.temperature == 1 || model.target.classes == nil ? nil : Evaluation(model.target)
    gaps = ChunkPredictor.Gaps(columns: model.encoder.columns.count)
  }

  /// Rows are added in the order of the file: sums do not depend on the number of threads.
  mutating func add(_ part: EvaluateConsumer.Part) {
    gaps.merge(part.gaps)
    withoutTruth += part.withoutTruth
    for (label, rows) in part.foreign {
      if let place = foreign.firstIndex(where: { $0.label == label }) {
        foreign[place].rows += rows
      } else if foreign.count < EvaluateFigures.mostLabels {
        foreign.append((label, rows))
      } else {
        foreign[foreign.count - 1].rows += rows
      }
    }
    let width = part.labels.isEmpty ? 1 : part.answers.count / part.labels.count
    for (i, label) in part.labels.enumerated() {
      let place = i * width..<(i + 1) * width
      evaluation.add(Array(part.answers[place]), label: Int(label))
      if !part.uncalibrated.isEmpty { uncalibrated?.add(Array(part.uncalibrated[place]), label: Int(label)) }
    }
    for (i, value) in part.values.enumerated() { evaluation.add(part.answers[i], value: value) }
  }

  /// Labels that are told apart; a column with more of them holds something else.
  private static let mostLabels = 1000
}

/// Predicts chunks of rows and keeps the answers of those that have a truth.
struct EvaluateConsumer: ChunkConsumer {
  struct Part: Sendable {
    /// Answers of rows that are judged, row after row, and the same with a temperature of one.
    var answers: [Double] = []
    var uncalibrated: [Double] = []
    /// Their classes, or their numbers.
    var labels: [Int32] = []
    var values: [Double] = []
    var withoutTruth = 0
    var foreign: [(label: String, rows: Int)] = []
    var gaps: ChunkPredictor.Gaps
  }

  private var predictor: ChunkPredictor
  private var plain: ChunkPredictor?
  private let truth: Int
  private let width: Int
  private let places: [String: Int32]?
  private let spellings: Set<String>
  private var part: Part

  init(_ model: MLP.Model, schema: Schema) {
    let (d, all) = (model.encoder.numbers, model.encoder.columns.count)
    let (numbers, texts) = (Array(0..<d), Array(0..<(all - d)))
    let spellings = schema.dialect.missingSpellings
    predictor = ChunkPredictor(model, numbers: numbers, texts: texts, missing: spellings)
    if let classes = model.target.classes {
      places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Int32($0)) })
      truth = all - d
      width = classes.count
      if model.temperature != 1 {
        var other = model
        other.temperature = 1
        plain = ChunkPredictor(other, numbers: numbers, texts: texts, missing: spellings)
      }
    } else {
      places = nil
      truth = d
      width = 1
    }
    self.spellings = Set(spellings)
    part = Part(gaps: ChunkPredictor.Gaps(columns: all))
  }

  mutating func consume(_ chunk: borrowing Chunk) {
    let answers = predictor.predict(chunk)
    let uncalibrated = plain == nil ? [] : plain!.predict(chunk)
    for row in 0..<chunk.rows {
      let place = row * width..<(row + 1) * width
      if let places {
        let text = chunk.text(row: row, column: truth) ?? ""
        guard !text.isEmpty, !spellings.contains(text) else {
          part.withoutTruth += 1
          continue
        }
        guard let label = places[MLP.Table.className(text)] else {
          note(foreign: text)
          continue
        }
        part.labels.append(label)
      } else {
        let value = chunk.numbers[truth * chunk.stride + row]
        guard value.isFinite else {
          part.withoutTruth += 1
          continue
        }
        part.values.append(value)
      }
      part.answers += answers[place]
      if !uncalibrated.isEmpty { part.uncalibrated += uncalibrated[place] }
    }
  }

  private mutating func note(foreign label: String) {
    if let place = part.foreign.firstIndex(where: { $0.label == label }) {
      part.foreign[place].rows += 1
    } else {
      part.foreign.append((label, 1))
    }
  }

  mutating func finishBlock() -> Part {
    defer { part = Part(gaps: ChunkPredictor.Gaps(columns: part.gaps.missing.count)) }
    part.gaps = predictor.takeGaps()
    _ = plain?.takeGaps()
    return part
  }

  static func merge(_ partial: inout Part, with later: Part) {
    fatalError("blocks are handed on in order, and never merged")
  }
}
