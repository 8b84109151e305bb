// Distribution functions and quantiles against mpmath at 40 digits (Fixtures/make_reference.py).
import GaussFit
import Testing

@Suite struct DistributionsTests {
  @Test func agreeWithHighPrecision() {
    for entry in Fixture.reference["distributions"].list { check(entry, tolerance: 4e-14) }
  }

  /// Beta, and the tails that tests of hypotheses meet: 1e-13, or 50 rounding units times the condition of the problem
  /// (Fixtures/make_inference_reference.py, 50 digits).
  @Test func agreeInTheTails() {
    for entry in Fixture.inference["distributions"].list {
      check(entry, tolerance: max(1e-13, 50 * 0x1p-53 * entry["condition"].number))
    }
  }

  private func check(_ entry: Value, tolerance: Double) {
    let parameters = entry["parameters"].numbers
    let (name, function, at) = (entry["distribution"].text, entry["function"].text, entry["at"].number)
    let value =
      switch name {
      case "normal":
        evaluate(function, at, StandardNormal().cdf, StandardNormal().survival, StandardNormal().quantile)
      case "t":
        { t in evaluate(function, at, t.cdf, t.survival, t.quantile) }(StudentT(degreesOfFreedom: parameters[0]))
      case "chiSquare":
        { c in evaluate(function, at, c.cdf, c.survival, c.quantile) }(ChiSquare(degreesOfFreedom: parameters[0]))
      case "beta":
        { b in evaluate(function, at, b.cdf, b.survival, b.quantile) }(Beta(parameters[0], parameters[1]))
      default:
        { f in evaluate(function, at, f.cdf, f.survival, f.quantile) }(
          FisherF(numeratorDegrees: parameters[0], denominatorDegrees: parameters[1]))
      }
    #expect(
      relativeError(value, entry["value"].number) < tolerance, "\(name) \(parameters) \(function) at \(at): \(value)")
  }

  private func evaluate(
    _ function: String, _ at: Double, _ cdf: (Double) -> Double, _ survival: (Double) -> Double,
    _ quantile: (Double) -> Double
  ) -> Double {
    switch function {
    case "cdf": cdf(at)
    case "survival": survival(at)
    default: quantile(at)
    }
  }

  @Test func endsOfTheLine() {
    #expect(StandardNormal().cdf(.infinity) == 1 && StandardNormal().survival(.infinity) == 0)
    #expect(StudentT(degreesOfFreedom: 3).cdf(-.infinity) == 0)
    #expect(ChiSquare(degreesOfFreedom: 3).cdf(-1) == 0 && ChiSquare(degreesOfFreedom: 3).survival(.infinity) == 0)
    #expect(FisherF(numeratorDegrees: 2, denominatorDegrees: 3).survival(0) == 1)
    #expect(Beta(2, 3).survival(0) == 1 && Beta(2, 3).cdf(1) == 1)
  }
}
