// The rows of one sample, prepared once for every test of normality; each test is an extension in a file of its own.
import MatDeriv

/// Tests of multivariate normality of rows in memory.
///
/// Mardia's and Henze and Zirkler's statistics are unchanged by every affine map of the rows; those of Doornik and Hansen
/// and of Royston, which look at single columns, by changes of origin and unit and by the order of the columns.
public struct Normality: Sendable {
  /// Columns, mean and scatter of the rows.
  public let moments: Moments
  /// Covariance, divisor n.
  let covariance: Matrix<Double>
  let standardized: StandardizedRows
  let threads: Int

  /// - Parameters:
  ///   - rows: n x d, one observation a row.
  ///   - columns: their names.
  ///   - threads: how many may work; the results have the same bits for any number.
  ///
  /// **Shapes**: as many names as columns; traps otherwise. **Domain**: finite entries.
  /// **Throws**: `noRows`, `singular` (constant or dependent columns, n <= d) by name, `overflow`. **Cost**: n d (d + 1) + d^3.
  public init(rows: Matrix<Double>, columns: [String], threads: Int = 1) throws(GaussFitError) {
    let moments = Moments(rows: rows, columns: columns, threads: threads)
    let sample = try TestedSample(moments, for: "normality")
    self.moments = moments
    self.threads = threads
    covariance = sample.covariance
    standardized = StandardizedRows(rows, moments: moments, factor: sample.factor)
  }

  /// Number of rows n.
  public var rows: Int { standardized.count }
  /// Number of columns d.
  public var dimension: Int { standardized.dimension }
  /// Names of the columns.
  public var columns: [String] { moments.columns }
}
