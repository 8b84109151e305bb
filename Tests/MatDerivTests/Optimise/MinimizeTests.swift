// Every method of the list on functions with known minima; the rules that stop it, and what it says where it cannot go on.
import Testing

@testable import MatDeriv

@Suite struct MinimizeTests {
  @Test(arguments: ListedMethod.all) func quadratic(_ listed: ListedMethod) throws {
    let (problem, solution) = try MinimizationProblem.quadratic()
    let rules = StoppingRules(gradient: listed.gradient, iterations: listed.iterations)
    let result = try problem.minimize(by: try listed.make(problem.objective), until: rules)
    #expect(result.reason == .gradient, "\(result.reason), \(result.gradientNorm) after \(result.iterations)")
    // The smallest eigenvalue is at least one: the error is at most the gradient, in lengths.
    #expect(relativeDistance(result.x, solution) <= 5 * listed.gradient)
    #expect(result.converged && result.evaluations >= result.iterations)
  }

  @Test(arguments: ListedMethod.adaptive) func rosenbrock(_ listed: ListedMethod) throws {
    for (n, start) in [(2, { $0 == 0 ? -1.2 : 1 }), (100, { _ in 0 })] as [(Int, (Int) -> Double)] {
      let problem = try MinimizationProblem.rosenbrock(n, start: start)
      let result = try problem.minimize(
        by: try listed.make(problem.objective), until: StoppingRules(gradient: 1e-9, iterations: 2000))
      #expect(result.reason == .gradient, "\(n): \(result.reason), \(result.gradientNorm)")
      #expect(relativeDistance(result.x, [Double](repeating: 1, count: n)) <= 1e-8)
      #expect(result.value <= 1e-16)
    }
  }

  @Test(arguments: ListedMethod.adaptive) func logisticRegression(_ listed: ListedMethod) throws {
    let (problem, x, y) = try MinimizationProblem.logistic(rows: 300, columns: 12, ridge: 0.1)
    let result = try problem.minimize(
      by: try listed.make(problem.objective), until: StoppingRules(gradient: 1e-10, gradientScale: .absolute))
    #expect(result.reason == .gradient, "\(result.reason), \(result.gradientNorm)")
    // The gradient written out: -sum of y(i)*x(i)/(1 + exp(y(i)*x(i)'*w)) + c*w.
    var gradient = result.x.map { 0.1 * $0 }
    for i in 0..<x.rows {
      let margin = y[i] * zip(x.row(i), result.x).reduce(0) { $0 + $1.0 * $1.1 }
      for j in 0..<x.columns { gradient[j] -= y[i] * x[i, j] / (1 + Double.exp(margin)) }
    }
    #expect(maximumNorm(gradient) <= 1e-10 + 1e-13 * 300)
  }

  /// The best matrix of rank k leaves the squares of the other singular values (Eckart and Young).
  @Test(arguments: ListedMethod.adaptive) func matrixFactorization(_ listed: ListedMethod) throws {
    let t = Matrix<Double>.random(12, 9, seed: 8)
    let problem = try MinimizationProblem(
      "norm2(T - U*V')^2", ["T: matrix(m,n)", "U: matrix(m,k)", "V: matrix(n,k)"], wrt: ["U", "V"], data: ["T": t],
      sizes: ["k": 2],
      start: ["U": Matrix<Double>.random(12, 2, seed: 9), "V": Matrix<Double>.random(9, 2, seed: 10)])
    let result = try problem.minimize(
      by: try listed.make(problem.objective), until: StoppingRules(gradient: 1e-10, iterations: 3000))
    let values = try SVD(t).values
    let least = values.dropFirst(2).reduce(0) { $0 + $1 * $1 }
    #expect(result.reason == .gradient, "\(result.reason), \(result.gradientNorm)")
    #expect((result.value - least).magnitude <= 1e-12 * least)
  }

  /// Curvatures from 1 to 10^4.
  @Test(arguments: ListedMethod.adaptive) func badlyScaledQuadratic(_ listed: ListedMethod) throws {
    let n = 9
    let d = (0..<n).map { Double.pow(10, Double($0) / 2) }
    let b = Matrix<Double>.random(n, 1, seed: 11)
    let problem = try MinimizationProblem(
      "0.5*x'*diag(d)*x - b'*x", ["d: vector(n) positive", "b: vector(n)", "x: vector(n)"], wrt: ["x"],
      data: ["d": Matrix(column: d), "b": b],
      start: ["x": Matrix(rows: n, columns: 1, repeating: 1)])
    let result = try problem.minimize(
      by: try listed.make(problem.objective), until: StoppingRules(gradient: 1e-9, iterations: 2000))
    #expect(result.reason == .gradient, "\(result.reason), \(result.gradientNorm)")
    #expect(relativeDistance(result.x, (0..<n).map { b[$0, 0] / d[$0] }) <= 1e-8)
  }

  @Test(arguments: ListedMethod.adaptive) func leastSquaresIsQR(_ listed: ListedMethod) throws {
    let m = Matrix<Double>.random(60, 8, seed: 12)
    let y = Matrix<Double>.random(60, 1, seed: 13)
    let problem = try MinimizationProblem(
      "sum((M*x - y).^2)", wrt: ["x"], data: ["M": m, "y": y], start: ["x": Matrix(rows: 8, columns: 1, repeating: 0)])
    let result = try problem.minimize(
      by: try listed.make(problem.objective), until: StoppingRules(gradient: 1e-12, iterations: 500))
    #expect(result.reason == .gradient, "\(result.reason), \(result.gradientNorm)")
    #expect(relativeDistance(result.x, try QR(m).solve(y.columnMajor)) <= 1e-12)
  }

  @Test(arguments: ListedMethod.all) func twiceTheSameBits(_ listed: ListedMethod) throws {
    func run() throws -> MinimizationResult {
      let (problem, _, _) = try MinimizationProblem.logistic(rows: 97, columns: 7, ridge: 1)
      return try problem.minimize(
        by: try listed.make(problem.objective), until: StoppingRules(gradient: 1e-3, iterations: 30))
    }
    let (a, b) = (try run(), try run())
    #expect(a.x == b.x && a.value == b.value && a.iterations == b.iterations && a.evaluations == b.evaluations)
  }

  @Test(arguments: ListedMethod.all) func cancellation(_ listed: ListedMethod) throws {
    let (problem, _) = try MinimizationProblem.quadratic()
    var seen: [Int] = []
    let result = try problem.minimize(
      by: try listed.make(problem.objective), until: StoppingRules(gradient: 0, iterations: 100)
    ) { progress in
      seen.append(progress.iteration)
      return progress.iteration == 1 ? .cancel : .proceed
    }
    #expect(result.reason == .cancelled && result.iterations == 1 && seen == [0, 1])
    #expect(!result.converged && result.value.isFinite)
  }
}

@Suite struct StoppingTests {
  @Test func limits() throws {
    let problem = try MinimizationProblem.rosenbrock(10) { _ in 0 }
    let none = StoppingRules(gradient: 0, iterations: 5)
    let five = try problem.minimize(by: LBFGS(), until: none)
    #expect(five.reason == .iterations && five.iterations == 5)
    let three = try problem.minimize(by: LBFGS(), until: StoppingRules(gradient: 0, evaluations: 3))
    #expect(three.reason == .evaluations && three.evaluations == 3)
    let soon = try problem.minimize(by: LBFGS(), until: StoppingRules(gradient: 0, time: .zero))
    #expect(soon.reason == .time && soon.iterations == 0)
    let flat = try problem.minimize(by: LBFGS(), until: StoppingRules(gradient: 0, decrease: 1e-3))
    #expect(flat.reason == .decrease && flat.converged)
    let still = try problem.minimize(by: LBFGS(), until: StoppingRules(gradient: 0, step: 1e-3))
    #expect(still.reason == .step && still.converged)
  }

  /// A gradient of zero is asked for: the end is where rounding is, not an endless search.
  @Test func roundingEndsTheSearch() throws {
    let (problem, solution) = try MinimizationProblem.quadratic()
    for method in [LBFGS(), Newton()] as [any MinimizationMethod] {
      let result = try problem.minimize(by: method, until: StoppingRules(gradient: 0, iterations: 500))
      #expect(result.reason == .noProgress || result.reason == .gradient)
      #expect(result.gradientNorm <= 1e-14)
      #expect(relativeDistance(result.x, solution) <= 1e-14)
    }
  }

  /// The scale of the gradient is that of the value where the value is large.
  @Test func gradientScale() throws {
    let rules = StoppingRules(gradient: 1)
    #expect(rules.norm([3, -8], value: -4) == 2)
    #expect(rules.norm([3, -8], value: 0.5) == 8)
    #expect(StoppingRules(gradientScale: .absolute).norm([3, -8], value: -4) == 8)
  }

  @Test func noStart() throws {
    let problem = try MinimizationProblem("sum(log(x)) + x'*x", wrt: ["x"], sizes: ["n": 2], start: ["x": [[1], [-1]]])
    #expect(throws: MinimizationError.self) { try problem.minimize(by: LBFGS(), until: StoppingRules()) }
  }

  @Test func unboundedAndUnsupported() throws {
    let line = ClosureObjective(count: 2) { x, g throws(ObjectiveError) in
      g = [-1, 0]
      return -x[0]
    }
    #expect(try minimize(line, from: [0, 0], by: LBFGS()).reason == .unbounded)
    let newton = try minimize(line, from: [0, 0], by: Newton())
    guard case .unsupported(let why) = newton.reason else {
      Issue.record("\(newton.reason)")
      return
    }
    #expect(why.contains("second derivatives") && newton.x == [0, 0])
  }

  /// No finite value anywhere but at the start.
  @Test(arguments: [LBFGS(), GradientDescent(rate: 1)] as [any MinimizationMethod])
  func lonelyPoint(_ method: any MinimizationMethod) throws {
    let point = ClosureObjective(count: 1) { x, g throws(ObjectiveError) in
      if x[0] != 0 { throw .domain("only zero will do") }
      g = [1]
      return 0
    }
    let result = try minimize(point, from: [0], by: method)
    #expect(result.reason == .notFinite("only zero will do"))
    #expect(result.x == [0] && result.value == 0)
  }

  /// Steps that leave the domain are taken back: -log(1 - x) - log(x)*2 has its minimum at 2/3.
  @Test func domainIsKept() throws {
    let barrier = ClosureObjective(count: 1) { x, g throws(ObjectiveError) in
      g = [1 / (1 - x[0]) - 2 / x[0]]
      return -Double.log(1 - x[0]) - 2 * Double.log(x[0])
    }
    for method in [LBFGS(), GradientDescent(rate: 0.05)] as [any MinimizationMethod] {
      let result = try minimize(barrier, from: [1e-3], by: method, until: StoppingRules(gradient: 1e-10))
      #expect(result.reason == .gradient, "\(result.reason)")
      #expect((result.x[0] - 2.0 / 3).magnitude <= 1e-9)
    }
  }
}
