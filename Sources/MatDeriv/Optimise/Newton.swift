// Newton's method: a dense Hessian for few parameters, products with it for many, its compressed form where it has one.

/// Newton's method with a line search.
///
/// - *dense*: Cholesky of the Hessian; where that is indefinite, of the Hessian plus a multiple of the identity.
/// - *compressed*: a solve by the structure of the Hessian, so that no array of count x count is formed.
/// - *products*: conjugate gradients on Hessian-vector products, ended early far from the optimum and where curvature is not positive.
///
/// **Source**: Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 3.2, 3.3 and 7.1; Dembo and Steihaug,
/// Math. Program. 26 (1983) 190.
public struct Newton: MinimizationMethod {
  /// How the Newton equations are solved.
  public enum System: Sendable {
    /// Compressed where the Hessian has such a form and there are more parameters than `denseLimit`; dense up to that; products above it.
    case automatic
    /// The Hessian as an array, in its structure, or through its products.
    case dense, compressed, products
  }

  /// The method's name, as users know it.
  public var name: String { "Newton" }
  /// How the system of a step is solved.
  public var system: System
  /// The most parameters of a dense Hessian.
  public var denseLimit = 2000
  /// How far a step goes.
  public var search = LineSearch()

  /// The method with these settings.
  public init(system: System = .automatic) { self.system = system }

  /// What the method remembers from step to step.
  public struct State: Sendable {
    var descent = Descent()
    /// Iterations in which the Hessian was not definite, and the largest multiple of the identity that was added.
    var indefinite = 0
    var largestShift = 0.0
    var chosen: System?
  }

  public func makeState(count: Int) -> State { State() }

  public func step(_ iterate: inout Iterate, _ state: inout State, _ objective: Evaluator) -> StepOutcome {
    guard let curvature = objective.objective.curvature else {
      return .stopped(.unsupported("Newton needs second derivatives; this objective has none"))
    }
    if state.descent.isStale(&iterate) { return .stopped(.noProgress) }
    var direction = iterate.gradient
    do throws(ObjectiveError) {
      direction = try self.direction(iterate, &state, curvature)
    } catch {
      return .stopped(.unsupported(error.description))
    }
    if !maximumNorm(direction).isFinite || dot(direction, iterate.gradient) >= 0 {
      direction = iterate.gradient
      scale(&direction, by: -1)
    }
    let outcome = search.move(&iterate, along: direction, first: 1, magnitude: state.descent.magnitude, objective)
    guard case .accepted = outcome else { return .stopped(outcome.reason(objective)) }
    return .moved
  }

  private func direction(
    _ iterate: Iterate, _ state: inout State, _ curvature: any Curvature
  ) throws(ObjectiveError) -> [Double] {
    if state.chosen != .products && state.chosen != .dense && (system == .compressed || isLarge(iterate)) {
      if let h = try curvature.compressedHessian(at: iterate.x) {
        state.chosen = .compressed
        var negative = iterate.gradient
        scale(&negative, by: -1)
        if let solved = try? h.solve(negative) { return solved }
      } else if system == .compressed {
        throw .domain("the Hessian has no compressed form")
      }
    }
    state.chosen = system == .dense || (system == .automatic && iterate.x.count <= denseLimit) ? .dense : .products
    if state.chosen == .products { return try conjugateGradients(iterate, &state, curvature) }
    let h = try curvature.hessian(at: iterate.x)
    guard let factor = ShiftedCholesky(h) else { throw .domain("the Hessian is not finite") }
    if factor.shift > 0 {
      state.indefinite += 1
      state.largestShift = max(state.largestShift, factor.shift)
    }
    var solution = factor.solve(iterate.gradient)
    scale(&solution, by: -1)
    return solution
  }

  private func isLarge(_ iterate: Iterate) -> Bool { system == .automatic && iterate.x.count > denseLimit }

  /// An approximate solution of H*d = -g; ends at the first direction of negative curvature.
  private func conjugateGradients(
    _ iterate: Iterate, _ state: inout State, _ curvature: any Curvature
  ) throws(ObjectiveError) -> [Double] {
    let n = iterate.x.count
    let size = dot(iterate.gradient, iterate.gradient).squareRoot()
    // Superlinear convergence: the residual shrinks faster than the gradient.
    let target = min(0.5, size.squareRoot()) * size
    var d = [Double](repeating: 0, count: n)
    var residual = iterate.gradient
    var p = residual
    scale(&p, by: -1)
    var product = d
    var square = dot(residual, residual)
    for k in 0..<min(2 * n, 2000) {
      try curvature.multiplyHessian(at: iterate.x, by: p, into: &product)
      let curvatureAlong = dot(p, product)
      if curvatureAlong <= .ulpOfOne * dot(p, p) * 1e-4 {
        state.indefinite += 1
        return k == 0 ? p : d
      }
      let length = square / curvatureAlong
      add(length, p, to: &d)
      add(length, product, to: &residual)
      let next = dot(residual, residual)
      if next.squareRoot() <= target { break }
      scale(&p, by: next / square)
      add(-1, residual, to: &p)
      square = next
    }
    return d
  }

  /// Says what the Hessian is like: on the way, and at the end.
  public func conclude(_ iterate: inout Iterate, _ state: inout State, _ objective: Evaluator) {
    if state.indefinite > 0 {
      let count = state.indefinite == 1 ? "1 iteration" : "\(state.indefinite) iterations"
      let shift = state.largestShift > 0 ? "; up to \(state.largestShift) times the identity was added" : ""
      iterate.notes.append("the Hessian was not positive definite in \(count)\(shift)")
    }
    let isDense = state.chosen == .dense || (state.chosen == nil && iterate.x.count <= denseLimit)
    guard isDense, let definiteness = objective.objective.curvature?.definiteness(at: iterate.x) else { return }
    switch definiteness {
    case .definite: break
    case .indefinite(let smallest):
      iterate.notes.append("the Hessian at the answer has a negative eigenvalue, \(smallest): it is no minimum")
    case .singular:
      iterate.notes.append("the Hessian at the answer is singular, or nearly: the minimum is not isolated")
    }
  }
}

/// The Cholesky factorization of H + shift*I, with the shift that makes it definite: zero if H is.
struct ShiftedCholesky {
  let shift: Double
  private let factor: Cholesky<Double>

  /// Nil if an entry is not finite.
  init?(_ h: Matrix<Double>) {
    if let factor = try? Cholesky(h) {
      (shift, self.factor) = (0, factor)
      return
    }
    let n = h.rows
    let norm = h.norm(.infinity)
    guard norm.isFinite else { return nil }
    // Gershgorin: with a shift of twice the norm the matrix is definite, so the loop ends.
    let smallest = h.diagonal.min() ?? 0
    var shift = max(smallest < 0 ? -smallest : 0, 1e-4 * norm, .leastNormalMagnitude)
    while true {
      var shifted = h
      for i in 0..<n { shifted[i, i] += shift }
      if let factor = try? Cholesky(shifted) {
        (self.shift, self.factor) = (shift, factor)
        return
      }
      if shift > 4 * norm, norm > 0 { return nil }
      shift *= 4
    }
  }

  func solve(_ b: [Double]) -> [Double] { factor.solve(b) }
}
