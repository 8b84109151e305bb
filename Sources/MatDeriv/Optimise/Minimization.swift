// When a minimisation ends, why, and what it returns.

/// When to stop. A rule of zero is off, that of the gradient apart, which then asks for a gradient of zero.
public struct StoppingRules: Sendable {
  /// What the gradient is measured in.
  public enum GradientScale: Sendable {
    /// Units of the function per unit of a parameter.
    case absolute
    /// Divided by the larger of one and the magnitude of the value.
    case value
  }

  /// Largest magnitude in the gradient. **Units**: those of `gradientScale`.
  public var gradient: Double
  /// What the gradient is compared with.
  public var gradientScale: GradientScale
  /// Decrease of the value in an iteration over the larger of one and its magnitude.
  public var decrease: Double
  /// Largest change of a parameter in an iteration over the larger of one and its magnitude.
  public var step: Double
  /// Number of iterations.
  public var iterations: Int
  /// Evaluations of value and gradient.
  public var evaluations: Int
  /// Time by the clock.
  public var time: Duration?

  /// The rules; what is left out keeps its usual bound.
  public init(
    gradient: Double = 1e-8, gradientScale: GradientScale = .value, decrease: Double = 0, step: Double = 0,
    iterations: Int = 1000, evaluations: Int = .max, time: Duration? = nil
  ) {
    self.gradient = gradient
    self.gradientScale = gradientScale
    self.decrease = decrease
    self.step = step
    self.iterations = iterations
    self.evaluations = evaluations
    self.time = time
  }

  /// A value above that of the start does not count as scale: steps that are too long may lead where the value is so large that any gradient is
  /// small beside it.
  func norm(_ gradient: [Double], value: Double, start: Double = .infinity) -> Double {
    let size = maximumNorm(gradient)
    return gradientScale == .absolute ? size : size / max(1, min(value, start).magnitude)
  }
}

/// Why a minimisation ended.
public enum StoppingReason: Hashable, Sendable {
  /// The rule of this name held.
  case gradient, decrease, step
  /// The bound of this name was reached, or the caller ended it.
  case iterations, evaluations, time, cancelled
  /// No step along a descent direction lowers the value further: rounding, a gradient that is wrong, or a kink.
  case noProgress
  /// The value falls along a ray as far as numbers reach.
  case unbounded
  /// Points near the last one have no finite value.
  case notFinite(String)
  /// The method needs what the objective does not offer.
  case unsupported(String)

  /// Whether a rule for convergence was met.
  public var isConverged: Bool { self == .gradient || self == .decrease || self == .step }
}

extension StoppingReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gradient: "the gradient is below its tolerance"
    case .decrease: "the value hardly decreases any more"
    case .step: "the parameters hardly change any more"
    case .iterations: "the limit of iterations is reached"
    case .evaluations: "the limit of evaluations is reached"
    case .time: "the time is up"
    case .cancelled: "cancelled"
    case .noProgress: "no step along the direction of descent lowers the value"
    case .unbounded: "the value falls without bound"
    case .notFinite(let reason): "there is no finite value at any step that was tried: \(reason)"
    case .unsupported(let reason): reason
    }
  }
}

/// Where a minimisation ended. Value and gradient are finite and belong to `x`.
public struct MinimizationResult: Sendable {
  /// The parameters.
  public var x: [Double]
  /// The value of the objective.
  public var value: Double
  /// The gradient.
  public var gradient: [Double]
  /// Largest magnitude in the gradient, in the units of the rule.
  public var gradientNorm: Double
  /// The number of iterations.
  public var iterations: Int
  /// Evaluations of value and gradient.
  public var evaluations: Int
  /// Why it ended.
  public var reason: StoppingReason
  /// What a reader should know of the way: an indefinite Hessian and what was added to it, a direction that was given up.
  public var notes: [String]
  /// Whether the reason is one that a minimum has.
  public var converged: Bool { reason.isConverged }
}

/// Why there is no result at all.
public enum MinimizationError: Error, Equatable, Sendable {
  /// Value or gradient are not finite where the search is to start.
  case start(String)
}

extension MinimizationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .start(let reason): "the search cannot start here: \(reason)"
    }
  }
}

/// A look at a minimisation after an iteration; the first is that of the start, iteration 0.
public struct Progress: Sendable {
  /// The number of the iteration; 0 is the start.
  public var iteration: Int
  /// The value of the objective.
  public var value: Double
  /// The largest entry of the gradient.
  public var gradientNorm: Double
  /// Values and gradients that were computed.
  public var evaluations: Int
  /// The time since the start.
  public var elapsed: Duration
}

/// Whether a minimisation goes on.
public enum Continuation: Sendable {
  /// Go on, or end here.
  case proceed, cancel
}
