// What a primitive has to say, once, in its file: name, shapes, normal forms, differential or adjoint, value, domain, examples. Parser,
// printers, gradient, Jacobian, Hessian and the checks follow from it.

/// A rule of the calculus as it is cited in derivations.
public struct Rule: Hashable, Sendable {
  /// The identifier in the list of formulas, `D5`; a word where the list has none.
  public var id: String
  /// What the rule says, in words.
  public var name: String

  /// A rule by its identifier and its words.
  public init(_ id: String, _ name: String) {
    self.id = id
    self.name = name
  }
}

/// A function of matrices.
///
/// A nonlinear primitive states its differential, written with others; a linear one its adjoint and its matrix on `vec`
/// (`LinearPrimitive`); an elementwise one its derivative and its value at a number (`ElementwisePrimitive`).
public protocol Primitive: Sendable {
  /// The word of the language, of Swift and of messages.
  var name: String { get }
  /// Distinguishes instances of one type, such as different selections; empty for most.
  var parameters: String { get }
  /// How shapes follow from shapes; the first that fits is taken.
  var signatures: [Signature] { get }
  /// The rule of its differential.
  var rule: Rule { get }

  /// The shape of the result; nil if the arguments do not fit.
  func shape(of arguments: [Shape]) -> Shape?

  /// The normal form, where this application is not one itself. Must not change a value on the domain, and must make progress:
  /// what it returns may not lead back to the same application.
  func simplified(_ x: [Expression]) -> Expression?

  /// What is known of the result.
  func facts(_ x: [Expression]) -> Facts

  /// The transpose of the result in other terms; nil leaves a transpose node.
  func transposed(_ x: [Expression]) -> Expression?

  /// The part of dy that comes from the differential `dx` of one argument; nil if there is no rule.
  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression?

  /// What must hold for the value to exist.
  func domain(_ x: [Expression]) -> [Condition]
  /// What must hold beyond that for the differential to exist.
  func smoothness(_ x: [Expression]) -> [Condition]

  /// The value.
  /// - Parameter sizes: the values of named sizes.
  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element>

  /// The written form of an application.
  func syntax(_ arguments: [Syntax]) -> Syntax.Form

  /// An application in mathematics, made of its arguments: `tr(X)` as an upright name unless the primitive has a notation of its own.
  func formula(_ arguments: [Formula]) -> Formula
  /// How an application is spelled in a programming language; nil where the tables of the languages have it, or nothing has.
  func spelling(in language: Language) -> Spelling?

  /// Applications on which every check is run.
  var examples: [Example] { get }
}

extension Primitive {
  public var parameters: String { "" }
  public var rule: Rule { Rule(name, "differential of \(name)") }
  public func shape(of arguments: [Shape]) -> Shape? {
    for signature in signatures {
      if let result = signature.result(for: arguments) { return result }
    }
    return nil
  }
  public func simplified(_ x: [Expression]) -> Expression? { nil }
  public func facts(_ x: [Expression]) -> Facts { [] }
  public func transposed(_ x: [Expression]) -> Expression? { nil }
  public func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? { nil }
  public func domain(_ x: [Expression]) -> [Condition] { [] }
  public func smoothness(_ x: [Expression]) -> [Condition] { [] }
  public func syntax(_ arguments: [Syntax]) -> Syntax.Form { .call(name, arguments) }
  public func formula(_ arguments: [Formula]) -> Formula { .function(name, arguments) }
  public func spelling(in language: Language) -> Spelling? { nil }
}

/// A primitive that is linear in each of its arguments by itself.
public protocol LinearPrimitive: Primitive {
  /// Whether the map of this argument is linear; all are, unless a primitive says otherwise.
  func isLinear(in argument: Int) -> Bool
  /// The expression h with tr(g * L(dx)) = tr(h * dx), where L is the map of one argument; g has the shape of the transposed result.
  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression?
  /// The matrix M with vec(L(dx)) = M * vec(dx).
  func matrix(_ x: [Expression], argument: Int) -> Expression?
}

extension LinearPrimitive {
  public func isLinear(in argument: Int) -> Bool { true }

  public func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    var arguments = x
    arguments[argument] = dx
    return Expression(y.graph, y.graph.apply(self, arguments.map(\.node)))
  }
}

/// A primitive that applies one function of a number to every entry.
public protocol ElementwisePrimitive: Primitive {
  /// What becomes of the sign of the argument.
  var parity: Parity { get }
  /// The derivative in terms of argument and result: a scalar expression for scalars, elementwise otherwise.
  func derivative(_ x: Expression, _ y: Expression) -> Expression?
  /// The value at one number.
  func value<Element: Scalar>(_ x: Element) -> Element
  /// The kernel by which fused passes compute it; without one it runs unfused.
  var kernel: ElementKernel? { get }
}

/// What a function does with the sign of its argument.
public enum Parity: Sendable {
  /// f(-x) = -f(x)
  case odd
  /// f(-x) = f(x)
  case even
  /// Neither.
  case none
}

extension ElementwisePrimitive {
  public var kernel: ElementKernel? { nil }
  public var parity: Parity { .none }
  public var signatures: [Signature] { ["m,n -> m,n"] }
  public var rule: Rule { Rule("D8", "elementwise function") }

  public func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    derivative(x[0], y).map { $0 .* dx }
  }

  public func value<Element: Scalar>(
    _ x: [Matrix<Element>], sizes: [String: Int]
  ) throws(EvaluationError) -> Matrix<Element> {
    x[0].map { value($0) }
  }
}

/// An application of a primitive, with declarations: what the checks run on.
public struct Example: Sendable {
  /// In the language.
  public var expression: String
  /// `X: matrix(n,n) invertible`, each.
  public var declarations: [String]

  /// An example in the language, with its declarations.
  public init(_ expression: String, _ declarations: String...) {
    self.expression = expression
    self.declarations = declarations
  }
}

/// A side condition: something that must hold of an expression.
public struct Condition: Hashable {
  /// What must hold of the subject.
  public enum Kind: String, Hashable, Sendable {
    /// As the name says, of the matrix or of every entry.
    case invertible, positiveDeterminant, positiveDefinite, positive, nonnegative, nonzero, fullColumnRank
    /// As the name says.
    case simpleLargestEigenvalue, noEigenvalueOnNegativeAxis
  }

  /// What must hold.
  public var kind: Kind
  /// Of which expression.
  public var subject: Expression

  /// The condition that this holds of the expression.
  public init(_ kind: Kind, _ subject: Expression) {
    self.kind = kind
    self.subject = subject
  }
}

/// Why an expression has no value.
public enum EvaluationError: Error, Equatable, Sendable {
  /// A name without a value.
  case missing(String)
  /// A value of another shape than the symbol's.
  case shape(name: String, expected: String, rows: Int, columns: Int)
  /// A matrix of more entries than a check draws.
  case tooLarge(name: String, rows: Int, columns: Int)
  /// A size that follows from no value.
  case size(String)
  /// The argument lies outside the domain.
  case domain(primitive: String, reason: String)
}

extension EvaluationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let name): "\(name) has no value"
    case .shape(let name, let expected, let rows, let columns):
      "\(name) is \(expected); the value given is \(rows) x \(columns)"
    case .tooLarge(let name, let rows, let columns):
      "\(name) is \(rows) x \(columns), too large to be checked entry by entry; leave its sizes open"
    case .size(let name): "the size \(name) has no value"
    case .domain(let primitive, let reason): "\(primitive) has no value: \(reason)"
    }
  }
}
