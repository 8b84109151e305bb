// `statcli gauss cv`: which structure of the covariance predicts rows best that it was not fitted to.
import ArgumentParser
import GaussFit

struct CrossValidateCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "cv", abstract: "Cross-validate structures of the covariance by their log score.",
    discussion: """
      Examples:
        statcli gauss cv iris.csv
        statcli gauss cv iris.csv --folds 10 --seed 2 --covariance full --covariance factor:1
        statcli gauss cv faithful.csv --json

      Each row is dealt to a fold by a hash of the seed and its line; each fold is scored under the fit of all others \
      by the mean log density of its rows. The file is read once: moments of the folds are all it takes, and those of \
      all others are merged from them. Scores are higher where the fit predicts better; the standard error is that of \
      the folds' means.
      """)

  @Argument(help: ArgumentHelp("Tables (plain, gzip, zstd; - is standard input).", valueName: "file"))
  var files: [String] = []

  @Option(name: .long, help: ArgumentHelp("Number of folds (default: 5).", valueName: "k"))
  var folds: Count?

  @Option(name: .long, help: ArgumentHelp("Seed of the random numbers (default: 1).", valueName: "number"))
  var seed: Count?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "A structure, as fit takes it; may be repeated (default: full, diag, spherical and cs).", valueName: "structure"))
  var covariance: [CovarianceChoice] = []

  @Option(
    name: .customLong("let"), parsing: .singleValue,
    help: ArgumentHelp(
      "What a name of a formula is: 'B: matrix(d,2)'; d is the number of columns. May be repeated.",
      valueName: "declaration"))
  var declarations: [String] = []

  @OptionGroup(title: "Columns") var columnFlags: ColumnFlags
  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if let folds, !(2...1000).contains(folds.value) {
      throw ValidationError("--folds is a number from 2 to 1000, not \(folds.value)")
    }
    if covariance.contains(where: { $0.closed == .tied }) {
      throw ValidationError("--covariance tied is one covariance of several groups, and cv has none")
    }
    if let twice = covariance.first(where: { choice in covariance.count { $0 == choice } > 1 }) {
      throw ValidationError("--covariance \(twice.text) stands twice")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    let paths = try InputPaths.resolve(files, command: "gauss cv")
    try InputPaths.keep(paths, from: [output.file])
    if let path = paths.first(where: GaussData.isMomentsFile) {
      throw Failure(
        .usage, "a .gauss file has no rows to be dealt to folds", at: path, mend: "statcli gauss cv data.csv")
    }
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let clock = Stopwatch()
    let deal = Folds(folds?.value ?? 5, seed: UInt64(seed?.value ?? 1))
    let data = try GaussData(
      paths: paths, columns: columnFlags, data: .none, reading: readingFlags, quiet: output.quiet, folds: deal)
    if output.verbose { StandardError.write("statcli: read \(data.name.printable) in \(clock.text)\n") }
    let validation = try self.validation(data, deal)
    let choices = covariance.isEmpty ? ["full", "diag", "spherical", "cs"].map(CovarianceChoice.init) : covariance
    var results: [CrossValidated] = []
    for choice in choices { results.append(try score(choice, validation, data)) }
    if output.verbose { StandardError.write("statcli: fitted after \(clock.text)\n") }
    let report = CrossValidationReport(
      data: data, folds: deal, validation: validation, results: results, command: Typed.command)
    return try publisher.publish(report.report, to: destination)
  }

  private func validation(_ data: GaussData, _ deal: Folds) throws(Failure) -> CrossValidation {
    var folds: [Moments] = []
    for number in 0..<deal.count {
      guard let fold = data.groups.first(where: { $0.label == String(number) }) else {
        throw Failure(
          .badData,
          "no row is dealt to fold \(number + 1) of \(deal.count): \(Numbers.counted(data.rowsUsed, "row")) are too few",
          at: data.name, mend: "--folds 2", "--seed 2")
      }
      folds.append(fold.moments)
    }
    return try gaussFit(at: data.name) { () throws(GaussFitError) in try CrossValidation(folds: folds) }
  }

  private func score(
    _ choice: CovarianceChoice, _ validation: CrossValidation, _ data: GaussData
  ) throws(Failure) -> CrossValidated {
    let form = try choice.form(columns: data.columns, declarations: declarations)
    do throws(GaussFitError) {
      let score = try validation.score { moments throws(GaussFitError) in
        if case .closed(let structure) = form { return try Fit(moments, structure: structure).gaussian }
        return try StructuredFit(moments, form.formula(dimension: data.columns.count)!).gaussian
      }
      return CrossValidated(structure: choice.text, score: score, reason: nil)
    } catch .formula(_, let reason) {
      throw Failure(.usage, "--covariance \(shellQuoted(choice.text)): \(reason)", mend: "statcli help language")
    } catch .singular(let singularity) {
      return CrossValidated(structure: choice.text, score: nil, reason: singularity.sentence)
    } catch {
      throw Failure(.badData, error.description, at: data.name)
    }
  }
}

/// The score of a structure; nil with the reason where one of its fits does not exist.
struct CrossValidated {
  let structure: String
  let score: CrossScore?
  let reason: String?
}
