// Fits about a known mean, and of a known covariance, against sums over the rows.
import GaussFit
import MatDeriv
import Testing

@Suite struct MeanSourceTests {
  private static let rows = Fixture.rows("iris", group: "setosa")
  private static let moments = Fixture.moments("iris", group: "setosa")
  private static let mean = [5.0, 3.5, 1.5, 0.25]

  private func logLikelihood(_ gaussian: Gaussian) -> Double {
    gaussian.logDensity(rows: Matrix(rowArrays: Self.rows)).reduce(0, +)
  }

  @Test func covarianceAboutAKnownMean() throws {
    let fit = try Fit(Self.moments, knownMean: Self.mean)
    let n = Double(Self.rows.count)
    let expected = (0..<4).map { i in
      (0..<4).map { j in Self.rows.reduce(0) { $0 + ($1[i] - Self.mean[i]) * ($1[j] - Self.mean[j]) } / n }
    }
    #expect(entrywiseError(fit.covariance, expected) <= 1e-12)
    #expect(fit.mean == Self.mean && fit.meanStandardError == [0, 0, 0, 0] && fit.meanInterval(0) == nil)
    #expect(fit.parameters == 10 && fit.degreesOfFreedom == n)
    #expect(fit.unbiasedCovariance == fit.covariance)
    #expect(relativeError(fit.logLikelihood, logLikelihood(fit.gaussian)) <= 1e-12)
  }

  @Test(arguments: Structure.allCases) func everyStructure(_ structure: Structure) throws {
    let fit = try Fit(Self.moments, knownMean: Self.mean, structure: structure)
    #expect(relativeError(fit.logLikelihood, logLikelihood(fit.gaussian)) <= 1e-12)
    // The sample's own mean is the most likely one.
    #expect(fit.logLikelihood <= (try Fit(Self.moments, structure: structure)).logLikelihood)
  }

  @Test func structuredAboutAKnownMean() throws {
    let fit = try StructuredFit(Self.moments, .autoregressive(dimension: 4), knownMean: Self.mean)
    #expect(fit.converged && fit.parameterCount == 2 && fit.gaussian.mean == Self.mean)
    #expect(relativeError(fit.logLikelihood, logLikelihood(fit.gaussian)) <= 1e-11)
  }

  /// About the sample's own mean nothing changes but the count.
  @Test func theSampleMeanAsAKnownOne() throws {
    let own = try Fit(Self.moments)
    let known = try Fit(Self.moments, knownMean: own.mean)
    #expect(relativeError(known.covariance, own.covariance) <= 1e-13)
    #expect(known.parameters == own.parameters - 4)
  }

  /// As many rows as columns suffice about a known mean.
  @Test func rankAboutAKnownMean() throws {
    let few = Moments(rows: randomRows(4, 4, seed: 9))
    #expect(throws: GaussFitError.self) { try Fit(few) }
    #expect(try Fit(few, knownMean: [0, 0, 0, 0]).rank == 4)
  }

  /// A known mean far from the data is kept to the last digit.
  @Test func farMeans() throws {
    let fit = try Fit(Self.moments, knownMean: [0.1, 1e6, -0.3, 7.7])
    #expect(fit.mean == [0.1, 1e6, -0.3, 7.7])
  }

  @Test func knownCovariance() throws {
    let covariance: Matrix<Double> = [
      [0.12, 0.1, 0, 0], [0.1, 0.14, 0, 0], [0, 0, 0.03, 0.005], [0, 0, 0.005, 0.01],
    ]
    let fit = try KnownCovarianceFit(Self.moments, covariance: covariance)
    #expect(relativeError(fit.gaussian.mean, Self.moments.mean) <= 1e-15)
    #expect(relativeError(fit.logLikelihood, logLikelihood(fit.gaussian)) <= 1e-12)
    #expect(fit.criteria.parameters == 4)
    #expect(relativeError(fit.meanStandardError[0], (0.12 / 50).squareRoot()) <= 1e-15)
    // The normal quantile of 0.975.
    let reach = 1.959963984540054 * (0.12 / 50).squareRoot()
    #expect(relativeError(fit.meanInterval(0).upper, Self.moments.mean[0] + reach) <= 1e-14)
    #expect(throws: GaussFitError.self) {
      try KnownCovarianceFit(Self.moments, covariance: Matrix(rows: 4, columns: 4, repeating: 1))
    }
  }
}
