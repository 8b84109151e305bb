// Confidence intervals against mpmath's quantiles; those of iris column 1 agree with R's t.test and cor.test.
import GaussFit
import MatDeriv
import Testing

@Suite struct FitInferenceTests {
  private func close(_ interval: Interval?, _ expected: [Double], _ tolerance: Double = 1e-11) -> Bool {
    guard let interval else { return false }
    return relativeError([interval.lower, interval.upper], expected) < tolerance
  }

  @Test(arguments: ["iris", "setosa"]) func intervals(name: String) throws {
    let expected = Fixture.reference["intervals"][name]
    let level = expected["level"].number
    let moments = Fixture.moments("iris", group: name == "iris" ? nil : name)
    let fit = try Fit(moments)
    for j in 0..<4 {
      #expect(close(fit.meanInterval(j, level: level), expected["mean"].matrix[j]))
      #expect(close(fit.varianceInterval(j, level: level), expected["variance"].matrix[j]))
      #expect(
        close(fit.standardDeviationInterval(j, level: level), expected["variance"].matrix[j].map { $0.squareRoot() }))
    }
    for entry in expected["correlation"].matrix {
      #expect(close(fit.correlationInterval(Int(entry[0]), Int(entry[1]), level: level), Array(entry[2...])))
    }
    let compound = try Fit(moments, structure: .compoundSymmetry)
    #expect(close(compound.correlationInterval(0, 3, level: level), expected["compoundSymmetryCorrelation"].numbers))
    let spherical = try Fit(moments, structure: .spherical)
    #expect(close(spherical.varianceInterval(2, level: level), expected["sphericalVariance"].numbers))
    #expect(spherical.correlationInterval(0, 1) == nil)
  }

  /// R 4: `t.test(iris[, 1])$conf.int`, `cor.test(iris[, 1], iris[, 2])$conf.int`, `(n - 1) var / qchisq`.
  @Test func agreesWithR() throws {
    let fit = try Fit(Fixture.moments("iris"))
    #expect(close(fit.meanInterval(0), [5.7097324815066886, 5.9769341851599789]))
    #expect(close(fit.correlationInterval(0, 1), [-0.272693247903453451, 0.043511583576379839]))
    #expect(close(fit.varianceInterval(0), [0.55319734612335791, 0.87250293161290904]))
  }

  /// R 4: `cov.wt(y, wt = w / sum(w), method = "unbiased")`.
  @Test func reliabilityWeightsAreThoseOfR() throws {
    let rows: [[Double]] = [[1, 2], [2, 1], [4, 5], [3, 5], [7, 6]]
    let fit = try Fit(Moments(rows: rows, weights: [0.5, 1.5, 2, 1, 3], weighting: .reliability))
    #expect(fit.mean == [4.4375, 4.4375])
    let expected = [[6.2263157894736842, 4.6263157894736837], [4.6263157894736837, 4.878947368421052]]
    #expect(entrywiseError(try #require(fit.unbiasedCovariance), expected) < 1e-14)
    #expect(fit.sampleSize == 5)
    #expect(relativeError(fit.moments.effectiveSampleSize, 64.0 / 16.5) < 1e-15)
  }

  /// Coverage: intervals of known truth hold it as often as they say.
  @Test func coverage() throws {
    let truth = Gaussian(mean: [2, -1], lower: [[3, 0], [0.5, 1]])
    let correlation = 0.5 / 1.25.squareRoot()
    var hits = [0, 0, 0]
    let trials = 1500
    for seed in 0..<trials {
      let fit = try Fit(Moments(rows: truth.sample(rows: 12, seed: UInt64(seed)).rowArrays))
      func holds(_ interval: Interval?, _ value: Double) -> Int {
        interval.map { $0.lower <= value && value <= $0.upper } == true ? 1 : 0
      }
      hits[0] += holds(fit.meanInterval(0, level: 0.8), 2)
      hits[1] += holds(fit.varianceInterval(1, level: 0.8), 1.25)
      hits[2] += holds(fit.correlationInterval(0, 1, level: 0.8), correlation)
    }
    for count in hits { #expect(abs(Double(count) / Double(trials) - 0.8) < 4 * (0.16 / Double(trials)).squareRoot()) }
  }

  @Test func withoutDegreesOfFreedom() throws {
    // One row weighs half of a row: n - 1 is not positive.
    let fit = try Fit(
      Moments(rows: [[1], [2], [4]], weights: [0.25, 0.25, 0.25], weighting: .frequency))
    #expect(fit.unbiasedCovariance == nil)
    #expect(fit.meanInterval(0) == nil && fit.varianceInterval(0) == nil)
  }

  /// A ridge is no sampling variance: errors and intervals are those of the fit without it, in every structure.
  @Test(arguments: Structure.allCases) func ridgeWidensNothing(structure: Structure) throws {
    let iris = Fixture.moments("iris")
    let (plain, ridged) = (try Fit(iris, structure: structure), try Fit(iris, structure: structure, ridge: 100))
    #expect(ridged.meanStandardError == plain.meanStandardError)
    #expect(ridged.covarianceStandardError == plain.covarianceStandardError)
    #expect(ridged.meanInterval(1) == plain.meanInterval(1))
    #expect(ridged.varianceInterval(1) == plain.varianceInterval(1))
    #expect(ridged.correlationInterval(0, 2) == plain.correlationInterval(0, 2))
  }

  /// What a ridge made possible has finite errors: a constant column, equal columns, columns that sum to a constant.
  @Test func ridgeOnSingularRows() throws {
    let constant = try Fit(Moments(rows: [[1, 5], [2, 5], [4, 5], [3, 5], [9, 5]]), ridge: 1)
    #expect(constant.meanStandardError[1] == 0 && constant.covarianceStandardError[1, 0] == 0)
    #expect(constant.varianceInterval(1).map { [$0.lower, $0.upper] } == [0, 0])
    #expect(constant.correlationInterval(0, 1) == nil)
    let equal = Moments(rows: [[1, 1], [2, 2], [4, 4], [3, 3], [9, 9]])
    for structure in [Structure.full, .compoundSymmetry] {
      let fit = try Fit(equal, structure: structure, ridge: 1)
      let interval = try #require(fit.correlationInterval(0, 1))
      #expect(abs(interval.lower - 1) < 1e-6 && abs(interval.upper - 1) < 1e-6)
    }
    let opposite = try Fit(
      Moments(rows: [[1, -1], [2, -2], [4, -4], [3, -3]]), structure: .compoundSymmetry, ridge: 1)
    #expect(opposite.correlationInterval(0, 1).map { $0.upper <= -1 + 1e-12 } == true)
    #expect(opposite.varianceDegreesOfFreedom == 3 && opposite.covarianceStandardError[0, 0].isFinite)
  }
}
