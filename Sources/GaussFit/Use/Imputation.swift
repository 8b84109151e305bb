// Missing cells of rows filled in from the cells that are there: by their conditional mean, or by a draw from their conditional distribution.
// The regression of a pattern of missing cells is computed once and used for all rows that have it.
import MatDeriv
import RandomStreams

/// Fills in missing cells, block by block.
public struct Imputation: Sendable {
  /// What stands in the place of a missing cell.
  public enum Value: Sendable, Equatable {
    /// The mean given the observed cells of the row.
    case mean
    /// A draw from the distribution given the observed cells: a function of seed and row number alone.
    case draw(seed: UInt64)
  }

  /// A cell that was filled in.
  public struct Cell: Sendable, Equatable {
    public let row: Int
    public let column: Int
    public let value: Double

    public init(row: Int, column: Int, value: Double) {
      self.row = row
      self.column = column
      self.value = value
    }
  }

  public let gaussian: Gaussian
  public let value: Value
  private var regressions: PatternCache<Regression>

  public init(_ gaussian: Gaussian, _ value: Value = .mean) {
    self.gaussian = gaussian
    self.value = value
    regressions = PatternCache(dimension: gaussian.dimension)
  }

  /// The missing cells of some rows of a block, by row and column.
  ///
  /// **Shapes**: column c of the distribution begins at `x + c * stride`; NaN is a missing cell. **Cost**: d^3 once for each pattern,
  /// then the product of missing and observed columns per row.
  /// - Parameters:
  ///   - rows: the block's rows that are wanted.
  ///   - number: the number of a row in the whole input, on which draws depend.
  public mutating func cells(
    _ x: UnsafePointer<Double>, stride: Int, rows: Int, number: (_ row: Int) -> Int
  ) -> [Cell] {
    let d = gaussian.dimension
    guard let groups = BlockPatterns.group(x, stride: stride, rows: rows, columns: d) else { return [] }
    var cells: [Cell] = []
    for (key, members) in groups where key.contains(where: { $0 != 0 }) {
      let regression = regressions.value(for: key) { [gaussian] in Regression(gaussian, key) }
      for row in members {
        var values = regression.mean { x[$0 * stride + row] }
        if case .draw(let seed) = value { regression.disturb(&values, Philox(seed: seed), row: number(row)) }
        for (column, value) in zip(regression.missing, values) {
          cells.append(Cell(row: row, column: column, value: value))
        }
      }
    }
    return cells.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
  }
}

/// The missing columns of a pattern given the observed ones.
private struct Regression: Sendable {
  let observed: [Int]
  let missing: [Int]
  private let observedMean: [Double]
  private let missingMean: [Double]
  /// B inv(A), for the factor [A 0; B C] of observed before missing columns.
  private let coefficients: Matrix<Double>
  /// C: the factor of the conditional covariance.
  private let rest: Matrix<Double>

  init(_ gaussian: Gaussian, _ key: PatternKey) {
    (observed, missing) = BlockPatterns.columns(of: key, count: gaussian.dimension)
    let lower = gaussian.triangular(rows: observed + missing)
    let (k, m) = (observed.count, missing.count)
    observedMean = observed.map { gaussian.mean[$0] }
    missingMean = missing.map { gaussian.mean[$0] }
    rest = Matrix(rows: m, columns: m) { lower[k + $0, k + $1] }
    if k == 0 {
      coefficients = Matrix(rows: m, columns: 0, repeating: 0)
    } else {
      let first = Cholesky(lower: Matrix(rows: k, columns: k) { lower[$0, $1] })
      // (B inv(A))' = inv(A') B'
      let transposed = first.solveUpper(Matrix(rows: k, columns: m) { lower[k + $1, $0] })
      coefficients = Matrix(rows: m, columns: k) { transposed[$1, $0] }
    }
  }

  /// `mu_m + B inv(A) (x_o - mu_o)`
  func mean(_ cell: (_ column: Int) -> Double) -> [Double] {
    var values = missingMean
    for (j, column) in observed.enumerated() {
      let deviation = cell(column) - observedMean[j]
      for i in values.indices { values[i] += coefficients[i, j] * deviation }
    }
    return values
  }

  /// Adds `C z`, with z from block (pair of columns, 2, row) of the generator; samples have 0 in the place of the 2.
  func disturb(_ values: inout [Double], _ generator: Philox, row: Int) {
    let number = UInt64(row)
    let (low, high) = (UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32))
    let z = missing.map { column in
      let (u, v) = Philox.uniforms(generator.block((UInt32(column / 2), 2, low, high)))
      return NormalInversion.quantile(column.isMultiple(of: 2) ? u : v)
    }
    for i in values.indices { for j in 0...i { values[i] += rest[i, j] * z[j] } }
  }
}
