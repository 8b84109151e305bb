// Structure read off Hessians: the compressed form against the dense one, and a step of Newton that the dense one could not take.
import Testing

@testable import MatDeriv

@Suite struct CompressedHessianTests {
  private static func problems() throws -> [MinimizationProblem] {
    let t = Matrix<Double>.random(7, 5, seed: 41)
    let v = Matrix<Double>.random(5, 3, seed: 42)
    let u = Matrix<Double>.random(7, 3, seed: 43)
    let start = ["x": Matrix<Double>.random(12, 1, seed: 44)]
    let declared = ["T: matrix(m,n)", "U: matrix(m,k)", "V: matrix(n,k)", "c: scalar positive"]
    return [
      // kron(V'V, I), and the same with a ridge: kron(V'V + c*I, I)
      try MinimizationProblem("norm2(T - U*V')^2", declared, wrt: ["U"], data: ["T": t, "V": v], start: ["U": u]),
      try MinimizationProblem("norm2(T - U*V')^2", declared, wrt: ["V"], data: ["T": t, "U": u], start: ["V": v]),
      try MinimizationProblem(
        "norm2(T - U*V')^2 + c*norm2(U)^2", declared, wrt: ["U"], data: ["T": t, "V": v, "c": [[0.7]]], start: ["U": u]),
      // kron(A, B) with both sides
      try MinimizationProblem(
        "0.5*tr(X'*B*X*A)", ["X: matrix(m,n)", "A: matrix(n,n) spd", "B: matrix(m,m) spd"], wrt: ["X"],
        data: ["A": .randomDefinite(5, seed: 45), "B": .randomDefinite(7, seed: 46)], start: ["X": t]),
      // A diagonal, and a diagonal plus low rank
      try MinimizationProblem("sum(exp(x)) + x'*x", ["x: vector(n)"], wrt: ["x"], sizes: ["n": 12], start: start),
      try MinimizationProblem(
        "sum(exp(x)) + 0.5*(a'*x)^2", ["x: vector(n)", "a: vector(n)"], wrt: ["x"],
        data: ["a": Matrix<Double>.random(12, 1, seed: 47)], start: start),
      try MinimizationProblem(
        "sum(softplus(X*x)) + 0.5*c*x'*x", ["X: matrix(m,n)", "x: vector(n)", "c: scalar positive"], wrt: ["x"],
        data: ["X": .random(4, 12, seed: 48), "c": [[0.5]]], start: start),
      // Two variables that do not meet
      try MinimizationProblem(
        "sum(exp(x)) + norm2(T - U*V')^2", declared + ["x: vector(p)"], wrt: ["x", "U"], data: ["T": t, "V": v],
        sizes: ["p": 12], start: start.merging(["U": u]) { $1 }),
    ]
  }

  @Test(arguments: 0..<8) func isTheDenseHessian(_ place: Int) throws {
    let problem = try Self.problems()[place]
    let h = try #require(try problem.objective.compressedHessian(at: problem.start), "problem \(place)")
    let dense = try problem.objective.hessian(at: problem.start)
    #expect(h.order == dense.rows)
    let b = Matrix<Double>.random(h.order, 1, seed: 49).columnMajor
    #expect(relativeDistance(h.apply(b), dense * b) <= 1e-12, "problem \(place)")
    #expect(relativeDistance(try h.solve(b), try LU(dense).solve(b)) <= 1e-9, "problem \(place)")
  }

  @Test func noStructureIsNil() throws {
    let (logistic, _, _) = try MinimizationProblem.logistic(rows: 50, columns: 6, ridge: 1)
    #expect(try logistic.objective.compressedHessian(at: logistic.start) == nil)
    let both = try MinimizationProblem(
      "norm2(T - U*V')^2", ["T: matrix(m,n)", "U: matrix(m,k)", "V: matrix(n,k)"], wrt: ["U", "V"],
      data: ["T": .random(4, 3, seed: 1)], sizes: ["k": 2],
      start: ["U": .random(4, 2, seed: 2), "V": .random(3, 2, seed: 3)])
    #expect(try both.objective.compressedHessian(at: both.start) == nil)
  }

  /// 100,000 parameters: a dense Hessian would take 80 GB. The minimum is T*V*inv(V'V).
  @Test func largeFactor() throws {
    let (m, n, k) = (20_000, 100, 5)
    let t = Matrix<Double>.random(m, n, seed: 50)
    let v = Matrix<Double>.random(n, k, seed: 51)
    let problem = try MinimizationProblem(
      "norm2(T - U*V')^2", ["T: matrix(m,n)", "U: matrix(m,k)", "V: matrix(n,k)"], wrt: ["U"],
      data: ["T": t, "V": v], start: ["U": Matrix(rows: m, columns: k, repeating: 0)])
    let result = try problem.minimize(by: Newton(), until: StoppingRules(gradient: 1e-12))
    #expect(result.converged && result.iterations <= 2, "\(result.reason) \(result.gradientNorm)")
    let gram = try Cholesky(v.transposed * v)
    let expected = Matrix(gram.solve(Matrix((t * v).transposed)).transposed)
    #expect(relativeDistance(result.x, expected.columnMajor) <= 1e-12)
  }
}

@Suite struct NaturalGradientTests {
  /// The Fisher metric of a covariance, kron(inv(S), inv(S)): one step of length one goes from any S to the maximum likelihood, C.
  @Test func covarianceInOneStep() throws {
    let c = Matrix<Double>.randomDefinite(4, seed: 61)
    let problem = try MinimizationProblem(
      "logdet(S) + tr(inv(S)*C)", ["S: matrix(d,d) spd", "C: matrix(d,d) spd"], wrt: ["S"], data: ["C": c],
      start: ["S": c + 0.3 * .randomDefinite(4, seed: 62)])
    let s = problem.objective.variables[0]
    let metric = try Metric(kron(inv(s), inv(s)), of: problem.objective)
    let result = try problem.minimize(by: NaturalGradient(metric), until: StoppingRules(gradient: 1e-10))
    #expect(result.converged && result.iterations <= 2, "\(result.reason) \(result.iterations)")
    #expect(isClose(problem.objective.packing.matrices(result.x)["S"]!, c, 1e-9))
  }

  /// Fisher scoring for logistic regression; the information as an operator that is never formed.
  @Test func scoringByProducts() throws {
    let (problem, x, _) = try MinimizationProblem.logistic(rows: 100, columns: 6, ridge: 0.2)
    let metric = Metric { w, v, product throws(ObjectiveError) in
      let (score, along) = (x * w, x * v)
      let weighted = score.indices.map { i -> Double in
        let p = 1 / (1 + Double.exp(-score[i]))
        return p * (1 - p) * along[i]
      }
      product = x.transposed * weighted
      add(0.2, v, to: &product)
    }
    let rules = StoppingRules(gradient: 1e-10, gradientScale: .absolute)
    let result = try problem.minimize(by: NaturalGradient(metric), until: rules)
    let newton = try problem.minimize(by: Newton(), until: rules)
    #expect(result.converged && result.iterations <= 10, "\(result.reason) \(result.iterations)")
    #expect(relativeDistance(result.x, newton.x) <= 1e-9)
  }

  @Test func wrongShape() throws {
    let (problem, _) = try MinimizationProblem.quadratic()
    #expect(throws: ObjectiveError.self) { try Metric(problem.objective.variables[0], of: problem.objective) }
  }
}
