// Profile-likelihood intervals: against ends found by maximising the likelihood alone (profile.json), and by what defines them.
import MatDeriv
import RealModule
import Testing

@testable import GaussFit

@Suite struct ProfileIntervalTests {
  private static let reference = Fixture.read("profile.json")
  private static let setosa = Fixture.moments("iris", group: "setosa")

  private func isClose(_ interval: Interval?, _ expected: Value, _ level: Double, _ tolerance: Double) -> Bool {
    guard let interval else { return false }
    let ends = expected["ends"]["\(level)"].numbers
    let width = ends[1] - ends[0]
    return abs(interval.lower - ends[0]) <= tolerance * width && abs(interval.upper - ends[1]) <= tolerance * width
  }

  @Test(arguments: [0.9, 0.95]) func closedForms(_ level: Double) throws {
    let fit = try Fit(Self.setosa.selecting([0, 1]))
    let full = Self.reference["full"]
    for j in 0..<2 {
      #expect(isClose(fit.profileMeanInterval(j, level: level), full["mean"].list[j], level, 1e-6))
      #expect(isClose(fit.profileVarianceInterval(j, level: level), full["variance"].list[j], level, 1e-6))
    }
    #expect(isClose(fit.profileCorrelationInterval(0, 1, level: level), full["correlation"], level, 1e-6))
  }

  @Test(arguments: [0.9, 0.95]) func parametersOfFormulas(_ level: Double) throws {
    let cs = try StructuredFit(
      Self.setosa, CovarianceFormula("a^2*eye(d) + c*ones(d,d)", declarations: ["a: scalar", "c: scalar"]))
    // A root may be found by its negative.
    let intervals = try cs.profileIntervals(level: level)
    let a = try #require(intervals[0][0])
    let turned = cs.parameters[0].value[0, 0] < 0 ? Interval(lower: -a.upper, upper: -a.lower) : a
    #expect(isClose(turned, Self.reference["cs"]["a"], level, 1e-6))
    #expect(isClose(intervals[1][0], Self.reference["cs"]["c"], level, 1e-6))
    let text =
      "exp(2*v)*(eye(4) + r*A + r^2*B + r^3*C) where r = tanh(z), A = [0 1 0 0; 1 0 1 0; 0 1 0 1; 0 0 1 0], "
      + "B = [0 0 1 0; 0 0 0 1; 1 0 0 0; 0 1 0 0], C = [0 0 0 1; 0 0 0 0; 0 0 0 0; 1 0 0 0]"
    let ar1 = try StructuredFit(Self.setosa, CovarianceFormula(text, declarations: ["v: scalar", "z: scalar"]))
    for (parameter, found) in zip(ar1.parameters, try ar1.profileIntervals(level: level)) {
      #expect(isClose(found[0], Self.reference["ar1"][parameter.name], level, 1e-6), "\(parameter.name)")
    }
  }

  /// Property: at an end twice the log-likelihood has fallen by the chi-square quantile.
  @Test(arguments: [0.5, 0.9, 0.99, 0.9999], [12, 150]) func theRatioAtTheEnds(_ level: Double, _ n: Int) throws {
    let moments = Moments(rows: randomRows(n, 3, seed: UInt64(n)))
    let fit = try Fit(moments)
    let quantile = ChiSquare(degreesOfFreedom: 1).quantile(level)
    func isQuantile(_ logLikelihood: Double, of fit: Fit) -> Bool {
      abs(2 * (fit.logLikelihood - logLikelihood) - quantile) <= 1e-9 * (1 + abs(fit.logLikelihood))
    }
    // Of one column the others are a regression on it, which loses nothing.
    let one = try Fit(moments.selecting([1]))
    for end in [\Interval.lower, \.upper] {
      let mean = try #require(fit.profileMeanInterval(1, level: level))[keyPath: end]
      #expect(isQuantile(try Fit(moments.selecting([1]), knownMean: [mean]).logLikelihood, of: one))
      let variance = try #require(fit.profileVarianceInterval(1, level: level))[keyPath: end]
      let held = try KnownCovarianceFit(moments.selecting([1]), covariance: [[variance]])
      #expect(isQuantile(held.logLikelihood, of: one))
      let r = try #require(fit.profileCorrelationInterval(0, 2, level: level))[keyPath: end]
      let pair = moments.selecting([0, 2])
      let formula = CovarianceFormula("diag(exp(p))*[1 \(r); \(r) 1]*diag(exp(p))", declarations: ["p: vector(2)"])
      #expect(isQuantile(try StructuredFit(pair, formula).logLikelihood, of: try Fit(pair)))
    }
  }

  /// Nested by level, around the estimate; none where the likelihood is not at its maximum.
  @Test func whereTheyExist() throws {
    let fit = try Fit(Self.setosa)
    for j in 0..<4 {
      let (inner, outer) = (fit.profileVarianceInterval(j, level: 0.8)!, fit.profileVarianceInterval(j, level: 0.9)!)
      #expect(outer.lower < inner.lower && inner.upper < outer.upper)
      #expect(inner.lower < fit.covariance[j, j] && fit.covariance[j, j] < inner.upper)
    }
    #expect(try Fit(Self.setosa, ridge: 0.1).profileMeanInterval(0) == nil)
    #expect(try Fit(Self.setosa, structure: .spherical).profileVarianceInterval(0) == nil)
    #expect(try Fit(Self.setosa, structure: .diagonal).profileCorrelationInterval(0, 1) == nil)
    #expect(try Fit(Self.setosa, knownMean: [5, 3, 1, 0]).profileMeanInterval(0) == nil)
  }
}
