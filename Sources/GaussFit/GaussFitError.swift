// What can be wrong with the data of a fit, each case a sentence with the numbers in it.
// Wrong Swift code (shapes, indices, levels) traps instead.

/// Why moments cannot be combined, read or fitted.
public enum GaussFitError: Error, Equatable, Sendable {
  /// The moments hold no row of positive weight.
  case noRows
  /// Two sets of moments have different columns.
  case differentColumns([String], [String])
  /// Two sets of moments have different kinds of weights.
  case differentWeighting(Weighting, Weighting)
  /// Two moments files are grouped by different columns; nil is not grouped.
  case differentGroups(String?, String?)
  /// The moments to take away are not those of a part of the rows.
  case notAPart(String)
  /// A text is not a moments file.
  case notMoments(String)
  /// A text is not a file of a fitted distribution.
  case notAFit(String)
  /// A number that must be positive and finite is not.
  case invalidRidge(Double)
  /// Leaving out the constant columns leaves none.
  case allColumnsConstant([String])
  /// The squares of these columns exceed the range of a double.
  case overflow([String])
  /// The covariance of a fit is singular.
  case singular(Singularity)
  /// The covariances of some groups are singular.
  case singularGroups([GroupSingularity])
  /// A given covariance, or the image of one, is not positive definite.
  case notPositiveDefinite(String)
  /// Columns without a single cell.
  case allMissing([String])
  /// Columns whose observed cells are all equal.
  case constantColumns([String])
  /// The observed cells do not determine the fit; the pairs of columns that no row has both of, if there are some.
  case notIdentified([ColumnPair])
  /// A test has no meaning for these data.
  case testUndefined(name: String, reason: String)
  /// A covariance formula that cannot be used: its text, and why.
  case formula(String, String)
}

/// A group whose covariance is singular.
public struct GroupSingularity: Equatable, Sendable {
  public let group: String
  public let singularity: Singularity
}

extension GaussFitError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRows:
      return "there are no rows to fit"
    case .differentColumns(let first, let second):
      return "moments of different columns cannot be combined: " + difference(first, second)
    case .differentWeighting(let first, let second):
      return "moments of different weighting cannot be combined: \(first.phrase) and \(second.phrase)"
    case .differentGroups(let first, let second):
      let phrase = { (column: String?) in column.map { "grouped by \"\($0)\"" } ?? "not grouped" }
      return "moments of different groups cannot be combined: one is \(phrase(first)), the other \(phrase(second))"
    case .notAPart(let reason):
      return "moments cannot be subtracted: \(reason)"
    case .notMoments(let reason):
      return "not a moments file: \(reason)"
    case .notAFit(let reason):
      return "not a .fit file: \(reason)"
    case .invalidRidge(let value):
      return "a ridge must be positive and finite; it is \(value)"
    case .allColumnsConstant(let columns):
      return "no column is left without the constant \(columns.count == 1 ? "one" : "ones"): \(quotedList(columns))"
    case .overflow(let columns):
      return "squares of column\(columns.count == 1 ? "" : "s") \(quotedList(columns)) exceed 1.8e308: rescale the data"
    case .singular(let singularity):
      return singularity.description
    case .singularGroups(let groups):
      let shown = groups.prefix(5).map { "group \"\($0.group)\": \($0.singularity.description)" }
      let rest = groups.count > 5 ? "\nand \(groups.count - 5) groups more" : ""
      return shown.joined(separator: "\n") + rest
    case .allMissing(let columns):
      return
        "\(columns.count == 1 ? "column" : "columns") \(quotedList(columns)) \(columns.count == 1 ? "has" : "have") no value at all: leave out what is empty"
    case .constantColumns(let columns):
      return "the values of \(quotedList(columns)) are all equal: leave out what does not vary"
    case .notIdentified(let pairs):
      return "the observed cells do not determine a covariance"
        + (pairs.isEmpty
          ? ""
          : ": no row has both "
            + pairs.prefix(5).map { "\($0.first) and \($0.second)" }.joined(separator: ", nor both "))
    case .formula(let text, let reason):
      return "the covariance \(text): \(reason)"
    case .notPositiveDefinite(let reason):
      return "covariance is not positive definite: \(reason)"
    case .testUndefined(let name, let reason):
      return "the test \(name) is not defined here: \(reason)"
    }
  }
}

extension Weighting {
  fileprivate var phrase: String {
    switch self {
    case .none: "no weights"
    case .frequency: "frequency weights"
    case .reliability: "reliability weights"
    }
  }
}

private func difference(_ first: [String], _ second: [String]) -> String {
  let place = zip(first, second).enumerated().first { $0.element.0 != $0.element.1 }
  if let place {
    return "column \(place.offset + 1) is \"\(place.element.0)\" in one and \"\(place.element.1)\" in the other"
  }
  let longer = first.count > second.count ? first : second
  let common = min(first.count, second.count)
  return "one has \(first.count), the other \(second.count); only one has \(quotedList(Array(longer[common...])))"
}

/// `"a", "b" and "c"`; of more than five names the first four and how many are left.
func quotedList(_ names: [String]) -> String {
  let quoted = names.map { "\"\($0)\"" }
  if quoted.count > 5 { return quoted[..<4].joined(separator: ", ") + " and \(quoted.count - 4) more" }
  guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
  return quoted.dropLast().joined(separator: ", ") + " and " + last
}
