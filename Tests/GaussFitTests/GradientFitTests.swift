// The search reaches the closed form, which it never reads, by every method; and what it climbs has the derivatives of M16 to M18.
import MatDeriv
import Testing

@testable import GaussFit

@Suite struct GradientFitTests {
  /// Rows with means away from zero, different scales and moderate correlations.
  private static func moments(_ d: Int, seed: UInt64) -> Moments {
    let n = 4 * d + 20
    let noise = Gaussian(mean: [Double](repeating: 0, count: d), lower: .identity(d)).sample(rows: n, seed: seed)
    let rows = (0..<n).map { i in
      (0..<d).map { j -> Double in
        let common = noise[i, 0]
        let scale = 0.5 + Double((7 * j) % 5)
        return scale * (noise[i, j] + 0.5 * common) + Double(j % 3) - 1
      }
    }
    return Moments(rows: rows)
  }

  private static func expectClosedForm(_ moments: Moments, _ optimizer: LikelihoodOptimizer, _ comment: String) throws {
    let closed = try Fit(moments)
    let found = try GradientFit(moments, optimizer: optimizer)
    #expect(found.converged, "\(comment): \(found.reason), \(found.gradientNorm) after \(found.iterations)")
    let sd = closed.standardDeviation
    let meanError = zip(found.gaussian.mean, closed.mean).enumerated().map { abs($1.0 - $1.1) / max(sd[$0], abs($1.1)) }
    #expect(meanError.max()! <= 1e-8, "\(comment)")
    let covariance = found.covariance
    var worst = 0.0
    for j in 0..<sd.count {
      for i in 0..<sd.count {
        worst = max(worst, abs(covariance[i, j] - closed.covariance[i, j]) / (sd[i] * sd[j]))
      }
    }
    #expect(worst <= 1e-8, "\(comment)")
    #expect(relativeError(found.logLikelihood, closed.logLikelihood) <= 1e-10, "\(comment)")
  }

  @Test(arguments: [LikelihoodOptimizer.lbfgs, .natural], [1, 2, 4, 10, 50])
  func reachesTheClosedForm(_ optimizer: LikelihoodOptimizer, _ d: Int) throws {
    try Self.expectClosedForm(Self.moments(d, seed: UInt64(d)), optimizer, "\(optimizer), \(d) columns")
  }

  @Test(arguments: [LikelihoodOptimizer.lbfgs, .natural]) func manyColumns(_ optimizer: LikelihoodOptimizer) throws {
    try Self.expectClosedForm(Self.moments(200, seed: 200), optimizer, "\(optimizer), 200 columns")
  }

  @Test(arguments: [1, 2, 4, 10, 50]) func newtonReachesTheClosedForm(_ d: Int) throws {
    try Self.expectClosedForm(Self.moments(d, seed: UInt64(d + 30)), .newton, "Newton, \(d) columns")
  }

  /// Steepest descent is for problems that are whitened: uncorrelated columns of unit variance.
  @Test(arguments: [1, 2, 4, 10, 50, 200]) func steepestDescentReachesTheClosedForm(_ d: Int) throws {
    let n = 4 * d + 20
    let noise = Gaussian(mean: [Double](repeating: 0, count: d), lower: .identity(d)).sample(rows: n, seed: 9)
    let raw = Moments(rows: noise.rowArrays)
    let white = try Fit(raw).gaussian.factor.solveLower(
      Matrix<Double>(rows: d, columns: n) { noise[$1, $0] - raw.mean[$0] })
    let moments = Moments(rows: Matrix(white.transposed).rowArrays)
    try Self.expectClosedForm(moments, .gd, "steepest descent, \(d) columns")
  }

  /// A mean of 10^6 and 10^7 standard deviations costs no digit of the covariance.
  @Test(arguments: [1e6, 1e7], [LikelihoodOptimizer.lbfgs, .newton, .natural])
  func farFromZero(_ offset: Double, _ optimizer: LikelihoodOptimizer) throws {
    let rows = Fixture.rows("iris").map { $0.map { $0 + offset } }
    try Self.expectClosedForm(Moments(rows: rows), optimizer, "\(optimizer) at \(offset)")
  }

  /// The log-likelihood never falls on the way, and the path ends where the fit is.
  @Test(arguments: LikelihoodOptimizer.allCases) func climbs(_ optimizer: LikelihoodOptimizer) throws {
    let found = try GradientFit(Fixture.moments("iris"), optimizer: optimizer, iterations: 3000)
    let values = found.path.map(\.logLikelihood)
    for (before, after) in zip(values, values.dropFirst()) { #expect(after >= before - 1e-9 * abs(before)) }
    #expect(found.path.first?.iteration == 0)
    #expect(found.path.last?.logLikelihood == found.logLikelihood)
  }

  @Test func singularSamplesAreRefused() {
    #expect(throws: GaussFitError.self) { try GradientFit(Moments(rows: [[1, 2], [2, 4], [3, 6], [5, 10]])) }
  }

  // MARK: Derivatives

  private func derivative(_ text: String, _ declarations: [String], _ name: String, equals expected: String) throws {
    let program = try Program(text, Declarations(declarations))
    let answer = try MatDeriv.derivative(
      of: program.expression, wrt: program.variable(name)!
    ).value
    #expect(answer == (try program.graph.parse(expected, declarations)), "\(answer.syntax)")
  }

  /// M16, M17 and M18, as they are derived.
  @Test func derivativesAreTheTextbooks() throws {
    let declarations = ["S: matrix(d,d) invertible posdet", "x: vector(d)", "X: matrix(m,d)", "mu: vector(d)"]
    try derivative("logdet(S)", declarations, "S", equals: "inv(S)")
    try derivative("x'*inv(S)*x", declarations, "S", equals: "-inv(S)*x*x'*inv(S)")
    try derivative(
      "-(x - mu)'*inv(S)*(x - mu)/2", ["S: spd(d)", "x: vector(d)", "mu: vector(d)"], "mu", equals: "(x - mu)'*inv(S)")
  }
}
