// Log densities and distances of many rows that come in blocks of columns, as a reader hands them on. A row with missing cells is scored by the marginal
// of the cells that it has. No row's numbers depend on how many threads there are.
import CLinearAlgebra
import MatDeriv
import RealModule

/// Scores rows under one distribution, block by block.
public struct Scoring: Sendable {
  public let gaussian: Gaussian
  /// Of each row of the last block: the squared Mahalanobis distance in the observed columns.
  public private(set) var squaredDistance: [Double] = []
  /// The log density of the observed cells, with all constants.
  public private(set) var logDensity: [Double] = []
  /// The number of observed cells: the degrees of freedom of the distance.
  public private(set) var observed: [Int] = []
  private let whitening: Whitening
  private var marginals: PatternCache<(whitening: Whitening, columns: [Int])>
  private var gathered: [Double] = []
  private var scratch: [Double] = []

  public init(_ gaussian: Gaussian) {
    self.gaussian = gaussian
    whitening = Whitening(gaussian)
    marginals = PatternCache(dimension: gaussian.dimension)
  }

  /// Scores a block of rows; column c of the distribution begins at `x + c * stride`, NaN is a missing cell.
  ///
  /// A row without any cell has distance 0, log density 0 and no degree of freedom.
  /// **Cost**: d^2 per row, and d^3 once for each new pattern of missing cells.
  public mutating func score(_ x: UnsafePointer<Double>, stride: Int, rows: Int) {
    let d = gaussian.dimension
    squaredDistance = Array(repeating: 0, count: rows)
    logDensity = Array(repeating: 0, count: rows)
    observed = Array(repeating: d, count: rows)
    guard let groups = BlockPatterns.group(x, stride: stride, rows: rows, columns: d) else {
      whitening.squaredDistances(x, stride: stride, rows: rows, scratch: &scratch, into: &squaredDistance)
      for row in 0..<rows { logDensity[row] = whitening.peak - 0.5 * squaredDistance[row] }
      return
    }
    var distances: [Double] = []
    for (key, members) in groups {
      let (marginal, columns) = marginals.value(for: key) { [gaussian] in
        let (present, missing) = BlockPatterns.columns(of: key, count: d)
        return missing.isEmpty
          ? (Whitening(gaussian), present) : (Whitening(gaussian.marginal(present)), present)
      }
      gathered.removeAll(keepingCapacity: true)
      for c in columns { for row in members { gathered.append(x[c * stride + row]) } }
      distances = Array(repeating: 0, count: members.count)
      gathered.withUnsafeBufferPointer { cells in
        guard let first = cells.baseAddress else { return }
        marginal.squaredDistances(
          first, stride: members.count, rows: members.count, scratch: &scratch, into: &distances)
      }
      for (i, row) in members.enumerated() {
        squaredDistance[row] = distances[i]
        logDensity[row] = marginal.peak - 0.5 * distances[i]
        observed[row] = columns.count
      }
    }
  }

  /// The p-value of the squared distance of a row: chi-square with as many degrees of freedom as it has cells; nil if it has none.
  public static func pValue(squaredDistance: Double, observed: Int) -> Double? {
    observed == 0 || squaredDistance.isNaN ? nil : chiSquareSurvival(squaredDistance, degrees: observed)
  }
}

/// `P(X > x)` of a chi-square with whole degrees of freedom: a finite sum of positive terms where they are few, which takes a tenth of the time.
///
/// **Source**: M. Abramowitz, I. A. Stegun, Handbook of mathematical functions (1964), 26.4.4 and 26.4.5.
func chiSquareSurvival(_ x: Double, degrees: Int) -> Double {
  let y = 0.5 * x
  guard degrees <= 64, y > 0, y < 600 else { return ChiSquare(degreesOfFreedom: Double(degrees)).survival(x) }
  let isOdd = !degrees.isMultiple(of: 2)
  // Q(a + 1, y) = Q(a, y) + y^a exp(-y) / Gamma(a + 1), from Q(1, y) = exp(-y) or Q(1/2, y) = erfc(sqrt(y)) on.
  var term = isOdd ? 2 * (y / .pi).squareRoot() : 1
  var sum = isOdd ? 0 : 1.0
  var a = isOdd ? 0.5 : 0
  for _ in 0..<((degrees - 1) / 2) {
    if isOdd { sum += term }
    a += 1
    term *= y / a
    if !isOdd { sum += term }
  }
  if !isOdd { return Double.exp(-y) * sum }
  // The root is rounded, and erfc(sqrt(y)) falls like exp(-y).
  let root = y.squareRoot()
  return Double.erfc(root) * (1 + (-y).addingProduct(root, root)) + Double.exp(-y) * sum
}

/// What one distribution does to blocks of rows.
struct Whitening: Sendable {
  let mean: [Double]
  let lower: Matrix<Double>
  /// The log density at the mean; 0 for no column.
  let peak: Double

  init(_ gaussian: Gaussian) {
    _ = LinearAlgebra.threads  // one BLAS thread: blocks are spread over threads by the caller
    mean = gaussian.mean
    lower = gaussian.lower
    peak = gaussian.dimension == 0 ? 0 : gaussian.logDensityAtMean
  }

  /// Columns from which on the blocked solve of the BLAS is faster than substitution along the rows.
  private static let blasColumns = 32

  /// `|inv(L) (x - mean)|^2` of each row.
  func squaredDistances(
    _ x: UnsafePointer<Double>, stride: Int, rows: Int, scratch: inout [Double], into distances: inout [Double]
  ) {
    let d = mean.count
    if scratch.count < d * rows { scratch = Array(repeating: 0, count: d * rows) }
    scratch.withUnsafeMutableBufferPointer { scratch in
      lower.withUnsafeBufferPointer { l in
        distances.withUnsafeMutableBufferPointer { sums in
          guard let z = scratch.baseAddress, let factor = l.baseAddress else { return }
          for c in 0..<d {
            let (from, to, centre) = (x + c * stride, z + c * rows, mean[c])
            for row in 0..<rows { to[row] = from[row] - centre }
          }
          if d >= Whitening.blasColumns {
            // Z inv(L)'
            let (n, m) = (Int32(d), Int32(rows))
            cblas_dtrsm(
              CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, m, n, 1, factor, n, z, m)
          }
          for j in 0..<d {
            let column = z + j * rows
            if d < Whitening.blasColumns {
              let pivot = factor[j + j * d]
              for row in 0..<rows { column[row] /= pivot }
              for i in (j + 1)..<max(d, j + 1) {
                let (weight, other) = (factor[i + j * d], z + i * rows)
                for row in 0..<rows { other[row] -= weight * column[row] }
              }
            }
            for row in 0..<rows { sums[row] += column[row] * column[row] }
          }
          // Infinities may have met as NaN on the way.
          for row in 0..<rows where sums[row].isNaN { sums[row] = .infinity }
        }
      }
    }
  }
}
