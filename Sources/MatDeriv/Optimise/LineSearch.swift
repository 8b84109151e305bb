// A step length along a direction of descent: strong Wolfe conditions by a bracket that cubic interpolation narrows, and near the optimum, where
// differences of values are noise, conditions on slopes alone.

/// The search for a step length that satisfies the strong Wolfe conditions, or the approximate ones where values are too close to tell.
///
/// With f(a) the value and s(a) the slope at step a: f(a) <= f(0) + c1*a*s(0) and |s(a)| <= c2*|s(0)|; or, if f(a) <= f(0) + noise, in place of
/// the first (2*d - 1)*s(0) >= s(a), which follows from it for a quadratic and needs no values.
///
/// **Source**: Nocedal and Wright, Numerical Optimization, 2nd ed., section 3.5; Hager and Zhang, SIAM J. Optim. 16 (2005) 170,
/// equations 4.1 and 4.2.
public struct LineSearch: Sendable {
  /// c1.
  public var decrease = 1e-4
  /// c2: 0.9 for Newton and quasi-Newton directions.
  public var curvature = 0.9
  /// d of the approximate conditions.
  public var approximate = 0.1
  /// Differences of values up to this part of their magnitude count as noise.
  public var noise = 1e-10
  /// The most evaluations of one search.
  public var trials = 50

  /// The method with these settings.
  public init() {}

  enum Outcome {
    case accepted
    case noProgress, unbounded, exhausted
    case notFinite
  }

  private struct Trial {
    var step: Double
    var value: Double
    var slope: Double
  }

  /// Moves the iterate along the direction; leaves it where it is unless the outcome is `accepted`.
  ///
  /// - Parameter magnitude: what noise is measured by, beside the value itself.
  func move(
    _ iterate: inout Iterate, along direction: [Double], first: Double, magnitude: Double = 0, _ objective: Evaluator
  ) -> Outcome {
    let start = Trial(step: 0, value: iterate.value, slope: dot(iterate.gradient, direction))
    guard start.slope < 0 else { return .noProgress }
    let noise = self.noise * max(start.value.magnitude, magnitude)
    var x = iterate.x
    var gradient = iterate.gradient
    var low = start
    var high: Trial?
    var step = first
    var width = Double.infinity
    var hasFinite = false
    for _ in 0..<trials {
      if objective.isExhausted { return .exhausted }
      set(&x, to: iterate.x, plus: step, times: direction)
      let trial: Trial
      if maximumNorm(x).isFinite, let value = objective.value(at: x, gradient: &gradient) {
        trial = Trial(step: step, value: value, slope: dot(gradient, direction))
        hasFinite = true
      } else {
        trial = Trial(step: step, value: .infinity, slope: .infinity)
      }
      let isLower = trial.value <= start.value + decrease * step * start.slope
      let isLevel = trial.value <= start.value + noise
      let isFlat = trial.slope.magnitude <= -curvature * start.slope
      if isFlat, isLower || (isLevel && trial.slope <= (2 * approximate - 1) * start.slope) {
        iterate.x = x
        iterate.value = trial.value
        iterate.gradient = gradient
        return .accepted
      }
      // Between `low`, from where the function falls, and `high` lies a step that is accepted.
      if trial.slope < 0, isLower || isLevel { low = trial } else { high = trial }
      guard let high else {
        let next = extrapolated(low, from: start)
        if !next.isFinite { return .unbounded }
        step = next
        continue
      }
      let now = high.step - low.step
      if now <= 4 * high.step.ulp { break }
      // A bracket that shrinks slowly is halved.
      let isSlow = now > 0.66 * width
      width = now
      step = isSlow && high.value.isFinite ? low.step + now / 2 : interpolated(low, high, noise)
    }
    if high == nil { return .unbounded }
    if low.step > 0, low.value < start.value {
      // A kink: the value is lower, though the slope is not.
      set(&x, to: iterate.x, plus: low.step, times: direction)
      if let value = objective.value(at: x, gradient: &gradient) {
        iterate.x = x
        iterate.value = value
        iterate.gradient = gradient
        return .accepted
      }
    }
    return hasFinite ? .noProgress : .notFinite
  }

  /// Where the slope would vanish if it went on like this; two to ten times as far.
  private func extrapolated(_ low: Trial, from start: Trial) -> Double {
    let rise = low.slope - start.slope
    let secant = rise > 0 ? low.step * -start.slope / rise : .infinity
    return min(max(secant, 2 * low.step), 10 * low.step)
  }

  /// The minimum of the cubic with these values and slopes, away from the ends. Where values differ by noise, the zero of the slope.
  private func interpolated(_ low: Trial, _ high: Trial, _ noise: Double) -> Double {
    let width = high.step - low.step
    if !high.value.isFinite { return low.step + width * (low.step == 0 ? 0.1 : 0.5) }
    var place = 0.5
    if (high.value - low.value).magnitude <= noise, high.slope > low.slope {
      place = low.slope / (low.slope - high.slope)
    } else {
      // Nocedal and Wright, equation 3.59.
      let d = low.slope + high.slope - 3 * (high.value - low.value) / width
      let root = d * d - low.slope * high.slope
      if root >= 0 {
        let r = root.squareRoot()
        let denominator = high.slope - low.slope + 2 * r
        if denominator != 0 { place = 1 - (high.slope + r - d) / denominator }
      }
    }
    if !(place.isFinite) { place = 0.5 }
    return low.step + width * min(max(place, 0.05), 0.95)
  }
}
