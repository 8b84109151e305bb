// Newton on functions whose Hessian is indefinite or singular, and L-BFGS and the line search where values are noise or slopes jump.
import Testing

@testable import MatDeriv

@Suite struct NewtonTests {
  /// A quadratic is done in one step, its logistic counterpart in a few.
  @Test func convergesQuadratically() throws {
    let (quadratic, _) = try MinimizationProblem.quadratic()
    let one = try quadratic.minimize(by: Newton(), until: StoppingRules(gradient: 1e-13))
    #expect(one.converged && one.iterations <= 2 && one.notes.isEmpty)
    let (logistic, _, _) = try MinimizationProblem.logistic(rows: 200, columns: 5, ridge: 1)
    let few = try logistic.minimize(by: Newton(), until: StoppingRules(gradient: 1e-12, gradientScale: .absolute))
    #expect(few.converged && few.iterations <= 10)
  }

  /// x^4/4 - x^2/2 + y^2 is indefinite near zero; its minima are at x = 1 and x = -1.
  @Test(arguments: [Newton(system: .dense), Newton(system: .products)]) func indefinite(_ method: Newton) throws {
    let problem = try MinimizationProblem(
      "sum(x.^4)/4 - sum(x.^2)/2 + y'*y", ["x: vector(n)", "y: vector(n)"], wrt: ["x", "y"], sizes: ["n": 3],
      start: ["x": [[0.1], [-0.2], [0.3]], "y": [[1], [1], [1]]])
    let result = try problem.minimize(by: method, until: StoppingRules(gradient: 1e-12))
    #expect(result.converged, "\(result.reason)")
    #expect(relativeDistance(result.x, [1, -1, 1, 0, 0, 0]) <= 1e-11)
    #expect(result.notes.contains { $0.contains("not positive definite") })
  }

  /// A saddle point is where the gradient vanishes, and is said to be none of a minimum.
  @Test func saddle() throws {
    let problem = try MinimizationProblem(
      "x^2 - y^2", ["x: scalar", "y: scalar"], wrt: ["x", "y"], start: ["x": [[0]], "y": [[0]]])
    let result = try problem.minimize(by: Newton(), until: StoppingRules())
    #expect(result.reason == .gradient && result.iterations == 0)
    #expect(result.notes.contains { $0.contains("no minimum") })
  }

  @Test func shiftedCholesky() throws {
    let definite = Matrix<Double>.randomDefinite(6, seed: 3)
    #expect(try #require(ShiftedCholesky(definite)).shift == 0)
    let indefinite = Matrix<Double>.diagonal([-3, 1, 2])
    let factor = try #require(ShiftedCholesky(indefinite))
    #expect(factor.shift > 3 && factor.shift <= 12)
    let solution = factor.solve([1, 1, 1])
    for (x, d) in zip(solution, [-3.0, 1, 2]) { #expect((x * (d + factor.shift) - 1).magnitude <= 1e-12) }
    #expect(try #require(ShiftedCholesky(Matrix(rows: 2, columns: 2, repeating: 0))).shift > 0)
    #expect(ShiftedCholesky([[.nan]]) == nil)
  }
}

@Suite struct LineSearchTests {
  private func move(
    from x: Double, first: Double, _ f: @escaping (Double) -> (value: Double, slope: Double)
  ) -> (outcome: LineSearch.Outcome, iterate: Iterate) {
    let objective = ClosureObjective(count: 1) { x, g throws(ObjectiveError) in
      let (value, slope) = f(x[0])
      g[0] = slope
      return value
    }
    var iterate = Iterate(x: [x], value: f(x).value, gradient: [f(x).slope])
    let outcome = LineSearch().move(&iterate, along: [-f(x).slope], first: first, Evaluator(objective, limit: 1000))
    return (outcome, iterate)
  }

  /// Steps from far too short to far too long end where the strong Wolfe conditions hold.
  @Test(arguments: [1e-8, 1e-3, 1, 1e3, 1e8]) func strongWolfe(_ first: Double) {
    let functions: [(Double) -> (Double, Double)] = [
      { ($0 * $0, 2 * $0) },
      { (Double.pow($0, 4), 4 * $0 * $0 * $0) },
      { (Double.cosh($0), Double.sinh($0)) },
      { (Double.exp($0) - $0, Double.exp($0) - 1) },
      { (-$0 / ($0 * $0 + 2), ($0 * $0 - 2) / Double.pow($0 * $0 + 2, 2)) },
    ]
    for f in functions {
      let start = f(3.1)
      let direction = -start.1
      let (outcome, iterate) = move(from: 3.1, first: first) { (f($0).0, f($0).1) }
      guard case .accepted = outcome else {
        Issue.record("\(outcome) for \(first)")
        continue
      }
      let step = (iterate.x[0] - 3.1) / direction
      #expect(iterate.value <= start.0 - 1e-4 * step * direction * direction * (1 - 1e-9))
      #expect(iterate.gradient[0].magnitude <= 0.9 * start.1.magnitude)
    }
  }

  /// Values that are equal to the last bit: only slopes tell where the minimum is.
  @Test func valuesAreNoise() {
    let (outcome, iterate) = move(from: 1e-7, first: 5) { x in (1 + x * x / 2, x) }
    guard case .accepted = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(iterate.x[0].magnitude <= 0.9e-7)
  }

  /// Beyond one there is no value: the minimum of -log(1 - x) - x*3 is at 2/3.
  @Test func domainEnds() {
    let (outcome, iterate) = move(from: 0, first: 50) { x in (-Double.log(1 - x) - 3 * x, 1 / (1 - x) - 3) }
    guard case .accepted = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(iterate.x[0] > 0 && iterate.x[0] < 1)
  }

  /// |x - 1|/2 + x*x/100: no slope near zero, but a lower value is found.
  @Test func kink() {
    let (outcome, iterate) = move(from: 0, first: 10) { x in
      (Swift.abs(x - 1) / 2 + x * x / 100, (x < 1 ? -0.5 : 0.5) + x / 50)
    }
    guard case .accepted = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(iterate.value < 0.5)
  }
}
