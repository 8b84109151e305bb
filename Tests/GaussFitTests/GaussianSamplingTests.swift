// Samples: the numbers themselves against another implementation, the same rows however they are drawn, the right law.
import GaussFit
import MatDeriv
import RandomStreams
import Testing

@Suite struct GaussianSamplingTests {
  /// Philox and the inverse normal written again in Python with mpmath.
  @Test func standardNormals() {
    let reference = Fixture.reference["normals"]
    let rows = reference["rows"].matrix
    let standard = Gaussian(mean: [0, 0, 0, 0, 0], lower: .identity(5))
    let sample = standard.sample(rows: rows.count, seed: UInt64(reference["seed"].number))
    for (row, expected) in zip(sample.rowArrays, rows) {
      for (z, e) in zip(row, expected) { #expect(abs(z - e) <= 2e-15 * max(abs(e), 0.1)) }
    }
  }

  @Test func rowsDoNotDependOnHowTheyAreDrawn() {
    let gaussian = Gaussian(mean: [1, -2, 0.5], lower: [[2, 0, 0], [0.3, 1, 0], [-1, 0.25, 0.5]])
    let whole = gaussian.sample(rows: 40, seed: 7)
    #expect(gaussian.sample(rows: 40, seed: 7) == whole)
    #expect(gaussian.sample(rows: 40, seed: 8) != whole)
    let parts = [0..<1, 1..<17, 17..<40].flatMap { range in
      gaussian.sample(rows: range.count, seed: 7, firstRow: range.lowerBound).rowArrays
    }
    #expect(parts == whole.rowArrays)
  }

  /// The likelihood-ratio statistics of mean and covariance are chi-square in large samples: p-values are uniform.
  @Test func passesTheWishartTest() throws {
    let covariance: Matrix<Double> = [[4, 1, -1], [1, 2, 0.5], [-1, 0.5, 1.5]]
    let truth = try Gaussian(mean: [10, 0, -3], covariance: covariance)
    let wrong = try Gaussian(mean: [10, 0, -3], covariance: 1.2 * covariance)
    let n = 4000
    var covariancePs: [Double] = []
    var meanPs: [Double] = []
    for seed in 1...60 {
      let sample = truth.sample(rows: n, seed: UInt64(seed))
      let fit = try Fit(Moments(rows: sample.rowArrays))
      // -2 log of the ratio: 2 n KL(fit at the true mean, truth)
      func statistic(_ hypothesis: Gaussian) -> Double {
        2 * Double(n) * Gaussian(mean: truth.mean, lower: fit.gaussian.lower).kullbackLeibler(to: hypothesis)
      }
      covariancePs.append(ChiSquare(degreesOfFreedom: 6).survival(statistic(truth)))
      #expect(ChiSquare(degreesOfFreedom: 6).survival(statistic(wrong)) < 1e-6)
      let distance = truth.mahalanobis(fit.mean)
      meanPs.append(ChiSquare(degreesOfFreedom: 3).survival(Double(n) * distance * distance))
    }
    for ps in [covariancePs, meanPs] {
      #expect(ps.allSatisfy { $0 > 1e-4 })
      let mean = ps.reduce(0, +) / Double(ps.count)
      #expect(abs(mean - 0.5) < 4 / (12 * Double(ps.count)).squareRoot())
    }
  }
}
