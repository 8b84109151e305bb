// What a method of minimisation sees: a function of a flat vector with its gradient, and second derivatives where there are some. Compiled
// expressions and closures both come in this form.

/// A function of `count` parameters to be minimised.
public protocol ObjectiveFunction {
  /// Number of parameters.
  var count: Int { get }
  /// The value, and the gradient written over `gradient`, which has `count` entries.
  ///
  /// **Throws**: `domain` or `plan` where the function has no value; a method then steps back.
  func value(at x: [Double], gradient: inout [Double]) throws(ObjectiveError) -> Double
  /// Second derivatives; nil if there are none.
  var curvature: (any Curvature)? { get }
}

extension ObjectiveFunction {
  public var curvature: (any Curvature)? { nil }
}

/// The second derivatives of a function.
public protocol Curvature {
  /// The Hessian, count x count. **Cost**: of the order of `count` gradients unless structure helps.
  func hessian(at x: [Double]) throws(ObjectiveError) -> Matrix<Double>
  /// The Hessian times a vector, written over `product`. **Cost**: of the order of a gradient.
  func multiplyHessian(at x: [Double], by direction: [Double], into product: inout [Double]) throws(ObjectiveError)
  /// The Hessian in a form that multiplies and solves without an array of count x count; nil where none is known.
  func compressedHessian(at x: [Double]) throws(ObjectiveError) -> CompressedHessian?
}

extension Curvature {
  public func compressedHessian(at x: [Double]) throws(ObjectiveError) -> CompressedHessian? { nil }
}

/// A function given by closures.
public struct ClosureObjective: ObjectiveFunction {
  /// The value at parameters; writes the gradient.
  public typealias ValueAndGradient = (_ x: [Double], _ gradient: inout [Double]) throws(ObjectiveError) -> Double
  public let count: Int
  public let curvature: (any Curvature)?
  private let function: ValueAndGradient

  /// A function of `count` parameters; the closure writes all of the gradient and throws `domain` where there is no value.
  public init(count: Int, curvature: (any Curvature)? = nil, _ function: @escaping ValueAndGradient) {
    self.count = count
    self.curvature = curvature
    self.function = function
  }

  public func value(at x: [Double], gradient: inout [Double]) throws(ObjectiveError) -> Double {
    try function(x, &gradient)
  }
}

/// Why an objective cannot be made, or has no value.
public enum ObjectiveError: Error, Equatable, Sendable {
  /// What is to be minimised is no scalar.
  case notScalar(shape: String)
  /// A parameter that is not a free variable of the expression.
  case parameter(name: String, reason: String)
  /// A property that a parameter was declared with and that steps would not keep.
  case structure(name: String, property: String)
  /// A start value that does not fit its parameter.
  case start(name: String, reason: String)
  /// The derivative does not exist.
  case derivative(DerivationError)
  /// A value is missing or has no value there.
  case values(EvaluationError)
  /// The plan cannot be made or run.
  case plan(PlanError)
  /// The function has no value at these parameters.
  case domain(String)
}

extension ObjectiveError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notScalar(let shape): "only a scalar can be minimised; this expression is \(shape)"
    case .parameter(let name, let reason): "\(name) cannot be a parameter: \(reason)"
    case .structure(let name, let property):
      "\(name) is declared \(property), which a step does not keep; declare it without, or write it in terms of free parameters"
    case .start(let name, let reason): "the start value of \(name) \(reason)"
    case .derivative(let error): error.description
    case .values(let error): error.description
    case .plan(let error): error.description
    case .domain(let reason): reason
    }
  }
}
