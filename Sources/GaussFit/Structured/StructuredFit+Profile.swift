// Profile-likelihood intervals of the parameters of a formula: each parameter is moved and the others are searched for anew, until the
// likelihood ratio is the chi-square quantile.
import MatDeriv

extension StructuredFit {
  /// The profile intervals of the parameters, in the order of ``parameters`` and of their entries; nil where the likelihood does not fall as far
  /// on one of the sides, or has no standard error to begin with. Of a closed form there are none.
  ///
  /// **Domain**: level in (0, 1). **Throws**: `formula`. **Cost**: some ten searches for each end.
  /// **Source**: D. J. Venzon, S. H. Moolgavkar, Appl. Stat. 37 (1988), by the signed root of the ratio.
  public func profileIntervals(level: Double = 0.95) throws(GaussFitError) -> [[Interval?]] {
    let reach = likelihoodDrop(level).squareRoot()
    guard !point.isEmpty else { return parameters.map { $0.entries.map { _ in nil } } }
    let sample = moments.scatter / moments.weight
    let search = try FormulaSearch(formula, sample: SearchUnits(sample, formula.scaling).scaled(sample))
    let errors = parameters.flatMap { parameter in parameter.entries.map { parameter.standardError[$0.row, $0.column] }
    }
    var intervals: [Interval?] = []
    for index in point.indices {
      guard errors[index] > 0, errors[index].isFinite else {
        intervals.append(nil)
        continue
      }
      let profile = Profile(search, at: point, index: index, error: errors[index], sampleSize: moments.sampleSize)
      if let lower = profile.end(reach, .minus), let upper = profile.end(reach, .plus) {
        intervals.append(Interval(lower: lower, upper: upper))
      } else {
        intervals.append(nil)
      }
    }
    var rest = intervals[...]
    return parameters.map { parameter in
      defer { rest = rest.dropFirst(parameter.entries.count) }
      return Array(rest.prefix(parameter.entries.count))
    }
  }
}

/// The likelihood ratio of one parameter.
private final class Profile {
  private let objective: PartialObjective
  /// The parameter, among those of the whole objective.
  private let place: Int
  private let best: Double
  private let value: Double
  private let error: Double
  private let n: Double
  private var others: [Double]
  private let start: [Double]

  init(_ search: FormulaSearch, at point: [Double], index: Int, error: Double, sampleSize n: Double) {
    let all = search.objective.expanded(point)
    place = search.objective.free[index]
    let free = search.objective.free.filter { $0 != search.objective.free[index] }
    objective = PartialObjective(search.objective.whole, free: free, base: all)
    best = point[index]
    self.error = error
    self.n = n
    start = objective.reduced(all)
    others = start
    var gradient = [Double](repeating: 0, count: free.count)
    value = (try? objective.value(at: start, gradient: &gradient)) ?? .nan
  }

  /// The root of the likelihood ratio with the parameter at x; nil where the others cannot be found.
  private func root(at x: Double) -> Double? {
    objective.fix(place, at: x)
    var lowest: Double
    if objective.count == 0 {
      var none: [Double] = []
      guard let value = try? objective.value(at: [], gradient: &none) else { return nil }
      lowest = value
    } else {
      let rules = StoppingRules(gradient: 1e-11, gradientScale: .absolute, iterations: 100)
      let method = Newton(system: objective.count <= FormulaSearch.denseParameters ? .dense : .products)
      var result = try? minimize(objective, from: others, by: method, until: rules)
      if result == nil { result = try? minimize(objective, from: start, by: LBFGS(memory: 20), until: rules) }
      guard let result else { return nil }
      others = result.x
      lowest = result.value
    }
    return max(2 * n * (lowest - value), 0).squareRoot()
  }

  /// Where the root of the ratio is `reach`, on one side: it is nearly linear in the parameter, so secants find it.
  func end(_ reach: Double, _ side: FloatingPointSign) -> Double? {
    let sign = side == .plus ? 1.0 : -1.0
    others = start
    var inner = (t: 0.0, root: 0.0)
    var outer: (t: Double, root: Double)?
    var t = reach * error
    for _ in 0..<60 {
      guard let r = root(at: best + sign * t) else {
        // Beyond the edge of the family: half the way back.
        others = start
        t = (inner.t + t) / 2
        if t - inner.t <= 1e-12 * t { return nil }
        continue
      }
      if abs(r - reach) <= 1e-11 * reach { return best + sign * t }
      if r < reach { inner = (t, r) } else { outer = (t, r) }
      if let outer {
        if outer.t - inner.t <= 4 * .ulpOfOne * max(abs(best), outer.t) { return best + sign * t }
        let secant = inner.t + (reach - inner.root) * (outer.t - inner.t) / (outer.root - inner.root)
        let margin = 1e-6 * (outer.t - inner.t)
        t = min(max(secant, inner.t + margin), outer.t - margin)
      } else {
        t = inner.root > 0 ? min(max(inner.t * reach / inner.root, 1.1 * inner.t), 4 * inner.t) : 2 * t
        if t > 1e6 * reach * error { return nil }
      }
    }
    return outer == nil ? nil : best + sign * t
  }
}
