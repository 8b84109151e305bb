// `statcli mlp predict`: the answer of a network for each row, written while the rows are read.
import ArgumentParser
import MLP
import Tabular

struct PredictCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "The answer of a network for each row of a table.",
    discussion: """
      Examples:
        statcli mlp predict species.mlp iris.csv -o species.csv
        statcli mlp predict species.mlp iris.csv --proba --keep Species
        statcli mlp predict species.mlp iris.csv --format table

      The columns of the model are found by their names, in any order and among others. Each row has its line in the \
      file and the prediction: the class of the largest probability, or a number in the units of the column that the \
      model was trained on. Missing cells are filled with what the model keeps for them. csv (the default), tsv and jsonl are \
      written while the file is read, in memory that does not grow with it; the bits do not depend on the number of \
      threads, nor on the rows around. table and json are of all rows together.
      """)

  @Argument(help: ArgumentHelp("The model, as mlp train writes it.", valueName: "model.mlp"))
  var model: String

  @Argument(help: ArgumentHelp("The table (plain, gzip, zstd; - is standard input).", valueName: "data.csv"))
  var data: String?

  @Flag(name: .long, help: "The probability of every class, each a column.")
  var proba = false

  @Option(
    name: .long, help: ArgumentHelp("The most probable classes of each row with their probabilities.", valueName: "k"))
  var top: Count?

  @Option(
    name: [.long, .customLong("id")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Copy these columns, as they are, in front of the prediction: the forms of --columns; may be repeated.",
      valueName: "list"))
  var keep: [String] = []

  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if let top, top.value < 1 { throw ValidationError("--top is a count from 1 on") }
  }

  func execute() throws(Failure) -> ExitStatus {
    let path = try InputPaths.resolve(data.map { [$0] } ?? [], command: "mlp predict \(shellQuoted(model))")[0]
    try Model.requireOneStandardInput([model, path])
    try InputPaths.keep([model, path], from: [output.file])
    let file = try NetworkFile(model)
    if file.model.target.classes == nil, proba || top != nil {
      throw Failure(
        .usage,
        "\(proba ? "--proba" : "--top") is of classes, and the model predicts a number, "
          + "\"\(file.model.target.column)\"", at: NetworkFile.name(model))
    }
    let publisher = Publisher(output)
    let format = output.rowFormat(standard: .csv)
    let stream = format == nil ? nil : try RowStream(output)
    let destination = format == nil ? try publisher.claim() : .standardOutput
    let clock = Stopwatch()
    let input = try reading { () throws(TabularError) in
      try DelimitedInput(paths: [path], options: readingFlags.options)
    }
    let places = try file.places(in: input.schema, of: path)
    let kept = keep.isEmpty ? [] : try ColumnSelection(keep, flag: "--keep").indices(in: input.schema.names)
    let plan = ReadingPlan(
      values: places.numbers, texts: places.categories + kept, missing: .stays, lines: .counted)
    let start = PredictConsumer(
      file.model, schema: input.schema, kept: kept, probabilities: proba, top: top?.value ?? 0, format)
    let total = Lock(PredictSummary(file.model))
    if let stream, stream.write(start.header) == .stop { try stream.finish() }
    try scanRows(input, plan, threads: readingFlags.threadCount, quiet: output.quiet, start) { part in
      total.withLock { $0.merge(part) }
      return stream?.write(part.text) ?? .goOn
    }
    if output.verbose { StandardError.write("statcli: predicted \(path.printable) in \(clock.text)\n") }
    let summary = total.withLock { $0 }
    if let stream { return try publisher.finish(stream, summary.gaps.warnings(file.model)) }
    let report = PredictReport(file: file, path: path, summary: summary, command: Typed.command).report
    return try publisher.publish(report, to: destination)
  }
}

/// Predicts chunks of rows and writes their records.
struct PredictConsumer: ChunkConsumer {
  struct Part: Sendable {
    var text: [UInt8]
    var rows: Int
    /// Rows of each class.
    var predicted: [Int]
    /// Predicted numbers, for the summary.
    var numbers: [Double]
    var gaps: ChunkPredictor.Gaps
  }

  private var predictor: ChunkPredictor
  private let classes: [String]
  /// Text columns of the plan that are copied.
  private let kept: Range<Int>
  private let probabilities: Bool
  private let top: Int
  private var text: RowText?
  private var rows = 0
  private var unanswered = 0
  private var predicted: [Int]
  private var numbers: [Double] = []

  init(
    _ model: MLP.Model, schema: Schema, kept: [Int], probabilities: Bool, top: Int, _ format: RowFormat?
  ) {
    let (d, all) = (model.encoder.numbers, model.encoder.columns.count)
    predictor = ChunkPredictor(
      model, numbers: Array(0..<d), texts: Array(0..<(all - d)), missing: schema.dialect.missingSpellings)
    classes = model.target.classes ?? []
    self.kept = (all - d)..<(all - d + kept.count)
    self.probabilities = probabilities
    self.top = min(top, classes.count)
    predicted = Array(repeating: 0, count: classes.count)
    var names = ["line"] + kept.map { schema.names[$0] } + ["prediction"]
    if probabilities { names += classes.map { "probability \($0)" } }
    for place in 0..<self.top { names += ["class \(place + 1)", "probability of class \(place + 1)"] }
    text = format.map { RowText($0, names: names) }
  }

  var header: [UInt8] { text?.header ?? [] }

  mutating func consume(_ chunk: borrowing Chunk) {
    let answers = predictor.predict(chunk)
    let width = max(1, classes.count)
    rows += chunk.rows
    for row in 0..<chunk.rows {
      let answer = answers[row * width..<(row + 1) * width]
      var best = answer.startIndex
      for i in answer.indices where answer[i] > answer[best] { best = i }
      // Cells beyond the range of numbers have no answer.
      let isAnswer = answer.allSatisfy(\.isFinite)
      if !isAnswer {
        unanswered += 1
      } else if classes.isEmpty {
        if text == nil { numbers.append(answer[best]) }
      } else {
        predicted[best - answer.startIndex] += 1
      }
      guard text != nil else { continue }
      text!.add(chunk.line(row: row))
      for column in kept { text!.add(chunk.text(row: row, column: column)) }
      if classes.isEmpty {
        text!.add(answer[best])
      } else {
        text!.add(isAnswer ? classes[best - answer.startIndex] : nil)
      }
      if probabilities { for p in answer { text!.add(p) } }
      if top > 0 {
        // Equal probabilities stay in the order of the classes.
        let order = answer.indices.sorted { (answer[$1], $0) < (answer[$0], $1) }
        for i in order.prefix(top) {
          text!.add(isAnswer ? classes[i - answer.startIndex] : nil)
          text!.add(answer[i])
        }
      }
      text!.end()
    }
  }

  mutating func finishBlock() -> Part {
    defer {
      rows = 0
      unanswered = 0
      predicted = Array(repeating: 0, count: classes.count)
      numbers = []
    }
    var gaps = predictor.takeGaps()
    gaps.unanswered = unanswered
    return Part(text: text?.take() ?? [], rows: rows, predicted: predicted, numbers: numbers, gaps: gaps)
  }

  static func merge(_ partial: inout Part, with later: Part) {
    partial.text += later.text
    partial.rows += later.rows
    for c in partial.predicted.indices { partial.predicted[c] += later.predicted[c] }
    partial.numbers += later.numbers
    partial.gaps.merge(later.gaps)
  }
}
