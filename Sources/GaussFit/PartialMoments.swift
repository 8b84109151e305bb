// Moments of a part of the rows, in the unit and about the origin in which the rows were read. Many of these are made
// and merged while a file is read; they become `Moments` once, at the end.
import CKernels
import MatDeriv
import Tabular

struct PartialMoments: Sendable {
  var rows = 0
  var weight = 0.0
  var squaredWeight = 0.0
  /// The point about which the first of these rows were summed; whole numbers where deviations are.
  var centre: [Double]
  /// Mean deviation from the centre.
  var offset: [Double]
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
    let d = centre.count
    let total = weight + other.weight
    let share = other.weight / total
    let difference = (0..<d).map { (other.centre[$0] - centre[$0]) + (other.offset[$0] - offset[$0]) }
    ck_merge_scatter(&scatter, other.scatter, difference, weight * share, d)
    // The centre of the heavier part is the nearer one: the rest that is held apart from it stays small.
    if other.weight > weight {
      centre = other.centre
      for i in 0..<d { offset[i] = other.offset[i] - difference[i] * (weight / total) }
    } else {
      for i in 0..<d { offset[i] += difference[i] * share }
    }
    rows += other.rows
    weight = total
    squaredWeight += other.squaredWeight
  }
}

extension PartialMoments {
  /// The moments of no rows.
  init(columns d: Int) {
    self.init(
      centre: Array(repeating: 0, count: d), offset: Array(repeating: 0, count: d),
      scatter: Array(repeating: 0, count: d * d))
  }
}

extension Moments {
  /// The moments of all rows, from deviations from `origin` in units of 10^-places.
  /// The shift becomes the centre of the sums: near the mean, so that the mean deviation is small.
  init(_ partial: PartialMoments, columns: [String], weighting: Weighting, scales: [DeviationScale]) {
    let d = columns.count
    let unit = scales.map { DoubleDouble.powerOfTen[$0.places] }  // exact: at most 10^18
    let scatter = Matrix<Double>(rows: d, columns: d) { i, j in
      partial.scatter[min(i, j) * d + max(i, j)] / unit[i] / unit[j]
    }
    let shift = zip(scales, partial.centre).map { scale, centre -> DoubleDouble in
      if centre == centre.rounded() && abs(centre) < 0x1p61 {
        return DoubleDouble(significand: scale.origin + Int64(centre), scale: scale.places)
      }
      return DoubleDouble(significand: scale.origin, scale: scale.places) + centre
        / DoubleDouble.powerOfTen[scale.places]
    }
    self.init(
      columns: columns, weighting: weighting, rows: partial.rows, weight: partial.weight,
      squaredWeight: partial.squaredWeight, shift: shift, meanDeviation: zip(partial.offset, unit).map { $0 / $1 },
      scatter: scatter)
  }
}
