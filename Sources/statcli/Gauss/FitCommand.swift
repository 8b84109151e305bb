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
        statcli gauss iris.csv --compare all
        statcli gauss airquality.csv --exclude Ozone --json

      Numeric columns are used. Where cells are missing, the fit is the one that makes the observed cells most \
      likely. The divisor is n; for complete data the estimates with n - 1 stand beside. A singular covariance is explained and never repaired unasked (status 1).
      """)

  @Argument(
    help: ArgumentHelp(
      "Tables (plain, gzip, zstd; - is standard input) or .gauss files, which are combined.", valueName: "file"))
  var files: [String] = []

  @OptionGroup(title: "Fit") var fitFlags: FitFlags
  @OptionGroup(title: "Known") var givenFlags: GivenFlags
  @OptionGroup(title: "Comparison") var compareFlags: CompareFlags
  @OptionGroup(title: "Shrinkage") var shrinkageFlags: ShrinkageFlags
  @OptionGroup(title: "Intervals") var intervalFlags: IntervalFlags
  @OptionGroup(title: "Columns") var columnFlags: ColumnFlags
  @OptionGroup(title: "Rows") var dataFlags: DataFlags

  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if fitFlags.covariance.closed == .tied && dataFlags.by == nil {
      throw ValidationError("--covariance tied needs --by COLUMN")
    }
    let contradiction =
      fitFlags.contradiction(givenFlags, by: dataFlags.by)
      ?? compareFlags.contradiction(fitFlags, givenFlags, by: dataFlags.by)
      ?? shrinkageFlags.contradiction(fitFlags, givenFlags, compareFlags, dataFlags)
      ?? intervalFlags.contradiction(fitFlags, givenFlags, compareFlags, shrinkageFlags, by: dataFlags.by)
    if fitFlags.missing == .ml, let flag = ofCompleteRows {
      throw ValidationError("\(flag) is of complete rows: not with --missing ml")
    }
    if let contradiction { throw ValidationError(contradiction) }
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
      quiet: output.quiet, keeping: keeping, missing: missingRows)
    if output.verbose { StandardError.write("statcli: read \(data.name.printable) in \(clock.text)\n") }
    var request = try fitFlags.request(for: data, givenFlags, compareFlags)
    request.shrinkage = shrinkageFlags.shrinkage
    let outcome = try Outcome(data, request, threads: readingFlags.threadCount)
    if output.verbose { StandardError.write("statcli: fitted after \(clock.text)\n") }
    let intervals = try IntervalTable(intervalFlags, request, outcome, data, threads: readingFlags.threadCount)
    try model.write(outcome.model(data, request))
    var report = FitReport(
      data: data, request: request, outcome: outcome, furtherIntervals: intervals, command: Typed.command
    ).report
    if case .searched(let fit) = outcome {
      try trace.write(fit.traceCSV)
      if fitFlags.trace == "-" { report.bare = fit.traceCSV }
    }
    return try publisher.publish(report, to: destination)
  }
}

extension FitCommand {
  /// Rows are kept where they are looked at again.
  private var keeping: MomentsRequest.Keeping {
    let looksAgain = intervalFlags.kind == .bootstrap || shrinkageFlags.shrinkage == .ledoitWolf
    return looksAgain && dataFlags.weights == nil ? .rows : .moments
  }

  /// What is defined for complete rows alone, by the flag that asks for it.
  private var ofCompleteRows: String? {
    let flags = [
      ("--compare", !compareFlags.compare.isEmpty), ("--intervals", intervalFlags.kind != nil),
      ("--shrinkage", shrinkageFlags.shrinkage != nil), ("--mean", givenFlags.mean != nil),
      ("--known-covariance", givenFlags.knownCovariance != nil),
    ]
    return flags.first(where: \.1)?.0
  }

  private var missingRows: MomentsRequest.Missing { ofCompleteRows == nil ? fitFlags.missingRows : .dropped }
}

/// What came of it.
enum Outcome {
  case single(Fit)
  case grouped(GroupedFit)
  /// Any covariance, by gradients.
  case searched(GradientFit)
  /// A covariance of a form that is searched for; of groups one for each.
  case structured(StructuredFit)
  case structuredGroups(GroupedStructuredFit)
  /// Of a given covariance the mean.
  case knownCovariance(KnownCovarianceFit)
  /// Any covariance, shrunk.
  case shrunk(ShrunkFit)
  /// Several structures side by side.
  case compared(Comparison)
  /// Any covariance, of rows with missing cells; each group by itself.
  case incomplete([Incomplete])
  /// A covariance is singular: the answer is "no", and the report says why.
  case singular(Singularity)
  /// In some groups; `fits` are the others.
  case singularGroups([GroupSingularity], fits: [(name: String, fit: Fit)])

  typealias Incomplete = (name: String?, fit: IncompleteFit)

  init(_ data: GaussData, _ request: FitRequest, threads: Int) throws(Failure) {
    if data.isIncomplete {
      self = try Outcome(incomplete: data, request, threads: threads)
      return
    }
    let groups = try data.searched(request)
    if let choice = request.shrinkage {
      self = .shrunk(try ShrunkFit(choice, groups[0].moments, data, threads: threads))
      return
    }
    let form = try request.form(of: groups[0].moments.columns, in: data.columns)
    let compared = try request.forms(of: groups[0].moments.columns, in: data.columns)
    do throws(GaussFitError) {
      if !request.compared.isEmpty {
        self = .compared(try Comparison(groups[0].moments, compared))
      } else if let optimizer = request.optimizer {
        self = .searched(try GradientFit(groups[0].moments, optimizer: optimizer))
      } else if let covariance = request.knownCovariance {
        self = .knownCovariance(try KnownCovarianceFit(data.groups[0].moments, covariance: covariance))
      } else if let formula = form.formula(dimension: groups[0].moments.columns.count) {
        self =
          data.groupedBy == nil
          ? .structured(
            try StructuredFit(groups[0].moments, formula, knownMean: request.knownMean(of: groups[0].moments, in: data))
          )
          : .structuredGroups(try GroupedStructuredFit(groups, formula))
      } else if data.groupedBy == nil {
        self = .single(
          try Fit(
            data.groups[0].moments, knownMean: request.knownMean, structure: request.structure, ridge: request.ridge,
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
        fits: form.formula(dimension: 1) != nil
          ? []
          : data.groups.filter { !names.contains($0.label ?? "") }.compactMap { group in
            let fit = try? Fit(
              group.moments, structure: request.structure, ridge: request.ridge,
              constantColumns: request.constantColumns)
            return fit.map { (group.label ?? "", $0) }
          })
    } catch .formula(let text, let reason) {
      let flag =
        request.compared.isEmpty
        ? "--covariance \(shellQuoted(request.covariance.text))" : "--compare \(shellQuoted(text))"
      throw Failure(.usage, "\(flag): \(reason)", mend: "statcli help language")
    } catch {
      throw Failure(.badData, error.description, at: data.name)
    }
  }

  /// Of rows with missing cells, each group by itself.
  private init(incomplete data: GaussData, _ request: FitRequest, threads: Int) throws(Failure) {
    let asked = try request.asked.map { list throws(Failure) in
      try ColumnSelection([list], flag: "--standard-errors").indices(in: data.columns)
    }
    var fits: [Incomplete] = []
    for group in data.groups {
      fits.append((group.label, try Outcome.fit(group, data, request, asked ?? [], threads: threads)))
    }
    self = .incomplete(fits)
  }

  /// The fit of one group; a failure says which.
  private static func fit(
    _ group: GaussData.Group, _ data: GaussData, _ request: FitRequest, _ asked: [Int], threads: Int
  ) throws(Failure) -> IncompleteFit {
    let place = group.label.map { "group \"\($0)\": " } ?? ""
    do throws(GaussFitError) {
      return try IncompleteFit(group.incomplete!, detail: request.detail, asked: asked, threads: threads)
    } catch .notIdentified(let pairs) {
      // A column of the first pair has to go.
      throw Failure(
        .answeredNo, place + GaussFitError.notIdentified(pairs).description, at: data.name,
        mend: pairs.first.map { "--exclude \(ColumnSelection.word(for: $0.second))" } ?? "--missing drop")
    } catch .notPositiveDefinite(let reason) {
      throw Failure(
        .answeredNo, place + "the likelihood of the observed cells has no maximum: \(reason)", at: data.name,
        mend: "--missing drop")
    } catch { throw Failure(.badData, place + error.description, at: data.name) }
  }

  var isSingular: Bool {
    switch self {
    case .single, .grouped, .searched, .structured, .structuredGroups, .knownCovariance, .shrunk, .incomplete: false
    case .compared(let comparison): comparison.lowestBIC == nil
    case .singular, .singularGroups: true
    }
  }

  /// Whether a search, if there was one, came to its end.
  var isConverged: Bool {
    switch self {
    case .searched(let fit): fit.converged
    case .structured(let fit): fit.converged
    case .structuredGroups(let grouped): grouped.converged
    case .compared(let comparison): comparison.members.allSatisfy { $0.converged || $0.failure != nil }
    case .incomplete(let fits): fits.allSatisfy(\.fit.converged)
    case .single, .grouped, .knownCovariance, .shrunk, .singular, .singularGroups: true
    }
  }

  /// The fits in closed form by name; the name is nil where rows were not divided.
  var fits: [(name: String?, fit: Fit)] {
    switch self {
    case .single(let fit): [(nil, fit)]
    case .grouped(let grouped): zip(grouped.names, grouped.fits).map { ($0, $1) }
    case .singular, .searched, .structured, .structuredGroups, .knownCovariance, .shrunk, .compared, .incomplete: []
    case .singularGroups(_, let fits): fits.map { ($0, $1) }
    }
  }

  /// The fits of a form that is searched for, in the same way.
  var structuredFits: [(name: String?, fit: StructuredFit)] {
    switch self {
    case .structured(let fit): [(nil, fit)]
    case .structuredGroups(let grouped): zip(grouped.names, grouped.fits).map { ($0, $1) }
    default: []
    }
  }
}
