// Moments of a part of the rows, in the unit and about the origin in which the rows were read. Many of these are made
// and merged while a file is read; they become `Moments` once, at the end.
import MatDeriv

struct PartialMoments: Sendable {
  var rows = 0
  var weight = 0.0
  var squaredWeight = 0.0
  /// Mean deviation from the origin.
  var mean: [Double]
  /// Scatter about the mean: d x d, column-major, only the lower triangle is kept up.
  var scatter: [Double]

  /// Adds the moments of other rows.
  ///
  /// **Source**: Chan, Golub, LeVeque (1983), eq. 2.1, with weights for counts.
  mutating func merge(_ other: PartialMoments) {
    if other.weight == 0 { return }
    if weight == 0 {
      self = other
      return
    }
    let d = mean.count
    let total = weight + other.weight
    let share = other.weight / total
    let difference = (0..<d).map { other.mean[$0] - mean[$0] }
    scatter.withUnsafeMutableBufferPointer { here in
      other.scatter.withUnsafeBufferPointer { there in
        difference.withUnsafeBufferPointer { difference in
          for j in 0..<d {
            let factor = difference[j] * weight * share
            for i in j..<d { here[j * d + i] += there[j * d + i] + difference[i] * factor }
          }
        }
      }
    }
    for i in 0..<d { mean[i] += difference[i] * share }
    rows += other.rows
    weight = total
    squaredWeight += other.squaredWeight
  }
}

extension Moments {
  /// The moments of all rows, from deviations in units of 10^-places about `shift`.
  init(
    _ partial: PartialMoments, columns: [String], weighting: Weighting, shift: [DoubleDouble], places: [Int]
  ) {
    let d = columns.count
    let unit = places.map { DoubleDouble.powerOfTen[$0] }  // exact: at most 10^18
    let scatter = Matrix<Double>(rows: d, columns: d) { i, j in
      partial.scatter[min(i, j) * d + max(i, j)] / unit[i] / unit[j]
    }
    self.init(
      columns: columns, weighting: weighting, rows: partial.rows, weight: partial.weight,
      squaredWeight: partial.squaredWeight, shift: shift,
      meanDeviation: (0..<d).map { partial.mean[$0] / unit[$0] }, scatter: scatter)
  }
}
