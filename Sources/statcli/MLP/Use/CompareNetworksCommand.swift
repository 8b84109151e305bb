// `statcli mlp compare`: two networks on the same rows, and whether what tells them apart may be chance.
import ArgumentParser
import JSONText
import MLP
import Tabular

struct CompareNetworksCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Which of two networks is better, and whether that is chance.",
    discussion: """
      Examples:
        statcli mlp compare species.mlp other.mlp iris.csv
        statcli mlp compare species.mlp other.mlp iris.csv --json

      Of classes: both accuracies, their difference with Newcombe's interval for paired shares, and McNemar's test \
      of the rows that one predicts and the other does not: exact, mid-p, and chi-square with the correction for \
      continuity. Of numbers: the paired t test of the squared errors. The rows must be new to both networks, or the \
      one that has seen them is flattered.
      """)

  @Argument(help: ArgumentHelp("The first model.", valueName: "first.mlp"))
  var first: String

  @Argument(help: ArgumentHelp("The second model.", valueName: "second.mlp"))
  var second: String

  @Argument(help: ArgumentHelp("The table (plain, gzip, zstd; - is standard input).", valueName: "data.csv"))
  var data: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column that holds the truth (default: the one that the models were trained on).", valueName: "column"))
  var target: String?

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
    let command = "mlp compare \(shellQuoted(first)) \(shellQuoted(second))"
    let path = try InputPaths.resolve(data.map { [$0] } ?? [], command: command)[0]
    try Model.requireOneStandardInput([first, second, path])
    try InputPaths.keep([first, second, path], from: [output.file])
    let files = [try NetworkFile(first), try NetworkFile(second)]
    try CompareNetworksCommand.requireOneTarget(files, given: target)
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let input = try reading { () throws(TabularError) in
      try DelimitedInput(paths: [path], options: readingFlags.options)
    }
    let (a, b) = (try files[0].places(in: input.schema, of: path), try files[1].places(in: input.schema, of: path))
    let truth = try files[0].target(target, in: input.schema, of: path)
    let isOfClasses = files[0].model.target.classes != nil
    let numbers = a.numbers + b.numbers.filter { !a.numbers.contains($0) }
    let texts = a.categories + b.categories.filter { !a.categories.contains($0) }
    let plan = ReadingPlan(
      values: numbers + (isOfClasses ? [] : [truth]), texts: texts + (isOfClasses ? [truth] : []), missing: .stays)
    let spellings = input.schema.dialect.missingSpellings
    let predictors = zip(files, [a, b]).map { file, places in
      ChunkPredictor(
        file.model, numbers: places.numbers.map { numbers.firstIndex(of: $0)! },
        texts: places.categories.map { texts.firstIndex(of: $0)! }, missing: spellings)
    }
    let start = CompareNetworksConsumer(
      predictors, truth: isOfClasses ? texts.count : numbers.count, missing: Set(spellings))
    let total = Lock(CompareNetworksFigures(files.map(\.model)))
    try scanRows(input, plan, threads: readingFlags.threadCount, quiet: output.quiet, start) { part in
      total.withLock { $0.add(part) }
      return .goOn
    }
    let figures = total.withLock { $0 }
    guard figures.rows > 0 else {
      throw Failure(
        .badData, "no row has an answer in column \"\(input.schema.names[truth])\"", at: NetworkFile.name(path),
        mend: "statcli mlp info \(shellQuoted(first))")
    }
    let report = CompareNetworksReport(
      files: files, path: path, target: input.schema.names[truth], figures: figures, level: level?.value ?? 0.95,
      command: Typed.command)
    return try publisher.publish(report.report, to: destination)
  }

  /// **Throws**: status 65 if the models do not predict the same.
  private static func requireOneTarget(_ files: [NetworkFile], given: String?) throws(Failure) {
    let (a, b) = (files[0].model.target, files[1].model.target)
    func described(_ target: Target) -> String {
      "\"\(target.column)\", \(target.classes.map { "\($0.count) classes" } ?? "a number")"
    }
    guard (a.classes == nil) == (b.classes == nil), given != nil || a.column == b.column else {
      throw Failure(
        .badData,
        "the models predict different things: \(files[0].path) \(described(a)), \(files[1].path) \(described(b))",
        mend: "--target COLUMN")
    }
  }
}

/// What both models make of rows whose answers are known.
struct CompareNetworksFigures: Sendable {
  var classes = PairedClasses()
  var errors = PairedErrors()
  var withoutTruth = 0
  var gaps: [ChunkPredictor.Gaps]
  let isOfClasses: Bool

  init(_ models: [MLP.Model]) {
    gaps = models.map { ChunkPredictor.Gaps(columns: $0.encoder.columns.count) }
    isOfClasses = models[0].target.classes != nil
  }

  var rows: Int { isOfClasses ? classes.rows : errors.rows }

  mutating func add(_ part: CompareNetworksConsumer.Part) {
    withoutTruth += part.withoutTruth
    for i in gaps.indices { gaps[i].merge(part.gaps[i]) }
    for (a, b) in part.right { classes.add(first: a, second: b) }
    for (a, b, value) in part.numbers { errors.add(first: a, second: b, value: value) }
  }
}

/// Predicts chunks of rows by two models.
struct CompareNetworksConsumer: ChunkConsumer {
  struct Part: Sendable {
    /// Rows of classes: whether each model is right.
    var right: [(Bool, Bool)] = []
    /// Rows of numbers: both predictions and the truth.
    var numbers: [(Double, Double, Double)] = []
    var withoutTruth = 0
    var gaps: [ChunkPredictor.Gaps] = []
  }

  private var predictors: [ChunkPredictor]
  private let truth: Int
  private let spellings: Set<String>
  private var part = Part()

  init(_ predictors: [ChunkPredictor], truth: Int, missing spellings: Set<String>) {
    self.predictors = predictors
    self.truth = truth
    self.spellings = spellings
  }

  mutating func consume(_ chunk: borrowing Chunk) {
    let (a, b) = (predictors[0].predict(chunk), predictors[1].predict(chunk))
    let classes = predictors.map(\.model.target.classes)
    for row in 0..<chunk.rows {
      guard let first = classes[0], let second = classes[1] else {
        let value = chunk.numbers[truth * chunk.stride + row]
        if value.isFinite { part.numbers.append((a[row], b[row], value)) } else { part.withoutTruth += 1 }
        continue
      }
      let text = chunk.text(row: row, column: truth) ?? ""
      if text.isEmpty || spellings.contains(text) {
        part.withoutTruth += 1
        continue
      }
      // A class that a model does not know is one that it gets wrong.
      part.right.append(
        (
          CompareNetworksConsumer.best(a, row, first) == text, CompareNetworksConsumer.best(b, row, second) == text
        ))
    }
  }

  /// The most probable class of a row.
  private static func best(_ answers: [Double], _ row: Int, _ names: [String]) -> String {
    var best = row * names.count
    for i in best..<(row + 1) * names.count where answers[i] > answers[best] { best = i }
    return names[best - row * names.count]
  }

  mutating func finishBlock() -> Part {
    defer { part = Part() }
    part.gaps = predictors.indices.map { predictors[$0].takeGaps() }
    return part
  }

  static func merge(_ partial: inout Part, with later: Part) {
    fatalError("blocks are handed on in order, and never merged")
  }
}
