// Functions to minimise whose minima are known by other means, and the list of methods that the tests run through: a method is tested by being
// listed.
@testable import MatDeriv

/// A method, how small a gradient it reaches on a well-conditioned quadratic, and in how many iterations.
struct ListedMethod: Sendable, CustomStringConvertible {
  var name: String
  var gradient: Double
  var iterations: Int
  /// Whether it finds steep valleys' ends: fixed rates do not.
  var isAdaptive = true
  var make: @Sendable (Objective) throws -> any MinimizationMethod

  var description: String { name }

  static let all: [ListedMethod] = [
    // Eigenvalues between 1 and 4: a rate of 0.4 contracts by 0.6 at least.
    ListedMethod(name: "gradient descent", gradient: 1e-12, iterations: 500, isAdaptive: false) { _ in
      GradientDescent(rate: 0.4)
    },
    ListedMethod(name: "momentum", gradient: 1e-12, iterations: 1000, isAdaptive: false) { _ in
      Momentum(rate: 0.2, momentum: 0.5)
    },
    ListedMethod(name: "Nesterov", gradient: 1e-12, iterations: 1000, isAdaptive: false) { _ in
      Nesterov(rate: 0.2, momentum: 0.5)
    },
    // A fixed rate keeps these at a distance of the order of the rate.
    ListedMethod(name: "RMSprop", gradient: 2e-2, iterations: 20_000, isAdaptive: false) { _ in RMSprop(rate: 1e-3) },
    ListedMethod(name: "Adam", gradient: 1e-3, iterations: 20_000, isAdaptive: false) { _ in Adam(rate: 1e-2) },
    ListedMethod(name: "AdamW", gradient: 1e-3, iterations: 20_000, isAdaptive: false) { _ in
      AdamW(rate: 1e-2, weightDecay: 0)
    },
    ListedMethod(name: "L-BFGS", gradient: 1e-12, iterations: 100) { _ in LBFGS() },
    ListedMethod(name: "L-BFGS, memory 3", gradient: 1e-12, iterations: 200) { _ in LBFGS(memory: 3) },
    ListedMethod(name: "Newton, dense", gradient: 1e-12, iterations: 50) { _ in Newton(system: .dense) },
    ListedMethod(name: "Newton, products", gradient: 1e-12, iterations: 100) { _ in Newton(system: .products) },
    // The metric of the Euclidean plane makes this steepest descent; here it is that of the Hessian.
    ListedMethod(name: "natural gradient", gradient: 1e-12, iterations: 50) { objective in
      NaturalGradient(Metric(matrix: { x throws(ObjectiveError) in try objective.hessian(at: x) }))
    },
  ]

  static var adaptive: [ListedMethod] { all.filter { $0.isAdaptive && $0.name != "natural gradient" } }
}

/// An objective of the language with a start.
struct MinimizationProblem {
  var objective: Objective
  var start: [Double]

  init(
    _ text: String, _ declarations: [String] = [], wrt names: [String], data: [String: Matrix<Double>] = [:],
    sizes: [String: Int] = [:], start: [String: Matrix<Double>]
  ) throws {
    let program = try Program(text, Declarations(declarations))
    objective = try Objective(program, wrt: names, data: Values(data, sizes: sizes))
    self.start = try objective.packing.parameters(start)
  }

  /// x'*A*x/2 - b'*x with eigenvalues of A between 1 and 4, and its minimum by Cholesky.
  static func quadratic(_ n: Int = 20) throws -> (problem: MinimizationProblem, solution: [Double]) {
    let a = Matrix<Double>.randomDefinite(n, seed: 4) / Double(n)
    let b = Matrix<Double>.random(n, 1, seed: 5)
    let problem = try MinimizationProblem(
      "0.5*x'*A*x - b'*x", ["A: matrix(n,n) symmetric", "b: vector(n)", "x: vector(n)"], wrt: ["x"],
      data: ["A": a, "b": b], start: ["x": Matrix(rows: n, columns: 1, repeating: 1)])
    return (problem, try Cholesky(a).solve(b.columnMajor))
  }

  /// The chain of Rosenbrock functions, zero where all entries are one: P drops the first entry, Q the last.
  static func rosenbrock(_ n: Int, start: (Int) -> Double) throws -> MinimizationProblem {
    let p = Matrix<Double>(rows: n - 1, columns: n) { i, j in j == i + 1 ? 1 : 0 }
    let q = Matrix<Double>(rows: n - 1, columns: n) { i, j in j == i ? 1 : 0 }
    return try MinimizationProblem(
      "100*sum((P*x - (Q*x).^2).^2) + sum((ones(m,1) - Q*x).^2)",
      ["P: matrix(m,n)", "Q: matrix(m,n)", "x: vector(n)"], wrt: ["x"], data: ["P": p, "Q": q],
      start: ["x": Matrix(column: (0..<n).map(start))])
  }

  /// Logistic regression with labels of 1 and -1 and a ridge.
  static func logistic(rows: Int, columns: Int, ridge: Double) throws -> (
    problem: MinimizationProblem, x: Matrix<Double>, y: [Double]
  ) {
    let x = Matrix<Double>.random(rows, columns, seed: 6)
    let noise = Matrix<Double>.random(rows, 1, seed: 7)
    let y = (0..<rows).map { x[$0, 0] - 0.5 * x[$0, 1] + noise[$0, 0] > 0 ? 1.0 : -1.0 }
    let problem = try MinimizationProblem(
      "sum(softplus(-(y.*(X*w)))) + 0.5*c*w'*w",
      ["X: matrix(m,n)", "y: vector(m) binary", "w: vector(n)", "c: scalar positive"], wrt: ["w"],
      data: ["X": x, "y": Matrix(column: y), "c": [[ridge]]],
      start: ["w": Matrix(rows: columns, columns: 1, repeating: 0)])
    return (problem, x, y)
  }

  func minimize(
    by method: any MinimizationMethod, until rules: StoppingRules, progress: ((Progress) -> Continuation)? = nil
  ) throws -> MinimizationResult {
    try MatDeriv.minimize(objective, from: start, by: method, until: rules, progress: progress)
  }
}
