// Objectives: packing of several and of structured variables, gradients and Hessians by parameters against differences, and refusals.
import Testing

@testable import MatDeriv

@Suite struct ObjectiveTests {
  private static let c = Matrix<Double>.randomDefinite(4, seed: 21) / 4

  private static func problems() throws -> [MinimizationProblem] {
    let t = Matrix<Double>.random(5, 4, seed: 22)
    let square = Matrix<Double>.random(4, 4, seed: 23)
    return [
      try MinimizationProblem(
        "norm2(T - U*V')^2 + sum(exp(U))", ["T: matrix(m,n)", "U: matrix(m,k)", "V: matrix(n,k)"], wrt: ["U", "V"],
        data: ["T": t], sizes: ["k": 2],
        start: ["U": Matrix<Double>.random(5, 2, seed: 24), "V": Matrix<Double>.random(4, 2, seed: 25)]),
      try MinimizationProblem(
        "logdet(S) + tr(inv(S)*C)", ["S: matrix(d,d) spd", "C: matrix(d,d) spd"], wrt: ["S"], data: ["C": c],
        start: ["S": .randomDefinite(4, seed: 26)]),
      try MinimizationProblem(
        "norm2(C - L*L')^2", ["L: matrix(d,d) lower", "C: matrix(d,d) spd"], wrt: ["L"], data: ["C": c],
        start: ["L": try Cholesky(.randomDefinite(4, seed: 27)).lower]),
      try MinimizationProblem(
        "sum(exp(A*W)) + tr(W*D) + b'*D*b",
        ["W: matrix(d,d) skew", "D: matrix(d,d) diagonal", "A: matrix(d,d)", "b: vector(d)"], wrt: ["W", "D"],
        data: ["A": square, "b": Matrix<Double>.random(4, 1, seed: 28)],
        start: ["W": square - Matrix(square.transposed), "D": .diagonal([1, 2, 3, 4])]),
      try MinimizationProblem(
        "sum((A*x - a*y).^2) + exp(a)", ["x: vector(n)", "y: vector(m)", "A: matrix(m,n)", "a: scalar"],
        wrt: ["a", "x"], data: ["A": t, "y": Matrix<Double>.random(5, 1, seed: 29)],
        start: ["a": [[0.3]], "x": Matrix<Double>.random(4, 1, seed: 30)]),
    ]
  }

  /// Central differences of a function along each parameter.
  private func differences(_ x: [Double], _ f: ([Double]) throws -> [Double]) rethrows -> [[Double]] {
    let h = 1e-5
    return try x.indices.map { i in
      var (up, down) = (x, x)
      up[i] += h
      down[i] -= h
      return zip(try f(up), try f(down)).map { ($0 - $1) / (2 * h) }
    }
  }

  @Test(arguments: 0..<5) func gradientIsTheDifference(_ place: Int) throws {
    let problem = try Self.problems()[place]
    var g = [Double](repeating: 0, count: problem.objective.count)
    _ = try problem.objective.value(at: problem.start, gradient: &g)
    var unused = g
    let expected = try differences(problem.start) { [try problem.objective.value(at: $0, gradient: &unused)] }
    #expect(relativeDistance(g, expected.map { $0[0] }) <= 1e-7)
  }

  @Test(arguments: 0..<5) func hessianIsTheDifferenceOfTheGradient(_ place: Int) throws {
    let problem = try Self.problems()[place]
    let objective = problem.objective
    let h = try objective.hessian(at: problem.start)
    var g = [Double](repeating: 0, count: objective.count)
    let expected = try differences(problem.start) { x in
      _ = try objective.value(at: x, gradient: &g)
      return g
    }
    #expect(relativeDistance(h.columnMajor, expected.flatMap { $0 }) <= 1e-6)
    #expect(h == Matrix(h.transposed))
    // The operator is the same matrix.
    let v = Matrix<Double>.random(objective.count, 1, seed: 31).columnMajor
    try objective.multiplyHessian(at: problem.start, by: v, into: &g)
    #expect(relativeDistance(g, h * v) <= 1e-12)
  }

  @Test(arguments: 0..<5) func packingReturnsWhatItTook(_ place: Int) throws {
    let problem = try Self.problems()[place]
    let packing = problem.objective.packing
    #expect(try packing.parameters(packing.matrices(problem.start)) == problem.start)
  }

  /// The nearest matrix of a structure is the projection.
  @Test func structuredMinimaAreProjections() throws {
    let t = Matrix<Double>.random(5, 5, seed: 32)
    let turned = Matrix(t.transposed)
    func kept(_ isKept: (Int, Int) -> Bool) -> Matrix<Double> {
      Matrix(rows: 5, columns: 5) { i, j in isKept(i, j) ? t[i, j] : 0 }
    }
    let cases: [(String, Matrix<Double>, Int)] = [
      ("symmetric", (t + turned) / 2, 15), ("skew", (t - turned) / 2, 10), ("diagonal", kept { $0 == $1 }, 5),
      ("lower", kept { $0 >= $1 }, 15), ("upper", kept { $0 <= $1 }, 15),
    ]
    for (word, expected, count) in cases {
      let problem = try MinimizationProblem(
        "norm2(T - X)^2", ["X: matrix(n,n) \(word)", "T: matrix(n,n)"], wrt: ["X"], data: ["T": t],
        start: ["X": Matrix(rows: 5, columns: 5, repeating: 0)])
      #expect(problem.objective.count == count)
      for method in [LBFGS(), Newton()] as [any MinimizationMethod] {
        let result = try problem.minimize(by: method, until: StoppingRules(gradient: 1e-13))
        #expect(result.converged, "\(word): \(result.reason)")
        #expect(isClose(problem.objective.packing.matrices(result.x)["X"]!, expected, 1e-12), "\(word)")
      }
    }
  }

  /// logdet(S) + tr(inv(S)*C) is least at S = C; a step that leaves the definite matrices is taken back.
  @Test func covariance() throws {
    let problem = try Self.problems()[1]
    for method in [LBFGS(), Newton(), Newton(system: .products)] as [any MinimizationMethod] {
      let result = try problem.minimize(by: method, until: StoppingRules(gradient: 1e-12))
      #expect(result.converged, "\(result.reason) \(result.gradientNorm)")
      #expect(isClose(problem.objective.packing.matrices(result.x)["S"]!, Self.c, 1e-11))
    }
  }

  @Test func dataIsReadWhereItLies() throws {
    let b = UnsafeMutablePointer<Double>.allocate(capacity: 3)
    defer { b.deallocate() }
    b.update(repeating: 1, count: 3)
    let problem = try MinimizationProblem(
      "(x - b)'*(x - b)", ["x: vector(n)", "b: vector(n)"], wrt: ["x"], data: ["b": [[0], [0], [0]]],
      start: ["x": [[0], [0], [0]]])
    problem.objective.bind("b", to: b)
    var g = [0.0, 0, 0]
    #expect(try problem.objective.value(at: problem.start, gradient: &g) == 3)
    b[1] = 5
    #expect(try problem.objective.value(at: problem.start, gradient: &g) == 27)
    #expect(g == [-2, -10, -2])
  }

  @Test func refusals() throws {
    func make(_ text: String, _ declarations: [String], _ x: String) throws {
      let program = try Program(text, Declarations(declarations))
      _ = try Objective(program, wrt: [x], data: Values(sizes: ["n": 3, "m": 2]))
    }
    #expect(throws: ObjectiveError.notScalar(shape: "n x 1")) { try make("2*x", ["x: vector(n)"], "x") }
    #expect(throws: ObjectiveError.structure(name: "Q", property: "orthogonal")) {
      try make("tr(Q)", ["Q: matrix(n,n) orthogonal"], "Q")
    }
    #expect(throws: ObjectiveError.plan(.missing("b"))) { try make("b'*x", ["x: vector(n)", "b: vector(n)"], "x") }
    #expect(throws: ObjectiveError.plan(.size("q"))) { try make("x'*x", ["x: vector(q)"], "x") }
    #expect(throws: ObjectiveError.derivative(.unknownVariable("z"))) { try make("x'*x", ["x: vector(n)"], "z") }
    #expect(throws: ObjectiveError.parameter(name: "z", reason: "it is not a free variable")) {
      try make("z'*z where z = 2*x", ["x: vector(n)"], "z")
    }
    let problem = try Self.problems()[1]
    #expect(throws: ObjectiveError.start(name: "S", reason: "is not symmetric")) {
      try problem.objective.packing.parameters(["S": Matrix<Double>.random(4, 4, seed: 1)])
    }
    #expect(throws: ObjectiveError.start(name: "S", reason: "is missing")) {
      try problem.objective.packing.parameters([:])
    }
  }
}
