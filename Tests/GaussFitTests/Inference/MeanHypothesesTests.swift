// Hotelling's tests and Fisher's against 50-digit values and against each other.
import GaussFit
import MatDeriv
import Testing

@Suite struct MeanHypothesesTests {
  @Test func oneSample() throws {
    let expected = Fixture.inference["hotelling"]["setosa"]
    let test = try Fixture.moments("iris", group: "setosa").hotellingTest(mean: expected["mu0"].numbers)
    #expect(relativeError(test.tSquared, expected["tSquared"].number) < 1e-12)
    expectAgreement(test.result, expected["f"])
  }

  @Test func twoSamples() throws {
    let expected = Fixture.inference["hotelling"]["versicolor_virginica"]
    let (a, b) = (Fixture.moments("iris", group: "versicolor"), Fixture.moments("iris", group: "virginica"))
    let test = try a.hotellingTest(against: b)
    #expect(relativeError(test.tSquared, expected["tSquared"].number) < 1e-12)
    expectAgreement(test.result, expected["f"])
    #expect(try b.hotellingTest(against: a) == test)
    // Two groups: Wilks' F is the same test.
    let wilks = try GroupComparison([("a", a), ("b", b)]).equalMeans()
    #expect(relativeError(wilks.f.statistic, test.result.statistic) < 1e-12)
    #expect(wilks.f.df == test.result.df && wilks.f.df2 == test.result.df2)
  }

  /// One column: T^2 is the square of Student's t.
  @Test func oneColumn() throws {
    let x: [Double] = [4.1, 3.9, 5.2, 4.4, 4.8]
    let test = try Moments(rows: x.map { [$0] }).hotellingTest(mean: [4])
    let mean = x.reduce(0, +) / 5
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
    let t = (mean - 4) / (variance / 5).squareRoot()
    #expect(relativeError(test.tSquared, t * t) < 1e-13)
    #expect(relativeError(test.result.pValue, 2 * StudentT(degreesOfFreedom: 4).survival(abs(t))) < 1e-13)
  }

  /// An affine map of rows and mean leaves T^2 as it is; a large offset takes no digits from exact decimals.
  @Test func affine() throws {
    let rows = randomRows(40, 3, seed: 5, digits: 2)
    let mean = [1.1, 4.2, 6.9]
    let plain = try Moments(rows: rows).hotellingTest(mean: mean)
    let map: [[Double]] = [[2, 1, 0], [0, -3, 0.5], [1, 1, 1]]
    func image(_ x: [Double]) -> [Double] { map.map { zip($0, x).reduce(7) { $0 + $1.0 * $1.1 } } }
    let mapped = try Moments(rows: rows.map(image)).hotellingTest(mean: image(mean))
    #expect(relativeError(mapped.tSquared, plain.tSquared) < 1e-10)
    let eighths = rows.map { $0.map { ($0 * 8).rounded() / 8 } }
    let near = try Moments(rows: eighths).hotellingTest(mean: [1, 4, 7])
    let far = try Moments(rows: eighths.map { $0.map { $0 + 0x1p40 } })
      .hotellingTest(mean: [1 + 0x1p40, 4 + 0x1p40, 7 + 0x1p40])
    #expect(relativeError(far.tSquared, near.tSquared) < 1e-12)
  }

  @Test func correlation() throws {
    let expected = Fixture.inference["covarianceTests"]["correlation"]
    let moments = Fixture.moments("iris")
    expectAgreement(try moments.correlationTest(0, 1, equals: expected["r0"].number), expected)
    // The interval and the test say the same.
    let interval = try #require(try Fit(moments).correlationInterval(0, 2, level: 0.9))
    for end in [interval.lower, interval.upper] {
      #expect(relativeError(try moments.correlationTest(0, 2, equals: end).pValue, 0.1) < 1e-10)
    }
    #expect(throws: GaussFitError.self) {
      try Moments(rows: [[1, 2], [2, 1], [3, 5]]).correlationTest(0, 1)
    }
  }
}
