// The quasi-Newton method of limited memory: the inverse Hessian as a few pairs of changes in parameters and gradients.

/// L-BFGS: directions by the two-loop recursion over the last pairs, lengths by a line search.
///
/// The matrix that the pairs correct is a multiple of the identity, or the inverse of a metric where one is given: a metric near the Hessian leaves the
/// pairs little to learn.
///
/// **Source**: Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5; the first matrix may be another one at every step.
public struct LBFGS: MinimizationMethod {
  /// The method's name, as users know it.
  public var name: String { "L-BFGS" }
  /// Number of pairs that are kept.
  public var memory: Int
  /// How far a step goes.
  public var search: LineSearch
  // The closures of a metric hold the memory of its objective: both stay on one thread.
  nonisolated(unsafe) private let metric: Metric?

  /// The method with these settings.
  public init(memory: Int = 10, search: LineSearch = LineSearch(), metric: Metric? = nil) {
    require(memory >= 1, "L-BFGS keeps at least one pair; memory is \(memory)")
    self.memory = memory
    self.search = search
    self.metric = metric
  }

  /// The pairs, oldest first.
  public struct State: Sendable {
    fileprivate var pairs: [Pair] = []
    fileprivate var descent = Descent()
    fileprivate var direction: [Double]
  }

  fileprivate struct Pair: Sendable {
    /// Change of parameters and of the gradient, and the inverse of their product.
    var s: [Double]
    var y: [Double]
    var rho: Double
    /// s'y/y'y
    var scale: Double
  }

  public func makeState(count: Int) -> State { State(direction: [Double](repeating: 0, count: count)) }

  public func step(_ iterate: inout Iterate, _ state: inout State, _ objective: Evaluator) -> StepOutcome {
    if state.descent.isStale(&iterate) { return .stopped(.noProgress) }
    let (x, gradient) = (iterate.x, iterate.gradient)
    var outcome = LineSearch.Outcome.noProgress
    // With pairs, then without: what they remember may be wrong here.
    for _ in 0..<2 {
      let isFirst = state.pairs.isEmpty
      do throws(ObjectiveError) { try direct(&state, x, gradient) } catch {
        return .stopped(.unsupported(error.description))
      }
      // Nothing is known of the length of the first step; a change of one in the parameters is a guess that is mended at once.
      let first = isFirst && metric == nil ? min(1, 1 / maximumNorm(gradient)) : 1
      outcome = search.move(
        &iterate, along: state.direction, first: first, magnitude: state.descent.magnitude, objective)
      if case .accepted = outcome { break }
      if isFirst { break }
      state.pairs = []
    }
    guard case .accepted = outcome else { return .stopped(outcome.reason(objective)) }
    remember(&state, from: x, gradient, to: iterate)
    return .moved
  }

  private func remember(_ state: inout State, from x: [Double], _ gradient: [Double], to iterate: Iterate) {
    var (s, y) = (iterate.x, iterate.gradient)
    add(-1, x, to: &s)
    add(-1, gradient, to: &y)
    let (product, square) = (dot(s, y), dot(y, y))
    // Only pairs of positive curvature keep the inverse Hessian definite.
    guard product > .ulpOfOne * square, square > 0 else { return }
    if state.pairs.count == memory { state.pairs.removeFirst() }
    state.pairs.append(Pair(s: s, y: y, rho: 1 / product, scale: product / square))
  }

  /// direction = -H*gradient
  private func direct(_ state: inout State, _ x: [Double], _ gradient: [Double]) throws(ObjectiveError) {
    var q = gradient
    var weights = [Double](repeating: 0, count: state.pairs.count)
    for (i, pair) in state.pairs.enumerated().reversed() {
      weights[i] = pair.rho * dot(pair.s, q)
      add(-weights[i], pair.y, to: &q)
    }
    if let metric {
      q = try metric.solve(x, q).solution
      // As long as the last pair says: s'y over y'F^-1*y.
      if let last = state.pairs.last {
        scale(&q, by: 1 / (last.rho * dot(last.y, try metric.solve(x, last.y).solution)))
      }
    } else if let last = state.pairs.last {
      scale(&q, by: last.scale)
    }
    for (i, pair) in state.pairs.enumerated() { add(weights[i] - pair.rho * dot(pair.y, q), pair.s, to: &q) }
    scale(&q, by: -1)
    state.direction = q
  }
}
