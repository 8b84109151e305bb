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
    #expect(sample.pairsNeverTogether.map { "\($0.first) \($0.second)" } == ["a b"])
    #expect(throws: GaussFitError.notIdentified(sample.pairsNeverTogether)) { try IncompleteFit(sample) }
  }

  /// A saddle between two maxima, where EM may stay, is left.
  @Test func aSaddleIsLeft() throws {
    let (sample, expected) = try Self.sample("murray")
    let fit = try IncompleteFit(sample)
    #expect(fit.converged && relativeError(fit.logLikelihood, expected["logLikelihood"].number) <= 1e-11)
    #expect(abs(abs(fit.gaussian.correlation[1, 0]) - 0.5) <= 1e-10)
  }

  /// More patterns than 5,000: patterns.json, by textbook EM.
  @Test func fiveThousandPatterns() throws {
    let expected = Fixture.read("patterns.json")
    var generator = Congruential(state: 20_261_126)
    let d = 16
    let rows = (0..<8000).map { i -> [Double] in
      let common = generator.below(12)
      let own = (0..<d).map { generator.below(10 + 3 * $0) }
      return (0..<d).map { j in
        let value = Double((j + 1) * common + own[j] - own[(j + 1) % d])
        return generator.below(10) >= 3 || j == i % d ? value : .nan
      }
    }
    let sample = try IncompleteSample(rows: rows, columns: (1...d).map { "x\($0)" })
    #expect(Double(sample.patterns.count) == expected["patterns"].number)
    let fit = try IncompleteFit(sample, threads: 2)
    #expect(fit.converged)
    let covariance = expected["covariance"].matrix
    for (j, mean) in expected["mean"].numbers.enumerated() {
      let sd = covariance[j][j].squareRoot()
      #expect(abs(fit.gaussian.mean[j] - mean) <= 1e-10 * sd)
      for i in 0..<d {
        #expect(abs(fit.covariance[i, j] - covariance[i][j]) <= 1e-10 * sd * covariance[i][i].squareRoot())
      }
    }
    #expect(relativeError(fit.logLikelihood, expected["logLikelihood"].number) <= 1e-12)
    // The same bits for any number of threads.
    let alone = try IncompleteFit(sample, threads: 1)
    #expect(alone.covariance == fit.covariance && alone.meanStandardError == fit.meanStandardError)
  }

  /// Both ways to take the expectation: by whole rows for few columns, by patterns for many.
  @Test(arguments: ids) func expectationsAgree(_ id: String) throws {
    let (sample, _) = try Self.sample(id)
    let d = sample.dimension
    let estimate = Estimate(
      mean: (0..<d).map { 0.1 * Double($0) }, covariance: Matrix(rows: d, columns: d) { $0 == $1 ? 1.5 : 0.3 })
    let precision = try Cholesky(estimate.covariance).inverse
    let rows = try #require(RowExpectation(sample).sums(estimate, precision, threads: 1))
    let patterns = try #require(PatternExpectation(sample).sums(estimate, precision, threads: 1))
    #expect(abs(rows.logDeterminant - patterns.logDeterminant) <= 1e-12 * sample.sampleSize)
    for (a, b) in [(rows.first, patterns.first), (rows.conditional, patterns.conditional)] {
      for (x, y) in zip(a, b) { #expect(abs(x - y) <= 1e-12 * sample.sampleSize) }
    }
    for j in 0..<d {
      for i in j..<d { #expect(abs(rows.second[i + j * d] - patterns.second[i + j * d]) <= 1e-11 * sample.sampleSize) }
    }
  }

  /// Rows beyond a few for each column are turned into as many with the same sums.
  @Test func manyRowsOfAPatternKeepTheirSums() throws {
    var generator = Congruential(state: 7)
    let rows = (0..<3000).map { i -> [Double] in
      let cells = (0..<4).map { _ in Double(generator.below(1000)) }
      return [cells[0], i % 3 == 0 ? .nan : cells[1] + cells[0], i % 3 == 1 ? .nan : cells[2] - cells[0], cells[3]]
    }
    let sample = try IncompleteSample(rows: rows, columns: ["a", "b", "c", "d"])
    for pattern in sample.patterns {
      let own = rows.indices.filter { i in (0..<4).allSatisfy { rows[i][$0].isNaN != pattern.observed.contains($0) } }
      let moments = Moments(
        rows: Matrix(rows: own.count, columns: pattern.observed.count) { rows[own[$0]][pattern.observed[$1]] },
        columns: pattern.observed.map { "\($0)" })
      let (mean, covariance) = pattern.moments()
      #expect(pattern.rows == own.count && pattern.weight == Double(own.count))
      for (a, j) in pattern.observed.enumerated() {
        let direct = moments.mean[a]
        #expect(abs((sample.centre[j] + sample.scale[j] * mean[a]).rounded - direct) <= 1e-12 * abs(direct))
        for (b, i) in pattern.observed.enumerated() {
          let entry = moments.scatter[b, a] / moments.weight / sample.scale[i] / sample.scale[j]
          #expect(abs(covariance[b, a] - entry) <= 1e-12)
        }
      }
    }
  }

  /// An integer weight is as many copies of the row; permuted rows are the same sample; a shift and units change nothing else.
  @Test func weightsAndUnits() throws {
    let (sample, _) = try Self.sample("holes_30x3")
    let rows = Self.cases.first { $0["id"].text == "holes_30x3" }!["rows"].list.map { row in
      row.list.map { $0.isNone ? Double.nan : $0.number }
    }
    let plain = try IncompleteFit(sample)
    let turned = try IncompleteFit(IncompleteSample(rows: rows.reversed(), columns: sample.columns))
    let moved = try IncompleteFit(
      IncompleteSample(rows: rows.map { [$0[0] + 1e7, $0[1] * 1024, $0[2]] }, columns: sample.columns))
    for j in 0..<3 {
      let sd = plain.covariance[j, j].squareRoot()
      #expect(abs(plain.gaussian.mean[j] - turned.gaussian.mean[j]) <= 1e-11 * sd)
      for i in 0..<3 {
        let scale = sd * plain.covariance[i, i].squareRoot()
        let units = (i == 1 ? 1024.0 : 1) * (j == 1 ? 1024 : 1)
        #expect(abs(plain.covariance[i, j] - turned.covariance[i, j]) <= 1e-11 * scale)
        #expect(abs(plain.covariance[i, j] - moved.covariance[i, j] / units) <= 1e-8 * scale)
      }
    }
    let double = try IncompleteFit(IncompleteSample(rows: rows + rows, columns: sample.columns))
    #expect(relativeError(double.logLikelihood, 2 * plain.logLikelihood) <= 1e-12)
    #expect(
      relativeError(double.meanStandardError!, plain.meanStandardError!.map { $0 / 2.0.squareRoot() }) <= 1e-9)
  }

  /// The information by its products agrees with the one that is formed.
  @Test func informationByProducts() throws {
    let (sample, _) = try Self.sample("strong_60x4")
    let fit = try IncompleteFit(sample)
    let likelihood = ObservedLikelihood(sample)
    let formed = try ObservedInformation(likelihood, at: fit.estimate)
    let byProducts = try ObservedInformation(likelihood, at: fit.estimate, forming: 0)
    #expect(formed.isFormed && !byProducts.isFormed)
    #expect(abs(try formed.worstFractionMissing() - byProducts.worstFractionMissing()) <= 1e-8)
    let b = (0..<likelihood.count).map { Double($0 % 3) - 1 }
    let (x, y) = (try formed.solve(b), try byProducts.solve(b, tolerance: 1e-12))
    for (x, y) in zip(x, y) { #expect(abs(x - y) <= 1e-8 * max(1, abs(x))) }
    let some = try byProducts.errors(of: [2, 0], sampleSize: sample.sampleSize)
    for (a, i) in [2, 0].enumerated() {
      #expect(relativeError(some.mean[a] * sample.scale[i], fit.meanStandardError![i]) <= 1e-7)
      for (b, j) in [2, 0].enumerated() {
        let expected = fit.covarianceStandardError![i, j] / sample.scale[i] / sample.scale[j]
        #expect(relativeError(some.covariance[a, b], expected) <= 1e-7)
      }
    }
  }
}

/// x' = (a x + c) mod 2^64, as patterns.py has it.
private struct Congruential {
  var state: UInt64

  mutating func below(_ k: Int) -> Int {
    state = 6_364_136_223_846_793_005 &* state &+ 1_442_695_040_888_963_407
    return Int(((state >> 32) * UInt64(k)) >> 32)
  }
}
