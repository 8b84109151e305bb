// What can be wrong with a plan: at compilation sizes, at a run values.

/// Why a plan cannot be made or run.
public enum PlanError: Error, Equatable, Sendable {
  /// A named size has no value.
  case size(String)
  /// A variable has no value.
  case missing(String)
  /// A value has another shape than the plan was made for.
  case shape(name: String, expected: String, given: String)
  /// A matrix that must be positive definite is not.
  case notPositiveDefinite(String)
  /// A matrix that must be invertible is singular.
  case singular(String)
  /// An array that no memory holds.
  case tooLarge(String, rows: Int, columns: Int)
  /// A primitive has no value at these inputs.
  case domain(String)
}

extension PlanError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .size(let name): "the size \(name) has no value"
    case .missing(let name): "\(name) has no value"
    case .shape(let name, let expected, let given): "\(name) is \(expected) in this plan; the value given is \(given)"
    case .notPositiveDefinite(let matrix): "\(matrix) is not positive definite"
    case .singular(let matrix): "\(matrix) is singular"
    case .tooLarge(let what, let rows, let columns):
      "\(what) is \(rows) x \(columns), which is too large to be stored: choose smaller sizes"
    case .domain(let reason): reason
    }
  }
}
