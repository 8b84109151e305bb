// `statcli gauss fit`: from files to the fitted Gaussian and its page.
import ArgumentParser
import GaussFit

struct FitCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fit a Gaussian to files, by maximum likelihood.",
    discussion: """
      Examples:
        statcli gauss iris.csv
        statcli gauss iris.csv --by Species --covariance tied
        statcli gauss airquality.csv --exclude Ozone --json

      Numeric columns are used. Where cells are missing, the fit is the one that makes the observed cells most \
      likely. The divisor is n; for complete data the estimates with n - 1 stand beside. A singular covariance is explained and never repaired unasked (status 1).
      """)

  @Argument(
    help: ArgumentHelp(
      "Tables (plain, gzip, zstd; - is standard input) or .gauss files, which are combined.", valueName: "file"))
  var files: [String] = []

  @OptionGroup(title: "Fit") var fitFlags: FitFlags
  @OptionGroup(title: "Columns") var columnFlags: ColumnFlags
  @OptionGroup(title: "Rows") var dataFlags: DataFlags

  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if fitFlags.covariance.closed == .tied && dataFlags.by == nil {
      throw ValidationError("--covariance tied needs --by COLUMN")
    }
    if dataFlags.by != nil, fitFlags.method == .gradient || fitFlags.covariance.closed == nil {
      throw ValidationError("--by is for closed forms: fit the groups one by one")
    }
    if fitFlags.trace == "-", let format = output.namedFormat ?? output.output.map({ "-o \($0)" }) {
      throw ValidationError("--trace - and \(format) exclude each other: the trace takes the place of the report")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    let paths = try InputPaths.resolve(files, command: "gauss")
    try InputPaths.keep(paths, from: [output.file, fitFlags.save, fitFlags.trace])
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let model = try ModelDestination(fitFlags.save, force: output.force)
    var trace = try OptionalFile(fitFlags.trace == "-" ? nil : fitFlags.trace, force: output.force)
    let clock = Stopwatch()
    let data = try GaussData(
      paths: paths, columns: columnFlags, data: dataFlags, reading: readingFlags,
      quiet: output.quiet, missing: fitFlags.missingRows)
    if output.verbose { StandardError.write("statcli: read \(data.name.printable) in \(clock.text)\n") }
    let request = fitFlags.request
    let outcome = try Outcome(data, request, threads: readingFlags.threadCount)
    if output.verbose { StandardError.write("statcli: fitted after \(clock.text)\n") }
    try model.write(outcome.model(data, request))
    var report = FitReport(data: data, request: request, outcome: outcome, command: Typed.command).report
    if case .searched(let fit) = outcome {
      try trace.write(fit.traceCSV)
      if fitFlags.trace == "-" { report.bare = fit.traceCSV }
    }
    return try publisher.publish(report, to: destination)
  }
}

/// What came of it.
enum Outcome {
  case single(Fit)
  case grouped(GroupedFit)
  /// Any covariance, by gradients.
  case searched(GradientFit)
  /// A covariance of a form that is searched for.
  case structured(StructuredFit)
  /// Any covariance, of rows with missing cells; each group by itself.
  case incomplete([Incomplete])
  /// A covariance is singular: the answer is "no", and the report says why.
  case singular(Singularity)
  /// In some groups; `fits` are the others.
  case singularGroups([GroupSingularity], fits: [(name: String, fit: Fit)])

  typealias Incomplete = (name: String?, fit: IncompleteFit)

  init(_ data: GaussData, _ request: FitRequest, threads: Int) throws(Failure) {
    let asked = try request.asked.map { list throws(Failure) in
      try ColumnSelection([list], flag: "--standard-errors").indices(in: data.columns)
    }
    let formula = try request.covariance.formula(columns: data.columns, declarations: request.declarations)
    do throws(GaussFitError) {
      if data.isIncomplete {
        var fits: [Incomplete] = []
        for group in data.groups {
          fits.append(
            (
              group.label,
              try IncompleteFit(group.incomplete!, detail: request.detail, asked: asked ?? [], threads: threads)
            ))
        }
        self = .incomplete(fits)
      } else if let optimizer = request.optimizer {
        self = .searched(try GradientFit(data.groups[0].moments, optimizer: optimizer))
      } else if let formula {
        self = .structured(try StructuredFit(data.groups[0].moments, formula))
      } else if data.groupedBy == nil {
        self = .single(
          try Fit(
            data.groups[0].moments, structure: request.structure, ridge: request.ridge,
            constantColumns: request.constantColumns))
      } else {
        self = .grouped(
          try GroupedFit(
            data.groups.map { ($0.label ?? "", $0.moments) }, pooling: request.pooling, structure: request.structure,
            ridge: request.ridge, constantColumns: request.constantColumns))
      }
    } catch .singular(let singularity) {
      self = .singular(singularity)
    } catch .singularGroups(let singular) {
      let names = Set(singular.map(\.group))
      self = .singularGroups(
        singular,
        fits: data.groups.filter { !names.contains($0.label ?? "") }.compactMap { group in
          let fit = try? Fit(
            group.moments, structure: request.structure, ridge: request.ridge, constantColumns: request.constantColumns)
          return fit.map { (group.label ?? "", $0) }
        })
    } catch .notIdentified(let pairs) {
      // A column of the first pair has to go.
      let name = pairs.first.flatMap { pair in data.columns.last { pair.hasSuffix(" and \($0)") } }
      throw Failure(
        .answeredNo, GaussFitError.notIdentified(pairs).description, at: data.name,
        mend: name.map { "--exclude \(ColumnSelection.word(for: $0))" } ?? "--missing drop")
    } catch .notPositiveDefinite(let reason) where data.isIncomplete {
      throw Failure(
        .answeredNo, "the likelihood of the observed cells has no maximum: \(reason)", at: data.name,
        mend: "--missing drop")
    } catch .formula(_, let reason) {
      throw Failure(
        .usage, "--covariance \(shellQuoted(request.covariance.text)): \(reason)", mend: "statcli help language")
    } catch {
      throw Failure(.badData, error.description, at: data.name)
    }
  }

  var isSingular: Bool {
    switch self {
    case .single, .grouped, .searched, .structured, .incomplete: false
    case .singular, .singularGroups: true
    }
  }

  var isSearched: Bool {
    switch self {
    case .searched, .structured: true
    case .single, .grouped, .incomplete, .singular, .singularGroups: false
    }
  }

  /// Whether a search, if there was one, came to its end.
  var isConverged: Bool {
    switch self {
    case .searched(let fit): fit.converged
    case .structured(let fit): fit.converged
    case .incomplete(let fits): fits.allSatisfy(\.fit.converged)
    case .single, .grouped, .singular, .singularGroups: true
    }
  }

  /// The fits in closed form by name; the name is nil where rows were not divided.
  var fits: [(name: String?, fit: Fit)] {
    switch self {
    case .single(let fit): [(nil, fit)]
    case .grouped(let grouped): zip(grouped.names, grouped.fits).map { ($0, $1) }
    case .singular, .searched, .structured, .incomplete: []
    case .singularGroups(_, let fits): fits.map { ($0, $1) }
    }
  }
}
