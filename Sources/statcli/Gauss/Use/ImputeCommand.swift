// `statcli gauss impute`: fills in missing cells of a table and leaves every other byte of it as it stands.
import ArgumentParser
import GaussFit
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
    var flags = readingFlags
    // A cell that is not there cannot be filled in.
    if flags.ragged == nil { flags.ragged = .error }
    let options = flags.options
    let fit: Model
    if let model { fit = try Model(model) } else { fit = try fitted(to: path, flags) }
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
    try scanRows(input, plan, threads: readingFlags.threadCount, quiet: quiet, start) { part in
      total.withLock { $0.add(part.count) }
      return stream.write(part.text)
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
      code: "W015",
      text: "\(Numbers.counted(count.foreign, "row")) left as they are: of groups that the model does not have")
    StandardError.write(warning.text(style: Terminal(descriptor: 2, color: .auto).style))
  }

  /// The model of the table itself: the maximum-likelihood Gaussian of all cells that are there.
  private func fitted(to path: String, _ flags: ReadingFlags) throws(Failure) -> Model {
    guard path != "-", !System.isSpecial(path) else {
      throw Failure(
        .usage, "what is fitted first is read twice, which standard input and pipes cannot be",
        at: path == "-" ? "standard input" : path, mend: "--model model.fit")
    }
    let data = try GaussData(
      paths: [path], columns: columnFlags, data: .none, reading: flags, quiet: quiet, missing: .grouped)
    let request = FitFlags.estimates.request
    let outcome = try Outcome(data, request, threads: flags.threadCount)
    guard let file = outcome.model(data, request) else {
      if case .singular(let singularity) = outcome {
        throw Failure(.answeredNo, singularity.sentence, at: path, mend: "statcli gauss \(shellQuoted(path))")
      }
      throw Failure(.answeredNo, "the covariance is singular", at: path, mend: "statcli gauss \(shellQuoted(path))")
    }
    if !quiet {
      let style = Terminal(descriptor: 2, color: .auto).style
      for warning in data.warnings {
        let mend = warning.mend?.hasPrefix("--exclude") == true ? warning.mend : nil
        StandardError.write(Warning(code: warning.code, text: warning.text, mend: mend).text(style: style))
      }
    }
    return Model(path: path, file: file)
  }
}
