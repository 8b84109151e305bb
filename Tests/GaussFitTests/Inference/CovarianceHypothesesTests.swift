// Tests of one covariance against 50-digit values (Fixtures/make_inference_reference.py), and what must hold of all of them.
import GaussFit
import MatDeriv
import Testing

@Suite struct CovarianceHypothesesTests {
  private static let expected = Fixture.inference["covarianceTests"]

  private func all(_ moments: Moments) throws -> [TestResult] {
    [
      try moments.covarianceTest(equals: Matrix(rowArrays: Self.expected["covariance"]["sigma0"].matrix)),
      try moments.sphericityTest(), try moments.independenceTest(),
      try moments.blocksTest(Self.expected["blocks"]["blocks"].matrix.map { $0.map { Int($0) } }),
      try moments.compoundSymmetryTest(),
    ]
  }

  @Test func agreeWithHighPrecision() throws {
    for result in try all(Fixture.moments("iris")) {
      expectAgreement(result, Self.expected[result.name])
    }
  }

  /// Names are those of the JSON.
  @Test func names() throws {
    #expect(
      try all(Fixture.moments("iris")).map(\.name) == [
        "covariance", "sphericity", "independence", "blocks", "compoundSymmetry",
      ])
  }

  /// Property: every statistic is at least 0, for samples of the hypothesis itself and for few rows.
  @Test func notNegative() throws {
    for seed in 0..<40 as Range<UInt64> {
      let d = Int(seed % 5) + 2
      let rows = Gaussian(mean: Array(repeating: 5, count: d), lower: .identity(d))
        .sample(rows: 2 * d + 12, seed: seed)
      let moments = Moments(rows: rows.rowArrays)
      let covariance = moments.scatter / (moments.weight - 1)
      let results = [
        try moments.covarianceTest(equals: .identity(d)), try moments.covarianceTest(equals: covariance),
        try moments.sphericityTest(), try moments.independenceTest(), try moments.compoundSymmetryTest(),
        try moments.blocksTest([[0], Array(1..<d)]),
      ]
      for result in results { #expect(result.statistic >= 0 && result.pValue >= 0 && result.pValue <= 1) }
      #expect(results[1].statistic < 1e-12 && results[1].pValue > 1 - 1e-12)
    }
  }

  /// Hypotheses that hold exactly give 0: an uncorrelated sample with equal variances.
  @Test func exactHypothesis() throws {
    let rows: [[Double]] = [-1, 1].flatMap { a in [-1, 1].flatMap { b in [-1, 1].map { c in [a, b, c] } } }
    let moments = Moments(rows: rows + rows)
    let results = [
      try moments.sphericityTest(), try moments.independenceTest(), try moments.blocksTest([[2, 0], [1]]),
      try moments.compoundSymmetryTest(),
    ]
    for result in results { #expect(result.statistic < 1e-13 && result.pValue > 1 - 1e-6) }
  }

  /// Units: independence and blocks do not see them, sphericity sees common ones only; powers of two change no digit.
  @Test func units() throws {
    let rows = randomRows(60, 4, seed: 3)
    let powers: [Double] = [0x1p200, 0x1p-250, 1, 0x1p40]
    let plain = Moments(rows: rows)
    let scaled = Moments(rows: rows.map { row in zip(row, powers).map { $0 * $1 } })
    #expect(try plain.independenceTest() == scaled.independenceTest())
    #expect(try plain.blocksTest([[0, 3], [1, 2]]) == scaled.blocksTest([[0, 3], [1, 2]]))
    let common = Moments(rows: rows.map { row in row.map { $0 * 0x1p280 } })
    let (first, second) = (try plain.sphericityTest(), try common.sphericityTest())
    #expect(relativeError(first.statistic, second.statistic) < 1e-13)
    #expect(try plain.compoundSymmetryTest().statistic - common.compoundSymmetryTest().statistic < 1e-9)
  }

  /// Under the hypothesis p-values are uniform.
  @Test func level() throws {
    let trials = 800
    var rejected = [0, 0, 0, 0, 0]
    let truth = Gaussian(mean: [1, 2, 3], lower: .identity(3))
    for seed in 0..<trials {
      let moments = Moments(rows: truth.sample(rows: 20, seed: UInt64(seed)).rowArrays)
      let results = [
        try moments.covarianceTest(equals: .identity(3)), try moments.sphericityTest(),
        try moments.independenceTest(), try moments.blocksTest([[0], [1, 2]]), try moments.compoundSymmetryTest(),
      ]
      for (k, result) in results.enumerated() where result.pValue < 0.1 { rejected[k] += 1 }
    }
    for count in rejected { #expect(abs(Double(count) / Double(trials) - 0.1) < 0.045, "\(rejected)") }
  }

  @Test func refusals() throws {
    let one = Moments(rows: [[1], [2], [4]])
    #expect(throws: GaussFitError.testUndefined(name: "sphericity", reason: "it needs at least two columns")) {
      try one.sphericityTest()
    }
    let few = Moments(rows: [[1, 2, 3], [2, 1, 4], [0, 1, 1]])
    #expect(throws: GaussFitError.self) { try few.independenceTest() }
    let rows: [[Double]] = [[1, 2], [2, 1], [4, 5], [3, 5], [7, 6]]
    let reliability = Moments(rows: rows, weights: [0.5, 1.5, 2, 1, 3], weighting: .reliability)
    let error = #expect(throws: GaussFitError.self) { try reliability.independenceTest() }
    #expect(
      error?.description
        == "the test independence is not defined here: with reliability weights the rows have different "
        + "variances; its law is for equal ones")
    let constant = Moments(rows: rows.map { [$0[0], 3] }, columns: ["a", "b"])
    let singular = #expect(throws: GaussFitError.self) { try constant.sphericityTest() }
    #expect(singular?.description.contains(#"column "b" is constant"#) == true)
    #expect(throws: GaussFitError.self) { try Moments(rows: rows).covarianceTest(equals: [[1, 2], [2, 1]]) }
    #expect(throws: GaussFitError.noRows) { try Moments(columns: ["a", "b"]).sphericityTest() }
  }

  /// Frequency weights count rows.
  @Test func frequencies() throws {
    let rows = randomRows(30, 3, seed: 8)
    let weights = rows.indices.map { Double($0 % 3 + 1) }
    let copies = zip(rows, weights).flatMap { Array(repeating: $0, count: Int($1)) }
    let (weighted, copied) = (
      Moments(rows: rows, weights: weights, weighting: .frequency), Moments(rows: copies)
    )
    for (a, b) in [
      (try weighted.independenceTest(), try copied.independenceTest()),
      (try weighted.sphericityTest(), try copied.sphericityTest()),
    ] { #expect(relativeError(a.statistic, b.statistic) < 1e-12) }
  }

  /// Property: nested structures have nested likelihoods, and their ratio is a test.
  @Test func likelihoodRatios() throws {
    let moments = Fixture.moments("iris")
    let fits = try [Structure.spherical, .diagonal, .full].map { try Fit(moments, structure: $0) }
    let compound = try Fit(moments, structure: .compoundSymmetry)
    for (narrow, wide) in [(fits[0], fits[1]), (fits[1], fits[2]), (fits[0], compound), (compound, fits[2])] {
      let test = narrow.likelihoodRatio(against: wide)
      #expect(test.statistic >= 0 && test.df == Double(wide.parameters - narrow.parameters))
      #expect(test.statistic == 2 * (wide.logLikelihood - narrow.logLikelihood))
    }
  }
}

/// Statistic, degrees of freedom and p-value of the fixture; the p-value to the accuracy that the statistic's gives it.
func expectAgreement(
  _ result: TestResult, _ expected: Value, _ tolerance: Double = 1e-12, _ location: SourceLocation = #_sourceLocation
) {
  #expect(
    relativeError(result.statistic, expected["statistic"].number) < tolerance, "\(result.name)",
    sourceLocation: location)
  if !expected["df"].isNone {
    #expect(
      relativeError(result.df ?? .nan, expected["df"].number) < tolerance, "\(result.name)", sourceLocation: location)
  }
  if !expected["df2"].isNone {
    #expect(
      relativeError(result.df2 ?? .nan, expected["df2"].number) < 10 * tolerance, "\(result.name)",
      sourceLocation: location)
  }
  // d log p / d log x is about -x, of a normal law -x^2
  let x = abs(expected["statistic"].number)
  let condition = 1 + (result.law == .normal ? x * x : x)
  #expect(
    relativeError(result.pValue, expected["p"].number) < condition * tolerance, "\(result.name)",
    sourceLocation: location)
}
