// The covariance of the rows, divisor n, with what is known of its rounding: the point where moments of one sample,
// or of several groups pooled, become a matrix to be factored.
import MatDeriv

/// The covariance of one sample about its mean, or of several groups about their own means.
struct SampleCovariance: Sendable {
  let columns: [String]
  /// Divisor: the total weight.
  let matrix: Matrix<Double>
  /// Rows of positive weight.
  let rows: Int
  /// Whether rows may have different weights.
  let isWeighted: Bool
  /// The means that the scatter was taken about, one for each group.
  let means: [[Double]]
  /// How many of these means the rows had to give: none of one that is known.
  let estimatedMeans: Int
  /// Standard deviations, divisor n.
  let standardDeviation: [Double]
  /// Root of the mean squared deviation from the shift: what was squared and summed when the rows were read.
  let deviationFromShift: [Double]

  init(_ moments: Moments, mean: MeanSource = .estimated) { self.init(pooling: [moments], mean: mean) }

  /// Of groups with the same columns.
  init(pooling groups: [Moments], mean: MeanSource = .estimated) {
    let weight = groups.reduce(0) { $0 + $1.weight }
    let scatter = groups.dropFirst().reduce(groups[0].scatter) { $0 + $1.scatter }
    let matrix = scatter / weight
    columns = groups[0].columns
    self.matrix = matrix
    rows = groups.reduce(0) { $0 + $1.rows }
    isWeighted = groups[0].weighting != .none
    means = groups.map(\.mean)
    estimatedMeans = groups.count * mean.estimated
    let standardDeviation = matrix.diagonal.map { max($0, 0).squareRoot() }
    self.standardDeviation = standardDeviation
    deviationFromShift = standardDeviation.indices.map { j in
      groups.reduce(standardDeviation[j]) { sum, group in
        .hypot(sum, (group.weight / weight).squareRoot() * group.meanDeviation[j])
      }
    }
  }

  var dimension: Int { columns.count }

  /// The largest rank that this many rows can give.
  var rankBound: Int { min(max(rows - estimatedMeans, 0), dimension) }

  /// A column is constant if its standard deviation is no more than the rounding of its deviations from the shift.
  var constantColumns: [Int] {
    (0..<dimension).filter { standardDeviation[$0] <= 4 * .ulpOfOne * deviationFromShift[$0] }
  }

  /// The rounding unit of the scatter, relative to the root of the product of its diagonal entries.
  ///
  /// Sums of n products err like a random walk. Rows are summed in eight lanes over chunks, chunks over blocks, blocks in
  /// a tree, so that no walk has more than 2^12 steps; factoring adds the like for d columns. A factor of 4 covers the
  /// walk's tail.
  var roundingUnit: Double {
    4 * (Double(min(rows, 1 << 12)).squareRoot() + Double(dimension).squareRoot()) * .ulpOfOne
  }

  /// How much larger than its standard deviation a column was while it was summed.
  ///
  /// Entry (i, j) of the scatter is uncertain by ``roundingUnit`` times the noise and the standard deviation of both.
  /// A row of n without weights lies at most sqrt(n) standard deviations from its mean, so a shift that is farther off was
  /// not summed about, and counts no more than that. With weights a light row, `sqrt(sum w / w_i)`, may lie anywhere.
  var noise: [Double] {
    let farthest = isWeighted ? Double.infinity : Double(rows).squareRoot()
    return (0..<dimension).map { j in
      let s = standardDeviation[j]
      return s > 0 ? max(1, min(deviationFromShift[j] / s, farthest)) : 1
    }
  }

  /// The columns that neither are constant nor depend on others.
  func without(_ indices: [Int]) -> [Int] {
    let left = Set(indices)
    return (0..<dimension).filter { !left.contains($0) }
  }
}
