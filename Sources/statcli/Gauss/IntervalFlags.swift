// `--intervals`, `--bootstrap`, `--seed`: intervals by the law of large samples, by the likelihood itself, or by resampling.
import ArgumentParser
import GaussFit
import MatDeriv

struct IntervalFlags: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Further intervals: wald (standard errors), profile (likelihood ratio), bootstrap (percentiles of replicates).",
      valueName: "kind"))
  var intervals: IntervalKind?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Replicates of --intervals bootstrap (default: 999): rows are drawn again, or of .gauss files and of weights moments of the fitted Gaussian.",
      valueName: "number"))
  var bootstrap: Count?

  @Option(name: .long, help: ArgumentHelp("Seed of the bootstrap (default: 1).", valueName: "number"))
  var seed: Count?

  /// The kind that is asked for; a number of replicates asks for a bootstrap.
  var kind: IntervalKind? { intervals ?? (bootstrap == nil ? nil : .bootstrap) }

  /// What cannot be asked for, as a sentence.
  func contradiction(
    _ fit: FitFlags, _ given: GivenFlags, _ compare: CompareFlags, _ shrinkage: ShrinkageFlags, by: String?
  ) -> String? {
    if bootstrap != nil, intervals != nil, intervals != .bootstrap {
      return "--bootstrap and --intervals \(intervals!.rawValue) exclude each other"
    }
    if seed != nil, kind != .bootstrap { return "--seed needs --bootstrap" }
    guard let kind else { return nil }
    let level = fit.level?.value ?? 0.95
    let fewest = Bootstrap.fewestReplicates(level: level)
    if kind == .bootstrap, (bootstrap?.value ?? 999) < fewest {
      return
        "--bootstrap \(bootstrap?.value ?? 999): the level \(Numbers.exact(level)) needs at least \(fewest) replicates"
    }
    if kind == .bootstrap, (bootstrap?.value ?? 999) > 1_000_000 {
      return "--bootstrap takes at most 1000000 replicates"
    }
    if by != nil { return "--intervals is for all rows: fit the groups one by one" }
    if !compare.compare.isEmpty { return "--intervals and --compare exclude each other: compare first" }
    if shrinkage.shrinkage != nil { return "--intervals and --shrinkage exclude each other" }
    if fit.method == .gradient { return "--intervals is for --method closed, which has the same fit" }
    if given.knownCovariance != nil {
      return "--intervals and --known-covariance exclude each other: those of the mean are exact"
    }
    return nil
  }
}

enum IntervalKind: String, CaseIterable, ExpressibleByArgument {
  case wald, profile, bootstrap
}

/// Intervals of one kind, as reports show them.
struct IntervalTable {
  struct Entry {
    var quantity: String
    /// The column or the parameter, and the second column of a pair.
    var row: String
    var column: String?
    var estimate: Double
    var error: Double?
    var interval: Interval?
  }

  let kind: IntervalKind
  var entries: [Entry] = []
  /// Of a bootstrap.
  var bootstrap: Bootstrap?

  /// **Throws**: status 64 where the fit has no intervals of this kind.
  init?(_ flags: IntervalFlags, _ request: FitRequest, _ outcome: Outcome, _ data: GaussData, threads: Int)
    throws(Failure)
  {
    guard let kind = flags.kind else { return nil }
    self.kind = kind
    let level = request.level
    do throws(GaussFitError) {
      switch (outcome, kind) {
      case (.single(let fit), .wald): wald(fit, level)
      case (.single(let fit), .profile):
        guard fit.ridge == nil, fit.structure == .full || fit.structure == .diagonal else {
          throw .testUndefined(name: "profile", reason: "")
        }
        profile(fit, level)
      case (.single(let fit), .bootstrap):
        let bootstrap = try Bootstrap(
          fit, try resampling(data, columns: fit.columns), replicates: flags.bootstrap?.value ?? 999,
          seed: UInt64(flags.seed?.value ?? 1), threads: threads)
        add(bootstrap, fit.columns, fit.mean, fit.covarianceWithoutRidge, isKnown: fit.meanSource == .known, level)
      case (.structured(let fit), .wald): wald(fit, level)
      case (.structured(let fit), .profile):
        guard request.isWritten(fit) else { throw .testUndefined(name: "profile", reason: "") }
        for (parameter, intervals) in zip(fit.parameters, try fit.profileIntervals(level: level)) {
          for ((i, j), interval) in zip(parameter.entries, intervals) {
            entries.append(
              Entry(
                quantity: "parameter", row: parameter.name + FitReport.place(of: parameter, i, j), column: nil,
                estimate: parameter.value[i, j], error: parameter.standardError[i, j], interval: interval))
          }
        }
      case (.structured(let fit), .bootstrap):
        let bootstrap = try Bootstrap(
          fit, try resampling(data, columns: fit.moments.columns), replicates: flags.bootstrap?.value ?? 999,
          seed: UInt64(flags.seed?.value ?? 1), threads: threads)
        add(
          bootstrap, fit.moments.columns, fit.gaussian.mean, fit.covariance, isKnown: fit.meanSource == .known, level)
      default: return nil
      }
    } catch .testUndefined("profile", _) {
      throw Failure(
        .usage,
        "--intervals profile is for the full and the diagonal structure without a ridge, and for the parameters of a formula",
        mend: "--intervals bootstrap", "--intervals wald")
    } catch .testUndefined(_, let reason) {
      throw Failure(.usage, "--intervals \(kind.rawValue): \(reason)", mend: "--intervals wald")
    } catch {
      throw Failure(.badData, error.description, at: data.name)
    }
  }

  private func resampling(_ data: GaussData, columns: [String]) throws(GaussFitError) -> Resampling {
    guard let rows = data.groups[0].rows, data.weightedBy == nil else { return .parametric }
    let kept = data.columns.indices.filter { columns.contains(data.columns[$0]) }
    return .rows(kept.count == data.columns.count ? rows : rows[columns: kept])
  }

  private mutating func wald(_ fit: Fit, _ level: Double) {
    let (errors, covarianceErrors) = (fit.meanStandardError, fit.covarianceStandardError)
    if fit.meanSource == .estimated {
      for j in fit.columns.indices { add("mean", fit.columns[j], nil, fit.mean[j], errors[j], level) }
    }
    let covariance = fit.covarianceWithoutRidge
    for (i, j) in IntervalTable.pairs(fit.dimension) where covarianceErrors[i, j] > 0 {
      add("covariance", fit.columns[i], fit.columns[j], covariance[i, j], covarianceErrors[i, j], level)
    }
  }

  private mutating func wald(_ fit: StructuredFit, _ level: Double) {
    let columns = fit.moments.columns
    if fit.meanSource == .estimated {
      for j in columns.indices { add("mean", columns[j], nil, fit.gaussian.mean[j], fit.meanStandardError[j], level) }
    }
    for (i, j) in IntervalTable.pairs(columns.count) where fit.covarianceStandardError[i, j] > 0 {
      add("covariance", columns[i], columns[j], fit.covariance[i, j], fit.covarianceStandardError[i, j], level)
    }
  }

  private mutating func add(
    _ quantity: String, _ row: String, _ column: String?, _ estimate: Double, _ error: Double, _ level: Double
  ) {
    entries.append(
      Entry(
        quantity: quantity, row: row, column: column, estimate: estimate, error: error,
        interval: Interval(wald: estimate, standardError: error, level: level)))
  }

  private mutating func profile(_ fit: Fit, _ level: Double) {
    let columns = fit.columns
    if fit.meanSource == .estimated {
      for j in columns.indices {
        entries.append(
          Entry(
            quantity: "mean", row: columns[j], column: nil, estimate: fit.mean[j], error: fit.meanStandardError[j],
            interval: fit.profileMeanInterval(j, level: level)))
      }
    }
    for j in columns.indices {
      entries.append(
        Entry(
          quantity: "variance", row: columns[j], column: nil, estimate: fit.covariance[j, j],
          error: fit.covarianceStandardError[j, j], interval: fit.profileVarianceInterval(j, level: level)))
    }
    guard fit.structure == .full else { return }
    let correlation = fit.correlation
    for (i, j) in IntervalTable.pairs(fit.dimension) where i != j {
      entries.append(
        Entry(
          quantity: "correlation", row: columns[i], column: columns[j], estimate: correlation[i, j], error: nil,
          interval: fit.profileCorrelationInterval(i, j, level: level)))
    }
  }

  private mutating func add(
    _ bootstrap: Bootstrap, _ columns: [String], _ mean: [Double], _ covariance: Matrix<Double>, isKnown: Bool,
    _ level: Double
  ) {
    self.bootstrap = bootstrap
    if !isKnown {
      for j in columns.indices {
        entries.append(
          Entry(
            quantity: "mean", row: columns[j], column: nil, estimate: mean[j], error: bootstrap.meanStandardError(j),
            interval: bootstrap.meanInterval(j, level: level)))
      }
    }
    for (i, j) in IntervalTable.pairs(columns.count) where covariance[i, j] != 0 {
      entries.append(
        Entry(
          quantity: "covariance", row: columns[i], column: columns[j], estimate: covariance[i, j],
          error: bootstrap.covarianceStandardError(i, j), interval: bootstrap.covarianceInterval(i, j, level: level)))
    }
    for (i, j) in IntervalTable.pairs(columns.count) where i != j && covariance[i, j] != 0 {
      entries.append(
        Entry(
          quantity: "correlation", row: columns[i], column: columns[j],
          estimate: covariance[i, j] / (covariance[i, i] * covariance[j, j]).squareRoot(),
          error: bootstrap.correlationStandardError(i, j), interval: bootstrap.correlationInterval(i, j, level: level)))
    }
  }

  /// The lower triangle by rows.
  private static func pairs(_ d: Int) -> [(Int, Int)] { (0..<d).flatMap { i in (0...i).map { (i, $0) } } }
}
