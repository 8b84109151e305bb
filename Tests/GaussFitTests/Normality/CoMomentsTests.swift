// Co-moments against plain loops about the mean; merging is exact whatever the split, the offset and the units.
import MatDeriv
import Testing

@testable import GaussFit

@Suite struct CoMomentsTests {
  /// Sums of products about the mean, by loops, in the units of the data; and the sum of their magnitudes.
  private func direct(_ rows: [[Double]], _ indices: [Int]) -> (sum: Double, magnitude: Double) {
    let n = Double(rows.count)
    // All from the first row: the mean of large numbers would be rounded.
    let mean = rows[0].indices.map { j in rows.reduce(0) { $0 + ($1[j] - rows[0][j]) } / n }
    return rows.reduce((0, 0)) { sums, row in
      let product = indices.reduce(1) { $0 * ((row[$1] - rows[0][$1]) - mean[$1]) }
      return (sums.0 + product, sums.1 + abs(product))
    }
  }

  private func value(_ m: CoMoments, _ indices: [Int]) -> Double {
    let unit = indices.reduce(1) { $0 * m.scale[$1] }
    switch indices.count {
    case 2: return unit * m.second[m.pair(indices[0], indices[1])]
    case 3: return unit * m.third[m.pair(indices[0], indices[1]) + indices[2] * m.pairs]
    default:
      let (p, q) = (m.pair(indices[0], indices[1]), m.pair(indices[2], indices[3]))
      return unit * m.fourth[max(p, q) + min(p, q) * m.pairs]
    }
  }

  /// The largest error, relative to the sum of the magnitudes, or to n times the product of the standard deviations if
  /// that is larger.
  private func error(_ m: CoMoments, _ rows: [[Double]]) -> Double {
    let d = rows[0].count
    let sd = (0..<d).map { (direct(rows, [$0, $0]).sum / Double(rows.count)).squareRoot() }
    var largest = 0.0
    for a in 0..<d {
      for b in 0...a {
        for c in 0...b {
          for e in 0...c {
            for indices in [[a, b], [a, b, c], [a, b, c, e], [e, b, a, c]] {
              let (sum, magnitude) = direct(rows, indices)
              let size = max(magnitude, indices.reduce(Double(rows.count)) { $0 * sd[$1] })
              largest = max(largest, abs(value(m, indices) - sum) / size)
            }
          }
        }
      }
    }
    return largest
  }

  @Test func sums() {
    let rows = randomRows(700, 4, seed: 7).map { row in row.map { $0 * $0 / 3 } }
    let m = CoMoments(rows: Matrix(rowArrays: rows), columns: names(4))
    #expect(error(m, rows) < 1e-13)
    let moments = Moments(rows: rows, columns: names(4))
    #expect(relativeError(m.moments.scatter, moments.scatter) < 1e-14 && relativeError(m.mean, moments.mean) < 1e-14)
    #expect(m.rows == 700)
  }

  /// Property: merged parts are the whole, whatever the split; nothing is the identity.
  @Test(arguments: [1, 2, 350, 699]) func merging(split: Int) throws {
    // Whole numbers with an offset; the first part lies apart and has other units.
    let rows = randomRows(700, 3, seed: 9, digits: 0).enumerated().map { i, row in
      row.map { i < split ? $0 + 0x1p30 : $0 * 256 + 0x1p31 }
    }
    let whole = CoMoments(rows: Matrix(rowArrays: rows), columns: names(3))
    var merged = CoMoments(columns: names(3))
    try merged.merge(CoMoments(rows: Matrix(rowArrays: Array(rows[..<split])), columns: names(3)))
    try merged.merge(CoMoments(rows: Matrix(rowArrays: Array(rows[split...])), columns: names(3)))
    try merged.merge(CoMoments(columns: names(3)))
    #expect(merged.rows == 700)
    #expect(error(whole, rows) < 1e-13)
    #expect(error(merged, rows) < 1e-13)
    #expect(throws: GaussFitError.self) { try merged.merge(CoMoments(columns: ["y"])) }
  }

  /// Many blocks, a trend, a column that is constant in most blocks, an outlier: nothing loses its digits.
  @Test func blocks() {
    var rows = randomRows(20000, 2, seed: 3, digits: 6).enumerated().map { i, row in
      [row[0] + Double(i), row[1], i < 17000 ? 5 : Double(i % 7)]
    }
    rows[12345][1] = 1e6
    let m = CoMoments(rows: Matrix(rowArrays: rows), columns: names(3))
    #expect(error(m, rows) < 1e-12)
    let tame = rows.filter { $0[1] < 1e5 }
    #expect(error(CoMoments(rows: Matrix(rowArrays: tame), columns: names(3)), tame) < 1e-12)
  }

  /// From 16 columns on the cross products are those of dsyrk.
  @Test func manyColumns() throws {
    let rows = Matrix(rowArrays: randomRows(400, 18, seed: 5))
    let (streamed, sample) = (
      try CoMoments(rows: rows, columns: names(18)).mardia(), try Normality(rows: rows, columns: names(18)).mardia()
    )
    #expect(relativeError(streamed.b1, sample.b1) < 1e-10 && relativeError(streamed.b2, sample.b2) < 1e-11)
  }

  /// Scales far apart, and numbers at the edge of the range.
  @Test func extremes() throws {
    let rows = randomRows(50, 2, seed: 4)
    let tiny = CoMoments(rows: Matrix(rowArrays: rows.map { [$0[0] * 0x1p-500, $0[1] * 0x1p480] }), columns: names(2))
    let plain = CoMoments(rows: Matrix(rowArrays: rows), columns: names(2))
    #expect(tiny.third == plain.third && tiny.fourth == plain.fourth)
    #expect(tiny.scale == [plain.scale[0] * 0x1p-500, plain.scale[1] * 0x1p480])
  }
}
