// The reference cases of inference: tests of covariances and means, normality, shrinkage.
import MatDeriv
import Testing

@testable import GaussFit

@Suite struct InferenceCaseTests {
  static let normality = ["mvn_tests_setosa", "mvn_tests_virginica", "mvn_tests_setosa_1_3", "mvn_tests_setosa_1_2"]
  static let shrinkage = ["shrinkage_iris", "shrinkage_setosa"]
  static let others = ["lrt_stata_structure", "hotelling_stata"]

  private func reference(_ id: String) -> Value { Fixture.cases["cases"].list.first { $0["id"].text == id }! }

  @Test(arguments: normality) func normalityCase(id: String) throws {
    let reference = reference(id)
    let expected = reference["expected"]
    let tolerance = reference["tolerance"]["rel"].number
    let sample = try Normality(subset: reference["subset"].text)
    func close(_ value: Double, _ expected: Value) -> Bool { relativeError(value, expected.number) < tolerance }
    for mardia in [sample.mardia(), try CoMoments(rows: sample.testedRows, columns: sample.columns).mardia()] {
      let m = expected["mardia"]
      #expect(close(mardia.b1, m["b1p"]) && close(mardia.b2, m["b2p"]))
      #expect(close(mardia.skewness.statistic, m["skew"]) && close(mardia.skewness.pValue, m["skew_p"]))
      #expect(mardia.skewness.df == m["skew_df"].number)
      let small = try #require(mardia.skewnessSmallSample)
      #expect(close(small.statistic, m["skew_small"]) && close(small.pValue, m["skew_small_p"]))
      #expect(close(mardia.kurtosis.statistic, m["kurt_z"]) && close(mardia.kurtosis.pValue, m["kurt_p"]))
    }
    let henzeZirkler = sample.henzeZirkler()
    #expect(close(henzeZirkler.statistic, expected["hz"]["HZ"]) && close(henzeZirkler.pValue, expected["hz"]["p"]))
    let doornikHansen = try sample.doornikHansen()
    #expect(close(doornikHansen.statistic, expected["dh"]["E"]) && close(doornikHansen.pValue, expected["dh"]["p"]))
    #expect(doornikHansen.df == expected["dh"]["df"].number)
    let royston = try sample.royston()
    #expect(relativeError(royston.columns.map(\.w), expected["royston"]["W"].numbers) < tolerance)
    #expect(close(royston.result.statistic, expected["royston"]["H"]))
    #expect(close(royston.result.pValue, expected["royston"]["p"]))
    #expect(close(try #require(royston.result.df), expected["royston"]["edf"]))
  }

  /// What programs publish for setosa, to the digits that they print: Doornik and Hansen's 24.4145 is the paper's.
  @Test func publishedForSetosa() throws {
    let sample = try Normality(subset: "setosa")
    let published = reference("mvn_tests_setosa")["published"]
    #expect(abs(try sample.doornikHansen().statistic - published["doornik_hansen_MATLAB_and_paper"].numbers[0]) < 5e-5)
    #expect(abs(sample.henzeZirkler().statistic - published["hz"].numbers[0]) < 5e-8)
    #expect(abs(try sample.royston().result.statistic - published["royston"].numbers[0]) < 5e-6)
    #expect(relativeError(sample.mardia().skewness.statistic, published["mardia_skew"].numbers[0]) < 1e-13)
    #expect(relativeError(sample.mardia().kurtosis.statistic, published["mardia_kurt"].numbers[0]) < 1e-13)
    for (j, name) in ["Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"].enumerated() {
      let test = ShapiroWilk(sample.testedRows.column(j))
      #expect(abs(test.w - published["shapiro"][name].list[0].number) < 5e-5)
      let p = published["shapiro"][name].list[1]
      if !p.isNone { #expect(abs(test.result.pValue - p.number) < 5e-5) }
    }
  }

  @Test(arguments: shrinkage) func shrinkageCase(id: String) throws {
    let reference = reference(id)
    let group = reference["subset"].isNone ? nil : reference["subset"].text
    let rows = Matrix(rowArrays: Fixture.rows("iris", group: group))
    let tolerance = reference["tolerance"]["rel"].number
    let columns = ["a", "b", "c", "d"]
    let wolf = try Shrinkage(ledoitWolf: rows, columns: columns)
    let oas = try Shrinkage(oas: Moments(rows: rows, columns: columns))
    let streamed = try Shrinkage(ledoitWolf: CoMoments(rows: rows, columns: columns))
    #expect(relativeError(wolf.intensity, reference["expected"]["ledoit_wolf"].number) < tolerance)
    #expect(relativeError(streamed.intensity, reference["expected"]["ledoit_wolf"].number) < tolerance)
    #expect(relativeError(oas.intensity, reference["expected"]["oas"].number) < tolerance)
    #expect(relativeError(wolf.target, reference["expected"]["target_mu"].number) < tolerance)
  }

  @Test func stataStructure() throws {
    let reference = reference("lrt_stata_structure")
    let (expected, tolerance) = (reference["expected"], reference["tolerance"]["rel"].number)
    let n = reference["input"]["n"].number
    let covariance = Matrix(rowArrays: reference["input"]["cov_divisor_n_minus_1"].matrix)
    let moments = Moments(
      columns: ["a", "b", "c"], rows: Int(n), weight: n, squaredWeight: n,
      shift: Array(repeating: DoubleDouble(0), count: 3), meanDeviation: [0, 0, 0], scatter: covariance * (n - 1))
    let sigma0 = Matrix(rowArrays: expected["sigma_equals_sigma0"]["sigma0"].matrix)
    let results = [
      ("sigma_equals_sigma0", try moments.covarianceTest(equals: sigma0)), ("spherical", try moments.sphericityTest()),
      ("diagonal", try moments.independenceTest()), ("block_diagonal_2_1", try moments.blocksTest([[0, 1], [2]])),
    ]
    for (name, result) in results {
      #expect(relativeError(result.statistic, expected[name]["chi2"].number) < tolerance, "\(name)")
      #expect(result.df == expected[name]["df"].number, "\(name)")
      #expect(relativeError(result.pValue, expected[name]["p"].number) < tolerance, "\(name)")
    }
  }

  @Test func stataHotelling() throws {
    let reference = reference("hotelling_stata")
    let (expected, tolerance) = (reference["expected"], reference["tolerance"]["rel"].number)
    let test = try Moments(rows: reference["input"]["rows"].matrix)
      .hotellingTest(mean: reference["input"]["mu0"].numbers)
    #expect(relativeError(test.tSquared, expected["T2"].number) < tolerance)
    #expect(relativeError(test.result.statistic, expected["F"].number) < tolerance)
    #expect([test.result.df, test.result.df2] == expected["df"].numbers)
    #expect(relativeError(test.result.pValue, expected["p"].number) < tolerance)
  }
}

extension Normality {
  /// A species of iris, or some of its columns: `setosa_1_3` has the first three. `setosa_first_10` has ten rows of two.
  init(subset: String) throws {
    let parts = subset.split(separator: "_").map { String($0) }
    var rows: [[Double]]
    switch (parts[0], parts.count) {
    case ("iris", _): rows = Fixture.rows("iris").map { [$0[2]] }
    case (_, 1): rows = Fixture.rows("iris", group: subset)
    case (_, _) where parts[1] == "first": rows = Fixture.rows("iris", group: parts[0])[..<10].map { Array($0[..<2]) }
    default: rows = Fixture.rows("iris", group: parts[0]).map { Array($0[..<Int(parts[2])!]) }
    }
    try self.init(rows: Matrix(rowArrays: rows), columns: rows[0].indices.map { "x\($0 + 1)" })
  }

  /// The rows.
  var testedRows: Matrix<Double> { standardized.rows }
}
