// The other tests of normality against 50-digit values; invariances; the level of each under normality; refusals.
import MatDeriv
import Testing

@testable import GaussFit

@Suite struct NormalityTests {
  @Test(arguments: MardiaTests.samples) func agreesWithHighPrecision(name: String) throws {
    let expected = Fixture.inference["normality"][name]
    let sample = try Normality(subset: name)
    expectAgreement(sample.henzeZirkler(), expected["henzeZirkler"], 1e-12)
    expectAgreement(try sample.doornikHansen(), expected["doornikHansen"], 1e-11)
    let royston = try sample.royston()
    #expect(relativeError(royston.columns.map(\.w), expected["royston"]["w"].numbers) < 1e-13)
    expectAgreement(royston.result, expected["royston"], 1e-11)
    #expect(relativeError(sample.squaredDistances(), expected["squaredDistances"].numbers) < 1e-12)
  }

  @Test(arguments: [4, 5, 6, 11, 12, 50]) func shapiroWilk(n: Int) {
    let expected = Fixture.inference["shapiro"]["\(n)"]
    let x = Fixture.rows("iris")[40..<(40 + n)].map { $0[0] }
    let test = ShapiroWilk(x)
    #expect(relativeError(test.w, expected["w"].number) < 1e-14)
    #expect(relativeError(test.z, expected["z"].number) < 1e-11)
    #expect(relativeError(test.result.pValue, expected["p"].number) < 1e-11)
    #expect(relativeError(ShapiroWilk(x, weights: .shapiroFrancia).w, expected["francia"].number) < 1e-14)
    // Order, origin, unit and sign do not matter.
    let other = ShapiroWilk(x.reversed().map { 1024 - 8 * $0 })
    #expect(relativeError(other.complement, test.complement) < 1e-11)
  }

  /// W of the weights themselves is 1.
  @Test func shapiroWilkOfScores() {
    let scores = (1...20).map { StandardNormal().quantile((Double($0) - 0.375) / 20.25) }
    let test = ShapiroWilk(scores, weights: .shapiroFrancia)
    #expect(test.complement < 1e-30 && test.w == 1 && test.result.pValue == 1)
  }

  /// Property: affine maps leave Henze and Zirkler's test as it is, changes of unit, origin and order also the others.
  @Test func invariance() throws {
    let rows = randomRows(60, 3, seed: 14).map { row in row.map { $0 * $0 } }
    let map: [[Double]] = [[2, 1, 0.25], [0, -3, 0.5], [1, 1, 1]]
    func sample(_ image: ([Double]) -> [Double]) throws -> Normality {
      try Normality(rows: Matrix(rowArrays: rows.map(image)), columns: names(3))
    }
    let plain = try sample { $0 }
    let mapped = try sample { x in map.map { zip($0, x).reduce(100) { $0 + $1.0 * $1.1 } } }
    #expect(relativeError(mapped.henzeZirkler().statistic, plain.henzeZirkler().statistic) < 1e-11)
    #expect(relativeError(mapped.squaredDistances(), plain.squaredDistances()) < 1e-11)
    let moved = try sample { [$0[2] * 0x1p-240, $0[0] * 0x1p250 + 0x1p250, $0[1]] }
    #expect(relativeError(try moved.doornikHansen().statistic, try plain.doornikHansen().statistic) < 1e-11)
    #expect(relativeError(try moved.royston().result.statistic, try plain.royston().result.statistic) < 1e-11)
    #expect(relativeError(moved.henzeZirkler().statistic, plain.henzeZirkler().statistic) < 1e-11)
  }

  /// Blocks of pairs: more rows than one block, and any number of threads.
  @Test func manyRows() throws {
    let rows = randomRows(700, 2, seed: 21)
    let sample = try Normality(rows: Matrix(rowArrays: rows), columns: names(2))
    let z = sample.standardized.whitened().rowArrays
    let (n, beta2) = (700.0, 0.5 * Double.pow(5 * 700 / 4, 1.0 / 3))
    var (pairs, single) = (0.0, 0.0)
    for a in z {
      single += Double.exp(-beta2 * (a[0] * a[0] + a[1] * a[1]) / (2 * (1 + beta2)))
      for b in z {
        let square = (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])
        pairs += Double.exp(-beta2 * square / 2)
      }
    }
    let statistic = pairs / n - 2 / (1 + beta2) * single + n / (1 + 2 * beta2)
    #expect(relativeError(sample.henzeZirkler().statistic, statistic) < 1e-10)
    let threaded = try Normality(rows: Matrix(rowArrays: rows), columns: names(2), threads: 3)
    #expect(threaded.henzeZirkler() == sample.henzeZirkler())
    #expect(try threaded.doornikHansen() == sample.doornikHansen())
  }

  /// The skewness of many rows: against the same formula in 50 digits (mpmath), n = 10^8 and skewness 0.0005.
  @Test func skewnessOfManyRows() {
    let shape = SkewnessKurtosis(skewness: 0.0005, kurtosis: 3, n: 1e8)
    #expect(relativeError(shape.normalSkewness, 2.041241477834846) < 1e-13)
  }

  /// Under normality each test rejects about as often as it says.
  @Test func level() throws {
    let trials = 600
    var rejected = [0, 0, 0, 0, 0]
    let truth = Gaussian(mean: [1, 2, 3], lower: [[2, 0, 0], [1, 1, 0], [0.5, -1, 1]])
    for seed in 0..<trials {
      let sample = try Normality(rows: truth.sample(rows: 40, seed: UInt64(seed)), columns: names(3))
      let mardia = sample.mardia()
      let results = [
        try #require(mardia.skewnessSmallSample), try #require(mardia.kurtosisSmallSample), sample.henzeZirkler(),
        try sample.doornikHansen(), try sample.royston().result,
      ]
      for (k, result) in results.enumerated() where result.pValue < 0.1 { rejected[k] += 1 }
    }
    for count in rejected { #expect(abs(Double(count) / Double(trials) - 0.1) < 0.05, "\(rejected)") }
  }

  /// What is far from normal is found.
  @Test func power() throws {
    let truth = Gaussian(mean: [0, 0], lower: [[1, 0], [0.5, 1]])
    let rows = truth.sample(rows: 200, seed: 5).map { Double.exp($0) }
    let sample = try Normality(rows: rows, columns: names(2))
    let mardia = sample.mardia()
    for result in [
      mardia.skewness, mardia.kurtosis, sample.henzeZirkler(), try sample.doornikHansen(), try sample.royston().result,
    ] { #expect(result.pValue < 1e-6, "\(result.name)") }
  }

  @Test func refusals() throws {
    let few = try Normality(rows: Matrix(rowArrays: randomRows(6, 2, seed: 1)), columns: names(2))
    #expect(
      throws: GaussFitError.testUndefined(name: "doornikHansen", reason: "it is for 8 rows and more; there are 6")
    ) { try few.doornikHansen() }
    let many = try Normality(rows: Matrix(rowArrays: randomRows(5001, 1, seed: 1)), columns: names(1))
    let error = #expect(throws: GaussFitError.self) { try many.royston() }
    #expect(error?.description.contains("for 4 to 5000 rows; there are 5001") == true)
  }
}
