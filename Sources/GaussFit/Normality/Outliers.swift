// Rows that lie too far out for a normal sample, and the columns that put them there.
import MatDeriv

/// From where on a row counts as an outlier.
public enum OutlierLimit: Sendable, Equatable {
  /// Rows whose distance has at most this tail probability: this share of the rows of a normal sample.
  case tail(Double)
  /// Rows beyond what the farthest of all n rows of a normal sample passes with about this probability.
  case familywise(Double)

  /// The tail probability for a single row.
  func tail(rows n: Int) -> Double {
    let level =
      switch self {
      case .tail(let level), .familywise(let level): level
      }
    require(level > 0 && level < 1, "the level of an outlier limit lies between 0 and 1; it is \(level)")
    switch self {
    case .tail: return level
    case .familywise: return -Double.expMinusOne(Double.log(onePlus: -level) / Double(n))
    }
  }
}

/// A row far from the mean.
public struct Outlier: Sendable, Equatable {
  /// What a column has to do with it.
  public struct Contribution: Sendable, Equatable {
    public let column: String
    /// Deviation from the mean in standard deviations (divisor n - 1).
    public let deviation: Double
    /// Its part of the squared distance; the parts of all columns add up to 1.
    public let share: Double
  }

  /// Index of the row, counted from 0.
  public let row: Int
  /// Squared Mahalanobis distance, with the covariance of divisor n - 1.
  public let squaredDistance: Double
  /// Probability of a distance as large for a given row of a normal sample, by the exact law.
  public let pValue: Double
  /// All columns, the largest share first.
  public let contributions: [Contribution]
}

extension Normality {
  /// The outliers, the farthest first.
  ///
  /// Mean and covariance are those of all rows, so that a cluster of outliers can hide itself. The share of column j is
  /// `w_j^2 / |w|^2` with `w = inv(sqrt C) inv(V) (x - mean)`, V the standard deviations and C the correlation matrix: the
  /// uncorrelated variables that are closest to the columns.
  ///
  /// **Throws**: `testUndefined` unless n > d + 1. **Cost**: 2 n d^2.
  /// **Source**: the law: Gnanadesikan, Kettenring (1972); the shares: P. H. Garthwaite, I. Koch, Evaluating the contributions of
  /// individual variables to a quadratic form, Aust. N. Z. J. Stat. 58 (2016).
  public func outliers(_ limit: OutlierLimit = .familywise(0.05)) throws(GaussFitError) -> [Outlier] {
    let law = try DistanceDistribution(.beta, self)
    let tail = limit.tail(rows: rows)
    let map = try standardized.symmetricWhitening(covariance, for: "outliers")
    let distances = squaredDistances()
    // A distance below this saves its tail probability, which decides about the others.
    let near = law.quantile(1 - max(tail, 1e-12)) * (1 - 0x1p-20)
    let found = distances.indices.filter { distances[$0] >= near && law.survival(distances[$0]) <= tail }
    return found.sorted { (-distances[$0], $0) < (-distances[$1], $1) }.map { row in
      Outlier(
        row: row, squaredDistance: distances[row], pValue: law.survival(distances[row]),
        contributions: contributions(of: row, map))
    }
  }

  private func contributions(of row: Int, _ map: Matrix<Double>) -> [Outlier.Contribution] {
    let d = dimension
    let unbiased = (Double(rows - 1) / Double(rows)).squareRoot()
    return withTemporary(2 * d) { room in
      let w = room + d
      standardized.mapped(row..<(row + 1), by: map, scratch: room, into: w)
      let square = (0..<d).reduce(0) { $0 + w[$1] * w[$1] }
      let all = (0..<d).map { j in
        Outlier.Contribution(
          column: columns[j],
          deviation: room[j] * (standardized.factor.scale[j] / covariance[j, j].squareRoot()) * unbiased,
          share: square > 0 ? w[j] * w[j] / square : 0)
      }
      return all.sorted { $0.share > $1.share }
    }
  }
}
