// What `--covariance` says: a structure by its word, or a formula of the language.
import ArgumentParser
import GaussFit

struct CovarianceChoice: ExpressibleByArgument, Equatable {
  let text: String

  static let full = CovarianceChoice(text: "full")

  init(text: String) { self.text = text }
  init?(argument: String) { text = argument }
  var defaultValueDescription: String { text }

  static let allValueStrings = Closed.allCases.map(\.rawValue) + ["csh", "ar1", "ar1h", "toeplitz"]

  /// The words that have a closed form.
  enum Closed: String, CaseIterable {
    case full, diag, spherical, cs, tied
  }

  /// A word with an argument behind a colon, and what that is.
  private static let counted = ["banded", "factor", "ppca"]

  var closed: Closed? { Closed(rawValue: text) }

  /// What it is for these columns; `tied` is any covariance.
  ///
  /// **Throws**: status 64 for a word that means nothing, and the failures of a file.
  func form(columns: [String], declarations: [String]) throws(Failure) -> CovarianceForm {
    if let closed { return .closed(Structure(rawValue: closed.rawValue) ?? .full) }
    let d = columns.count
    switch text {
    case "csh": return .heterogeneousCompoundSymmetry
    case "ar1": return .autoregressive
    case "ar1h": return .heterogeneousAutoregressive
    case "toeplitz": return .toeplitz
    default: break
    }
    let (word, argument) = CovarianceChoice.parts(text)
    if let argument, CovarianceChoice.counted.contains(word) { return try counted(word, argument, d) }
    if let argument, word == "block" { return .blocks(try blocks(argument, columns)) }
    if let argument, word == "zeros" {
      return .zeros(try SquareMatrixFile(argument, flag: "--covariance zeros:", columns: columns, .pattern).matrix)
    }
    return .written(try written(declarations))
  }

  /// `factor` and `2` of `factor:2`.
  private static func parts(_ text: String) -> (word: String, argument: String?) {
    guard let colon = text.firstIndex(of: ":"), text[..<colon].allSatisfy({ $0.isLetter }) else { return (text, nil) }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }

  private func counted(_ word: String, _ argument: String, _ d: Int) throws(Failure) -> CovarianceForm {
    let least = word == "banded" ? 0 : 1
    guard d > least else {
      throw Failure(
        .usage, "--covariance \(text) needs more than \(Numbers.counted(least, "column"))", mend: "--covariance full")
    }
    guard let k = Int(argument), k >= least, k < d else {
      throw Failure(
        .usage,
        "--covariance \(text): \(argument) is no whole number from \(least) to \(d - 1), below the number of columns",
        mend: "--covariance \(word):1")
    }
    switch word {
    case "banded": return .banded(k)
    case "factor":
      // As many parameters as there are covariances: more identify nothing.
      guard (d - k) * (d - k) >= d + k else {
        throw Failure(
          .usage,
          "--covariance \(text): \(Numbers.counted(k, "factor")) of \(Numbers.counted(d, "column")) have more "
            + "parameters than there are covariances", mend: "--covariance full")
      }
      return .factors(k)
    default: return .principalComponents(k)
    }
  }

  /// The block of every column, of `a,b/c,d`.
  private func blocks(_ argument: String, _ columns: [String]) throws(Failure) -> [Int] {
    var block = [Int?](repeating: nil, count: columns.count)
    for (number, part) in argument.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
      let selection = try ColumnSelection([String(part)], flag: "--covariance", lead: "--covariance block:")
      for column in try selection.indices(in: columns) {
        if block[column] != nil {
          throw Failure(
            .usage, "--covariance \(text): column \"\(columns[column])\" stands in two blocks",
            mend: "--covariance block:\(columns[0])/...")
        }
        block[column] = number
      }
    }
    // A column that is named nowhere is a block of its own.
    let named = argument.count { $0 == "/" } + 1
    return block.enumerated().map { place, number in number ?? named + place }
  }

  private func written(_ declarations: [String]) throws(Failure) -> CovarianceFormula {
    let isWord = text.allSatisfy { $0.isLetter || $0.isNumber || $0 == ":" }
    let isDeclared = declarations.contains { $0.split(separator: ":").first.map(String.init) == text }
    if isWord, !isDeclared {
      let words = CovarianceChoice.allValueStrings + ["banded:1", "block:a,b/c,d", "zeros:FILE", "factor:1", "ppca:1"]
      let near = Similar.nearest(to: text, in: words)
      throw Failure(
        .usage, "--covariance \(text): no such structure; it is one of \(words.joined(separator: ", ")), or a formula",
        mend: "--covariance \(near ?? "full")", "--covariance \"diag(exp(p)) + b*b'\"")
    }
    return CovarianceFormula(text, declarations: declarations)
  }
}
