// What is asked of a fit, on the command line and as a value.
import ArgumentParser
import GaussFit

struct FitFlags: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "full, diag (no correlations), spherical (one variance), cs (one variance, one correlation), or tied (one for all groups of --by).",
      valueName: "structure"))
  var covariance: CovarianceChoice = .full

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
  }

  var request: FitRequest {
    FitRequest(
      structure: covariance.structure, pooling: covariance == .tied ? .tied : .separate, ridge: ridge?.value,
      constantColumns: dropConstant ? .drop : .refuse, unbiased: unbiased, level: level?.value ?? 0.95)
  }
}

enum CovarianceChoice: String, CaseIterable, ExpressibleByArgument {
  case full, diag, spherical, cs, tied

  var structure: Structure { Structure(rawValue: rawValue) ?? .full }
}

/// What is asked of the fit.
struct FitRequest {
  var structure: Structure
  var pooling: Pooling
  var ridge: Double?
  var constantColumns: ConstantColumns
  var unbiased: Bool
  var level: Double
}
