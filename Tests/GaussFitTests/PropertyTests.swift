// What must hold of every sample, whatever its numbers: order of rows, weights, patterns that have a closed form.
import MatDeriv
import Tabular
import Testing

@testable import GaussFit

@Suite struct PropertyTests {
  /// Rows of correlated columns in several units, far from zero.
  static func rows(_ n: Int, seed: UInt64 = 1) -> Matrix<Double> {
    let lower: Matrix<Double> = [[2, 0, 0, 0], [0.5, 1, 0, 0], [-30, 20, 90, 0], [0.001, 0.002, -0.001, 0.003]]
    return Gaussian(mean: [10, -1, 1e6, 0.5], lower: lower).sample(rows: n, seed: seed)
  }

  static let columns = ["a", "b", "c", "d"]

  /// The order of the rows moves a scatter by rounding alone: by less than 1e-14 sqrt(S_ii S_jj).
  @Test(arguments: [10, 1000, 50_000]) func permutedRows(_ n: Int) throws {
    let x = Self.rows(n)
    var order = Array(0..<n)
    var generator = SplitMix(state: 5)
    order.shuffle(using: &generator)
    let plain = try Fit(Moments(rows: x, columns: Self.columns))
    let permuted = try Fit(Moments(rows: x[rows: order], columns: Self.columns))
    for j in 0..<4 {
      #expect(abs(plain.mean[j] - permuted.mean[j]) <= 1e-14 * max(abs(plain.mean[j]), plain.standardDeviation[j]))
      for i in 0..<4 {
        let scale = plain.standardDeviation[i] * plain.standardDeviation[j]
        #expect(abs(plain.covariance[i, j] - permuted.covariance[i, j]) <= 1e-14 * scale)
      }
    }
  }

  /// Parts taken away again leave the rest, but for what cancels: eps times the ratio of the scatters.
  @Test(arguments: [0.1, 0.5, 0.99]) func subtraction(_ share: Double) throws {
    let n = 20_000
    let x = Self.rows(n)
    let cut = Int(Double(n) * share)
    let first = Moments(rows: x[rows: Array(0..<cut)], columns: Self.columns)
    let rest = Moments(rows: x[rows: Array(cut..<n)], columns: Self.columns)
    var difference = try first.merging(rest)
    try difference.subtract(first)
    for j in 0..<4 {
      for i in 0..<4 {
        let scale = (rest.scatter[i, i] * rest.scatter[j, j]).squareRoot()
        #expect(abs(difference.scatter[i, j] - rest.scatter[i, j]) <= 16 * .ulpOfOne / (1 - share) * scale)
      }
    }
  }

  /// Of a monotone pattern the closed form is the maximum: EM finds nothing to do.
  @Test func monotonePatternsAreClosed() throws {
    let x = Self.rows(400)
    let rows = (0..<400).map { i in (0..<4).map { j in j < 4 - i % 4 ? x[i, j] : .nan } }
    let sample = try IncompleteSample(rows: rows, columns: Self.columns)
    #expect(sample.isMonotone)
    let fit = try IncompleteFit(sample)
    #expect(fit.start == .monotone && fit.converged && fit.steps <= 3 && fit.iterations == 0)
  }

  /// Weights are copies, of rows with gaps as well; rows without a cell and rows of weight zero change nothing. From text, as it is read.
  @Test func weightedGaps() throws {
    let x = Self.rows(40)
    let rows = (0..<40).map { i in
      (["\(x[i, 0])", i % 5 == 1 ? "" : "\(x[i, 1])", i % 4 == 2 ? "" : "\(x[i, 2])"].joined(separator: ","), i % 4)
    }
    let weighted = "a,b,c,w\n" + rows.map { "\($0.0),\($0.1)\n" }.joined() + ",,,1\n"
    let copied = "a,b,c\n" + rows.map { String(repeating: $0.0 + "\n", count: $0.1) }.joined()
    let (one, two) = (try Self.fit(weighted, weights: 3), try Self.fit(copied, weights: nil))
    #expect(relativeError(one.gaussian.mean, two.gaussian.mean) <= 1e-10)
    #expect(entrywiseError(one.covariance, two.covariance.rowArrays) <= 1e-9)
    #expect(relativeError(one.logLikelihood, two.logLikelihood) <= 1e-12)
    #expect(relativeError(one.criteria.bic, two.criteria.bic) <= 1e-12)
    #expect(relativeError(one.meanStandardError!, two.meanStandardError!) <= 1e-8)
    #expect(one.sample.emptyRows == 1)
  }

  private static func fit(_ text: String, weights: Int?) throws -> IncompleteFit {
    let input = try DelimitedInput(name: "t.csv", bytes: Array(text.utf8))
    let request = MomentsRequest(columns: [0, 1, 2], weightColumn: weights, missing: .grouped)
    let reading = try MomentsReading(input, request, threads: 1)
    return try IncompleteFit(reading.groups[0].incompleteSample())
  }
}

/// Numbers for shuffling.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
