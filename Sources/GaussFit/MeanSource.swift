// Fits about a mean that is known and not estimated: the moments are taken about it, and all else follows.
import MatDeriv

/// Where the mean of a fit comes from.
public enum MeanSource: String, Sendable, CaseIterable {
  /// It is that of the sample.
  case estimated
  /// It was given.
  case known

  /// How many means the sample had to give.
  var estimated: Int { self == .estimated ? 1 : 0 }
}

extension Moments {
  /// Moments of the same rows about a point in the place of their mean: `T + w (m - mu) (m - mu)'`.
  ///
  /// **Shapes**: d entries; traps otherwise.
  func about(_ point: [Double]) -> Moments {
    require(
      point.count == columns.count,
      "a mean of \(columns.count) columns has as many entries; this one has \(point.count)")
    let gap = columns.indices.map { j in (shift[j] - DoubleDouble(point[j]) + meanDeviation[j]).rounded }
    return Moments(
      columns: columns, weighting: weighting, rows: rows, weight: weight, squaredWeight: squaredWeight,
      shift: point.map { DoubleDouble($0) }, meanDeviation: point.map { _ in 0 },
      scatter: Matrix(rows: columns.count, columns: columns.count) { i, j in
        let (i, j) = (max(i, j), min(i, j))
        return scatter[i, j] + weight * gap[i] * gap[j]
      })
  }
}
