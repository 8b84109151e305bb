// What standardizes a table is decided on rows of training alone: centres, factors, what stands for missing cells.
import MatDeriv

/// How columns of numbers are brought to one scale.
public enum Scaling: String, Sendable, CaseIterable {
  /// `common` where the columns share a scale, such as grey values do; else `columns`.
  case automatic = "auto"
  /// Each column to mean 0 and variance 1.
  case columns
  /// All columns by one mean and one variance.
  case common
  /// As they are.
  case none
}

/// An encoder with what was noticed when it was made.
struct EncoderFit {
  let encoder: Encoder
  /// What was done: never `automatic`.
  let scaling: Scaling
  /// Columns with one value in all rows of training.
  let constant: [String]
  /// Columns with missing cells, and how many.
  let incomplete: [(name: String, missing: Int)]

  /// Decides the encoding of a table from some of its rows.
  ///
  /// **Throws**: `allMissing`, `noInputs`.
  init(_ table: Table, rows: [Int32], scaling: Scaling) throws(MLPError) {
    let d = table.numbers
    var counts = [Double](repeating: 0, count: d)
    var means = [Double](repeating: 0, count: d)
    var (lowest, highest) = ([Double](repeating: .infinity, count: d), [Double](repeating: -.infinity, count: d))
    for row in rows {
      let x = table.store[Int(row)]
      for c in 0..<d where !x[c].isNaN {
        counts[c] += 1
        means[c] += Double(x[c])
        lowest[c] = min(lowest[c], Double(x[c]))
        highest[c] = max(highest[c], Double(x[c]))
      }
    }
    let empty = (0..<d).filter { counts[$0] == 0 }
    guard empty.isEmpty else { throw .allMissing(empty.map { table.columns[$0].name }) }
    guard !table.columns.isEmpty else { throw .noInputs }
    for c in 0..<d { means[c] /= counts[c] }
    var squares = [Double](repeating: 0, count: d)
    for row in rows {
      let x = table.store[Int(row)]
      for c in 0..<d where !x[c].isNaN { squares[c] += (Double(x[c]) - means[c]) * (Double(x[c]) - means[c]) }
    }
    let origins = (0..<d).map { table.columns[$0].origin }
    let isCommon: Bool
    switch scaling {
    case .automatic:
      isCommon = EncoderFit.sharesScale(
        (0..<d).map { (lowest[$0] + origins[$0], highest[$0] + origins[$0]) })
    case .common: isCommon = true
    case .columns, .none: isCommon = false
    }
    var (centres, factors) = ([Double](repeating: 0, count: d), [Double](repeating: 1, count: d))
    if isCommon {
      let count = counts.reduce(0, +)
      let mean = (0..<d).reduce(0) { $0 + counts[$1] * (means[$1] + origins[$1]) } / count
      let variance =
        (0..<d).reduce(0) { total, c in
          let distance = means[c] + origins[c] - mean
          return total + squares[c] + counts[c] * distance * distance
        } / count
      for c in 0..<d { (centres[c], factors[c]) = (mean, variance > 0 ? 1 / variance.squareRoot() : 0) }
    } else if scaling != .none {
      for c in 0..<d {
        let variance = squares[c] / counts[c]
        // A column with one value says nothing, and is no input in effect.
        (centres[c], factors[c]) = (
          means[c] + origins[c], lowest[c] < highest[c] && variance > 0 ? 1 / variance.squareRoot() : 0
        )
      }
    }
    var columns: [Encoder.Column] = []
    for c in 0..<d {
      let hasGaps = counts[c] < Double(rows.count) || table.columns[c].missing > 0
      let fill = hasGaps ? EncoderFit.median(table, rows, c) + origins[c] : means[c] + origins[c]
      columns.append(.number(name: table.columns[c].name, centre: centres[c], factor: factors[c], fill: fill))
    }
    for (c, column) in table.columns.enumerated().dropFirst(d) {
      var seen = [Bool](repeating: false, count: column.values!.count)
      for row in rows {
        let code = table.store[Int(row)][c]
        if code >= 0 { seen[Int(code)] = true }
      }
      let values = zip(column.values!, seen).filter(\.1).map(\.0)
      if values.isEmpty { throw .allMissing([column.name]) }
      columns.append(.category(name: column.name, values: Table.sorted(values)))
    }
    encoder = Encoder(columns)
    self.scaling = isCommon ? .common : scaling == .none ? .none : .columns
    constant = (0..<d).filter { lowest[$0] == highest[$0] }.map { table.columns[$0].name }
    incomplete = table.columns.filter { $0.missing > 0 }.map { ($0.name, $0.missing) }
  }

  /// Whether columns are on one scale: at least sixteen, of which half begin at the lowest of all values and a third reach the highest.
  private static func sharesScale(_ ranges: [(low: Double, high: Double)]) -> Bool {
    let varied = ranges.filter { $0.low < $0.high }
    guard varied.count >= 16 else { return false }
    let (low, high) = (varied.map(\.low).min()!, varied.map(\.high).max()!)
    // Distances are kept in single precision.
    let slack = 1e-5 * (high - low)
    return 2 * varied.count { $0.low <= low + slack } >= varied.count
      && 3 * varied.count { $0.high >= high - slack } >= varied.count
  }

  private static func median(_ table: Table, _ rows: [Int32], _ column: Int) -> Double {
    let values = rows.map { table.store[Int($0)][column] }.filter { !$0.isNaN }.sorted()
    let middle = values.count / 2
    return values.count.isMultiple(of: 2)
      ? (Double(values[middle - 1]) + Double(values[middle])) / 2 : Double(values[middle])
  }
}

extension Target {
  /// How the targets of a table are read; of numbers, standardized on these rows.
  init(_ targets: Table.Targets, rows: [Int32], loss: Loss) {
    switch targets {
    case .classes(let column, _, let names): self = .classes(column: column, names: names)
    case .numbers(let column, let values):
      // Counts are predicted as they are.
      if loss == .poisson {
        self = .number(column: column, centre: 0, factor: 1)
        return
      }
      let mean = rows.reduce(0) { $0 + values[Int($1)] } / Double(rows.count)
      let variance = rows.reduce(0) { $0 + (values[Int($1)] - mean) * (values[Int($1)] - mean) } / Double(rows.count)
      self = .number(column: column, centre: mean, factor: variance > 0 ? 1 / variance.squareRoot() : 1)
    }
  }
}
