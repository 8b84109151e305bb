// What is known of the Gaussian before it is fitted: its mean, or its covariance.
import ArgumentParser
import GaussFit
import MatDeriv

struct GivenFlags: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The mean is known: a number for each column, or name=number for each; the covariance is taken about it.",
      valueName: "list"))
  var mean: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The covariance is known: a file with the matrix, its columns in the order of the fit or by name; only the mean is fitted.",
      valueName: "file"))
  var knownCovariance: String?

  func validate() throws {
    if mean != nil, knownCovariance != nil {
      throw ValidationError("--mean and --known-covariance leave nothing to be fitted; statcli gauss test takes both")
    }
  }

  /// The known mean, for these columns.
  func mean(columns: [String]) throws(Failure) -> [Double]? {
    try mean.map { text throws(Failure) in try MeanList.values(of: text, columns: columns) }
  }

  /// The known covariance, for these columns.
  func covariance(columns: [String]) throws(Failure) -> Matrix<Double>? {
    guard let path = knownCovariance else { return nil }
    return try SquareMatrixFile(path, flag: "--known-covariance", columns: columns, .covariance).matrix
  }
}

/// The values of `--mean`.
enum MeanList {
  /// Numbers in the order of the columns, or `name=number` for each of them.
  static func values(of text: String, columns: [String]) throws(Failure) -> [Double] {
    let entries = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard entries.count == columns.count else {
      throw Failure(
        .usage,
        "--mean has \(Numbers.counted(entries.count, "number")) for \(Numbers.counted(columns.count, "column")): "
          + ColumnChoice.list(columns))
    }
    guard entries.contains(where: { $0.contains("=") }) else {
      var values: [Double] = []
      for entry in entries { values.append(try number(entry, in: text)) }
      return values
    }
    var found = [Double?](repeating: nil, count: columns.count)
    for entry in entries {
      guard let sign = entry.lastIndex(of: "=") else {
        throw Failure(.usage, "--mean \(text): \"\(entry)\" has no name, and others have: name=number for each column")
      }
      let name = String(entry[..<sign])
      let index = try columnIndex(name, flag: "--mean", in: columns)
      guard found[index] == nil else {
        throw Failure(.usage, "--mean \(text): column \"\(columns[index])\" stands twice")
      }
      found[index] = try number(String(entry[entry.index(after: sign)...]), in: text)
    }
    return found.map { $0! }
  }

  private static func number(_ entry: String, in text: String) throws(Failure) -> Double {
    guard let value = Real(argument: entry)?.value else {
      throw Failure(.usage, "--mean \(text): \"\(entry)\" is not a number")
    }
    return value
  }
}
