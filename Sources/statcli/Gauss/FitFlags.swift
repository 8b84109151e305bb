// What is asked of a fit, on the command line and as a value.
import ArgumentParser
import GaussFit
import MatDeriv

struct FitFlags: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "full, diag (no correlations), spherical (one variance), cs (one variance, one correlation), or tied (one for all groups of --by); searched for: csh, ar1, ar1h, toeplitz, banded:K, block:a,b/c,d, zeros:FILE (1 free, 0 zero), factor:K, ppca:K, or a formula of the language such as \"diag(exp(p)) + b*b'\".",
      valueName: "structure"))
  var covariance: CovarianceChoice = .full

  @Option(
    name: .customLong("let"), parsing: .singleValue,
    help: ArgumentHelp(
      "What a name of the formula is: 'B: matrix(d,2)'; d is the number of columns. May be repeated.",
      valueName: "declaration"))
  var declarations: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "closed, or gradient: search for the fit by the derived gradient, from mean 0 and uncorrelated columns.",
      valueName: "name"))
  var method: FitMethod = .closed

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Of --method gradient: lbfgs (default), newton, natural (Fisher scoring), gd.", valueName: "name"))
  var optimizer: LikelihoodOptimizer?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Of --method gradient: write iteration, log-likelihood and gradient norm as CSV; - prints them in the place of the report.",
      valueName: "file"))
  var trace: String?

  @Flag(name: .long, help: "Of --method gradient: show the likelihood and its derivation, step by step.")
  var explain = false

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Add this to every variance, in squared units of the data; never done unasked.", valueName: "value"))
  var ridge: Real?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Rows with missing cells: ml (default: all observed cells count, by their likelihood), or drop (complete rows alone).",
      valueName: "way"))
  var missing: MissingWay?

  @Flag(
    name: .long,
    help:
      "Of data with missing cells: mean, covariance and log-likelihood alone, without standard errors and certificate.")
  var estimatesOnly = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Of data with missing cells in many columns: standard errors of these columns' means and covariances, however long they take.",
      valueName: "columns"))
  var standardErrors: String?

  @Flag(name: .long, help: "Leave out columns that do not vary.")
  var dropConstant = false

  @Flag(name: .long, help: "Show the covariance with divisor n - 1 on the page (the other formats hold both).")
  var unbiased = false

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Level of confidence intervals (default: 0.95).", valueName: "level"))
  var level: Real?

  @Option(name: .long, help: ArgumentHelp("Save the fitted distribution.", valueName: "model.fit"))
  var save: String?

  /// Mean and covariance of all cells that are there, without standard errors.
  static let estimates = try! FitFlags.parse(["--estimates-only"])

  func validate() throws {
    if let level, !(level.value > 0 && level.value < 1) {
      throw ValidationError("--level lies between 0 and 1; it is \(Numbers.exact(level.value))")
    }
    if let ridge, !(ridge.value > 0) {
      throw ValidationError("--ridge is positive; it is \(Numbers.exact(ridge.value))")
    }
    if method == .closed {
      let flags = [("--optimizer", optimizer != nil), ("--trace", trace != nil), ("--explain", explain)]
      if let flag = flags.first(where: \.1) { throw ValidationError("\(flag.0) needs --method gradient") }
    } else if covariance != .full {
      throw ValidationError(
        "--method gradient fits any covariance; --covariance \(covariance.text) has a way of its own")
    }
    if method == .gradient || covariance.closed == nil {
      if ridge != nil { throw ValidationError("--ridge is for closed forms") }
      if unbiased { throw ValidationError("--unbiased is for closed forms: a search has divisor n") }
    }
    if missing == .ml, missingRows == .dropped {
      throw ValidationError(
        "--missing ml fits any covariance in closed form or by its own search: not with --covariance, --method gradient, --ridge, --drop-constant"
      )
    }
    if standardErrors != nil, estimatesOnly {
      throw ValidationError("--standard-errors and --estimates-only exclude each other")
    }
    if !declarations.isEmpty, covariance.closed != nil, covariance != .full {
      throw ValidationError("--let declares names of a formula; --covariance \(covariance.text) is none")
    }
  }

  /// What becomes of rows with missing cells: all cells count where the covariance is any.
  var missingRows: MomentsRequest.Missing {
    let isAny = covariance == .full && method == .closed && ridge == nil && !dropConstant
    return missing != .drop && isAny ? .grouped : .dropped
  }

  var request: FitRequest {
    FitRequest(
      structure: covariance.closed.flatMap { Structure(rawValue: $0.rawValue) } ?? .full,
      pooling: covariance.closed == .tied ? .tied : .separate, ridge: ridge?.value,
      constantColumns: dropConstant ? .drop : .refuse, unbiased: unbiased, level: level?.value ?? 0.95,
      covariance: covariance, declarations: declarations,
      optimizer: method == .gradient ? optimizer ?? .lbfgs : nil, explains: explain,
      detail: estimatesOnly ? .estimates : .full, asked: standardErrors)
  }
}

/// What becomes of rows with missing cells.
enum MissingWay: String, CaseIterable, ExpressibleByArgument {
  case ml, drop
}

enum FitMethod: String, CaseIterable, ExpressibleByArgument {
  case closed, gradient
}

extension LikelihoodOptimizer: ExpressibleByArgument {}

/// What is asked of the fit.
struct FitRequest {
  var structure: Structure
  var pooling: Pooling
  var ridge: Double?
  var constantColumns: ConstantColumns
  var unbiased: Bool
  var level: Double
  /// As it was typed, with the declarations of its formula.
  var covariance: CovarianceChoice
  var declarations: [String]
  /// Mean or covariance, where they are known.
  var knownMean: [Double]?
  var knownCovariance: Matrix<Double>?
  /// How the covariance is to be shrunk.
  var shrinkage: ShrinkageChoice?
  /// What is to be compared; empty for a single fit.
  var compared: [CovarianceChoice] = []
  /// The method of a search for any covariance; nil for the closed form.
  var optimizer: LikelihoodOptimizer?
  var explains: Bool
  /// Of data with missing cells.
  var detail: IncompleteDetail
  /// Columns whose standard errors are wanted whatever they cost, as they were typed.
  var asked: String?
}
