// Moments from text: by exact integers, by groups, with weights, in any number of threads, about any first row.
import MatDeriv
import Tabular
import Testing

@testable import GaussFit

/// A small generator with a fixed seed.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

@Suite struct MomentsReadingTests {
  /// Rows that are kept know their lines, over many blocks, in any number of threads, group by group.
  @Test(arguments: [1, 3]) func linesOfRows(threads: Int) throws {
    var lines = ["g,x,y"]
    var expected: [String: [Int]] = [:]
    for i in 0..<120_000 {
      if i % 97 == 0 { lines.append("") }
      let isMissing = i % 13 == 0
      lines.append("\(i % 3),\(i % 7),\(isMissing ? "NA" : "\(i % 11)")")
      if !isMissing { expected["\(i % 3)", default: []].append(lines.count) }
    }
    let text = lines.joined(separator: "\n") + "\n"
    let grouped = try read(text, MomentsRequest(columns: [1, 2], groupColumn: 0, keeping: .rows), threads: threads)
    #expect(text.utf8.count > 2 << 18)
    for group in grouped.groups {
      #expect(group.places!.map(\.line) == expected[group.label!]! && group.places!.count == group.rows!.rows)
    }
    let whole = try read(text, MomentsRequest(columns: [1, 2], keeping: .rows), threads: threads)
    #expect(whole.groups[0].places!.map(\.line) == expected.values.flatMap(\.self).sorted())
    #expect(try read(text, MomentsRequest(columns: [1, 2]), threads: threads).groups[0].places == nil)
  }

  private func read(_ text: String, _ request: MomentsRequest, threads: Int = 1) throws -> MomentsReading {
    try MomentsReading(DelimitedInput(name: "t", bytes: Array(text.utf8)), request, threads: threads)
  }

  /// Integer data: sums in 128 bits are the exact answer.
  private func exact(_ rows: [[Int]], _ weights: [Int]? = nil) -> (mean: [Double], scatter: [[Double]]) {
    let d = rows[0].count
    let w = weights ?? Array(repeating: 1, count: rows.count)
    let total = Int128(w.reduce(0, +))
    let sums = (0..<d).map { j in zip(rows, w).reduce(Int128(0)) { $0 + Int128($1.0[j]) * Int128($1.1) } }
    let products = (0..<d).map { i in
      (0..<d).map { j in zip(rows, w).reduce(Int128(0)) { $0 + Int128($1.0[i]) * Int128($1.0[j]) * Int128($1.1) } }
    }
    return (
      sums.map { Double($0) / Double(total) },
      (0..<d).map { i in (0..<d).map { j in Double(products[i][j] * total - sums[i] * sums[j]) / Double(total) } }
    )
  }

  private func expectClose(
    _ moments: Moments, _ truth: (mean: [Double], scatter: [[Double]]), _ tolerance: Double = 4e-15
  ) {
    for i in truth.mean.indices {
      // The mean is known as a deviation from the shift: to a rounding of the spread or of the mean, whichever is larger.
      let spread = (truth.scatter[i][i] / moments.weight).squareRoot()
      #expect(abs(moments.mean[i] - truth.mean[i]) <= 0x1p-52 * (4 * spread + abs(truth.mean[i])))
      for j in truth.mean.indices {
        let scale = (truth.scatter[i][i] * truth.scatter[j][j]).squareRoot()
        #expect(abs(moments.scatter[i, j] - truth.scatter[i][j]) <= tolerance * scale, "entry \(i), \(j)")
      }
    }
  }

  private func randomRows(_ n: Int, _ d: Int, offset: Int = 0, seed: UInt64 = 1) -> [[Int]] {
    var generator = SplitMix64(state: seed)
    return (0..<n).map { _ in (0..<d).map { _ in offset + Int.random(in: -1000...1000, using: &generator) } }
  }

  private func text(_ rows: [[Int]], names: String) -> String {
    names + "\n" + rows.map { $0.map(String.init).joined(separator: ",") }.joined(separator: "\n")
  }

  @Test(arguments: [0, 1_000_000, 1_000_000_000_000]) func largeOffsetsLoseNothing(_ offset: Int) throws {
    let rows = randomRows(20_000, 3, offset: offset)
    let reading = try read(text(rows, names: "a,b,c"), MomentsRequest(columns: [0, 1, 2]))
    expectClose(reading.groups[0].moments, exact(rows))
  }

  /// The truth where weights and values are doubles: sums in 64 bits of mantissa, in two passes.
  private func twoPass(_ rows: [[Double]], _ weights: [Double]) -> (mean: [Double], scatter: [[Double]]) {
    let total = weights.reduce(Float80(0)) { $0 + Float80($1) }
    let d = rows[0].count
    let mean = (0..<d).map { j in
      zip(rows, weights).reduce(Float80(0)) { $0 + Float80($1.1) * Float80($1.0[j]) } / total
    }
    let scatter = (0..<d).map { i in
      (0..<d).map { j in
        Double(
          zip(rows, weights).reduce(Float80(0)) {
            $0 + Float80($1.1) * (Float80($1.0[i]) - mean[i]) * (Float80($1.0[j]) - mean[j])
          })
      }
    }
    return (mean.map { Double($0) }, scatter)
  }

  @Test(arguments: [0.0, 1e-18]) func aFarRowOfLittleWeightCostsNothing(_ weight: Double) throws {
    // An outlier with low precision: what reliability weights are for.
    var rows = randomRows(5000, 2)
    rows[0] = [900_000_000, -900_000_000]
    let weights = [weight] + Array(repeating: 1, count: rows.count - 1)
    let lines = zip(rows, weights).map { "\($0[0]),\($0[1]),\($1)" }
    let reading = try read(
      "a,b,w\n" + lines.joined(separator: "\n"),
      MomentsRequest(columns: [0, 1], weightColumn: 2, weighting: .reliability))
    #expect(reading.zeroWeightRows == (weight == 0 ? 1 : 0))
    expectClose(reading.groups[0].moments, twoPass(rows.map { $0.map(Double.init) }, weights))
  }

  @Test func aGroupThatBeginsWithOneRowLosesNothing() throws {
    // The first chunk of rows holds one row of the group, far from the others.
    var generator = SplitMix64(state: 8)
    let group = [6_012_345] + (0..<4000).map { _ in Int.random(in: -1000...1000, using: &generator) }
    let others = (0..<511).map { _ in "h,1.5" }
    let text = "g,x\n" + (others + group.map { "g,\(Double($0) / 8)" }).joined(separator: "\n")
    let reading = try read(text, MomentsRequest(columns: [1], groupColumn: 0, arithmetic: .binary))
    expectClose(reading.groups[1].moments, twoPass(group.map { [Double($0) / 8] }, group.map { _ in 1 }))
  }

  @Test func theNumberOfThreadsDoesNotChangeABit() throws {
    var generator = SplitMix64(state: 9)
    let lines = (0..<60_000).map { i in
      "\(Double.random(in: -1...1, using: &generator)),\(Double.random(in: 0...9, using: &generator)),g\(i % 7 * i % 5)"
    }
    let text = "x,y,g\n" + lines.joined(separator: "\n")
    for group in [nil, 2] {
      let one = try read(text, MomentsRequest(columns: [0, 1], groupColumn: group), threads: 1)
      for threads in [2, 3, 4] {
        let more = try read(text, MomentsRequest(columns: [0, 1], groupColumn: group), threads: threads)
        #expect(one.groups.map(\.label) == more.groups.map(\.label))
        #expect(one.groups.map(\.moments) == more.groups.map(\.moments))
      }
    }
    let x = Matrix<Double>(rows: 40_000, columns: 3) { i, j in Double((i * 37 + j * 11) % 1009) / 7 }
    let names = ["a", "b", "c"]
    #expect(Moments(rows: x, columns: names, threads: 1) == Moments(rows: x, columns: names, threads: 3))
  }

  @Test func groupsInOrderOfFirstAppearance() throws {
    let reading = try read(
      "g,x\nb,1\n\"a\",2\nb,3\n a ,6\nNA,100\n", MomentsRequest(columns: [1], groupColumn: 0))
    #expect(reading.groups.map(\.label) == ["b", "a"])
    #expect(reading.groups.map { $0.moments.mean[0] } == [2, 4])
    #expect(reading.groups.map { $0.moments.scatter[0, 0] } == [2, 8])
    #expect(reading.tally.incomplete == 1)
  }

  @Test func labelsKeepLeadingZeros() throws {
    let reading = try read("zip,x\n01,1\n1,2\n01,3\n", MomentsRequest(columns: [1], groupColumn: 0))
    #expect(reading.groups.map(\.label) == ["01", "1"])
  }

  @Test func frequencyWeightsAreCopiesOfRows() throws {
    var generator = SplitMix64(state: 4)
    let rows = randomRows(3000, 3, seed: 2)
    let weights = rows.map { _ in Int.random(in: 0...4, using: &generator) }
    let weighted = zip(rows, weights).map { $0 + [$1] }
    let reading = try read(text(weighted, names: "a,b,c,w"), MomentsRequest(columns: [0, 1, 2], weightColumn: 3))
    let moments = reading.groups[0].moments
    expectClose(moments, exact(rows, weights))
    #expect(moments.weight == Double(weights.reduce(0, +)))
    #expect(moments.rows == weights.count { $0 > 0 })
    #expect(moments.squaredWeight == Double(weights.reduce(0) { $0 + $1 * $1 }))
    let matrix = Matrix<Double>(rows: rows.count, columns: 3) { i, j in Double(rows[i][j]) }
    expectClose(
      Moments(rows: matrix, columns: ["a", "b", "c"], weights: weights.map(Double.init)), exact(rows, weights))
  }

  @Test func negativeWeightsAreReported() throws {
    let reading = try read("x,w\n1,1\n2,-3\n", MomentsRequest(columns: [0], weightColumn: 1))
    #expect(reading.negativeWeights?.rows == 1)
    #expect(reading.negativeWeights?.example == -3)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 9, 10, 11, 100, 161, 200]) func everyNumberOfColumns(_ d: Int) throws {
    // All tiles, whole and cut, and the BLAS beyond them; more rows than a chunk, no multiple of a vector.
    let rows = randomRows(1237, d, seed: UInt64(d))
    let truth = exact(rows)
    let names = (0..<d).map { "x\($0)" }
    let fromText = try read(text(rows, names: names.joined(separator: ",")), MomentsRequest(columns: Array(0..<d)))
    expectClose(fromText.groups[0].moments, truth)
    let matrix = Matrix<Double>(rows: rows.count, columns: d) { i, j in Double(rows[i][j]) }
    expectClose(Moments(rows: matrix, columns: names), truth)
  }

  /// Rows that are kept are those of the input, group by group, in its order, in any number of threads; weightless ones are not.
  @Test(arguments: [1, 3]) func keptRows(threads: Int) throws {
    var text = "g,x,y,w\n"
    var expected: [[[Double]]] = [[], []]
    for i in 0..<30_000 {
      let (x, y) = (Double(i % 977) / 100, Double(12_345_000 + i % 1013) / 1000)
      let group = i % 3 == 1 ? 0 : 1
      text += "\(group == 0 ? "u" : "v"),\(x),\(y),\(i % 5)\n"
      if i % 5 > 0 { expected[group].append([x, y]) }
    }
    let request = MomentsRequest(columns: [1, 2], groupColumn: 0, weightColumn: 3, keeping: .rows)
    let reading = try read(text, request, threads: threads)
    #expect(reading.groups.map(\.label) == ["u", "v"])
    for (group, rows) in zip(reading.groups, expected) { #expect(group.rows?.rowArrays == rows) }
    #expect(try read("x\n1\n2", MomentsRequest(columns: [0])).groups[0].rows == nil)
    let plain = try read("x,y\n1.5,-2e-3\n0.25,1e5", MomentsRequest(columns: [0, 1], keeping: .rows))
    #expect(plain.groups[0].rows == [[1.5, -2e-3], [0.25, 1e5]])
  }
}
