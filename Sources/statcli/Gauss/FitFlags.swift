// What is asked of a fit, on the command line and as a value.
import ArgumentParser
import GaussFit

struct FitFlags: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "full, diag (no correlations), spherical (one variance), cs (one variance, one correlation), or tied (one for all groups of --by); searched for: csh, ar1, ar1h, toeplitz, banded:K, block:a,b/c,d, factor:K, ppca:K, or a formula of the language such as \"diag(exp(p)) + b*b'\".",
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
    }
    if !declarations.isEmpty, covariance.closed != nil {
      throw ValidationError("--let declares names of a formula; --covariance \(covariance.text) is none")
    }
  }

  var request: FitRequest {
    FitRequest(
      structure: covariance.closed.flatMap { Structure(rawValue: $0.rawValue) } ?? .full,
      pooling: covariance.closed == .tied ? .tied : .separate, ridge: ridge?.value,
      constantColumns: dropConstant ? .drop : .refuse, unbiased: unbiased, level: level?.value ?? 0.95,
      covariance: covariance, declarations: declarations,
      optimizer: method == .gradient ? optimizer ?? .lbfgs : nil, explains: explain)
  }
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
  /// The method of a search for any covariance; nil for the closed form.
  var optimizer: LikelihoodOptimizer?
  var explains: Bool
}
