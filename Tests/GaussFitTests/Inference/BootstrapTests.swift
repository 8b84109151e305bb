// Bootstrap intervals: the same bits for a seed, and near what they estimate.
import MatDeriv
import RandomStreams
import RealModule
import Testing

@testable import GaussFit

@Suite struct BootstrapTests {
  private static let setosa = Fixture.moments("iris", group: "setosa")
  private static let rows = Matrix(rowArrays: Fixture.rows("iris", group: "setosa"))

  @Test(arguments: [true, false]) func theSameForAnyNumberOfThreads(_ fromRows: Bool) throws {
    let fit = try Fit(Self.setosa)
    let resampling = fromRows ? Resampling.rows(Self.rows) : .parametric
    let one = try Bootstrap(fit, resampling, replicates: 99, seed: 7, threads: 1)
    let three = try Bootstrap(fit, resampling, replicates: 99, seed: 7, threads: 3)
    let other = try Bootstrap(fit, resampling, replicates: 99, seed: 8, threads: 1)
    for i in 0..<4 {
      #expect(one.meanInterval(i) == three.meanInterval(i) && one.meanInterval(i) != other.meanInterval(i))
      for j in 0...i { #expect(one.covarianceInterval(i, j) == three.covarianceInterval(i, j)) }
    }
  }

  @Test func structuredForAnyNumberOfThreads() throws {
    let fit = try StructuredFit(Self.setosa, .autoregressive(dimension: 4))
    let one = try Bootstrap(fit, .rows(Self.rows), replicates: 99, seed: 7, threads: 1)
    let two = try Bootstrap(fit, .rows(Self.rows), replicates: 99, seed: 7, threads: 2)
    #expect(one.failed == 0 && one.covarianceInterval(0, 0) == two.covarianceInterval(0, 0))
    #expect(one.correlationInterval(1, 0) == two.correlationInterval(1, 0))
    // The structure holds in every replicate.
    let (first, last) = (one.covarianceInterval(0, 0)!, one.covarianceInterval(3, 3)!)
    #expect(relativeError(first.lower, last.lower) <= 1e-12 && relativeError(first.upper, last.upper) <= 1e-12)
  }

  /// A replicate is the fit of its rows, counted as often as they were drawn.
  @Test func aReplicateIsAFit() throws {
    let replicates = Replicates(
      resampling: .rows(Self.rows), moments: Self.setosa, gaussian: try Fit(Self.setosa).gaussian, source: .estimated,
      generator: Philox(seed: 3))
    let counts = replicates.counts(of: 50, 4)
    #expect(counts.reduce(0, +) == 50 && counts.allSatisfy { $0 == $0.rounded() && $0 >= 0 })
    let drawn = counts.indices.flatMap { i in
      Array(repeating: Self.rows.rowArrays[i], count: Int(counts[i]))
    }
    let expected = try Fit(Moments(rows: drawn))
    #expect(relativeError(try Fit(replicates.moments(4)).covariance, expected.covariance) <= 1e-12)
  }

  /// Standard errors of many replicates are those of the law of large samples: within five of their own errors, about 0.07 / sqrt(3).
  @Test func standardErrorsAgree() throws {
    let fit = try Fit(Self.setosa)
    let drawn = try Bootstrap(fit, .parametric, replicates: 3999, seed: 1, threads: 2)
    for i in 0..<4 {
      #expect(relativeError(drawn.meanStandardError(i)!, fit.meanStandardError[i]) <= 0.06)
      for j in 0...i {
        // The scatter of n - 1 degrees of freedom over n.
        let expected = fit.covarianceStandardError[i, j] * (49.0 / 50).squareRoot()
        #expect(relativeError(drawn.covarianceStandardError(i, j)!, expected) <= 0.06)
      }
    }
    let resampled = try Bootstrap(fit, .rows(Self.rows), replicates: 3999, seed: 1, threads: 2)
    for j in 0..<4 { #expect(relativeError(resampled.meanStandardError(j)!, fit.meanStandardError[j]) <= 0.06) }
  }

  /// Percentiles of the parametric mean are those of the normal law.
  @Test func percentiles() throws {
    let fit = try Fit(Self.setosa)
    let drawn = try Bootstrap(fit, .parametric, replicates: 9999, seed: 5, threads: 2)
    let wald = Interval(wald: fit.mean[0], standardError: fit.meanStandardError[0], level: 0.9)
    let found = drawn.meanInterval(0, level: 0.9)!
    #expect(abs(found.lower - wald.lower) <= 0.08 * fit.meanStandardError[0])
    #expect(abs(found.upper - wald.upper) <= 0.08 * fit.meanStandardError[0])
    #expect(Bootstrap.fewestReplicates(level: 0.95) == 39 && Bootstrap.fewestReplicates(level: 0.9) == 19)
    #expect(try Bootstrap(fit, .parametric, replicates: 19, seed: 5).meanInterval(0, level: 0.95) == nil)
    #expect(try Bootstrap(fit, .parametric, replicates: 39, seed: 5).meanInterval(0, level: 0.95) != nil)
  }

  @Test func whatCannotBeResampled() throws {
    let few = Moments(rows: randomRows(4, 5, seed: 1))
    let fit = try Fit(few, structure: .diagonal)
    #expect(throws: GaussFitError.self) { try Bootstrap(fit, .parametric, seed: 1) }
    let weighted = Moments(
      rows: randomRows(9, 2, seed: 1), weights: [1, 2, 3, 1, 2, 3, 1, 2, 3], weighting: .frequency)
    #expect(throws: GaussFitError.self) {
      try Bootstrap(try Fit(weighted), .rows(Matrix(rowArrays: randomRows(9, 2, seed: 1))), seed: 1)
    }
    #expect(try Bootstrap(try Fit(weighted), .parametric, seed: 1).meanInterval(0) != nil)
    // More numbers than fit into memory are refused before the first is drawn.
    #expect(throws: GaussFitError.self) {
      try Bootstrap(try Fit(Self.setosa), .parametric, replicates: 100_000_000, seed: 1)
    }
  }
}
