// Rows that are kept beside their moments, for tests that look at single rows: columns of deviations as they were read.
// Blocks stay apart until the end, so that merging moves no numbers.
import MatDeriv
import Tabular

struct KeptRows: Sendable {
  /// Consecutive rows of one block of the input.
  private struct Part {
    var columns: [[Double]]
    var places: [RowPlace] = []
  }

  private let count: Int
  private var blocks: [Part]

  init(columns: Int) {
    count = columns
    blocks = [Part(columns: Array(repeating: [], count: columns))]
  }

  /// Appends rows to the last block; column c begins at `x + c * stride`.
  mutating func append(_ x: UnsafePointer<Double>, stride: Int, places: [RowPlace]) {
    let last = blocks.count - 1
    blocks[last].places += places
    for c in 0..<count { blocks[last].columns[c] += UnsafeBufferPointer(start: x + c * stride, count: places.count) }
  }

  mutating func append(_ later: KeptRows) { blocks += later.blocks }

  /// The values `(origin + deviation) / 10^places`: the nearest doubles of the decimals as long as both are whole.
  func values(_ scales: [DeviationScale]) -> Matrix<Double> {
    let rows = blocks.reduce(0) { $0 + $1.places.count }
    let entries = [Double](unsafeUninitializedCapacity: rows * count) { entries, initialized in
      for (c, scale) in scales.enumerated() {
        let (origin, unit) = (Double(scale.origin), DoubleDouble.powerOfTen[scale.places])
        for block in blocks {
          block.columns[c].withUnsafeBufferPointer { deviations in
            for i in deviations.indices { entries[initialized + i] = (origin + deviations[i]) / unit }
            initialized += deviations.count
          }
        }
      }
    }
    return Matrix(rows: rows, columns: count, columnMajor: entries)
  }

  /// Where the rows stand in their files.
  var places: [RowPlace] { blocks.flatMap(\.places) }
}
