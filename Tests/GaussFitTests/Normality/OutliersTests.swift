// Distances and their quantiles, outliers and the columns that drive them.
import MatDeriv
import Testing

@testable import GaussFit

@Suite struct OutliersTests {
  private var hbk: Normality {
    get throws { try Normality(rows: Matrix(rowArrays: Fixture.rows("hbk_x")), columns: ["X1", "X2", "X3"]) }
  }

  /// Hawkins, Bradu and Kass: the classical distances flag two of fourteen outliers; the distance of row 14 by exact
  /// arithmetic on the data of R's robustbase.
  @Test func masking() throws {
    let sample = try hbk
    #expect(abs(sample.squaredDistances()[13] - 40.7251250336) < 1e-9)
    let limit = ChiSquare(degreesOfFreedom: 3).quantile(0.975)
    #expect(sample.squaredDistances().enumerated().filter { $0.element > limit }.map(\.offset) == [11, 13])
    #expect(try sample.outliers(.tail(0.025)).map(\.row) == [13, 11])
  }

  /// Shares of columns: positive, with the sum 1, and large where the row is far out in that column alone.
  @Test func contributions() throws {
    var rows = randomRows(200, 3, seed: 31)
    rows[77][1] += 40
    let sample = try Normality(rows: Matrix(rowArrays: rows), columns: ["a", "b", "c"])
    let outliers = try sample.outliers()
    let worst = try #require(outliers.first)
    #expect(worst.row == 77 && worst.contributions[0].column == "b" && worst.contributions[0].share > 0.9)
    #expect(worst.contributions[0].deviation > 8 && worst.pValue < 1e-12)
    for outlier in outliers {
      #expect(abs(outlier.contributions.reduce(0) { $0 + $1.share } - 1) < 1e-14)
      #expect(Set(outlier.contributions.map(\.column)) == ["a", "b", "c"])
    }
    // With independent columns the shares are the squares of the standardised deviations.
    let cross: [[Double]] = [[1, 1], [1, -1], [-1, 1], [-1, -1], [3, 0], [-3, 0], [0, 4], [0, -4]]
    let square = try Normality(rows: Matrix(rowArrays: cross), columns: ["u", "v"])
    let all = try square.outliers(.tail(0.999))
    let row = try #require(all.first { $0.row == 0 })
    #expect(relativeError(row.squaredDistance, 7 * (1.0 / 22 + 1.0 / 36)) < 1e-14)
    #expect(relativeError(row.contributions[0].share, 36.0 / 58) < 1e-14 && row.contributions[0].column == "u")
  }

  /// The exact law: tail probabilities of setosa's distances by 50-digit incomplete beta functions.
  @Test func exactLaw() throws {
    let sample = try Normality(subset: "setosa")
    let expected = Fixture.inference["normality"]["setosa"]["distanceSurvival"].numbers
    let law = try DistanceDistribution(.beta, sample)
    for (distance, tail) in zip(sample.squaredDistances(), expected) {
      #expect(relativeError(law.survival(distance), tail) < 1e-11)
      #expect(relativeError(law.survival(law.quantile(1 - tail)), tail) < 1e-10)
    }
  }

  @Test func quantiles() throws {
    let sample = try Normality(subset: "setosa")
    for law in [DistanceLaw.chiSquare, .beta] {
      let points = try sample.distanceQuantiles(law)
      #expect(Set(points.map(\.row)) == Set(0..<50))
      #expect(
        zip(points, points.dropFirst()).allSatisfy {
          $0.squaredDistance <= $1.squaredDistance && $0.quantile < $1.quantile
        })
      #expect(points.allSatisfy { sample.squaredDistances()[$0.row] == $0.squaredDistance })
    }
    // The middle position is the median.
    let eleven = try Normality(rows: Matrix(rowArrays: randomRows(11, 2, seed: 2)), columns: names(2))
    let middle = try eleven.distanceQuantiles()[5].quantile
    #expect(relativeError(middle, -2 * Double.log(0.5)) < 1e-14)  // chi-square with 2 degrees: exponential
  }

  /// The share of rows of a normal sample beyond a tail limit; the familywise limit is passed by one sample in twenty.
  @Test func level() throws {
    let truth = Gaussian(mean: [0, 1], lower: [[1, 0], [0.5, 2]])
    let sample = try Normality(rows: truth.sample(rows: 20000, seed: 3), columns: names(2))
    let found = try sample.outliers(.tail(0.01)).count
    #expect(abs(Double(found) - 200) < 60)
    var samples = 0
    for seed in 0..<400 {
      let small = try Normality(rows: truth.sample(rows: 15, seed: UInt64(seed)), columns: names(2))
      samples += try small.outliers(.familywise(0.05)).isEmpty ? 0 : 1
    }
    #expect(abs(samples - 20) < 18)
  }

  /// Three rows of two columns all have the same distance.
  @Test func refusal() throws {
    let sample = try Normality(rows: [[1, 2], [2, 1], [4, 4]], columns: names(2))
    for distance in sample.squaredDistances() { #expect(relativeError(distance, 4.0 / 3) < 1e-14) }
    #expect(throws: GaussFitError.self) { try sample.outliers() }
    #expect(throws: GaussFitError.self) { try sample.distanceQuantiles(.beta) }
  }
}
