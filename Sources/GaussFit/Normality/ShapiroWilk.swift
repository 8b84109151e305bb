// W of Shapiro and Wilk and of Shapiro and Francia: the squared correlation of the ordered sample with weights that depend on
// n alone, and Royston's transformation of it to a standard normal number.

/// The statistic W of one column.
public struct ShapiroWilk: Sendable, Equatable {
  /// The squared correlation with the weights.
  public let w: Double
  /// 1 - W, to full relative accuracy.
  public let complement: Double
  /// Number of rows n.
  public let rows: Int

  /// How the weights come about.
  public enum Weights: Sendable {
    /// Royston's approximation of Shapiro and Wilk's weights; better against short tails.
    case shapiroWilk
    /// The expected normal order statistics, as if they were uncorrelated; better against long tails.
    case shapiroFrancia
  }

  /// Number of rows that the approximations are made for.
  public static let allowedRows = 4...5000

  /// **Domain**: n in ``allowedRows``, not all values equal; traps otherwise. **Cost**: n log n.
  /// **Source**: P. Royston, Remark AS R94: a remark on algorithm AS 181, Appl. Stat. 44 (1995); Shapiro and Francia's weights
  /// are `z((i - 3/8) / (n + 1/4))`, S. Weisberg, C. Bingham, Technometrics 17 (1975).
  public init(_ values: [Double], weights: Weights = .shapiroWilk) {
    let n = values.count
    require(Self.allowedRows.contains(n), "W is defined here for 4 to 5000 values; there are \(n)")
    let sorted = values.sorted()
    require(sorted[0] < sorted[n - 1], "W of \(n) equal values does not exist")
    let scores = (1...n).map { StandardNormal().quantile((Double($0) - 0.375) / (Double(n) + 0.25)) }
    let a =
      switch weights {
      case .shapiroWilk: Self.royston(scores)
      case .shapiroFrancia: scores
      }
    // Deviations over the range: nothing overflows. The weights are antisymmetric, their mean is 0.
    let range = sorted[n - 1] - sorted[0]
    let scaled = sorted.map { ($0 - sorted[n / 2]) / range }
    let mean = scaled.reduce(0, +) / Double(n)
    let u = unit(scaled.map { $0 - mean })
    // 1 - r = |a - u|^2 / 2 for unit vectors
    let half = zip(unit(a), u).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2
    complement = half * (2 - half)
    w = 1 - complement
    rows = n
  }

  /// Royston's weights: polynomials in `1 / sqrt n` for the two largest, the others in proportion to the scores.
  private static func royston(_ m: [Double]) -> [Double] {
    let n = m.count
    let square = m.reduce(0) { $0 + $1 * $1 }
    let length = square.squareRoot()
    let x = 1 / Double(n).squareRoot()
    let last = polynomial([m[n - 1] / length, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056], x)
    let m1 = m[n - 1] * m[n - 1]
    var a = m
    if n > 5 {
      let next = polynomial([m[n - 2] / length, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633], x)
      let phi = (square - 2 * m1 - 2 * m[n - 2] * m[n - 2]) / (1 - 2 * last * last - 2 * next * next)
      a = m.map { $0 / phi.squareRoot() }
      (a[1], a[n - 2]) = (-next, next)
    } else {
      let phi = (square - 2 * m1) / (1 - 2 * last * last)
      a = m.map { $0 / phi.squareRoot() }
    }
    (a[0], a[n - 1]) = (-last, last)
    return a
  }

  /// Standard normal under normality; large where W is small.
  ///
  /// For n up to 11 `-log(g - log(1 - W))`, above it `log(1 - W)`, standardised by polynomials in n or log n. Where g leaves
  /// no logarithm the p-value is taken as 1e-99, as in the published algorithm.
  /// **Source**: Royston (1995), table 1.
  public var z: Double {
    let n = Double(rows)
    let y = Double.log(complement)
    if rows <= 11 {
      let g = 0.459 * n - 2.273
      guard y < g else { return -StandardNormal().quantile(1e-99) }
      let mean = polynomial([0.5440, -0.39978, 0.025054, -0.0006714], n)
      let deviation = Double.exp(polynomial([1.3822, -0.77857, 0.062767, -0.0020322], n))
      return (-Double.log(g - y) - mean) / deviation
    }
    let x = Double.log(n)
    let mean = polynomial([-1.5861, -0.31082, -0.083751, 0.0038915], x)
    let deviation = Double.exp(polynomial([-0.4803, -0.082676, 0.0030302], x))
    return (y - mean) / deviation
  }

  /// The test of normality of this column: the statistic is W, the p-value the upper tail of ``z``.
  public var result: TestResult {
    TestResult(
      name: "shapiroWilk", statistic: w, law: .normal, df: nil, df2: nil, pValue: StandardNormal().survival(z))
  }
}

/// `c[0] + c[1] x + ...`
private func polynomial(_ c: [Double], _ x: Double) -> Double { c.reversed().reduce(0) { $0 * x + $1 } }

private func unit(_ v: [Double]) -> [Double] {
  let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return v.map { $0 / length }
}
