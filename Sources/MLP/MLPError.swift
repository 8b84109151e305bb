// What can be wrong with data, settings and files, each case a sentence with the numbers in it. Wrong Swift code traps instead.

/// Why a network cannot be trained, read or written.
public enum MLPError: Error, Equatable, Sendable {
  /// There are no rows to train on.
  case noRows
  /// The target has one class only.
  case oneClass(String, column: String)
  /// A class has too few rows to be in training and validation.
  case rareClass(String, rows: Int)
  /// Columns without a single cell.
  case allMissing([String])
  /// A column whose numbers lie farther apart than single precision reaches.
  case outOfRange(String)
  /// No column is left as input.
  case noInputs
  /// The loss does not go with the target.
  case lossOfTarget(loss: String, target: String)
  /// Settings that exclude each other or have no meaning here.
  case setting(String)
  /// A file that is not what it should be: its name, and what is wrong.
  case file(String, String)
  /// A file that cannot be read or written: its name, what was tried, and the system's reason.
  case system(String, String, String)
  /// Something that a format cannot express.
  case notExpressible(String)
}

extension MLPError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRows: "there are no rows to train on"
    case .oneClass(let name, let column):
      "all rows are of one class, \"\(name)\" in column \"\(column)\": there is nothing to tell apart"
    case .rareClass(let name, let rows):
      "class \"\(name)\" has \(rows == 1 ? "one row" : "\(rows) rows") only"
    case .allMissing(let names):
      "every cell of column\(names.count == 1 ? "" : "s") "
        + names.prefix(5).map { "\"\($0)\"" }.joined(separator: ", ") + " is missing"
    case .outOfRange(let name):
      "column \"\(name)\" has numbers farther apart than single precision reaches (3e38), or an infinite one"
    case .noInputs: "no column is left to predict from"
    case .lossOfTarget(let loss, let target): "the loss \(loss) does not go with \(target)"
    case .setting(let reason), .notExpressible(let reason): reason
    case .file(let name, let reason): "\(name): \(reason)"
    case .system(let name, let action, let reason): "\(name): cannot \(action): \(reason)"
    }
  }
}
