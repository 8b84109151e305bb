// The history of a descent by line searches: how large values are, by which noise is measured, and whether anything still improves.

/// What a line search wants to know of the iterations before it.
struct Descent: Sendable {
  /// The mean magnitude of recent values: one value may be small by chance.
  ///
  /// **Source**: Hager and Zhang, ACM Trans. Math. Softw. 32 (2006) 113, the average C of section 4.
  private(set) var magnitude = 0.0
  private var weight = 0.0
  /// The iterate of the smallest gradient since the last improvement.
  private var best: Iterate?
  private var mark = (value: Double.infinity, norm: Double.infinity)
  private var stale = 0

  /// So many iterations without a lower value or a gradient smaller by a tenth are rounding.
  private static let patience = 50

  /// Takes an iterate in. True if nothing has improved for long; the iterate is then the best of that time.
  mutating func isStale(_ iterate: inout Iterate) -> Bool {
    weight = 1 + 0.7 * weight
    magnitude += (iterate.value.magnitude - magnitude) / weight
    let norm = maximumNorm(iterate.gradient)
    if iterate.value < mark.value - 8 * iterate.value.ulp || norm < 0.9 * mark.norm {
      mark = (Swift.min(iterate.value, mark.value), Swift.min(norm, mark.norm))
      stale = 0
      best = nil
      return false
    }
    stale += 1
    if norm < best.map({ maximumNorm($0.gradient) }) ?? .infinity { best = iterate }
    guard stale >= Descent.patience, var best else { return false }
    best.iteration = iterate.iteration
    best.notes = iterate.notes
    iterate = best
    return true
  }
}

extension LineSearch.Outcome {
  func reason(_ objective: Evaluator) -> StoppingReason {
    switch self {
    case .accepted, .noProgress: .noProgress
    case .unbounded: .unbounded
    case .exhausted: .evaluations
    case .notFinite: .notFinite(objective.failure)
    }
  }
}
