// `statcli gauss impute`: fills in missing cells of a table and leaves every other byte of it as it stands.
import ArgumentParser
import GaussFit
import MatDeriv
import Tabular

struct ImputeCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "impute", abstract: "Fill in missing cells from the cells that are there.",
    discussion: """
      Examples:
        statcli gauss impute airquality.csv -o complete.csv
        statcli gauss impute airquality.csv --draw --seed 7 -o imputed.csv
        statcli gauss impute iris.csv --model species.fit -o same.csv

      A missing cell of a numeric column becomes its mean given the row's other cells, or with --draw a draw from its \
      distribution given them, which keeps the scatter. All else stays byte for byte: cells that are there, other \
      columns, order, comments. Without --model the table is first fitted by maximum likelihood to all cells that \
      are there, which needs a file that can be read twice. A model of groups fills in each row by its own group.
      """)

  @Argument(help: ArgumentHelp("The table (plain, gzip, zstd; - is standard input).", valueName: "data.csv"))
  var data: String?

  @Option(
    name: .long, help: ArgumentHelp("The model, as fit --save writes it (default: fitted).", valueName: "model.fit"))
  var model: String?

  @Flag(name: .long, help: "Draw from the conditional distribution.")
  var draw = false

  @Option(name: .long, help: ArgumentHelp("Seed of the random numbers (default: 1).", valueName: "number"))
  var seed: Count?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column of the group, for a model of groups (default: the one that it was fitted by).", valueName: "column"))
  var by: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
  var output: String?

  @Flag(name: .shortAndLong, help: "Replace the file if it exists.")
  var force = false

  @Flag(name: .shortAndLong, help: "No notes and warnings on standard error.")
  var quiet = false

  @OptionGroup(title: "Columns") var columnFlags: ColumnFlags
  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags

  func validate() throws {
    if seed != nil && !draw { throw ValidationError("--seed needs --draw") }
    if readingFlags.ragged == .pad {
      throw ValidationError("--ragged pad: a record that ends early has no cells to fill in; drop leaves it as it is")
    }
    if model != nil, !columnFlags.columns.isEmpty || !columnFlags.exclude.isEmpty {
      throw ValidationError("--model has its own columns: --columns and --exclude are for the fit")
    }
    if by != nil, model == nil { throw ValidationError("--by needs a --model of groups") }
  }

  func execute() throws(Failure) -> ExitStatus {
    let path = try InputPaths.resolve(data.map { [$0] } ?? [], command: "gauss impute")[0]
    let file = output == "-" ? nil : output
    try Model.requireOneStandardInput([path] + (model.map { [$0] } ?? []))
    try InputPaths.keep([path] + (model.map { [$0] } ?? []), from: [file])
    let stream = try RowStream(file, replacing: force)
    var options = readingFlags.options
    if readingFlags.ragged == nil { options.ragged = .error }
    let fit: Model
    if let model { fit = try Model(model) } else { fit = try fitted(to: path, options) }
    let input = try reading { () throws(TabularError) in try DelimitedInput(paths: [path], options: options) }
    let columns = try fit.columns(in: input.schema, of: path)
    let group = try fit.groupColumn(by, in: input.schema)
    if let groupedBy = fit.file.groupedBy, group == nil {
      throw Failure(
        .badData, "the model is of groups of \"\(groupedBy)\", and there is no such column", at: path,
        mend: "--by COLUMN")
    }
    let value = draw ? Imputation.Value.draw(seed: UInt64(seed?.value ?? 1)) : .mean
    let start = ImputeConsumer(fit, value, grouped: group != nil, decimalMark: input.schema.dialect.decimalMark)
    let plan = ReadingPlan(
      values: columns, texts: group.map { [$0] } ?? [], places: columns, missing: .stays, lines: .counted)
    let total = Lock(ImputeConsumer.Count())
    if stream.write(input.head) == .stop { try stream.finish() }
    _ = try ProgressLine.during(input, quiet: quiet) { () throws(Failure) in
      try reading { () throws(TabularError) in
        try input.read(
          plan, threads: readingFlags.threadCount, consumer: { start },
          inOrder: { part in
            total.withLock { $0.add(part.count) }
            return stream.write(part.text)
          })
      }
    }
    try stream.finish()
    if !quiet { tell(total.withLock { $0 }, file) }
    return .success
  }

  /// What was done, and what was not.
  private func tell(_ count: ImputeConsumer.Count, _ file: String?) {
    let cells = "\(Numbers.counted(count.cells, "cell")) in \(count.rows) of \(Numbers.counted(count.read, "row"))"
    StandardError.write("statcli: filled in \(cells)\(file.map { ", wrote \($0.printable)" } ?? "")\n")
    guard count.foreign > 0 else { return }
    let warning = Warning(
      code: "W014",
      text: "\(Numbers.counted(count.foreign, "row")) left as they are: of groups that the model does not have")
    StandardError.write(warning.text(style: Terminal(descriptor: 2, color: .auto).style))
  }

  /// The model of the table itself.
  private func fitted(to path: String, _ options: Tabular.ReadingOptions) throws(Failure) -> Model {
    guard path != "-", !System.isSpecial(path) else {
      throw Failure(
        .usage, "what is fitted first is read twice, which standard input and pipes cannot be",
        at: path == "-" ? "standard input" : path,
        mend: "--model model.fit")
    }
    let input = try reading { () throws(TabularError) in try DelimitedInput(paths: [path], options: options) }
    let choice = try ColumnChoice(input.schema, file: path, columns: columnFlags)
    if !quiet {
      let style = Terminal(descriptor: 2, color: .auto).style
      for warning in choice.warnings {
        StandardError.write(
          Warning(code: warning.code, text: warning.text, mend: warning.code == "W009" ? warning.mend : nil)
            .text(style: style))
      }
    }
    let file = try incompleteFit(input, columns: choice.used, path: path, threads: readingFlags.threadCount)
    return Model(path: path, file: file)
  }
}

/// The maximum-likelihood Gaussian of all cells that are there.
private func incompleteFit(
  _ input: DelimitedInput, columns: [Int], path: String, threads: Int
) throws(Failure) -> FitFile {
  let plan = ReadingPlan(values: columns, missing: .stays)
  let count = columns.count
  let rows = try reading { () throws(TabularError) in
    try input.read(plan, threads: threads) { RowsConsumer(columns: count) }.result
  }
  let names = columns.map { input.schema.names[$0] }
  return try gaussFit(at: path) { () throws(GaussFitError) in
    let sample = try IncompleteSample(rows: rows ?? [], columns: names)
    if sample.missingCells == 0 {
      let fit = try Fit(Moments(rows: Matrix(rowArrays: rows ?? []), columns: names))
      return FitFile([
        FitFile.Distribution(
          columns: names, sampleSize: fit.sampleSize, structure: "full", gaussian: fit.gaussian,
          covariance: fit.covariance)
      ])
    }
    let fit = try IncompleteFit(sample)
    return FitFile([
      FitFile.Distribution(
        columns: names, sampleSize: sample.rows, structure: "full", gaussian: fit.gaussian, covariance: fit.covariance)
    ])
  }
}

/// Collects rows; NaN is a missing cell.
private struct RowsConsumer: ChunkConsumer {
  let columns: Int
  private var rows: [[Double]] = []

  init(columns: Int) { self.columns = columns }

  mutating func consume(_ chunk: borrowing Chunk) {
    for row in 0..<chunk.rows {
      var cells: [Double] = []
      for c in 0..<columns { cells.append(chunk.numbers[c * chunk.stride + row]) }
      rows.append(cells)
    }
  }

  mutating func finishBlock() -> [[Double]] {
    defer { rows = [] }
    return rows
  }

  static func merge(_ partial: inout [[Double]], with later: [[Double]]) { partial += later }
}
