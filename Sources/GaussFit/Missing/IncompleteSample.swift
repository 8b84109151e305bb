// Rows with missing cells, grouped by which cells are there: all that the likelihood sees of them.
import MatDeriv

/// The rows of one pattern of missingness: their number, mean and scatter in the columns that they have.
public struct MissingnessPattern: Sendable {
  /// The columns that are there, ascending.
  public let observed: [Int]
  /// Rows.
  public let count: Double
  /// The mean of the observed columns, measured from the sample's centre in units of its scale.
  let mean: [Double]
  /// Covariance of the observed columns about that mean, divisor `count`, in units of the scale.
  let covariance: Matrix<Double>
}

/// A sample with missing cells.
public struct IncompleteSample: Sendable {
  public let columns: [String]
  /// The patterns, in the order of their first rows; rows without any cell are none of them.
  public let patterns: [MissingnessPattern]
  /// Rows that have a cell.
  public let rows: Double
  /// Rows without any.
  public let emptyRows: Int
  /// Mean and standard deviation of the observed cells of each column: the units in which the search runs.
  let centre: [Double]
  let scale: [Double]

  /// Groups rows; NaN is a missing cell.
  ///
  /// **Throws**: `noRows`; `allMissing` for columns without a cell; `constant` for columns that do not vary.
  public init(rows: [[Double]], columns: [String]) throws(GaussFitError) {
    let d = columns.count
    require(rows.allSatisfy { $0.count == d }, "rows of \(d) columns have as many cells")
    let present = rows.filter { row in row.contains { !$0.isNaN } }
    guard !present.isEmpty else { throw .noRows }
    let (centre, scale) = try IncompleteSample.units(present, columns)
    var places: [[Int]: Int] = [:]
    var grouped: [(observed: [Int], rows: [[Double]])] = []
    for row in present {
      let observed = (0..<d).filter { !row[$0].isNaN }
      let cells = observed.map { (row[$0] - centre[$0]) / scale[$0] }
      if let place = places[observed] {
        grouped[place].rows.append(cells)
      } else {
        places[observed] = grouped.count
        grouped.append((observed, [cells]))
      }
    }
    self.columns = columns
    self.centre = centre
    self.scale = scale
    self.rows = Double(present.count)
    emptyRows = rows.count - present.count
    patterns = grouped.map { MissingnessPattern(observed: $0.observed, rows: $0.rows) }
  }

  private static func units(_ rows: [[Double]], _ columns: [String]) throws(GaussFitError) -> ([Double], [Double]) {
    var centre: [Double] = []
    var scale: [Double] = []
    var (empty, constant): ([String], [String]) = ([], [])
    for j in columns.indices {
      let cells = rows.map { $0[j] }.filter { !$0.isNaN }
      let n = Double(cells.count)
      let first = cells.first ?? 0
      let mean = first + cells.reduce(0) { $0 + ($1 - first) } / max(n, 1)
      let variance = cells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(n, 1)
      if cells.isEmpty { empty.append(columns[j]) } else if !(variance > 0) { constant.append(columns[j]) }
      centre.append(mean)
      scale.append(variance.squareRoot())
    }
    if !empty.isEmpty { throw .allMissing(empty) }
    if !constant.isEmpty { throw .constantColumns(constant) }
    return (centre, scale)
  }

  public var dimension: Int { columns.count }

  /// Pairs of columns that no row has both of: nothing tells their covariance apart.
  public var pairsNeverTogether: [(String, String)] {
    let d = dimension
    var together = [Bool](repeating: false, count: d * d)
    for pattern in patterns { for i in pattern.observed { for j in pattern.observed { together[i + j * d] = true } } }
    var pairs: [(String, String)] = []
    for i in 0..<d {
      for j in (i + 1)..<max(d, i + 1) where !together[i + j * d] { pairs.append((columns[i], columns[j])) }
    }
    return pairs
  }

  /// Missing cells of rows that have others.
  public var missingCells: Double {
    patterns.reduce(0) { $0 + $1.count * Double(dimension - $1.observed.count) }
  }
}

extension MissingnessPattern {
  /// Of rows of the observed cells, in two passes.
  fileprivate init(observed: [Int], rows: [[Double]]) {
    let (k, n) = (observed.count, Double(rows.count))
    let mean = (0..<k).map { j in rows.reduce(0) { $0 + $1[j] } / n }
    var scatter = Matrix<Double>(rows: k, columns: k, repeating: 0)
    for row in rows {
      for j in 0..<k { for i in j..<k { scatter[i, j] += (row[i] - mean[i]) * (row[j] - mean[j]) } }
    }
    self.observed = observed
    count = n
    self.mean = mean
    covariance = Matrix(rows: k, columns: k) { i, j in scatter[max(i, j), min(i, j)] / n }
  }
}
