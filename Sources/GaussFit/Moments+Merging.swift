// Moments of a union and of a difference of row sets, from the moments alone: what blocks, files and machines are put
// together with. The two shifts are compared in double-double, so nothing that a shift has gained is lost.
import MatDeriv

extension Moments {
  /// The moments of no rows at all: the identity of ``merge(_:)``.
  public init(columns: [String], weighting: Weighting = .none) {
    let d = columns.count
    self.init(
      columns: columns, weighting: weighting, rows: 0, weight: 0, squaredWeight: 0,
      shift: Array(repeating: DoubleDouble(0), count: d), meanDeviation: Array(repeating: 0, count: d),
      scatter: Matrix(rows: d, columns: d, repeating: 0))
  }

  /// Adds the rows that `other` stands for.
  ///
  /// **Throws**: ``GaussFitError`` if columns or weighting differ.
  /// **Cost**: O(d^2).
  /// **Source**: Chan, Golub, LeVeque (1983), eq. 2.1.
  public mutating func merge(_ other: Moments) throws(GaussFitError) { self = try merging(other) }

  /// The moments of the rows of both.
  public func merging(_ other: Moments) throws(GaussFitError) -> Moments {
    try requireSameColumns(as: other)
    if other.weight == 0 { return self }
    if weight == 0 { return other }
    let total = weight + other.weight
    let gap = self.gap(to: other)
    // mean = mean_a + (w_b / w) gap; T = T_a + T_b + (w_a w_b / w) gap gap'
    let share = other.weight / total
    return Moments(
      columns: columns, weighting: weighting, rows: rows + other.rows, weight: total,
      squaredWeight: squaredWeight + other.squaredWeight, shift: shift,
      meanDeviation: zip(meanDeviation, gap).map { $0 + share * $1 },
      scatter: scatter.adding(1, other.scatter, rankOne: weight * share, gap))
  }

  /// Takes away the rows that `part` stands for: undoes ``merge(_:)``, to the rounding of the larger scatter.
  ///
  /// **Throws**: ``GaussFitError`` if columns or weighting differ, or if `part` cannot be a part of these rows: rows,
  /// weight or a variance would be negative.
  /// **Cost**: O(d^2).
  public mutating func subtract(_ part: Moments) throws(GaussFitError) {
    try requireSameColumns(as: part)
    if part.weight == 0 { return }
    let restRows = rows - part.rows
    let restWeight = restRows == 0 ? 0 : weight - part.weight
    guard restRows >= 0, restRows == 0 || restWeight > 0 else {
      throw .notAPart(
        "\(part.rows) rows of weight \(part.weight) cannot be taken from \(rows) rows of weight \(weight)")
    }
    if restRows == 0 {
      guard abs(weight - part.weight) <= 0x1p-40 * weight else {
        throw .notAPart("all \(rows) rows would go, but the weights differ: \(weight) and \(part.weight)")
      }
      self = Moments(columns: columns, weighting: weighting)
      return
    }
    let gap = self.gap(to: part)
    let share = part.weight / restWeight
    // With w = w_r + w_p: mean_r = mean - (w_p / w_r) gap; T_r = T - T_p - (w w_p / w_r) gap gap'
    var rest = scatter.adding(-1, part.scatter, rankOne: -weight * share, gap)
    for j in 0..<columns.count where rest[j, j] <= 0x1p-44 * scatter[j, j] {
      // What is left lies within the rounding of what it is the difference of.
      guard rest[j, j] >= -0x1p-30 * scatter[j, j] else {
        throw .notAPart(
          "column \"\(columns[j])\" would have the negative sum of squares \(rest[j, j]): these rows do not contain those"
        )
      }
      for k in 0..<columns.count {
        rest[j, k] = 0
        rest[k, j] = 0
      }
    }
    self = Moments(
      columns: columns, weighting: weighting, rows: restRows, weight: restWeight,
      squaredWeight: max(squaredWeight - part.squaredWeight, 0), shift: shift,
      meanDeviation: zip(meanDeviation, gap).map { $0 - share * $1 }, scatter: rest)
  }

  /// The moments of some of the columns, in the given order.
  public func selecting(_ indices: [Int]) -> Moments {
    Moments(
      columns: indices.map { columns[$0] }, weighting: weighting, rows: rows, weight: weight,
      squaredWeight: squaredWeight, shift: indices.map { shift[$0] }, meanDeviation: indices.map { meanDeviation[$0] },
      scatter: scatter[rows: indices, columns: indices])
  }

  func requireSameColumns(as other: Moments) throws(GaussFitError) {
    guard columns == other.columns else { throw .differentColumns(columns, other.columns) }
    guard weighting == other.weighting else { throw .differentWeighting(weighting, other.weighting) }
  }

  /// The mean of `other` minus the mean of these rows.
  private func gap(to other: Moments) -> [Double] {
    (0..<columns.count).map { j in
      let shifts = other.shift[j] - shift[j]
      return (shifts + other.meanDeviation[j] + -meanDeviation[j]).rounded
    }
  }
}

extension Matrix<Double> {
  /// `A + sign B + factor g g'` of symmetric A and B: the lower triangle is computed and mirrored.
  fileprivate func adding(_ sign: Double, _ b: Matrix, rankOne factor: Double, _ g: [Double]) -> Matrix {
    var sum = self
    let d = rows
    sum.withUnsafeMutableBufferPointer { sum in
      b.withUnsafeBufferPointer { b in
        for j in 0..<d {
          let scaled = factor * g[j]
          for i in j..<d {
            let value = sum[i + j * d] + sign * b[i + j * d] + scaled * g[i]
            sum[i + j * d] = value
            sum[j + i * d] = value
          }
        }
      }
    }
    return sum
  }
}
