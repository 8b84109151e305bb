// Rows that are kept beside their moments, for tests that look at single rows: columns of deviations as they were read.
import MatDeriv
import Tabular

struct KeptRows: Sendable {
  private var columns: [[Double]]

  init(columns: Int) { self.columns = Array(repeating: [], count: columns) }

  /// Appends rows; column c begins at `x + c * stride`.
  mutating func append(_ x: UnsafePointer<Double>, stride: Int, rows: Int) {
    for c in columns.indices { columns[c] += UnsafeBufferPointer(start: x + c * stride, count: rows) }
  }

  mutating func append(_ later: KeptRows) {
    for c in columns.indices { columns[c] += later.columns[c] }
  }

  /// The values `(origin + deviation) / 10^places`: the nearest doubles of the decimals as long as both are whole.
  func values(_ scales: [DeviationScale]) -> Matrix<Double> {
    let rows = columns.first?.count ?? 0
    var entries: [Double] = []
    entries.reserveCapacity(rows * columns.count)
    for (column, scale) in zip(columns, scales) {
      let (origin, unit) = (Double(scale.origin), DoubleDouble.powerOfTen[scale.places])
      for deviation in column { entries.append((origin + deviation) / unit) }
    }
    return Matrix(rows: rows, columns: columns.count, columnMajor: entries)
  }
}
