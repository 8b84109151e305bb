// Merging and subtracting: moments of parts against moments of the whole.
import GaussFit
import MatDeriv
import Testing

@Suite struct MomentsMergingTests {
  private let rows = randomRows(60, 3, seed: 11)

  private func agree(_ a: Moments, _ b: Moments, _ tolerance: Double = 1e-14) -> Bool {
    a.rows == b.rows && a.weight == b.weight && relativeError(a.squaredWeight, b.squaredWeight) < tolerance
      && relativeError(a.mean, b.mean) < tolerance && relativeError(a.scatter, b.scatter) < tolerance
  }

  /// Property: moments(A) + moments(B) = moments(A then B), for any split and order.
  @Test(arguments: [1, 2, 13, 30, 59]) func mergeIsConcatenation(split: Int) throws {
    let whole = Moments(rows: rows)
    let (a, b) = (Moments(rows: Array(rows[..<split])), Moments(rows: Array(rows[split...])))
    #expect(agree(try a.merging(b), whole))
    #expect(agree(try b.merging(a), whole))
    let merged = try a.merging(b)
    #expect(merged.scatter == Matrix(merged.scatter.transposed))
  }

  @Test func anyNumberOfParts() throws {
    let parts = stride(from: 0, to: 60, by: 7).map { Moments(rows: Array(rows[$0..<min($0 + 7, 60)])) }
    var forwards = Moments(columns: ["x1", "x2", "x3"])
    for part in parts { try forwards.merge(part) }
    var backwards = Moments(columns: ["x1", "x2", "x3"])
    for part in parts.reversed() { try backwards.merge(part) }
    #expect(agree(forwards, Moments(rows: rows)))
    #expect(agree(backwards, Moments(rows: rows)))
  }

  @Test func emptyIsTheIdentity() throws {
    let some = Moments(rows: rows)
    let empty = Moments(columns: some.columns)
    #expect(try some.merging(empty) == some)
    #expect(try empty.merging(some) == some)
    var rest = some
    try rest.subtract(empty)
    #expect(rest == some)
  }

  @Test func weightsAreMerged() throws {
    let weights = (0..<60).map { Double($0 % 5) / 2 }
    for weighting in [Weighting.frequency, .reliability] {
      let whole = Moments(rows: rows, weights: weights, weighting: weighting)
      let a = Moments(rows: Array(rows[..<25]), weights: Array(weights[..<25]), weighting: weighting)
      let b = Moments(rows: Array(rows[25...]), weights: Array(weights[25...]), weighting: weighting)
      #expect(agree(try a.merging(b), whole))
    }
  }

  /// Parts with a large offset, shifted by different rows: the difference of the shifts is not rounded to their size.
  @Test func shiftsKeepTheirGain() throws {
    // 10000000000.1, .2, ... in steps of 0.1 about the first: exact mean and sum of squares are known.
    func part(_ range: ClosedRange<Int>) -> Moments {
      Moments(decimals: range.map { "1000000000000\($0 / 10).\($0 % 10)" })
    }
    let merged = try part(1...40).merging(part(41...99))
    let n = 99.0
    let sumOfSquares = n * (n * n - 1) / 12 / 100  // of 0.1 k, k = 1...n
    #expect(relativeError(merged.scatter[0, 0], sumOfSquares) < 1e-14)
    #expect(
      (merged.shift[0] - DoubleDouble(significand: 100_000_000_000_050, scale: 1) + merged.meanDeviation[0]).rounded
        .magnitude < 1e-13)
  }

  /// Property: remove(B) undoes add(B).
  @Test(arguments: [1, 20, 58]) func subtractUndoesMerge(split: Int) throws {
    let (a, b) = (Moments(rows: Array(rows[..<split])), Moments(rows: Array(rows[split...])))
    var rest = try a.merging(b)
    try rest.subtract(b)
    #expect(rest.rows == a.rows && rest.weight == a.weight)
    #expect(relativeError(rest.mean, a.mean) < 1e-13)
    let lost = rest.scatter - a.scatter
    #expect(lost.norm(.maximum) <= 1e-14 * (try a.merging(b)).scatter.norm(.maximum))
  }

  @Test func subtractingEverythingLeavesNothing() throws {
    var rest = Moments(rows: rows)
    try rest.subtract(Moments(rows: rows.reversed()))
    #expect(rest == Moments(columns: rest.columns))
  }

  @Test func constantColumnsStayConstant() throws {
    let constant = rows.map { [$0[0], 2.5, $0[2]] }
    var rest = try Moments(rows: Array(constant[..<30])).merging(Moments(rows: Array(constant[30...])))
    try rest.subtract(Moments(rows: Array(constant[30...])))
    #expect(rest.scatter[1, 1] == 0 && rest.scatter[0, 1] == 0 && rest.scatter[1, 2] == 0)
  }

  @Test func whatDoesNotFitIsRefused() {
    let some = Moments(rows: Array(rows[..<10]))
    func text(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(
      text { _ = try some.merging(Moments(rows: rows, columns: ["x1", "b", "x3"])) }
        == #"moments of different columns cannot be combined: column 2 is "x2" in one and "b" in the other"#)
    #expect(
      text { _ = try some.merging(Moments(rows: rows.map { Array($0[..<2]) })) }
        == #"moments of different columns cannot be combined: one has 3, the other 2; only one has "x3""#)
    #expect(
      text { _ = try some.merging(Moments(rows: rows, weighting: .frequency)) }
        == "moments of different weighting cannot be combined: no weights and frequency weights")
    var rest = some
    #expect(
      text { try rest.subtract(Moments(rows: rows)) }
        == "moments cannot be subtracted: 60 rows of weight 60.0 cannot be taken from 10 rows of weight 10.0")
    #expect(
      text { try rest.subtract(Moments(rows: Array(rows[10..<14]).map { $0.map { 9 * $0 } })) }
        .hasSuffix("these rows do not contain those"))
    #expect(rest == some)
  }
}
