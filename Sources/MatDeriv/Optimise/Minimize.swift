// The loop that all methods share: a method is a value with a state and a step; rules, counting and failures are dealt with here.

/// A method of minimisation.
public protocol MinimizationMethod: Sendable {
  /// What the method remembers from step to step.
  associatedtype State
  /// The method's name, as users know it.
  var name: String { get }
  /// What the method remembers, before its first step.
  func makeState(count: Int) -> State
  /// One iteration: moves the iterate, or says why it cannot.
  func step(_ iterate: inout Iterate, _ state: inout State, _ objective: Evaluator) -> StepOutcome
  /// Looks at the last iterate once more: notes about it.
  func conclude(_ iterate: inout Iterate, _ state: inout State, _ objective: Evaluator)
}

extension MinimizationMethod {
  public func conclude(_ iterate: inout Iterate, _ state: inout State, _ objective: Evaluator) {}
}

/// What became of a step.
public enum StepOutcome: Sendable {
  /// The parameters have moved.
  case moved
  /// There is nothing left to do, for this reason.
  case stopped(StoppingReason)
}

/// A point with value and gradient, all finite.
public struct Iterate: Sendable {
  /// The parameters.
  public var x: [Double]
  /// The value of the objective.
  public var value: Double
  /// The gradient.
  public var gradient: [Double]
  /// Iterations before this point.
  public var iteration = 0
  /// What the reader of the result should know.
  public var notes: [String] = []
}

/// The objective as a method sees it: evaluations are counted, and points without a finite value are told apart.
public final class Evaluator {
  /// What is minimised.
  public let objective: any ObjectiveFunction
  /// Values and gradients that were computed.
  public private(set) var evaluations = 0
  /// Why the last point that had no finite value had none.
  public private(set) var failure = ""
  private let limit: Int

  init(_ objective: any ObjectiveFunction, limit: Int) {
    self.objective = objective
    self.limit = limit
  }

  /// Whether no further evaluation is allowed.
  public var isExhausted: Bool { evaluations >= limit }

  /// Value and gradient; nil where one of them is not finite.
  public func value(at x: [Double], gradient: inout [Double]) -> Double? {
    evaluations += 1
    do throws(ObjectiveError) {
      let value = try objective.value(at: x, gradient: &gradient)
      if !value.isFinite {
        failure = "the value is \(value)"
        return nil
      }
      if !maximumNorm(gradient).isFinite {
        failure = "the gradient is not finite"
        return nil
      }
      return value
    } catch {
      failure = error.description
      return nil
    }
  }
}

/// Minimises a function.
///
/// - Parameter start: the parameters to start from; `Packing.parameters` makes them from matrices.
/// - Parameter progress: called at the start and after every iteration.
///
/// **Shapes**: traps unless `start` has as many parameters as the objective.
/// **Throws**: `start` if value or gradient are not finite at the start. All that comes later is a reason in the result.
public func minimize<Method: MinimizationMethod>(
  _ objective: any ObjectiveFunction, from start: [Double], by method: Method,
  until rules: StoppingRules = StoppingRules(),
  progress: ((Progress) -> Continuation)? = nil
) throws(MinimizationError) -> MinimizationResult {
  require(
    start.count == objective.count, "the objective has \(objective.count) parameters; the start has \(start.count)")
  let clock = ContinuousClock()
  let begin = clock.now
  let evaluator = Evaluator(objective, limit: rules.evaluations)
  var gradient = [Double](repeating: 0, count: start.count)
  guard maximumNorm(start).isFinite else { throw .start("a parameter is not finite") }
  guard let value = evaluator.value(at: start, gradient: &gradient) else { throw .start(evaluator.failure) }
  var iterate = Iterate(x: start, value: value, gradient: gradient)
  var state = method.makeState(count: start.count)
  var before = iterate
  var reason: StoppingReason?
  while true {
    let norm = rules.norm(iterate.gradient, value: iterate.value, start: value)
    let elapsed = begin.duration(to: clock.now)
    if let progress {
      let now = Progress(
        iteration: iterate.iteration, value: iterate.value, gradientNorm: norm, evaluations: evaluator.evaluations,
        elapsed: elapsed)
      if progress(now) == .cancel { reason = .cancelled }
    }
    if norm <= rules.gradient {
      reason = .gradient
    } else if reason == nil, iterate.iteration > 0 {
      if (before.value - iterate.value).magnitude < rules.decrease * max(1, iterate.value.magnitude) {
        reason = .decrease
      } else if relativeDistance(iterate.x, before.x) < rules.step {
        reason = .step
      }
    }
    if reason == nil {
      if iterate.iteration >= rules.iterations {
        reason = .iterations
      } else if evaluator.isExhausted {
        reason = .evaluations
      } else if let limit = rules.time, elapsed >= limit {
        reason = .time
      }
    }
    if reason != nil { break }
    before = iterate
    if case .stopped(let why) = method.step(&iterate, &state, evaluator) {
      reason = why
      break
    }
    iterate.iteration += 1
  }
  method.conclude(&iterate, &state, evaluator)
  return MinimizationResult(
    x: iterate.x, value: iterate.value, gradient: iterate.gradient,
    gradientNorm: rules.norm(iterate.gradient, value: iterate.value, start: value), iterations: iterate.iteration,
    evaluations: evaluator.evaluations, reason: reason!, notes: iterate.notes)
}
