// Programs that must stop, and what they say last.
import GaussFit
import MatDeriv
import Testing

@Suite struct ChecksTests {
  private func lastWords(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func shapesAreNamed() async {
    let covariance = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try Gaussian(mean: [1, 2, 3], covariance: .identity(2))
    }
    #expect(lastWords(covariance).contains("a mean of 3 entries needs a covariance 3 x 3; this one is 2 x 2"))
    let point = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Gaussian(mean: [1, 2], lower: .identity(2)).mahalanobis([1, 2, 3])
    }
    #expect(lastWords(point).contains("a point of 3 entries has no place in 2 dimensions"))
    let twice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Gaussian(mean: [1, 2], lower: .identity(2)).marginal([0, 0])
    }
    #expect(lastWords(twice).contains("coordinates are given twice: [0, 0]"))
  }

  @Test func domainsAreNamed() async {
    let probability = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = StandardNormal().quantile(1)
    }
    #expect(lastWords(probability).contains("a quantile needs a probability between 0 and 1; it is 1.0"))
    let degrees = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = StudentT(degreesOfFreedom: 0)
    }
    #expect(lastWords(degrees).contains("degrees of freedom are positive and finite; they are 0.0"))
    let level = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let moments = Moments(
        columns: ["x"], rows: 9, weight: 9, squaredWeight: 9, shift: [DoubleDouble(0)], meanDeviation: [1],
        scatter: [[4]])
      _ = try Fit(moments).meanInterval(0, level: 95)
    }
    #expect(lastWords(level).contains("a confidence level lies between 0 and 1; it is 95.0"))
  }
}
