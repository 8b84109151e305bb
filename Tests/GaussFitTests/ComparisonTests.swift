// Structures side by side: nesting, likelihood ratios, and the statistics of Stata's tests of structure.
import MatDeriv
import RealModule
import Testing

@testable import GaussFit

@Suite struct ComparisonTests {
  private static let named: [(name: String, form: CovarianceForm)] = [
    ("full", .closed(.full)), ("diag", .closed(.diagonal)), ("spherical", .closed(.spherical)),
    ("cs", .closed(.compoundSymmetry)), ("csh", .heterogeneousCompoundSymmetry), ("ar1", .autoregressive),
    ("ar1h", .heterogeneousAutoregressive), ("toeplitz", .toeplitz), ("banded:1", .banded(1)), ("banded:2", .banded(2)),
    ("blocks", .blocks([0, 0, 1, 1])), ("factor:1", .factors(1)), ("ppca:1", .principalComponents(1)),
  ]

  private func member(_ comparison: Comparison, _ name: String) -> Comparison.Member {
    comparison.members.first { $0.name == name }!
  }

  /// Property: what is nested is at most as likely, and has fewer parameters.
  @Test(arguments: 1...6) func nestedStructuresAreLessLikely(seed: UInt64) throws {
    let moments = Moments(rows: randomRows(30, 4, seed: seed))
    let comparison = try Comparison(moments, Self.named)
    for inner in comparison.members {
      #expect(inner.converged, "\(inner.name)")
      for outer in comparison.members where inner.form.isNested(in: outer.form, dimension: 4) {
        #expect(inner.criteria!.logLikelihood <= outer.criteria!.logLikelihood + 1e-9, "\(inner.name) in \(outer.name)")
        #expect(inner.criteria!.parameters < outer.criteria!.parameters, "\(inner.name) in \(outer.name)")
      }
      if let test = inner.test { #expect(test.result.statistic >= 0 && test.result.pValue <= 1) }
    }
  }

  @Test func againstTheSmallestWiderOne() throws {
    let comparison = try Comparison(Fixture.moments("iris", group: "setosa"), Self.named)
    let expected = [
      "diag": "csh", "spherical": "cs", "cs": "toeplitz", "csh": "full", "ar1": "toeplitz", "ar1h": "full",
      "toeplitz": "full", "banded:1": "banded:2", "banded:2": "full", "blocks": "banded:2", "factor:1": "full",
      "ppca:1": "factor:1",
    ]
    for member in comparison.members where member.name != "blocks" {
      #expect(member.test?.against == expected[member.name], "\(member.name)")
    }
    // {1, 2} and {3, 4} lie within one place of the diagonal.
    #expect(member(comparison, "blocks").test?.against == "banded:1")
    #expect(comparison.lowestBIC.map { comparison.members[$0].name } != nil)
  }

  /// The log-likelihoods of iris and setosa, in exact arithmetic and 50-digit logarithms.
  @Test(arguments: ["iris", "setosa"]) func statisticsOfIris(name: String) throws {
    let expected = Fixture.expected("closed_\(name)")
    let comparison = try Comparison(
      Fixture.moments("iris", group: name == "iris" ? nil : name), Array(Self.named.prefix(4)))
    let full = expected["loglik"].number
    let diag = try #require(member(comparison, "diag").test)
    #expect(relativeError(diag.result.statistic, 2 * (full - expected["loglik_diag"].number)) <= 1e-11)
    #expect(diag.against == "full" && diag.result.df == 6)
    let spherical = try #require(member(comparison, "spherical").test)
    #expect(spherical.against == "cs")
    let gain = 2 * (expected["loglik_cs"].number - expected["loglik_spherical"].number)
    #expect(relativeError(spherical.result.statistic, gain) <= 1e-11)
    #expect(relativeError(member(comparison, "full").criteria!.aic, 28 - 2 * full) <= 1e-12)
  }

  /// Stata's statistics have Bartlett's factor in the place of n: what is left is the ratio.
  @Test func statisticsOfStata() throws {
    let reference = Fixture.cases["cases"].list.first { $0["id"].text == "lrt_stata_structure" }!
    let expected = reference["expected"]
    let n = reference["input"]["n"].number
    let covariance = reference["input"]["cov_divisor_n_minus_1"].matrix
    let moments = Moments(
      columns: ["a", "b", "c"], rows: Int(n), weight: n, squaredWeight: n, shift: [0, 0, 0].map { DoubleDouble($0) },
      meanDeviation: [0, 0, 0], scatter: Matrix(rowArrays: covariance) * (n - 1))
    let comparison = try Comparison(
      moments,
      [("full", .closed(.full)), ("diag", .closed(.diagonal)), ("block", .blocks([0, 0, 1]))])
    let (nu, k) = (n - 1, 3.0)
    let block = try #require(member(comparison, "block").test)
    let a2 = 9.0 - 4 - 1
    let a3 = 27.0 - 8 - 1
    let blockFactor = nu - (2 * a3 + 3 * a2) / (6 * a2)
    let stata = expected["block_diagonal_2_1"]["chi2"].number
    #expect(relativeError(block.result.statistic, stata / blockFactor * n) <= 1e-6 && block.result.df == 2)
    let diagonal = try Comparison(moments, [("full", .closed(.full)), ("diag", .closed(.diagonal))])
    let diag = try #require(member(diagonal, "diag").test)
    let diagFactor = nu - (2 * k + 5) / 6
    #expect(relativeError(diag.result.statistic, expected["diagonal"]["chi2"].number / diagFactor * n) <= 1e-6)
    let sphere = try Comparison(moments, [("full", .closed(.full)), ("spherical", .closed(.spherical))])
    let spherical = try #require(member(sphere, "spherical").test)
    let sphereFactor = nu - (2 * k * k + k + 2) / (6 * k)
    #expect(relativeError(spherical.result.statistic, expected["spherical"]["chi2"].number / sphereFactor * n) <= 1e-6)
  }

  /// What is singular is told, and the others are compared.
  @Test func fewRows() throws {
    let comparison = try Comparison(Moments(rows: randomRows(4, 5, seed: 2)), Array(Self.named.prefix(3)))
    #expect(member(comparison, "full").criteria == nil && member(comparison, "full").failure != nil)
    #expect(member(comparison, "spherical").test?.against == "diag")
  }

  /// Variances far from the origin, and tiny ones, in every structure: an offset changes no likelihood.
  @Test(arguments: [1e6, 1e7]) func offsets(_ offset: Double) throws {
    let rows = randomRows(40, 4, seed: 11)
    let near = try Comparison(Moments(rows: rows), Self.named)
    let far = try Comparison(Moments(rows: rows.map { $0.map { $0 + offset } }), Self.named)
    for (a, b) in zip(near.members, far.members) {
      #expect(relativeError(a.criteria!.logLikelihood, b.criteria!.logLikelihood) <= 1e-8, "\(a.name)")
    }
  }

  /// A standard deviation of 1e-4 beside a mean of 1: the log-likelihood moves by n d log of the factor and no more.
  @Test func aVarianceOfOneHundredMillionth() throws {
    let rows = randomRows(40, 4, seed: 12)
    let wide = try Comparison(Moments(rows: rows), Self.named)
    let narrow = try Comparison(Moments(rows: rows.map { $0.map { 1 + 1e-4 * $0 } }), Self.named)
    for (a, b) in zip(wide.members, narrow.members) {
      let expected = a.criteria!.logLikelihood + 40 * 4 * Double.log(1e4)
      #expect(relativeError(b.criteria!.logLikelihood, expected) <= 1e-8, "\(a.name)")
    }
  }
}
