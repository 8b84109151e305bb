// Rows with missing cells, grouped by which cells are there: all that the likelihood sees of them, in units in which a search is well scaled.
import CLinearAlgebra
import MatDeriv
import Tabular

/// The rows of one pattern of missingness.
public struct MissingnessPattern: Sendable {
  /// The columns that are there, ascending, and those that are not.
  public let observed: [Int]
  public let missing: [Int]
  /// Rows, and the sum of their weights.
  public let rows: Int
  public let weight: Double
  let summary: Summary

  /// What is known of the rows, measured from the sample's centre in units of its scale.
  enum Summary: Sendable {
    /// Row after row `[u, u*y]` with the root u of the weight.
    case rows([Double])
    /// Mean, and covariance about it with the weight as divisor.
    case moments(mean: [Double], covariance: Matrix<Double>)
  }
}

/// Two columns by name.
public struct ColumnPair: Sendable, Equatable {
  public let first: String
  public let second: String
}

/// A sample with missing cells.
public struct IncompleteSample: Sendable {
  public let columns: [String]
  public let weighting: Weighting
  /// The patterns, complete rows first, then in the order of their first rows; rows without any cell are none of them.
  public let patterns: [MissingnessPattern]
  /// Rows that have a cell.
  public let rows: Int
  /// Rows without any.
  public let emptyRows: Int
  /// The sum of the weights; the number of rows where there are none, or where weights are of reliability.
  public let sampleSize: Double
  /// Mean and standard deviation of the observed cells of each column: the units in which the search runs.
  let centre: [DoubleDouble]
  let scale: [Double]

  /// Groups rows; NaN is a missing cell.
  ///
  /// **Throws**: `noRows`; `allMissing` for columns without a cell; `constantColumns` for columns that do not vary.
  public init(rows: [[Double]], columns: [String]) throws(GaussFitError) {
    let d = columns.count
    require(rows.allSatisfy { $0.count == d }, "rows of \(d) columns have as many cells")
    let first = (0..<d).map { j in rows.first { !$0[j].isNaN }?[j] ?? 0 }
    var incomplete = IncompleteRows(columns: d)
    let deviations = rows.map { row in zip(row, first).map { $0 - $1 } }
    let whole = Matrix(rowArrays: deviations.isEmpty ? [[Double](repeating: 0, count: d)] : deviations)
    let complete = whole.withUnsafeBufferPointer {
      incomplete.append($0.baseAddress!, stride: whole.rows, rows: deviations.count)
    }
    let moments = Moments(
      rows: Matrix(rows: complete.count, columns: d) { i, j in rows[complete[i]][j] }, columns: columns)
    try self.init(moments, incomplete, origin: first.map { DoubleDouble($0) }, unit: first.map { _ in 1 })
  }

  /// Of the moments of complete rows, and of other rows as deviations from an origin in units of 1/unit.
  init(
    _ complete: Moments, _ incomplete: IncompleteRows, origin: [DoubleDouble], unit: [Double]
  ) throws(GaussFitError) {
    let others = incomplete.patterns()
    let weight = others.reduce(complete.weight) { $0 + $1.weight }
    guard weight > 0 else { throw .noRows }
    let units = try Units(complete, others, origin, unit)
    let rows = others.reduce(complete.rows) { $0 + $1.count }
    // Weights of reliability sum to the number of rows.
    let share = complete.weighting == .reliability ? Double(rows) / weight : 1
    let all = Array(complete.columns.indices)
    var patterns: [MissingnessPattern] = []
    if complete.rows > 0 {
      let spread = complete.scatter / complete.weight
      patterns.append(
        MissingnessPattern(
          observed: all, missing: [], rows: complete.rows, weight: share * complete.weight,
          summary: .moments(
            mean: all.map { (units.mean[$0] - units.centre[$0]) / units.scale[$0] },
            covariance: Matrix(rows: all.count, columns: all.count) { i, j in
              spread[max(i, j), min(i, j)] * unit[i] * unit[j] / units.scale[i] / units.scale[j]
            })))
    }
    for pattern in others {
      var cells = pattern.standardized(centre: units.centre, scale: units.scale)
      if share != 1 { for i in cells.indices { cells[i] *= share.squareRoot() } }
      let observed = Set(pattern.observed)
      patterns.append(
        MissingnessPattern(
          observed: pattern.observed, missing: all.filter { !observed.contains($0) }, rows: pattern.count,
          weight: share * pattern.weight, summary: .rows(cells)))
    }
    columns = complete.columns
    weighting = complete.weighting
    self.patterns = patterns
    self.rows = rows
    emptyRows = incomplete.emptyRows
    sampleSize = share * weight
    centre = zip(origin, zip(units.centre, unit)).map { $0 + $1.0 / $1.1 }
    scale = zip(units.scale, unit).map { $0 / $1 }
  }

  /// Mean and standard deviation of the observed cells of each column, as deviations from the origin.
  private struct Units {
    /// Mean of the complete rows.
    var mean: [Double]
    var centre: [Double]
    var scale: [Double]

    init(
      _ complete: Moments, _ others: [PatternRows], _ origin: [DoubleDouble], _ unit: [Double]
    ) throws(GaussFitError) {
      let d = origin.count
      let mean = (0..<d).map { j in
        ((complete.shift[j] - origin[j]) + complete.meanDeviation[j]).rounded * unit[j]
      }
      var weight = [Double](repeating: complete.weight, count: d)
      var sum = mean.map { $0 * complete.weight }
      for pattern in others {
        pattern.each { u, column, cell in
          weight[column] += u * u
          sum[column] += u * cell
        }
      }
      let empty = weight.indices.filter { weight[$0] == 0 }
      if !empty.isEmpty { throw .allMissing(empty.map { complete.columns[$0] }) }
      let centre = zip(sum, weight).map { $0 / $1 }
      var squares = (0..<d).map { j in
        complete.scatter[j, j] * unit[j] * unit[j] + complete.weight * (mean[j] - centre[j]) * (mean[j] - centre[j])
      }
      for pattern in others {
        pattern.each { u, column, cell in
          let deviation = cell - u * centre[column]
          squares[column] += deviation * deviation
        }
      }
      let scale = zip(squares, weight).map { ($0 / $1).squareRoot() }
      // Constant as far as the rounding of deviations from the origin tells.
      let constant = scale.indices.filter { !(scale[$0] > 4 * .ulpOfOne * .hypot(scale[$0], centre[$0])) }
      if !constant.isEmpty { throw .constantColumns(constant.map { complete.columns[$0] }) }
      (self.mean, self.centre, self.scale) = (mean, centre, scale)
    }
  }

  public var dimension: Int { columns.count }

  /// The weight of the observed cells of each column; their number where there are no weights.
  public var observedWeights: [Double] {
    var weights = [Double](repeating: 0, count: dimension)
    for pattern in patterns { for j in pattern.observed { weights[j] += pattern.weight } }
    return weights
  }

  /// Pairs of columns that no row has both of: nothing tells their covariance apart.
  public var pairsNeverTogether: [ColumnPair] {
    let d = dimension
    var together = [Bool](repeating: false, count: d * d)
    for pattern in patterns { for i in pattern.observed { for j in pattern.observed { together[i + j * d] = true } } }
    var pairs: [ColumnPair] = []
    for i in 0..<d {
      for j in (i + 1)..<max(d, i + 1) where !together[i + j * d] {
        pairs.append(ColumnPair(first: columns[i], second: columns[j]))
      }
    }
    return pairs
  }

  /// Whether the columns can be ordered so that a row that lacks one lacks all after it.
  public var isMonotone: Bool {
    let bySize = patterns.sorted { $0.observed.count > $1.observed.count }
    return zip(bySize, bySize.dropFirst()).allSatisfy { Set($0.observed).isSuperset(of: $1.observed) }
  }
}

extension PatternRows {
  /// Calls the body with the root of the weight, the column and the weighted cell of every cell.
  fileprivate func each(_ body: (Double, Int, Double) -> Void) {
    cells.withUnsafeBufferPointer { cells in
      for start in stride(from: 0, to: cells.count, by: width) {
        for (i, column) in observed.enumerated() { body(cells[start], column, cells[start + 1 + i]) }
      }
    }
  }
}

extension MissingnessPattern {
  /// Mean, and covariance about it, of the observed cells.
  func moments() -> (mean: [Double], covariance: Matrix<Double>) {
    switch summary {
    case .moments(let mean, let covariance): return (mean, covariance)
    case .rows(let cells):
      let k = observed.count
      let rows = cells.count / (k + 1)
      var mean = [Double](repeating: 0, count: k)
      var centred = [Double](repeating: 0, count: rows * k)
      cells.withUnsafeBufferPointer { cells in
        for start in stride(from: 0, to: cells.count, by: k + 1) {
          for i in 0..<k { mean[i] += cells[start] * cells[start + 1 + i] }
        }
        for i in 0..<k { mean[i] /= weight }
        for row in 0..<rows {
          let u = cells[row * (k + 1)]
          for i in 0..<k { centred[row * k + i] = cells[row * (k + 1) + 1 + i] - u * mean[i] }
        }
      }
      var products = [Double](repeating: 0, count: k * k)
      cblas_dsyrk(
        CblasColMajor, CblasLower, CblasNoTrans, Int32(k), Int32(rows), 1, centred, Int32(k), 0, &products, Int32(k))
      return (
        mean, Matrix(rows: k, columns: k) { i, j in products[max(i, j) + min(i, j) * k] / weight }
      )
    }
  }
}
