// Fits of data with missing cells against maxima that were solved to 50 digits and more: missing.json.
import MatDeriv
import Testing

@testable import GaussFit

@Suite struct MissingTests {
  private static let cases = Fixture.read("missing.json")["cases"].list
  /// The posterior mode is no maximum of the likelihood; murray has two maxima and is looked at by itself.
  static let ids = cases.map { $0["id"].text }.filter { $0 != "marijuana_ridge" && $0 != "murray" }

  static func sample(_ id: String) throws -> (IncompleteSample, Value) {
    let reference = cases.first { $0["id"].text == id }!
    let rows = reference["rows"].list.map { row in row.list.map { $0.isNone ? Double.nan : $0.number } }
    return (try IncompleteSample(rows: rows, columns: reference["columns"].list.map(\.text)), reference["expected"])
  }

  @Test(arguments: ids) func isTheMaximum(_ id: String) throws {
    let (sample, expected) = try Self.sample(id)
    let fit = try IncompleteFit(sample)
    #expect(fit.converged, "\(fit.score ?? .nan) after \(fit.steps) steps and \(fit.iterations) iterations")
    let (covariance, errors) = (expected["covariance"].matrix, expected["covarianceStandardError"].matrix)
    let sd = covariance.indices.map { covariance[$0][$0].squareRoot() }
    for (j, mean) in expected["mean"].numbers.enumerated() {
      #expect(abs(fit.gaussian.mean[j] - mean) <= 1e-10 * max(abs(mean), sd[j]))
      for i in sd.indices { #expect(abs(fit.covariance[i, j] - covariance[i][j]) <= 1e-10 * sd[i] * sd[j]) }
    }
    #expect(relativeError(fit.logLikelihood, expected["logLikelihood"].number) <= 1e-11)
    #expect(relativeError(fit.meanStandardError!, expected["meanStandardError"].numbers) <= 1e-6)
    #expect(entrywiseError(fit.covarianceStandardError!, errors) <= 1e-6)
    #expect(relativeError(fit.worstFractionMissing!, expected["worstFractionMissing"].number) <= 1e-6)
    let little = LittleTest(fit)
    #expect(relativeError(little.statistic, expected["littleMCAR"]["statistic"].number) <= 1e-8)
    #expect(Double(little.degreesOfFreedom) == expected["littleMCAR"]["df"].number)
    #expect(relativeError(little.pValue, expected["littleMCAR"]["pValue"].number) <= 1e-7)
  }

  /// Without holes it is the closed form.
  @Test func completeDataAreTheClosedForm() throws {
    let rows = Fixture.rows("iris")
    let closed = try Fit(Moments(rows: rows))
    let fit = try IncompleteFit(IncompleteSample(rows: rows, columns: ["a", "b", "c", "d"]))
    #expect(relativeError(fit.gaussian.mean, closed.mean) <= 1e-12)
    #expect(entrywiseError(fit.covariance, closed.covariance.rowArrays) <= 1e-10)
    #expect(relativeError(fit.logLikelihood, closed.logLikelihood) <= 1e-12)
    #expect(entrywiseError(fit.covarianceStandardError!, closed.covarianceStandardError.rowArrays) <= 1e-8)
    #expect(abs(fit.worstFractionMissing!) <= 1e-10)
    #expect(LittleTest(fit).degreesOfFreedom == 0)
  }

  /// EM never lowers the likelihood.
  @Test(arguments: ids) func expectationMaximizationClimbs(_ id: String) throws {
    let (sample, _) = try Self.sample(id)
    let d = sample.dimension
    let em = ExpectationMaximization(sample: sample)
    var estimate = Estimate(mean: [Double](repeating: 0, count: d), covariance: .identity(d))
    var value = -Double.infinity
    for _ in 0..<50 {
      let step = try #require(em.step(estimate))
      #expect(step.logLikelihood >= value - 1e-12 * abs(step.logLikelihood))
      (estimate, value) = (step.new, step.logLikelihood)
    }
  }

  /// The score that MatDeriv derived agrees with central differences, and Hessian products with the Hessian.
  @Test func scoreAndHessianAgree() throws {
    let (sample, _) = try Self.sample("strong_60x4")
    let likelihood = ObservedLikelihood(sample)
    let d = sample.dimension
    var x = [Double](repeating: 0, count: likelihood.count)
    for j in 0..<d { x[j * d - j * (j - 1) / 2] = 1.5 }
    for j in 0..<d { x[d * (d + 1) / 2 + j] = 0.1 * Double(j) }
    var (gradient, other) = (x, x)
    _ = try likelihood.value(at: x, gradient: &gradient)
    let h = try likelihood.hessian(at: x)
    for p in x.indices {
      let step = 1e-5
      var (up, down) = (x, x)
      up[p] += step
      down[p] -= step
      let slope =
        (try likelihood.value(at: up, gradient: &other) - likelihood.value(at: down, gradient: &other)) / (2 * step)
      #expect(abs(slope - gradient[p]) <= 1e-6)
      var unit = [Double](repeating: 0, count: x.count)
      unit[p] = 1
      try likelihood.multiplyHessian(at: x, by: unit, into: &other)
      for q in x.indices { #expect(abs(other[q] - h[q, p]) <= 1e-12) }
    }
  }

  @Test func rowsAndColumnsWithoutCells() throws {
    let hole = Double.nan
    let rows = [[1, 2], [hole, hole], [2, 1], [3, hole], [4, 7], [5, 2]]
    let sample = try IncompleteSample(rows: rows, columns: ["a", "b"])
    #expect(sample.emptyRows == 1 && sample.rows == 5 && sample.patterns.count == 2)
    #expect(throws: GaussFitError.allMissing(["b"])) {
      try IncompleteSample(rows: [[1, hole], [2, hole]], columns: ["a", "b"])
    }
  }

  /// Columns that no row has both of: their covariance is told to be unknown, by name.
  @Test func pairsNeverTogetherAreNamed() throws {
    let hole = Double.nan
    let rows = [
      [1, hole, 2], [2, hole, 1], [4, hole, 3], [hole, 3, 1], [hole, 5, 4], [hole, 6, 2], [7, hole, 3], [hole, 1, 9],
    ]
    let sample = try IncompleteSample(rows: rows, columns: ["a", "b", "c"])
    #expect(sample.pairsNeverTogether.map { "\($0.0) \($0.1)" } == ["a b"])
    #expect(throws: GaussFitError.notIdentified(["a and b"])) { try IncompleteFit(sample) }
  }
}
