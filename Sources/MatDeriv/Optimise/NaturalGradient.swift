// The natural gradient: steepest descent in the metric of a statistical model, Fisher scoring for likelihoods.

/// The metric of a model: symmetric, positive definite, depending on the parameters.
public struct Metric {
  /// How the metric is given.
  enum Form {
    case matrix((_ x: [Double]) throws(ObjectiveError) -> Matrix<Double>)
    case product((_ x: [Double], _ v: [Double], _ product: inout [Double]) throws(ObjectiveError) -> Void)
    case solution((_ x: [Double], _ gradient: [Double]) throws(ObjectiveError) -> [Double])
  }

  let form: Form

  /// The metric as a matrix, count x count.
  public init(matrix: @escaping (_ x: [Double]) throws(ObjectiveError) -> Matrix<Double>) { form = .matrix(matrix) }

  /// The metric as an operator, such as a Fisher information that is never formed.
  public init(
    product: @escaping (_ x: [Double], _ v: [Double], _ product: inout [Double]) throws(ObjectiveError) -> Void
  ) { form = .product(product) }

  /// The metric by its inverse, where that is known: the gradient g is taken to F^-1*g.
  public init(solution: @escaping (_ x: [Double], _ gradient: [Double]) throws(ObjectiveError) -> [Double]) {
    form = .solution(solution)
  }

  /// The metric of an expression in the variables of an objective.
  ///
  /// **Shapes**: by entries, as vec of the variables one below another; structured variables take their part of it.
  /// **Throws**: `plan` for a size or a value that is missing.
  public init(_ expression: Expression, of objective: Objective) throws(ObjectiveError) {
    let plan: Plan<Double>
    do throws(PlanError) { plan = try Plan<Double>([expression], sizes: objective.sizes) } catch { throw .plan(error) }
    let n = objective.packing.entryCount
    guard plan.outputShapes[0] == (n, n) else {
      throw .parameter(
        name: "\(expression.syntax)",
        reason: "a metric is \(n) x \(n) here, this one \(plan.outputShapes[0].rows) x \(plan.outputShapes[0].columns)")
    }
    for input in plan.inputs where objective.memory.addresses[input.name] == nil { throw .plan(.missing(input.name)) }
    let workspace = plan.makeWorkspace()
    objective.memory.bindInputs(workspace)
    form = .matrix { x throws(ObjectiveError) in
      try objective.move(to: x)
      do throws(PlanError) { try plan.run(in: workspace) } catch { throw .plan(error) }
      return objective.packing.reduce(Matrix(rows: n, columns: n, columnMajor: Array(workspace.output(0))))
    }
  }
}

/// Steps against the gradient in a metric F: d = -F^-1*g, with a line search from length one.
///
/// **Source**: Amari, Neural Comput. 10 (1998) 251, theorem 1.
public struct NaturalGradient: MinimizationMethod {
  /// The method's name, as users know it.
  public var name: String { "natural gradient" }
  // The closures of a metric hold the memory of its objective: both stay on one thread.
  nonisolated(unsafe) private let metric: Metric
  /// How far a step goes.
  public var search = LineSearch()

  /// The method with these settings.
  public init(_ metric: Metric) { self.metric = metric }

  /// What the method remembers from step to step.
  public struct State: Sendable {
    var descent = Descent()
    var shifts = 0
  }

  public func makeState(count: Int) -> State { State() }

  public func step(_ iterate: inout Iterate, _ state: inout State, _ objective: Evaluator) -> StepOutcome {
    if state.descent.isStale(&iterate) { return .stopped(.noProgress) }
    var direction: [Double]
    do throws(ObjectiveError) {
      let solved = try metric.solve(iterate.x, iterate.gradient)
      direction = solved.solution
      if solved.isShifted { state.shifts += 1 }
    } catch {
      return .stopped(.unsupported(error.description))
    }
    scale(&direction, by: -1)
    let outcome = search.move(&iterate, along: direction, first: 1, magnitude: state.descent.magnitude, objective)
    guard case .accepted = outcome else { return .stopped(outcome.reason(objective)) }
    return .moved
  }

  public func conclude(_ iterate: inout Iterate, _ state: inout State, _ objective: Evaluator) {
    if state.shifts > 0 {
      iterate.notes.append(
        "the metric was singular in \(state.shifts) iterations; a multiple of the identity was added")
    }
  }
}

extension Metric {
  /// F^-1*g at x, and whether F was singular and a multiple of the identity was added.
  func solve(_ x: [Double], _ gradient: [Double]) throws(ObjectiveError) -> (solution: [Double], isShifted: Bool) {
    switch form {
    case .matrix(let matrix):
      let f = try matrix(x)
      guard let factor = ShiftedCholesky(f) else { throw .domain("the metric is not finite") }
      return (factor.solve(gradient), factor.shift > 0)
    case .product(let product): return (try conjugateGradients(x, gradient, product), false)
    case .solution(let solution): return (try solution(x, gradient), false)
    }
  }

  private func conjugateGradients(
    _ x: [Double], _ gradient: [Double],
    _ multiply: (_ x: [Double], _ v: [Double], _ product: inout [Double]) throws(ObjectiveError) -> Void
  ) throws(ObjectiveError) -> [Double] {
    var solution = [Double](repeating: 0, count: x.count)
    var residual = gradient
    var p = residual
    var product = solution
    var square = dot(residual, residual)
    let target = 1e-10 * square.squareRoot()
    for k in 0..<min(2 * p.count, 2000) {
      try multiply(x, p, &product)
      let along = dot(p, product)
      guard along > 0 else { return k == 0 ? p : solution }
      add(square / along, p, to: &solution)
      add(-square / along, product, to: &residual)
      let next = dot(residual, residual)
      if next.squareRoot() <= target { break }
      scale(&p, by: next / square)
      add(1, residual, to: &p)
      square = next
    }
    return solution
  }
}
