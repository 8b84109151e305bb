// `--compare`: which structures are fitted side by side.
import ArgumentParser
import GaussFit

struct CompareFlags: ParsableArguments {
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Fit several structures and compare them: words of --covariance by commas, or all; block:..., zeros:... and formulas each by a flag of its own.",
      valueName: "list"))
  var compare: [String] = []

  /// What excludes a comparison, as a sentence.
  func contradiction(_ fit: FitFlags, _ given: GivenFlags, by: String?) -> String? {
    guard !compare.isEmpty else {
      let declaresNothing = !fit.declarations.isEmpty && fit.covariance == .full
      return declaresNothing ? "--let declares names of a formula; --covariance full is none" : nil
    }
    let flags = [
      ("--covariance", fit.covariance != .full), ("--method gradient", fit.method == .gradient),
      ("--ridge", fit.ridge != nil), ("--unbiased", fit.unbiased), ("--level", fit.level != nil),
      ("--save", fit.save != nil), ("--mean", given.mean != nil), ("--known-covariance", given.knownCovariance != nil),
      ("--by", by != nil),
    ]
    return flags.first(where: \.1).map {
      "--compare and \($0.0) exclude each other: compare first, then fit what was chosen"
    }
  }

  /// The structures for so many columns.
  ///
  /// **Throws**: status 64 for a structure that is named twice.
  func choices(dimension d: Int) throws(Failure) -> [CovarianceChoice] {
    let texts = compare.flatMap { $0 == "all" ? CompareFlags.all(dimension: d) : CompareFlags.parts(of: $0) }
    if let twice = texts.first(where: { text in texts.count { $0 == text } > 1 }) {
      throw Failure(.usage, "--compare: \(twice) stands twice")
    }
    if texts.contains("tied") { throw Failure(.usage, "--compare: tied is for groups, and no structure of one sample") }
    return texts.map { CovarianceChoice(text: $0) }
  }

  /// The words of a list; a value that is no list of words stands for itself.
  private static func parts(of value: String) -> [String] {
    if value.hasPrefix("block:") || value.hasPrefix("zeros:") { return [value] }
    let parts = value.split { $0 == "," || $0 == " " }.map(String.init)
    let areWords = parts.allSatisfy { part in part.allSatisfy { $0.isLetter || $0.isNumber || $0 == ":" } }
    return areWords && !parts.isEmpty ? parts : [value]
  }

  /// The named structures that differ from each other with so many columns.
  private static func all(dimension d: Int) -> [String] {
    switch d {
    case 1: ["full"]
    case 2: ["full", "diag", "spherical", "cs"]
    default: ["full", "diag", "spherical", "cs", "csh", "ar1", "ar1h", "toeplitz", "banded:1", "factor:1", "ppca:1"]
    }
  }
}
