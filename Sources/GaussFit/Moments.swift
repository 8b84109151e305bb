// The sufficient statistics of the Gaussian: all that an estimate ever sees of the rows.
// Means are kept as deviations from a shift that the data supplied, so that a large offset costs no digits,
// and parts of a data set can be merged, subtracted, saved and combined on other machines.
import MatDeriv

/// How a column of weights is to be read.
public enum Weighting: String, Sendable, Codable {
  /// Every row counts once.
  case none
  /// A weight w stands for w equal rows: the sample size is the sum of the weights.
  case frequency
  /// A weight is proportional to a row's precision; the sample size is the number of rows, scaling all weights changes nothing.
  case reliability
}

/// Weighted count, mean and scatter of d columns.
///
/// **Shapes**: `shift` and `meanDeviation` have d entries, `scatter` is d x d and symmetric.
/// **Source**: T. F. Chan, G. H. Golub, R. J. LeVeque, Algorithms for computing the sample variance, Am. Stat. 37 (1983), eq. 2.1.
public struct Moments: Sendable, Equatable {
  /// Names of the columns, in order.
  public let columns: [String]
  public let weighting: Weighting
  /// Rows with a positive weight.
  public private(set) var rows: Int
  /// Sum of the weights; the number of rows where there are none.
  public private(set) var weight: Double
  /// Sum of the squared weights.
  public private(set) var squaredWeight: Double
  /// The point from which deviations are measured: near the mean, and held exactly.
  public private(set) var shift: [DoubleDouble]
  /// Weighted mean minus `shift`.
  public private(set) var meanDeviation: [Double]
  /// Sum of w (x - mean)(x - mean)'.
  public private(set) var scatter: Matrix<Double>

  public init(
    columns: [String], weighting: Weighting = .none, rows: Int, weight: Double, squaredWeight: Double,
    shift: [DoubleDouble], meanDeviation: [Double], scatter: Matrix<Double>
  ) {
    let d = columns.count
    require(
      shift.count == d && meanDeviation.count == d && scatter.rows == d && scatter.columns == d,
      "moments of \(d) columns need as many shifts (\(shift.count)), means (\(meanDeviation.count)) "
        + "and a square scatter (\(scatter.rows) x \(scatter.columns))")
    self.columns = columns
    self.weighting = weighting
    self.rows = rows
    self.weight = weight
    self.squaredWeight = squaredWeight
    self.shift = shift
    self.meanDeviation = meanDeviation
    self.scatter = scatter
  }

  /// The mean, rounded once from shift and deviation.
  public var mean: [Double] {
    zip(shift, meanDeviation).map { ($0 + $1).rounded }
  }
}
