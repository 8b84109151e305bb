// Mardia's measures in their three computations against double sums of 50 digits, and their invariance.
import MatDeriv
import Testing

@testable import GaussFit

@Suite struct MardiaTests {
  static let samples = [
    "setosa", "versicolor", "virginica", "setosa_1_3", "setosa_1_2", "setosa_first_10", "iris_column_3",
  ]

  @Test(arguments: samples) func agreesWithHighPrecision(name: String) throws {
    let expected = Fixture.inference["normality"][name]["mardia"]
    let sample = try Normality(subset: name)
    let (viaMoments, viaRows) = (sample.measuresByThirdMoments(), sample.measuresByInnerProducts())
    let coMoments = try CoMoments(rows: sample.testedRows, columns: sample.columns).mardia()
    for (b1, b2) in [viaMoments, viaRows, (coMoments.b1, coMoments.b2)] {
      #expect(relativeError(b1, expected["b1"].number) < 2e-12)
      #expect(relativeError(b2, expected["b2"].number) < 1e-12)
    }
    let mardia = sample.mardia()
    expectAgreement(mardia.skewness, expected["skewness"], 2e-12)
    expectAgreement(try #require(mardia.skewnessSmallSample), expected["skewnessSmallSample"], 2e-12)
    // The difference of b2 from its expectation loses what they have in common.
    let loss = 1e-12 * (1 + mardia.b2 / abs(mardia.b2 - Double(sample.dimension * (sample.dimension + 2))))
    expectAgreement(mardia.kurtosis, expected["kurtosis"], 10 * loss)
    expectAgreement(try #require(mardia.kurtosisSmallSample), expected["kurtosisSmallSample"], 100 * loss)
  }

  /// Property: an affine map of the rows changes nothing. Units go through powers of two without a change of any bit.
  @Test func affine() throws {
    let rows = randomRows(80, 4, seed: 12).map { row in row.map { $0 * $0 } }
    let map: [[Double]] = [[2, 1, 0, 0.25], [0, -3, 0.5, 1], [1, 1, 1, 0], [0.5, 0, -1, 4]]
    let image = rows.map { x in map.map { zip($0, x).reduce(100) { $0 + $1.0 * $1.1 } } }
    let (plain, mapped) = (try mardia(rows), try mardia(image))
    #expect(relativeError(mapped.b1, plain.b1) < 1e-10 && relativeError(mapped.b2, plain.b2) < 1e-10)
    let powers: [Double] = [0x1p120, 0x1p-300, 1, 0x1p300]
    let scaled = rows.map { row in zip(row, powers).map { $0 * $1 } }
    #expect(try mardia(scaled) == plain)
    let streamed = try CoMoments(rows: Matrix(rowArrays: scaled), columns: names(4)).mardia()
    #expect(relativeError(streamed.b1, plain.b1) < 1e-11 && relativeError(streamed.b2, plain.b2) < 1e-11)
  }

  /// Both ways give the same for many columns, where column groups are several and rows few.
  @Test(arguments: [(300, 30), (90, 80), (2000, 45)]) func manyColumns(n: Int, d: Int) throws {
    let sample = try Normality(rows: Matrix(rowArrays: randomRows(n, d, seed: 6)), columns: names(d))
    let (a, b) = (sample.measuresByThirdMoments(), sample.measuresByInnerProducts())
    #expect(relativeError(a.b1, b.b1) < 1e-11 && relativeError(a.b2, b.b2) < 1e-12)
    #expect(sample.mardia().b2 == (n < d * d / 3 ? b.b2 : a.b2))
  }

  /// The same bits for any number of threads.
  @Test func threads() throws {
    let rows = Matrix(rowArrays: randomRows(30000, 5, seed: 2))
    let results = try [1, 2, 7].map { try Normality(rows: rows, columns: names(5), threads: $0).mardia() }
    #expect(results[0] == results[1] && results[0] == results[2])
    let streamed = try [1, 2, 7].map { try CoMoments(rows: rows, columns: names(5), threads: $0).mardia() }
    #expect(streamed[0] == streamed[1] && streamed[0] == streamed[2])
    #expect(relativeError(streamed[0].b1, results[0].b1) < 1e-10)
  }

  /// Nearly dependent columns (correlation condition 2e8): rows whitened first keep what the inner products have.
  @Test func nearlyDependent() throws {
    let sample = try Normality(rows: Matrix(rowArrays: Fixture.rows("vandermonde_20_6")), columns: names(6))
    let (a, b) = (sample.measuresByThirdMoments(), sample.measuresByInnerProducts())
    // Polynomials of 1...20 are whitened to discrete orthogonal ones, which are antisymmetric or symmetric.
    #expect(relativeError(a.b1, b.b1) < 1e-9 && relativeError(a.b2, b.b2) < 1e-9)
  }

  /// Under normality the small-sample numbers have the mean and the variance that they are standardised by.
  @Test func smallSampleLaws() throws {
    let trials = 2000
    var (sum, squares, skewness) = (0.0, 0.0, 0.0)
    let truth = Gaussian(mean: [1, 2], lower: [[2, 0], [1, 1]])
    for seed in 0..<trials {
      let mardia = try Normality(rows: truth.sample(rows: 12, seed: UInt64(seed)), columns: names(2)).mardia()
      let z = try #require(mardia.kurtosisSmallSample).statistic
      sum += z
      squares += z * z
      skewness += try #require(mardia.skewnessSmallSample).statistic
    }
    let n = Double(trials)
    #expect(abs(sum / n) < 4 / n.squareRoot())
    #expect(abs(squares / n - 1) < 0.25)
    #expect(abs(skewness / n - 4) < 0.35)  // chi-square with 4 degrees of freedom
  }

  @Test func refusals() throws {
    let constant = #expect(throws: GaussFitError.self) {
      try Normality(rows: [[1, 5], [2, 5], [4, 5], [7, 5]], columns: ["a", "b"])
    }
    #expect(constant?.description.contains(#"column "b" is constant"#) == true)
    let dependent = #expect(throws: GaussFitError.self) {
      try CoMoments(rows: [[1, 2], [2, 4], [4, 8], [7, 14]], columns: ["a", "b"]).mardia()
    }
    #expect(dependent?.description.contains(#""b" = 2*"a""#) == true)
    let few = #expect(throws: GaussFitError.self) {
      try Normality(rows: [[1, 5, 2], [2, 4, 1], [4, 5, 5]], columns: names(3))
    }
    #expect(few?.description.contains("3 rows cannot determine the covariance of 3 columns") == true)
    #expect(throws: GaussFitError.noRows) { try CoMoments(columns: ["a"]).mardia() }
    #expect(throws: GaussFitError.noRows) {
      try Normality(rows: Matrix(rows: 0, columns: 1, repeating: 0), columns: ["a"])
    }
  }

  private func mardia(_ rows: [[Double]]) throws -> Mardia {
    try Normality(rows: Matrix(rowArrays: rows), columns: names(rows[0].count)).mardia()
  }
}

/// x1, x2 and so on.
func names(_ d: Int) -> [String] { (1...d).map { "x\($0)" } }
