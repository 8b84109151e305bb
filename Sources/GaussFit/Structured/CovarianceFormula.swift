// A covariance as an expression of parameters: the user's, or that of a structure with a name. Both run through the same path.
import MatDeriv

/// A covariance written in the language of expressions, as `diag(exp(p)) + B*B'`.
///
/// The names that are not data are the parameters; `d` is the number of columns.
public struct CovarianceFormula: Sendable {
  /// The expression.
  public let text: String
  /// What its names are, as `B: matrix(d,2)`.
  public let declarations: [String]
  /// Matrices of constants that it uses.
  let data: [String: Matrix<Double>]
  /// Of parameters that are matrices, which entries are free: those where the pattern is not zero. The others are zero.
  var patterns: [String: Matrix<Double>] = [:]
  /// Columns that are independent of all others, by index, where that is the whole structure: it has a closed form.
  var blocks: [[Int]]?
  /// Where searches may begin, best guesses first, from the covariance of the sample; nil: anywhere.
  let starts: (@Sendable (Matrix<Double>) -> [[String: Matrix<Double>]])?
  /// How the columns may be scaled without leaving the family.
  let scaling: Scaling

  /// The scalings under which a family of covariances is closed.
  enum Scaling: Sendable {
    case none
    /// One factor for all columns.
    case common
    /// A factor for each column.
    case byColumn
  }

  /// Whether it has a closed form, so that nothing is searched for.
  public var isClosed: Bool { blocks != nil }

  /// A formula of the user.
  public init(_ text: String, declarations: [String] = []) {
    self.init(text, declarations, data: [:], scaling: .none, starts: nil)
  }

  init(
    _ text: String, _ declarations: [String], data: [String: Matrix<Double>], scaling: Scaling,
    starts: (@Sendable (Matrix<Double>) -> [[String: Matrix<Double>]])?
  ) {
    self.text = text
    self.declarations = declarations
    self.data = data
    self.scaling = scaling
    self.starts = starts
  }
}
